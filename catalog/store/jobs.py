"""Storing jobs and what they ask for; an edit is a new version, and every version is kept."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from catalog.errors import Conflict, Damaged, NotFound
from catalog.jobs import RequirementVersion, StoredJob
from catalog.store.tables import JobRow, RequirementRow
from catalog.store.unit import Unit, visible
from reading.job import Job, Requirement
from reading.record import (
    place_from_record,
    place_to_record,
    requirement_from_record,
    requirement_to_record,
)

PARSER = "parser"


class Jobs:
    """The jobs of one transaction."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def store(self, job: Job, external_id: str | None = None) -> int:
        """Store a job and return its id; the same text under the same external id is the same job.

        Another text under a known external id closes the old job and opens a new one, because
        requirements are spans of their own text.
        """
        sequence = self._unit.take_sequence()
        key = hashlib.sha256(job.text.encode("utf-8", "surrogatepass")).hexdigest()
        if external_id is not None:
            known = self._open(external_id)
            if known is not None and known.text_key == key:
                return int(known.id)
            self._unit.connection.execute(
                sa.update(JobRow)
                .where(JobRow.external_id == external_id, JobRow.to_sequence.is_(None))
                .values(to_sequence=sequence)
            )
        job_id = self._unit.insert(
            JobRow,
            {
                "external_id": external_id,
                "title": job.title,
                "text": job.text,
                "text_key": key,
                "language": job.language,
                "location": None if job.location is None else place_to_record(job.location),
                "created_at": self._unit.now,
                "from_sequence": sequence,
            },
        )
        self._unit.insert_all(
            RequirementRow,
            [
                self._version(job_id, replace(requirement, version=1), ordinal, PARSER)
                for ordinal, requirement in enumerate(job.requirements)
            ],
        )
        return job_id

    def close(self, job_id: int) -> bool:
        """Close a job from this transaction's sequence on; False where it was closed already.

        Its applications and requirements stay; the same text under its external id is a new job.

        Raises:
            NotFound: there is no such job.
        """
        sequence = self._unit.take_sequence()
        self.get(job_id)
        closed = self._unit.connection.execute(
            sa.update(JobRow)
            .where(JobRow.id == job_id, JobRow.to_sequence.is_(None))
            .values(to_sequence=sequence)
        )
        return bool(closed.rowcount)

    def is_open(self, job_id: int) -> bool:
        """Whether there is such a job and nobody has closed or replaced it."""
        found = sa.select(JobRow.id).where(JobRow.id == job_id, JobRow.to_sequence.is_(None))
        return self._unit.connection.scalar(found) is not None

    def find(self, external_id: str) -> int | None:
        """The open job with an external id."""
        row = self._open(external_id)
        return None if row is None else int(row.id)

    def get(self, job_id: int, sequence: int | None = None) -> StoredJob:
        """A job with its requirements as they were at a sequence (None: as they are now).

        Raises:
            NotFound: there is no such job.
        """
        row = self._unit.connection.execute(
            sa.select(JobRow.__table__).where(JobRow.id == job_id)
        ).one_or_none()
        if row is None:
            raise NotFound(f"there is no job {job_id}")
        current = {
            version.requirement_id: version.requirement
            for version in self.versions(job_id)
            if sequence is None or version.sequence <= sequence
        }
        job = Job(
            text=row.text,
            language=row.language,
            title=row.title,
            requirements=tuple(found for found in current.values() if found is not None),
            location=None if row.location is None else place_from_record(row.location),
        )
        return StoredJob(row.id, row.external_id, row.text_key, job)

    def all(self, sequence: int | None = None) -> list[int]:
        """The ids of the jobs that were open at a sequence (None: that are open now)."""
        which = JobRow.to_sequence.is_(None) if sequence is None else visible(JobRow, sequence)
        return list(
            self._unit.connection.scalars(sa.select(JobRow.id).where(which).order_by(JobRow.id))
        )

    def versions(self, job_id: int) -> list[RequirementVersion]:
        """Every version of every requirement, in the order of the job, oldest first."""
        rows = self._unit.connection.execute(
            sa.select(
                RequirementRow.requirement_id,
                RequirementRow.version,
                RequirementRow.value,
                RequirementRow.author,
                RequirementRow.sequence,
            )
            .where(RequirementRow.job_id == job_id)
            .order_by(RequirementRow.ordinal, RequirementRow.requirement_id, RequirementRow.version)
        )
        return [
            RequirementVersion(
                row.requirement_id,
                row.version,
                None if row.value is None else _requirement(row.value),
                row.author,
                row.sequence,
            )
            for row in rows
        ]

    def edit(self, job_id: int, requirement: Requirement, author: str) -> Requirement:
        """Store a person's version of a requirement (or a new requirement); returns it numbered.

        Raises:
            Conflict: `requirement.version` is not the newest: somebody else edited it meanwhile.
        """
        newest, ordinal = self._newest(job_id, requirement.id)
        if newest and requirement.version != newest:
            raise Conflict("somebody else has changed this requirement; look at it again")
        edited = replace(requirement, version=newest + 1)
        self._unit.insert_all(RequirementRow, [self._version(job_id, edited, ordinal, author)])
        return edited

    def remove(self, job_id: int, requirement_id: str, author: str) -> None:
        """Take a requirement away from now on; its versions stay.

        Raises:
            NotFound: the job has no such requirement.
        """
        newest, ordinal = self._newest(job_id, requirement_id)
        if not newest:
            raise NotFound(f"job {job_id} has no requirement {requirement_id}")
        gone = {
            **self._key(job_id, requirement_id, newest + 1),
            "ordinal": ordinal,
            "value": None,
            "author": author,
        }
        self._unit.insert_all(RequirementRow, [gone])

    def _open(self, external_id: str) -> sa.Row[int, str] | None:
        return self._unit.connection.execute(
            sa.select(JobRow.id, JobRow.text_key).where(
                JobRow.external_id == external_id, JobRow.to_sequence.is_(None)
            )
        ).one_or_none()

    def _newest(self, job_id: int, requirement_id: str) -> tuple[int, int]:
        """The newest version (0: none) and the place of a requirement (none: after the last)."""
        self._unit.take_sequence()  # before looking: no other editor may come between
        rows = self._unit.connection.execute(
            sa.select(
                RequirementRow.requirement_id,
                RequirementRow.ordinal,
                sa.func.max(RequirementRow.version),
            )
            .where(RequirementRow.job_id == job_id)
            .group_by(RequirementRow.requirement_id, RequirementRow.ordinal)
        ).all()
        for known_id, ordinal, version in rows:
            if known_id == requirement_id:
                return version, ordinal
        return 0, max((row.ordinal for row in rows), default=-1) + 1

    def _version(
        self, job_id: int, requirement: Requirement, ordinal: int, author: str
    ) -> dict[str, object]:
        return {
            **self._key(job_id, requirement.id, requirement.version),
            "ordinal": ordinal,
            "value": requirement_to_record(requirement),
            "author": author,
        }

    def _key(self, job_id: int, requirement_id: str, version: int) -> dict[str, object]:
        return {
            "job_id": job_id,
            "requirement_id": requirement_id,
            "version": version,
            "at": self._unit.now,
            "sequence": self._unit.take_sequence(),
        }


def _requirement(record: Mapping[str, Any]) -> Requirement:
    try:
        return requirement_from_record(record)
    except ValueError:
        raise Damaged("a stored requirement is not of the form that it should be") from None
