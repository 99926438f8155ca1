"""Storing and finding people: their claims, their status, the terms of keeping their data."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import sqlalchemy as sa

from catalog.errors import Erased, InvalidRequest, NotFound
from catalog.people import Claim, ClaimKind, MergeSuggestion, Person, PersonStatus, SuggestionState
from catalog.resumes import Consent
from catalog.store.tables import (
    IdentityClaimRow,
    MergeSuggestionRow,
    PersonAliasRow,
    PersonRow,
    PersonStatusRow,
)
from catalog.store.unit import Unit, in_lots


class People:
    """The people of one transaction."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def add(self, name: str | None = None, consent: Consent | None = None) -> int:
        """Store a new, active person and return their id."""
        unit = self._unit
        sequence = unit.take_sequence()
        terms = consent or Consent()
        person_id = unit.insert(
            PersonRow,
            {
                "name": name,
                "consent_basis": terms.basis,
                "purpose": terms.purpose,
                "retention_until": terms.retention_until,
                "created_at": unit.now,
                "from_sequence": sequence,
            },
        )
        self._open_status(person_id, PersonStatus.ACTIVE)
        return person_id

    def get(self, person_id: int) -> Person:
        """A person as now known; an id that was merged away gives whom it now stands for."""
        row = self._unit.connection.execute(
            sa.select(PersonRow.__table__, PersonStatusRow.status)
            .outerjoin(
                PersonStatusRow,
                sa.and_(
                    PersonStatusRow.person_id == PersonRow.id,
                    PersonStatusRow.to_sequence.is_(None),
                ),
            )
            .where(PersonRow.id == self.resolve(person_id))
        ).one()
        return Person(
            id=row.id,
            name=row.name,
            status=PersonStatus(row.status or PersonStatus.DO_NOT_CONTACT),  # null: erased
            consent_basis=row.consent_basis,
            purpose=row.purpose,
            retention_until=row.retention_until,
            created_at=row.created_at,
            erased_at=row.erased_at,
        )

    def erased(self) -> list[int]:
        """Ids, ascending, of all who were erased."""
        return list(
            self._unit.connection.scalars(
                sa.select(PersonRow.id)
                .where(PersonRow.erased_at.is_not(None))
                .order_by(PersonRow.id)
            )
        )

    def names(self, person_ids: Iterable[int]) -> dict[int, str]:
        """What people are called, for a person to read; those without a name are absent."""
        found: dict[int, str] = {}
        for lot in in_lots(dict.fromkeys(person_ids)):
            rows = self._unit.connection.execute(
                sa.select(PersonRow.id, PersonRow.name).where(
                    PersonRow.id.in_(lot), PersonRow.name.is_not(None)
                )
            )
            found.update((person, name or "") for person, name in rows)
        return found

    def resolve(self, person_id: int) -> int:
        """The current id of a person.

        Raises:
            NotFound: there never was such a person.
        """
        found = self.resolve_all((person_id,)).get(person_id)
        if found is None:
            raise NotFound(f"there is no candidate {person_id}")
        return found

    def resolve_all(self, person_ids: Iterable[int]) -> dict[int, int]:
        """Each id's current one; ids that never were are absent."""
        resolved: dict[int, int] = {}
        for lot in in_lots(dict.fromkeys(person_ids)):
            rows = self._unit.connection.execute(
                sa.select(PersonRow.id, sa.func.coalesce(PersonAliasRow.person_id, PersonRow.id))
                .outerjoin(PersonAliasRow, PersonAliasRow.old_person_id == PersonRow.id)
                .where(PersonRow.id.in_(lot))
            )
            resolved.update((old, current) for old, current in rows)
        return resolved

    def set_status(self, person_id: int, status: PersonStatus | str) -> None:
        """Change whether a person may be put forward, from this transaction's sequence on."""
        try:
            wanted = PersonStatus(status)
        except ValueError:
            words = ", ".join(PersonStatus)
            raise InvalidRequest(f"a candidate's status is one of {words}") from None
        sequence = self._unit.take_sequence()
        person_id = self.resolve(person_id)
        closed = self._unit.connection.execute(
            sa.update(PersonStatusRow)
            .where(
                PersonStatusRow.person_id == person_id,
                PersonStatusRow.to_sequence.is_(None),
                PersonStatusRow.status != wanted,
            )
            .values(to_sequence=sequence)
        )
        if closed.rowcount:
            self._open_status(person_id, wanted)

    def refuse_erased(self, person_id: int) -> None:
        """Errors: Erased where the person was; NotFound where there never was one.

        Whoever writes about them afterwards takes the sequence first.
        """
        if self.get(person_id).erased_at is not None:
            raise Erased(f"candidate {person_id} was erased: nothing is recorded about them")

    def set_consent(self, person_id: int, consent: Consent) -> None:
        """Record the terms under which a person's data is kept. Errors: NotFound, Erased."""
        self._unit.take_sequence()
        self.refuse_erased(person_id)
        self._unit.connection.execute(
            sa.update(PersonRow)
            .where(PersonRow.id == self.resolve(person_id))
            .values(
                consent_basis=consent.basis,
                purpose=consent.purpose,
                retention_until=consent.retention_until,
            )
        )

    def rename(self, person_id: int, name: str) -> None:
        """Record the name as a newer document gives it."""
        self._unit.connection.execute(
            sa.update(PersonRow)
            .where(PersonRow.id == person_id, PersonRow.name.is_distinct_from(name))
            .values(name=name)
        )

    def claim(self, person_id: int, claims: Sequence[Claim], document_id: int | None) -> None:
        """Let claims point to a person, from now on; those that already do are left alone."""
        wanted = dict.fromkeys(claims)
        for known in self.claims(person_id):
            wanted.pop(known, None)
        self.add_claims(person_id, wanted, document_id)

    def add_claims(self, person_id: int, claims: Iterable[Claim], document_id: int | None) -> None:
        """Let claims point to a person who has none of them yet."""
        sequence = self._unit.take_sequence()
        self._unit.insert_all(
            IdentityClaimRow,
            [
                {
                    "person_id": person_id,
                    "kind": claim.kind,
                    "value": claim.value,
                    "document_id": document_id,
                    "since_sequence": sequence,
                }
                for claim in dict.fromkeys(claims)
            ],
        )

    def claims(self, person_id: int) -> list[Claim]:
        """What points to a person now, in the order in which it came."""
        rows = self._unit.connection.execute(
            sa.select(IdentityClaimRow.kind, IdentityClaimRow.value)
            .where(
                IdentityClaimRow.person_id == person_id, IdentityClaimRow.until_sequence.is_(None)
            )
            .order_by(IdentityClaimRow.id)
        )
        # After a merge the same claim may stand there twice.
        return list(dict.fromkeys(Claim(kind, value) for kind, value in rows))

    def of_external(self, external_ids: Iterable[str], kind: str = "external") -> dict[str, int]:
        """The person each external id points to; unknown ids are absent."""
        found: dict[str, int] = {}
        for lot in in_lots(external_ids):
            rows = self._unit.connection.execute(
                sa.select(IdentityClaimRow.value, IdentityClaimRow.person_id)
                .where(
                    IdentityClaimRow.kind == kind,
                    IdentityClaimRow.value.in_(lot),
                    IdentityClaimRow.until_sequence.is_(None),
                )
                .order_by(IdentityClaimRow.id.desc())
            )
            found.update((value, person_id) for value, person_id in rows)
        return found

    def external_ids(self, person_ids: Iterable[int]) -> dict[int, str]:
        """Each person's first external id; people without one are absent."""
        found: dict[int, str] = {}
        for lot in in_lots(person_ids):
            rows = self._unit.connection.execute(
                sa.select(IdentityClaimRow.person_id, IdentityClaimRow.value)
                .where(
                    IdentityClaimRow.person_id.in_(lot),
                    IdentityClaimRow.kind == ClaimKind.EXTERNAL,
                    IdentityClaimRow.until_sequence.is_(None),
                )
                .order_by(IdentityClaimRow.id.desc())
            )
            found.update((person_id, value) for person_id, value in rows)
        return found

    def suggest(self, person_id: int, others: Iterable[tuple[int, str]]) -> None:
        """Suggest that people are one, for the kind of claim they share; once per pair and kind."""
        for other_id, reason in others:
            first, second = sorted((person_id, other_id))
            pair = (
                MergeSuggestionRow.person_id == first,
                MergeSuggestionRow.other_id == second,
                MergeSuggestionRow.reason == reason,
            )
            if self._unit.connection.scalar(sa.select(MergeSuggestionRow.id).where(*pair)) is None:
                self._unit.insert(
                    MergeSuggestionRow,
                    {
                        "person_id": first,
                        "other_id": second,
                        "reason": reason,
                        "state": SuggestionState.OPEN,
                        "at": self._unit.now,
                    },
                )

    def suggestions(self) -> list[MergeSuggestion]:
        """The suggestions that nobody has decided yet, oldest first."""
        rows = self._unit.connection.execute(
            sa.select(
                MergeSuggestionRow.id,
                MergeSuggestionRow.person_id,
                MergeSuggestionRow.other_id,
                MergeSuggestionRow.reason,
                MergeSuggestionRow.at,
            )
            .where(MergeSuggestionRow.state == SuggestionState.OPEN)
            .order_by(MergeSuggestionRow.id)
        )
        return [MergeSuggestion(*row) for row in rows]

    def dismiss_suggestion(self, suggestion_id: int) -> None:
        """These two are not one; the pair is not suggested again for that reason."""
        done = self._unit.connection.execute(
            sa.update(MergeSuggestionRow)
            .where(MergeSuggestionRow.id == suggestion_id)
            .values(state=SuggestionState.DISMISSED)
        )
        if not done.rowcount:
            raise NotFound(f"there is no suggestion {suggestion_id}")

    def _open_status(self, person_id: int, status: PersonStatus) -> None:
        self._unit.insert(
            PersonStatusRow,
            {
                "person_id": person_id,
                "status": status,
                "at": self._unit.now,
                "from_sequence": self._unit.take_sequence(),
            },
        )
