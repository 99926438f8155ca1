from __future__ import annotations

import re
from collections import Counter
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

from benchmarks.simulated.hiring import PREFERRED, Application, true_grade
from benchmarks.simulated.postings import invent_postings
from benchmarks.simulated.traces import INTERESTS, MANNERS
from benchmarks.simulated.wording import HEADINGS
from benchmarks.simulation import Simulated, plan, simulate
from catalog.outcomes import ReasonClass
from demo.facts import AS_OF
from demo.fit import grade
from demo.jobs import all_postings
from indexer.candidate import read_candidate
from indexer.documents.limits import Limits
from reading.jobs.requirements import read_job
from tests.demo.test_outcomes import FOLLOWS

GENDERED = re.compile(
    r"\b(he|she|him|her|his|hers|himself|herself|mr|mrs|ms|miss|male|female|woman|women|man|men"
    r"|girls?|boys?|mother|father|wife|husband|ladies|gentlem[ae]n)\b"
    r"|[他她女男]|先生|小姐|太太|妻子|丈夫|母亲|父亲",
    re.IGNORECASE,
)

CONTENT = re.compile(r"mother tongue|women's health|\d ms\b|其他")  # says nothing of the person


@cache
def pool(bias: float = 0.0, proxies: float = 0.0, candidates: int = 400) -> Simulated:
    return plan(31, candidates, 40, bias=bias, proxies=proxies, fresh=10)


def files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def kinds(application: Application) -> list[str]:
    return [event.kind for event in application.history.events]


def test_the_same_seed_writes_the_same_bytes_and_another_seed_does_not(tmp_path: Path) -> None:
    for name, seed in (("one", 4), ("again", 4), ("other", 5)):
        simulate(tmp_path / name, seed, 60, 24, bias=0.5, fresh=4)
    one = files(tmp_path / "one")
    assert one == files(tmp_path / "again")
    other = files(tmp_path / "other")
    assert one.keys() == other.keys()
    assert all(one[name] != other[name] for name in one if not name.endswith("people.tsv"))


def test_bias_changes_what_came_of_it_and_nothing_that_anybody_reads(tmp_path: Path) -> None:
    simulate(tmp_path / "fair", 4, 200, 24)
    simulate(tmp_path / "biased", 4, 200, 24, bias=1.5)
    fair, biased = files(tmp_path / "fair"), files(tmp_path / "biased")
    assert {name for name in fair if fair[name] != biased[name]} == {
        str(Path("truth", "outcomes.jsonl"))
    }


def test_a_folder_in_use_is_left_alone_and_an_impossible_pool_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("keep me")
    with pytest.raises(FileExistsError):
        simulate(tmp_path, 4, 60, 24)
    with pytest.raises(ValueError, match="fresh"):
        plan(4, 60, 24, fresh=24)
    with pytest.raises(ValueError, match="proxies"):
        plan(4, 60, 24, proxies=1.5)


def test_the_judgements_are_the_demos_own_fit() -> None:
    """`true_grade` skips people of other trades; the frozen rules must agree that they are 0."""
    simulated = pool()
    pairs = [(c, p) for p in simulated.postings[::7] for c in simulated.candidates]
    assert [true_grade(c, p, AS_OF) for c, p in pairs] == [grade(c, p) for c, p in pairs]


def test_every_posting_can_be_filled_by_some_and_not_by_most() -> None:
    simulated = pool()
    for posting in simulated.postings:
        fits = Counter(true_grade(c, posting, AS_OF) for c in simulated.candidates)
        assert fits[0] > len(simulated.candidates) / 2
        assert fits[3] + fits[4] + fits[2] > 0


def test_no_posting_repeats_a_sentence_of_the_demo_postings() -> None:
    demo = {line.strip("-•*· ") for p in all_postings() for line in p.text.splitlines()}
    shared = {p.title for p in all_postings()}  # people of a trade have the same titles
    shared |= {line for table in HEADINGS.values() for lines in table.values() for line in lines}
    for posting in invent_postings(3, 48):
        lines = {line.strip("-•*· ") for line in posting.text.splitlines() if len(line) > 12}
        assert lines & demo <= shared


