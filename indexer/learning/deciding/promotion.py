"""Putting a reranker into service, and taking it out again: stored decisions with their reasons.

A challenger serves only where it beat retrieval on held-out outcomes of this very pool; the one
that ships with Bole may serve while there are none (indexer.learning.deciding.shipped). Decision,
states of the models and the serving pointer change in one transaction: whatever happens in between,
what served before serves on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from catalog.decisions import Decision, DecisionKind
from catalog.errors import BoleError, Conflict, Damaged, NotReady
from catalog.generations import Model, ModelState, Serving
from catalog.store import Catalog, Reading, Writing
from catalog.store.locks import SERVING
from indexer.learning.deciding.gates import gains
from indexer.learning.deciding.gates import gates as gates

RERANKER = "reranker"
MONITOR = "monitor"
_LOCK_SECONDS = 30


@dataclass(frozen=True, slots=True)
class _Verdict:
    """What is decided about a model (its fingerprint), by whom and why."""

    kind: DecisionKind
    model: str
    by: str
    reasons: Sequence[str]
    evidence: Mapping[str, Any] = field(default_factory=dict)


@contextmanager
def deciding(catalog: Catalog) -> Iterator[Writing]:
    """A unit of work during which nobody else changes what serves.

    Errors: Conflict where another one takes longer than half a minute.
    """
    with catalog.lock(SERVING, wait=_LOCK_SECONDS), catalog.writing() as writing:
        yield writing


def promote(catalog: Catalog, fingerprint: str, by: str) -> Decision:
    """Puts a reranker into service if it has earned its place; the former champion retires.

    Errors: Conflict where a gate fails (the refusal is a stored decision too) or it serves already;
    NotFound; NotReady before the first index or where its folder is gone; Damaged where folder or
    calibration are not what was trained. After any error what served before serves on.
    """
    with catalog.reading() as reading:
        model = reading.models.get(fingerprint)
        _refuse_other_kinds(model, reading.generations.serving())
    _check(catalog.folder, model)  # hashing a model takes seconds: not while others wait
    adapter = _adapter_of(catalog.folder / model.path)
    with deciding(catalog) as writing:
        serving, model = writing.generations.serving(), writing.models.get(fingerprint)
        _refuse_other_kinds(model, serving)
        evidence = _evidence(model, serving) | {"adapter": adapter}
        against = gates(model.metrics)
        against += _out_of_date(model, serving, writing.decisions.all())
        if not against:
            reasons = gains(model.metrics)
            verdict = _Verdict(DecisionKind.PROMOTED, fingerprint, by, reasons, evidence)
            return _repoint(writing, fingerprint, verdict)
        if model.state is ModelState.CANDIDATE:
            writing.models.move(fingerprint, ModelState.REJECTED)
        verdict = _Verdict(DecisionKind.REFUSED, fingerprint, by, against, evidence)
        _record(writing, serving.reranker, serving.reranker, verdict)
    raise Conflict(f"{model.name} stays off: {'; '.join(against)}")


def serve_unmeasured(
    catalog: Catalog, fingerprint: str, by: str, reasons: Sequence[str]
) -> Decision:
    """Puts a reranker into service that this pool has no outcomes to measure on.

    Errors: Conflict where another one serves, or the monitor has switched this one off; NotReady
    before the first index or where its folder is gone; Damaged.
    """
    with catalog.reading() as reading:
        model = reading.models.get(fingerprint)
        reading.generations.serving()
    _check(catalog.folder, model)
    with deciding(catalog) as writing:
        serving = writing.generations.serving()
        if serving.reranker is not None:
            raise Conflict("a reranker is in service already: see `bole models`")
        if unusable := _unusable(model, serving, writing.decisions.all()):
            raise Conflict(f"{model.name} stays off: {'; '.join(unusable)}")
        evidence = _evidence(model, serving) | {"adapter": _adapter_of(catalog.folder / model.path)}
        verdict = _Verdict(DecisionKind.PROMOTED, fingerprint, by, reasons, evidence)
        return _repoint(writing, fingerprint, verdict)


def roll_back(catalog: Catalog, by: str) -> Decision:
    """Back to what served before the last promotion: the former champion, or retrieval alone.

    A former champion that is gone, damaged, of another encoder or switched off since is left out,
    and the decision says so: a rollback never fails because of it. Errors: Conflict where no
    reranker serves; NotReady before the first index.
    """
    with catalog.reading() as reading:
        former = _former(reading)
    unfit = _why_damaged(catalog.folder, former) if former else None
    with deciding(catalog) as writing:
        serving, found = writing.generations.serving(), _former(writing)
        if found != former:
            raise Conflict("somebody else has changed what serves meanwhile: look at `bole models`")
        reasons = ["back to what served before the last promotion"]
        if former is not None:
            unusable = _unusable(former, serving, writing.decisions.all())
            unfit = next(iter(unusable), unfit)
            if unfit:
                reasons.append(f"retrieval alone, not {former.name}: {unfit}")
        after = former.fingerprint if former and not unfit else None
        verdict = _Verdict(
            DecisionKind.ROLLED_BACK,
            serving.reranker or "",
            by,
            reasons,
            {"encoder": serving.encoder},
        )
        return _repoint(writing, after, verdict)


def switch_off(
    writing: Writing, by: str, reasons: Sequence[str], evidence: Mapping[str, Any]
) -> Decision | None:
    """Retrieval alone from now on, in the caller's transaction; None where no reranker serves."""
    serving = writing.generations.pointer()
    if serving is None or serving.reranker is None:
        return None
    verdict = _Verdict(DecisionKind.SWITCHED_OFF, serving.reranker, by, reasons, evidence)
    return _repoint(writing, None, verdict)


