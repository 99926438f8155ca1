"""Whether erasures account for what is gone from the search log.

An erasure's link says how many entries it removed, not which. So the entries that are gone are
counted between one erasure's link and the next: an erasure cannot have removed what was logged
after it, and what it removed does not come back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from catalog.store.search_log.chain import IMPRESSIONS, REQUESTS

_NAMED: Final = 20
_KINDS: Final = (IMPRESSIONS, REQUESTS)


class Removals:
    """What is gone and what erasures say they removed, told in the chain's order."""

    def __init__(self) -> None:
        self.gone = dict.fromkeys(_KINDS, 0)
        self._since = [dict.fromkeys(_KINDS, 0)]  # gone between the erasures
        self._removed: list[Mapping[str, int]] = []  # by each erasure
        self._names: dict[str, list[tuple[int, str]]] = {kind: [] for kind in _KINDS}

    def miss(self, kind: str, name: str) -> None:
        """An entry that was logged here is gone."""
        self.gone[kind] += 1
        self._since[-1][kind] += 1
        self._names[kind].append((len(self._removed), name))
        del self._names[kind][:-_NAMED]

    def explain(self, removed: Mapping[str, int]) -> None:
        """Here an erasure removed so many entries of each kind."""
        self._removed.append(removed)
        self._since.append(dict.fromkeys(_KINDS, 0))

    def problems(self) -> Iterator[str]:
        """What erasures do not account for."""
        for kind in _KINDS:
            missing, since = self._unexplained(kind)
            if missing:
                names = [name for place, name in self._names[kind] if place >= since]
                among = "among" if missing < len(names) else "namely"
                listed = ", ".join(names) + (", …" if missing > len(names) else "")
                yield f"{kind} missing that no erasure removed: {missing}, {among} {listed}"
            back = self._come_back(kind)
            if back:
                yield f"{kind} that an erasure removed and that are in the log again: {back}"

    def _unexplained(self, kind: str) -> tuple[int, int]:
        """How many are gone beyond what erasures removed, and since which erasure (0: the start).

        The entries logged since the nth erasure can only have been removed by later ones.
        """
        most, since, balance = 0, 0, 0
        for place in range(len(self._removed), -1, -1):
            balance += self._since[place][kind]
            if balance > most:
                most, since = balance, place
            if place:
                balance -= self._removed[place - 1].get(kind, 0)
        return most, since

    def _come_back(self, kind: str) -> int:
        """How many of those removed are not gone: each erasure removed what was logged before."""
        most = balance = 0
        for gone, removed in zip(self._since, self._removed, strict=False):
            balance += removed.get(kind, 0) - gone[kind]
            most = max(most, balance)
        return most
