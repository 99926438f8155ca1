from __future__ import annotations

from collections import Counter
from itertools import pairwise

from catalog.outcomes import OutcomeKind, ReasonClass
from tests.demo.conftest import Written

FOLLOWS = {
    "applied": {"viewed", "rejected", "withdrew"},
    "viewed": {"screened", "rejected", "withdrew"},
    "screened": {"interviewed", "rejected", "withdrew"},
    "interviewed": {"offered", "rejected", "withdrew"},
    "offered": {"hired", "withdrew"},
    "hired": {"unhired"},
    "unhired": set(),
    "rejected": set(),
    "withdrew": set(),
}


def test_every_history_begins_with_an_application_and_every_step_is_legal(pool: Written) -> None:
    assert set(pool.histories) == set(pool.applications)
    for name, events in pool.histories.items():
        assert events[0]["kind"] == "applied"
        assert events[0]["at"] == pool.applications[name]["applied_at"]
        for before, after in pairwise(events):
            assert after["kind"] in FOLLOWS[before["kind"]]
            assert after["kind"] in set(OutcomeKind)
            assert after["at"] > before["at"]


def test_applications_name_candidates_and_jobs_that_exist_once_each(pool: Written) -> None:
    jobs = {job["id"] for job in pool.jobs}
    pairs = [(a["candidate"], a["job"]) for a in pool.applications.values()]
    assert len(set(pairs)) == len(pairs)
    assert all(candidate in pool.by_id and job in jobs for candidate, job in pairs)


def test_rejections_alone_have_reasons_and_the_catalog_knows_them(pool: Written) -> None:
    known = {str(reason) for reason in ReasonClass}
    for events in pool.histories.values():
        for event in events:
            assert ("reason" in event) == (event["kind"] == "rejected")
            assert event.get("reason", "other") in known


def test_nobody_is_told_that_the_position_is_filled_before_somebody_is_hired(pool: Written) -> None:
    filled: dict[str, str] = {}
    for name, events in pool.histories.items():
        for event in events:
            if event["kind"] == "hired":
                job = pool.applications[name]["job"]
                filled[job] = min(filled.get(job, event["at"]), event["at"])
    told = 0
    for name, events in pool.histories.items():
        if events[-1].get("reason") == "position_filled":
            told += 1
            assert events[-1]["at"] > filled[pool.applications[name]["job"]]
    assert told > 0


def test_some_are_never_looked_at_and_some_withdraw(pool: Written) -> None:
    never = [e for e in pool.histories.values() if all(x["kind"] != "viewed" for x in e)]
    ends = Counter(events[-1]["kind"] for events in pool.histories.values())
    assert never
    assert ends["withdrew"] > 0
    assert ends["hired"] > 5


def test_true_fit_pulls_but_does_not_decide(pool: Written) -> None:
    reached: dict[int, list[bool]] = {fit: [] for fit in range(5)}
    for name, events in pool.histories.items():
        kinds = {event["kind"] for event in events}
        if "viewed" in kinds:
            reached[pool.applications[name]["fit"]].append("interviewed" in kinds)
    good = reached[3] + reached[4]
    poor = reached[0] + reached[1]
    assert sum(good) / len(good) > 0.5
    assert sum(poor) / len(poor) < 0.2
    assert not all(good)
