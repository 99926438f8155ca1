"""The cross-encoder without padding against sentence-transformers'; and scores that are kept."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from catalog.errors import Damaged, NotReady
from search.encoders.fingerprints import fingerprint_model
from search.reranker import CrossEncoderReranker, RememberedReranker
from tests.tiny_models import write_tiny_cross_encoder

QUESTION = "falconer; trains hawks"
ANSWERS = [
    "falconer 2011–now\ntrains owls and hawks",
    "",
    "玻璃吹制师 2015–今\n负责炉火",
    "glassblower " * 300,
    "melts quartz for flasks",
    "驯鹰师 with years of hawks and owls for the furnace",
    "falconer 2011–now\ntrains owls and hawks",
    *(f"trains {'owls ' * count}" for count in range(1, 14)),
]


@pytest.fixture(scope="module", params=["bert", "xlm-roberta"])
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_cross_encoder(tmp_path_factory.mktemp("tiny") / request.param, request.param)


def open_tiny(folder: Path) -> CrossEncoderReranker:
    return CrossEncoderReranker.open(folder, "tiny", fingerprint_model(folder, {}), "cpu")


def by_the_library(folder: Path, question: str, answers: list[str]) -> np.ndarray:
    """Logits as sentence-transformers computes them, pair by pair."""
    import torch
    from sentence_transformers import CrossEncoder

    model = CrossEncoder(str(folder), max_length=128, device="cpu")
    return np.array(
        [model.predict([(question, one)], activation_fn=torch.nn.Identity())[0] for one in answers]
    )


def test_scores_are_the_librarys_in_the_order_of_the_answers(folder: Path) -> None:
    reranker = open_tiny(folder)
    assert reranker._unpadded is not None
    ours = reranker.score(QUESTION, ANSWERS)
    theirs = by_the_library(folder, QUESTION, ANSWERS)
    assert ours.dtype == np.float64
    assert np.ptp(theirs) > 0.01  # else any order would do
    np.testing.assert_allclose(ours, theirs, atol=2e-4)


def test_which_text_asks_and_which_answers_makes_a_difference(tmp_path: Path) -> None:
    reranker = open_tiny(write_tiny_cross_encoder(tmp_path / "bert"))
    there = reranker.score("trains owls", ["melts quartz"])
    back = reranker.score("melts quartz", ["trains owls"])
    assert there[0] != pytest.approx(back[0], abs=1e-4)


def test_a_network_that_is_not_known_is_left_to_the_library(tmp_path: Path) -> None:
    folder = write_tiny_cross_encoder(tmp_path / "odd")
    config = folder / "config.json"
    config.write_text(config.read_text().replace('"hidden_act": "gelu"', '"hidden_act": "relu"'))
    reranker = open_tiny(folder)
    assert reranker._unpadded is None
    expected = by_the_library(folder, QUESTION, ANSWERS)
    np.testing.assert_allclose(reranker.score(QUESTION, ANSWERS), expected, atol=2e-4)


def test_no_answers_no_scores(folder: Path) -> None:
    assert open_tiny(folder).score(QUESTION, []).shape == (0,)


def test_half_a_character_is_read_as_an_unknown_one(folder: Path) -> None:
    reranker = open_tiny(folder)
    broken = reranker.score("hawks \ud83d", ["owls \udc00", "\ud800"])
    assert np.isfinite(broken).all()


def test_a_folder_that_is_gone_or_changed_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotReady, match="restore it"):
        CrossEncoderReranker.open(tmp_path / "gone", "tiny", "f", "cpu")
    folder = write_tiny_cross_encoder(tmp_path / "tiny")
    with pytest.raises(Damaged, match="not the one that was promoted"):
        CrossEncoderReranker.open(folder, "tiny", "f", "cpu")


def test_weights_cut_off_in_the_middle_are_damaged_not_a_traceback(tmp_path: Path) -> None:
    folder = write_tiny_cross_encoder(tmp_path / "tiny")
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:1000])
    with pytest.raises(Damaged):
        open_tiny(folder)


class Counting:
    """A reranker whose score is how many letters an answer has, and which says what it read."""

    name, fingerprint = "counting", "c"

    def __init__(self) -> None:
        self.read: list[str] = []

    def score(self, question: str, answers: list[str]) -> np.ndarray:
        self.read += answers
        return np.array([float(len(answer)) for answer in answers])


def test_a_pair_is_read_once_equal_answers_share_it_and_the_first_score_stands() -> None:
    store: dict[tuple[str, str], float] = {}

    def recall(job: str, answers: list[str]) -> dict[str, float]:
        return {key: store[job, key] for key in answers if (job, key) in store}

    def keep(job: str, scores: dict[str, float]) -> dict[str, float]:
        for key, score in scores.items():
            store.setdefault((job, key), score)
        return {key: store[job, key] for key in scores}

    inner = Counting()
    reranker = RememberedReranker(inner, recall, keep)
    assert reranker.score("q", ["aa", "b", "aa"]).tolist() == [2.0, 1.0, 2.0]
    assert reranker.score("q", ["b", "ccc"]).tolist() == [1.0, 3.0]
    assert inner.read == ["aa", "b", "ccc"]
    reranker.score("another question", ["b"])
    assert inner.read == ["aa", "b", "ccc", "b"]
