"""The exact engine, request by request; all of it is compiled."""
