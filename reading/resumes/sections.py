"""Dividing a résumé into its sections, so that every character is accounted for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from importlib import resources

from reading.folding import fold, has_chinese, is_chinese
from reading.resume import Dropped, Section, SectionKind
from reading.spans import Span, gaps, union

# What stands around a heading for decoration.
_DECORATION = " \r\f\v#*_=~-|·•●○◆◇■□▪▶►★☆※【】[]〔〕《》<>()「」『』:.,、/\\+>"
_INLINE = re.compile(r"(?P<heading>[^:\n]{2,40}?)\s*[:】\]]\s*(?=\S)")
_INLINE_END = re.compile(r"[:】\]]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ufffe\uffff\ufeff\ud800-\udfff]+")
_PAGE_NUMBER = re.compile(
    r"(?m)^[ \t]*(?:-[ \t]*\d{1,3}[ \t]*-|page \d{1,3}(?: (?:of|/) \d{1,3})?|"
    r"第 ?\d{1,3} ?页.{0,12})[ \t]*$"
)
_NUMBERING = re.compile(r"(?:\d{1,2}|[一二三四五六七八九十]{1,2}|[ivx]{1,4})[.、)）]\s*")
_CONTINUED = re.compile(r"\s*\(?(?:continued|cont'?d|续)\.?\)?$")
_BULLET = re.compile(r"[-*•·●▪‣o]\s+\S")
_LONGEST_HEADING = 60


@cache
def _headings() -> dict[str, SectionKind]:
    table = resources.files("reading").joinpath("data/headings.tsv").read_text(encoding="utf-8")
    known: dict[str, SectionKind] = {}
    for line in table.splitlines():
        if line and not line.startswith("#"):
            kind, _, words = line.partition("\t")
            for word in words.split(";"):
                known.setdefault(_squeezed(word.removeprefix("?")), SectionKind(kind))
    return known


@cache
def _weak_headings() -> frozenset[str]:
    """Headings that are list entries as often: they count only when set apart."""
    table = resources.files("reading").joinpath("data/headings.tsv").read_text(encoding="utf-8")
    words = (word for line in table.splitlines() for word in line.partition("\t")[2].split(";"))
    return frozenset(_squeezed(word[1:]) for word in words if word.startswith("?"))


def _squeezed(words: str) -> str:
    """A heading without blanks, so that letter-spaced ones are found too; "&" is "and"."""
    return "".join(words.replace("&", "and").split())


def lines_of(text: str) -> Iterator[Span]:
    """The lines of a text without their line ends; empty lines too."""
    start = 0
    while True:
        end = text.find("\n", start)
        if end < 0:
            yield Span(start, len(text))
            return
        yield Span(start, end)
        start = end + 1


@lru_cache(maxsize=1024)  # several readers ask about the same lines
def heading_kind(line: str) -> SectionKind | None:
    """What a whole line announces as a heading; None if it is no heading."""
    if not 1 < len(line) <= _LONGEST_HEADING:
        return None
    return _kind_of(fold(line), line, set_apart=True)


def _kind_of(folded: str, original: str, *, set_apart: bool = False) -> SectionKind | None:
    words = folded.strip(_DECORATION)
    if numbered := _NUMBERING.match(words):
        words = words[numbered.end() :]
    if "cont" in words or "续" in words:
        words = _CONTINUED.sub("", words)
    if not words or len(words) > _LONGEST_HEADING:
        return None
    kind = _headings().get(_squeezed(words))
    if kind is None and words.startswith(("my ", "the ")):
        kind = _headings().get(_squeezed(words.split(" ", 1)[1]))
    if kind is None and has_chinese(words):
        kind = _bilingual(words)
    if kind is None or (words.isascii() and not _looks_like_heading(original)):
        return None
    if _squeezed(words) in _weak_headings() and not (set_apart or _is_marked(original)):
        return None
    return kind


def _bilingual(words: str) -> SectionKind | None:
    """ "工作经历 work experience" and "教育背景/education"."""
    chinese = "".join(char for char in words if is_chinese(char))
    rest = _squeezed(re.sub(r"[\u4e00-\u9fff/|()（）·-]", " ", words))
    kind = _headings().get(chinese)
    return kind if kind is not None and (not rest or rest in _headings()) else None


def _looks_like_heading(original: str) -> bool:
    """English headings begin with a capital, or carry a mark that no list entry has."""
    bare = original.strip(_DECORATION + "：")
    return not bare[:1].islower() or _is_marked(original)


def _is_marked(original: str) -> bool:
    bare = original.strip()
    return bare.isupper() or bare.endswith((":", "：")) or bare.startswith(("#", "==", "**", "__"))


def _is_entry(line: str) -> bool:
    """Whether a bullet or a closing full stop makes the line content rather than a heading."""
    stripped = line.strip()
    return (
        stripped.endswith((".", "。", ",", "，", ";", "；")) or _BULLET.match(stripped) is not None
    )


def _starts(text: str) -> Iterator[tuple[SectionKind, int, Span]]:
    """(kind, start of the line, span of the heading's words) for every heading, in order."""
    folded = fold(text)
    after_blank = True
    for line in lines_of(text):
        words, original = line.of(folded), line.of(text)
        if not words.strip():
            after_blank = True
            continue
        kind = None
        if len(words) <= _LONGEST_HEADING * 2 and not _is_entry(original):
            kind = _kind_of(words, original, set_apart=after_blank)
        after_blank = False
        if kind is not None:
            yield kind, line.start, _trim(text, line)
            continue
        inline = _INLINE.match(words) if _INLINE_END.search(words) else None
        if inline and (kind := _kind_of(inline["heading"], original[: inline.end()])):
            heading = Span(line.start + inline.start("heading"), line.start + inline.end("heading"))
            yield kind, line.start, _trim(text, heading)


def _trim(text: str, span: Span) -> Span:
    start, end = span.start, span.end
    while start < end and fold(text[start]) in _DECORATION:
        start += 1
    while end > start and fold(text[end - 1]) in _DECORATION:
        end -= 1
    return Span(start, end)


def find_sections(
    text: str, furniture: Sequence[Span] = ()
) -> tuple[tuple[Section, ...], tuple[Dropped, ...]]:
    """Divide a text into sections and dropped stretches.

    Every code point belongs to exactly one of them. A section runs from its heading to the next
    one; where furniture (running headers, page numbers) or control characters interrupt it, it
    goes on as a further `Section` of the same kind and heading. A heading inside furniture is
    none. Empty text has no sections.
    """
    dropped = _find_dropped(text, furniture)
    cuts: list[tuple[SectionKind, int, Span | None]] = [
        (kind, start, heading)
        for kind, start, heading in _starts(text)
        if not any(item.span.overlaps(heading) for item in dropped)
    ]
    if not cuts or text[: cuts[0][1]].strip():
        cuts.insert(0, (SectionKind.HEADER, 0, None))
    else:  # what is blank above the first heading is its own
        cuts[0] = (cuts[0][0], 0, cuts[0][2])
    whole = list(gaps([item.span for item in dropped], len(text)))
    sections = []
    bounds = [start for _, start, _ in cuts[1:]] + [len(text)]
    for (kind, start, heading), end in zip(cuts, bounds, strict=True):
        for kept in whole:
            low, high = max(start, kept.start), min(end, kept.end)
            if low < high:
                sections.append(Section(kind, Span(low, high), heading))
    return tuple(sections), dropped


def _find_dropped(text: str, furniture: Sequence[Span]) -> tuple[Dropped, ...]:
    kept: list[Dropped] = []
    taken: list[Span] = []
    for reason, spans in (
        ("running header, footer or page number", _within(furniture, len(text))),
        ("control character", [Span(*m.span()) for m in _CONTROL.finditer(text)]),
        ("page number", [Span(*m.span()) for m in _PAGE_NUMBER.finditer(text.lower())]),
    ):
        fresh = union(spans) if not taken else list(_outside(spans, taken))
        kept += [Dropped(span, reason) for span in fresh if span.start < span.end]
        taken = union([*taken, *fresh])
    return tuple(sorted(kept, key=lambda item: item.span))


def _within(spans: Sequence[Span], length: int) -> list[Span]:
    return [Span(min(s.start, length), min(s.end, length)) for s in spans]


def _outside(spans: Sequence[Span], taken: Sequence[Span]) -> Iterator[Span]:
    for span in union(spans):
        for gap in gaps([t for t in taken if t.overlaps(span)], span.end):
            if gap.end > span.start:
                yield Span(max(gap.start, span.start), gap.end)
