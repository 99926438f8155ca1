"""What a mention of somebody's identity is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from reading.spans import Span


class IdentityKind(StrEnum):
    """What a mention gives away. Looks (height, weight) count as PHOTO, origin as NATIONALITY."""

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
    """Words that give an identity away; the label in front of a value belongs to the span."""

    kind: IdentityKind
    span: Span
