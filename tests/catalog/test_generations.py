from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from catalog.errors import Conflict, InvalidRequest, NotFound, NotReady
from catalog.generations import GenerationState
from catalog.store import Catalog, Writing


def _verified(w: Writing, folder: str, encoder: str = "enc-1") -> int:
    generation = w.generations.begin(folder, w.sequence, encoder, 1)
    w.generations.verify(generation, passages=7, people=3, manifest={"a.bin": "sha"})
    return generation


def test_before_the_first_index_a_search_is_told_which_command_helps(catalog: Catalog) -> None:
    with pytest.raises(NotReady, match="bole reindex"), catalog.reading() as r:
        r.generations.serving()


def test_publishing_moves_everything_that_belongs_together(catalog: Catalog) -> None:
    with catalog.writing() as w:
        first = _verified(w, "g1")
        w.generations.publish(first, vocabulary="v1", reranker="rr", calibration="cal")
        second = _verified(w, "g2", "enc-2")
    with catalog.reading() as r:
        serving = r.generations.serving()
        assert serving.generation.id == first
        assert (serving.encoder, serving.vocabulary) == ("enc-1", "v1")
        assert (serving.reranker, serving.calibration) == ("rr", "cal")
    with catalog.writing() as w:
        w.generations.publish(second, vocabulary="v2")
    with catalog.reading() as r:
        serving = r.generations.serving()
        assert serving.generation.id == second
        assert (serving.encoder, serving.vocabulary) == ("enc-2", "v2")
        assert (serving.reranker, serving.calibration) == (None, None)
        assert serving.generation.manifest == {"a.bin": "sha"}
        assert (serving.generation.passages, serving.generation.people) == (7, 3)


def test_a_publication_that_fails_leaves_the_old_one(catalog: Catalog) -> None:
    with catalog.writing() as w:
        first = _verified(w, "g1")
        w.generations.publish(first, vocabulary="v1")
        unverified = w.generations.begin("g2", 1, "enc-2", 1)
    with pytest.raises(Conflict), catalog.writing() as w:
        w.generations.publish(unverified, vocabulary="v2")
    with catalog.reading() as r:
        assert r.generations.serving().generation.id == first


def test_going_back_to_an_older_generation_is_possible_until_it_retires(catalog: Catalog) -> None:
    with catalog.writing() as w:
        first, second = _verified(w, "g1"), _verified(w, "g2")
        w.generations.publish(first, vocabulary="v1")
        w.generations.publish(second, vocabulary="v2")
        w.generations.publish(first, vocabulary="v1")
        assert w.generations.serving().generation.id == first
        w.generations.retire(second)
        with pytest.raises(Conflict):
            w.generations.publish(second, vocabulary="v2")


def test_a_reranker_comes_and_goes_with_its_calibration_and_all_else_stays(
    catalog: Catalog,
) -> None:
    with catalog.writing() as w:
        generation = _verified(w, "g1")
        w.generations.publish(generation, vocabulary="v1")
        before = w.generations.serving()
    with catalog.writing() as w:
        w.generations.serve("rr", "rr")
    with catalog.reading() as r:
        serving = r.generations.serving()
        assert (serving.reranker, serving.calibration) == ("rr", "rr")
        assert (serving.generation, serving.encoder) == (before.generation, before.encoder)
        assert serving.vocabulary == "v1"
        assert serving.changed_at > before.changed_at
    with catalog.writing() as w:
        w.generations.serve(None, None)
        serving = w.generations.serving()
        assert (serving.reranker, serving.calibration) == (None, None)
        assert serving.generation == before.generation


def test_no_reranker_serves_before_the_first_index(catalog: Catalog) -> None:
    with pytest.raises(NotReady, match="bole reindex"), catalog.writing() as w:
        w.generations.serve("rr", "rr")
    with catalog.writing() as w:
        w.generations.publish(_verified(w, "g1"), vocabulary="v1")
        assert w.generations.serving().reranker is None


def test_the_served_generation_cannot_be_retired(catalog: Catalog) -> None:
    with catalog.writing() as w:
        generation = _verified(w, "g1")
        w.generations.publish(generation, vocabulary="v1")
        with pytest.raises(Conflict, match="served"):
            w.generations.retire(generation)


def test_a_failed_build_says_why_and_can_do_nothing_more(catalog: Catalog) -> None:
    with catalog.writing() as w:
        generation = w.generations.begin("g1", 0, "enc", 1)
        w.generations.fail(generation, "checksum of passages.npy")
        assert w.generations.get(generation).failure == "checksum of passages.npy"
        assert [g.id for g in w.generations.all(GenerationState.FAILED)] == [generation]
        with pytest.raises(Conflict):
            w.generations.verify(generation, passages=0, people=0, manifest={})


@pytest.mark.parametrize(
    "act",
    [
        lambda g: g.get(4711),
        lambda g: g.fail(4711, "x"),
        lambda g: g.retire(4711),
        lambda g: g.publish(4711, vocabulary="v"),
    ],
)
def test_unknown_generations_are_not_found(catalog: Catalog, act: Callable[[Any], Any]) -> None:
    with pytest.raises(NotFound), catalog.writing() as w:
        act(w.generations)


def test_there_is_one_pointer_and_one_clock(catalog: Catalog) -> None:
    for table in ("serving (id)", "sequence (id, value)"):
        values = "(2)" if "value" not in table else "(2, 0)"
        with pytest.raises(InvalidRequest), catalog.writing() as w:
            w.unit.connection.exec_driver_sql(f"INSERT INTO {table} VALUES {values}")
