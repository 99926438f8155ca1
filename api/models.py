"""What is said about models and decisions: forms for `--json`, and rows for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from catalog.decisions import Decision
from catalog.errors import InvalidRequest, NotFound, NotReady
from catalog.generations import Model, ModelState
from catalog.store import Catalog
from indexer.learning.deciding.gates import describe_gain, gates, number
from indexer.learning.deciding.monitor import Checked
from indexer.learning.deciding.promotion import RERANKER

Table = tuple[str, tuple[str, ...], list[tuple[object, ...]]]
_SHORTEST = 6  # characters of a fingerprint


@dataclass(frozen=True, slots=True)
class Records:
    """Models and decisions of one moment, oldest first, and the reranker that serves."""

    models: Sequence[Model]
    decisions: Sequence[Decision]
    serving: str | None


def read_records(catalog: Catalog) -> Records:
    """Everything that is known of models now."""
    with catalog.reading() as reading:
        pointer = reading.generations.pointer()
        return Records(
            reading.models.all(),
            reading.decisions.all(),
            pointer.reranker if pointer else None,
        )


def find_model(records: Records, name: str) -> Model:
    """The newest model of this name, or the one whose fingerprint starts so.

    Errors: NotFound; InvalidRequest where several fingerprints start so.
    """
    named = [model for model in records.models if model.name == name]
    if named:
        return named[-1]
    alike = [
        model
        for model in records.models
        if len(name) >= _SHORTEST and model.fingerprint.startswith(name)
    ]
    if len(alike) > 1:
        raise InvalidRequest(f"{len(alike)} models start with {name}: give more of the fingerprint")
    if not alike:
        raise NotFound(f"there is no model {name!r}: see `bole models`")
    return alike[0]


def find_candidate(records: Records) -> Model:
    """The newest reranker that nothing has been decided about. Errors: NotReady."""
    waiting = [
        model
        for model in records.models
        if model.kind == RERANKER and model.state is ModelState.CANDIDATE
    ]
    if not waiting:
        raise NotReady("no candidate waits for a decision: run `bole train reranker`")
    return waiting[-1]


def name_of(records: Records, fingerprint: str | None) -> str | None:
    """The name of a model; its shortened fingerprint where it is not known any more."""
    known = {model.fingerprint: model.name for model in records.models}
    return known.get(fingerprint, fingerprint[:12]) if fingerprint else None


def describe_models(records: Records) -> dict[str, Any]:
    """{"serving": fingerprint or null, "models": [...]}, oldest first."""
    return {
        "serving": records.serving,
        "models": [_model_out(model, records) for model in records.models],
    }


def describe_model(model: Model, records: Records) -> dict[str, Any]:
    """One model with all its metrics, what speaks against it, and every decision about it."""
    return {
        **_model_out(model, records),
        "metrics": dict(model.metrics),
        "against": gates(model.metrics) if model.kind == RERANKER else [],
        "base": model.base,
        "parent": model.parent,
        "data_hash": model.data_hash,
        "path": model.path,
        "decisions": [
            decision_out(decision, records)
            for decision in records.decisions
            if model.fingerprint in (decision.model, decision.before, decision.after)
        ],
    }


def decision_out(decision: Decision, records: Records) -> dict[str, Any]:
    """A decision without its evidence, models by name as well."""
    return {
        "id": decision.id,
        "at": decision.at.isoformat(),
        "kind": decision.kind.value,
        "model": decision.model,
        "name": name_of(records, decision.model),
        "before": decision.before,
        "after": decision.after,
        "serves": name_of(records, decision.after) or "retrieval",
        "by": decision.by,
        "reasons": list(decision.reasons),
    }


def checked_out(checked: Checked, records: Records) -> dict[str, Any]:
    """{"model", "drift", "decision"}, each null where there is none."""
    return {
        "model": checked.model.name if checked.model else None,
        "drift": asdict(checked.drift) if checked.drift else None,
        "decision": decision_out(checked.decision, records) if checked.decision else None,
    }


def as_rows(listed: Mapping[str, Any]) -> tuple[tuple[str, ...], list[tuple[object, ...]]]:
    """The list of models for a person."""
    columns = ("name", "state", "gain over retrieval", "ECE", "trained")
    rows: list[tuple[object, ...]] = [
        (
            model["name"],
            model["state"],
            describe_gain({"gain over retrieval": model["gain"]}, "retrieval") or "not measured",
            _figure(model["ECE"]),
            model["trained_at"][:10],
        )
        for model in listed["models"]
    ]
    return columns, rows


def groups_of(metrics: Mapping[str, Any]) -> Iterator[Table]:
    """nDCG@10 by language and by trade, each beside retrieval's."""
    for title in ("by language", "by trade"):
        groups = metrics.get(title)
        if isinstance(groups, Mapping) and groups:
            yield _by_group(title, groups)


def _by_group(title: str, groups: Mapping[str, Any]) -> Table:
    rows: list[tuple[object, ...]] = [
        (
            group,
            int(number(groups, group, "jobs") or 0),
            _figure(number(groups, group, "retrieval")),
            _figure(number(groups, group, "nDCG@10")),
        )
        for group in groups
    ]
    return f"nDCG@10 {title}", (title.removeprefix("by "), "jobs", "retrieval", "challenger"), rows


def _model_out(model: Model, records: Records) -> dict[str, Any]:
    gain = {at: number(model.metrics, "gain over retrieval", at) for at in ("mean", "low", "high")}
    return {
        "name": model.name,
        "kind": model.kind,
        "fingerprint": model.fingerprint,
        "state": model.state.value,
        "serves": records.serving == model.fingerprint,
        "gain": gain if gain["mean"] is not None else None,
        "ECE": number(model.metrics, "challenger", "ECE"),
        "trained_at": model.created_at.isoformat(),
    }


def _figure(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"
