"""Changes to a document: built as JSON Patches, re-evaluated, ranked by what they buy for what they cost."""
