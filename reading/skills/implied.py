"""Which skills show another one."""

from __future__ import annotations

from functools import lru_cache


@lru_cache(maxsize=20_000)
def ids_that_show(skill: str) -> frozenset[str]:
    """The skill itself and every skill of the packaged vocabulary that implies it."""
    from reading.skills.finding import vocabulary

    return vocabulary().satisfying(skill)
