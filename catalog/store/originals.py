"""Which original documents the catalog speaks of: those that were read, that were put aside, and
that wait to be read."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from catalog.receipts import RESUME
from catalog.store.tables import DocumentRow, InboxRow, PersonRow, QuarantineRow
from catalog.store.unit import Unit, in_lots


class Originals:
    """The keys of blobs in one transaction."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def all(self) -> set[str]:
        """The key of every original that has to be in the blob store."""
        return self._keys(sa.true(), sa.true()) | self._waiting()

    def known(self, keys: Iterable[str]) -> set[str]:
        """Which of these keys are originals of ours."""
        wanted = dict.fromkeys(keys)
        found = self._waiting() & wanted.keys()
        for lot in in_lots(wanted):
            found |= self._keys(
                DocumentRow.content_hash.in_(lot), QuarantineRow.content_hash.in_(lot)
            )
        return found

    def of_erased(self) -> list[int]:
        """People who were erased and of whom there is a document all the same, ascending."""
        back = (
            sa.select(DocumentRow.person_id)
            .join(PersonRow, PersonRow.id == DocumentRow.person_id)
            .where(PersonRow.erased_at.is_not(None))
            .distinct()
        )
        return sorted(self._unit.connection.scalars(back))

    def _waiting(self) -> set[str]:
        """What was received and acknowledged, and not read yet."""
        waiting = sa.select(InboxRow.payload).where(
            InboxRow.kind == RESUME, InboxRow.done_at.is_(None)
        )
        payloads = self._unit.connection.scalars(waiting)
        return {str(payload["content_hash"]) for payload in payloads}

    def _keys(self, read: sa.ColumnElement[bool], aside: sa.ColumnElement[bool]) -> set[str]:
        documents = sa.select(DocumentRow.content_hash).where(read)
        kept = sa.select(QuarantineRow.content_hash).where(QuarantineRow.kept, aside)
        return set(self._unit.connection.scalars(documents.union(kept)))
