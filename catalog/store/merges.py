"""Two records of one person become one, and two again if that was wrong."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from catalog.errors import Conflict, InvalidRequest, NotFound
from catalog.people import MergeKind, PersonStatus, SuggestionState
from catalog.store.people import People
from catalog.store.resume_rows import copy_resume
from catalog.store.tables import (
    ApplicationRow,
    DocumentRow,
    IdentityClaimRow,
    MergeEventRow,
    MergeSuggestionRow,
    PersonAliasRow,
    PersonStatusRow,
    ResumeRow,
    Row,
)
from catalog.store.unit import Unit

_MOVABLE: dict[str, type[Row]] = {
    "documents": DocumentRow,
    "claims": IdentityClaimRow,
    "applications": ApplicationRow,
}


class Merges:
    """The merges of one transaction.

    Documents, claims and applications change their owner in place, and the event lists which.
    Résumés belong to snapshots: theirs are closed, and copied to their new owner.
    """

    def __init__(self, unit: Unit, people: People) -> None:
        self._unit = unit
        self._people = people

    def merge(self, winner_id: int, loser_id: int, *, reason: str, actor: str) -> int:
        """Make `loser_id` another id of `winner_id` and return the event's id.

        Of their résumés the one stored last is in search. If either must not be contacted, neither
        must the person they are.

        Raises:
            NotFound: there is no such person.
            InvalidRequest: the two are already one.
            Erased: one of them was erased.
        """
        unit = self._unit
        sequence = unit.take_sequence()
        for person in (winner_id, loser_id):
            self._people.refuse_erased(person)
        winner, loser = self._people.resolve(winner_id), self._people.resolve(loser_id)
        if winner == loser:
            raise InvalidRequest("these two are already one person")
        resumes = self._current_resumes((winner, loser))
        moved: dict[str, Any] = {
            name: self._move(row, loser, winner) for name, row in _MOVABLE.items()
        }
        moved["aliases"] = list(
            unit.connection.scalars(
                sa.update(PersonAliasRow)
                .where(PersonAliasRow.person_id == loser)
                .values(person_id=winner)
                .returning(PersonAliasRow.old_person_id)
            )
        )
        unit.insert_all(
            PersonAliasRow,
            [{"old_person_id": loser, "person_id": winner, "from_sequence": sequence}],
        )
        moved["resumes"] = {str(owner): resume_id for owner, resume_id in resumes.items()}
        newest = max(resumes.values(), default=None)
        if newest is not None and newest == resumes.get(loser):
            self._close((winner, loser))
            moved["copy"] = copy_resume(unit, newest, winner)
        else:
            self._close((loser,))
        moved["status"] = self._join_status(winner, loser)
        self._decide_suggestion(winner, loser)
        return self._record(MergeKind.MERGE, winner, loser, reason, actor, moved)

    def unmerge(self, merge_id: int, *, reason: str, actor: str) -> int:
        """Undo a merge: everything that it moved goes back; what came later stays with the winner.

        Raises:
            NotFound: there is no such merge.
            Conflict: it was undone before, or the winner has since become somebody else.
        """
        self._unit.take_sequence()
        event = self._unit.connection.execute(
            sa.select(MergeEventRow.__table__).where(
                MergeEventRow.id == merge_id, MergeEventRow.kind == MergeKind.MERGE
            )
        ).one_or_none()
        if event is None:
            raise NotFound(f"there is no merge {merge_id}, or one of the two was erased since")
        winner, loser, moved = event.winner_id, event.loser_id, event.moved
        if self._people.resolve(loser) != winner or self._undone(merge_id):
            raise Conflict("this merge was undone before, or a later merge has to be undone first")
        for name, row in _MOVABLE.items():
            self._give_back(row, moved[name], winner, loser)
        self._unit.connection.execute(
            sa.delete(PersonAliasRow).where(PersonAliasRow.old_person_id == loser)
        )
        self._unit.connection.execute(
            sa.update(PersonAliasRow)
            .where(
                PersonAliasRow.old_person_id.in_(moved["aliases"]),
                PersonAliasRow.person_id == winner,
            )
            .values(person_id=loser)
        )
        self._give_resumes_back(winner, loser, moved)
        if moved["status"] is not None:
            self._people.set_status(winner, moved["status"])
        return self._record(MergeKind.UNMERGE, winner, loser, reason, actor, {}, merge_id)

    def _move(self, row: type[Row], loser: int, winner: int) -> list[int]:
        columns = sa.inspect(row).columns
        return sorted(
            self._unit.connection.scalars(
                sa.update(row)
                .where(columns.person_id == loser)
                .values(person_id=winner)
                .returning(columns.id)
            )
        )

    def _give_back(self, row: type[Row], ids: Sequence[int], winner: int, loser: int) -> None:
        columns = sa.inspect(row).columns
        self._unit.connection.execute(
            sa.update(row)
            .where(columns.id.in_(ids), columns.person_id == winner)
            .values(person_id=loser)
        )

    def _current_resumes(self, people: Sequence[int]) -> dict[int, int]:
        rows = self._unit.connection.execute(
            sa.select(ResumeRow.person_id, ResumeRow.id)
            .where(ResumeRow.person_id.in_(people), ResumeRow.to_sequence.is_(None))
            .order_by(ResumeRow.id)
        )
        return dict(rows.all())

    def _close(self, people: Sequence[int]) -> None:
        self._unit.connection.execute(
            sa.update(ResumeRow)
            .where(ResumeRow.person_id.in_(people), ResumeRow.to_sequence.is_(None))
            .values(to_sequence=self._unit.take_sequence())
        )

    def _give_resumes_back(self, winner: int, loser: int, moved: dict[str, Any]) -> None:
        before = {int(owner): resume_id for owner, resume_id in moved["resumes"].items()}
        if loser in before:
            copy_resume(self._unit, before[loser], loser)
        # The winner keeps what came after the merge; only the copy of the loser's leaves.
        if moved.get("copy") in self._current_resumes((winner,)).values():
            self._close((winner,))
            if winner in before:
                copy_resume(self._unit, before[winner], winner)

    def _join_status(self, winner: int, loser: int) -> str | None:
        """The strictest status holds for both; returns the winner's own if it had to change."""
        statuses = dict(
            self._unit.connection.execute(
                sa.select(PersonStatusRow.person_id, PersonStatusRow.status).where(
                    PersonStatusRow.person_id.in_((winner, loser)),
                    PersonStatusRow.to_sequence.is_(None),
                )
            ).all()
        )
        if (
            statuses[loser] != PersonStatus.DO_NOT_CONTACT
            or statuses[winner] == PersonStatus.DO_NOT_CONTACT
        ):
            return None
        self._people.set_status(winner, PersonStatus.DO_NOT_CONTACT)
        return str(statuses[winner])

    def _decide_suggestion(self, winner: int, loser: int) -> None:
        first, second = sorted((winner, loser))
        self._unit.connection.execute(
            sa.update(MergeSuggestionRow)
            .where(MergeSuggestionRow.person_id == first, MergeSuggestionRow.other_id == second)
            .values(state=SuggestionState.ACCEPTED)
        )

    def _undone(self, merge_id: int) -> bool:
        undoing = sa.select(MergeEventRow.id).where(MergeEventRow.undoes_id == merge_id)
        return self._unit.connection.scalar(undoing) is not None

    def _record(
        self,
        kind: MergeKind,
        winner: int,
        loser: int,
        reason: str,
        actor: str,
        moved: dict[str, Any],
        undoes: int | None = None,
    ) -> int:
        return self._unit.insert(
            MergeEventRow,
            {
                "kind": kind,
                "winner_id": winner,
                "loser_id": loser,
                "reason": reason,
                "actor": actor,
                "at": self._unit.now,
                "sequence": self._unit.take_sequence(),
                "moved": moved,
                "undoes_id": undoes,
            },
        )
