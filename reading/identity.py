"""The scoring view: one text with the identity taken out, and the way back to the original.

(Contract; helper R2 writes the finding of mentions.)
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from reading.spans import Span


class IdentityKind(StrEnum):
    NAME = "name"
    EMAIL = "email"
    PHONE = "phone"
    LINK = "link"
    ADDRESS = "address"
    PHOTO = "photo"
    BIRTH = "birth"
    AGE = "age"
    GENDER = "gender"
    MARITAL = "marital"
    NATIONALITY = "nationality"
    PRONOUN = "pronoun"
    TITLE = "title"


@dataclass(frozen=True, slots=True)
class Mention:
    kind: IdentityKind
    span: Span


@dataclass(frozen=True, slots=True)
class Segment:
    """`length` code points of the view from `view` on stand in the original from `source` on."""

    view: int
    source: int
    length: int


@dataclass(frozen=True, slots=True)
class ScoringView:
    """What models see. Every character of `text` is a character of the original, in order."""

    text: str
    segments: tuple[Segment, ...]

    def to_source(self, span: Span) -> Span:
        """The stretch of the original from the first to the last character of a view span."""
        raise NotImplementedError

    def to_view(self, span: Span) -> Span | None:
        """The stretch of the view that shows what is left of a span of the original; None: nothing."""
        raise NotImplementedError
