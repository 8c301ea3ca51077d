"""The page and its headers."""
