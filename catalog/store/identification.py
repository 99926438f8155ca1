"""Whom a document is about, judged by what identifies people and by nothing else."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from catalog.people import Claim, ClaimKind
from catalog.store.tables import IdentityClaimRow, PersonRow
from catalog.store.unit import Unit


@dataclass(frozen=True, slots=True)
class Identified:
    """`person_id` is None for somebody new. `suggestions`: who else it may be, and by what kind."""

    person_id: int | None
    suggestions: tuple[tuple[int, str], ...] = ()


# By value alone, and the kinds compared afterwards: one statement for any mix of claims.
_POINTED_TO = (
    sa.select(IdentityClaimRow.value, PersonRow.id, PersonRow.name, IdentityClaimRow.kind)
    .join(PersonRow, PersonRow.id == IdentityClaimRow.person_id)
    .where(
        IdentityClaimRow.value.in_(sa.bindparam("values", expanding=True)),
        IdentityClaimRow.until_sequence.is_(None),
        PersonRow.erased_at.is_(None),
    )
    .order_by(PersonRow.id)
)


def identify(unit: Unit, claims: Sequence[Claim], name: str | None) -> Identified:
    """Find the person whom claims point to: by an id, then an e-mail, then a phone with the name.

    An id decides alone. An e-mail decides unless the names contradict each other: agencies and
    families share one. A phone decides only where the names agree. What does not decide suggests.
    Where several people fit, the one with the lowest id is it, and the others are suggested.
    """
    if not claims:
        return Identified(None)
    wanted = {(claim.kind, claim.value) for claim in claims}
    rows = unit.connection.execute(_POINTED_TO, {"values": [claim.value for claim in claims]})
    found = [row[1:] for row in rows if (row.kind, row.value) in wanted]
    decided: list[tuple[int, int]] = []
    suggested: dict[int, str] = {}
    for owner, known, kind in found:
        if kind not in (ClaimKind.EMAIL, ClaimKind.PHONE):
            decided.append((0, owner))
        elif kind == ClaimKind.EMAIL and not names_contradict(name, known):
            decided.append((1, owner))
        elif kind == ClaimKind.PHONE and names_agree(name, known):
            decided.append((2, owner))
        suggested.setdefault(owner, kind)
    person_id = min(decided)[1] if decided else None
    return Identified(
        person_id, tuple(pair for pair in sorted(suggested.items()) if pair[0] != person_id)
    )


def names_agree(one: str | None, other: str | None) -> bool:
    """Both are known, and one's words are all among the other's (in any order; initials count)."""
    if one is None or other is None:
        return False
    shorter, longer = sorted((_words(one), _words(other)), key=len)
    return bool(shorter) and all(_stands_in(word, longer) for word in shorter)


def names_contradict(one: str | None, other: str | None) -> bool:
    """Both are known, in one script, and have no word in common."""
    if one is None or other is None:
        return False
    first, second = _words(one), _words(other)
    if not first or not second or _is_han(first) != _is_han(second):
        return False
    return not any(_stands_in(word, second) for word in first)


def _words(name: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", name).casefold()
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    words = re.findall(r"\w+", plain)
    # A Chinese name is one word, however it is spaced.
    return ["".join(words)] if words and _is_han(words) else words


def _is_han(words: Sequence[str]) -> bool:
    return all("㐀" <= c <= "鿿" for word in words for c in word)


def _stands_in(word: str, words: Sequence[str]) -> bool:
    return any(word == w or (min(len(word), len(w)) == 1 and word[0] == w[0]) for w in words)
