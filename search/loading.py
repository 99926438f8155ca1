"""Opening what is served: the generation's indexes, the encoder that made it, the reranker."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from catalog.errors import NotFound, NotReady
from catalog.generations import GenerationState, Model, ModelState, Serving
from catalog.store import Catalog, Reading
from search import words
from search.arrays import Generation, open_generation
from search.calibration import Calibration, calibration_from_record
from search.digest import RULES as DIGEST
from search.encoder import Encoder
from search.faiss_index import open_index
from search.lexical import LexicalIndex
from search.live import Live, LiveLexical, LiveVectors
from search.reranker import CrossEncoderReranker, RememberedReranker, Reranker
from search.vectors import MEAN, VectorIndex

FOLD = MEAN
"""A candidate counts as a whole: the mean over all passages (docs/decisions/0005)."""

OF_THE_RERANKER = frozenset({"reranker", "digest"})  # among the models' roles


@dataclass(frozen=True, slots=True)
class Served:
    """One state of everything that decides a ranking, opened: the models, and one snapshot."""

    generation: int
    live: Live
    encoder: Encoder
    reranker: Reranker | None
    calibration: Calibration | None  # the reranker's; both or neither
    models: Mapping[str, str]  # role → fingerprint

    @property
    def sequence(self) -> int:
        """The sequence that is searched; the generation may be of an earlier or a later one."""
        return self.live.sequence

    @property
    def vectors(self) -> LiveVectors:
        """The vectors of everybody in the snapshot."""
        return self.live.vectors

    @property
    def lexical(self) -> LiveLexical:
        """The words of everybody in the snapshot."""
        return self.live.lexical

    def at(self, reading: Reading, sequence: int) -> Served:
        """The same at another sequence. NotFound where a vector of that time is gone."""
        return replace(self, live=self.live.at(reading, self.encoder.fingerprint, sequence))

    def now(self, reading: Reading) -> Served:
        """The same at the newest sequence whose texts all have their vectors."""
        after = self.sequence
        return self.at(reading, reading.resumes.ready_sequence(self.encoder.fingerprint, after))


def open_served(
    catalog: Catalog, encoder: Encoder, device: str = "cpu", generation: int | None = None
) -> Served:
    """What the serving pointer names, or with its models an older `generation` that is still kept,
    at the present sequence.

    Errors: NotReady where nothing is published or it was built with another encoder; NotFound
    where the generation's files are gone; Damaged.
    """
    served = open_built(catalog, encoder, device, generation)
    with catalog.reading() as reading:
        return served.now(reading)


def open_built(
    catalog: Catalog, encoder: Encoder, device: str = "cpu", generation: int | None = None
) -> Served:
    """The same at the sequence that the generation was built at, and as it was built."""
    with catalog.reading() as reading:
        serving = reading.generations.serving()
        asked = serving.generation if generation is None else reading.generations.get(generation)
        model = reading.models.get(serving.reranker) if serving.reranker else None
    if asked.state is not GenerationState.PUBLISHED:
        raise NotFound(f"generation {asked.id} is {asked.state}: its files are no longer kept")
    folder = catalog.folder / asked.folder
    opened = open_generation(folder, encoder=encoder.fingerprint, words=words.fingerprint())
    opened.verify()  # a second per gigabyte, once: a byte that has flipped would rank wrongly
    vectors, lexical = open_indexes(opened)
    reranker = _open_reranker(catalog, model, device) if model else None
    return Served(
        generation=asked.id,
        live=Live.of_generation(vectors, lexical, asked.sequence),
        encoder=encoder,
        reranker=reranker,
        calibration=calibration_from_record(model.calibration) if model else None,
        models=_fingerprints(serving, encoder, reranker),
    )


def open_indexes(generation: Generation) -> tuple[VectorIndex, LexicalIndex]:
    """The indexes in a generation's folder. Errors: Damaged, NotReady."""
    return open_index(generation.arrays, FOLD), LexicalIndex.of_arrays(generation.arrays)


def _open_reranker(catalog: Catalog, model: Model, device: str) -> Reranker:
    """Only a model that was promoted serves: an untrained head is noise."""
    if model.state is not ModelState.SERVING:
        raise NotReady(
            f"the reranker {model.name} has not been promoted: it must first beat retrieval on "
            "held-out outcomes"
        )
    inner = CrossEncoderReranker.open(
        catalog.folder / model.path,
        model.name,
        model.fingerprint,
        device,
        catalog.folder / "encoders",
    )

    def recall(job: str, passages: Sequence[str]) -> dict[str, float]:
        with catalog.reading() as reading:
            return reading.vectors.get_scores(job, passages, model.fingerprint)

    def keep(job: str, scores: dict[str, float]) -> dict[str, float]:
        with catalog.writing() as writing:
            writing.vectors.put_scores(job, scores, model.fingerprint)
            return writing.vectors.get_scores(job, list(scores), model.fingerprint)

    return RememberedReranker(inner, recall, keep)


def _fingerprints(serving: Serving, encoder: Encoder, reranker: Reranker | None) -> dict[str, str]:
    found = {
        "encoder": encoder.fingerprint,
        "numerics": encoder.numerics,
        "vocabulary": serving.vocabulary,
        "words": words.fingerprint(),
        "fold": str(FOLD),
    }
    if reranker is not None:
        found |= {"reranker": reranker.fingerprint, "digest": str(DIGEST)}
    return found
