"""The most specific code wins: what one code has said of components, more general ones do not say again."""

from collections.abc import Iterable, Sequence


class Told:
    """What more specific codes have said, by the general code that it speaks for."""

    def __init__(self) -> None:
        self._covers: dict[tuple[str, str], list[frozenset[str]]] = {}

    def tell(self, codes: Iterable[str], components: Sequence[str]) -> None:
        """Something was said of the components that spares these codes."""
        cover = frozenset(components)
        for code in codes:
            for component in cover:
                self._covers.setdefault((code, component), []).append(cover)

    def covers(self, code: str, components: Sequence[str]) -> bool:
        """Whether something that spares the code was said of all these components at once."""
        found = self._covers.get((code, components[0])) if components else None
        return found is not None and any(cover.issuperset(components) for cover in found)
