"""What each task of a night does, on a catalog of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from api.nightly.retraining import BY, retrain
from api.nightly.running import NightShift
from api.nightly.tasks import RETENTION, TASKS
from api.nightly.work import Came, Task, Work
from api.settings import Settings
from api.workplace import Workplace
from catalog.errors import Conflict, InvalidRequest
from catalog.generations import ModelState
from catalog.nights import Night, NightState, TaskOutcome
from catalog.resumes import Consent
from catalog.store import Catalog
from indexer import checking
from tests.indexer.pool import TEXTS, WordCounter, store
from tests.trained import add_model, serve_generation

NOW = datetime(2026, 11, 24, 4, tzinfo=UTC)


@pytest.fixture
def counter(monkeypatch: pytest.MonkeyPatch) -> WordCounter:
    from search import encoder

    counter = WordCounter()
    monkeypatch.setattr(encoder, "open_encoder", lambda *_, **__: counter)
    return counter


@pytest.fixture
def place(sqlite_catalog: Catalog, counter: WordCounter) -> Iterator[Workplace]:
    yield from open_place(sqlite_catalog)


@pytest.fixture
def either_place(catalog: Catalog, counter: WordCounter) -> Iterator[Workplace]:
    """On SQLite and on PostgreSQL."""
    yield from open_place(catalog)


def open_place(catalog: Catalog) -> Iterator[Workplace]:
    with catalog.writing() as writing:
        writing.settings.choose("encoder", "word counter")
        writing.settings.choose("dtype", "float32")
    url = catalog.engine.url.render_as_string(hide_password=False)
    place = Workplace(Settings(data=catalog.folder, database_url=url))
    yield place
    place.catalog.close()


def do(name: str, place: Workplace, now: datetime = NOW, before: Night | None = None) -> Came:
    (task,) = [task for task in TASKS if task.name == name]
    return task.run(Work(place, now, before=before))


def night_at(when: datetime) -> Night:
    return Night(1, when.date(), NightState.DONE, when, when, {})


# Retention.


def keep_until(place: Workplace, day: date, *who: str) -> list[int]:
    people = store(place.catalog, {name: TEXTS[name] for name in who})
    with place.catalog.writing() as writing:
        for person in people.values():
            writing.people.set_consent(person, Consent(retention_until=day))
    return list(people.values())


def erased(place: Workplace) -> list[int]:
    with place.catalog.reading() as reading:
        return reading.people.erased()


def test_whose_last_day_is_over_is_erased_and_nobody_else(place: Workplace) -> None:
    gone = keep_until(place, date(2026, 11, 23), "nurse", "driver")
    keep_until(place, date(2026, 11, 24), "baker")  # until the end of today
    store(place.catalog, {"surgeon": TEXTS["surgeon"]})  # without an end
    came = do("retention", place)
    assert came == Came(TaskOutcome.DONE, {"erased": 2, "failed": 0})
    assert erased(place) == gone
    with place.catalog.reading() as reading:
        assert {each.by for each in reading.forgetting.open()} == {RETENTION}
    assert do("retention", place).outcome is TaskOutcome.NOT_DUE


def test_somebody_under_a_hold_stays(place: Workplace) -> None:
    held, gone = keep_until(place, date(2026, 11, 1), "nurse", "driver")
    with place.catalog.writing() as writing:
        writing.forgetting.hold(held, "a dispute", "Bo")
    assert do("retention", place).facts == {"erased": 1, "failed": 0}
    assert erased(place) == [gone]


def test_one_who_cannot_be_erased_keeps_no_other(
    place: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    from indexer import erasure

    stays, gone = keep_until(place, date(2026, 11, 1), "nurse", "driver")
    real = erasure.erase

    def refuse(catalog: Catalog, person: int, by: str, **more: Any) -> Any:
        if person == stays:
            raise Conflict("held: the reason names Orsolya Fenwick-Tamm")
        return real(catalog, person, by, **more)

    monkeypatch.setattr(erasure, "erase", refuse)
    came = do("retention", place)
    assert came == Came(TaskOutcome.FAILED, {"erased": 1, "failed": 1})
    assert erased(place) == [gone]


def test_a_clock_that_leapt_ahead_erases_nobody_until_the_next_night(place: Workplace) -> None:
    keep_until(place, date(2027, 6, 1), "nurse")
    leapt = NOW + timedelta(days=365)
    came = do("retention", place, leapt, before=night_at(NOW))
    assert came.outcome is TaskOutcome.NOT_DUE
    assert came.facts["due"] == 1
    assert erased(place) == []
    # If it is still so the night after, it is the time.
    came = do("retention", place, leapt + timedelta(days=1), before=night_at(leapt))
    assert came.facts == {"erased": 1, "failed": 0}


@pytest.mark.parametrize("before", [None, NOW - timedelta(days=2), NOW + timedelta(days=400)])
def test_a_first_night_a_missed_one_and_a_clock_put_back_keep_nobody_from_going(
    place: Workplace, before: datetime | None
) -> None:
    keep_until(place, date(2026, 11, 1), "nurse")
    night = None if before is None else night_at(before)
    assert do("retention", place, before=night).facts == {"erased": 1, "failed": 0}


# Index, erasures, check.


def test_a_night_indexes_what_has_come_and_is_done_when_nothing_has(place: Workplace) -> None:
    assert do("index", place).outcome is TaskOutcome.NOT_DUE
    store(place.catalog, TEXTS)
    came = do("index", place)
    assert (came.outcome, came.facts["kind"], came.facts["people"]) == ("done", "full", len(TEXTS))
    assert do("index", place).outcome is TaskOutcome.NOT_DUE
    store(place.catalog, {"nurse": "Night nurse.\nNow on the neonatal ward."})
    came = do("index", place)
    assert (came.outcome, came.facts["kind"], came.facts["embedded"]) == ("done", "delta", 2)


def test_whoever_goes_tonight_is_in_no_generation_in_the_morning(either_place: Workplace) -> None:
    place = either_place
    for who, text in TEXTS.items():
        place.catalog.blobs.put(f"{who}: {text}".encode())
    store(place.catalog, TEXTS)
    do("index", place)
    gone = keep_until(place, date(2026, 11, 1), "baker")
    night = NightShift(place, TASKS, lambda: NOW).run()
    assert night.state is NightState.DONE, night.report
    assert erased(place) == gone
    assert night.report["index"]["people"] == len(TEXTS) - 1
    assert night.report["erasures"] | {"seconds": 0} == {
        "outcome": "done",
        "finished": 1,
        "open": 0,
        "late": 0,
        "seconds": 0,
    }
    with place.catalog.reading() as reading:
        assert reading.forgetting.open() == []


def test_an_erasure_that_cannot_be_finished_in_time_is_a_failure(
    place: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    from indexer import erasure

    keep_until(place, date(2026, 11, 1), "nurse")
    do("retention", place)
    with place.catalog.reading() as reading:
        waiting = reading.forgetting.open()
    monkeypatch.setattr(erasure, "finish_erasures", lambda catalog, rebuild=None: waiting)
    assert do("erasures", place).facts == {"finished": 0, "open": 1, "late": 0}
    late = waiting[0].due_at + timedelta(seconds=1)
    came = do("erasures", place, late)
    assert came == Came(TaskOutcome.FAILED, {"finished": 0, "open": 1, "late": 1})


class Checked:
    """Stands in for the check: what it finds before and after a repair."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *found: str, left: Sequence[str] = ()):
        self.found = [self.finding(kind) for kind in found]
        self.left = [self.finding(kind) for kind in left]
        self.repairs = 0
        monkeypatch.setattr(checking, "check", lambda *_, **__: self.found)
        monkeypatch.setattr(checking, "repair", self.repair)

    def finding(self, kind: str) -> checking.Finding:
        said = "the original of Orsolya Fenwick-Tamm"
        repairable = kind not in ("catalog", "model")
        return checking.Finding(checking.Kind(kind), said, repairable, kind != "waiting")

    def repair(self, *_: Any, **__: Any) -> checking.Repaired:
        self.repairs += 1
        return checking.Repaired(("Orsolya's",), (), tuple(self.left))


