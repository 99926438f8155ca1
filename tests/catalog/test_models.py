from __future__ import annotations

import pytest

from catalog.errors import Conflict, InvalidRequest, NotFound
from catalog.generations import ModelState
from catalog.store import Catalog, Writing

CALIBRATION = {"bias": -1.25, "weights": {"meaning": 1 / 3}, "labels": 120, "jobs": 14}


def _add(w: Writing, fingerprint: str, kind: str = "reranker") -> int:
    return w.models.add(f"name of {fingerprint}", kind, fingerprint, f"models/{fingerprint}", {})


def test_a_model_comes_back_with_where_it_came_from(catalog: Catalog) -> None:
    with catalog.writing() as w:
        w.models.add(
            "三月",
            "reranker",
            "aa",
            "models/三月",
            {"retrieval": {"nDCG@10": 0.5}},
            base="multilingual-MiniLM",
            parent="00",
            data_hash="ff",
            calibration=CALIBRATION,
        )
    with catalog.reading() as r:
        model = r.models.get("aa")
    assert (model.name, model.kind, model.path) == ("三月", "reranker", "models/三月")
    assert (model.base, model.parent, model.data_hash) == ("multilingual-MiniLM", "00", "ff")
    assert model.calibration == CALIBRATION
    assert model.metrics == {"retrieval": {"nDCG@10": 0.5}}
    assert model.state is ModelState.CANDIDATE


def test_a_model_need_not_say_where_it_came_from(catalog: Catalog) -> None:
    with catalog.writing() as w:
        _add(w, "aa")
        model = w.models.get("aa")
    assert (model.base, model.parent, model.data_hash, model.calibration) == ("", None, "", {})


def test_models_are_listed_oldest_first_of_one_kind_or_all(catalog: Catalog) -> None:
    with catalog.writing() as w:
        _add(w, "bb")
        _add(w, "ee", "encoder")
        _add(w, "aa")
        w.models.move("bb", ModelState.RETIRED)
    with catalog.reading() as r:
        assert [model.fingerprint for model in r.models.all()] == ["bb", "ee", "aa"]
        rerankers = r.models.all("reranker")
        assert [(m.fingerprint, m.state) for m in rerankers] == [
            ("bb", "retired"),
            ("aa", "candidate"),
        ]
        assert r.models.all("' OR 1=1 --") == []


def test_a_model_is_recorded_once(catalog: Catalog) -> None:
    with catalog.writing() as w:
        _add(w, "aa")
    with pytest.raises(Conflict), catalog.writing() as w:
        _add(w, "aa")


def test_figures_that_are_no_numbers_are_refused(catalog: Catalog) -> None:
    with pytest.raises(InvalidRequest), catalog.writing() as w:
        w.models.add("a", "reranker", "aa", "p", {"MAP": float("nan")})
    with pytest.raises(InvalidRequest), catalog.writing() as w:
        w.models.add("a", "reranker", "aa", "p", {}, calibration={"bias": float("-inf")})


def test_unknown_models_are_not_found(catalog: Catalog) -> None:
    with pytest.raises(NotFound), catalog.reading() as r:
        r.models.get("aa")
    with pytest.raises(NotFound), catalog.writing() as w:
        w.models.move("aa", ModelState.SERVING)
    with pytest.raises(NotFound), catalog.writing() as w:
        w.models.add_trained_on("aa", [])


def test_the_ledger_knows_which_models_somebody_went_into(catalog: Catalog) -> None:
    with catalog.writing() as w:
        bo, cy, di = (w.people.add(name) for name in ("Bo", "Cy", "Di"))
        _add(w, "bb")
        _add(w, "aa")
        w.models.add_trained_on("aa", [cy, bo, cy])
    with catalog.writing() as w:
        w.models.add_trained_on("aa", {bo, cy})  # a training that is resumed says it again
        w.models.add_trained_on("bb", iter([bo]))
    with catalog.reading() as r:
        assert [model.fingerprint for model in r.models.trained_on(bo)] == ["bb", "aa"]
        assert [model.fingerprint for model in r.models.trained_on(cy)] == ["aa"]
        assert r.models.trained_on(di) == []
        with pytest.raises(NotFound):
            r.models.trained_on(4711)


def test_more_people_than_fit_into_one_statement(catalog: Catalog) -> None:
    with catalog.writing() as w:
        people = [w.people.add(None) for _ in range(5_001)]
        _add(w, "aa")
        w.models.add_trained_on("aa", people)
        assert w.unit.connection.exec_driver_sql(
            "SELECT COUNT(*) FROM trained_on"
        ).scalar_one() == len(people)


def test_a_model_cannot_have_been_trained_on_nobody(catalog: Catalog) -> None:
    with catalog.writing() as w:
        person = w.people.add("Bo")
        _add(w, "aa")
    with pytest.raises(NotFound), catalog.writing() as w:
        w.models.add_trained_on("aa", [person, 4711])
    with catalog.reading() as r:
        assert r.models.trained_on(person) == []


def test_the_ledger_follows_two_records_that_become_one_and_part_again(catalog: Catalog) -> None:
    with catalog.writing() as w:
        winner, loser = w.people.add("Bo"), w.people.add("Bo Lin")
        _add(w, "aa")
        _add(w, "bb")
        w.models.add_trained_on("aa", [loser])
        merge = w.merges.merge(winner, loser, reason="same phone", actor="Zofia")
        w.models.add_trained_on("bb", [winner])
    with catalog.reading() as r:
        for person in (winner, loser):
            assert [model.fingerprint for model in r.models.trained_on(person)] == ["aa", "bb"]
    with catalog.writing() as w:
        w.merges.unmerge(merge, reason="father and son", actor="Zofia")
        assert [model.fingerprint for model in w.models.trained_on(loser)] == ["aa"]
        assert [model.fingerprint for model in w.models.trained_on(winner)] == ["bb"]


@pytest.mark.parametrize("sql", ["UPDATE trained_on SET person_id = 2", "DELETE FROM trained_on"])
def test_the_ledger_is_never_changed_or_shortened(catalog: Catalog, sql: str) -> None:
    with catalog.writing() as w:
        first, _ = w.people.add("Bo"), w.people.add("Cy")
        _add(w, "aa")
        w.models.add_trained_on("aa", [first])
    with pytest.raises(Conflict, match="append-only"), catalog.writing() as w:
        w.unit.connection.exec_driver_sql(sql)
    with catalog.reading() as r:
        assert len(r.models.trained_on(first)) == 1
