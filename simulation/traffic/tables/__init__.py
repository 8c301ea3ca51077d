"""The flat tables that a run works on, and how a document becomes them."""
