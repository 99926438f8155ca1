import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.errors import InvalidRequest
from catalog.labels import DEFAULT_RULES, Effect, LabelRule
from catalog.outcomes import Outcome, OutcomeKind, ReasonClass
from indexer.learning.examples import Graded
from indexer.learning.labelling.labels import count_unlabelled, grade_applications

DAY = date(2026, 3, 1)


def history(
    *kinds: str | tuple[str, str], application: int = 1, person: int = 7, job: int = 3
) -> list[Outcome]:
    """Events a day apart, each a kind or a kind and a reason, recorded as they happened."""
    events = []
    for number, each in enumerate(kinds):
        kind, reason = (each, None) if isinstance(each, str) else each
        events.append(
            Outcome(
                id=100 * application + number,
                application_id=application,
                person_id=person,
                job_id=job,
                kind=OutcomeKind(kind),
                reason=None if reason is None else ReasonClass(reason),
                at=None,
                on=DAY + timedelta(days=number),
                source="test",
                sequence=100 * application + number,
            )
        )
    return events


def event(kind: str, *, at: datetime | None = None, on: date | None = None, sequence: int = 1):
    [made] = history(kind)
    return Outcome(
        sequence, 1, 7, 3, made.kind, None, at, on if at is None else None, "test", sequence
    )


def grade_of(events: list[Outcome]) -> int | None:
    graded = grade_applications(events, DEFAULT_RULES)
    return graded[0].grade if graded else None


@pytest.mark.parametrize(
    ("kinds", "grade", "reached"),
    [
        (("applied", "viewed", "screened"), 1, False),
        (("applied", "screened", "interviewed"), 2, True),
        (("applied", "interviewed", "offered"), 3, True),
        (("applied", "hired"), 4, True),
        (("applied", ("rejected", "not_qualified")), 0, False),
        (("applied", "interviewed", ("rejected", "not_qualified")), 0, True),
        (("applied", ("rejected", "others_better")), 0, False),
        (("applied", "interviewed", ("rejected", "others_better")), 2, True),
        (("applied", "offered", ("rejected", "terms")), 3, True),
    ],
)
def test_the_furthest_stage_and_the_reason_make_the_grade(kinds, grade, reached):
    assert grade_applications(history(*kinds), DEFAULT_RULES) == [
        Graded(application_id=1, person_id=7, job_id=3, grade=grade, reached=reached, on=DAY)
    ]


@pytest.mark.parametrize("reason", [*ReasonClass, None])
def test_a_rejection_for_another_reason_than_fit_is_no_label(reason):
    judged = {ReasonClass.NOT_QUALIFIED, ReasonClass.OTHERS_BETTER}
    rejection = "rejected" if reason is None else ("rejected", reason.value)
    assert grade_of(history("applied", "viewed", rejection)) == (0 if reason in judged else None)


def test_a_withdrawn_candidate_is_never_a_negative():
    assert grade_of(history("applied", "withdrew")) is None
    assert grade_of(history("applied", "screened", "withdrew")) == 1
    assert grade_of(history("applied", "interviewed", "offered", "withdrew")) == 3


def test_somebody_only_seen_is_unlabelled():
    assert grade_applications(history("applied", "viewed"), DEFAULT_RULES) == []


def test_a_hire_taken_back_leaves_the_next_highest_stage():
    events = history("applied", "interviewed", "offered", "hired", "unhired")
    [graded] = grade_applications(events, DEFAULT_RULES)
    assert (graded.grade, graded.reached) == (3, True)


def test_a_hire_taken_back_with_nothing_before_it_is_unlabelled():
    assert grade_applications(history("applied", "hired", "unhired"), DEFAULT_RULES) == []
    assert count_unlabelled(history("hired", "unhired"), DEFAULT_RULES) == {"taken back": 1}


def test_a_hire_told_twice_is_taken_back_by_one_event_and_a_later_hire_counts_again():
    assert grade_of(history("interviewed", "hired", "hired", "unhired")) == 2
    assert grade_of(history("interviewed", "hired", "unhired", "hired")) == 4


def test_a_rejection_taken_back_never_happened():
    no = ("rejected", "not_qualified")
    assert grade_of(history("screened", no, "unrejected")) == 1
    assert grade_of(history("applied", no, "unrejected")) is None


def test_a_stage_after_a_rejection_shows_that_it_was_lifted():
    assert grade_of(history("applied", ("rejected", "not_qualified"), "interviewed")) == 2


def test_a_stage_of_the_same_day_told_late_does_not_lift_a_rejection():
    rejected, stage = history(("rejected", "not_qualified"), "screened")
    assert grade_of([rejected, replace(stage, on=DAY)]) == 0


def test_a_second_rejection_corrects_the_reason_but_silence_does_not():
    fit, other = ("rejected", "not_qualified"), ("rejected", "position_filled")
    assert grade_of(history("applied", fit, other)) is None
    assert grade_of(history("applied", other, fit)) == 0
    assert grade_of(history("applied", fit, "rejected")) == 0


def test_events_count_when_they_happened_not_when_they_arrived():
    hired, unhired = history("hired", "unhired")
    late = event("interviewed", on=DAY - timedelta(days=9), sequence=999)
    [graded] = grade_applications([unhired, late, hired], DEFAULT_RULES)
    assert (graded.grade, graded.on) == (2, DAY - timedelta(days=9))


