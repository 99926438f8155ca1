"""A stand-in for what ships: a tiny cross-encoder's folder with evidence beside it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from catalog.decisions import DecisionKind
from catalog.errors import Conflict, Damaged, NotFound, NotReady
from catalog.generations import ModelState
from catalog.outcomes import NewOutcome, OutcomeKind, ReasonClass
from catalog.store import Catalog
from indexer.learning.deciding import shipped
from indexer.learning.deciding.promotion import roll_back
from indexer.learning.reranker.shipped import find_foundation, read_evidence
from reading.jobs.requirements import read_job
from search.cross_encoders import Base

WEIGHTS = {"meaning": 2.0, "words": 2.0, "requirements": 2.0, "close reading": 4.0}
EVIDENCE = {
    "sets": {"some jobs": {"jobs": 29, "retrieval": 0.25, "with it": 0.3}},
    "calibration": {"bias": 0.0, "weights": WEIGHTS, "labels": 0, "jobs": 0},
}


@pytest.fixture
def ships(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "ships"
    folder.mkdir()
    (folder / "model.safetensors").write_bytes(b"weights")
    (folder / "base.json").write_text(
        '{"spec": "packaged:multilingual", "layers": 6, "weights": null}'
    )
    (folder / "evidence.json").write_text(json.dumps(EVIDENCE))
    monkeypatch.setattr(shipped, "find_foundation", lambda: folder)
    return folder


def _publish(catalog: Catalog) -> None:
    with catalog.writing() as writing:
        number = writing.generations.begin("generations/1", writing.sequence, "encoder", 1)
        writing.generations.verify(number, passages=1, people=1, manifest={})
        writing.generations.publish(number, vocabulary="vocabulary")


def _decide_for(catalog: Catalog, jobs: int) -> None:
    """For each job one applicant who was interviewed and one who was turned down."""
    at = datetime(2026, 5, 1, tzinfo=UTC)
    fates: Sequence[tuple[OutcomeKind, ReasonClass | None]] = (
        (OutcomeKind.INTERVIEWED, None),
        (OutcomeKind.REJECTED, ReasonClass.NOT_QUALIFIED),
    )
    with catalog.writing() as writing:
        for number in range(jobs):
            job = writing.jobs.store(read_job(f"Nurse {number}"), external_id=f"J{number}")
            for place, (kind, reason) in enumerate(fates):
                name = f"{number}-{place}"
                person = writing.people.add(name)
                application = writing.outcomes.apply(person, job, "test", external_id=name)
                writing.outcomes.record(NewOutcome(application, kind, "test", at=at, reason=reason))


def test_what_ships_serves_where_there_are_no_outcomes_and_a_decision_says_why(
    sqlite_catalog: Catalog, ships: Path
) -> None:
    _publish(sqlite_catalog)
    decision = shipped.promote_foundation(sqlite_catalog, "anna")
    assert decision.kind is DecisionKind.PROMOTED
    assert decision.by == "anna"
    assert "nDCG@10 0.300 against 0.250" in decision.reasons[0]
    assert "names no chances" in decision.reasons[-1]
    with sqlite_catalog.reading() as reading:
        model = reading.models.get(decision.model or "")
        assert reading.generations.serving().reranker == model.fingerprint
        assert model.state is ModelState.SERVING
        assert model.calibration["weights"] == WEIGHTS
    assert (sqlite_catalog.folder / model.path / "model.safetensors").read_bytes() == b"weights"


def test_a_rollback_goes_back_to_retrieval_and_it_can_serve_again(
    sqlite_catalog: Catalog, ships: Path
) -> None:
    _publish(sqlite_catalog)
    shipped.promote_foundation(sqlite_catalog, "anna")
    assert roll_back(sqlite_catalog, "anna").after is None
    assert shipped.promote_foundation(sqlite_catalog, "ben").after is not None
    with sqlite_catalog.reading() as reading:
        assert len(reading.models.all("reranker")) == 1


def test_where_there_are_outcomes_it_has_to_be_measured_on_them(
    sqlite_catalog: Catalog, ships: Path
) -> None:
    _publish(sqlite_catalog)
    _decide_for(sqlite_catalog, 4)
    with pytest.raises(Conflict, match="bole train reranker"):
        shipped.promote_foundation(sqlite_catalog, "anna")


def test_three_judged_jobs_are_too_few_to_measure_on(sqlite_catalog: Catalog, ships: Path) -> None:
    _publish(sqlite_catalog)
    _decide_for(sqlite_catalog, 3)
    assert shipped.promote_foundation(sqlite_catalog, "anna").after is not None


def test_it_does_not_push_out_what_serves(sqlite_catalog: Catalog, ships: Path) -> None:
    _publish(sqlite_catalog)
    shipped.promote_foundation(sqlite_catalog, "anna")
    with pytest.raises(Conflict, match="in service already"):
        shipped.promote_foundation(sqlite_catalog, "anna")


def test_before_the_first_index_nothing_is_promoted(sqlite_catalog: Catalog, ships: Path) -> None:
    with pytest.raises(NotReady, match="bole"):
        shipped.promote_foundation(sqlite_catalog, "anna")


def test_without_one_the_answer_says_how_to_train_one(
    sqlite_catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shipped, "find_foundation", lambda: None)
    with pytest.raises(NotFound, match="bole train reranker"):
        shipped.promote_foundation(sqlite_catalog, "anna")


@pytest.mark.parametrize(
    "evidence",
    ["", "[]", "{", '{"sets": {}}', json.dumps({**EVIDENCE, "calibration": {}})],
)
def test_damaged_evidence_is_named_and_nothing_is_entered(
    sqlite_catalog: Catalog, ships: Path, evidence: str
) -> None:
    _publish(sqlite_catalog)
    (ships / "evidence.json").write_text(evidence)
    with pytest.raises(Damaged, match="install Bole again"):
        shipped.promote_foundation(sqlite_catalog, "anna")
    with sqlite_catalog.reading() as reading:
        assert reading.models.all() == []


def test_what_really_ships_says_how_it_did_and_belongs_to_the_default_base() -> None:
    folder = find_foundation(Base())
    assert folder is not None
    evidence, calibration = read_evidence(folder)
    assert all(found["gain"]["low"] > 0.0 for found in evidence["sets"].values())
    assert calibration.labels == 0
    assert find_foundation(Base("another model")) is None
