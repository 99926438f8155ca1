"""Fields of study in English and Chinese: whether what was studied is what a job asks for."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from importlib import resources

from reading.folding import fold
from reading.phrases import content_terms, is_han, places_of


@cache
def _groups() -> list[tuple[str, ...]]:
    table = resources.files("reading").joinpath("data/study_fields.tsv").read_text("utf-8")
    return [tuple(line.split(";")) for line in table.splitlines() if not line.startswith("#")]


@lru_cache(maxsize=4096)
def _ways_to_say(field: str) -> tuple[str, ...]:
    wanted = fold(field).strip()
    ways = {wanted}
    for group in _groups():
        if any(wanted == name or (is_han(name) and name in wanted) for name in group):
            ways.update(group)
    return tuple(sorted(ways))


def same_field(asked: str, studied: str) -> bool:
    """Whether the words of a degree name the field asked for, in either language."""
    folded = fold(studied)
    for way in _ways_to_say(asked):
        if is_han(way):
            if way in folded:
                return True
        elif terms := content_terms(way):
            if all(any(places_of(part, folded)) for part in terms):
                return True
        elif re.search(rf"\b{re.escape(way)}\b", folded):
            return True
    return False
