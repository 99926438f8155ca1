from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
import sqlalchemy as sa

from catalog.errors import Conflict
from catalog.people import PersonStatus
from catalog.resumes import Consent, Facts, NewResume, SkillFact
from catalog.store import Catalog
from catalog.store.tables import (
    DocumentRow,
    EducationRow,
    ExtractionRow,
    PassageRow,
    PositionRow,
    ResumeLanguageRow,
    ResumeRow,
    ResumeSkillRow,
    Row,
)
from reading.dates import Experience, Month, Period
from reading.resume import (
    Degree,
    Education,
    LanguageLevel,
    LanguageSkill,
    Location,
    Position,
    Salary,
    WorkPermission,
)
from reading.spans import Span

ResumeMaker = Callable[..., NewResume]


def _rows(catalog: Catalog, row: type[Row]) -> list[dict[str, object]]:
    with catalog.reading() as r:
        return [dict(x._mapping) for x in r.unit.connection.execute(sa.select(row.__table__))]


def _in_search(catalog: Catalog, sequence: int | None = None) -> dict[int, list[str]]:
    """Person → the texts of their passages."""
    found: dict[int, list[str]] = {}
    with catalog.reading() as r:
        for passage in r.resumes.passages_at(r.sequence if sequence is None else sequence):
            found.setdefault(passage.person_id, []).append(passage.text)
    return found


def test_the_same_bytes_again_are_unchanged(catalog: Catalog, resume: ResumeMaker) -> None:
    with catalog.writing() as w:
        first = w.resumes.store(resume("night shifts\ndialysis", external="A1"))
    with catalog.writing() as w:
        again = w.resumes.store(resume("night shifts\ndialysis", external="A1"))
    assert first.new
    assert not again.new
    assert (again.person_id, again.document_id, again.resume_id) == (
        first.person_id,
        first.document_id,
        first.resume_id,
    )
    assert len(_rows(catalog, DocumentRow)) == 1


def test_a_file_without_any_identity_is_known_by_its_bytes(
    catalog: Catalog, resume: ResumeMaker
) -> None:
    with catalog.writing() as w:
        first = w.resumes.store(resume("forklift"))
        again = w.resumes.store(resume("forklift"))
        other = w.resumes.store(resume("crane"))
    assert not again.new
    assert again.person_id == first.person_id
    assert other.person_id != first.person_id


def test_two_ids_with_the_same_bytes_are_two_people(catalog: Catalog, resume: ResumeMaker) -> None:
    with catalog.writing() as w:
        one = w.resumes.store(resume("baker", external="A1"))
        two = w.resumes.store(resume("baker", external="A2"))
    assert one.person_id != two.person_id
    assert two.new


def test_a_new_version_replaces_the_old_in_search_and_keeps_it(
    catalog: Catalog, resume: ResumeMaker
) -> None:
    with catalog.writing() as w:
        old = w.resumes.store(resume("cook\npastry", external="A1"))
        before = w.sequence
    with catalog.writing() as w:
        new = w.resumes.store(resume("head cook\npastry", external="A1"))
    assert new.replaced == old.resume_id
    assert _in_search(catalog) == {old.person_id: ["head cook", "pastry"]}
    assert _in_search(catalog, before) == {old.person_id: ["cook", "pastry"]}
    with catalog.reading() as r:
        versions = r.resumes.versions(old.person_id)
        assert [version.resume_id for version in versions] == [new.resume_id, old.resume_id]
        assert r.resumes.of([old.person_id], before)[old.person_id].text == "cook\npastry"
        assert r.counts().resumes == 1


def test_the_older_version_uploaded_again_does_not_come_back(
    catalog: Catalog, resume: ResumeMaker
) -> None:
    with catalog.writing() as w:
        old = w.resumes.store(resume("cook", external="A1"))
        w.resumes.store(resume("head cook", external="A1"))
        again = w.resumes.store(resume("cook", external="A1"))
    assert not again.new
    assert again.resume_id == old.resume_id
    assert _in_search(catalog) == {old.person_id: ["head cook"]}


