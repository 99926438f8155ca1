"""Lines that belong to the paper and not to the person: page numbers, running heads and feet."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

_PAGE_NUMBER = re.compile(
    r"""^[\s\-–—|·•]*(?:
        (?:page|seite|p\.)\s*\d{1,3}(?:\s*(?:of|/|von)\s*\d{1,3})?
      | \d{1,3}\s*(?:of|/)\s*\d{1,3}
      | 第\s*\d{1,3}\s*[页頁](?:\s*[,，/]?\s*共\s*\d{1,3}\s*[页頁])?
      | \d{1,3}
    )[\s\-–—|·•]*$""",
    re.IGNORECASE | re.VERBOSE,
)
# "Ann Lee – Curriculum vitae  Page 1": a foot that only a numbered page has.
_NUMBERED_FOOT = re.compile(
    r"^.{0,80}(?:\bpage\s*\d{1,3}(?:\s*(?:of|/)\s*\d{1,3})?|第\s*\d{1,3}\s*[页頁])$", re.I
)
_EDGE_ROWS = 2
_SAME_PLACE = 6.0  # points


def is_page_number(line: str) -> bool:
    """Whether the line, found at a page's edge, says nothing but which page this is."""
    return _PAGE_NUMBER.match(line) is not None


def find_furniture(pages: Sequence[Sequence[tuple[str, float]]]) -> set[tuple[int, int]]:
    """(page, line) of running heads, feet and page numbers; `pages` are (line, top) lists.

    Only a page's two highest and two lowest lines qualify. A head or foot says the same at the
    same height, but for the page's own number, on at least half of the pages; where it first stands
    it is content (it may be the only place with the name), on later pages furniture.
    """
    furniture: set[tuple[int, int]] = set()
    edges: list[tuple[int, int, str, float]] = []
    for page, lines in enumerate(pages):
        downwards = sorted(range(len(lines)), key=lambda line: lines[line][1])
        for line in sorted({*downwards[:_EDGE_ROWS], *downwards[-_EDGE_ROWS:]}):
            text, top = lines[line]
            edges.append((page, line, _without_number(text, page + 1), top))
            if len(lines) == 1 or line not in (downwards[0], downwards[-1]):
                continue
            if is_page_number(text) or (line == downwards[-1] and _NUMBERED_FOOT.match(text)):
                furniture.add((page, line))
    if len(pages) == 1:
        return furniture
    times = Counter(shape for _, _, shape, _ in edges)
    first_tops: dict[str, float] = {}
    for page, line, shape, top in edges:
        first_top = first_tops.get(shape)
        if first_top is None:
            first_tops[shape] = top
        elif times[shape] >= max(2, len(pages) / 2) and abs(first_top - top) < _SAME_PLACE:
            furniture.add((page, line))
    return furniture


def _without_number(text: str, number: int) -> str:
    return re.sub(rf"(?<!\d){number}(?!\d)", "#", text.strip())
