"""From what happened to an application to what it says about fit."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from catalog.errors import InvalidRequest
from catalog.labels import Effect, LabelRule, check_rules
from catalog.outcomes import Outcome, OutcomeKind, ReasonClass
from indexer.learning.examples import Graded

_REACHED = frozenset({OutcomeKind.INTERVIEWED, OutcomeKind.OFFERED, OutcomeKind.HIRED})
_TAKES_BACK = {
    OutcomeKind.UNHIRED: OutcomeKind.HIRED,
    OutcomeKind.UNREJECTED: OutcomeKind.REJECTED,
}

_Table = Mapping[tuple[OutcomeKind, ReasonClass | None], LabelRule]


@dataclass(frozen=True, slots=True)
class _Standing:
    """An event that nothing has taken back, and the rule for it."""

    event: Outcome
    rule: LabelRule


@dataclass(frozen=True, slots=True)
class _Reading:
    """What one application comes to. `because` names what ended it, or the furthest it got."""

    application_id: int
    person_id: int
    job_id: int
    grade: int | None
    reached: bool
    on: date
    because: str


def grade_applications(events: Iterable[Outcome], rules: Iterable[LabelRule]) -> list[Graded]:
    """The applications whose events say something about fit, by person and then job.

    Events count in the order in which they happened, however late they arrived. What a reversal
    takes back never happened; a stage reached after a rejection shows that it was lifted. Several
    applications of a person for one job, as merging records leaves them, become one: the best.

    Raises:
        InvalidRequest: rules that contradict each other, or an event without a date.
    """
    return [
        Graded(
            application_id=best.application_id,
            person_id=best.person_id,
            job_id=best.job_id,
            grade=best.grade,
            reached=any(each.reached for each in readings),
            on=min(each.on for each in readings),
        )
        for readings in _read(events, rules)
        if (best := _best(readings)).grade is not None
    ]


def count_unlabelled(events: Iterable[Outcome], rules: Iterable[LabelRule]) -> dict[str, int]:
    """How many candidacies teach nothing, by what they came to; the most frequent first.

    The keys are the kinds of events, "rejected: " with the class of reasons or "no reason", and
    "taken back" where nothing was left. A person counts once a job, as in `grade_applications`.
    """
    counted = Counter(
        best.because for readings in _read(events, rules) if (best := _best(readings)).grade is None
    )
    return dict(sorted(counted.items(), key=lambda item: (-item[1], item[0])))


def _read(events: Iterable[Outcome], rules: Iterable[LabelRule]) -> list[list[_Reading]]:
    """The readings of each person's applications for each job, by person and then job."""
    table = _table(rules)
    applications: defaultdict[int, list[Outcome]] = defaultdict(list)
    for event in events:
        applications[event.application_id].append(event)
    candidacies: defaultdict[tuple[int, int], list[_Reading]] = defaultdict(list)
    for _, ours in sorted(applications.items()):
        reading = _read_one(ours, table)
        candidacies[reading.person_id, reading.job_id].append(reading)
    return [readings for _, readings in sorted(candidacies.items())]


def _table(rules: Iterable[LabelRule]) -> _Table:
    rules = tuple(rules)
    check_rules(rules)
    return {(rule.kind, rule.reason): rule for rule in rules}


def _read_one(events: Sequence[Outcome], table: _Table) -> _Reading:
    ordered = _in_order_of_time(events)
    standing: list[_Standing] = []
    for event in ordered:
        # A rule without a reason speaks for every reason that has no rule of its own.
        rule = table.get((event.kind, event.reason)) or table[event.kind, None]
        if rule.effect is Effect.REVERSES:
            taken_back = _TAKES_BACK[event.kind]
            standing = [each for each in standing if each.event.kind is not taken_back]
            continue
        if rule.effect is Effect.STAGE:
            standing = [each for each in standing if not _is_lifted(each, event)]
        elif event.reason is not None:
            # A second rejection with a reason corrects the first.
            standing = [each for each in standing if each.event.kind is not event.kind]
        standing.append(_Standing(event, rule))
    first = ordered[0]
    return _Reading(
        application_id=first.application_id,
        person_id=first.person_id,
        job_id=first.job_id,
        grade=_grade(standing),
        reached=any(each.event.kind in _REACHED for each in standing),
        on=_day(first),
        because=_because(standing),
    )


def _grade(standing: Sequence[_Standing]) -> int | None:
    """The last final word if there is one, else the highest stage, else what a rejection left."""
    for each in reversed(standing):
        if each.rule.effect is Effect.FINAL:
            return each.rule.grade
        if each.rule.effect is Effect.UNLABELLED:
            return None
    for effect in (Effect.STAGE, Effect.KEEP):
        grades = [
            each.rule.grade
            for each in standing
            if each.rule.effect is effect and each.rule.grade is not None
        ]
        if grades:
            return max(grades)
    return None


def _is_lifted(earlier: _Standing, stage: Outcome) -> bool:
    """Whether a stage proves that an application went on after a final word.

    Only where it certainly came later: a source that knows only dates may report the two of one
    day in any order.
    """
    if earlier.rule.effect not in (Effect.FINAL, Effect.UNLABELLED):
        return False
    if _day(earlier.event) != _day(stage):
        return True
    then, now = _moment(earlier.event), _moment(stage)
    return then is not None and now is not None and then < now


def _because(standing: Sequence[_Standing]) -> str:
    if not standing:
        return "taken back"
    ends = [each for each in standing if each.rule.effect is not Effect.SEEN]
    event = (ends or standing)[-1].event
    if event.kind is not OutcomeKind.REJECTED:
        return event.kind.value
    return f"rejected: {event.reason.value if event.reason else 'no reason'}"


def _best(readings: Sequence[_Reading]) -> _Reading:
    """The reading with the highest grade; the one with the lowest application id among equals."""
    return max(
        readings,
        key=lambda each: (-1 if each.grade is None else each.grade, -each.application_id),
    )


def _in_order_of_time(events: Sequence[Outcome]) -> list[Outcome]:
    """By day; within a day by the moment where all of that day know it, else as recorded."""
    days: defaultdict[date, list[Outcome]] = defaultdict(list)
    for event in sorted(events, key=lambda each: (each.sequence, each.id)):
        days[_day(event)].append(event)
    ordered: list[Outcome] = []
    for _, today in sorted(days.items()):
        moments = [moment for event in today if (moment := _moment(event)) is not None]
        if len(moments) == len(today):
            by_moment = sorted(zip(moments, range(len(today)), strict=True))
            today = [today[position] for _, position in by_moment]
        ordered.extend(today)
    return ordered


def _moment(event: Outcome) -> datetime | None:
    """When it happened in UTC; a moment without a zone is UTC already."""
    if event.at is None:
        return None
    return event.at.replace(tzinfo=UTC) if event.at.tzinfo is None else event.at.astimezone(UTC)


def _day(event: Outcome) -> date:
    moment = _moment(event)
    if moment is not None:
        return moment.date()
    if event.on is None:
        raise InvalidRequest(f"outcome {event.id} has neither a moment nor a date")
    return event.on
