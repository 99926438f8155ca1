"""A night brings the index up to the catalog by as little as it takes, and all or nothing."""

from __future__ import annotations

import errno
import hashlib
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from catalog.errors import Conflict, Damaged, InvalidRequest, NotReady, StoreUnavailable
from catalog.generations import Generation, GenerationState, Serving
from catalog.store import Catalog
from indexer import planning
from indexer import reindex as night
from indexer.build import write_folder
from indexer.planning import Kind, plan
from indexer.reindex import Indexed, reindex
from search import arrays, faiss_index
from tests.indexer.pool import TEXTS, WordCounter, erase, files_of, folders, store


@pytest.fixture
def encoder() -> WordCounter:
    return WordCounter()


def serving(catalog: Catalog) -> Serving:
    with catalog.reading() as r:
        return r.generations.serving()


def generations(catalog: Catalog, *states: GenerationState) -> list[Generation]:
    with catalog.reading() as r:
        return r.generations.all(*states)


def served_files(catalog: Catalog) -> dict[str, bytes]:
    return files_of(catalog.folder / serving(catalog).generation.folder)


def counted(done: Indexed) -> tuple[Kind, int, int, int, int]:
    return done.kind, done.people, done.passages, done.embedded, done.reused


def test_first_everything_then_nothing_then_the_difference(
    catalog: Catalog, encoder: WordCounter
) -> None:
    store(catalog, TEXTS)
    first = reindex(catalog, encoder)
    assert counted(first) == (Kind.FULL, 6, 12, 12, 0)
    again = reindex(catalog, encoder)
    assert (again.kind, again.nothing_new, again.generation) == (Kind.NOTHING, True, 1)
    store(catalog, {"baker": "Baker of rye bread.\nRetired.", "new": "Diver."})
    delta = reindex(catalog, encoder)
    # Four passages of six people go or stay; of the baker's two lines one is new, so is the diver.
    assert counted(delta) == (Kind.DELTA, 7, 13, 2, 10)
    assert "2 people changed since generation 1" in delta.why
    assert serving(catalog).generation.id == 2
    assert serving(catalog).generation.sequence == delta.sequence


def test_only_what_changes_a_resume_makes_work(catalog: Catalog, encoder: WordCounter) -> None:
    store(catalog, TEXTS)
    reindex(catalog, encoder)
    with catalog.writing() as w:
        w.people.add("somebody without a résumé")
    assert reindex(catalog, encoder).kind is Kind.NOTHING
    assert len(folders(catalog)) == 1


def change_much(catalog: Catalog, people: dict[str, int]) -> None:
    store(catalog, {"baker": "Baker.\n面包师\nC++, 1,000 loaves a night.", "diver": "Diver.\n潜水"})
    erase(catalog, people["accountant"])
    store(catalog, {"twin": TEXTS["nurse"]})
    with catalog.writing() as w:
        twin = w.people.of_external(["twin"])["twin"]
        w.merges.merge(people["nurse"], twin, reason="one person", actor="rosa")


def test_a_difference_gives_the_very_bytes_that_everything_gives(
    catalog: Catalog, encoder: WordCounter
) -> None:
    people = store(catalog, TEXTS | {f"more {n}": f"Clerk number {n}." for n in range(6)})
    reindex(catalog, encoder)
    change_much(catalog, people)
    delta = reindex(catalog, encoder)
    assert (delta.kind, delta.reused > 0) == (Kind.DELTA, True)
    by_delta = served_files(catalog)
    full = reindex(catalog, encoder, full=True)
    assert (full.kind, full.reused, full.embedded) == (Kind.FULL, 0, 0)
    assert served_files(catalog) == by_delta
    assert {"manifest.json", "vectors.npy", "lexical_places.npy"} <= by_delta.keys()
    assert b"payroll" not in b"".join(by_delta.values())


def test_night_after_night_the_difference_is_what_everything_would_be(
    sqlite_catalog: Catalog, encoder: WordCounter
) -> None:
    dice = random.Random(11)
    people = store(sqlite_catalog, TEXTS | {f"clerk {n}": f"Clerk number {n}." for n in range(20)})
    reindex(sqlite_catalog, encoder)
    kinds = set()
    for night_number in range(6):
        names = dice.sample(sorted(people), 4)
        erase(sqlite_catalog, people.pop(names[0]))
        lines = dice.choices(TEXTS[dice.choice(sorted(TEXTS))].splitlines(), k=3)
        people |= store(
            sqlite_catalog,
            {names[1]: "\n".join(lines), f"came in night {night_number}": lines[0]},
        )
        with sqlite_catalog.writing() as w:
            w.merges.merge(people[names[2]], people.pop(names[3]), reason="one", actor="rosa")
        kinds.add(reindex(sqlite_catalog, encoder).kind)
        by_delta = served_files(sqlite_catalog)
        reindex(sqlite_catalog, encoder, full=True)
        assert served_files(sqlite_catalog) == by_delta
    assert kinds == {Kind.DELTA}


