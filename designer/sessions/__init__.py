"""Co-editing: rooms, the Yjs protocol, presence."""
