from __future__ import annotations

from typing import Any

import pytest

from catalog.decisions import DecisionKind
from catalog.errors import Conflict, InvalidRequest
from catalog.store import Catalog, Writing

EVIDENCE = {"gain over retrieval": {"low": -0.01, "mean": 1 / 3, "high": 0.5}, "岗位": None}


def _record(w: Writing, **changes: Any) -> int:
    values: dict[str, Any] = {
        "kind": DecisionKind.PROMOTED,
        "model": "new",
        "before": None,
        "after": "new",
        "by": "Zofia",
        "reasons": ("better on 12 held-out jobs",),
        "evidence": EVIDENCE,
    }
    return w.decisions.record(**{**values, **changes})


def test_decisions_come_back_as_they_were_made_newest_last(catalog: Catalog) -> None:
    with catalog.reading() as r:
        assert r.decisions.all() == []
    with catalog.writing() as w:
        first = _record(w)
        moment = w.unit.now
    with catalog.writing() as w:
        last = _record(
            w,
            kind="switched_off",
            model=None,
            before="new",
            after=None,
            by="monitor",
            reasons=iter(["预测与结果不符", "it drifts"]),
            evidence={},
        )
    with catalog.reading() as r:
        one, two = r.decisions.all()
    assert (one.id, two.id) == (first, last)
    assert one.at == moment
    assert one.kind is DecisionKind.PROMOTED
    assert (one.model, one.before, one.after, one.by) == ("new", None, "new", "Zofia")
    assert one.reasons == ("better on 12 held-out jobs",)
    assert one.evidence == EVIDENCE
    assert two.kind is DecisionKind.SWITCHED_OFF
    assert (two.model, two.before, two.after, two.by) == (None, "new", None, "monitor")
    assert (two.reasons, two.evidence) == (("预测与结果不符", "it drifts"), {})


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "celebrated"},
        {"kind": "promoted'; DROP TABLE decision; --"},
        {"by": ""},
        {"by": "a\x00b"},
        {"evidence": {"ECE": float("nan")}},
        {"evidence": {"ECE": float("inf")}},
    ],
)
def test_a_decision_that_makes_no_sense_is_refused(
    catalog: Catalog, changes: dict[str, Any]
) -> None:
    with pytest.raises(InvalidRequest), catalog.writing() as w:
        _record(w, **changes)
    with catalog.reading() as r:
        assert r.decisions.all() == []


def test_a_decision_and_what_it_changes_happen_together_or_not_at_all(catalog: Catalog) -> None:
    with catalog.writing() as w:
        generation = w.generations.begin("g1", w.sequence, "enc", 1)
        w.generations.verify(generation, passages=0, people=0, manifest={})
        w.generations.publish(generation, vocabulary="v")
    with pytest.raises(InvalidRequest), catalog.writing() as w:
        _serve_and_record(w, "new", by="")
    with catalog.reading() as r:
        assert r.decisions.all() == []
        assert r.generations.serving().reranker is None
    with catalog.writing() as w:
        _serve_and_record(w, "new", by="Zofia")
    with catalog.reading() as r:
        assert [decision.after for decision in r.decisions.all()] == ["new"]
        assert r.generations.serving().reranker == "new"


def _serve_and_record(w: Writing, fingerprint: str, by: str) -> None:
    w.generations.serve(fingerprint, fingerprint)
    _record(w, by=by)


@pytest.mark.parametrize("sql", ["UPDATE decision SET kind = 'refused'", "DELETE FROM decision"])
def test_a_decision_is_never_changed_or_removed(catalog: Catalog, sql: str) -> None:
    with catalog.writing() as w:
        _record(w)
    with pytest.raises(Conflict, match="append-only"), catalog.writing() as w:
        w.unit.connection.exec_driver_sql(sql)
    with catalog.reading() as r:
        assert [decision.kind for decision in r.decisions.all()] == ["promoted"]


def test_the_database_itself_knows_the_kinds_of_decisions(catalog: Catalog) -> None:
    with catalog.writing() as w:
        for kind in DecisionKind:
            _record(w, kind=kind)
    with pytest.raises(InvalidRequest, match="this field"), catalog.writing() as w:
        w.unit.connection.exec_driver_sql(
            "INSERT INTO decision (at, kind, by, reasons, evidence, sequence)"
            " SELECT at, 'celebrated', by, reasons, evidence, sequence FROM decision"
        )
