"""Predictions against outcomes: what drifts goes off, and too little says nothing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from catalog.decisions import DecisionKind
from catalog.outcomes import NewOutcome, OutcomeKind, ReasonClass
from catalog.searches import Impression, SearchRecord, SearchSource
from catalog.store import Catalog
from indexer.learning.deciding.monitor import Prediction, check_drift, judge_drift
from indexer.learning.deciding.promotion import promote
from reading.dates import Month
from reading.job import Job
from tests.trained import WEIGHTS, add_model, serve_generation, serving


def said(probability: float, reached: int, of: int, job: int = 1) -> list[Prediction]:
    return [Prediction(job, probability, number < reached) for number in range(of)]


def test_what_fits_does_not_drift() -> None:
    drift = judge_drift(said(0.8, 80, 100))
    assert drift.calibration == pytest.approx(0.0, abs=1e-9)
    assert drift.rate == pytest.approx(0.0, abs=1e-9)
    assert (drift.predictions, drift.reached, drift.enough) == (100, 80, True)
    assert drift.reasons == ()


def test_too_many_promised_is_drift_by_spiegelhalters_z_and_by_the_rate() -> None:
    # (50-80)(1-1.6) / sqrt(100 * 0.36 * 0.16) = 18 / 2.4; (50-80) / sqrt(100 * 0.16) = -30 / 4
    drift = judge_drift(said(0.8, 50, 100))
    assert drift.calibration == pytest.approx(7.5)
    assert drift.rate == pytest.approx(-7.5)
    assert len(drift.reasons) == 2
    assert "50 of 100 reached an interview where 80.0 were predicted" in drift.reasons[0]


def test_the_rate_sees_what_spiegelhalters_z_is_blind_to() -> None:
    drift = judge_drift(said(0.5, 0, 60))  # every weight 1 - 2p is 0; -30 / sqrt(15) = -7.75
    assert drift.calibration is None
    assert drift.rate == pytest.approx(-7.746, abs=1e-3)
    assert len(drift.reasons) == 1


def test_spiegelhalters_z_sees_what_the_rate_is_blind_to() -> None:
    # 50 * (-0.3)(0.4) + 50 * (0.3)(-0.4) = -12, over sqrt(100 * 0.16 * 0.21) = 1.833
    drift = judge_drift([*said(0.3, 0, 50), *said(0.7, 50, 50)])
    assert drift.rate == pytest.approx(0.0, abs=1e-9)
    assert drift.calibration == pytest.approx(-6.547, abs=1e-3)
    assert "Spiegelhalter" in drift.reasons[0]


def test_fewer_than_fifty_never_switch_anything_off() -> None:
    drift = judge_drift(said(0.9, 0, 49))
    assert drift.rate is not None
    assert drift.rate < -10
    assert not drift.enough
    assert drift.reasons == ()


@pytest.mark.parametrize("predictions", [[], said(1.0 - 1e-7, 1, 1)])
def test_next_to_nothing_is_no_error(predictions: list[Prediction]) -> None:
    assert not judge_drift(predictions).enough


def test_an_order_worse_than_retrievals_is_drift_though_the_probabilities_fit() -> None:
    undecided = [
        Prediction(job, 0.5, number < 6, float(number < 6))
        for job in range(5)
        for number in range(12)
    ]
    drift = judge_drift(undecided)
    assert drift.order is not None
    assert (drift.order.mean, drift.order.high) == (-0.5, -0.5)
    assert drift.reasons == (
        "retrieval alone orders candidates better: -0.500 of the pairs (95 % -0.500 to -0.500)",
    )


def test_an_order_is_compared_only_over_jobs_with_both_kinds_of_people() -> None:
    three = [
        Prediction(job, 0.5, number < 10, float(number)) for job in range(3) for number in range(20)
    ]
    all_reached = [Prediction(9, 0.5, True, 1.0)] * 10
    assert judge_drift([*three, *all_reached]).order is None


NOW = datetime.now(UTC)


class Pool:
    """One job, one model in service, and whom its searches showed."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        serve_generation(catalog)
        self.model = add_model(catalog, "close")
        promote(catalog, self.model.fingerprint, "rosa")
        with catalog.writing() as writing:
            self.job = writing.jobs.store(Job("Lighthouse keeper wanted", "en", "Keeper", (), None))
            self.key = writing.jobs.get(self.job).text_key

    def apply(self, kinds: Iterable[OutcomeKind | ReasonClass | None], at: datetime) -> list[int]:
        """One applicant for each: what happened to them, or why they were rejected."""
        people = []
        with self.catalog.writing() as writing:
            for number, kind in enumerate(kinds):
                person = writing.people.add(f"Person {number}")
                people.append(person)
                if kind is None:
                    continue
                application = writing.outcomes.apply(person, self.job, "test")
                reason = kind if isinstance(kind, ReasonClass) else None
                what = kind if isinstance(kind, OutcomeKind) else OutcomeKind.REJECTED
                writing.outcomes.record(NewOutcome(application, what, "test", at=at, reason=reason))
        return people

    def show(
        self, people: list[int], score: float, at: datetime, *, by: str = "close",
        source: SearchSource = SearchSource.CLI, reranker: str | None = None, blend: float = 0.5,
        closely: bool = True,
    ) -> None:  # fmt: skip
        parts = {"meaning": 1.0, "words": 0.5, "base rate": score - 1.5}
        if closely:
            parts |= {"close reading": 0.0}
        record = SearchRecord(
            id=uuid4().hex,
            at=at,
            request={"blend": blend},
            job_key=self.key,
            sequence=1,
            generation_id=None,
            as_of=Month(2026, 11),
            source=source,
            fingerprints={"reranker": reranker or self.model.fingerprint},
        )
        with self.catalog.writing() as writing:
            writing.searches.log(
                record,
                [Impression(rank, who, score, parts, by) for rank, who in enumerate(people, 1)],
            )


