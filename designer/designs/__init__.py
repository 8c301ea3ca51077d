"""Designs: the living document of each, its revisions, and what they amount to."""