def test_what_a_killed_process_left_is_cleared_and_is_no_failure(
    place: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked = Checked(monkeypatch, "debris", "unowned", "debris")
    came = do("check", place)
    assert (came.outcome, checked.repairs) == (TaskOutcome.DONE, 1)
    assert came.facts["found"] == {"debris": 2, "unowned": 1}
    assert (came.facts["repairs"], came.facts["left"]) == (1, {})
    assert "Orsolya" not in str(came.facts)


def test_damage_is_repaired_and_is_a_failure_once(
    place: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    Checked(monkeypatch, "index")
    came = do("check", place)
    assert (came.outcome, came.facts["left"]) == (TaskOutcome.FAILED, {})
    Checked(monkeypatch)
    assert do("check", place).outcome is TaskOutcome.DONE


@pytest.mark.parametrize("kind", ["catalog", "model"])
def test_what_cannot_be_repaired_is_left_as_it_is_and_a_failure(
    place: Workplace, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    checked = Checked(monkeypatch, kind)
    came = do("check", place)
    assert (came.outcome, checked.repairs) == (TaskOutcome.FAILED, 0)
    assert came.facts["left"] == {kind: 1}


def test_what_is_wrong_after_the_repair_is_a_failure_and_what_only_waits_is_none(
    place: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    Checked(monkeypatch, "debris", left=["debris"])
    assert do("check", place).outcome is TaskOutcome.FAILED
    Checked(monkeypatch, "waiting", left=["waiting"])
    assert do("check", place).outcome is TaskOutcome.DONE


def test_originals_are_read_once_a_week(place: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bool] = []

    def note(*_: Any, contents: bool = True, **__: Any) -> list[Any]:
        asked.append(contents)
        return []

    monkeypatch.setattr(checking, "check", note)
    (check,) = [task for task in TASKS if task.name == "check"]
    for day in range(15):
        moment = NOW + timedelta(days=day)
        NightShift(place, [check], lambda moment=moment: moment).run()  # type: ignore[misc]
    assert [day for day, contents in enumerate(asked) if contents] == [0, 7, 14]


# Training.


class Training:
    """Stands in for the training, which takes minutes."""

    def __init__(self, catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
        from indexer.learning.reranker import run

        self.catalog = catalog
        self.trained: list[str] = []
        self.refuse: Exception | None = None
        self.changes: dict[str, Any] = {}
        self.again = False
        monkeypatch.setattr(run, "train_reranker", self)

    def __call__(self, catalog: Catalog, encoder: Any, settings: Any, say: Any) -> Any:
        from indexer.learning.training.recording import Trained

        if self.refuse is not None:
            raise self.refuse
        if not self.again or not self.trained:
            self.trained.append(f"model {len(self.trained) + 1}")
            add_model(self.catalog, self.trained[-1], **self.changes)
        with catalog.reading() as reading:
            model = reading.models.all()[-1]
        return Trained(model.name, model.fingerprint, dict(model.metrics), self.again)


@pytest.fixture
def training(place: Workplace, monkeypatch: pytest.MonkeyPatch) -> Training:
    serve_generation(place.catalog, WordCounter().fingerprint)
    return Training(place.catalog, monkeypatch)


def train(place: Workplace, every: int = 7, later: timedelta = timedelta(0)) -> Came:
    weekly = Workplace(place.settings.model_copy(update={"night_retrain": every}))
    came = retrain(Work(weekly, datetime.now(UTC) + later))
    weekly.catalog.close()
    return came


def states(place: Workplace) -> list[ModelState]:
    with place.catalog.reading() as reading:
        return [model.state for model in reading.models.all()]


def decided_by(place: Workplace) -> list[tuple[str, str]]:
    with place.catalog.reading() as reading:
        return [(decision.kind.value, decision.by) for decision in reading.decisions.all()]


def test_unless_it_is_asked_for_nothing_is_trained(place: Workplace, training: Training) -> None:
    assert place.settings.night_retrain == 0
    assert do("retrain", place).outcome is TaskOutcome.NOT_DUE
    assert training.trained == []


def test_a_model_that_has_earned_its_place_serves_by_the_gates_decision(
    place: Workplace, training: Training
) -> None:
    assert train(place).facts == {"model": "model 1", "promoted": True}
    assert states(place) == [ModelState.SERVING]
    assert decided_by(place) == [("promoted", BY)]


def test_a_model_that_has_not_earned_it_stays_off_and_the_refusal_is_kept(
    place: Workplace, training: Training
) -> None:
    training.changes = {"gain over retrieval": {"mean": 0.01, "low": -0.05, "high": 0.07}}
    assert train(place).facts == {"model": "model 1", "promoted": False}
    assert states(place) == [ModelState.REJECTED]
    assert decided_by(place) == [("refused", BY)]


def test_it_is_trained_again_once_the_last_training_is_old_enough(
    place: Workplace, training: Training
) -> None:
    train(place)
    assert train(place, later=timedelta(days=6)).outcome is TaskOutcome.NOT_DUE
    assert len(training.trained) == 1
    train(place, later=timedelta(days=6, hours=23))
    assert len(training.trained) == 2


def test_the_same_model_again_is_decided_only_once(place: Workplace, training: Training) -> None:
    training.again = True
    train(place)
    assert train(place, later=timedelta(days=8)).outcome is TaskOutcome.NOT_DUE
    assert len(decided_by(place)) == 1


def test_a_candidate_that_a_killed_night_left_is_decided_by_the_next(
    place: Workplace, training: Training
) -> None:
    training.again = True
    training.trained.append("left")
    add_model(place.catalog, "left")
    assert train(place, later=timedelta(days=8)).facts == {"model": "left", "promoted": True}


def test_too_few_outcomes_are_no_failure_and_name_no_job(
    place: Workplace, training: Training
) -> None:
    training.refuse = InvalidRequest("only 3 jobs have outcomes: Orsolya's, …")
    came = train(place)
    assert came.outcome is TaskOutcome.NOT_DUE
    assert "Orsolya" not in str(came.facts)


def test_a_training_that_breaks_fails_its_task_and_not_the_night(
    place: Workplace, training: Training
) -> None:
    training.refuse = RuntimeError("CUDA out of memory")
    weekly = Workplace(place.settings.model_copy(update={"night_retrain": 7}))
    night = NightShift(weekly, [Task("retrain", retrain, "bole train reranker")]).run()
    assert night.report["retrain"]["error"] == "RuntimeError"
    weekly.catalog.close()


def test_a_night_compares_the_reranker_with_what_happened(
    place: Workplace, training: Training, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert do("monitor", place).outcome is TaskOutcome.NOT_DUE
    train(place)
    came = do("monitor", place)
    assert came.facts["model"] == "model 1"
    assert came.facts["switched_off"] is False