@pytest.fixture
def pool(catalog: Catalog) -> Pool:
    return Pool(catalog)


SHOWN, DECIDED, LATER = (NOW + timedelta(days=days) for days in (1, 20, 60))


def test_a_reranker_that_promised_everybody_an_interview_goes_off(pool: Pool) -> None:
    people = pool.apply([ReasonClass.NOT_QUALIFIED] * 60, DECIDED)
    pool.show(people, 2.0, SHOWN)
    checked = check_drift(pool.catalog, now=LATER)
    assert checked.decision is not None
    assert (checked.decision.kind, checked.decision.by) == (DecisionKind.SWITCHED_OFF, "monitor")
    assert checked.decision.evidence["drift"]["predictions"] == 60
    assert serving(pool.catalog) is None
    assert check_drift(pool.catalog, now=LATER).model is None


def test_one_that_was_right_serves_on(pool: Pool) -> None:
    kinds = [OutcomeKind.INTERVIEWED] * 30 + [ReasonClass.NOT_QUALIFIED] * 30
    pool.show(pool.apply(kinds, DECIDED), 0.0, SHOWN)
    checked = check_drift(pool.catalog, now=LATER)
    assert checked.drift is not None
    assert (checked.drift.predictions, checked.drift.reached) == (60, 30)
    assert checked.drift.expected == pytest.approx(30.0)
    assert checked.decision is None
    assert serving(pool.catalog) == pool.model.fingerprint


def counted(pool: Pool, now: datetime = LATER) -> int:
    drift = check_drift(pool.catalog, now=now).drift
    assert drift is not None
    return drift.predictions


def test_only_what_the_model_said_before_the_outcome_is_a_prediction(pool: Pool) -> None:
    people = pool.apply([OutcomeKind.INTERVIEWED] * 3, DECIDED)
    pool.show(people, 1.0, DECIDED + timedelta(hours=1))
    pool.show(people, 1.0, NOW - timedelta(days=3))  # before it came into service
    assert counted(pool) == 0
    pool.show(people, 1.0, SHOWN)
    assert counted(pool) == 3


def test_what_others_showed_and_scores_that_are_no_probability_are_left_out(pool: Pool) -> None:
    people = pool.apply([OutcomeKind.INTERVIEWED] * 3, DECIDED)
    pool.show(people, 1.0, SHOWN, by="retrieval")
    pool.show(people, 1.0, SHOWN, source=SearchSource.REPLAY)
    pool.show(people, 1.0, SHOWN, reranker="another of that name")
    pool.show(people, 1.0, SHOWN, blend=1.0)
    pool.show(people, 1.0, SHOWN, closely=False)
    assert counted(pool) == 0


def test_a_withdrawal_and_a_filled_position_are_no_outcomes(pool: Pool) -> None:
    kinds = [OutcomeKind.WITHDREW, ReasonClass.POSITION_FILLED, OutcomeKind.APPLIED, None]
    pool.show(pool.apply(kinds, DECIDED), 1.0, SHOWN)
    assert counted(pool) == 0


def test_young_predictions_wait(pool: Pool) -> None:
    pool.show(pool.apply([OutcomeKind.HIRED], DECIDED), 1.0, SHOWN)
    assert counted(pool, now=SHOWN + timedelta(days=29)) == 0
    assert counted(pool, now=SHOWN + timedelta(days=31)) == 1


def test_who_was_shown_twice_counts_once_as_first_predicted(pool: Pool) -> None:
    people = pool.apply([OutcomeKind.HIRED], DECIDED)
    pool.show(people, 0.0, SHOWN)
    pool.show(people, 5.0, SHOWN + timedelta(days=1))
    drift = check_drift(pool.catalog, now=LATER).drift
    assert drift is not None
    assert (drift.predictions, drift.expected) == (1, 0.5)


def test_retrievals_order_is_taken_out_of_the_weighted_parts(pool: Pool) -> None:
    from indexer.learning.deciding.monitor import _retrieval

    parts = {"meaning": 1.0, "words": 0.5, "base rate": -1.0}
    assert _retrieval(parts, pool.model.calibration) == pytest.approx(
        1.0 / WEIGHTS["meaning"] + 0.5 / WEIGHTS["words"]
    )
    silent = {**pool.model.calibration, "weights": {**WEIGHTS, "words": 0.0}}
    assert _retrieval(parts, silent) is None


def test_where_nothing_serves_there_is_nothing_to_watch(catalog: Catalog) -> None:
    assert check_drift(catalog).model is None
    serve_generation(catalog)
    assert check_drift(catalog).model is None
