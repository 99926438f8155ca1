from __future__ import annotations

from typing import Any

from tests.demo.conftest import Written

DEGREES = ["secondary", "vocational", "associate", "bachelor", "master", "doctorate"]
LEVELS = ["A1", "A2", "B1", "B2", "C1", "C2", "NATIVE"]
NOW = "2026-10"
RELATED = {
    "accounting": ["sales", "hr"],
    "chef": [],
    "electrician": ["mechanical"],
    "hr": ["support", "teaching"],
    "logistics": ["sales"],
    "mechanical": ["electrician"],
    "nursing": ["pharmacy"],
    "pharmacy": ["nursing"],
    "sales": ["support", "logistics"],
    "software": [],
    "support": ["sales", "hr"],
    "teaching": ["hr"],
}


def months(start: str, end: str | None) -> set[tuple[int, int]]:
    year, month = map(int, start.split("-"))
    last = tuple(map(int, (end or NOW).split("-")))
    found = set()
    while (year, month) <= last:
        found.add((year, month))
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return found


def in_trade(person: dict[str, Any], trade: str) -> int:
    spans = [months(p["start"], p["end"]) for p in person["positions"] if p["trade"] == trade]
    return len(set().union(*spans))


def with_skill(person: dict[str, Any], skill: str) -> int:
    spans = [months(p["start"], p["end"]) for p in person["positions"] if skill in p["skills"]]
    return len(set().union(*spans))


def met(person: dict[str, Any], job: dict[str, Any], asked: dict[str, Any]) -> float:
    if asked["skills"]:
        longest = max(with_skill(person, skill) for skill in asked["skills"])
        if longest > 0 and longest >= asked["months"]:
            return 1
        return 0.5 if longest or set(person["listed"]) & set(asked["skills"]) else 0
    if asked["degree"]:
        done = [e for e in person["education"] if e["end"] <= NOW]
        asked_rank = DEGREES.index(asked["degree"])
        fitting = [e for e in done if not asked["subject"] or e["trade"] == job["trade"]]
        if any(DEGREES.index(e["degree"]) >= asked_rank for e in fitting):
            return 1
        return 0.5 if any(DEGREES.index(e["degree"]) >= asked_rank - 1 for e in done) else 0
    if asked["languages"]:
        known = [person["languages"][c] for c in asked["languages"] if c in person["languages"]]
        if any(LEVELS.index(level) >= LEVELS.index(asked["level"]) for level in known):
            return 1
        return 0.5 if known else 0
    if asked["permission"]:
        return {"permitted": 1, None: 0.5, "needs_sponsorship": 0}[person["work_permission"]]
    served = in_trade(person, job["trade"])
    return 1 if served >= asked["months"] else 0.5 if served * 10 >= asked["months"] * 6 else 0


def graded(person: dict[str, Any], job: dict[str, Any]) -> int:
    musts = [met(person, job, r) for r in job["requirements"] if r["kind"] == "must"]
    nices = [met(person, job, r) for r in job["requirements"] if r["kind"] == "nice"]
    of_trade = in_trade(person, job["trade"]) > 0
    near = of_trade or any(in_trade(person, other) for other in RELATED[job["trade"]])
    short = len(musts) - sum(musts)
    if of_trade and short == 0 and sum(nices) >= len(nices) / 2:
        return 4
    if of_trade and short <= 0.5:
        return 3
    if of_trade and sum(musts) / len(musts) >= 0.6:
        return 2
    return 1 if near and sum(musts) / len(musts) >= 0.4 else 0


def test_grades_agree_with_the_requirements_read_from_the_truth_files_alone(pool: Written) -> None:
    jobs = {job["id"]: job for job in pool.jobs}
    rows = pool.rows("qrels.tsv")
    assert len(rows) == len(jobs) * len(pool.candidates)
    for job, zero, candidate, grade in rows:
        assert zero == "0"
        assert int(grade) == graded(pool.by_id[candidate], jobs[job]), (job, candidate)


def test_every_grade_occurs_and_most_pairs_do_not_fit(pool: Written) -> None:
    grades = [int(row[3]) for row in pool.rows("qrels.tsv")]
    assert set(grades) == {0, 1, 2, 3, 4}
    assert grades.count(0) > 0.8 * len(grades)


def test_the_twenty_postings_say_each_of_their_demands(pool: Written) -> None:
    texts = {row["id"]: row["text"] for row in pool.lines("jobs.jsonl")}
    assert len(texts) == 20
    written = {p.read_text("utf-8") for p in (pool.root / "jobs").glob("*.txt")}
    assert written == set(texts.values())
    for job in pool.jobs:
        kinds = {r["kind"] for r in job["requirements"]}
        assert kinds == {"must", "nice"}
        assert all(r["text"] in texts[job["id"]] for r in job["requirements"])
    assert {job["language"] for job in pool.jobs} == {"en", "zh"}
    assert len({job["trade"] for job in pool.jobs}) >= 10


def test_stated_skill_months_are_the_union_of_the_positions_that_show_them(pool: Written) -> None:
    for person in pool.candidates:
        for skill, stated in person["skills"].items():
            assert stated == with_skill(person, skill)


def test_careers_run_forwards_and_climb_one_rung_at_a_time(pool: Written) -> None:
    for person in pool.candidates:
        rungs: dict[str, int] = {}
        for held in reversed(person["positions"]):
            assert held["start"] <= (held["end"] or NOW) <= NOW
            if held["title"].endswith(("(part-time)", "（兼职）", "Intern", "实习生")):
                continue
            before = rungs.get(held["trade"])
            assert before is None or before <= held["level"] <= before + 1
            assert before is not None or held["level"] <= 1
            rungs[held["trade"]] = held["level"]


def test_nobody_works_before_they_are_sixteen_or_studies_backwards(pool: Written) -> None:
    for person in pool.candidates:
        born = int(person["born"][:4])
        assert all(int(p["start"][:4]) - born >= 16 for p in person["positions"])
        assert all(e["start"] < e["end"] for e in person["education"])


def test_what_is_denied_wished_for_or_others_is_not_held(pool: Written) -> None:
    told = [(person, aside) for person in pool.candidates for aside in person["asides"]]
    assert {aside["stance"] for _, aside in told} == {"negated", "aspired", "others"}
    for person, aside in told:
        assert aside["skill"] not in person["skills"]
        assert aside["skill"] not in person["listed"]


def test_some_careers_have_gaps_overlaps_and_changes_of_trade(pool: Written) -> None:
    patterns = {person["pattern"] for person in pool.candidates}
    assert {"gap", "overlap", "changer", "starter", "hopper", "steady"} <= patterns
    changed = [p for p in pool.candidates if len({h["trade"] for h in p["positions"]}) > 1]
    assert all(p["pattern"] == "changer" for p in changed)
    assert changed
