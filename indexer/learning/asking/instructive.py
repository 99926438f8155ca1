"""Whose outcome would teach most: the pairs worth a recruiter's judgement while labels are few."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest

from catalog.errors import InvalidRequest
from indexer.learning.examples import Pair
from indexer.learning.labelling.parts import (
    close_reading_of,
    requirements_of,
    retrieval_of,
    standings,
)

_LOOKS: tuple[tuple[str, Callable[[Pair], float | None]], ...] = (
    ("retrieval", retrieval_of),
    ("the demands shown", requirements_of),
    ("close reading", close_reading_of),
)
_TELLING = 0.5  # from here on a reason is worth saying


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A pair to judge. `value` is from 0 to 1; `reason` is for a recruiter, without a name."""

    pair: Pair
    probability: float | None
    value: float
    reason: str


@dataclass(frozen=True, slots=True)
class _Disagreement:
    """The two looks furthest apart on somebody, by the share of the others each puts behind."""

    gap: float = 0.0
    higher: str = ""
    lower: str = ""
    ahead: float = 0.0
    behind: float = 0.0


def most_instructive(
    candidates: Sequence[tuple[Pair, float | None]], wanted: int
) -> list[Suggestion]:
    """At most `wanted` pairs whose labels would teach most, spread over the jobs.

    Each comes with its probability of reaching an interview, None where the model abstained. A
    pair is worth the larger of two: how uncertain the probability is (1 at even odds, 0 where it
    is settled; Lewis and Gale, SIGIR 1994) and how far the parts disagree about the standing among
    the job's candidates (Seung et al., COLT 1992). The best of every job come first, then the
    second best; within such a round by worth, then by job and person. Settled pairs are left out.

    Raises:
        InvalidRequest: fewer than one wanted, or a probability that is none.
    """
    if wanted < 1:
        raise InvalidRequest(f"at least one pair can be asked for, not {wanted}")
    if any(given is not None and not 0 <= given <= 1 for _, given in candidates):
        raise InvalidRequest("a probability is from 0 to 1")
    jobs: defaultdict[int, list[tuple[Pair, float | None]]] = defaultdict(list)
    for pair, probability in candidates:
        jobs[pair.job_id].append((pair, probability))
    ranked = [
        sorted(
            (
                _suggest(pair, probability, disagreement)
                for (pair, probability), disagreement in zip(
                    known, _disagreements([pair for pair, _ in known]), strict=True
                )
            ),
            key=_by_worth,
        )
        for known in jobs.values()
    ]
    rounds = (
        sorted((each for each in turn if each is not None), key=_by_worth)
        for turn in zip_longest(*ranked)
    )
    worth_asking = [each for each in chain.from_iterable(rounds) if each.value > 0]
    return worth_asking[:wanted]


def _by_worth(suggestion: Suggestion) -> tuple[float, int, int]:
    return -suggestion.value, suggestion.pair.job_id, suggestion.pair.person_id


def _suggest(pair: Pair, probability: float | None, disagreement: _Disagreement) -> Suggestion:
    uncertainty = 0.0 if probability is None else 1 - abs(2 * probability - 1)
    value = max(uncertainty, disagreement.gap)
    reasons = []
    # The stronger reason is always given, the other one where it tells something as well.
    if probability is not None and uncertainty >= min(value, _TELLING):
        reasons.append(f"the model cannot tell: {probability:.0%} to reach an interview")
    if disagreement.gap >= min(value, _TELLING) and disagreement.gap > 0:
        reasons.append(
            f"{disagreement.higher} puts {disagreement.ahead:.0%} of the job's candidates behind, "
            f"{disagreement.lower} only {disagreement.behind:.0%}"
        )
    return Suggestion(pair, probability, value, "; ".join(reasons))


def _disagreements(pairs: Sequence[Pair]) -> list[_Disagreement]:
    """How far the looks are apart on each of one job's candidates.

    Candidates are compared with those of whom the same is known: standing third among fifty that
    were read closely is not standing third among all.
    """
    looks = [
        {name: value for name, look in _LOOKS if (value := look(pair)) is not None}
        for pair in pairs
    ]
    alike: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
    for number, known in enumerate(looks):
        alike[tuple(known)].append(number)
    found: list[dict[str, float]] = [{} for _ in pairs]
    for names, numbers in alike.items():
        for name in names:
            values = [looks[number][name] for number in numbers]
            for number, standing in zip(numbers, standings(values), strict=True):
                found[number][name] = standing
    return [_furthest(known) for known in found]


def _furthest(known: dict[str, float]) -> _Disagreement:
    if len(known) < 2:
        return _Disagreement()
    higher, lower = max(known, key=known.__getitem__), min(known, key=known.__getitem__)
    gap = known[higher] - known[lower]
    return _Disagreement(gap, higher, lower, known[higher], known[lower])
