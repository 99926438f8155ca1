"""Every check finds what it is there for: each violation is planted, and seen."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa

from catalog.errors import InvalidRequest
from catalog.store import Catalog
from indexer.ledger import LEDGER
from search.arrays import open_generation, write_generation
from tests.crash import cast
from tests.crash.account import BEGUN, DONE, FAILED, REFUSED, Told
from tests.crash.days import found_in, open_place, spend_a_day
from tests.crash.deeds import DEEDS, Place
from tests.crash.expected import Deed, Expected
from tests.crash.recovering import look_at_once, recover


def _run(place: Place, *statements: str) -> None:
    with place.catalog.engine.connect() as connection, connection.begin():
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA query_only=OFF")
        connection.exec_driver_sql("INSERT INTO append_only_pass (id) VALUES (1)")
        for statement in statements:
            assert connection.execute(sa.text(statement)).rowcount > 0, statement
        connection.exec_driver_sql("DELETE FROM append_only_pass")


def _served(place: Place) -> Path:
    with place.catalog.reading() as reading:
        return place.catalog.folder / reading.generations.serving().generation.folder


def _blob(place: Place, number: int, version: int) -> Path:
    key = cast.resume_of(number, version).document.content_hash
    return place.catalog.blobs.folder / place.catalog.blobs.name_of(key)


def _with_other_vectors(place: Place, change: Callable[[np.ndarray], None]) -> None:
    """The served generation again, whole and sealed, with other vectors."""
    old = open_generation(_served(place))
    arrays = {name: np.array(array) for name, array in old.arrays.items()}
    change(arrays["vectors"])
    folder = place.catalog.folder / "generations" / "other"
    write_generation(
        folder,
        arrays,
        encoder=old.manifest.encoder,
        words=old.manifest.words,
        sequence=old.manifest.sequence,
        counts=old.manifest.counts,
    )
    _run(
        place,
        "UPDATE generation SET folder = 'generations/other'"
        " WHERE id = (SELECT generation_id FROM serving)",
    )


def _zero(vectors: np.ndarray) -> None:
    vectors[0] = 0


def _exchange(vectors: np.ndarray) -> None:
    vectors[:] = vectors[::-1].copy()


def _rows(*statements: str) -> Callable[[Place], None]:
    return lambda place: _run(place, *statements)


PERSON = "(SELECT person_id FROM identity_claim WHERE value = '{}')"
FIRST, SECOND = (PERSON.format(cast.external_id(n)) for n in (1, 2))
ONE_OF = "(SELECT min(id) FROM {})"
SERVED = "(SELECT generation_id FROM serving)"

PLANTED: dict[str, tuple[Callable[[Place], object], str]] = {
    "a lost résumé": (
        _rows(f"DELETE FROM resume WHERE person_id = {FIRST}"),
        "candidate 1 has version None in search",
    ),
    "a résumé that was not replaced": (
        _rows(
            f"DELETE FROM resume WHERE person_id = {SECOND} AND to_sequence IS NULL",
            f"UPDATE resume SET to_sequence = NULL WHERE person_id = {SECOND}",
        ),
        "candidate 2 has version 0 in search, of {1}",
    ),
    "a lost document of history": (
        _rows(
            "DELETE FROM document WHERE content_hash ="
            f" '{cast.resume_of(2, 0).document.content_hash}'"
        ),
        "candidate 2: the document of version 0 is lost",
    ),
    "half a résumé": (
        _rows(f"DELETE FROM passage WHERE id = {ONE_OF.format('passage')}"),
        "candidate 1: the passages are not what was cut",
    ),
    "another text": (
        _rows(f"UPDATE resume SET scoring_text = 'x' WHERE person_id = {FIRST}"),
        "candidate 1: the scoring view is not what was read",
    ),
    "a lost claim": (
        _rows(f"DELETE FROM identity_claim WHERE value = '{cast.mark_of(1)}@pool.example'"),
        "candidate 1: 1 claims are lost",
    ),
    "a lost blob": (lambda p: _blob(p, 1, 0).unlink(), "candidate 1: the bytes of version 0"),
    "a damaged blob": (
        lambda p: _blob(p, 2, 0).write_bytes(b"x"),
        "candidate 2: the bytes of version 0",
    ),
    "somebody whom nobody stored": (
        _rows(
            "INSERT INTO person (id, created_at, from_sequence) SELECT 99, created_at, 1"
            f" FROM person WHERE id = {ONE_OF.format('person')}"
        ),
        "1 people are there whom nobody stored",
    ),
    "a lost outcome": (
        _rows(
            "DELETE FROM outcome_event WHERE external_id = 'E-1'",
            "DELETE FROM application WHERE external_id = 'A-1'",
        ),
        "the event E-1 of candidate 1 is lost",
    ),
    "half an outcome": (
        _rows("DELETE FROM outcome_event WHERE external_id = 'E-1'"),
        "an application without its event",
    ),
    "a changed outcome": (
        _rows("UPDATE outcome_event SET kind = 'hired' WHERE external_id = 'E-1'"),
        "the event E-1 became hired",
    ),
    "an outcome of nobody's": (
        _rows("UPDATE outcome_event SET external_id = 'E-9' WHERE external_id = 'E-1'"),
        "the event E-9 is of nobody",
    ),
    "somebody erased who is back": (
        _rows("DELETE FROM tombstone"),
        "candidate 4 is not erased",
    ),
    "somebody erased with a document": (
        _rows(
            "UPDATE document SET person_id = (SELECT person_id FROM erasure)"
            f" WHERE id = {ONE_OF.format('document')}"
        ),
        "DocumentRow.person_id still speaks of 1 people",
    ),
    "an erasure that was taken back": (
        _rows("UPDATE person SET erased_at = NULL WHERE erased_at IS NOT NULL"),
        "has a tombstone and is not erased",
    ),
    "an erasure that a restore would not hear of": (
        lambda p: (p.catalog.folder / LEDGER).unlink(),
        "does not say that candidate 4 was erased",
    ),
    "an erasure that was never finished": (
        _rows("UPDATE erasure SET done_at = NULL"),
        "1 erasures are not finished",
    ),
    "words of somebody erased": (
        lambda p: (p.catalog.folder / "logs").write_bytes(cast.text_of(4, 0).encode()),
        "logs still holds words of [4]",
    ),
    "a vector of somebody erased": (
        lambda p: (p.catalog.folder / "logs").write_bytes(_vector_of(p, 4)),
        "logs still holds vectors of [4]",
    ),
    "a lost vector": (_rows("DELETE FROM vector"), "passages have no vector"),
    "a zeroed vector": (
        _rows("UPDATE vector SET vector = zeroblob(64)"),
        "has another vector than its text's",
    ),
    "a zeroed vector in the index": (
        lambda p: _with_other_vectors(p, _zero),
        "the index holds zeros for passage",
    ),
    "vectors exchanged in the index": (
        lambda p: _with_other_vectors(p, _exchange),
        "the index holds another vector",
    ),
    "a list that cannot be had again": (
        lambda p: _with_other_vectors(p, _exchange),
        "gives another list than it gave",
    ),
    "a pointer to a folder that is gone": (
        lambda p: shutil.rmtree(_served(p)),
        "does not open",
    ),
    "a damaged index": (
        lambda p: (_served(p) / "row_ids.npy").write_bytes(b"x" * 200),
        "does not open",
    ),
    "a pointer to what is retired": (
        _rows(f"UPDATE generation SET state = 'retired' WHERE id = {SERVED}"),
        "serves and is retired",
    ),
    "a pointer to another generation": (
        _rows(
            "UPDATE generation SET state = 'published'",
            f"UPDATE serving SET generation_id = {ONE_OF.format('generation')}",
        ),
        "generation 1 serves, of {",
    ),
    "nothing served any more": (
        _rows("UPDATE serving SET generation_id = NULL"),
        "generation None serves, of {",
    ),
    "a promotion that is lost": (
        _rows("UPDATE serving SET reranker = NULL, calibration = NULL"),
        "the reranker None serves, of {",
    ),
    "a promotion by halves": (
        _rows("UPDATE model SET state = 'candidate'"),
        "and the models in service are []",
    ),
    "a lost model": (
        _rows("UPDATE model SET fingerprint = 'f'"),
        "1 models are lost",
    ),
    "a lost decision": (
        _rows("DELETE FROM decision"),
        "the last decision serves None",
    ),
    "a phantom": (
        _rows(f"UPDATE resume SET to_sequence = from_sequence WHERE person_id = {FIRST}"),
        "a search finds 1 phantoms",
    ),
    "somebody whom no search finds": (
        _rows(f"UPDATE person SET erased_at = created_at WHERE id = {FIRST}"),
        "1 people are found who are not there, or missed",
    ),
    "an index of older words": (
        lambda p: _build_behind(p),
        "candidate 1 by version 0 (now 0): []",
    ),
    "a lost search": (
        _rows(
            f"DELETE FROM impression WHERE search_id = {ONE_OF.format('search_log')}",
            f"DELETE FROM search_log WHERE id = {ONE_OF.format('search_log')}",
        ),
        "search ",
    ),
    "a changed search": (
        _rows("UPDATE impression SET score = score + 1 WHERE rank = 1"),
        "was changed after it was logged",
    ),
    "an impression that is lost": (
        _rows("DELETE FROM impression WHERE rank = 1"),
        "people and",
    ),
    "a half-built generation": (
        _rows(f"UPDATE generation SET state = 'building' WHERE id <> {SERVED}"),
        "generations are half-built",
    ),
    "more generations than shall be kept": (
        lambda p: [
            p.catalog.folder,
            *(DEEDS["build"](p, full=True) for _ in range(1)),
            _run(p, "UPDATE generation SET state = 'published'"),
            _many(p),
        ],
        "generations are kept",
    ),
    "a file that belongs to nothing": (
        lambda p: (p.catalog.folder / ".erasure.key-abc").write_bytes(b""),
        ".erasure.key-abc lies in the data folder",
    ),
    "a blob that is nobody's": (
        lambda p: p.catalog.blobs.put(b"nobody's"),
        "1 blobs are nobody's",
    ),
    "a blob that was left half-written": (
        lambda p: (_blob(p, 1, 0).parent / ".aside-x").write_bytes(b""),
        "1 blobs are nobody's",
    ),
    "a folder that is no generation's": (
        lambda p: (p.catalog.folder / "generations" / ".5-x").mkdir(),
        "are no generation's",
    ),
    "a file too many in a generation": (
        lambda p: (_served(p) / "more.npy").write_bytes(b""),
        "holds other files than its manifest names",
    ),
    "what bole check finds": (
        lambda p: (p.catalog.folder / "generations" / ".5-x").mkdir(),
        "bole check: 1 folders",
    ),
}


def _vector_of(place: Place, number: int) -> bytes:
    resume = cast.resume_of(number, 0)
    text = resume.passages[0].view.of(resume.scoring_text)
    assert cast.numbers_in(text.encode())
    return place.encoder.encode_query(text).astype("<f4").tobytes()


def _build_behind(place: Place) -> None:
    """A generation that says another text than the catalog."""
    with place.catalog.reading() as reading:
        person = place.person(1)
        (resume,) = reading.resumes.versions(person)
    text = cast.resume_of(1, 0).scoring_text.replace(cast.word_of(1, 0), cast.word_of(1, 7))
    _run(place, f"UPDATE resume SET scoring_text = '{text}' WHERE id = {resume.resume_id}")
    DEEDS["build"](place, full=True)


def _many(place: Place) -> None:
    for _ in range(3):
        DEEDS["build"](place, full=True)
        _run(place, "UPDATE generation SET state = 'published'")


@pytest.mark.parametrize("what", PLANTED)
def test_what_is_planted_is_found(place: Place, expected: Expected, what: str) -> None:
    plant, sentence = PLANTED[what]
    plant(place)
    found = found_in(place, expected)
    assert any(sentence in each for each in found), "\n".join(found)


@pytest.mark.postgres
def test_words_of_somebody_erased_are_found_in_a_table(
    postgres_catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = open_place(postgres_catalog, monkeypatch)
    expected = spend_a_day(place)
    _run(place, f"UPDATE decision SET reasons = '[\"{cast.mark_of(4)}\"]'")
    assert "table decision still holds words of [4], who were erased" in list(
        look_at_once(place, expected)
    )


def test_there_cannot_be_two_pointers(place: Place, expected: Expected) -> None:
    with pytest.raises(InvalidRequest, match="a value that this field cannot have"):
        _run(place, "INSERT INTO serving (id) VALUES (2)")


def test_recovering_removes_what_a_kill_leaves_and_only_that(
    place: Place, expected: Expected
) -> None:
    (place.catalog.folder / "generations" / ".5-x").mkdir()
    (_blob(place, 1, 0).parent / ".aside-x").write_bytes(b"")
    place.catalog.blobs.put(b"nobody's")
    assert list(recover(place)) == []
    assert found_in(place, expected) == []


@pytest.mark.parametrize(
    ("deed", "told", "sentence"),
    [
        (("come_back", {"number": 4, "version": 0}), Told(0, DONE, 1), "was taken in again"),
        (("search", {"limit": 5}), Told(0, DONE, {"id": "s", "shown": [4]}), "showed [4]"),
        (("store", {"people": [[6, 0]]}), Told(0, FAILED, "Traceback"), "failed: Traceback"),
        (("store", {"people": [[6, 0]]}), Told(0, REFUSED, "Conflict: no"), "was refused"),
        (("outcome", {"number": 1, "event": "E-9"}), Told(0, DONE, False), "before it happened"),
        (
            ("store", {"people": [[6, 0]]}),
            Told(0, DONE, {"stored": 0, "unchanged": 0, "refused": 1}),
            "refused as erased",
        ),
    ],
)
def test_what_a_worker_tells_is_listened_to(
    expected: Expected, deed: Deed, told: Told, sentence: str
) -> None:
    expected.take(deed, told)
    assert [sentence in each for each in expected.surprises] == [True]


@pytest.mark.parametrize(
    ("deed", "version", "erased"),
    [
        (("store", {"people": [[1, 1]]}), {0, 1}, False),
        (("store", {"people": [[7, 0]]}), {None, 0}, False),
        (("forget", {"number": 1}), {0}, None),
    ],
)
def test_what_was_not_acknowledged_may_be_or_not(
    expected: Expected, deed: Deed, version: set[Any], erased: bool | None
) -> None:
    expected.take(deed, Told(0, BEGUN))
    number = deed[1].get("number") or deed[1]["people"][0][0]
    candidate = expected.candidate(number)
    assert (candidate.versions, candidate.erased) == (version, erased)


def test_a_file_whose_ingest_was_killed_goes_with_whom_it_is_about(
    place: Place, expected: Expected
) -> None:
    """Nobody acknowledged it, and `bole check --repair` had put it aside for a person to see."""
    place.catalog.blobs.put(cast.text_of(3, 1).encode())
    assert list(recover(place)) == []
    expected.take(("forget", {"number": 3}), Told(0, DONE, DEEDS["forget"](place, number=3)))
    expected.take(("finish", {}), Told(1, DONE, DEEDS["finish"](place)))
    assert found_in(place, expected) == []
