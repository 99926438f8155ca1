from __future__ import annotations

import pytest

from benchmarks.simulated.results import (
    BIASED,
    FAIR,
    ORACLE,
    OUTCOMES,
    RETRIEVAL,
    THIS,
    Found,
    as_markdown,
    summarise,
)


def found(seed: int, retrieval: float, this: float, learned: float) -> Found:
    def measures(value: float) -> dict[str, list[float]]:
        return {"nDCG@10": [value, value], "tau": [0.5], "tau of the head": [0.25]}

    return Found(
        seed,
        {RETRIEVAL: measures(retrieval), ORACLE: measures(1.0), THIS: measures(this)},
        {
            FAIR: {OUTCOMES: 0.01, THIS: 0.02},
            BIASED: {OUTCOMES: 0.21, THIS: 0.02 + learned, "names left in": 0.12},
        },
        {"against promoting it": [] if this > retrieval else ["no gain"]},
    )


def test_what_is_recovered_is_the_share_of_the_way_from_retrieval_to_the_best_order() -> None:
    summary = summarise([found(1, 0.6, 0.8, 0), found(2, 0.4, 0.6, 0)])
    own = summary["recovery"][THIS]
    assert own["gain"]["mean"] == pytest.approx(0.2)
    assert own["recovered"] == pytest.approx(0.2 / 0.5)
    assert summary["recovery"][RETRIEVAL]["recovered"] == pytest.approx(0)
    assert summary["recovery"][ORACLE]["recovered"] == pytest.approx(1)


def test_a_learned_gap_is_what_bias_adds_to_the_gap_of_the_same_pool_when_fair() -> None:
    gaps = summarise([found(1, 0.6, 0.8, 0.03), found(2, 0.4, 0.6, 0.05)])["gaps"][BIASED]
    assert gaps[f"{THIS}: learned"]["mean"] == pytest.approx(0.04)
    assert gaps[f"{OUTCOMES}: learned"]["mean"] == pytest.approx(0.2)
    assert gaps["names left in: learned"]["mean"] == pytest.approx(0.1)


def test_the_tables_say_that_outcomes_are_simulated_and_how_many_models_would_serve() -> None:
    text = as_markdown(summarise([found(1, 0.6, 0.8, 0), found(2, 0.6, 0.5, 0)]), "of development")
    assert text.startswith("Simulated outcomes, 2 seeds (of development).")
    assert "Trainings that would be promoted: 1 of" in text
    assert "| this training | 0.650 [0.500, 0.800] |" in text


def test_one_part_alone_makes_one_table() -> None:
    one = found(1, 0.6, 0.8, 0)
    text = as_markdown(summarise([Found(1, {}, one.gaps, {})]), "of development")
    assert "nDCG" not in text
    text = as_markdown(summarise([Found(1, one.recovery, {}, one.training)]), "of development")
    assert "decision maker" not in text