def test_moments_are_compared_across_time_zones():
    shanghai = timezone(timedelta(hours=8))
    hired = event("hired", at=datetime(2026, 3, 2, 1, 0, tzinfo=shanghai), sequence=2)
    unhired = event("unhired", at=datetime(2026, 3, 1, 18, 0, tzinfo=UTC), sequence=1)
    assert grade_of([unhired, hired]) is None  # hired at 17:00 UTC, unhired an hour later
    [graded] = grade_applications([hired], DEFAULT_RULES)
    assert graded.on == date(2026, 3, 1)


def test_on_a_day_without_moments_the_order_of_recording_counts():
    first = event("hired", at=datetime(2026, 3, 1, 18, 0, tzinfo=UTC), sequence=1)
    then = event("unhired", on=DAY, sequence=2)
    assert grade_of([then, first]) is None


def test_two_applications_of_one_person_for_one_job_keep_the_best():
    events = history("applied", ("rejected", "not_qualified"), application=1)
    events += history("applied", "interviewed", "withdrew", application=2)
    events += history("applied", "withdrew", application=3)
    [graded] = grade_applications(events, DEFAULT_RULES)
    assert (graded.application_id, graded.grade, graded.reached) == (2, 2, True)
    assert count_unlabelled(events, DEFAULT_RULES) == {}


def test_equally_good_applications_go_by_the_lower_id_and_the_first_day_counts():
    first, *_ = history("interviewed", application=2)
    later = replace(first, id=1, application_id=1, on=DAY + timedelta(days=40), sequence=1)
    assert grade_applications([first, later], DEFAULT_RULES) == [Graded(1, 7, 3, 2, True, DAY)]


def test_a_stage_at_the_very_moment_of_a_rejection_does_not_lift_it():
    moment = datetime(2026, 3, 1, 9, tzinfo=UTC)
    rejected, stage = (
        replace(each, at=moment, on=None)
        for each in history(("rejected", "not_qualified"), "screened")
    )
    assert grade_of([rejected, stage]) == 0
    assert grade_of([rejected, replace(stage, at=moment + timedelta(minutes=1))]) == 1


def test_of_two_final_words_the_last_one_counts():
    rules = [
        LabelRule(rule.kind, rule.reason, Effect.UNLABELLED, None)
        if rule.kind is OutcomeKind.WITHDREW
        else rule
        for rule in DEFAULT_RULES
    ]
    no = ("rejected", "not_qualified")
    assert grade_applications(history(no, "withdrew"), rules) == []
    assert [each.grade for each in grade_applications(history("withdrew", no), rules)] == [0]


def test_a_reversal_in_one_application_leaves_another_alone():
    events = history("hired", application=1) + history("hired", "unhired", application=2)
    assert grade_of(events) == 4


def test_what_is_unlabelled_is_counted_by_its_reason_the_most_frequent_first():
    filled = ("rejected", "position_filled")
    events = [
        *history("applied", filled, application=1, person=1),
        *history("applied", filled, "viewed", application=2, person=2),
        *history("applied", "withdrew", application=3, person=3),
        *history("applied", "rejected", application=4, person=4),
        *history("applied", "viewed", application=5, person=5),
        *history("applied", "hired", application=6, person=6),
    ]
    assert list(count_unlabelled(events, DEFAULT_RULES).items()) == [
        ("rejected: position_filled", 2),
        ("rejected: no reason", 1),
        ("viewed", 1),
        ("withdrew", 1),
    ]


def test_a_company_can_say_that_a_reason_judges_nobody_at_all():
    rules = [
        LabelRule(rule.kind, rule.reason, Effect.UNLABELLED, None)
        if rule.reason is ReasonClass.OTHERS_BETTER
        else rule
        for rule in DEFAULT_RULES
    ]
    events = history("applied", "interviewed", ("rejected", "others_better"))
    assert grade_applications(events, rules) == []
    assert count_unlabelled(events, rules) == {"rejected: others_better": 1}


def test_an_event_without_a_date_is_refused_and_no_events_are_no_labels():
    with pytest.raises(InvalidRequest, match="neither a moment nor a date"):
        grade_applications([event("hired")], DEFAULT_RULES)
    assert grade_applications([], DEFAULT_RULES) == []


def test_rules_that_take_back_what_cannot_be_are_refused():
    rules = [
        LabelRule(rule.kind, rule.reason, Effect.REVERSES, None)
        if rule.kind is OutcomeKind.WITHDREW
        else rule
        for rule in DEFAULT_RULES
    ]
    with pytest.raises(InvalidRequest):
        grade_applications(history("withdrew"), rules)


KINDS = st.one_of(
    st.sampled_from([kind.value for kind in OutcomeKind]),
    st.tuples(st.just("rejected"), st.sampled_from([reason.value for reason in ReasonClass])),
)


@given(st.lists(KINDS, min_size=1, max_size=8), st.randoms(use_true_random=False))
def test_the_order_of_arrival_changes_no_grade(kinds, chance: random.Random):
    events = history(*kinds)
    shuffled = events[:]
    chance.shuffle(shuffled)
    assert grade_applications(shuffled, DEFAULT_RULES) == grade_applications(events, DEFAULT_RULES)
    labelled, unlabelled = (
        grade_applications(events, DEFAULT_RULES),
        count_unlabelled(events, DEFAULT_RULES),
    )
    assert len(labelled) + sum(unlabelled.values()) == 1


@given(st.lists(KINDS, min_size=1, max_size=6))
def test_withdrawing_never_lowers_a_grade(kinds):
    assert grade_of([*history(*kinds, "withdrew")]) == grade_of(history(*kinds))
