"""Where a page has columns that are read one after the other, and where it only looks so.

Text that stands side by side is either columns (a sidebar, two halves) or rows whose parts belong
together (a title with its dates at the margin, a label with its value, a table). Columns are read
to their end; rows are read across.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

_MIN_ROWS = 3
_MIN_GUTTER = 6.0  # points
_EDGE = 3.0  # points: left edges this close are one edge
_MAX_EDGES = 12  # a page with more columns is a table or worse
_MAX_FRAGMENTS = 4000  # on one page: beyond, it is a drawing, and analysis would take minutes

_DATE = re.compile(
    r"(?:19|20)\d\d|\d{1,2}[./]\d{2,4}|present|current|now\b|today|至今|现在|至[今现]|[０-９]{4}",
    re.I,
)
_HEADING = re.compile(
    r"^\W*(?:(?:work|professional|employment|relevant|career)?\s*(?:experience|history)|employment"
    r"|education(?:al)?(?: background)?|(?:core |key |technical |professional )?skills"
    r"|(?:core |key )?competenc\w+|(?:professional )?(?:summary|profile)|about me|objective"
    r"|contacts?(?: (?:me|details|info\w*))?"
    r"|languages?|certificat\w+|licen[cs]es\b.*|interests|hobbies|awards|projects|references"
    r"|volunteer\w*|publications|training|personal (?:details|information)|achievements|expertise"
    r"|工作经[历验]|工作經[歷驗]|教育(?:背景|经历|經歷)|(?:专业|个人|职业)?技能|專業技能|项目经[历验]"
    r"|自我(?:评价|評價)|个人(?:简介|信息|总结|优势)|联系(?:方式|信息)|聯絡(?:方式|資料)|语言(?:能力)?"
    r"|語言(?:能力)?|证书|荣誉(?:奖项)?|求职意向|基本信息|兴趣爱好|培训经历|校园经历)\W*$",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Fragment:
    """Words that stand together; points from the page's top left. `order` is the stream's."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    order: int
    spaced: bool = False  # the source has a space after it

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2

    @property
    def height(self) -> float:
        return max(1.0, self.bottom - self.top)


@dataclass(frozen=True, slots=True)
class _Band:
    """A stretch of the page that a gutter divides without any fragment crossing it."""

    left: list[Fragment]
    right: list[Fragment]
    top: float
    bottom: float


def find_columns(fragments: Sequence[Fragment]) -> list[list[Fragment]] | None:
    """The parts in reading order (above, one column, the other, below), or None without columns."""
    if not 2 * _MIN_ROWS <= len(fragments) <= _MAX_FRAGMENTS:
        return None
    if not _stand_side_by_side(fragments):
        return None
    height = median(f.height for f in fragments)
    best: _Band | None = None
    for edge in _candidate_edges(fragments):
        for band in _bands(fragments, edge, max(_MIN_GUTTER, 0.8 * height)):
            if _size(band) > _size(best) and _are_columns(band, height):
                best = band
    if best is None:
        return None
    inside = {id(f) for f in best.left} | {id(f) for f in best.right}
    above = [f for f in fragments if id(f) not in inside and f.middle <= best.top]
    below = [f for f in fragments if id(f) not in inside and f.middle > best.top]
    first, second = _in_reading_order(best, height)
    return [above, first, second, below]


def _stand_side_by_side(fragments: Sequence[Fragment]) -> bool:
    """Whether some lines are closer than lines below each other can be: cheap, and mostly no."""
    places = sorted([(f.top + f.bottom, f.bottom - f.top) for f in fragments])  # twice the middle
    close = 0
    for (above, tall), (below, also_tall) in itertools.pairwise(places):
        close += below - above < 1.4 * (tall if tall < also_tall else also_tall)
    return close >= _MIN_ROWS


def _size(band: _Band | None) -> int:
    return 0 if band is None else len(band.left) + len(band.right)


def _candidate_edges(fragments: Sequence[Fragment]) -> list[float]:
    """The commonest left edges of at least three fragments, but the leftmost; left to right."""
    clusters: list[list[float]] = []
    for edge in sorted(f.left for f in fragments):
        if clusters and edge - clusters[-1][0] <= _EDGE:
            clusters[-1].append(edge)
        else:
            clusters.append([edge])
    common = sorted(clusters[1:], key=lambda cluster: (-len(cluster), cluster[0]))[:_MAX_EDGES]
    return sorted(cluster[0] for cluster in common if len(cluster) >= _MIN_ROWS)


