from __future__ import annotations

from dataclasses import replace

import pytest

from catalog.errors import Conflict, NotFound
from catalog.store import Catalog
from reading.job import (
    DegreeValue,
    ExperienceValue,
    Job,
    Kind,
    LanguageValue,
    PermissionValue,
    PhraseValue,
    Requirement,
    SkillValue,
    Value,
)
from reading.resume import Degree, LanguageLevel, Location
from reading.spans import Span

VALUES: tuple[Value, ...] = (
    SkillValue("python", 36),
    SkillValue("triage"),
    ExperienceValue(60, ("护士", "nurse")),
    DegreeValue(Degree.BACHELOR, ("nursing",)),
    LanguageValue("de", LanguageLevel.B2),
    LanguageValue("zh"),
    PermissionValue(),
    PhraseValue(("wound", "care")),
)
JOB = Job(
    text="Nurse wanted 招聘护士",
    language="en",
    title="Nurse",
    requirements=tuple(
        Requirement(f"r{n}", 1, Kind.NICE, value, f"text {n}", Span(n, n + 3))
        for n, value in enumerate(VALUES)
    ),
    location=Location("DE", None, "Köln", remote=False),
)


def test_a_job_comes_back_as_it_was(catalog: Catalog) -> None:
    with catalog.writing() as w:
        job_id = w.jobs.store(JOB, "J1")
    with catalog.reading() as r:
        found = r.jobs.get(job_id)
        assert found.job == JOB
        assert (found.id, found.external_id) == (job_id, "J1")
        assert r.jobs.find("J1") == job_id
        assert r.jobs.find("J2") is None
        assert r.jobs.all() == [job_id]


def test_the_same_job_again_is_the_same_and_another_text_is_another(catalog: Catalog) -> None:
    with catalog.writing() as w:
        first = w.jobs.store(JOB, "J1")
        before = w.sequence
    with catalog.writing() as w:
        assert w.jobs.store(JOB, "J1") == first
        second = w.jobs.store(replace(JOB, text="Head nurse wanted"), "J1")
    with catalog.reading() as r:
        assert second != first
        assert r.jobs.find("J1") == second
        assert (r.jobs.all(), r.jobs.all(before)) == ([second], [first])


def test_an_edit_is_a_new_version_and_the_old_one_stays(catalog: Catalog) -> None:
    with catalog.writing() as w:
        job_id = w.jobs.store(JOB, "J1")
        before = w.sequence
    with catalog.writing() as w:
        edited = w.jobs.edit(job_id, replace(JOB.requirements[0], kind=Kind.MUST), "jt")
        w.jobs.remove(job_id, "r1", "jt")
        new = Requirement("x", 0, Kind.NICE, PermissionValue(), "permit", None)
        added = w.jobs.edit(job_id, new, "jt")
    assert (edited.version, added.version) == (2, 1)
    with catalog.reading() as r:
        now = r.jobs.get(job_id).job.requirements
        assert now == (edited, *JOB.requirements[2:], added)
        assert r.jobs.get(job_id, before).job == JOB
        versions = [(v.requirement_id, v.version, v.author) for v in r.jobs.versions(job_id)]
        assert versions[:4] == [
            ("r0", 1, "parser"),
            ("r0", 2, "jt"),
            ("r1", 1, "parser"),
            ("r1", 2, "jt"),
        ]


def test_an_edit_of_what_somebody_else_has_changed_is_refused(catalog: Catalog) -> None:
    with catalog.writing() as w:
        job_id = w.jobs.store(JOB)
        w.jobs.edit(job_id, JOB.requirements[0], "one")
        with pytest.raises(Conflict):
            w.jobs.edit(job_id, JOB.requirements[0], "two")


def test_unknown_jobs_and_requirements_are_not_found(catalog: Catalog) -> None:
    with pytest.raises(NotFound), catalog.reading() as r:
        r.jobs.get(4711)
    with pytest.raises(NotFound), catalog.writing() as w:
        w.jobs.remove(4711, "r0", "jt")
    with pytest.raises(NotFound), catalog.writing() as w:
        w.jobs.edit(4711, JOB.requirements[0], "jt")


def test_versions_of_a_requirement_cannot_be_rewritten(catalog: Catalog) -> None:
    with catalog.writing() as w:
        w.jobs.store(JOB)
    with pytest.raises(Conflict, match="append-only"), catalog.writing() as w:
        w.unit.connection.exec_driver_sql("DELETE FROM requirement")
