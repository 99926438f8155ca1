"""What would let a model know a held-out job's people before it is measured on them.

A company that advertises a job again has its text twice, before and after the split: that is no
leak by itself, as serving meets old jobs again too. A candidate's text twice is.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from catalog.errors import Conflict
from indexer.learning.examples import JobPairs, Pair
from indexer.learning.held_out.splitting import Split, split_by_time

# Shares of the characters in common, in per cent (Indel similarity). Of the 708,000 pairs that the
# first 260 letters of 1,190 real résumés make, 8 reach 95 (two files of one person, or one pasted
# summary), 2 more reach 90; the demo pool has none at 90.
SAME_TEXT = 95.0
SAME_TEXT_FOR_SAME_JOB = 90.0
# Two people's texts of a few words may well be equal. UTF-8 bytes, as a Chinese character says
# about as much as three letters.
SHORTEST_TELLING = 60
_BLOCK = 512
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class _Copy:
    """A pair whose candidate's text is that of a pair of a later part."""

    earlier: Pair
    later: Pair
    similarity: float  # per cent


def hold_out(jobs: Sequence[JobPairs], share: float = 0.3) -> Split:
    """The jobs split by time, and nobody's text on both sides.

    Errors: as split_by_time and refuse_leaks.
    """
    split = leave_out_copies(split_by_time(jobs, share))
    refuse_leaks(split)
    return split


def find_leaks(split: Split) -> list[str]:
    """What two parts share and must not: jobs, people, the same or nearly the same texts.

    One sentence each, with ids and never with a word of the texts; none when the split is clean.
    """
    leaks = []
    for (name, earlier), (later_name, later) in combinations(_parts(split), 2):
        between = f"{name} and {later_name}"
        leaks += [
            f"job {job_id} is in {between}"
            for job_id in sorted(
                {job.job_id for job in earlier} & {job.job_id for job in later},
            )
        ]
        leaks += [
            f"candidate {person_id} is in {between}"
            for person_id in sorted(
                {pair.person_id for pair in _pairs_of(earlier)}
                & {pair.person_id for pair in _pairs_of(later)}
            )
        ]
        told: set[tuple[int, int]] = set()
        for copy in _find_copies(_pairs_of(earlier), _pairs_of(later)):
            people = copy.earlier.person_id, copy.later.person_id
            if people[0] != people[1] and people not in told:
                told.add(people)
                leaks.append(
                    f"the texts of candidate {people[0]} (job {copy.earlier.job_id}) and candidate "
                    f"{people[1]} (job {copy.later.job_id}) in {between} "
                    f"are {int(copy.similarity)} % the same"
                )
    return leaks


def refuse_leaks(split: Split) -> None:
    """Refuse to learn from a split whose parts know of each other.

    Raises:
        Conflict: with the first of the leaks, how many there are, and what to do.
    """
    leaks = find_leaks(split)
    if not leaks:
        return
    more = f" (and {len(leaks) - _SHOWN} more)" if len(leaks) > _SHOWN else ""
    raise Conflict(
        f"the held-out jobs leak into the training: {'; '.join(leaks[:_SHOWN])}{more}. "
        "Merge the records of one person, or leave the copies out of the training"
    )


def leave_out_copies(split: Split) -> Split:
    """The split without the earlier of two pairs with the same or nearly the same text.

    For a pool that holds one person's résumé under several records nobody has merged. A job that
    has no pair left goes too.
    """
    later = list(_pairs_of(split.test))
    dev = _without(split.dev, _find_copies(_pairs_of(split.dev), later))
    later += _pairs_of(dev)
    train = _without(split.train, _find_copies(_pairs_of(split.train), later))
    return replace(split, train=train, dev=dev)


def without_copies(pairs: Sequence[Pair], held_out: Sequence[Pair]) -> list[Pair]:
    """Those of `pairs` whose text no held-out pair has: for examples that join after the split."""
    gone = _named(_find_copies(pairs, held_out))
    return [pair for pair in pairs if (pair.job_id, pair.person_id) not in gone]


def _parts(split: Split) -> list[tuple[str, tuple[JobPairs, ...]]]:
    return [("train", split.train), ("dev", split.dev), ("test", split.test)]


def _pairs_of(jobs: Sequence[JobPairs]) -> list[Pair]:
    return [pair for job in jobs for pair in job.pairs]


def _without(jobs: Sequence[JobPairs], copies: Iterator[_Copy]) -> tuple[JobPairs, ...]:
    gone = _named(copies)
    kept = (
        replace(
            job,
            pairs=tuple(pair for pair in job.pairs if (pair.job_id, pair.person_id) not in gone),
        )
        for job in jobs
    )
    return tuple(job for job in kept if job.pairs)


def _named(copies: Iterator[_Copy]) -> set[tuple[int, int]]:
    return {(copy.earlier.job_id, copy.earlier.person_id) for copy in copies}


def _find_copies(earlier: Sequence[Pair], later: Sequence[Pair]) -> Iterator[_Copy]:
    """Pairs of two parts with nearly the same answer, in the order of the pairs.

    Every distinct text of one part meets every distinct text of the other, exactly (no hashing
    that could miss one); about a microsecond each.
    """
    from rapidfuzz import fuzz, process

    ours, theirs = _by_text(earlier), _by_text(later)
    if not ours or not theirs:
        return
    our_texts, their_texts = list(ours), list(theirs)
    for start in range(0, len(our_texts), _BLOCK):
        similarities = process.cdist(
            our_texts[start : start + _BLOCK],
            their_texts,
            scorer=fuzz.ratio,
            score_cutoff=SAME_TEXT_FOR_SAME_JOB,
            dtype=np.float32,
        )
        for row, column in zip(*np.nonzero(similarities), strict=True):
            similarity = float(similarities[row, column])
            for one in ours[our_texts[start + row]]:
                for other in theirs[their_texts[column]]:
                    if similarity >= SAME_TEXT or (
                        fuzz.ratio(_plain(one.question), _plain(other.question))
                        >= SAME_TEXT_FOR_SAME_JOB
                    ):
                        yield _Copy(one, other, similarity)


def _by_text(pairs: Sequence[Pair]) -> dict[str, list[Pair]]:
    """Pairs by their answer as it is compared; those too short to tell people apart left out."""
    by_text: defaultdict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        text = _plain(pair.answer)
        if len(text.encode("utf-8", "replace")) >= SHORTEST_TELLING:
            by_text[text].append(pair)
    return dict(by_text)


def _plain(text: str) -> str:
    """Letters and digits alone: width, case, spacing and punctuation make no other text."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return " ".join("".join(ch if ch.isalnum() else " " for ch in folded).split())
