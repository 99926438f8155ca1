"""Whom a document is about, judged by what identifies people and by nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from catalog.errors import Erased
from catalog.people import Claim, ClaimKind
from catalog.store.forgetting.tombstones import BY_EMAIL, BY_ID, BY_PHONE, Tombstones
from catalog.store.names import names_agree, names_contradict
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


__all__ = ["Identified", "identify", "names_agree", "names_contradict", "refuse_erased"]

ERASED = (
    "this is somebody who was erased, and who is not taken in again (`bole erasures` lists when)"
)


def identify(unit: Unit, claims: Sequence[Claim], name: str | None) -> Identified:
    """Find the person whom claims point to: by an id, then an e-mail, then a phone with the name.

    An id decides alone. An e-mail decides unless the names contradict each other: agencies and
    families share one. A phone decides only where the names agree. What does not decide suggests.
    Where several people fit, the one with the lowest id is it, and the others are suggested.

    Raises:
        Erased: by the same rules it is somebody who was erased, and nothing points more surely to
            somebody who was not.
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
            decided.append((BY_ID, owner))
        elif kind == ClaimKind.EMAIL and not names_contradict(name, known):
            decided.append((BY_EMAIL, owner))
        elif kind == ClaimKind.PHONE and names_agree(name, known):
            decided.append((BY_PHONE, owner))
        suggested.setdefault(owner, kind)
    tombstones = Tombstones.of(unit)
    gone = tombstones.matching(claims, name) if tombstones else []
    if gone and (not decided or min(gone)[0] <= min(decided)[0]):
        raise Erased(ERASED)
    person_id = min(decided)[1] if decided else None
    return Identified(
        person_id, tuple(pair for pair in sorted(suggested.items()) if pair[0] != person_id)
    )


def refuse_erased(unit: Unit, content_hash: str, text: str) -> None:
    """Refuse a document that nothing but its content ties to somebody.

    Raises:
        Erased: somebody who was erased had one with the same bytes, or the same letters.
    """
    tombstones = Tombstones.of(unit)
    if tombstones and tombstones.of_content(content_hash, text) is not None:
        raise Erased(ERASED)
