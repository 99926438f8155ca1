"""What has to be true after a kill: folded from what the workers acknowledged.

A deed that had begun and was not acknowledged may have happened or not. Once a check has seen
which, that is what has to be true from then on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.crash.account import BEGUN, DONE, FAILED, REFUSED, Told

Deed = tuple[str, dict[str, Any]]

# What a deed may be refused for while others work on the same folder, or before there is an index.
MAY_BE_REFUSED = {
    "build": ("Conflict", "NotReady"),
    "go_back": ("Conflict", "NotReady"),
    "finish": ("Conflict",),
    "search": ("NotReady", "NotFound"),
    "put_into_service": ("Conflict", "NotReady"),
    "take_back": ("Conflict", "NotReady"),
    "nightly": ("Conflict",),
}


@dataclass(slots=True)
class Candidate:
    """`versions`: which of their résumés may be in search, None: none. `kept`: those whose document
    was acknowledged. `erased` is None, and an event's value False, where nobody knows."""

    versions: set[int | None] = field(default_factory=lambda: {None})
    kept: set[int] = field(default_factory=set)
    tried: set[int] = field(default_factory=set)  # versions of which bytes may have been written
    erased: bool | None = False
    events: dict[str, bool] = field(default_factory=dict)

    @property
    def is_settled(self) -> bool:
        """Whether it is known that they are in search, and with what."""
        return self.erased is False and len(self.versions) == 1 and None not in self.versions


@dataclass(frozen=True, slots=True)
class Seen:
    """What a check found where several things may be true."""

    versions: Mapping[int, int | None]  # of whoever is not erased
    erased: frozenset[int]
    events: frozenset[str]
    generation: int | None
    reranker: str | None


@dataclass(slots=True)
class Expected:
    """`generations` may be in service (None among them: nothing), `rerankers` likewise. Where the
    whole is None, any may. `gone`: whose last bytes were acknowledged as removed. `long_erased`:
    who was erased before the present deeds began, whichever worker does them. `backups`: those that
    were acknowledged, with the version of whoever was certainly there and not erased. `restoring`:
    the backup that the present deeds have restored last, and whether that was acknowledged."""

    candidates: dict[int, Candidate] = field(default_factory=dict)
    searches: dict[str, list[int]] = field(default_factory=dict)
    models: set[str] = field(default_factory=set)
    generations: set[int | None] | None = field(default_factory=lambda: {None})
    rerankers: set[str | None] = field(default_factory=lambda: {None})
    backups: dict[str, dict[int, int]] = field(default_factory=dict)
    restoring: tuple[str, bool] | None = None
    gone: set[int] = field(default_factory=set)
    long_erased: set[int] = field(default_factory=set)
    surprises: list[str] = field(default_factory=list)
    alone: bool = True  # one worker's deeds follow each other

    def take(self, deed: Deed, told: Told) -> None:
        """What a worker told of a deed."""
        name, given = deed
        if told.outcome == FAILED:
            self.surprises.append(f"{name} {given} failed: {told.told}")
        elif told.outcome == REFUSED:
            if str(told.told).split(":")[0] not in MAY_BE_REFUSED.get(name, ()):
                self.surprises.append(f"{name} {given} was refused: {told.told}")
        elif (fold := _FOLDS.get(name)) is not None:
            assert told.outcome in (BEGUN, DONE)
            fold(self, given, told.outcome == DONE, told.told)

    def settle(self, seen: Seen) -> None:
        """From now on what was seen is what has to be true."""
        for number, candidate in self.candidates.items():
            candidate.erased = number in seen.erased
            candidate.versions = {seen.versions.get(number)}
            candidate.kept |= {each for each in candidate.versions if each is not None}
            candidate.events = {event: True for event in candidate.events if event in seen.events}
        self.long_erased = set(seen.erased)
        self.restoring = None
        self.generations = {seen.generation}
        self.rerankers = {seen.reranker}

    def share_service(self) -> None:
        """Several workers decide what serves: whatever it is, it must be whole."""
        self.generations = None
        self.rerankers |= {None, *self.models}

    def candidate(self, number: int) -> Candidate:
        return self.candidates.setdefault(number, Candidate())


