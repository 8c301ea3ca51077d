"""How much one document may hold; every limit of the document in one place."""

MAX_BYTES = 5 * 1024 * 1024
MAX_DEPTH = 64
MAX_NODES = 20_000
MAX_EDGES = 60_000
MAX_FLOWS = 1_000
MAX_REPLICAS = 10_000
MAX_SHARDS = 1_024
MAX_INSTANCES = 200_000  # replicas times shards, over all nodes
MAX_LABEL = 500  # characters, after NFC
MAX_TEXT = 20_000  # notes and descriptions
MAX_ITEMS = 10_000  # of a list or map inside params
MAX_TRACE = 200_000  # points of a recorded trace
MAX_THRESHOLDS = 1_000
MAX_ACCEPTED = 10_000
MAX_NUMBER = 1e12
MAX_INTEGER = 2**53 - 1
MAX_DIGITS = 400  # of one number as written
MAX_YAML_VALUES = 1_000_000  # after aliases are expanded
MAX_PROBLEMS = 500  # reported at once

#: Names that must not become keys of a script's objects.
RESERVED_KEYS = frozenset({"__proto__", "constructor", "prototype"})
