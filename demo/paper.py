"""A résumé as a writer lays it out: headings and blocks, before any file format."""

from __future__ import annotations

from dataclasses import dataclass

from demo.facts import Language


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text."""

    text: str


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list of points."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A position or a degree: what, where, when, and what was done there."""

    title: str
    place: str
    dates: str
    bullets: tuple[str, ...] = ()
    prose: bool = False  # the work is told in a paragraph, not in points


@dataclass(frozen=True, slots=True)
class Pairs:
    """Labelled facts, as in a personal-details table."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Tags:
    """Short items that stand in one line or a narrow column."""

    items: tuple[str, ...]


Block = Paragraph | Bullets | Entry | Pairs | Tags


@dataclass(frozen=True, slots=True)
class Section:
    """`kind` is one of summary, experience, education, skills, languages, certificates, personal,
    other: layouts with a narrow column put the short kinds there."""

    kind: str
    heading: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Paper:
    """One résumé, ready for a layout."""

    language: Language
    name: str
    headline: str
    contacts: tuple[str, ...]
    sections: tuple[Section, ...]
    photo: bool
    footer: str | None  # repeated on every page by the formats that have pages

    def texts(self) -> str:
        """Every character that a layout may print: what a font has to cover."""
        return repr(self)


NARROW = frozenset({"skills", "languages", "certificates", "personal"})
