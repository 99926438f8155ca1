"""A small pool that changes, an encoder of a few lines, and generations built the plain way."""

from __future__ import annotations

import random
from collections.abc import Sequence
from functools import cache

import numpy as np
import sqlalchemy as sa

from catalog.errors import Conflict, NotFound
from catalog.people import Claim, ClaimKind, PersonStatus
from catalog.resumes import NewResume
from catalog.store import Catalog
from catalog.store.tables import ResumeRow
from indexer.candidate import read_candidate
from indexer.documents.limits import Limits
from indexer.erasure import erase
from reading.skills.vocabulary import vocabulary
from search import words
from search.arrays import FORMAT, write_generation
from search.calibration import Calibration
from search.lexical import LexicalIndex
from search.live import Live
from search.loading import FOLD, Served
from search.vectors import ExactIndex, Rows

TRADES = {
    "glassblower": ("Melts quartz in the furnace", "Draws flasks for chemists", "Anneals lenses"),
    "falconer": ("Trains hawks and owls", "Flies harriers at airfields", "Keeps mews and lures"),
    "玻璃吹制师": ("负责熔炉与吹制", "训练学徒吹制烧瓶", "检验光学玻璃"),
    "驯鹰师": ("训练猎鹰与猫头鹰", "机场驱鸟负责人", "照料鹰舍"),
}
DEGREES = ("Bachelor of Science in Biology, Larkmoor College, 2012", "", "本科 材料 2010")
SPOKEN = ("English, German (C1)", "English", "Italian (native)", "")


class HashingEncoder:
    """A text's vector is the sum of its words' vectors, drawn from a hash of each word."""

    name, dimension, max_tokens = "hashing", 16, 64
    fingerprint, numerics = "hashing/1", "none"

    def count_tokens(self, text: str) -> int:
        return len(text.split())

    def locate_tokens(self, text: str) -> Sequence[tuple[int, int]]:
        raise NotImplementedError

    def encode_passages(self, texts: Sequence[str], progress: object = None) -> np.ndarray:
        return np.array([self.encode_query(text) for text in texts], np.float32)

    def encode_query(self, text: str) -> np.ndarray:
        total = np.sum([_direction(word) for word in [*words.terms(words.atoms(text)), ""]], axis=0)
        return (total / np.linalg.norm(total)).astype(np.float32)


@cache
def _direction(word: str) -> np.ndarray:
    dice = random.Random(word)
    return np.array([dice.gauss(0, 1) for _ in range(HashingEncoder.dimension)])


class CountingReranker:
    """Finds a résumé good in which many letters of the question occur."""

    name, fingerprint = "counting", "counting/1"

    def score(self, question: str, answers: Sequence[str]) -> np.ndarray:
        return np.array([sum(map(set(question).__contains__, a)) / 50 - 1 for a in answers])


def reranking() -> tuple[CountingReranker, Calibration]:
    weights = {"meaning": 2.0, "words": 0.5, "requirements": 1.0, "close reading": 1.5}
    return CountingReranker(), Calibration(-1.0, weights, 120, 12)


