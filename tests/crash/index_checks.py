"""Whether what is served is one whole generation that finds whoever is there, and nobody else."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from catalog.errors import BoleError, NotReady
from catalog.generations import GenerationState, ModelState, Serving
from indexer.publish import KEPT
from search import words
from search.arrays import open_generation
from search.loading import open_indexes
from search.pipeline import Searcher
from search.replay import replay_search
from search.request import SearchRequest
from search.serving import Current
from search.vectors import on_grid
from tests.crash import cast
from tests.crash.deeds import Place
from tests.crash.expected import Expected
from tests.crash.people_checks import look

_REPLAYED = 2  # searches that are computed again at each look


def check_service(place: Place, expected: Expected) -> Iterator[str]:
    """One pointer, to a generation that opens; all that are kept open; models agree with it."""
    with place.catalog.reading() as reading:
        serving = reading.generations.pointer()
        kept = reading.generations.all(GenerationState.PUBLISHED)
        models = reading.models.all()
    served = serving.generation.id if serving else None
    if expected.generations is not None and served not in expected.generations:
        yield f"generation {served} serves, of {expected.generations}"
    if serving is not None and served not in {each.id for each in kept}:
        yield f"generation {served} serves and is {serving.generation.state}"
    for generation in kept:
        try:
            opened = open_generation(
                place.catalog.folder / generation.folder,
                encoder=place.encoder.fingerprint,
                words=words.fingerprint(),
            )
            opened.verify()
            open_indexes(opened)
        except BoleError as error:
            yield f"generation {generation.id} does not open: {error}"
    reranker = serving.reranker if serving else None
    if reranker not in expected.rerankers:
        yield f"the reranker {reranker} serves, of {expected.rerankers}"
    in_service = [m.fingerprint for m in models if m.state is ModelState.SERVING]
    if in_service != ([reranker] if reranker else []):
        yield f"{reranker} serves, and the models in service are {in_service}"
    if missing := expected.models - {model.fingerprint for model in models}:
        yield f"{len(missing)} models are lost"
    yield from _check_decisions(place, serving)


def check_found(place: Place, expected: Expected, *, all_of_them: bool) -> Iterator[str]:
    """A search finds exactly who is in its snapshot; `all_of_them`: exactly who is there."""
    try:
        searcher = Current(place.catalog, place.encoder).searcher()
    except NotReady as error:
        if expected.generations is not None and None not in expected.generations:
            yield f"nothing can be searched: {error}"
        return
    except BoleError as error:
        yield f"what is served cannot be searched: {error}"
        return
    with place.catalog.reading() as reading:
        at = searcher.served.sequence
        wanted = {person for person, _ in reading.resumes.rows_at(at)}
        wanted -= set(reading.people.erased())
    found = _stand(searcher)
    if found != wanted:
        yield f"a search finds {len(found - wanted)} phantoms and misses {len(wanted - found)}"
    if all_of_them:
        yield from _check_words(place, searcher, expected, found)


def check_vectors(place: Place) -> Iterator[str]:
    """Every passage in search has the vector that the encoder gives its text, in the index too."""
    with place.catalog.reading() as reading:
        passages = list(reading.resumes.passages_at(reading.sequence))
        keys = [passage.content_key for passage in passages]
        kept = reading.vectors.get(keys, place.encoder.fingerprint)
    if lost := [key for key in keys if key not in kept]:
        yield f"{len(lost)} passages have no vector"
    right = {p.id: place.encoder.encode_query(p.text) for p in passages}
    for passage in passages:
        raw = kept.get(passage.content_key)
        if raw is not None and raw != right[passage.id].astype("<f4").tobytes():
            yield f"passage {passage.id} has another vector than its text's"
    try:
        rows = Current(place.catalog, place.encoder).searcher().served.live.built[0].rows
    except BoleError:
        return
    for at, passage in enumerate(rows.ids.tolist()):
        held = rows.vectors[at]
        if not held.any():
            yield f"the index holds zeros for passage {passage}"
        elif passage in right and not np.array_equal(held, on_grid(right[passage])):
            yield f"the index holds another vector for passage {passage}"


def check_log(place: Place, expected: Expected) -> Iterator[str]:
    """The chain of the search log holds, every acknowledged search is in it and can be repeated."""
    with place.catalog.reading() as reading:
        yield from reading.searches.verify_chain()
        for search, shown in expected.searches.items():
            try:
                reading.searches.get(search)
            except BoleError as error:
                yield f"search {search}: {error}"
                continue
            there = len(reading.searches.impressions(search))
            left = [n for n in shown if not expected.candidate(n).erased]
            unsure = [n for n in shown if expected.candidate(n).erased is None]
            if not len(left) - len(unsure) <= there <= len(left):
                yield f"search {search} showed {len(left)} people and {there} are in the log"
    yield from _check_replays(place, expected)


def check_states(place: Place) -> Iterator[str]:
    """After recovering nothing is half-built, and no more is kept than shall be."""
    with place.catalog.reading() as reading:
        half = reading.generations.all(GenerationState.BUILDING, GenerationState.VERIFIED)
        kept = reading.generations.all(GenerationState.PUBLISHED)
        unfinished = reading.forgetting.open()
    if half:
        yield f"{len(half)} generations are half-built"
    if len(kept) > KEPT + 1:  # the served one, where it was rolled back to, stays beyond the others
        yield f"{len(kept)} generations are kept"
    if unfinished:
        yield f"{len(unfinished)} erasures are not finished"


def _check_decisions(place: Place, serving: Serving | None) -> Iterator[str]:
    """The last stored decision is what the pointer says."""
    with place.catalog.reading() as reading:
        decisions = reading.decisions.all()
    last = decisions[-1].after if decisions else None
    if serving is not None and last != serving.reranker:
        yield f"the last decision serves {last}, and {serving.reranker} serves"


def _check_replays(place: Place, expected: Expected) -> Iterator[str]:
    current = Current(place.catalog, place.encoder)
    for search in list(expected.searches)[-_REPLAYED:]:
        try:
            again = replay_search(place.catalog, current.searcher_at, search)
            if again.same is False and "People were erased since" not in again.why:
                yield f"search {search} gives another list than it gave: {again.why}"
        except BoleError as error:
            yield f"search {search} cannot be replayed: {error}"


def _check_words(
    place: Place, searcher: Searcher, expected: Expected, found: set[int]
) -> Iterator[str]:
    """Everybody by the word of the version that they have now, and not by that of another."""
    seen = look(place.catalog, expected)
    with place.catalog.reading() as reading:
        externals = reading.people.of_external(
            cast.external_id(n) for n, v in seen.versions.items() if v is not None
        )
    people = {cast.number_of(name): person for name, person in externals.items()}
    if found != set(people.values()):
        yield f"{len(found ^ set(people.values()))} people are found who are not there, or missed"
    for number, person in people.items():
        now = seen.versions[number]
        for version in sorted(expected.candidate(number).tried | {now or 0}):
            hits = _stand(searcher, cast.word_of(number, version))
            if hits != ({person} if version == now else set()):
                yield f"candidate {number} by version {version} (now {now}): {sorted(hits)}"
    for number in seen.erased:
        for version in expected.candidate(number).tried:
            if _stand(searcher, cast.word_of(number, version)):
                yield f"candidate {number}, who was erased, is found"


def _stand(searcher: Searcher, word: str | None = None) -> set[int]:
    # A reranker only orders whom retrieval found.
    return set(
        searcher.without_reranker().stand(SearchRequest(cast.JOB, cast.NOW, text=word, limit=1000))
    )