def test_two_versions_in_one_transaction_leave_one_in_search(
    catalog: Catalog, resume: ResumeMaker
) -> None:
    with catalog.writing() as w:
        w.resumes.store(resume("first", email="a@b.example"))
        last = w.resumes.store(resume("second", email="A@B.example"))
        sequence = w.sequence
    assert _in_search(catalog, sequence) == {last.person_id: ["second"]}


def test_a_better_parser_replaces_what_an_older_one_read(
    catalog: Catalog, resume: ResumeMaker
) -> None:
    with catalog.writing() as w:
        old = w.resumes.store(resume("tiler", external="A1", parser="1"))
        new = w.resumes.store(resume("tiler", external="A1", parser="2"))
        reread = w.resumes.store(resume("tiler ", external="A2", reader="plain/1"))
    assert new.new
    assert new.document_id == old.document_id
    assert new.replaced == old.resume_id
    assert reread.person_id != old.person_id
    assert len(_rows(catalog, ExtractionRow)) == 2  # one per document and reader


def test_a_reader_that_changes_its_mind_under_the_same_version_is_refused(
    catalog: Catalog, resume: ResumeMaker
) -> None:
    first = resume("roofer", external="A1", parser="1")
    second = replace(first, parser="2", extraction=replace(first.extraction, text="r00fer"))
    with catalog.writing() as w:
        w.resumes.store(first)
    with pytest.raises(Conflict, match="plain/1"), catalog.writing() as w:
        w.resumes.store(second)


def test_nothing_is_half_stored_when_a_part_cannot_be(
    catalog: Catalog, resume: ResumeMaker
) -> None:
    twice = Facts(skills=(SkillFact("python", True), SkillFact("python", False)))
    with pytest.raises(Conflict), catalog.writing() as w:
        w.resumes.store(resume("developer", external="A1", facts=twice))
    for row in (DocumentRow, ExtractionRow, ResumeRow, PassageRow):
        assert _rows(catalog, row) == []


def test_what_filters_ask_about_has_its_columns_and_unknown_is_null(
    catalog: Catalog, resume: ResumeMaker
) -> None:
    span = Span(0, 5)
    facts = Facts(
        headline="护士长",
        location=Location("CN", "Zhejiang", "Hangzhou", remote=False),
        experience=Experience(40, Month(2020, 3)),
        degree=Degree.MASTER,
        work_permission=WorkPermission.NEEDS_SPONSORSHIP,
        availability="two weeks",
        salary=Salary(300_000, None, "CNY"),
        positions=(
            Position("Nurse", "Ruijin", Period(Month(2016, 11), None), span, span),
            Position("Aide", None, None, span, span),
        ),
        education=(
            Education(Degree.MASTER, "护理", None, Period(Month(2014, 9), Month(2016, 6)), span),
        ),
        skills=(
            SkillFact("triage", True, Experience(12, None), Month(2018, 1)),
            SkillFact("excel", False),
        ),
        languages=(
            LanguageSkill("en", LanguageLevel.B2, span),
            LanguageSkill("en", None, span),
            LanguageSkill("zh", None, span),
        ),
    )
    with catalog.writing() as w:
        full = w.resumes.store(resume("nurse", external="A1", facts=facts))
        bare = w.resumes.store(resume("aide", external="A2"))
    known, unknown = _rows(catalog, ResumeRow)
    columns = [
        *("headline", "country", "region", "city", "remote", "months_before", "open_since"),
        *("degree", "work_permission", "availability", "salary_min", "salary_max"),
        "salary_currency",
    ]
    assert [known[column] for column in columns] == [
        *("护士长", "CN", "Zhejiang", "Hangzhou", False, 40, 2020 * 12 + 2, 5),
        *("needs_sponsorship", "two weeks", 300_000, None, "CNY"),
    ]
    assert [unknown[column] for column in columns] == [None] * len(columns)
    assert (known["id"], unknown["id"]) == (full.resume_id, bare.resume_id)
    positions = [(p["start"], p["end"], p["title"]) for p in _rows(catalog, PositionRow)]
    assert positions == [(2016 * 12 + 10, None, "Nurse"), (None, None, "Aide")]
    assert [(e["degree"], e["field"]) for e in _rows(catalog, EducationRow)] == [(5, "护理")]
    skills = {
        s["skill"]: (s["months_before"], s["last_used"]) for s in _rows(catalog, ResumeSkillRow)
    }
    assert skills == {"triage": (12, 2018 * 12), "excel": (None, None)}
    levels = {line["code"]: line["level"] for line in _rows(catalog, ResumeLanguageRow)}
    assert levels == {"en": 4, "zh": None}


