"""Which tool a file is of, by its name and how it begins."""

from simulation.topology.document import InvalidInput, Problem

_BEGINNING = 20_000


def recognised(content: str | bytes, name: str = "") -> str:
    """The format of a file's content; `name` is the file's, if it has one. Raises InvalidInput where nothing fits."""
    text = content[:_BEGINNING].decode("utf-8", "replace") if isinstance(content, bytes) else content[:_BEGINNING]
    begins = text.lstrip()
    if "linchpin/" in text:
        is_json = name.endswith(".json") or (begins[:1] in "{[" and not name.endswith((".yaml", ".yml")))
        return "linchpin" if is_json else "yaml"
    if "<mxfile" in text or "<mxGraphModel" in text:
        return "drawio"
    if name.endswith((".mmd", ".mermaid")) or begins.startswith(("flowchart", "graph ", "---", "%%")):
        return "mermaid"
    if name.endswith((".csv", ".tsv")):
        return "csv"
    if "services:" in text or '"services"' in text:
        return "compose"
    raise InvalidInput([Problem("/format", "the content is of no format that is recognised; name its format")])
