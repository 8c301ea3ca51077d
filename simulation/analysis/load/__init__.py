"""How often everything is visited, and how busy that keeps it."""
