"""An encoder is trained for real, on a model so small that it takes seconds."""

from __future__ import annotations

import errno
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from catalog.errors import InvalidRequest, NotReady, StoreUnavailable
from indexer.learning.encoder.evidence import compare_encoders, cosines
from indexer.learning.encoder.triples import Triple, make_triples
from indexer.learning.encoder.tuning import EncoderTuning, cosines_of, tune_encoder
from indexer.learning.examples import JobPairs, Origin, Pair
from search.encoder import open_encoder
from search.encoders.fingerprints import fingerprint_model
from tests.tiny_models import write_tiny_bert

DONE = {
    "nurse ward": "patients surgeon",
    "driver truck": "lorry night",
    "baker bread": "oven",
    "护士": "病房",
    "司机": "货车",
    "demand": "shift worked",
}


def pair_of(job: int, question: str, answer: str, person: int, grade: int, **more: Any) -> Pair:
    return Pair(job, person, question, answer, grade, reached=grade >= 2, **more)


def job_of(job: int, people: int = 8) -> JobPairs:
    """Every second one has done this job's work and was interviewed; the others did another's."""
    question = list(DONE)[job % len(DONE)]
    others = [work for asked, work in DONE.items() if asked != question]
    pairs = tuple(
        pair_of(
            job,
            question,
            f"{(job + seat) % 10} years {DONE[question] if seat % 2 else others[seat // 2 % 5]}",
            100 * job + seat,
            2 if seat % 2 else 0,
        )
        for seat in range(people)
    )
    return JobPairs(job, f"J{job}", question, "en", date(2026, 1, 1 + job % 28), pairs)


TRAIN = tuple(job_of(job) for job in range(12))
DEV = tuple(job_of(job) for job in range(12, 15))
TEST = tuple(job_of(job) for job in range(18, 24))


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sentence encoder with prompts and random weights."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer

    root = tmp_path_factory.mktemp("base")
    network = Transformer(str(write_tiny_bert(root / "bert")), max_seq_length=64)
    model = SentenceTransformer(
        modules=[network, Pooling(32, "mean")],
        prompts={"query": "demand: ", "document": "worked: "},
        device="cpu",
    )
    model.save_pretrained(str(root / "encoder"), create_model_card=False)
    return root / "encoder"


def settings_for(base: Path, **changes: Any) -> EncoderTuning:
    values: dict[str, Any] = {"epochs": 2, "rate": 5e-3, "report_to": ()} | changes
    return EncoderTuning(base=str(base), **values)


@pytest.mark.slow
def test_people_like_those_who_were_interviewed_move_up(base: Path, tmp_path: Path) -> None:
    settings = settings_for(base, epochs=12, patience=50, lora=False, rate=2e-3)
    tune_encoder(make_triples(TRAIN, {}), DEV, settings, tmp_path / "m", tmp_path)
    before, after = (open_encoder(str(each), tmp_path) for each in (base, tmp_path / "m"))
    found = compare_encoders(TEST, after, before, before)
    assert found["tuned"]["nDCG@10"] > 0.9
    assert found["gain over base"]["low"] > 0
    assert found["base"] == found["in service"]


