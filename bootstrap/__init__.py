"""Sets Linchpin up and hands over. Standard library only, and nothing of ours is imported.

It stands apart from `designer` because it runs before any requirement is installed.
"""
