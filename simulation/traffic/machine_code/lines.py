"""Lines of memory: records that are looked at together begin at one, so that they are fetched together."""

#: Bytes that a processor fetches at a time.
LINE = 64
