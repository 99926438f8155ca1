"""From a job to an explained shortlist, on one snapshot."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from catalog.searches import Impression, SearchRecord, SearchSource
from catalog.store import Catalog, Reading
from search import boolean
from search.close_reading import HEAD, Beside, CloseReader, Judged
from search.explanation import candidate_of, explain
from search.loading import OF_THE_RERANKER, Served
from search.request import Hit, SearchRequest, Shortlist, request_to_record
from search.reranker import key_of
from search.retrieval import Retriever, Stopwatch

Ints = NDArray[np.int64]

BY_RETRIEVAL = "retrieval"


class Searcher:
    """Answers requests on one snapshot of what is served; it holds no request's state."""

    def __init__(self, catalog: Catalog, served: Served) -> None:
        self._catalog = catalog
        self._served = served
        self._retriever = Retriever(served.encoder, served.vectors, served.lexical)
        reranker, calibration = served.reranker, served.calibration
        self._reader = CloseReader(reranker, calibration) if reranker and calibration else None

    @property
    def served(self) -> Served:
        """What it searches with."""
        return self._served

    @property
    def reranks(self) -> bool:
        """Whether a reranker is in service."""
        return self._reader is not None

    def without_reranker(self) -> Searcher:
        """The same, ranking by retrieval alone: what a reranker has to beat."""
        models = {r: f for r, f in self._served.models.items() if r not in OF_THE_RERANKER}
        alone = replace(self._served, reranker=None, calibration=None, models=models)
        return Searcher(self._catalog, alone)

    def search(self, request: SearchRequest) -> Shortlist:
        """The best `limit` eligible candidates, each with what they show of the job."""
        watch = Stopwatch()
        with self._catalog.reading() as reading:
            eligible, unknown = self._find_eligible(reading, request, watch)
            judged = self._judge(reading, request, eligible, watch)
            hits = self._explain(reading, request, judged, watch)
            facets = self._count_facets(reading, request, eligible, watch)
        shortlist = self._shortlist(request, hits, len(eligible), unknown, facets, watch)
        self._remember(request, shortlist)
        return shortlist

    def rank(self, request: SearchRequest) -> list[tuple[str, float]]:
        """External ids and scores, best first, for measuring; nothing is explained or logged."""
        watch = Stopwatch()
        with self._catalog.reading() as reading:
            eligible, _ = self._find_eligible(reading, request, watch)
            ranked = self._judge(reading, request, eligible, watch).ranked
            names = reading.people.external_ids(ranked.candidates.tolist())
        scored = zip(ranked.candidates.tolist(), ranked.scores.tolist(), strict=True)
        return [(names[person], score) for person, score in scored if person in names]

    def stand(self, request: SearchRequest) -> list[int]:
        """Whom `search` would show, best first; nothing is explained or logged."""
        watch = Stopwatch()
        with self._catalog.reading() as reading:
            eligible, _ = self._find_eligible(reading, request, watch)
            ranked = self._judge(reading, request, eligible, watch).ranked
        people: list[int] = ranked.candidates.tolist()
        return people

    def _judge(
        self, reading: Reading, request: SearchRequest, eligible: Ints, watch: Stopwatch
    ) -> Judged:
        """The best by retrieval; their head read closely, once a reranker has earned its place."""
        ranked = self._retriever.retrieve(
            request.job.text, eligible, request.blend, max(request.limit, HEAD), watch
        )
        if self._reader is None or not len(ranked.candidates):
            return Judged.by_retrieval(ranked.first(request.limit))
        beside = Beside(self._served.sequence, request.as_of, len(eligible), request.blend)
        return self._reader.read(reading, request.job, ranked, request.limit, beside, watch)

    def _find_eligible(
        self, reading: Reading, request: SearchRequest, watch: Stopwatch
    ) -> tuple[Ints, int]:
        """Ids that pass the filters, are indexed and match the text; and how many are undecided."""
        served = self._served
        expression = boolean.parse(request.text) if request.text else None
        with watch.time("filter"):
            if request.filters.conditions:
                found = reading.find_eligible(request.filters, served.sequence, request.as_of)
                passing, unknown = np.asarray(found.people, np.int64), found.unknown
                eligible = np.intersect1d(passing, served.lexical.ids, assume_unique=True)
            else:  # everybody who was indexed and has not been erased since
                gone = np.asarray(reading.people.erased(), np.int64)
                eligible, unknown = np.setdiff1d(served.lexical.ids, gone, True), 0
        if expression is not None:
            with watch.time("text"):
                eligible = served.lexical.matching(expression, eligible)
        return eligible, unknown

    def _explain(
        self, reading: Reading, request: SearchRequest, judged: Judged, watch: Stopwatch
    ) -> tuple[Hit, ...]:
        """The hits that are shown, each requirement with its verdict and the words for it."""
        ranked = judged.ranked
        people = ranked.candidates.tolist()
        with watch.time("explain"):
            resumes = reading.resumes.of(people, self._served.sequence)
            names = {} if request.blind else reading.people.names(people)
            return tuple(
                Hit(
                    rank=place + 1,
                    candidate_id=person,
                    external_id=resumes[person].external_id,
                    name=names.get(person),
                    headline=resumes[person].headline,
                    score=float(ranked.scores[place]),
                    parts={name: float(part[place]) for name, part in ranked.parts.items()},
                    requirements=explain(
                        request.job, candidate_of(resumes[person]), request.as_of, request.blind
                    ),
                    probability=judged.probabilities[place],
                    uncertain=judged.uncertain[place],
                )
                for place, person in enumerate(people)
            )

    def _count_facets(
        self, reading: Reading, request: SearchRequest, eligible: Ints, watch: Stopwatch
    ) -> dict[str, dict[str, int]]:
        if not request.facets:
            return {}
        with watch.time("facets"):
            return reading.count_facets(eligible.tolist(), self._served.sequence)

    def _shortlist(
        self,
        request: SearchRequest,
        hits: tuple[Hit, ...],
        eligible: int,
        unknown: int,
        facets: dict[str, dict[str, int]],
        watch: Stopwatch,
    ) -> Shortlist:
        served = self._served
        return Shortlist(
            search_id=uuid4().hex,
            generation=served.generation,
            sequence=served.sequence,
            as_of=request.as_of,
            ranked_by=served.reranker.name if served.reranker else BY_RETRIEVAL,
            models=served.models,
            hits=hits,
            eligible=eligible,
            unknown=unknown,
            unknown_let_in=request.filters.let_in_unknown,
            facets=facets,
            timings=watch.seconds,
        )

    def _remember(self, request: SearchRequest, shortlist: Shortlist) -> None:
        """Logs what is needed to replay the search, and who was shown where, and by what."""
        record = SearchRecord(
            id=shortlist.search_id,
            at=datetime.now(UTC),
            request=request_to_record(request),
            job_key=key_of(request.job.text),
            sequence=shortlist.sequence,
            generation_id=shortlist.generation,
            as_of=shortlist.as_of,
            source=SearchSource(request.source),
            fingerprints=shortlist.models,
            timings={stage: 1000 * seconds for stage, seconds in shortlist.timings.items()},
        )
        shown = [
            Impression(hit.rank, hit.candidate_id, hit.score, hit.parts, shortlist.ranked_by)
            for hit in shortlist.hits
        ]
        with self._catalog.writing() as writing:
            writing.searches.log(record, shown)
