"""Whether what the reranker predicted is what happened since; where it is not, it goes off.

Only people whom the serving model showed, and only searches that came before the outcome, count.
Who is shown first is looked at first, so a reranker makes some of its own luck: the monitor finds
probabilities that are wrong and an order worse than retrieval's, not everything that could be.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta

from catalog.decisions import Decision
from catalog.generations import Model
from catalog.outcomes import Outcome, OutcomeKind
from catalog.searches import Exposure, SearchRecord
from catalog.store import Catalog, Reading
from indexer.learning.deciding.gates import FEWEST_JOBS
from indexer.learning.deciding.promotion import MONITOR, deciding, serving_since, switch_off
from indexer.learning.examples import Graded
from indexer.learning.labelling.labels import grade_applications
from search.measures import Estimate, estimate

ENOUGH = 50  # predicted applications with outcomes, below which nothing can be told
SETTLED_DAYS = 30  # time that a shown candidate has had to get an interview
# Standard errors. The monitor looks every night: at the customary 1.96 it would switch off a good
# model within weeks.
ALARM = 3.0
_REACHED = frozenset({OutcomeKind.INTERVIEWED, OutcomeKind.OFFERED, OutcomeKind.HIRED})


@dataclass(frozen=True, slots=True)
class Prediction:
    """What the model said of somebody for a job before it was decided, and what came of it.

    `retrieval` is the sum of retrieval's raw parts; None where the log does not give it back.
    """

    job_id: int
    probability: float
    reached: bool
    retrieval: float | None = None


@dataclass(frozen=True, slots=True)
class Drift:
    """Predictions against outcomes. `reasons` say what went wrong; empty: nothing that can be told.

    `calibration` is Spiegelhalter's z ("Probabilistic prediction in patient management", Statistics
    in Medicine 1986), `rate` the z of how many reached an interview: Spiegelhalter's is blind where
    predictions are near one half. None: cannot be computed. `order` is how much more of the pairs
    of a job (reached, not reached) the model puts in the right order than retrieval alone, with its
    95 % bootstrap interval over jobs.
    """

    predictions: int
    reached: int
    expected: float  # how many should have reached, by the predictions
    calibration: float | None
    rate: float | None
    order: Estimate | None
    enough: bool
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Checked:
    """What the monitor found of the model in service (None: none is), and what it decided."""

    model: Model | None
    drift: Drift | None
    decision: Decision | None


def check_drift(
    catalog: Catalog, *, now: datetime | None = None, settled_days: int = SETTLED_DAYS
) -> Checked:
    """Compares the search log with the outcomes since; a reranker that drifted goes off.

    Predictions younger than `settled_days` wait: quick rejections come before slow interviews.
    """
    until = (now or datetime.now(UTC)) - timedelta(days=settled_days)
    with catalog.reading() as reading:
        pointer = reading.generations.pointer()
        if pointer is None or pointer.reranker is None:
            return Checked(None, None, None)
        model = reading.models.get(pointer.reranker)
        drift = judge_drift(list(_predictions(reading, model, until)))
    decision = None
    if drift.reasons:
        with deciding(catalog) as writing:
            if writing.generations.serving().reranker == model.fingerprint:
                evidence = {"drift": asdict(drift), "encoder": pointer.encoder}
                decision = switch_off(writing, MONITOR, drift.reasons, evidence)
    return Checked(model, drift, decision)


def judge_drift(predictions: Sequence[Prediction]) -> Drift:
    """Whether outcomes contradict the predictions, by three tests that each must be sure."""
    reached = sum(p.reached for p in predictions)
    expected = math.fsum(p.probability for p in predictions)
    calibration, rate = _calibration_z(predictions), _rate_z(predictions)
    order = _order(predictions)
    enough = len(predictions) >= ENOUGH
    reasons = []
    if rate is not None and abs(rate) >= ALARM:
        reasons.append(
            f"{reached} of {len(predictions)} reached an interview where {expected:.1f} were "
            f"predicted ({rate:+.1f} standard errors)"
        )
    if calibration is not None and abs(calibration) >= ALARM:
        reasons.append(
            f"its probabilities do not fit what happened (Spiegelhalter's z {calibration:+.1f})"
        )
    if order is not None and order.high < 0.0:
        reasons.append(
            f"retrieval alone orders candidates better: {order.mean:+.3f} of the pairs "
            f"(95 % {order.low:+.3f} to {order.high:+.3f})"
        )
    return Drift(
        predictions=len(predictions),
        reached=reached,
        expected=expected,
        calibration=calibration,
        rate=rate,
        order=order,
        enough=enough,
        reasons=tuple(reasons) if enough else (),
    )


def _calibration_z(predictions: Sequence[Prediction]) -> float | None:
    spread = math.fsum(
        (1 - 2 * p.probability) ** 2 * p.probability * (1 - p.probability) for p in predictions
    )
    off = math.fsum((p.reached - p.probability) * (1 - 2 * p.probability) for p in predictions)
    return off / math.sqrt(spread) if spread > 0.0 else None


def _rate_z(predictions: Sequence[Prediction]) -> float | None:
    spread = math.fsum(p.probability * (1 - p.probability) for p in predictions)
    off = math.fsum(p.reached - p.probability for p in predictions)
    return off / math.sqrt(spread) if spread > 0.0 else None


def _order(predictions: Sequence[Prediction]) -> Estimate | None:
    """None where fewer jobs than the gates ask for have pairs to order."""
    by_job: dict[int, list[tuple[Prediction, float]]] = defaultdict(list)
    for prediction in predictions:
        if prediction.retrieval is not None:
            by_job[prediction.job_id].append((prediction, prediction.retrieval))
    gains = [
        _concordance([(p.probability, p.reached) for p, _ in ours])
        - _concordance([(retrieval, p.reached) for p, retrieval in ours])
        for ours in by_job.values()
        if len({p.reached for p, _ in ours}) == 2
    ]
    return estimate(gains) if len(gains) >= FEWEST_JOBS else None


def _concordance(scored: Sequence[tuple[float, bool]]) -> float:
    """The share of pairs (reached, not reached) in the right order; a tie is half right."""
    reached = [score for score, happened in scored if happened]
    others = [score for score, happened in scored if not happened]
    right = sum((a > b) + 0.5 * (a == b) for a in reached for b in others)
    return right / (len(reached) * len(others))


def _predictions(reading: Reading, model: Model, until: datetime) -> Iterator[Prediction]:
    """What the model said first of each applicant with a label, if before it was decided."""
    since = serving_since(reading.decisions.all(), model.fingerprint)
    begin = since.at if since else model.created_at
    events = list(reading.outcomes.up_to(reading.sequence))
    told: dict[tuple[int, int], list[Outcome]] = defaultdict(list)
    for event in events:
        told[event.person_id, event.job_id].append(event)
    by_job: dict[int, list[Graded]] = defaultdict(list)
    for graded in grade_applications(events, reading.labels.rules()):
        by_job[graded.job_id].append(graded)
    for job_id, applicants in by_job.items():
        shown = _first_shown(reading, reading.jobs.get(job_id).text_key, model, begin, until)
        for graded in applicants:
            exposure = shown.get(graded.person_id)
            own = told[graded.person_id, job_id]
            if exposure is not None and _came_before(exposure.at, own, graded.reached):
                yield Prediction(
                    job_id,
                    _probability(exposure.score),
                    graded.reached,
                    _retrieval(exposure.parts, model.calibration),
                )


def _first_shown(
    reading: Reading, job_key: str, model: Model, begin: datetime, until: datetime
) -> dict[int, Exposure]:
    """For each person the first time that the model showed them with a probability."""
    shown: dict[int, Exposure] = {}
    by_this: dict[str, bool] = {}
    for exposure in reading.searches.exposures(job_key):
        if exposure.shown_by != model.name or not begin <= exposure.at <= until:
            continue
        if exposure.person_id in shown or not _is_probability(exposure):
            continue
        if exposure.search_id not in by_this:
            by_this[exposure.search_id] = _is_by(reading.searches.get(exposure.search_id), model)
        if by_this[exposure.search_id]:
            shown[exposure.person_id] = exposure
    return shown


def _is_by(search: SearchRecord, model: Model) -> bool:
    """Whether this very model ranked (another may have had its name), as it was calibrated."""
    from search.fusion import DEFAULT_BLEND

    as_usual = search.request.get("blend", DEFAULT_BLEND) == DEFAULT_BLEND
    return as_usual and search.fingerprints.get("reranker") == model.fingerprint


def _is_probability(exposure: Exposure) -> bool:
    """Only who was read closely has one: else a part of the sum is missing."""
    from search.calibration import BASE_RATE, CLOSE_READING

    return {BASE_RATE, CLOSE_READING} <= set(exposure.parts) and math.isfinite(exposure.score)


def _probability(score: float) -> float:
    """Of a score in log odds; never quite 0 or 1, which no outcome could test."""
    within = min(max(score, -14.0), 14.0)
    return 1.0 / (1.0 + math.exp(-within))


def _retrieval(parts: Mapping[str, float], calibration: Mapping[str, object]) -> float | None:
    """The order before learning: the logged parts are weighted, so the weights are taken out.

    None where a weight of 0 left nothing to take it out of.
    """
    from search.calibration import calibration_from_record
    from search.fusion import MEANING, WORDS

    weights = calibration_from_record(calibration).weights
    if any(not weights.get(name, 0.0) > 0.0 or name not in parts for name in (MEANING, WORDS)):
        return None
    return math.fsum(parts[name] / weights[name] for name in (MEANING, WORDS))


def _came_before(shown: datetime, events: Sequence[Outcome], reached: bool) -> bool:
    """Whether somebody was shown before it was decided: the first interview, or the last word."""
    ends = [event for event in events if event.kind in _REACHED] if reached else events
    moments = sorted(map(_moment, ends))
    decided = moments[0] if reached else moments[-1]
    return shown < decided


def _moment(event: Outcome) -> datetime:
    """When it happened, in UTC; the end of the day where only the date is known."""
    if event.at is not None:
        return event.at if event.at.tzinfo else event.at.replace(tzinfo=UTC)
    assert event.on is not None  # the catalog takes no event without
    day = datetime(event.on.year, event.on.month, event.on.day, tzinfo=UTC)
    return day + timedelta(days=1)
