"""Whatever stands in a document goes in and comes out unchanged, or is refused as a whole."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from catalog.errors import InvalidRequest, NotFound
from catalog.people import Claim
from catalog.resumes import Facts, NewResume, SkillFact
from catalog.store import Catalog

ResumeMaker = Callable[..., NewResume]

TEXTS = [
    "Robert'); DROP TABLE person;--",
    "100% _under_ \\ back\\slash \"double\" 'single' `tick` $1 :name %s %(x)s {} ?",
    "𠮷野家 👩🏽‍⚕️ 𝕳𝖊𝖑𝖑𝖔",  # four bytes in UTF-8
    "e\u0301 vs \u00e9, ﬁ, İstanbul, \u202eright to left\u202c, \ufeffmark, \uffff",
    "line\r\nfeed\tand\x0bother\x0c controls\x01\x7f\x85\u2028",
    "长" * 300_000,
    "x" * 2_000_000,
]


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_any_text_comes_back_as_it_was(catalog: Catalog, resume: ResumeMaker, text: str) -> None:
    new = resume(
        text,
        external=text[:1000],
        name=text[:1000],
        filename=text[:1000],
        facts=Facts(headline=text[:1000], skills=(SkillFact(text[:1000], True),)),
        parsed={text[:1000]: [text]},
    )
    with catalog.writing() as w:
        stored = w.resumes.store(new)
    with catalog.reading() as r:
        found = r.resumes.of([stored.person_id], r.sequence)[stored.person_id]
        assert found.text == text
        assert found.parsed == new.parsed
        assert found.headline == text[:1000]
        assert found.external_id == text[:1000].strip()
        assert r.people.get(stored.person_id).name == text[:1000]
        passages = [passage.text for passage in r.resumes.passages_at(r.sequence)]
        assert passages == text.split("\n")


@pytest.mark.parametrize("bad", ["nul\x00nul", "half \ud83d a pair"])
@pytest.mark.parametrize("where", ["name", "external", "filename", "facts"])
def test_what_no_database_can_keep_is_refused_on_both(
    catalog: Catalog, resume: ResumeMaker, bad: str, where: str
) -> None:
    given = Facts(headline=bad) if where == "facts" else bad
    with pytest.raises(InvalidRequest) as caught, catalog.writing() as w:
        w.resumes.store(resume("fine", **{where: given}))
    assert bad not in str(caught.value)
    with catalog.reading() as r:
        assert r.counts().people == r.counts().documents == 0


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_numbers_that_are_not_json_are_refused(
    catalog: Catalog, resume: ResumeMaker, value: float
) -> None:
    with pytest.raises(InvalidRequest), catalog.writing() as w:
        w.resumes.store(resume("fine", parsed={"score": value}))


@pytest.mark.parametrize("kind", ["", "passport", "ats:", "EMAIL", "email' OR '1'='1"])
def test_a_kind_of_claim_that_does_not_exist_is_refused(
    catalog: Catalog, resume: ResumeMaker, kind: str
) -> None:
    with pytest.raises(InvalidRequest), catalog.writing() as w:
        w.resumes.store(resume("fine", claims=[Claim(kind, "1")]))


def test_a_claim_of_nothing_identifies_nobody(catalog: Catalog, resume: ResumeMaker) -> None:
    with catalog.writing() as w:
        one = w.resumes.store(resume("a", email="", phone="  ", name="Wu Lan"))
        two = w.resumes.store(resume("b", email="", phone="  ", name="Wu Lan"))
    assert one.person_id != two.person_id


@pytest.mark.parametrize("number", [0, -1, 2**63 - 1])
def test_unknown_ids_are_not_found(catalog: Catalog, number: int) -> None:
    with catalog.reading() as r:
        assert r.resumes.of([number], 1) == {}
        assert r.people.resolve_all([number]) == {}
        with pytest.raises(NotFound):
            r.people.resolve(number)
        with pytest.raises(NotFound):
            r.jobs.get(number)


def test_a_number_beyond_the_databases_is_refused(catalog: Catalog) -> None:
    with pytest.raises(InvalidRequest), catalog.reading() as r:
        r.people.resolve(2**70)


def test_json_is_stored_the_same_however_it_was_put_together(
    catalog: Catalog, resume: ResumeMaker
) -> None:
    with catalog.writing() as w:
        w.resumes.store(resume("a", parsed={"b": 1, "a": "ü"}))
        w.resumes.store(resume("b", parsed={"a": "ü", "b": 1}))
        stored = w.unit.connection.exec_driver_sql("SELECT CAST(parsed AS TEXT) FROM resume").all()
    assert stored == [('{"a":"ü","b":1}',)] * 2