def test_an_approximate_index_is_the_same_too_and_its_recall_is_told(
    sqlite_catalog: Catalog, encoder: WordCounter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(faiss_index, "SMALL", 4)
    monkeypatch.setattr(
        "indexer.build.arrays_of",
        lambda rows, fold: faiss_index.arrays_of(rows, fold, compress_above=8),
    )
    store(sqlite_catalog, TEXTS)
    assert reindex(sqlite_catalog, encoder).recall == 1.0
    store(sqlite_catalog, {"new": "Diver."})
    assert reindex(sqlite_catalog, encoder).kind is Kind.DELTA
    by_delta = served_files(sqlite_catalog)
    assert "faiss_0.npy" in by_delta
    reindex(sqlite_catalog, encoder, full=True)
    assert served_files(sqlite_catalog) == by_delta


def test_no_text_is_embedded_twice(sqlite_catalog: Catalog, encoder: WordCounter) -> None:
    store(sqlite_catalog, TEXTS)
    reindex(sqlite_catalog, encoder)
    store(sqlite_catalog, {"twin": TEXTS["baker"], "nurse": "Retired."})
    reindex(sqlite_catalog, encoder)
    store(sqlite_catalog, {"nurse": TEXTS["nurse"] + "\nBack again."})
    reindex(sqlite_catalog, encoder, full=True)
    lines = {line for text in TEXTS.values() for line in text.splitlines(keepends=True)}
    assert len(encoder.encoded) == len(set(encoder.encoded))
    assert lines <= set(encoder.encoded)


def test_when_most_have_changed_everything_is_built(
    sqlite_catalog: Catalog, encoder: WordCounter
) -> None:
    store(sqlite_catalog, TEXTS)
    reindex(sqlite_catalog, encoder)
    store(sqlite_catalog, {f"new {n}": f"Clerk number {n}." for n in range(4)})
    assert plan(sqlite_catalog, encoder).kind is Kind.FULL
    assert counted(reindex(sqlite_catalog, encoder)) == (Kind.FULL, 10, 16, 4, 0)


@pytest.mark.parametrize(
    ("what", "change"),
    [
        ("the encoder", lambda m: None),
        ("the rules for words", lambda m: m.setattr("search.words.fingerprint", lambda: "other")),
        ("the format", lambda m: m.setattr(planning, "FORMAT", 99)),
        (
            "how résumés are read and cut",
            lambda m: m.setattr(planning, "parser_version", lambda: "read/2 passages/2"),
        ),
        (
            "the vocabulary",
            lambda m: m.setattr(
                planning, "vocabulary", lambda: type("Other", (), {"fingerprint": "other"})
            ),
        ),
    ],
)
def test_another_fingerprint_makes_everything_anew(
    sqlite_catalog: Catalog,
    encoder: WordCounter,
    monkeypatch: pytest.MonkeyPatch,
    what: str,
    change: Callable[[pytest.MonkeyPatch], None],
) -> None:
    store(sqlite_catalog, TEXTS)
    reindex(sqlite_catalog, encoder)
    change(monkeypatch)
    other = WordCounter("another") if what == "the encoder" else encoder
    made = plan(sqlite_catalog, other)
    assert (made.kind, made.base) == (Kind.FULL, None)
    assert what in made.why


def test_a_damaged_generation_is_never_built_upon_but_replaced(
    sqlite_catalog: Catalog, encoder: WordCounter
) -> None:
    store(sqlite_catalog, TEXTS)
    reindex(sqlite_catalog, encoder)
    whole = served_files(sqlite_catalog)
    path = sqlite_catalog.folder / serving(sqlite_catalog).generation.folder / "vectors.npy"
    data = bytearray(path.read_bytes())
    data[-5] ^= 1
    path.write_bytes(data)
    made = plan(sqlite_catalog, encoder)
    assert made.kind is Kind.FULL
    assert "generation 1 cannot be used" in made.why
    assert "checksum" in made.why
    assert counted(reindex(sqlite_catalog, encoder)) == (Kind.FULL, 6, 12, 0, 0)
    assert served_files(sqlite_catalog) == whole


@pytest.mark.parametrize("bytes_kept", [b"", bytes(7), b"\xff" * 48, b"\x00\x00\x80\x7f" * 12])
def test_a_damaged_vector_in_the_catalog_is_never_served(
    sqlite_catalog: Catalog, encoder: WordCounter, bytes_kept: bytes
) -> None:
    store(sqlite_catalog, TEXTS)
    reindex(sqlite_catalog, encoder)
    store(sqlite_catalog, {"new": "Diver."})
    with sqlite_catalog.writing() as w:
        w.vectors.put({hashlib.sha256(b"Diver.").hexdigest(): bytes_kept}, encoder.fingerprint)
    with pytest.raises(Damaged, match="bole check --repair"):
        reindex(sqlite_catalog, encoder)
    assert serving(sqlite_catalog).generation.id == 1


def test_before_there_is_a_resume_the_command_that_helps_is_named(
    catalog: Catalog, encoder: WordCounter
) -> None:
    with pytest.raises(NotReady, match="bole ingest"):
        reindex(catalog, encoder)
    assert generations(catalog) == []


def test_a_pool_that_everybody_left_gives_an_empty_generation(
    sqlite_catalog: Catalog, encoder: WordCounter
) -> None:
    people = store(sqlite_catalog, {"nurse": TEXTS["nurse"]})
    reindex(sqlite_catalog, encoder)
    erase(sqlite_catalog, people["nurse"])
    assert reindex(sqlite_catalog, encoder).people == 0
    assert b"ward" not in b"".join(served_files(sqlite_catalog).values())
    store(sqlite_catalog, {"baker": TEXTS["baker"]})
    assert reindex(sqlite_catalog, encoder).people == 1


def test_two_never_build_at_once(catalog: Catalog, encoder: WordCounter) -> None:
    store(catalog, TEXTS)
    with catalog.lock("index"), pytest.raises(Conflict, match="another `bole reindex`"):
        reindex(catalog, encoder)
    assert reindex(catalog, encoder).generation == 1


STEPS = ("embed_missing", "write_folder", "verify", "publish")


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("after", [False, True], ids=["instead", "after"])
def test_a_failure_at_any_step_leaves_what_is_served_and_no_debris(
    catalog: Catalog,
    encoder: WordCounter,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
    after: bool,
) -> None:
    store(catalog, TEXTS)
    reindex(catalog, encoder)
    before, files = serving(catalog), served_files(catalog)
    store(catalog, {"new": "Diver."})
    whole = getattr(night, step)

    def fail(*given: Any, **more: Any) -> None:
        if after and step != "publish":  # once it is published there is nothing to undo
            whole(*given, **more)
        raise Damaged("something broke")

    with monkeypatch.context() as patched:
        patched.setattr(night, step, fail)
        with pytest.raises(Damaged, match="something broke"):
            reindex(catalog, encoder)
    assert serving(catalog) == before
    assert served_files(catalog) == files
    assert len(folders(catalog)) == 1
    failed = generations(catalog, GenerationState.FAILED)
    assert [each.failure for each in failed] == ["something broke"] * (step != "embed_missing")
    assert generations(catalog, GenerationState.BUILDING, GenerationState.VERIFIED) == []
    assert reindex(catalog, encoder).kind is Kind.DELTA


KILLED = """
import os, signal, sys
from pathlib import Path
from catalog.store import open_catalog
from indexer import reindex as night, publish as publishing
from search import arrays
from tests.indexer.pool import WordCounter
step, when = sys.argv[3], sys.argv[4]
module = arrays if step == "flush_names" else publishing if step == "repoint" else night
whole = getattr(module, step)
def kill(*given, **more):
    if when == "after":
        whole(*given, **more)
    os.kill(os.getpid(), signal.SIGKILL)
setattr(module, step, kill)
night.reindex(open_catalog(sys.argv[1], Path(sys.argv[2])), WordCounter())
"""


KILLS = [
    ("write_folder", "before"),
    ("flush_names", "before"),
    ("write_folder", "after"),
    ("verify", "after"),
    ("repoint", "after"),
    ("publish", "after"),
]


@pytest.mark.parametrize(("step", "when"), KILLS)
def test_a_killed_night_is_cleared_away_by_the_next(
    sqlite_catalog: Catalog, encoder: WordCounter, step: str, when: str
) -> None:
    kill_a_night(sqlite_catalog, encoder, step, when)


@pytest.mark.postgres
@pytest.mark.parametrize(("step", "when"), KILLS[-2:])
def test_a_night_killed_while_it_publishes_on_postgresql(
    postgres_catalog: Catalog, encoder: WordCounter, step: str, when: str
) -> None:
    kill_a_night(postgres_catalog, encoder, step, when)


def kill_a_night(catalog: Catalog, encoder: WordCounter, step: str, when: str) -> None:
    store(catalog, TEXTS)
    reindex(catalog, encoder)
    store(catalog, {"new": "Diver."})
    root = Path(sys.modules["catalog"].__file__ or "").parent.parent
    url = catalog.engine.url.render_as_string(hide_password=False)
    done = subprocess.run(
        [sys.executable, "-c", KILLED, url, str(catalog.folder), step, when],
        env={**os.environ, "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    published = step == "publish"
    assert serving(catalog).generation.id == (2 if published else 1)
    again = _until_free(lambda: reindex(catalog, encoder))
    assert again.kind is (Kind.NOTHING if published else Kind.DELTA)
    assert serving(catalog).generation.people == 7
    assert len(folders(catalog)) == 2
    failed = generations(catalog, GenerationState.FAILED)
    assert [each.failure for each in failed] == (
        [] if published else ["its process ended before it was in service"]
    )


def _until_free(run: Callable[[], Indexed]) -> Indexed:
    """PostgreSQL notices within moments that a killed client is gone."""
    for _ in range(50):
        try:
            return run()
        except Conflict:
            time.sleep(0.1)
    return run()


@pytest.mark.parametrize("what", ["full disk", "read-only folder"])
def test_a_disk_that_refuses_is_a_clear_error_and_nothing_changes(
    catalog: Catalog, encoder: WordCounter, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    store(catalog, TEXTS)
    reindex(catalog, encoder)
    before, files = serving(catalog), served_files(catalog)
    store(catalog, {"new": "Diver."})
    with monkeypatch.context() as patched:
        if what == "full disk":
            refuse_with(patched, "flush", OSError(errno.ENOSPC, "No space left on device"))
        else:
            refuse_with(patched, "_make_aside", PermissionError(errno.EACCES, "Permission denied"))
        with pytest.raises(StoreUnavailable, match=r"No space left|Permission denied"):
            reindex(catalog, encoder)
    assert serving(catalog) == before
    assert served_files(catalog) == files
    assert len(folders(catalog)) == 1
    assert reindex(catalog, encoder).kind is Kind.DELTA


def refuse_with(patched: pytest.MonkeyPatch, name: str, error: OSError) -> None:
    def refuse(*given: object) -> None:
        raise error

    patched.setattr(arrays, name, refuse)


def test_a_database_that_goes_away_hides_no_error_and_the_next_night_clears_up(
    sqlite_catalog: Catalog, encoder: WordCounter, monkeypatch: pytest.MonkeyPatch
) -> None:
    store(sqlite_catalog, TEXTS)
    reindex(sqlite_catalog, encoder)
    store(sqlite_catalog, {"new": "Diver."})

    def gone(*given: object, **more: object) -> None:
        raise StoreUnavailable("the database cannot be reached")

    with monkeypatch.context() as patched:
        patched.setattr(night, "verify", gone)
        patched.setattr("catalog.store.generations.Generations.fail", gone)
        with pytest.raises(StoreUnavailable, match="cannot be reached"):
            reindex(sqlite_catalog, encoder)
    assert len(folders(sqlite_catalog)) == 2
    assert reindex(sqlite_catalog, encoder).kind is Kind.DELTA
    assert len(folders(sqlite_catalog)) == 2
    assert len(generations(sqlite_catalog, GenerationState.FAILED)) == 1


def test_who_is_erased_while_it_is_built_is_not_in_it(
    catalog: Catalog, encoder: WordCounter, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = store(catalog, TEXTS)
    reindex(catalog, encoder)
    store(catalog, {"new": "Diver."})
    whole, waiting = write_folder, ["accountant", "baker"]

    def build_and_erase(*given: Any) -> int:
        done = whole(*given)
        if waiting:
            erase(catalog, people[waiting.pop()])
        return done

    monkeypatch.setattr(night, "write_folder", build_and_erase)
    done = reindex(catalog, encoder)
    assert done.people == 5
    assert b"payroll" not in b"".join(served_files(catalog).values())


def test_only_the_last_few_keep_their_files(catalog: Catalog, encoder: WordCounter) -> None:
    for number in range(5):
        store(catalog, TEXTS | {f"new {number}": f"Diver number {number}."})
        reindex(catalog, encoder, keep=2)
    states = [each.state for each in generations(catalog)]
    assert states == [GenerationState.RETIRED] * 3 + [GenerationState.PUBLISHED] * 2
    assert len(folders(catalog)) == 2
    store(catalog, {"last": "Diver."})
    with pytest.raises(InvalidRequest, match="has to be kept"):
        reindex(catalog, encoder, keep=0)
    assert serving(catalog).generation.id == 5