def _bands(fragments: Sequence[Fragment], edge: float, gutter: float) -> list[_Band]:
    """What lies between the fragments that cross the gutter at the left of `edge`."""
    inner = edge - gutter
    crossing = sorted(f.middle for f in fragments if f.left < edge - 1 and f.right > inner)
    if len(crossing) > len(fragments) * 0.8:
        return []
    bounds = [float("-inf"), *crossing, float("inf")]
    bands = [_Band([], [], top, bottom) for top, bottom in itertools.pairwise(bounds)]
    at = 0
    for fragment in sorted(fragments, key=lambda f: f.middle):
        if fragment.left < edge - 1 and fragment.right > inner:
            continue
        while fragment.middle > bands[at].bottom:
            at += 1
        side = bands[at].right if fragment.left >= edge - 1 else bands[at].left
        side.append(fragment)
    return [b for b in bands if len(b.left) >= _MIN_ROWS and len(b.right) >= _MIN_ROWS]


def _are_columns(band: _Band, height: float) -> bool:
    """Whether the two sides of a band are read one after the other."""
    left, right = _lines(band.left), _lines(band.right)
    if len(left) < _MIN_ROWS or len(right) < _MIN_ROWS:
        return False
    together = min(band.left[-1].bottom, band.right[-1].bottom) - max(
        band.left[0].top, band.right[0].top
    )
    if together < 2 * height:
        return False
    headings_left = sum(is_heading(line) for _, line in left)
    headed_right = any(is_heading(line) for _, line in right)
    if headings_left * 2 > len(left) or _mostly_marks(left):
        return False  # headings or bullets in the margin beside their text
    if headings_left and headed_right:
        return True
    if _mostly_dates(left) or _mostly_dates(right):
        return False
    if headed_right or _is_drawn_in_turn(band):
        return True
    alone_left, alone_right = _share_alone(left, right, height), _share_alone(right, left, height)
    if alone_left >= 0.3 and alone_right >= 0.3:
        return True
    long_left = median(len(line) for _, line in left) >= 30
    return long_left and median(len(line) for _, line in right) >= 30


def is_heading(line: str) -> bool:
    """Whether the line is nothing but a résumé's usual heading."""
    return len(line) <= 40 and _HEADING.match(line) is not None


def _lines(side: Sequence[Fragment]) -> list[tuple[float, str]]:
    """(middle, text) of the side's lines, downwards; fragments on one line are put together."""
    lines: list[tuple[float, str]] = []
    for f in side:
        if lines and abs(f.middle - lines[-1][0]) < 0.4 * f.height:
            lines[-1] = (lines[-1][0], f"{lines[-1][1]} {f.text}")
        else:
            lines.append((f.middle, f.text))
    return lines


def _mostly_dates(lines: list[tuple[float, str]]) -> bool:
    dated = sum(len(line) <= 40 and _DATE.search(line) is not None for _, line in lines)
    return dated * 2 >= len(lines)


def _mostly_marks(lines: list[tuple[float, str]]) -> bool:
    """Bullets and numbers in front of their lines."""
    return sum(len(line) <= 3 for _, line in lines) * 2 >= len(lines)


def _is_drawn_in_turn(band: _Band) -> bool:
    """Whether the file draws one side to its end before the other begins."""
    sides = [(f.order, "left") for f in band.left] + [(f.order, "right") for f in band.right]
    drawn = [side for _, side in sorted(sides)]
    return sum(a != b for a, b in itertools.pairwise(drawn)) <= 1


def _share_alone(
    lines: list[tuple[float, str]], others: list[tuple[float, str]], height: float
) -> float:
    """How many of the lines have no line on their baseline on the other side."""
    taken = Counter(round(middle / height * 2) for middle, _ in others)
    alone = 0
    for middle, _ in lines:
        slot = round(middle / height * 2)
        alone += not any(taken[slot + step] for step in (-1, 0, 1)) or not any(
            abs(middle - other) < 0.25 * height for other, _ in others
        )
    return alone / len(lines)


def _in_reading_order(band: _Band, height: float) -> tuple[list[Fragment], list[Fragment]]:
    """The column with the name first (the tallest letters), else the higher one, else the left."""
    tallest = max(f.height for f in (*band.left, *band.right))
    if tallest > 1.4 * height:
        for side, other in ((band.left, band.right), (band.right, band.left)):
            if any(f.height > 0.95 * tallest for f in side[:3]):
                return side, other
    if band.right[0].top < band.left[0].top - 1.5 * height:
        return band.right, band.left
    return band.left, band.right