@pytest.mark.slow
def test_an_adapter_alone_is_enough_to_learn_and_draws_no_bars_of_its_own(
    base: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    settings = settings_for(base, epochs=12, patience=50)
    tune_encoder(make_triples(TRAIN, {}), DEV, settings, tmp_path / "m", tmp_path)
    said = capfd.readouterr()
    assert "%|" not in said.out + said.err
    before, after = (open_encoder(str(each), tmp_path) for each in (base, tmp_path / "m"))
    assert compare_encoders(TEST, after, before, before)["gain over base"]["low"] > 0


def test_what_is_left_is_an_ordinary_model_with_the_adapter_in_it(
    base: Path, tmp_path: Path
) -> None:
    from sentence_transformers import SentenceTransformer

    tune_encoder(make_triples(TRAIN, {}), DEV, settings_for(base), tmp_path / "m", tmp_path)
    plain = SentenceTransformer(str(tmp_path / "m"), device="cpu")
    assert not any("lora" in name for name, _ in plain.named_parameters())
    assert plain.prompts["query"] == "demand: "
    pairs = TEST[0].pairs
    theirs = cosines_of(plain, pairs)
    assert theirs == pytest.approx(
        cosines(open_encoder(str(tmp_path / "m"), tmp_path), pairs), abs=1e-4
    )
    assert theirs != pytest.approx(cosines(open_encoder(str(base), tmp_path), pairs), abs=1e-3)
    assert not (tmp_path / "m" / "steps").exists()


def test_nothing_of_this_machine_and_nobodys_text_is_written_beside_it(
    base: Path, tmp_path: Path
) -> None:
    tune_encoder(make_triples(TRAIN, {}), DEV, settings_for(base), tmp_path / "m", tmp_path)
    for path in (tmp_path / "m").rglob("*"):
        if path.is_file() and path.suffix in {".json", ".md", ".txt"}:
            said = path.read_text("utf-8")
            assert str(base) not in said, path.name
            assert str(tmp_path) not in said, path.name
            assert "patients surgeon" not in said, path.name


@pytest.mark.slow
def test_the_same_seed_gives_the_same_encoder(base: Path, tmp_path: Path) -> None:
    prints = []
    for run in ("one", "two"):
        tune_encoder(make_triples(TRAIN, {}), DEV, settings_for(base), tmp_path / run, tmp_path)
        prints.append(fingerprint_model(tmp_path / run, {}))
    assert prints[0] == prints[1]


class Killed(BaseException):
    """As a signal would end it: no clean-up of ours runs on it."""


@pytest.mark.slow
def test_a_run_that_was_killed_goes_on_and_ends_as_if_it_had_not_been(
    base: Path, tmp_path: Path
) -> None:
    settings, triples = settings_for(base), make_triples(TRAIN, {})
    tune_encoder(triples, DEV, settings, tmp_path / "whole", tmp_path)

    def die_at(done: int, of: int) -> None:
        if done == of * 2 // 3:
            raise Killed

    with pytest.raises(Killed):
        tune_encoder(triples, DEV, settings, tmp_path / "m", tmp_path, advance=die_at)
    steps: list[int] = []
    tune_encoder(
        triples, DEV, settings, tmp_path / "m", tmp_path, advance=lambda d, of: steps.append(d)
    )
    assert steps[0] > 1  # it did not begin anew
    assert fingerprint_model(tmp_path / "m", {}) == fingerprint_model(tmp_path / "whole", {})
    steps.clear()
    tune_encoder(
        triples, DEV, settings, tmp_path / "m", tmp_path, advance=lambda d, of: steps.append(d)
    )
    assert steps == []  # what is finished is not trained again


def test_a_full_disk_says_what_to_do(
    base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sentence_transformers import SentenceTransformer

    def full(*_: Any, **__: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(SentenceTransformer, "save_pretrained", full)
    with pytest.raises(StoreUnavailable, match="No space left"):
        tune_encoder(
            make_triples(TRAIN, {}), DEV, settings_for(base, epochs=0.5), tmp_path / "m", tmp_path
        )


def test_two_encoders_side_by_side_cannot_be_trained_and_the_choice_is_named() -> None:
    with pytest.raises(InvalidRequest, match=r"packaged:multilingual .*packaged:english"):
        EncoderTuning(base="packaged:bilingual")


def test_a_base_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotReady, match="packaged:klingon"):
        tune_encoder(
            make_triples(TRAIN, {}), DEV, settings_for(Path("packaged:klingon")), tmp_path / "m",
            tmp_path,
        )  # fmt: skip


@pytest.mark.parametrize(
    "wrong", [{"epochs": 0}, {"epochs": float("nan")}, {"batch": 1}, {"rank": 0}, {"rate": -1.0},
              {"rate": float("nan")}, {"negatives": 0}]
)  # fmt: skip
def test_settings_that_make_no_sense_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidRequest, match="must"):
        EncoderTuning(**wrong)


def test_a_triple_is_an_interviewed_person_against_one_who_was_turned_down_for_the_same_job() -> (
    None
):
    triples = make_triples(TRAIN, {}, negatives=2)
    assert len(triples) == 12 * 4 * 2
    for triple in triples:
        assert triple.positive.reached
        assert not triple.negative.reached
        assert triple.positive.job_id == triple.negative.job_id
    by_person: dict[int, set[int]] = {}
    for triple in triples:
        by_person.setdefault(triple.positive.person_id, set()).add(triple.negative.person_id)
    assert {len(against) for against in by_person.values()} == {2}


def test_people_near_a_job_count_against_it_only_where_they_show_less() -> None:
    def shows(share: float) -> dict[str, float]:
        return {"meaning": 0.5, "words": 0.5, "requirements": share}

    good = pair_of(1, "nurse", "ward", 1, 3, parts=shows(0.8))
    jobs = [
        JobPairs(1, "A", "nurse", "en", date(2026, 1, 1), (good,)),
        JobPairs(2, "B", "driver", "en", date(2026, 1, 2), job_of(1).pairs),
    ]
    near = {
        1: [
            pair_of(1, "nurse", "ward surgeon", 8, 0, parts=shows(0.9), origin=Origin.NEGATIVE),
            pair_of(1, "nurse", "bread", 9, 0, parts=shows(0.1), origin=Origin.NEGATIVE),
        ]
    }
    own = [triple for triple in make_triples(jobs, near) if triple.positive == good]
    assert [triple.negative.person_id for triple in own] == [9]


def test_a_job_without_negatives_borrows_nobody_who_has_to_do_with_it() -> None:
    both = pair_of(2, "driver", "night shift", 1, 0)  # also interviewed for the first job
    jobs = [
        JobPairs(1, "A", "nurse", "en", date(2026, 1, 1), (pair_of(1, "nurse", "ward", 1, 3),)),
        JobPairs(
            2, "B", "driver", "en", date(2026, 1, 2), (both, pair_of(2, "driver", "lorry", 2, 4))
        ),
    ]
    found = make_triples(jobs, {})
    assert [(t.positive.person_id, t.negative.person_id) for t in found] == [(1, 2), (2, 1)]


def test_nobody_is_set_against_the_very_same_text() -> None:
    twins = (pair_of(1, "nurse", "ward", 1, 3), pair_of(1, "nurse", "ward", 2, 0))
    jobs = [JobPairs(1, "A", "nurse", "en", date(2026, 1, 1), twins), *TRAIN[1:4]]
    assert all(t.positive.answer != t.negative.answer for t in make_triples(jobs, {}))


@pytest.mark.parametrize(
    ("jobs", "why"),
    [
        ([], "nothing to learn"),
        ([TRAIN[0]], "of one job"),
        (
            [JobPairs(1, "A", "x", "en", date(2026, 1, 1), (pair_of(1, " ", "a", 1, 4),))],
            "nothing to learn",
        ),
    ],
)
def test_too_little_to_learn_from_is_said(jobs: list[JobPairs], why: str) -> None:
    with pytest.raises(InvalidRequest, match=why):
        make_triples(jobs, {})


def test_emoji_and_half_characters_in_a_text_are_only_text(base: Path, tmp_path: Path) -> None:
    odd = [
        Triple(
            pair_of(job, f"nurse {job} 👩‍⚕️", "病房\x00 ward", job, 4),
            pair_of(job, f"nurse {job} 👩‍⚕️", f"{job} \u202ebread", 50 + job, 0),
        )
        for job in range(3)
    ]
    tune_encoder(odd, [], settings_for(base, epochs=1), tmp_path / "m", tmp_path)
    assert (tmp_path / "m" / "modules.json").is_file()
