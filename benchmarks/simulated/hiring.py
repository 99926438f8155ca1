"""Outcomes of the simulated postings: true fit, seen through a process with known flaws.

- Nobody answers every posting: a person looks for work for a few months and applies a few times.
- Whoever reads the applications reads them in the order of an earlier system, which counts the
  posting's words in the résumé, and stops somewhere: the chance that rank r is looked at falls as
  1 / r^`ATTENTION`. Who is not looked at has no outcome that says anything.
- What the decision maker sees is fit plus chance of `noise` points, again at every stage.
- A biased decision maker adds `bias` points of fit for everybody of the gender `PREFERRED`.
- People withdraw at every stage, and some are turned down for what has nothing to do with fit.

All chance of one application is drawn before anything is decided, so two runs that differ in `bias`
alone differ in nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from benchmarks.simulated.postings import FIRST, LAST
from demo.dice import Dice
from demo.facts import Candidate
from demo.fit import grade, meets
from demo.jobs import Posting
from demo.outcomes import Event, History
from demo.trades import all_trades
from reading.dates import Month

PREFERRED: Literal["f", "m"] = "m"
ATTENTION = 0.3
MOST_APPLICATIONS = 3
MONTHS_LOOKING = 4

_APPLIES = {4: 0.8, 3: 0.7, 2: 0.55, 1: 0.3}  # by true fit; a stray application is rarer still
_STRAYS = 0.01
_SCREENED, _INTERVIEWED = 1.9, 2.5  # points of fit that the decision maker wants to see
_WITHDRAWS = 0.06
_FOR_OTHER_REASONS = 0.08
_OTHER_REASONS = {"terms": 0.4, "location": 0.25, "unresponsive": 0.2, "other": 0.15}
_ACCEPTS = 0.78
_UNHIRED = 0.08


@dataclass(frozen=True, slots=True)
class Flaws:
    """How flawed the process is: chance (points of fit, standard deviation) and bias (points)."""

    noise: float = 0.8
    bias: float = 0.0


@dataclass(slots=True)
class Application:
    """One application: its history, its rank in the earlier system, and its share of chance."""

    history: History
    rank: int  # from 1
    preferred: bool
    dice: Dice
    looked_at: float
    impressions: tuple[float, float, float]  # at screening, at interview, at the offer
    leaves: tuple[float, float, float]

    def impression(self, stage: int, flaws: Flaws) -> float:
        """What the decision maker sees of the fit at a stage, 0 to 2."""
        favour = flaws.bias if self.preferred else 0.0
        return self.history.fit + favour + flaws.noise * self.impressions[stage]


def true_grade(candidate: Candidate, posting: Posting, as_of: Month) -> int:
    """`demo.fit.grade`, with its zeros for people of other trades found without asking it."""
    near = (posting.trade, *all_trades()[posting.trade].related)
    if not any(held.trade in near for held in candidate.held):
        return 0
    return grade(candidate, posting, as_of)


def hire(
    seed: int,
    postings: Sequence[Posting],
    candidates: Sequence[Candidate],
    texts: Mapping[str, str],
    flaws: Flaws,
) -> list[Application]:
    """Everything that came of the postings, by posting and arrival.

    `texts` are the résumés by the candidate's id: what the earlier system counts words in.
    """
    by_job = _apply(seed, postings, candidates)
    found = []
    for posting in postings:
        applications = _order(seed, posting, by_job[posting.id], texts)
        for application in applications:
            _judge(application, posting, flaws)
        _fill(seed, posting, applications, flaws)
        found += applications
    return found


def _apply(
    seed: int, postings: Sequence[Posting], candidates: Sequence[Candidate]
) -> dict[str, list[tuple[datetime, Candidate, int]]]:
    """Who applies for each posting, with the moment and the true fit on the day it opened."""
    months = LAST.ordinal - FIRST.ordinal + MONTHS_LOOKING
    by_job: dict[str, list[tuple[datetime, Candidate, int]]] = {p.id: [] for p in postings}
    for candidate in candidates:
        dice = Dice(seed, "looking", candidate.id)
        begins = FIRST.ordinal - MONTHS_LOOKING + 1 + dice.randrange(months)
        sent = 0
        for posting in postings:
            wanted, days = dice.random(), min(25.0, dice.expovariate(1 / 9))
            minute = dice.randint(0, 800)
            seen = begins <= posting.opened.ordinal < begins + MONTHS_LOOKING
            if not seen or sent == MOST_APPLICATIONS or candidate.held[-1].start > posting.opened:
                continue
            fit = true_grade(candidate, posting, posting.opened)
            if wanted < _APPLIES.get(fit, _STRAYS):
                opened = datetime(posting.opened.year, posting.opened.month, 1)
                at = opened + timedelta(days=int(days), hours=7, minutes=minute)
                by_job[posting.id].append((at, candidate, fit))
                sent += 1
    return by_job


def _order(
    seed: int,
    posting: Posting,
    applicants: Sequence[tuple[datetime, Candidate, int]],
    texts: Mapping[str, str],
) -> list[Application]:
    """The applications in the order of arrival, each with its rank in the earlier system."""
    arrived = sorted(applicants, key=lambda each: (each[0], each[1].id))
    liked = {
        candidate.id: skills_named(posting, texts[candidate.id])
        + 0.25 * Dice(seed, "earlier system", posting.id, candidate.id).gauss(0, 1)
        for _, candidate, _ in arrived
    }
    ranks = {name: n for n, name in enumerate(sorted(liked, key=lambda name: -liked[name]), 1)}
    found = []
    for number, (at, candidate, fit) in enumerate(arrived, start=1):
        dice = Dice(seed, "decisions", posting.id, candidate.id)
        history = History(candidate, posting.id, number, "careers page", fit)
        history.events.append(Event("applied", at))
        found.append(
            Application(
                history,
                ranks[candidate.id],
                candidate.person.gender == PREFERRED,
                dice,
                looked_at=dice.random(),
                impressions=(dice.gauss(0, 1), dice.gauss(0, 1), dice.gauss(0, 1)),
                leaves=(dice.random(), dice.random(), dice.random()),
            )
        )
    return found


def skills_named(posting: Posting, text: str) -> float:
    """The share of the demanded skills that a résumé names in one of the words for them."""
    trade, low = all_trades()[posting.trade], text.casefold()
    skills = [skill for demand in posting.demands for skill in demand.skills]
    named = [
        any(word.casefold() in low for words in trade.skills[s].words.values() for word in words)
        for s in skills
    ]
    return sum(named) / max(len(named), 1)


def _judge(application: Application, posting: Posting, flaws: Flaws) -> None:
    """From being looked at to the interview, or to where it ends before."""
    history, dice = application.history, application.dice
    if application.looked_at >= 1 / application.rank**ATTENTION:
        return
    history.add(dice, "viewed", (1, 3))
    unlucky = dice.chance(_FOR_OTHER_REASONS)
    if application.impression(0, flaws) < _SCREENED:
        history.add(dice, "rejected", (0, 4), _reason(application, posting))
    elif unlucky:
        history.add(dice, "rejected", (0, 4), dice.weighted(_OTHER_REASONS))
    elif application.leaves[0] < _WITHDRAWS:
        history.add(dice, "withdrew", (1, 4))
    else:
        history.add(dice, "screened", (1, 4))
        if application.leaves[1] < _WITHDRAWS:
            history.add(dice, "withdrew", (1, 5))
        elif application.impression(1, flaws) < _INTERVIEWED:
            history.add(dice, "rejected", (1, 5), _reason(application, posting))
        else:
            history.add(dice, "interviewed", (3, 9))


def _reason(application: Application, posting: Posting) -> str:
    """What is lacking, if something is; one time in ten what has nothing to do with it."""
    if application.dice.chance(0.1):
        return application.dice.weighted(_OTHER_REASONS)
    candidate = application.history.candidate
    lacking = [
        demand
        for demand in posting.demands
        if demand.must and meets(candidate, posting, demand, posting.opened) < 1
    ]
    return "not_qualified" if lacking else "others_better"


def _fill(seed: int, posting: Posting, applications: Sequence[Application], flaws: Flaws) -> None:
    """Offers to the best impressions until the openings are filled; then word to the others."""
    finalists = [a for a in applications if a.history.last.kind == "interviewed"]
    finalists.sort(key=lambda a: (-a.impression(2, flaws), a.history.number))
    hired: list[History] = []
    decided: datetime | None = None
    for application in finalists:
        if len(hired) == posting.openings:
            break
        history, dice = application.history, application.dice
        wait = max(0, (decided - history.last.at).days + 1) if decided else 0
        history.add(dice, "offered", (wait + 1, wait + 4))
        if application.leaves[2] < _ACCEPTS:
            history.add(dice, "hired", (1, 5))
            hired.append(history)
        else:
            history.add(dice, "withdrew", (1, 4))
        decided = history.last.at
    if decided is None or len(hired) < posting.openings:
        return
    for application in applications:
        history, dice = application.history, application.dice
        days = max(1, (decided - history.last.at).days + 1)
        if history.last.kind == "interviewed":
            filled = dice.chance(0.4)
            reason = "position_filled" if filled else "others_better"
            history.add(dice, "rejected", (days, days + 5), reason)
        elif history.last.kind == "applied" and dice.chance(0.6):
            history.add(dice, "rejected", (days, days + 8), "position_filled")
    for history in hired:
        after = Dice(seed, "after", history.id)
        if after.chance(_UNHIRED):
            history.add(after, "unhired", (15, 60))
