"""Training for real, on a model so small that it takes seconds."""

from __future__ import annotations

import errno
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from catalog.errors import Damaged, InvalidRequest, StoreUnavailable
from indexer.learning.examples import JobPairs, Pair
from indexer.learning.measuring.closely import scores_of
from indexer.learning.reranker import tuning as room
from indexer.learning.reranker.tuning import FineTuning, finetune
from search.cross_encoders import Base, open_cross_encoder
from search.encoders.fingerprints import fingerprint_model
from tests.tiny_models import write_tiny_bert

JOBS = {"nurse ward": "patients", "driver truck": "lorry", "baker bread": "oven"}


def pairs_of(job: int, question: str, count: int = 12, first: int = 0) -> tuple[Pair, ...]:
    """Every second one has done this job's work, the others another's."""
    others = [word for asked, word in JOBS.items() if asked != question]

    def work(number: int) -> str:
        return JOBS[question] if number % 2 else others[number % 4 // 2]

    return tuple(
        Pair(
            job_id=job,
            person_id=first + number,
            question=question,
            answer=f"{number % 7} years {work(number)}",
            grade=4 if number % 2 else 0,
            reached=bool(number % 2),
        )
        for number in range(count)
    )


TRAIN = tuple(
    pair for job in range(12) for pair in pairs_of(job, list(JOBS)[job % 3], first=100 * job)
)
DEV = (JobPairs(90, "D", "nurse", "en", date(2026, 5, 1), pairs_of(90, "nurse ward", 10, 9000)),)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_bert(tmp_path_factory.mktemp("base") / "tiny")


def settings_for(base: Path, **changes: Any) -> FineTuning:
    values: dict[str, Any] = {"epochs": 6, "rate": 5e-3, "patience": 20} | changes
    return FineTuning(base=Base(str(base), None), **values)


@pytest.mark.slow
def test_what_was_hired_before_is_scored_above_what_was_turned_down(
    base: Path, tmp_path: Path
) -> None:
    settings = settings_for(base, lora=False, epochs=30, rate=2e-3, patience=60)
    model = finetune(TRAIN, DEV, settings, tmp_path / "m", tmp_path)
    scores = list(zip(DEV[0].pairs, scores_of(model, DEV[0].pairs), strict=True))
    fit = [score for pair, score in scores if pair.grade == 4]
    unfit = [score for pair, score in scores if pair.grade == 0]
    in_order = sum(one > other for one in fit for other in unfit)
    assert in_order >= 0.9 * len(fit) * len(unfit)  # by chance half of them would be


def test_an_adapter_is_merged_into_its_base_when_it_is_opened(base: Path, tmp_path: Path) -> None:
    model = finetune(TRAIN, DEV, settings_for(base, epochs=1), tmp_path / "m", tmp_path)
    opened = open_cross_encoder(tmp_path / "m", tmp_path, "cpu")
    assert scores_of(opened, DEV[0].pairs) == pytest.approx(
        scores_of(model, DEV[0].pairs), abs=1e-5
    )
    assert not any("lora" in name for name, _ in opened.named_parameters())


def test_nothing_of_this_machine_is_written_beside_an_adapter(base: Path, tmp_path: Path) -> None:
    finetune(TRAIN, DEV, settings_for(base, epochs=0.5), tmp_path / "m", tmp_path)
    config = json.loads((tmp_path / "m" / "adapter" / "adapter_config.json").read_text())
    assert config["base_model_name_or_path"] == str(base)  # the specification, nothing resolved
    assert sorted(path.name for path in (tmp_path / "m").iterdir()) == [
        "adapter",
        "base.json",
        "finished",
        "logs",
    ]


@pytest.mark.slow
def test_the_same_seed_gives_the_same_model(base: Path, tmp_path: Path) -> None:
    names = []
    for run in ("one", "two"):
        finetune(TRAIN, DEV, settings_for(base, epochs=1), tmp_path / run, tmp_path)
        names.append(fingerprint_model(tmp_path / run, {}))
    assert names[0] == names[1]


class Killed(BaseException):
    """As a signal would end it: no clean-up of ours runs on it."""


def test_a_run_that_was_killed_goes_on_and_ends_as_if_it_had_not_been(
    base: Path, tmp_path: Path
) -> None:
    settings = settings_for(base, epochs=3)
    finetune(TRAIN, DEV, settings, tmp_path / "whole", tmp_path)

    def die_at(done: int, of: int) -> None:
        if done == of * 2 // 3:
            raise Killed

    with pytest.raises(Killed):
        finetune(TRAIN, DEV, settings, tmp_path / "m", tmp_path, advance=die_at)
    steps: list[int] = []
    finetune(TRAIN, DEV, settings, tmp_path / "m", tmp_path, advance=lambda d, of: steps.append(d))
    assert steps[0] > 1  # it did not begin anew
    assert fingerprint_model(tmp_path / "m", {}) == fingerprint_model(tmp_path / "whole", {})


def test_a_checkpoint_that_was_half_written_is_passed_over(base: Path, tmp_path: Path) -> None:
    half = tmp_path / "m" / "steps" / "checkpoint-7"
    half.mkdir(parents=True)
    (half / "learned.safetensors").write_bytes(b"\0\1")
    finetune(TRAIN, DEV, settings_for(base, epochs=0.5), tmp_path / "m", tmp_path)
    assert not half.exists()


def test_a_damaged_adapter_is_named_and_never_served(base: Path, tmp_path: Path) -> None:
    finetune(TRAIN, DEV, settings_for(base, epochs=0.5), tmp_path / "m", tmp_path)
    (tmp_path / "m" / "adapter" / "adapter_model.safetensors").write_bytes(b"not weights")
    with pytest.raises(Damaged, match="bole rollback"):
        open_cross_encoder(tmp_path / "m", tmp_path, "cpu")


def test_an_adapter_is_not_put_onto_another_base(base: Path, tmp_path: Path) -> None:
    finetune(TRAIN, DEV, settings_for(base, epochs=0.5), tmp_path / "m", tmp_path)
    record = json.loads((tmp_path / "m" / "base.json").read_text())
    other = write_tiny_bert(tmp_path / "other", seed=2)
    (tmp_path / "m" / "base.json").write_text(json.dumps(record | {"spec": str(other)}))
    with pytest.raises(Damaged, match="no longer the model"):
        open_cross_encoder(tmp_path / "m", tmp_path, "cpu")


def test_a_full_disk_says_what_to_do(
    base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(room, "_write", full)
    with pytest.raises(StoreUnavailable, match="No space left"):
        finetune(TRAIN, DEV, settings_for(base, epochs=0.5), tmp_path / "m", tmp_path)


def test_without_outcomes_or_with_one_class_there_is_nothing_to_learn(tmp_path: Path) -> None:
    with pytest.raises(InvalidRequest, match="nothing to learn"):
        finetune([], DEV, FineTuning(), tmp_path / "m", tmp_path)
    same = [pair for pair in TRAIN if pair.grade == 4]
    with pytest.raises(InvalidRequest, match="all 72 labels are the same"):
        finetune(same, DEV, FineTuning(), tmp_path / "m", tmp_path)


def test_a_job_without_text_cannot_be_learned_from(tmp_path: Path) -> None:
    empty = [Pair(1, 1, "  ", "a", 0, False), Pair(1, 2, "  ", "b", 4, True)]
    with pytest.raises(InvalidRequest, match="without text"):
        finetune(empty, DEV, FineTuning(), tmp_path / "m", tmp_path)


@pytest.mark.parametrize(
    "wrong", [{"epochs": 0}, {"epochs": 1e9}, {"batch": 1}, {"rank": 0}, {"accumulate": 0}]
)
def test_settings_that_make_no_sense_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidRequest):
        FineTuning(**wrong)