class ChangingPool:
    """People who come, change, are merged and separated, and erased, at a seed's whim."""

    def __init__(self, catalog: Catalog, seed: int = 0) -> None:
        self.catalog = catalog
        self.encoder = HashingEncoder()
        self.dice = random.Random(seed)
        self.people: list[int] = []
        self.merges: list[int] = []
        with catalog.writing() as writing:  # whatever is built by hand is logged as this one
            self._generation = writing.generations.begin("by hand", 0, self.encoder.fingerprint, 1)

    @property
    def sequence(self) -> int:
        with self.catalog.reading() as reading:
            return reading.sequence

    def fill(self, people: int) -> None:
        for _ in range(people):
            self.come()
        self.embed()

    def change(self) -> None:
        """Something happens."""
        happenings = [self.come, self.replace, self.replace, self.set_status]
        self.dice.choice([*happenings, self.merge, self.unmerge, self.erase])()

    def come(self, text: str | None = None) -> int:
        """Somebody new."""
        person = self._store(len(self.people) + 1000 * self.dice.randrange(10**6), text)
        self.people.append(person)
        return person

    def replace(self, person: int | None = None, text: str | None = None) -> None:
        """Somebody sends another résumé."""
        with self.catalog.reading() as reading:
            people = dict(self._named(reading))
        if people:
            self._store(people[person or self.dice.choice(sorted(people))], text)

    def set_status(self) -> None:
        with self.catalog.writing() as writing:
            person, status = self.dice.choice(self.people), self.dice.choice(list(PersonStatus))
            if writing.people.get(person).erased_at is None:
                writing.people.set_status(person, status)

    def merge(self) -> None:
        with self.catalog.reading() as reading:
            people = sorted(person for person, _ in self._named(reading))
        if len(people) > 1:
            winner, loser = self.dice.sample(people, 2)
            with self.catalog.writing() as writing:
                self.merges.append(writing.merges.merge(winner, loser, reason="", actor="test"))

    def unmerge(self) -> None:
        if self.merges:
            try:
                with self.catalog.writing() as writing:
                    writing.merges.unmerge(self.merges.pop(), reason="", actor="test")
            except (Conflict, NotFound):  # undone by a later merge, or erased
                pass

    def erase(self, person: int | None = None) -> None:
        """Somebody asks to be forgotten."""
        with self.catalog.reading() as reading:
            people = sorted(person for person, _ in self._named(reading))
        if person or len(people) > 4:
            erase(self.catalog, person or self.dice.choice(people), "test")

    def embed(self) -> None:
        """Every text gets its vector."""
        with self.catalog.reading() as reading:
            waiting = list(
                reading.resumes.without_vector(self.encoder.fingerprint, reading.sequence)
            )
        vectors = self.encoder.encode_passages([passage.text for passage in waiting])
        with self.catalog.writing() as writing:
            writing.vectors.put(
                {p.content_key: v.tobytes() for p, v in zip(waiting, vectors, strict=True)},
                self.encoder.fingerprint,
            )

    def build(self, sequence: int, *, reranked: bool = False) -> Served:
        """A generation of exactly what is in search at a sequence, by the plainest means."""
        rows, lexical = self._gather(sequence)
        live = Live.of_generation(ExactIndex(rows, FOLD), lexical, sequence)
        reranker, calibration = reranking() if reranked else (None, None)
        return Served(self._generation, live, self.encoder, reranker, calibration, models={})

    def publish(self) -> int:
        """The present as a generation in service."""
        sequence = self.sequence
        rows, lexical = self._gather(sequence)
        with self.catalog.writing() as writing:
            folder = f"generations/{sequence}-{self.dice.random()}"
            fingerprint = self.encoder.fingerprint
            number = writing.generations.begin(folder, sequence, fingerprint, FORMAT)
        write_generation(
            self.catalog.folder / folder,
            {**rows.arrays(), **lexical.arrays()},
            encoder=self.encoder.fingerprint,
            words=words.fingerprint(),
            sequence=sequence,
            counts={},
        )
        with self.catalog.writing() as writing:
            writing.generations.verify(number, passages=len(rows), people=0, manifest={})
            writing.generations.publish(number, vocabulary=vocabulary().fingerprint)
        return number

    def _gather(self, sequence: int) -> tuple[Rows, LexicalIndex]:
        with self.catalog.reading() as reading:
            passages = list(reading.resumes.passages_at(sequence))
            keys = [passage.content_key for passage in passages]
            known = reading.vectors.get(keys, self.encoder.fingerprint)
        texts: dict[int, str] = {}
        for passage in sorted(passages, key=lambda p: (p.resume_id, p.ordinal)):
            texts[passage.person_id] = texts.get(passage.person_id, "") + passage.text
        vectors = [np.frombuffer(known[key], np.float32) for key in keys]
        ids = np.array([passage.id for passage in passages], np.int64)
        owners = np.array([passage.person_id for passage in passages], np.int64)
        table = np.array(vectors).reshape(len(keys), self.encoder.dimension)
        return Rows.arrange(table, ids, owners), LexicalIndex.build(texts, texts.values())

    def _named(self, reading: object) -> list[tuple[int, int]]:
        """Who is in search now, with the number in their external id."""
        now = sa.select(ResumeRow.person_id).where(ResumeRow.to_sequence.is_(None))
        people = list(reading.unit.connection.scalars(now))  # type: ignore[attr-defined]
        names = reading.people.external_ids(people)  # type: ignore[attr-defined]
        return [(person, int(name)) for person, name in sorted(names.items())]

    def _store(self, number: int, text: str | None) -> int:
        resume = self._resume(number, text)
        with self.catalog.writing() as writing:
            return writing.resumes.store(resume).person_id

    def _resume(self, number: int, text: str | None) -> NewResume:
        trade, lines = self.dice.choice(list(TRADES.items()))
        since = self.dice.randrange(2004, 2024)
        written = text or "\n".join(
            [
                "WORK HISTORY",
                f"{trade}, Workshop {self.dice.randrange(30)}",
                f"March {since} - present",
                *(f"- {line}" for line in self.dice.sample(lines, 2)),
                f"- Served {self.dice.randrange(900)} customers",
                "EDUCATION",
                self.dice.choice(DEGREES),
                "LANGUAGES",
                self.dice.choice(SPOKEN),
            ]
        )
        read = read_candidate(written.encode(), "cv.txt", Limits(), ocr=False)
        claims = (Claim(ClaimKind.EXTERNAL, str(number)),)
        return NewResume(
            **{name: getattr(read, name) for name in NewResume.__slots__ if name != "claims"},
            claims=claims,
        )
