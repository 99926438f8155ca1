from __future__ import annotations

from collections.abc import Callable

import pytest

from catalog.errors import Conflict, InvalidRequest, NotFound
from catalog.people import PersonStatus
from catalog.resumes import NewResume
from catalog.store import Catalog, Reading
from reading.job import Job

ResumeMaker = Callable[..., NewResume]
WHY = {"reason": "the same phone", "actor": "jt"}


def _facts(r: Reading, people: list[int]) -> list[object]:
    """Everything about people that a merge may touch, in a form that can be compared."""
    texts: dict[int, list[str]] = {}
    for passage in r.resumes.passages_at(r.sequence):
        texts.setdefault(passage.person_id, []).append(passage.text)
    return [
        (
            r.people.resolve(person),
            texts.get(person, []),
            r.people.claims(person),
            [version.document_id for version in r.resumes.versions(person)][:1],
            r.people.get(person).status,
        )
        for person in people
    ]


def _two(catalog: Catalog, resume: ResumeMaker) -> tuple[int, int]:
    with catalog.writing() as w:
        one = w.resumes.store(resume("old cv", email="a@x.example")).person_id
        two = w.resumes.store(resume("new cv", email="b@x.example", external="B2")).person_id
    return one, two


def test_after_a_merge_both_ids_are_one_person_with_the_newest_resume(
    catalog: Catalog, resume: ResumeMaker
) -> None:
    one, two = _two(catalog, resume)
    with catalog.writing() as w:
        w.merges.merge(one, two, **WHY)
    with catalog.reading() as r:
        assert r.people.resolve(two) == one
        assert r.people.get(two).id == one
        assert [p.text for p in r.resumes.passages_at(r.sequence)] == ["new cv"]
        assert {c.value for c in r.people.claims(one)} == {"a@x.example", "b@x.example", "B2"}
        assert r.people.of_external(["B2", "C3"]) == {"B2": one}
        assert r.people.external_ids([one, two]) == {one: "B2"}
        assert r.counts().people == 1


def test_the_past_stays_as_it_was_after_a_merge(catalog: Catalog, resume: ResumeMaker) -> None:
    one, two = _two(catalog, resume)
    with catalog.reading() as r:
        then = r.sequence
        before = [(p.person_id, p.id, p.text) for p in r.resumes.passages_at(then)]
    with catalog.writing() as w:
        w.merges.merge(one, two, **WHY)
    with catalog.reading() as r:
        assert [(p.person_id, p.id, p.text) for p in r.resumes.passages_at(then)] == before
        assert r.resumes.of([two], then)[two].text == "new cv"


def test_an_unmerge_restores_exactly_what_the_merge_moved(
    catalog: Catalog, resume: ResumeMaker
) -> None:
    one, two = _two(catalog, resume)
    with catalog.writing() as w:
        job = w.jobs.store(Job("Cook wanted", "en", None, ()))
        application = w.outcomes.apply(two, job, "ats:lever", "L1")
        w.people.set_status(two, PersonStatus.DO_NOT_CONTACT)
    with catalog.reading() as r:
        before = _facts(r, [one, two])
    with catalog.writing() as w:
        merge = w.merges.merge(one, two, **WHY)
        assert w.outcomes.get_application(application).person_id == one
        assert w.people.get(one).status is PersonStatus.DO_NOT_CONTACT  # the stricter holds
    with catalog.writing() as w:
        w.merges.unmerge(merge, reason="twins", actor="jt")
    with catalog.reading() as r:
        assert _facts(r, [one, two]) == before
        assert r.outcomes.get_application(application).person_id == two


@pytest.mark.parametrize("order", ["winner has the newer", "loser has the newer"])
def test_what_came_after_the_merge_stays_with_the_winner(
    catalog: Catalog, resume: ResumeMaker, order: str
) -> None:
    older, newer = _two(catalog, resume)
    winner, loser = (newer, older) if order.startswith("winner") else (older, newer)
    with catalog.writing() as w:
        merge = w.merges.merge(winner, loser, **WHY)
    with catalog.writing() as w:
        later = w.resumes.store(resume("newest cv", email="b@x.example"))
        assert later.person_id == winner
    with catalog.writing() as w:
        w.merges.unmerge(merge, **WHY)
    with catalog.reading() as r:
        found = r.resumes.of([winner, loser], r.sequence)
    texts = {person: resume.text for person, resume in found.items()}
    assert texts == {winner: "newest cv", loser: "old cv" if loser == older else "new cv"}


def test_old_ids_resolve_through_chains_and_unmerge_in_reverse(catalog: Catalog) -> None:
    with catalog.writing() as w:
        a, b, c = (w.people.add(name) for name in "abc")
        first = w.merges.merge(b, a, **WHY)
        second = w.merges.merge(c, b, **WHY)
        assert w.people.resolve_all([a, b, c, 4711]) == {a: c, b: c, c: c}
        with pytest.raises(Conflict):
            w.merges.unmerge(first, **WHY)
        w.merges.unmerge(second, **WHY)
        assert w.people.resolve_all([a, b, c]) == {a: b, b: b, c: c}
        w.merges.unmerge(first, **WHY)
        assert w.people.resolve_all([a, b, c]) == {a: a, b: b, c: c}


def test_a_merge_is_undone_once(catalog: Catalog) -> None:
    with catalog.writing() as w:
        a, b = w.people.add("a"), w.people.add("b")
        merge = w.merges.merge(a, b, **WHY)
        w.merges.unmerge(merge, **WHY)
    with pytest.raises(Conflict), catalog.writing() as w:
        w.merges.unmerge(merge, **WHY)


def test_merging_a_person_with_themself_or_with_nobody_is_refused(catalog: Catalog) -> None:
    with catalog.writing() as w:
        a, b = w.people.add("a"), w.people.add("b")
        w.merges.merge(a, b, **WHY)
        with pytest.raises(InvalidRequest):
            w.merges.merge(a, b, **WHY)
        with pytest.raises(NotFound):
            w.merges.merge(a, 4711, **WHY)
        with pytest.raises(NotFound):
            w.merges.unmerge(4711, **WHY)


def test_merges_are_events_that_nobody_can_rewrite(catalog: Catalog) -> None:
    with catalog.writing() as w:
        a, b = w.people.add("a"), w.people.add("b")
        w.merges.merge(a, b, **WHY)
    for sql in ("UPDATE merge_event SET reason = 'x'", "DELETE FROM merge_event"):
        with pytest.raises(Conflict, match="append-only"), catalog.writing() as w:
            w.unit.connection.exec_driver_sql(sql)
