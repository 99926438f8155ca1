from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from catalog.people import Claim
from catalog.resumes import NewResume
from catalog.store import Catalog, open_catalog
from catalog.store.identification import names_agree, names_contradict

ResumeMaker = Callable[..., NewResume]


def _suggested(catalog: Catalog) -> list[tuple[int, int, str]]:
    with catalog.reading() as r:
        return [(s.person_id, s.other_id, s.reason) for s in r.people.suggestions()]


def test_the_same_email_is_the_same_person_whatever_its_case(
    catalog: Catalog, resume: ResumeMaker
) -> None:
    with catalog.writing() as w:
        one = w.resumes.store(resume("v1", email="Olu@Example.org", name="Olu Adeyemi"))
        two = w.resumes.store(resume("v2", email=" olu@example.ORG", name="Adeyemi, Olu"))
    assert two.person_id == one.person_id
    assert _suggested(catalog) == []


def test_two_who_store_the_same_person_at_once_store_one_person(
    catalog: Catalog, catalog_url: str, tmp_path: Path, resume: ResumeMaker
) -> None:
    catalogs = [open_catalog(catalog_url, tmp_path / "data") for _ in range(4)]
    together = threading.Barrier(4)

    def store(number: int) -> int:
        together.wait(10)
        with catalogs[number].writing() as w:
            return w.resumes.store(resume(f"v{number}", email="olu@example.org")).person_id

    with ThreadPoolExecutor(4) as pool:
        people = set(pool.map(store, range(4)))
    assert len(people) == 1
    with catalog.reading() as r:
        assert (r.counts().people, r.counts().resumes, r.counts().documents) == (1, 1, 4)
    for own in catalogs:
        own.close()


def test_an_id_decides_over_an_email(catalog: Catalog, resume: ResumeMaker) -> None:
    with catalog.writing() as w:
        by_id = w.resumes.store(resume("a", external="7"))
        by_email = w.resumes.store(resume("b", email="x@y.example"))
        both = w.resumes.store(resume("c", external="7", email="x@y.example"))
    assert both.person_id == by_id.person_id != by_email.person_id
    assert _suggested(catalog) == [(by_id.person_id, by_email.person_id, "email")]


def test_an_id_of_one_ats_is_not_an_id_of_another(catalog: Catalog, resume: ResumeMaker) -> None:
    with catalog.writing() as w:
        one = w.resumes.store(resume("a", claims=[Claim("ats:lever", "7")]))
        two = w.resumes.store(resume("b", claims=[Claim("ats:ashby", "7")]))
        again = w.resumes.store(resume("c", claims=[Claim("ats:lever", "7")]))
    assert one.person_id != two.person_id
    assert again.person_id == one.person_id


def test_an_agencys_email_over_two_names_only_suggests(
    catalog: Catalog, resume: ResumeMaker
) -> None:
    with catalog.writing() as w:
        one = w.resumes.store(resume("a", email="cv@agency.example", name="Maren Holt"))
        two = w.resumes.store(resume("b", email="cv@agency.example", name="Ravi Pillai"))
    assert two.person_id != one.person_id
    assert _suggested(catalog) == [(one.person_id, two.person_id, "email")]


def test_a_shared_phone_with_the_same_name_is_the_same_person(
    catalog: Catalog, resume: ResumeMaker
) -> None:
    with catalog.writing() as w:
        one = w.resumes.store(resume("a", phone="+4930123", name="Maren S. Holt"))
        two = w.resumes.store(resume("b", phone="+4930123", name="maren holt"))
    assert two.person_id == one.person_id


@pytest.mark.parametrize("other", ["Jonas Holt", None])
def test_a_shared_phone_with_another_or_no_name_only_suggests(
    catalog: Catalog, resume: ResumeMaker, other: str | None
) -> None:
    with catalog.writing() as w:
        one = w.resumes.store(resume("a", phone="+4930123", name="Maren Holt"))
        two = w.resumes.store(resume("b", phone="+4930123", name=other))
        w.resumes.store(resume("c", phone="+4930123", name=other))
    assert two.person_id != one.person_id
    assert (one.person_id, two.person_id, "phone") in _suggested(catalog)


def test_a_phone_number_is_not_taken_for_an_id_that_reads_the_same(
    catalog: Catalog, resume: ResumeMaker
) -> None:
    with catalog.writing() as w:
        one = w.resumes.store(resume("a", phone="4711", name="Maren Holt"))
        two = w.resumes.store(resume("b", external="4711", name="Maren Holt"))
    assert two.person_id != one.person_id
    assert _suggested(catalog) == []


def test_a_dismissed_suggestion_stays_dismissed(catalog: Catalog, resume: ResumeMaker) -> None:
    with catalog.writing() as w:
        w.resumes.store(resume("a", phone="+4930123", name="Maren Holt"))
        w.resumes.store(resume("b", external="B", phone="+4930123", name="Jonas Holt"))
        w.people.dismiss_suggestion(w.people.suggestions()[0].id)
        w.resumes.store(resume("c", external="B", phone="+4930123", name="Jonas Holt"))
    assert _suggested(catalog) == []


@pytest.mark.parametrize(
    ("one", "other", "agree", "contradict"),
    [
        ("Anna Berg", "BERG, Anna", True, False),
        ("José Núñez", "Jose Nunez", True, False),
        ("A. Berg", "Anna Berg", True, False),
        ("Anna Berg", "Anna Maria Berg-Lund", True, False),
        ("Anna Berg", "Anna Lund", False, False),  # married, perhaps: neither
        ("Anna Berg", "Tom Lund", False, True),
        ("王 小明", "王小明", True, False),
        ("王小明", "李小明", False, True),
        ("王小明", "Wang Xiaoming", False, False),  # scripts cannot be compared
        ("Anna Berg", "", False, False),
        ("Anna Berg", None, False, False),
    ],
)
def test_names(one: str, other: str | None, agree: bool, contradict: bool) -> None:
    assert names_agree(one, other) is names_agree(other, one) is agree
    assert names_contradict(one, other) is names_contradict(other, one) is contradict
