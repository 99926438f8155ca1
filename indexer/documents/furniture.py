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
_DIGITS = re.compile(r"\d+")
_EDGE_ROWS = 2


def is_page_number(line: str) -> bool:
    """Whether the line, found at a page's edge, says nothing but which page this is."""
    return _PAGE_NUMBER.match(line) is not None


def find_furniture(pages: Sequence[Sequence[str]]) -> set[tuple[int, int]]:
    """(page, line) of running heads, feet and page numbers; `pages` are lines in page order.

    Only a page's first and last two lines qualify. A head that repeats is content where it first
    stands (it may be the only place with the name) and furniture on the later pages; digits count
    as equal, and it must stand on at least half of the pages.
    """
    edges = [
        (page, line, lines[line].strip())
        for page, lines in enumerate(pages)
        for line in sorted({*range(min(_EDGE_ROWS, len(lines)))} | _last(len(lines)))
    ]
    furniture = {
        (page, line)
        for page, line, text in edges
        if is_page_number(text) and _at_very_edge(line, len(pages[page]))
    }
    repeated = Counter(_DIGITS.sub("#", text) for _, _, text in edges)
    seen: set[str] = set()
    for page, line, text in edges:
        shape = _DIGITS.sub("#", text)
        if len(pages) > 1 and repeated[shape] >= max(2, len(pages) / 2) and len(text) > 2:
            if shape in seen:
                furniture.add((page, line))
            seen.add(shape)
    return furniture


def _last(count: int) -> set[int]:
    return {*range(max(0, count - _EDGE_ROWS), count)}


def _at_very_edge(line: int, count: int) -> bool:
    return count > 1 and line in (0, count - 1)
