"""Who is here, and where: states that pass through and are never stored."""

from collections.abc import Hashable

States = dict[int, tuple[int, bytes]]
NULL = b"null"


class Presence:
    """The states of a room. Every connection owns one client id: its first; foreign ones are not taken from it."""

    def __init__(self) -> None:
        self._states: States = {}
        self._owner: dict[int, Hashable] = {}
        self._client: dict[Hashable, int] = {}

    @property
    def states(self) -> States:
        """All states that are not null."""
        return {client: held for client, held in self._states.items() if held[1] != NULL}

    def take(self, owner: Hashable, states: States) -> States:
        """Take what a connection says about itself; answers what is new."""
        news: States = {}
        for client, (clock, state) in states.items():
            if self._client.setdefault(owner, client) != client or self._owner.setdefault(client, owner) != owner:
                continue
            if self._newer(client, clock, state):
                self._states[client] = news[client] = (clock, state)
        return news

    def merge(self, states: States) -> States:
        """Take what another process passes on; answers what is new."""
        news = {
            client: held for client, held in states.items()
            if client not in self._owner and self._newer(client, *held)
        }  # fmt: skip
        self._states |= news
        return news

    def leave(self, owner: Hashable) -> States:
        """A connection is gone; answers its null state."""
        client = self._client.pop(owner, None)
        if client is None:
            return {}
        self._owner.pop(client, None)
        clock, _ = self._states.pop(client, (0, NULL))
        return {client: (clock + 1, NULL)}

    def _newer(self, client: int, clock: int, state: bytes) -> bool:
        held = self._states.get(client)
        return held is None or clock > held[0] or (clock == held[0] and state == NULL != held[1])
