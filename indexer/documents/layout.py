"""Reading order from geometry: columns, then lines, then blocks. Serves PDFs and scans alike."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median

from indexer.documents.columns import Fragment, find_columns, is_heading

_SAME_ROW = 0.5  # of the lower fragment's height: how far centres on one baseline may lie apart
_WORD_GAP = 0.12  # of the height: a gap that is a space
_WIDE_GAP = 1.2  # of the height: a gap that sets apart (a date at the right margin, a table cell)
_BLOCK_GAP = 0.55  # of the height, beyond the usual gap between lines


@dataclass(slots=True)
class Row:
    """One line of text in reading order."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    starts_block: bool = False
    _fragments: list[Fragment] = field(default_factory=list, repr=False)


def arrange(fragments: Sequence[Fragment]) -> list[Row]:
    """All fragments of a page as rows in reading order.

    Whole-width parts and columns alternate downwards; a column is read to its end before the next.
    Fragments on one baseline are joined by a space, or a tab across a wide gap.
    """
    rows: list[Row] = []
    # An explicit stack: parts are put back in reverse and read in order.
    stack = [list(fragments)]
    while stack:
        part = stack.pop()
        split = find_columns(part)
        if split is None:
            rows.extend(_rows_of(part))
        else:
            stack.extend(reversed([piece for piece in split if piece]))
    return rows


def _rows_of(fragments: list[Fragment]) -> list[Row]:
    rows: list[list[Fragment]] = []
    for fragment in sorted(fragments, key=lambda f: (f.middle, f.left, f.order)):
        if rows and _shares_row(rows[-1], fragment):
            rows[-1].append(fragment)
        else:
            rows.append([fragment])
    apart = [part for row in rows for part in _without_margin_heading(row)]
    written = [_write(row) for row in apart]
    _mark_blocks(written)
    return written


def _without_margin_heading(row: list[Fragment]) -> list[list[Fragment]]:
    """A heading in the margin beside its section's first line becomes a line of its own."""
    if len(row) > 1:
        row.sort(key=lambda f: (f.left, f.order))
        first, second = row[:2]
        if second.left - first.right > _WIDE_GAP * first.height and is_heading(first.text):
            return [[first], row[1:]]
    return [row]


def _shares_row(row: list[Fragment], fragment: Fragment) -> bool:
    tallest = max(row, key=lambda f: f.height)
    reach = _SAME_ROW * max(min(tallest.height, fragment.height), 0.6 * tallest.height)
    return abs(fragment.middle - tallest.middle) < reach


def _write(row: list[Fragment]) -> Row:
    row.sort(key=lambda f: (f.left, f.order))
    parts = [row[0].text]
    for before, after in itertools.pairwise(row):
        gap = after.left - before.right
        height = max(before.height, after.height)
        if gap > _WIDE_GAP * height:
            parts.append("\t")
        elif gap > _WORD_GAP * height or before.spaced:
            parts.append(" ")
        parts.append(after.text)
    return Row(
        "".join(parts),
        min(f.left for f in row),
        min(f.top for f in row),
        max(f.right for f in row),
        max(f.bottom for f in row),
    )


def _mark_blocks(rows: list[Row]) -> None:
    if not rows:
        return
    rows[0].starts_block = True
    gaps = [max(0.0, after.top - before.bottom) for before, after in itertools.pairwise(rows)]
    usual = median(gaps) if gaps else 0.0
    for before, after, gap in zip(rows, rows[1:], gaps, strict=False):
        height = min(before.bottom - before.top, after.bottom - after.top)
        after.starts_block = gap > min(usual, 0.6 * height) + _BLOCK_GAP * height
