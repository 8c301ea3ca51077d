"""How long requests take: waiting lines, and times put together."""
