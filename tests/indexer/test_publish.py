"""What is served moves at one stroke, forward and back, and what nothing serves goes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from time import sleep

import pytest

from catalog.decisions import DecisionKind
from catalog.errors import BoleError, Conflict, Damaged, NotFound, NotReady, StoreUnavailable
from catalog.generations import MODEL, Generation, GenerationState, Serving
from catalog.store import Catalog
from indexer.embedding import keep_up
from indexer.learning.deciding.promotion import promote
from indexer.publish import publish, remove_debris, retire_old
from indexer.reindex import reindex
from indexer.rollback import roll_back_generation
from search.loading import Served
from search.serving import Current
from tests.indexer.pool import TEXTS, WordCounter, folders, store
from tests.trained import add_model


@pytest.fixture
def encoder() -> WordCounter:
    return WordCounter()


@pytest.fixture
def three(catalog: Catalog, encoder: WordCounter) -> Catalog:
    """Three published generations, the third is served."""
    return index_thrice(catalog, encoder)


def index_thrice(catalog: Catalog, encoder: WordCounter) -> Catalog:
    for number in range(3):
        store(catalog, TEXTS | {f"new {number}": f"Diver number {number}."})
        reindex(catalog, encoder)
    return catalog


def serving(catalog: Catalog) -> Serving:
    with catalog.reading() as r:
        return r.generations.serving()


def folder_of(catalog: Catalog, generation: int) -> Path:
    with catalog.reading() as r:
        return catalog.folder / r.generations.get(generation).folder


def test_a_rollback_serves_the_one_before_and_is_remembered(
    three: Catalog, encoder: WordCounter
) -> None:
    before = serving(three)
    target = roll_back_generation(three, "rosa", encoder_of=lambda _: encoder)
    after = serving(three)
    assert (target.id, after.generation.id) == (2, 2)
    assert (after.encoder, after.vocabulary) == (before.encoder, before.vocabulary)
    (remembered,) = target.manifest["rolled_back_to"]
    assert (remembered["by"], remembered["instead_of"]) == ("rosa", 3)
    with three.reading() as r:
        kinds = [message.kind for message in r.outbox.waiting()]
    assert kinds[-1] == "generation.rolled_back"
    assert roll_back_generation(three, "rosa").id == 1
    with pytest.raises(Conflict, match="none to go back to"):
        roll_back_generation(three, "rosa")
    assert roll_back_generation(three, "rosa", to=3).id == 3


def test_the_next_night_builds_from_the_catalog_again(three: Catalog, encoder: WordCounter) -> None:
    roll_back_generation(three, "rosa")
    done = reindex(three, encoder)
    assert (done.generation, done.people) == (4, 9)
    with three.reading() as r:
        kept = [each.id for each in r.generations.all(GenerationState.PUBLISHED)]
    assert kept == [2, 3, 4]


def test_what_is_no_longer_kept_does_not_come_back_and_the_reason_is_said(
    three: Catalog, encoder: WordCounter
) -> None:
    store(three, {"new": "Diver."})
    reindex(three, encoder)
    with three.writing() as w:
        failed = w.generations.begin("generations/f", 1, encoder.fingerprint, 1)
        w.generations.fail(failed, "no")
    refused: list[tuple[int, type[BoleError], str]] = [
        (1, Conflict, "generation 1 is retired: its files are no longer kept"),
        (4, Conflict, "generation 4 is being served already"),
        (failed, Conflict, "generation 5 never served: it is failed"),
        (99, NotFound, "no generation 99"),
    ]
    for number, error, why in refused:
        with pytest.raises(error, match=why):
            roll_back_generation(three, "rosa", to=number)
    assert serving(three).generation.id == 4


def flip_a_byte(folder: Path) -> None:
    data = bytearray((folder / "lexical_counts.npy").read_bytes())
    data[-4] ^= 1
    (folder / "lexical_counts.npy").write_bytes(data)


def lose_the_folder(folder: Path) -> None:
    folder.rename(folder.parent.parent / "elsewhere")


@pytest.mark.parametrize(("harm", "error"), [(flip_a_byte, Damaged), (lose_the_folder, NotReady)])
def test_what_is_damaged_never_comes_back(
    sqlite_catalog: Catalog,
    encoder: WordCounter,
    harm: Callable[[Path], None],
    error: type[BoleError],
) -> None:
    index_thrice(sqlite_catalog, encoder)
    harm(folder_of(sqlite_catalog, 2))
    with pytest.raises(error, match="generation 2 cannot serve again"):
        roll_back_generation(sqlite_catalog, "rosa")
    assert serving(sqlite_catalog).generation.id == 3


def test_other_rules_for_words_do_not_come_back(
    sqlite_catalog: Catalog, encoder: WordCounter, monkeypatch: pytest.MonkeyPatch
) -> None:
    index_thrice(sqlite_catalog, encoder)
    monkeypatch.setattr("search.words.fingerprint", lambda: "other rules")
    with pytest.raises(NotReady, match=r"generation 2 cannot serve again.*other word rules"):
        roll_back_generation(sqlite_catalog, "rosa")


def test_before_the_first_index_there_is_nothing_to_go_back_to(catalog: Catalog) -> None:
    with pytest.raises(NotReady, match="nothing has been indexed yet"):
        roll_back_generation(catalog, "rosa")


def test_nobody_goes_back_while_a_night_is_building(three: Catalog) -> None:
    with three.lock("index"), pytest.raises(Conflict, match="another `bole reindex`"):
        roll_back_generation(three, "rosa")


def test_a_running_process_follows_an_encoder_that_comes_into_service_and_goes_again(
    catalog: Catalog, encoder: WordCounter
) -> None:
    other = WordCounter("another")
    known = {each.fingerprint: each for each in (encoder, other)}
    store(catalog, TEXTS)
    reindex(catalog, encoder)
    current = Current(catalog, encoder, others=lambda generation: known[generation.encoder])
    assert current.searcher().served.encoder is encoder
    store(catalog, TEXTS | {"late": "Diver, who came while the other index was not there yet."})
    reindex(catalog, other)
    served = followed(current, 2)
    assert served.encoder is other
    assert serving(catalog).generation.manifest[MODEL] == other.name
    store(catalog, TEXTS | {"later": "Diver, whom only the other encoder has read."})
    keep_up(catalog, other)
    roll_back_generation(catalog, "rosa", encoder_of=lambda generation: known[generation.encoder])
    served = followed(current, 1)
    assert served.encoder is encoder
    with catalog.reading() as reading:
        assert served.sequence == reading.sequence  # nobody waits for a vector
        at = current.searcher_at(2, reading.sequence)
    assert at.served.encoder is other  # for replays


def followed(current: Current, generation: int) -> Served:
    """What is searched with, once it is this generation."""
    for _ in range(200):
        served = current.searcher().served
        if served.generation == generation:
            return served
        sleep(0.02)
    raise AssertionError(f"generation {generation} was not followed")


def test_a_reranker_of_another_encoder_goes_off_with_the_rollback(
    catalog: Catalog, encoder: WordCounter
) -> None:
    store(catalog, TEXTS)
    reindex(catalog, encoder)
    other = WordCounter("another")
    reindex(catalog, other)
    model = add_model(catalog, "first", encoder=other.fingerprint)
    promote(catalog, model.fingerprint, "rosa")

    def not_installed(_: Generation) -> WordCounter:
        raise NotReady("install it again")

    with pytest.raises(NotReady, match="install it again"):
        roll_back_generation(catalog, "rosa", encoder_of=not_installed)
    assert serving(catalog).reranker == model.fingerprint
    roll_back_generation(catalog, "rosa", encoder_of=lambda _: encoder)
    after = serving(catalog)
    assert (after.generation.id, after.encoder) == (1, encoder.fingerprint)
    assert (after.reranker, after.calibration) == (None, None)
    with catalog.reading() as r:
        last = r.decisions.all()[-1]
    assert (last.kind, last.by, last.model) == (
        DecisionKind.SWITCHED_OFF,
        "rosa",
        model.fingerprint,
    )


def test_a_rollback_that_fails_half_way_changes_nothing(
    three: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = serving(three)

    def fail(*given: object, **more: object) -> None:
        raise Conflict("something broke")

    monkeypatch.setattr("catalog.store.generations.Generations.note_rollback", fail)
    with pytest.raises(Conflict, match="something broke"):
        roll_back_generation(three, "rosa")
    assert serving(three) == before


def test_whoever_built_on_a_lost_lock_does_not_overwrite_what_came_meanwhile(
    three: Catalog, encoder: WordCounter
) -> None:
    with three.writing() as w:
        number = w.generations.begin("generations/late", 1, encoder.fingerprint, 1)
        w.generations.verify(number, passages=0, people=0, manifest={})
    with pytest.raises(Conflict, match="generation 3 came into service"):
        publish(three, number, instead_of=2)
    assert serving(three).generation.id == 3


def test_what_nothing_serves_goes_and_what_serves_stays(three: Catalog) -> None:
    stray = three.folder / "generations" / ".left.abc"
    stray.mkdir()
    (stray / "vectors.npy").write_bytes(b"half")
    (three.folder / "generations" / "a file").write_bytes(b"")
    (three.folder / "elsewhere").mkdir()
    (three.folder / "elsewhere" / "kept").write_bytes(b"")
    (three.folder / "generations" / "a link").symlink_to(three.folder / "elsewhere")
    assert remove_debris(three) == 3
    assert len(folders(three)) == 3
    assert (three.folder / "elsewhere" / "kept").is_file()
    roll_back_generation(three, "rosa", to=1)
    retire_old(three, keep=1)
    assert folders(three) == {folder_of(three, 1).name}
    assert serving(three).generation.id == 1


def test_a_folder_that_cannot_be_listed_is_a_clear_error(
    sqlite_catalog: Catalog, encoder: WordCounter, monkeypatch: pytest.MonkeyPatch
) -> None:
    store(sqlite_catalog, TEXTS)
    reindex(sqlite_catalog, encoder)

    def refuse(folder: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "iterdir", refuse)
    with pytest.raises(StoreUnavailable, match="Permission denied"):
        remove_debris(sqlite_catalog)
