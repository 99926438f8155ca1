"""Repeating a past search to the bit, or recalling what it showed and saying why it had to be so.

A search can be recomputed while its models serve: any generation of its encoder that is kept gives
the catalog of that day. What cannot be recomputed is recalled from the log, without those who were
erased since. Either way the log says that somebody looked again: a replay, which teaches nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from catalog.errors import BoleError, Damaged, NotFound
from catalog.searches import Impression, SearchRecord, SearchSource
from catalog.store import Catalog
from search.loading import OF_THE_RERANKER
from search.past import Past, Shown, lines_of, log_again, look_up
from search.pipeline import Searcher
from search.request import Hit, SearchRequest, Shortlist, request_from_record

SearcherAt = Callable[[int | None, int], Searcher]
"""A searcher over the catalog at a sequence, by a generation (None: any)."""

MOST: Final = 1000  # what one request may ask for

_ROLES = {
    "encoder": "the encoder",
    "reranker": "the reranker",
    "digest": "what the reranker is given to read",
    "vocabulary": "the vocabulary",
    "words": "how words are told apart",
    "fold": "how passages count together",
}


class How(StrEnum):
    """Whether a past list was computed again or taken from the log."""

    RECOMPUTED = "recomputed"
    RECALLED = "recalled"


@dataclass(frozen=True, slots=True)
class Replay:
    """A past search again. `why` says in sentences what is the same, what is not, and why.

    `same`: whether recomputing gave the stored list to the bit, without the `gone` who were erased
    since; None where it could not be recomputed. `recalled` holds the stored list where that is
    what stands; else `shortlist` is what was recomputed. `search_id` is the replay's own.
    """

    past: SearchRecord
    search_id: str
    how: How
    same: bool | None
    gone: int
    why: str
    shortlist: Shortlist | None
    recalled: tuple[Shown, ...]
    ranked_by: str | None
    request: SearchRequest | None  # None: it was erased, or is of another version


class _CannotRepeatError(Exception):
    """A past search cannot be recomputed; the message says why."""


def replay_search(catalog: Catalog, searcher_at: SearcherAt, search_id: str) -> Replay:
    """A logged search again, on its own snapshot. Errors: NotFound where it is not in the log."""
    past = look_up(catalog, search_id)
    try:
        request = _request_of(past)
    except _CannotRepeatError as reason:
        return _recall(catalog, past, None, str(reason))
    try:
        searcher = _open(past, searcher_at)
        again = searcher.search(request)
    except _CannotRepeatError as reason:
        return _recall(catalog, past, request, str(reason))
    except BoleError as error:
        return _recall(catalog, past, request, f"It cannot be computed again: {error}.")
    difference = _difference(past, again)
    if difference is None:
        return Replay(
            past=past.record,
            search_id=again.search_id,
            how=How.RECOMPUTED,
            same=True,
            gone=past.gone,
            why=_all_the_same(past.gone),
            shortlist=again,
            recalled=(),
            ranked_by=again.ranked_by,
            request=request,
        )
    why = f"{difference} {_explanation(past, again)}"
    recalled = _recall(catalog, past, request, why, logged_as=again.search_id)
    return replace(recalled, same=False)


def _request_of(past: Past) -> SearchRequest:
    """What was asked; further pages that were shown become one longer list."""
    if not past.record.request:
        raise _CannotRepeatError(
            "What was asked named somebody who has since been erased, and went with them."
        )
    try:
        request = request_from_record(past.record.request, SearchSource.REPLAY)
    except BoleError as error:
        raise _CannotRepeatError(f"What was asked cannot be read again: {error}.") from error
    last = max((shown.rank for shown in past.shown), default=0)
    return replace(request, limit=min(MOST, max(request.limit, last)))


def _open(past: Past, searcher_at: SearcherAt) -> Searcher:
    """A searcher with the models of that day, on the snapshot of that day."""
    record = past.record
    try:
        searcher = searcher_at(record.generation_id, record.sequence)
    except (NotFound, Damaged):  # any other generation gives the same bits
        searcher = searcher_at(None, record.sequence)
    if searcher.reranks and "reranker" not in record.fingerprints:
        searcher = searcher.without_reranker()
    changed = _changed(record.fingerprints, searcher.served.models, searcher.reranks)
    if changed - {"numerics"}:
        *most, last = sorted(_ROLES.get(role, role) for role in changed - {"numerics"})
        named = f"{', '.join(most)} and {last}" if most else last
        raise _CannotRepeatError(
            f"What ranked it is no longer in service: since then {named} changed."
        )
    return searcher


def _changed(then: Mapping[str, str], now: Mapping[str, str], reranks: bool) -> set[str]:
    """The roles in which other models serve; without a reranker, its own do not count."""
    ignored = frozenset[str]() if reranks or "reranker" in then else OF_THE_RERANKER
    return {
        role for role in (then.keys() | now.keys()) - ignored if then.get(role) != now.get(role)
    }


def _difference(past: Past, again: Shortlist) -> str | None:
    """Where the recomputed list departs from the stored one; None where it nowhere does.

    Whoever was erased since has left a gap, and others have moved up: those at the end are new.
    """
    then = [_as_shown(shown) for shown in past.shown]
    now = [_as_shown(hit) for hit in again.hits]
    fits = len(then) <= len(now) <= len(then) + past.gone
    if fits and now[: len(then)] == then:
        return None
    people_then, people_now = ([person for person, *_ in listed] for listed in (then, now))
    if fits and people_then == people_now[: len(people_then)]:
        most = max(abs(one[1] - other[1]) for one, other in zip(then, now, strict=False))
        return (
            "Computed again, the people and their order are the same, and scores differ by "
            f"{most:.1g} at most."
        )
    pairs = zip(then, now, strict=False)
    place = next((n for n, (one, other) in enumerate(pairs) if one[0] != other[0]), len(then))
    rank = past.shown[place].rank if place < len(then) else len(then) + 1
    return f"Computed again, the list is another one from place {rank} on."


def _as_shown(line: Impression | Hit) -> tuple[int, float, dict[str, float]]:
    person = line.person_id if isinstance(line, Impression) else line.candidate_id
    return person, line.score, dict(line.parts)


def _all_the_same(gone: int) -> str:
    same = "The same people, order and scores, to the bit"
    return f"{same}, without those erased since: {gone}." if gone else f"{same}."


def _explanation(past: Past, again: Shortlist) -> str:
    """Why a recomputation comes out differently, as far as anything that is recorded says so."""
    reasons = []
    if past.erasures:
        reasons.append(
            f"People were erased since then, {past.erasures} in all, {past.gone} of those shown: "
            "the rest are compared with fewer."
        )
    if past.record.fingerprints.get("numerics") != again.models.get("numerics"):
        reasons.append("This processor, or these libraries, compute other last bits.")
    if past.gone and not past.erasures:
        reasons.append(_missing(past))
    return " ".join(reasons) or (
        "Nothing that is recorded explains it, unless Bole itself was updated: please report this."
    )


def _missing(past: Past) -> str:
    if past.erasures:
        return f"Of those shown then, {past.gone} have been erased since."
    return f"Of those shown then, {past.gone} are missing from the log: see `bole log verify`."


def _recall(
    catalog: Catalog,
    past: Past,
    request: SearchRequest | None,
    why: str,
    logged_as: str | None = None,
) -> Replay:
    """The stored list, without those who were erased since; logged, unless that was done."""
    if past.gone and logged_as is None:
        why = f"{why} {_missing(past)}"
    return Replay(
        past=past.record,
        search_id=logged_as or log_again(catalog, past),
        how=How.RECALLED,
        same=None,
        gone=past.gone,
        why=why,
        shortlist=None,
        recalled=lines_of(catalog, past, blind=request is None or request.blind),
        ranked_by=past.shown[0].shown_by if past.shown else None,
        request=request,
    )