def serving_since(decisions: Sequence[Decision], fingerprint: str) -> Decision | None:
    """The decision by which a reranker last came into service; None where none is stored."""
    came = (d for d in reversed(decisions) if d.after == fingerprint and d.before != fingerprint)
    return next(came, None)


def _repoint(writing: Writing, after: str | None, verdict: _Verdict) -> Decision:
    """The pointer, the models' states and the decision, in the caller's one transaction."""
    before = writing.generations.serving().reranker
    writing.generations.serve(reranker=after, calibration=after)
    if before is not None and before != after:
        writing.models.move(before, ModelState.RETIRED)
    if after is not None:
        writing.models.move(after, ModelState.SERVING)
    return _record(writing, before, after, verdict)


def _record(writing: Writing, before: str | None, after: str | None, verdict: _Verdict) -> Decision:
    number = writing.decisions.record(
        verdict.kind,
        verdict.model,
        before,
        after,
        verdict.by,
        tuple(verdict.reasons),
        dict(verdict.evidence),
    )
    return next(d for d in reversed(writing.decisions.all()) if d.id == number)


def _refuse_other_kinds(model: Model, serving: Serving) -> None:
    if model.kind != RERANKER:
        raise Conflict(
            f"{model.name} is not a reranker: an encoder comes into service with an index of its "
            f"own, by `bole reindex --encoder trained:{model.name}`"
        )
    if serving.reranker == model.fingerprint and model.state is ModelState.SERVING:
        raise Conflict(f"{model.name} is in service already")


def _check(folder: Path, model: Model) -> None:
    """Errors: NotReady, Damaged: the model is not there as it was trained."""
    from search.calibration import calibration_from_record
    from search.encoders.fingerprints import fingerprint_model

    place = folder / model.path
    if not place.is_dir():
        raise NotReady(f"the folder of {model.name} is gone: restore it, or train again")
    try:
        found = fingerprint_model(place, {})
    except OSError as error:
        raise Damaged(f"the folder of {model.name} cannot be read: {error.strerror}") from None
    if found != model.fingerprint:
        raise Damaged(f"the folder of {model.name} is not what was trained: restore or train again")
    calibration_from_record(model.calibration)


def _adapter_of(place: Path) -> str | None:
    """The adapter's own fingerprint; None where the whole model was trained."""
    from search.encoders.fingerprints import fingerprint_model

    adapter = place / "adapter"
    return fingerprint_model(adapter, {}) if adapter.is_dir() else None


def _evidence(model: Model, serving: Serving) -> dict[str, Any]:
    return {
        "name": model.name,
        "metrics": dict(model.metrics),
        "base": model.base,
        "parent": model.parent,
        "data_hash": model.data_hash,
        "encoder": serving.encoder,
    }


def _out_of_date(model: Model, serving: Serving, decisions: Sequence[Decision]) -> list[str]:
    """Why its metrics, good as they are, say nothing about today."""
    champion = model.metrics.get("champion")
    met = champion.get("fingerprint") if isinstance(champion, Mapping) else None
    reasons = []
    if serving.reranker is not None and (not champion or met not in (None, serving.reranker)):
        reasons.append("it was never compared with the reranker that serves now: train again")
    return reasons + _unusable(model, serving, decisions)


def _unusable(model: Model, serving: Serving, decisions: Sequence[Decision]) -> list[str]:
    """Why a model cannot serve beside this encoder, or again."""
    reasons = []
    own = [d for d in decisions if d.model == model.fingerprint]
    served_with = [d.evidence.get("encoder") for d in own if d.kind is DecisionKind.PROMOTED]
    trained_with = model.metrics.get("encoder") or next(reversed(served_with), None)
    if trained_with is not None and trained_with != serving.encoder:
        reasons.append("it was calibrated for another encoder than the one in service: train again")
    if any(d.kind is DecisionKind.SWITCHED_OFF and d.by == MONITOR for d in own):
        reasons.append("the monitor switched it off, since outcomes went another way: train again")
    return reasons


def _former(reading: Reading) -> Model | None:
    """What served before the promotion of what serves: rollbacks undo promotions one by one.

    None: retrieval alone. Errors: Conflict where no reranker serves.
    """
    now = reading.generations.serving().reranker
    if now is None:
        raise Conflict("no reranker is in service: there is nothing to roll back")
    served: list[str | None] = [None]
    for decision in reading.decisions.all():
        if decision.kind is DecisionKind.PROMOTED:
            served.append(decision.after)
        elif decision.kind is DecisionKind.ROLLED_BACK:
            served = served[:-1] if decision.after in served[-2:-1] else [None]
        elif decision.kind is DecisionKind.SWITCHED_OFF:
            served = [None]
    before = served[-2] if len(served) > 1 and served[-1] == now else None
    return reading.models.get(before) if before else None


def _why_damaged(folder: Path, model: Model) -> str | None:
    """Why a model's folder or calibration cannot serve; None where they can."""
    try:
        _check(folder, model)
    except BoleError as error:
        return str(error)
    return None