def test_postings_open_in_order_and_are_read_as_having_demands_in_both_languages() -> None:
    postings = invent_postings(3, 48)
    assert all(a.opened <= b.opened for a, b in pairwise(postings))
    assert {p.language for p in postings} == {"en", "zh"}
    assert all(read_job(p.text).requirements for p in postings)


def test_every_history_is_legal_and_the_catalog_knows_its_reasons() -> None:
    known = {str(reason) for reason in ReasonClass}
    for application in pool().applications:
        events = application.history.events
        assert events[0].kind == "applied"
        for before, after in pairwise(events):
            assert after.kind in FOLLOWS[before.kind]
            assert after.at > before.at
        for event in events:
            assert (event.reason is not None) == (event.kind == "rejected")
            assert event.reason is None or event.reason in known


def test_nobody_has_applied_for_the_fresh_jobs_and_nobody_applies_everywhere() -> None:
    simulated = pool()
    applied = {a.history.job for a in simulated.applications}
    assert len(simulated.fresh_jobs) == 10
    assert not applied & set(simulated.fresh_jobs)
    per_person = Counter(a.history.candidate.id for a in simulated.applications)
    assert max(per_person.values()) <= 3


def test_people_low_in_the_earlier_order_are_looked_at_less_whatever_their_fit() -> None:
    good = [a for a in pool(candidates=1200).applications if a.history.fit >= 3]
    seen = [("viewed" in kinds(a), a.rank) for a in good]
    high = [viewed for viewed, rank in seen if rank <= 3]
    low = [viewed for viewed, rank in seen if rank >= 8]
    assert min(len(high), len(low)) > 40
    assert sum(high) / len(high) > sum(low) / len(low) + 0.2


def invited(simulated: Simulated, gender: str) -> float:
    """The share of those looked at who got to an interview, mean over the grades of true fit."""
    shares = []
    for fit in (2, 3):
        looked = [
            kinds(a)
            for a in simulated.applications
            if a.history.fit == fit
            and "viewed" in kinds(a)
            and a.history.candidate.person.gender == gender
        ]
        shares.append(sum("interviewed" in each for each in looked) / len(looked))
    return sum(shares) / len(shares)


def test_the_bias_is_really_in_the_outcomes_at_equal_fit() -> None:
    other = "f" if PREFERRED == "m" else "m"
    biased, fair = pool(bias=1.0, candidates=1200), pool(candidates=1200)
    assert invited(biased, PREFERRED) > invited(biased, other) + 0.15
    assert invited(biased, PREFERRED) > invited(fair, PREFERRED) + 0.15
    assert invited(biased, other) == invited(fair, other)


def test_no_scoring_view_and_no_posting_says_a_gender() -> None:
    simulated = plan(33, 90, 48, bias=1.0, proxies=1.0)
    for posting in simulated.postings:
        assert not GENDERED.search(posting.text)
    said = []
    for name, text in simulated.resumes.items():
        view = read_candidate(text.encode(), f"{name}.txt", Limits(), ocr=False).scoring_text
        said += [(name, found[0]) for found in GENDERED.finditer(CONTENT.sub("", view))]
    assert said == []


def own_share(simulated: Simulated, gender: str) -> float:
    """Of the manners and interests of one gender's people: the share that stands in its lists."""
    count = Counter[str]()
    for candidate in simulated.candidates:
        if candidate.person.gender == gender and not candidate.traditional:
            for table in (MANNERS, INTERESTS):
                for whose, phrases in table[candidate.language].items():
                    text = simulated.resumes[candidate.id]
                    count[whose] += sum(text.count(phrase) for phrase in phrases)
    return count[gender] / count.total()


@pytest.mark.parametrize(("proxies", "share"), [(0.0, 0.5), (0.6, 0.8), (1.0, 1.0)])
def test_traces_go_with_the_gender_just_as_far_as_they_are_asked_to(
    proxies: float, share: float
) -> None:
    simulated = pool(proxies=proxies)
    for gender in "fm":
        assert own_share(simulated, gender) == pytest.approx(share, abs=0.04)
