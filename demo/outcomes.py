"""Application histories: a seeded process in which true fit pulls and chance pushes.

Events of one application, in order of time:

    applied → viewed → screened → interviewed → offered → hired (→ unhired)

and it may end anywhere in "rejected" (with a reason class of the catalog) or "withdrew". An offer
that is declined is a withdrawal. Who is never looked at keeps "applied" alone, or is told later
that the position is filled; neither says anything about them. "viewed" is what an impression log
knows, "unhired" that the hired person did not stay.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from demo.dice import Dice
from demo.facts import Candidate
from demo.fit import grade, meets
from demo.jobs import Posting

_APPLIES = {4: 0.8, 3: 0.7, 2: 0.55, 1: 0.35, 0: 0.035}  # by true fit on the day of posting
_SOURCES = {"careers page": 0.6, "job board": 0.2, "referral": 0.1, "agency": 0.1}
_CHANCE_REASONS = {"terms": 0.5, "location": 0.25, "unresponsive": 0.25}


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened; `reason` is set on rejections only."""

    kind: str
    at: datetime
    reason: str | None = None


@dataclass(slots=True)
class History:
    """One application and its events so far. `fit` is the truth on the day the job was posted."""

    candidate: Candidate
    job: str
    number: int
    source: str
    fit: int
    events: list[Event] = field(default_factory=list)

    @property
    def id(self) -> str:
        return f"A{self.job[1:]}{self.number:03d}"

    @property
    def last(self) -> Event:
        return self.events[-1]

    def add(self, dice: Dice, kind: str, days: tuple[int, int], reason: str | None = None) -> None:
        """Append an event so many days after the last one, in office hours."""
        moment = self.last.at + timedelta(days=dice.randint(*days))
        same_day = moment.date() == self.last.at.date()
        later = moment + timedelta(minutes=dice.randint(5, 50))
        at = (
            later
            if same_day
            else moment.replace(hour=dice.randint(8, 17), minute=dice.randint(0, 59))
        )
        self.events.append(Event(kind, at, reason))


def _applicants(dice: Dice, posting: Posting, candidates: tuple[Candidate, ...]) -> list[History]:
    """Who applies, in order of arrival; nobody before they have worked at all."""
    opened = datetime(posting.opened.year, posting.opened.month, 1)
    arrived: list[tuple[datetime, Candidate, int]] = []
    for candidate in candidates:
        if candidate.held[-1].start > posting.opened:
            continue
        fit = grade(candidate, posting, posting.opened)
        if dice.chance(_APPLIES[fit]):
            after = timedelta(
                days=min(45.0, dice.expovariate(1 / 11)), hours=7, minutes=dice.randint(0, 800)
            )
            arrived.append(((opened + after).replace(microsecond=0), candidate, fit))
    arrived.sort(key=lambda each: (each[0], each[1].id))
    histories = []
    for number, (at, candidate, fit) in enumerate(arrived, start=1):
        history = History(candidate, posting.id, number, dice.weighted(_SOURCES), fit)
        history.events.append(Event("applied", at))
        histories.append(history)
    return histories


def _reason(dice: Dice, history: History, posting: Posting) -> str:
    """Mostly what is truly lacking; one time in six something that has nothing to do with fit."""
    if dice.chance(1 / 6):
        return dice.weighted(_CHANCE_REASONS)
    unmet = [
        d
        for d in posting.demands
        if d.must and meets(history.candidate, posting, d, posting.opened) < 1
    ]
    if any(d.permission for d in unmet) and history.candidate.permission == "needs_sponsorship":
        return "work_permission"
    return "not_qualified" if unmet else "others_better"


def _looked_at(dice: Dice, history: History, of: int) -> bool:
    """Early arrivals and referrals are looked at; a long list has a tail that nobody reads."""
    if history.source == "referral":
        return True
    return dice.chance(0.97 - 0.6 * (history.number - 1) / max(of, 12))


def _screen(dice: Dice, history: History, posting: Posting) -> None:
    history.add(dice, "viewed", (1, 6))
    if history.fit + dice.gauss(0, 0.9) < 1.9:
        history.add(dice, "rejected", (0, 9), _reason(dice, history, posting))
        return
    if dice.chance(0.06):
        history.add(dice, "withdrew", (1, 5))
        return
    history.add(dice, "screened", (1, 7))
    if dice.chance(0.06):
        history.add(dice, "withdrew", (1, 8))
    elif history.fit + dice.gauss(0, 0.7) < 2.5:
        history.add(dice, "rejected", (1, 8), _reason(dice, history, posting))
    else:
        history.add(dice, "interviewed", (4, 14))


def _decide(dice: Dice, posting: Posting, histories: list[History]) -> datetime | None:
    """Offers go to the best impressions until the openings are filled; the day that happens."""
    finalists = [h for h in histories if h.last.kind == "interviewed"]
    finalists.sort(key=lambda h: (-(h.fit + dice.gauss(0, 0.5)), h.number))
    hired: list[History] = []
    offered_until = None
    for history in finalists:
        if len(hired) == posting.openings:
            break
        if offered_until and history.last.at < offered_until:
            wait = (offered_until - history.last.at).days
            history.add(dice, "offered", (wait + 1, wait + 5))
        else:
            history.add(dice, "offered", (2, 10))
        if dice.chance(0.78):
            history.add(dice, "hired", (2, 9))
            hired.append(history)
        else:
            history.add(dice, "withdrew", (1, 6))
        offered_until = history.last.at
    for history in hired:
        if dice.chance(0.12):
            history.add(dice, "unhired", (15, 70))
    return offered_until if len(hired) == posting.openings else None


def _close(dice: Dice, histories: list[History], filled: datetime) -> None:
    """Tell the rest: finalists that somebody was better, the others that the position is filled."""
    for history in histories:
        kind = history.last.kind
        days = max(1, (filled - history.last.at).days + 2)
        if kind == "interviewed" and history.last.at < filled:
            reason = "others_better" if dice.chance(0.5) else "position_filled"
            history.add(dice, "rejected", (days, days + 6), reason)
        elif kind == "applied" and dice.chance(0.6):
            history.add(dice, "rejected", (days, days + 10), "position_filled")


def run_job(seed: int, posting: Posting, candidates: tuple[Candidate, ...]) -> list[History]:
    """Everything that came of one posting, from a stream of chance of its own."""
    dice = Dice(seed, "outcomes", posting.id)
    histories = _applicants(dice, posting, candidates)
    for history in histories:
        if _looked_at(dice, history, len(histories)):
            _screen(dice, history, posting)
        elif dice.chance(0.08):
            history.add(dice, "withdrew", (5, 20))
    filled = _decide(dice, posting, histories)
    if filled:
        _close(dice, histories, filled)
    return histories


def run_jobs(
    seed: int, postings: tuple[Posting, ...], candidates: tuple[Candidate, ...]
) -> Iterator[History]:
    """The histories of all postings, by posting and arrival."""
    for posting in postings:
        yield from run_job(seed, posting, candidates)