def test_a_stored_resume_comes_back_as_it_was(catalog: Catalog, resume: ResumeMaker) -> None:
    new = resume("teacher\n数学老师 𝒜", external="A1", parsed={"z": [1, {"b": "ü"}], "a": None})
    box = (0, 7, 0, 1.5, 2.25, 3.0, 4.125)
    new = replace(new, extraction=replace(new.extraction, boxes=(box,)))
    with catalog.writing() as w:
        stored = w.resumes.store(new)
    with catalog.reading() as r:
        back = r.resumes.of([stored.person_id, 4711], r.sequence)
        assert r.resumes.get(stored.resume_id) == back[stored.person_id]
        assert r.resumes.get(4711) is None
    assert set(back) == {stored.person_id}
    found = back[stored.person_id]
    assert found.text == found.scoring_text == "teacher\n数学老师 𝒜"
    assert found.segments == new.segments
    assert found.parsed == new.parsed
    assert found.boxes == (box,)
    assert (found.external_id, found.media_type) == ("A1", "text/plain")
    assert (found.reader, found.parser) == ("plain/1", "1")


def test_passages_come_in_the_order_of_their_ids_however_many(
    catalog: Catalog, resume: ResumeMaker
) -> None:
    """5,000 passages: more than are read at once."""
    with catalog.writing() as w:
        for number in range(5):
            lines = "\n".join(f"{number}/{line}" for line in range(1000))
            w.resumes.store(resume(lines, external=str(number)))
    with catalog.reading() as r:
        passages = list(r.resumes.passages_at(r.sequence))
    assert [passage.id for passage in passages] == sorted({p.id for p in passages})
    assert [p.text for p in passages] == [f"{n}/{line}" for n in range(5) for line in range(1000)]
    assert [p.ordinal for p in passages[:3]] == [0, 1, 2]


def test_each_text_without_a_vector_is_named_once(catalog: Catalog, resume: ResumeMaker) -> None:
    with catalog.writing() as w:
        w.resumes.store(resume("shared\nown", external="A1"))
        w.resumes.store(resume("shared\nother", external="A2"))
    with catalog.reading() as r:
        missing = {p.text: p.content_key for p in r.resumes.without_vector("m1", r.sequence)}
    assert sorted(missing) == ["other", "own", "shared"]
    with catalog.writing() as w:
        w.vectors.put({missing["shared"]: b"\0" * 8}, "m1")
    with catalog.reading() as r:
        assert [p.text for p in r.resumes.without_vector("m1", r.sequence)] == ["own", "other"]
        assert len(list(r.resumes.without_vector("m2", r.sequence))) == 3


def test_a_document_is_found_by_its_bytes_before_anybody_reads_it(
    catalog: Catalog, resume: ResumeMaker
) -> None:
    new = resume("welder", external=" A1 ")
    key = new.document.content_hash
    with catalog.writing() as w:
        assert w.resumes.find_document(key) is None
        stored = w.resumes.store(new)
        for found in (w.resumes.find_document(key), w.resumes.find_document(key, "A1")):
            assert found is not None
            assert (found.person_id, found.reader, found.parser) == (
                stored.person_id,
                "plain/1",
                "1",
            )
        assert w.resumes.find_document(key, "A2") is None


def test_consent_and_retention_are_kept_with_the_person(
    catalog: Catalog, resume: ResumeMaker
) -> None:
    consent = Consent("consent", "recruiting", date(2027, 5, 31))
    with catalog.writing() as w:
        stored = w.resumes.store(resume("clerk", name="Ada Novak", consent=consent))
    with catalog.reading() as r:
        person = r.people.get(stored.person_id)
    assert (person.consent_basis, person.purpose) == ("consent", "recruiting")
    assert person.retention_until == date(2027, 5, 31)
    assert person.status is PersonStatus.ACTIVE
    assert person.name == "Ada Novak"
    assert person.created_at.utcoffset() is not None
