import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from search.fusion import MEANING, WORDS, Scale, fuse, standardise

FINITE = st.floats(-1e6, 1e6, allow_subnormal=False)
BLENDS = st.floats(0, 1)


@st.composite
def two_scores(draw):
    count = draw(st.integers(1, 40))
    return draw(arrays(np.float64, count, elements=FINITE)), draw(
        arrays(np.float64, count, elements=FINITE)
    )


def summed(parts):
    return parts[MEANING] + parts[WORDS]


def test_the_average_candidate_has_0_and_the_best_has_1():
    assert standardise(np.array([1.0, 2.0, 3.0])).tolist() == [-1.0, 0.0, 1.0]
    assert standardise(np.array([0.0, 0.0, 0.0, 8.0])).tolist() == [-1 / 3, -1 / 3, -1 / 3, 1.0]


def test_two_scores_are_mixed_as_a_reader_would_by_hand():
    fused = fuse(np.array([0.7, 0.8, 0.9]), np.array([6.0, 0.0, 0.0]), blend=0.25)
    assert fused[MEANING] == pytest.approx([-0.25, 0.0, 0.25])
    assert fused[WORDS] == pytest.approx([0.75, -0.375, -0.375])
    assert summed(fused) == pytest.approx([0.5, -0.375, -0.125])


def test_when_nobody_differs_nobody_gains():
    assert standardise(np.full(7, 0.1)).tolist() == [0.0] * 7
    assert summed(fuse(np.full(3, 0.83), np.zeros(3))).tolist() == [0.0] * 3


def test_one_candidate_alone_is_neither_good_nor_bad():
    assert summed(fuse(np.array([0.9]), np.array([12.0]))).tolist() == [0.0]


def test_nobody_is_nobody():
    assert summed(fuse(np.empty(0), np.empty(0))).tolist() == []


@given(two_scores())
def test_blend_1_orders_by_cosine_and_blend_0_by_words(scores):
    cosines, bm25 = scores
    for blend, raw in ((1.0, cosines), (0.0, bm25)):
        scores = summed(fuse(cosines, bm25, blend))
        assert (np.diff(scores[np.argsort(raw, kind="stable")]) >= 0).all()
        # Scores a rounding apart may become equal, but nobody overtakes the best.
        assert scores[raw.argmax()] == scores.max()


@given(two_scores(), BLENDS, st.randoms(use_true_random=False))
def test_a_score_keeps_its_bits_in_any_order(scores, blend, random):
    order = list(range(len(scores[0])))
    random.shuffle(order)
    straight = summed(fuse(*scores, blend))[order]
    shuffled = summed(fuse(scores[0][order], scores[1][order], blend))
    assert straight.tobytes() == shuffled.tobytes()


@given(two_scores(), BLENDS)
def test_the_head_scored_on_the_scales_of_all_has_the_scores_it_has_among_all(scores, blend):
    cosines, bm25 = scores
    scales = (Scale.of(cosines), Scale.of(bm25))
    head = summed(fuse(cosines[:3], bm25[:3], blend, scales=scales))
    assert head.tobytes() == summed(fuse(cosines, bm25, blend))[:3].tobytes()


@given(arrays(np.float64, st.integers(1, 40), elements=FINITE), st.sampled_from([0.5, 4.0, 1024.0]))
def test_the_unit_of_the_raw_score_does_not_matter(scores, unit):
    assert standardise(scores * unit) == pytest.approx(standardise(scores), abs=1e-12)


@given(arrays(np.float64, st.integers(1, 40), elements=FINITE))
def test_nobody_lies_above_1_and_nothing_becomes_infinite(scores):
    placed = standardise(scores)
    assert np.isfinite(placed).all()
    assert placed.max() in (0.0, 1.0)


@pytest.mark.parametrize("blend", [-0.1, 1.1, math.nan])
def test_a_blend_outside_0_to_1_is_refused(blend):
    with pytest.raises(ValueError, match="blend"):
        fuse(np.zeros(2), np.zeros(2), blend)


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_a_score_that_is_no_number_is_refused(bad):
    with pytest.raises(ValueError, match="finite"):
        fuse(np.array([0.5, bad]), np.zeros(2))


def test_scores_of_different_candidates_are_not_mixed():
    with pytest.raises(ValueError, match="each candidate"):
        fuse(np.zeros(3), np.zeros(2))