def _store(expected: Expected, given: dict[str, Any], done: bool, told: Any) -> None:
    for number, version in given["people"]:
        candidate = expected.candidate(number)
        candidate.tried.add(version)
        if done:
            candidate.versions = {version}
            candidate.kept.add(version)
        else:
            candidate.versions = candidate.versions | {version}
    if done and told["refused"]:
        expected.surprises.append(f"{given['people']} were refused as erased")


def _outcome(expected: Expected, given: dict[str, Any], done: bool, told: Any) -> None:
    expected.candidate(given["number"]).events[given["event"]] = done
    if done and told is not True:
        expected.surprises.append(f"the event {given['event']} was known before it happened")


def _forget(expected: Expected, given: dict[str, Any], done: bool, told: Any) -> None:
    expected.candidate(given["number"]).erased = True if done else None
    if done and expected.alone:
        expected.long_erased.add(given["number"])


def _finish(expected: Expected, given: dict[str, Any], done: bool, told: Any) -> None:
    expected.generations = {told["generation"]} if done else None
    if done and told["open"] == 0:
        expected.gone |= expected.long_erased


def _build(expected: Expected, given: dict[str, Any], done: bool, told: Any) -> None:
    if done:
        expected.generations = {told}
    else:
        expected.generations = None


def _search(expected: Expected, given: dict[str, Any], done: bool, told: Any) -> None:
    if not done:
        return
    expected.searches[told["id"]] = told["shown"]
    erased = sorted(expected.long_erased.intersection(told["shown"]))
    if erased:
        expected.surprises.append(f"a search showed {erased}, who had been erased")


def _train(expected: Expected, given: dict[str, Any], done: bool, told: Any) -> None:
    if done:
        expected.models.add(told)


def _serve(expected: Expected, given: dict[str, Any], done: bool, told: Any) -> None:
    if done:
        expected.rerankers = {told}
    else:
        expected.rerankers |= {None, *expected.models}


def _come_back(expected: Expected, given: dict[str, Any], done: bool, told: Any) -> None:
    expected.candidate(given["number"]).tried.add(given["version"])
    if done and told:
        expected.surprises.append(f"{given['number']}, who was erased, was taken in again")


def _nightly(expected: Expected, given: dict[str, Any], done: bool, told: Any) -> None:
    if not done:
        expected.generations = None
        expected.rerankers |= {None}
        return
    expected.generations, expected.rerankers = {told["generation"]}, {told["reranker"]}
    if told["failed"].get("erasures") is None and told["open"] == 0:
        expected.gone |= expected.long_erased
    if expected.alone and (told["failed"] or told["running"]):
        expected.surprises.append(f"a night came to {told}")


def _back_up(expected: Expected, given: dict[str, Any], done: bool, told: Any) -> None:
    if not done:
        return
    expected.backups[given["name"]] = {
        number: version
        for number, candidate in expected.candidates.items()
        if candidate.is_settled
        for version in candidate.versions
        if version is not None
    }
    if any(told.values()):
        expected.surprises.append(f"the backup {given['name']} came to {told}")


def _restore(expected: Expected, given: dict[str, Any], done: bool, told: Any) -> None:
    expected.restoring = (given["name"], done)
    if done and told["left"]:
        expected.surprises.append(f"restoring {given['name']} left {told['left']}")


_FOLDS: dict[str, Callable[[Expected, dict[str, Any], bool, Any], None]] = {
    "store": _store,
    "outcome": _outcome,
    "forget": _forget,
    "finish": _finish,
    "build": _build,
    "go_back": _build,
    "search": _search,
    "train": _train,
    "put_into_service": _serve,
    "take_back": _serve,
    "come_back": _come_back,
    "nightly": _nightly,
    "back_up": _back_up,
    "restore": _restore,
}
