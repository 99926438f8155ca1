"""A past search again: to the bit, or as it was stored and with the reason."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from catalog.errors import NotFound
from catalog.searches import Impression, SearchRecord, SearchSource
from catalog.store import Catalog
from reading.dates import Month
from reading.jobs.requirements import read_job
from search.loading import Served
from search.pipeline import Searcher
from search.replay import How, Replay, replay_search
from search.request import SearchRequest, Shortlist
from search.serving import Current
from search.where import read_where
from tests.search.pool import ChangingPool, HashingEncoder, reranking

JOB = read_job(
    "Falconer\n\nRequirements\n- 5+ years of experience as a falconer\n- Trains hawks and owls\n"
)
CHINESE = read_job("玻璃吹制师\n\n任职要求\n1. 本科及以上学历；\n2. 3年以上吹制经验；\n")
NOW = Month(2026, 11)
ASKED = SearchRequest(JOB, NOW, limit=5)
KEY = b"k" * 32

SearcherAt = Callable[[int | None, int], Searcher]


class Shop:
    """A pool in service, as a server has it; `models` are what `search.loading` would name."""

    def __init__(self, catalog: Catalog, seed: int = 3) -> None:
        self.catalog = catalog
        self.pool = ChangingPool(catalog, seed)
        self.pool.fill(9)
        self.pool.publish()
        self.encoder = self.pool.encoder

    def search(self, request: SearchRequest = ASKED) -> Shortlist:
        return self.current().searcher().search(request)

    def current(self) -> Current:
        return Current(self.catalog, self.encoder)

    def replay(self, search_id: str, searcher_at: SearcherAt | None = None) -> Replay:
        return replay_search(self.catalog, searcher_at or self.current().searcher_at, search_id)

    def erase(self, person: int) -> None:
        with self.catalog.writing() as writing:
            writing.forgetting.erase(person, "test", KEY)

    def record(self, search_id: str) -> SearchRecord:
        with self.catalog.reading() as reading:
            return reading.searches.get(search_id)

    def shown(self, search_id: str) -> list[Impression]:
        with self.catalog.reading() as reading:
            return reading.searches.impressions(search_id)

    def run(self, statement: str, *values: Any) -> None:
        with self.catalog.engine.begin() as connection:
            connection.exec_driver_sql(statement, values)


@pytest.fixture
def shop(catalog: Catalog) -> Shop:
    return Shop(catalog)


@pytest.fixture
def small(sqlite_catalog: Catalog) -> Shop:
    return Shop(sqlite_catalog)


def bits(shortlist: Shortlist | None) -> list[tuple[int, str]]:
    assert shortlist is not None
    return [(hit.candidate_id, hit.score.hex()) for hit in shortlist.hits]


def stored_bits(replay: Replay) -> list[tuple[int, str]]:
    return [(shown.candidate_id, shown.score.hex()) for shown in replay.recalled]


def test_nothing_changed_gives_the_same_bits(shop: Shop) -> None:
    first = shop.search()
    again = shop.replay(first.search_id)
    assert (again.how, again.same, again.gone) == (How.RECOMPUTED, True, 0)
    assert again.why == "The same people, order and scores, to the bit."
    assert bits(again.shortlist) == bits(first)


@pytest.mark.parametrize("seed", [0, 1])
def test_whoever_came_changed_or_merged_since_a_replay_is_the_same(
    catalog: Catalog, seed: int
) -> None:
    shop = Shop(catalog, seed)
    pool = shop.pool
    requests = [
        ASKED,
        SearchRequest(CHINESE, NOW, blend=0.0, limit=4, blind=True),
        SearchRequest(JOB, NOW, read_where("status=active,paused"), text="NOT furnace", limit=3),
    ]
    past = [shop.search(request) for request in requests]
    for happening in (pool.come, pool.replace, pool.merge, pool.set_status, pool.replace):
        happening()
        pool.embed()
        past += [shop.search(request) for request in requests]
    pool.unmerge()
    pool.publish()
    pool.come()
    pool.embed()
    for first in past:
        again = shop.replay(first.search_id)
        assert (again.how, again.same, again.why[:8]) == (How.RECOMPUTED, True, "The same")
        assert bits(again.shortlist) == bits(first)
        assert again.shortlist is not None
        assert again.shortlist.sequence == first.sequence


def test_a_replay_without_its_own_snapshot_would_differ(small: Shop) -> None:
    """So that the test above can fail: the pool did change."""
    first = small.search()
    small.pool.come("WORK HISTORY\nFalconer, Hawk Hall\nMarch 2004 - present\n- Trains hawks, owls")
    small.pool.embed()
    assert bits(small.search()) != bits(first)

    def present(generation: int | None, sequence: int) -> Searcher:
        return small.current().searcher()

    again = small.replay(first.search_id, present)
    assert (again.how, again.same) == (How.RECALLED, False)
    assert again.why.startswith("Computed again, the list is another one from place ")
    assert "please report this" in again.why
    assert stored_bits(again) == bits(first), "what stands is what was shown"


def test_a_generation_whose_files_are_gone_is_replaced_by_one_that_is_kept(shop: Shop) -> None:
    first = shop.search()
    with shop.catalog.reading() as reading:
        old = reading.generations.get(first.generation)
    shop.pool.come()
    shop.pool.embed()
    shop.pool.publish()
    shutil.rmtree(shop.catalog.folder / old.folder)
    with shop.catalog.writing() as writing:
        writing.generations.retire(old.id)
    again = shop.replay(first.search_id)
    assert (again.how, again.same) == (How.RECOMPUTED, True)
    assert bits(again.shortlist) == bits(first)


def test_a_damaged_generation_is_replaced_too(small: Shop) -> None:
    first = small.search()
    with small.catalog.reading() as reading:
        folder = small.catalog.folder / reading.generations.get(first.generation).folder
    small.pool.publish()
    for path in folder.iterdir():
        path.write_bytes(b"")
    again = small.replay(first.search_id)
    assert (again.how, again.same) == (How.RECOMPUTED, True)


def test_with_nothing_in_service_the_stored_list_is_recalled(small: Shop) -> None:
    first = small.search()
    small.run("UPDATE serving SET generation_id = NULL")
    small.run("UPDATE generation SET state = 'retired'")
    again = small.replay(first.search_id)
    assert (again.how, again.same) == (How.RECALLED, None)
    assert again.why.startswith("It cannot be computed again: nothing has been indexed yet")
    assert stored_bits(again) == bits(first)
    assert [shown.rank for shown in again.recalled] == [1, 2, 3, 4, 5]
    assert all(shown.external_id for shown in again.recalled)


def with_models(shop: Shop, **roles: str) -> SearcherAt:
    """A server in which other models serve in these roles."""
    from dataclasses import replace

    def searcher_at(generation: int | None, sequence: int) -> Searcher:
        served = shop.current().searcher_at(generation, sequence).served
        return Searcher(shop.catalog, replace(served, models={**served.models, **roles}))

    return searcher_at


@pytest.mark.parametrize(
    ("role", "said"),
    [
        ("encoder", "the encoder"),
        ("vocabulary", "the vocabulary"),
        ("words", "how words are told apart"),
        ("fold", "how passages count together"),
    ],
)
def test_what_was_switched_is_named_and_the_stored_list_recalled(
    small: Shop, role: str, said: str
) -> None:
    first = small.search()
    again = small.replay(first.search_id, with_models(small, **{role: "another"}))
    assert (again.how, again.same) == (How.RECALLED, None)
    assert again.why == f"What ranked it is no longer in service: since then {said} changed."
    assert stored_bits(again) == bits(first)


def test_other_numerics_that_give_the_same_bits_are_as_good(small: Shop) -> None:
    first = small.search()
    again = small.replay(first.search_id, with_models(small, numerics="another processor"))
    assert (again.how, again.same) == (How.RECOMPUTED, True)


def test_other_numerics_that_give_other_bits_are_named_as_the_reason(small: Shop) -> None:
    class OtherProcessor(HashingEncoder):
        numerics = "another processor"

        def encode_query(self, text: str) -> Any:
            vector = super().encode_query(text)
            vector[0] += 1e-6
            return vector

    first = small.search()
    small.encoder = OtherProcessor()
    again = small.replay(first.search_id)
    assert (again.how, again.same) == (How.RECALLED, False)
    assert "the people and their order are the same, and scores differ by" in again.why
    assert again.why.endswith("This processor, or these libraries, compute other last bits.")
    assert "report" not in again.why
    assert stored_bits(again) == bits(first)


def reranked(shop: Shop, fingerprint: str) -> SearcherAt:
    """A server in which a reranker serves."""
    from dataclasses import replace

    reranker, calibration = reranking()

    def searcher_at(generation: int | None, sequence: int) -> Searcher:
        served: Served = shop.current().searcher_at(generation, sequence).served
        models = {**served.models, "reranker": fingerprint, "digest": "1"}
        return Searcher(
            shop.catalog,
            replace(served, reranker=reranker, calibration=calibration, models=models),
        )

    return searcher_at


def test_a_search_by_retrieval_is_recomputed_without_the_reranker_promoted_since(
    small: Shop,
) -> None:
    first = small.search()
    promoted = reranked(small, "r1")
    assert bits(promoted(None, first.sequence).search(ASKED)) != bits(first)
    again = small.replay(first.search_id, promoted)
    assert (again.how, again.same, again.ranked_by) == (How.RECOMPUTED, True, "retrieval")
    assert bits(again.shortlist) == bits(first)
    assert "reranker" not in small.record(again.search_id).fingerprints
    assert small.replay(again.search_id, promoted).same is True, "a replay can be replayed"


def test_a_reranked_search_is_recomputed_while_its_reranker_serves_and_then_recalled(
    small: Shop,
) -> None:
    mine = reranked(small, "r1")
    first = mine(None, small.pool.sequence).search(ASKED)
    again = small.replay(first.search_id, mine)
    assert (again.how, again.same, again.ranked_by) == (How.RECOMPUTED, True, "counting")
    for later in (reranked(small, "r2"), small.current().searcher_at):
        again = small.replay(first.search_id, later)
        assert (again.how, again.same, again.ranked_by) == (How.RECALLED, None, "counting")
        assert "the reranker" in again.why
        assert stored_bits(again) == bits(first)


def test_whoever_was_erased_is_missing_and_the_rest_is_as_it_was_shown(shop: Shop) -> None:
    first = shop.search()
    gone = first.hits[1].candidate_id
    shop.erase(gone)
    again = shop.replay(first.search_id)
    assert again.gone == 1
    left = [line for line in bits(first) if line[0] != gone]
    assert (again.how, again.same) == (How.RECALLED, False)
    assert "People were erased since then, 1 in all, 1 of those shown" in again.why
    assert "report" not in again.why
    assert stored_bits(again) == left
    assert [shown.rank for shown in again.recalled] == [1, 3, 4, 5]
    assert gone not in {shown.person_id for shown in shop.shown(again.search_id)}
    with shop.catalog.reading() as reading:
        check = reading.searches.check_chain()
    assert check.problems == ()
    assert check.erased_impressions == 1


def test_an_erasure_that_moves_no_score_leaves_the_rest_the_same_to_the_bit(small: Shop) -> None:
    """By meaning alone, with everybody in the filter, nobody's score depends on the others'."""
    first = small.search()
    past = small.record(first.search_id)
    gone = first.hits[1].candidate_id
    kept = [hit for hit in first.hits if hit.candidate_id != gone]

    class Same(Searcher):
        """Gives the list without one, and somebody new at its end."""

        def search(self, request: SearchRequest) -> Shortlist:
            from dataclasses import replace

            found = super().search(request)
            last = replace(kept[-1], candidate_id=4711, rank=5)
            ranked = [replace(hit, rank=n) for n, hit in enumerate(kept, 1)]
            return replace(found, hits=(*ranked, last))

    small.erase(gone)
    served = small.current().searcher_at(None, past.sequence).served
    again = small.replay(first.search_id, lambda generation, sequence: Same(small.catalog, served))
    assert (again.how, again.same, again.gone) == (How.RECOMPUTED, True, 1)
    assert again.why.endswith("without those erased since: 1.")


def test_a_search_that_named_somebody_erased_is_recalled_without_what_was_asked(
    shop: Shop,
) -> None:
    first = shop.search()
    with shop.catalog.writing() as writing:
        writing.searches.forget([first.hits[0].candidate_id], [first.search_id])
    again = shop.replay(first.search_id)
    assert (again.how, again.same, again.gone) == (How.RECALLED, None, 1)
    assert again.why.startswith("What was asked named somebody who has since been erased")
    assert stored_bits(again) == bits(first)[1:]
    assert [shown.name for shown in again.recalled] == [None] * 4, "it may have been a blind one"
    with shop.catalog.reading() as reading:
        assert reading.searches.verify_chain() == []


def test_a_request_of_another_version_is_recalled(small: Shop) -> None:
    first = small.search()
    small.run("""UPDATE search_log SET request = '{"job":1}'""")
    again = small.replay(first.search_id)
    assert (again.how, again.same) == (How.RECALLED, None)
    assert "of another version of Bole" in again.why
    assert stored_bits(again) == bits(first)


def test_an_entry_that_is_missing_without_an_erasure_points_to_verify(small: Shop) -> None:
    first = small.search()
    small.run("DELETE FROM impression WHERE rank = 2")
    again = small.replay(first.search_id)
    assert again.gone == 1
    assert "bole log verify" in again.why


def test_further_pages_are_compared_as_one_longer_list(small: Shop) -> None:
    whole = small.search(SearchRequest(JOB, NOW, limit=7))
    first = small.search()
    more = [
        Impression(hit.rank, hit.candidate_id, hit.score, hit.parts, whole.ranked_by)
        for hit in whole.hits[5:]
    ]
    with small.catalog.writing() as writing:
        writing.searches.add_impressions(first.search_id, more)
    again = small.replay(first.search_id)
    assert (again.how, again.same) == (How.RECOMPUTED, True)
    assert bits(again.shortlist) == bits(whole)


def test_replays_are_logged_as_replays_in_the_chain_and_teach_nothing(small: Shop) -> None:
    first = small.search()
    recomputed = small.replay(first.search_id)
    recalled = small.replay(first.search_id, with_models(small, encoder="another"))
    for again in (recomputed, recalled):
        record = small.record(again.search_id)
        assert record.source is SearchSource.REPLAY
        assert record.job_key == small.record(first.search_id).job_key
        assert [(s.person_id, s.score) for s in small.shown(again.search_id)] == [
            (hit.candidate_id, hit.score) for hit in first.hits
        ]
    with small.catalog.reading() as reading:
        exposures = reading.searches.exposures(small.record(first.search_id).job_key)
        assert {exposure.search_id for exposure in exposures} == {first.search_id}
        check = reading.searches.check_chain()
    assert check.holds
    assert check.searches == 3


def test_a_blind_search_is_recalled_blind(small: Shop) -> None:
    blind = small.search(SearchRequest(JOB, NOW, limit=5, blind=True))
    again = small.replay(blind.search_id, with_models(small, encoder="another"))
    assert {shown.name for shown in again.recalled} == {None}


def test_a_search_that_showed_nobody_can_be_repeated(small: Shop) -> None:
    first = small.search(SearchRequest(JOB, NOW, text="xylophone", limit=5))
    assert first.hits == ()
    again = small.replay(first.search_id)
    assert (again.how, again.same) == (How.RECOMPUTED, True)


def test_a_search_from_before_the_chain_can_be_repeated(small: Shop) -> None:
    first = small.search()
    with small.catalog.engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO append_only_pass (id) VALUES (1)")
        for statement in (
            "DELETE FROM search_chain",
            "UPDATE search_log SET salt = NULL",
            "UPDATE impression SET salt = NULL",
            "DELETE FROM append_only_pass",
        ):
            connection.exec_driver_sql(statement)
    assert small.replay(first.search_id).same is True


def test_a_search_that_is_not_in_the_log_is_not_there(small: Shop) -> None:
    with pytest.raises(NotFound, match="no such search"):
        small.replay("' OR 1=1 --")


def test_a_sequence_that_never_was_is_a_reason_and_not_a_crash(small: Shop) -> None:
    first = small.search()
    small.run("UPDATE search_log SET sequence = 4711")
    again = small.replay(first.search_id)
    assert (again.how, again.same) == (How.RECALLED, None)
    assert "4711" in again.why


def test_a_log_entry_without_a_generation_is_computed_by_any(small: Shop) -> None:
    first = small.search()
    with small.catalog.writing() as writing:
        record = small.record(first.search_id)
        values = {name: getattr(record, name) for name in SearchRecord.__slots__}
        values |= {"id": "older", "generation_id": None, "at": datetime.now(UTC)}
        writing.searches.log(SearchRecord(**values), small.shown(first.search_id))
    assert small.replay("older").same is True
