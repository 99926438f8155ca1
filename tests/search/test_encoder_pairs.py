"""Centring and pairing, over an encoder whose vectors are written down here."""

import numpy as np
import pytest

from search.encoder import open_encoder
from search.encoders.bilingual import BilingualEncoder, reads_as_english
from search.encoders.centred import CentredEncoder, read_centres


class WrittenEncoder:
    """Two columns; a text's vector is looked up, a query's has the columns swapped."""

    name = "written"
    dimension = 2
    max_tokens = 10
    fingerprint = "f" * 64
    numerics = "by hand"

    def __init__(self, vectors, max_tokens=10):
        self.vectors = {text: np.array(v, dtype=np.float32) for text, v in vectors.items()}
        self.max_tokens = max_tokens
        self.asked = []

    def count_tokens(self, text):
        return len(text.split())

    def locate_tokens(self, text):
        return [(0, 1)] * len(text.split())

    def encode_passages(self, texts, progress=None):
        self.asked += texts
        if progress is not None:
            for _ in texts:
                progress(1)
        return np.array([self.vectors[t] for t in texts], dtype=np.float32).reshape(-1, 2)

    def encode_query(self, text):
        return self.vectors[text][::-1].copy()


NURSE, ZH_NURSE, DRIVER = "night nurse", "夜班护士", "truck driver"
EVERY = WrittenEncoder({NURSE: [0.6, 0.8], ZH_NURSE: [0.0, 1.0], DRIVER: [1.0, 0.0]})


def test_what_all_texts_share_is_taken_out_and_the_rest_has_length_one():
    centred = CentredEncoder(
        EVERY, np.array([0.0, 0.6], np.float32), np.array([0.6, 0.0], np.float32)
    )
    # (0.6, 0.8) - (0.6, 0) = (0, 0.8); as a query (0.8, 0.6) - (0, 0.6) = (0.8, 0).
    assert centred.encode_passages([NURSE])[0] == pytest.approx([0, 1])
    assert centred.encode_query(NURSE) == pytest.approx([1, 0])


def test_a_text_that_is_nothing_but_the_centre_is_like_nothing():
    centred = CentredEncoder(EVERY, np.zeros(2, np.float32), np.array([1, 0], np.float32))
    assert centred.encode_passages([DRIVER])[0].tolist() == [0.0, 0.0]


def test_a_centre_is_part_of_the_fingerprint():
    zero, other = np.zeros(2, np.float32), np.array([0, 1e-3], np.float32)
    fingerprints = {
        CentredEncoder(EVERY, query, passage).fingerprint
        for query in (zero, other)
        for passage in (zero, other)
    }
    assert len(fingerprints | {EVERY.fingerprint}) == 5


def test_a_centre_of_another_model_is_refused():
    with pytest.raises(ValueError, match="centre"):
        CentredEncoder(EVERY, *read_centres("multilingual"))


def test_the_packaged_centres_are_what_nearly_all_of_a_vector_is():
    for centre in read_centres("multilingual"):
        assert centre.shape == (384,)
        assert 0.8 < np.linalg.norm(centre) < 1.0


def pair():
    english = WrittenEncoder({NURSE: [1.0, 0.0], DRIVER: [0.0, 1.0]}, max_tokens=7)
    return BilingualEncoder(EVERY, english, name="pair"), english


def test_the_similarity_of_two_english_texts_is_the_mean_of_two_cosines():
    encoder, _ = pair()
    nurse, driver = encoder.encode_passages([NURSE, DRIVER])
    assert nurse @ driver == pytest.approx((0.6 + 0.0) / 2)
    assert nurse @ nurse == pytest.approx(1.0)


def test_the_english_model_never_sees_chinese():
    encoder, english = pair()
    vectors = encoder.encode_passages([ZH_NURSE, NURSE])
    assert english.asked == [NURSE]
    assert vectors[0] == pytest.approx([0, 1, 0, 0])
    assert encoder.encode_query(ZH_NURSE) == pytest.approx([1, 0, 0, 0])


def test_a_pair_counts_by_whichever_tokenizer_needs_more():
    encoder, english = pair()
    english.locate_tokens = lambda text: [(0, 1)] * 9
    assert encoder.max_tokens == 7
    assert encoder.count_tokens(NURSE) == len(encoder.locate_tokens(NURSE)) == 9
    assert encoder.count_tokens(ZH_NURSE) == 1


def test_progress_of_a_pair_adds_up_to_the_number_of_texts():
    encoder, _ = pair()
    done = []
    encoder.encode_passages([NURSE, ZH_NURSE, DRIVER], done.append)
    assert sum(done) == 3
    assert all(step > 0 for step in done)


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("Registered nurse, ICU", True),
        ("résumé of a Köchin", True),
        ("护士", False),
        ("Java 开发工程师", False),
        ("Senior Java backend engineer in 北京", True),
        ("инженер-программист", False),
        ("간호사", False),
        ("2018 - 2020", False),
        ("", False),
    ],
)
def test_english_is_what_is_mostly_latin_words(text, english):
    assert reads_as_english(text) is english


@pytest.mark.slow
def test_the_packaged_pair_finds_a_nurse_across_languages(tmp_path):
    encoder = open_encoder("packaged:bilingual", tmp_path)
    pool = encoder.encode_passages(
        ["Ward nurse, surgical unit, ten years", "Truck driver, long haul", "会计，熟悉纳税申报"]
    )
    assert encoder.dimension == pool.shape[1] == 768
    assert np.argmax(pool @ encoder.encode_query("外科病房护士")) == 0
    assert np.argmax(pool @ encoder.encode_query("accountant, tax returns")) == 2
