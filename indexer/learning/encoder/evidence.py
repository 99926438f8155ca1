"""What a trained encoder gained on held-out jobs, by the cosine of two short texts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from indexer.learning.examples import JobPairs, Pair
from indexer.learning.measuring.figures import by_group, gain, judgements, measure, rank_by
from search.encoder import Encoder


def compare_encoders(
    jobs: Sequence[JobPairs], tuned: Encoder, base: Encoder, in_service: Encoder
) -> dict[str, Any]:
    """How each orders the jobs' labelled people by the cosine of question and answer, and what the
    tuned one gains over both others (paired bootstrap over jobs); keys as in Model.metrics."""
    qrels = judgements(jobs)
    runs = {
        name: rank_by(jobs, lambda pairs, by=encoder: cosines(by, pairs))  # type: ignore[misc]
        for name, encoder in (("tuned", tuned), ("base", base), ("in service", in_service))
    }
    return {
        **{name: measure(run, qrels) for name, run in runs.items()},
        "gain over base": gain(runs["tuned"], runs["base"], qrels),
        "gain over in service": gain(runs["tuned"], runs["in service"], qrels),
        "by language": by_group(
            jobs,
            lambda job: job.language,
            {"nDCG@10": runs["tuned"], "in service": runs["in service"]},
        ),
    }


def cosines(encoder: Encoder, pairs: Sequence[Pair]) -> list[float]:
    """The cosine of each pair's question and answer, as searches would compute them."""
    if not pairs:
        return []
    asked = {pair.question: encoder.encode_query(pair.question) for pair in pairs}
    answers = encoder.encode_passages([pair.answer for pair in pairs])
    return [
        float(asked[pair.question] @ answer) for pair, answer in zip(pairs, answers, strict=True)
    ]
