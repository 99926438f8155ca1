"""A reranker comes into service by a decision, whole or not at all, and goes again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from catalog.decisions import Decision, DecisionKind
from catalog.errors import BoleError, Conflict, Damaged, NotFound, NotReady
from catalog.generations import ModelState
from catalog.store import Catalog, open_catalog
from indexer import publish as publishing
from indexer.learning.deciding.promotion import deciding, promote, roll_back, switch_off
from tests.trained import COMPARED, add_generation, add_model, serve_generation, serving


def state_of(catalog: Catalog, fingerprint: str) -> ModelState:
    with catalog.reading() as reading:
        return reading.models.get(fingerprint).state


def decisions(catalog: Catalog) -> list[Decision]:
    with catalog.reading() as reading:
        return reading.decisions.all()


@pytest.fixture
def champion(catalog: Catalog) -> str:
    """A first reranker, promoted on both databases."""
    serve_generation(catalog)
    first = add_model(catalog, "first").fingerprint
    promote(catalog, first, "rosa")
    return first


def test_it_serves_with_its_calibration_and_the_decision_says_why(
    catalog: Catalog, champion: str
) -> None:
    assert serving(catalog) == champion
    assert state_of(catalog, champion) is ModelState.SERVING
    (decision,) = decisions(catalog)
    assert (decision.kind, decision.by) == (DecisionKind.PROMOTED, "rosa")
    assert (decision.before, decision.after, decision.model) == (None, champion, champion)
    assert any("0.710 against 0.600" in reason for reason in decision.reasons)
    evidence = decision.evidence
    assert (evidence["data_hash"], evidence["base"]) == ("da7a", "a small encoder")
    assert evidence["encoder"] == "encoder one"
    assert evidence["metrics"]["by language"]["zh"]["jobs"] == 5
    assert len(evidence["adapter"]) == 64


def test_the_former_champion_retires_when_a_better_one_comes(
    catalog: Catalog, champion: str
) -> None:
    second = add_model(catalog, "second", **COMPARED).fingerprint
    decision = promote(catalog, second, "rosa")
    assert (decision.before, decision.after) == (champion, second)
    assert serving(catalog) == second
    assert state_of(catalog, champion) is ModelState.RETIRED


def test_a_refusal_is_a_decision_too_and_the_champion_serves_on(
    catalog: Catalog, champion: str
) -> None:
    worse = {"gain over retrieval": {"mean": 0.02, "low": -0.05, "high": 0.09}}
    second = add_model(catalog, "second", **COMPARED, **worse).fingerprint
    with pytest.raises(Conflict, match=r"second stays off: .*retrieval alone"):
        promote(catalog, second, "rosa")
    assert serving(catalog) == champion
    assert state_of(catalog, second) is ModelState.REJECTED
    last = decisions(catalog)[-1]
    assert (last.kind, last.model) == (DecisionKind.REFUSED, second)
    assert last.before == last.after == champion


def test_one_that_never_met_the_champion_is_refused(catalog: Catalog, champion: str) -> None:
    second = add_model(catalog, "second").fingerprint
    with pytest.raises(Conflict, match="never compared with the reranker that serves"):
        promote(catalog, second, "rosa")
    met_another = {**COMPARED, "champion": {"nDCG@10": 0.68, "fingerprint": "another"}}
    third = add_model(catalog, "third", **met_another).fingerprint
    with pytest.raises(Conflict, match="never compared"):
        promote(catalog, third, "rosa")
    assert serving(catalog) == champion


def test_one_that_was_measured_with_another_encoder_is_refused(catalog: Catalog) -> None:
    serve_generation(catalog)
    model = add_model(catalog, "first", encoder="encoder two")
    with pytest.raises(Conflict, match="another encoder"):
        promote(catalog, model.fingerprint, "rosa")
    assert serving(catalog) is None


def test_a_damaged_folder_never_serves_and_nothing_is_decided(
    catalog: Catalog, champion: str
) -> None:
    second = add_model(catalog, "second", **COMPARED)
    config = catalog.folder / second.path / "config.json"
    config.write_text("{}", encoding="utf-8")
    with pytest.raises(Damaged, match="second is not what was trained"):
        promote(catalog, second.fingerprint, "rosa")
    config.unlink()
    (catalog.folder / second.path).rename(catalog.folder / "elsewhere")
    with pytest.raises(NotReady, match="second is gone"):
        promote(catalog, second.fingerprint, "rosa")
    assert serving(catalog) == champion
    assert state_of(catalog, second.fingerprint) is ModelState.CANDIDATE
    assert len(decisions(catalog)) == 1


def test_a_model_without_a_calibration_never_serves(catalog: Catalog) -> None:
    from search.encoders.fingerprints import fingerprint_model

    serve_generation(catalog)
    model = add_model(catalog, "first")
    with catalog.writing() as writing:
        (catalog.folder / "models/bare").mkdir()
        bare = fingerprint_model(catalog.folder / "models/bare", {})
        writing.models.add("bare", "reranker", bare, "models/bare", model.metrics)
    with pytest.raises(Damaged):
        promote(catalog, bare, "rosa")
    assert serving(catalog) is None


def test_what_makes_no_sense_is_refused(catalog: Catalog) -> None:
    model = add_model(catalog, "first")
    with pytest.raises(NotReady, match="bole reindex"):
        promote(catalog, model.fingerprint, "rosa")
    serve_generation(catalog)
    with pytest.raises(NotFound):
        promote(catalog, "f" * 64, "rosa")
    with pytest.raises(Conflict, match="not a reranker"):
        promote(catalog, add_model(catalog, "words", kind="encoder").fingerprint, "rosa")
    with pytest.raises(Conflict, match="nothing to roll back"):
        roll_back(catalog, "rosa")
    promote(catalog, model.fingerprint, "rosa")
    with pytest.raises(Conflict, match="in service already"):
        promote(catalog, model.fingerprint, "rosa")


@pytest.mark.parametrize(
    "step", ["generations.Generations.serve", "models.Models.move", "decisions.Decisions.record"]
)
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_failure_between_any_two_steps_leaves_the_champion(
    catalog: Catalog, champion: str, step: str, when: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    second = add_model(catalog, "second", **COMPARED).fingerprint
    kept = decisions(catalog)
    module, owner, method = step.split(".")
    cls = getattr(sys.modules[f"catalog.store.{module}"], owner)
    original = getattr(cls, method)

    def failing(*args: object, **kwargs: object) -> None:
        if when == "after":
            original(*args, **kwargs)
        raise OSError("no space left on device")

    for act in (lambda: promote(catalog, second, "rosa"), lambda: roll_back(catalog, "rosa")):
        with monkeypatch.context() as patched:
            patched.setattr(cls, method, failing)
            with pytest.raises(OSError, match="no space"):
                act()
        assert serving(catalog) == champion
        assert state_of(catalog, champion) is ModelState.SERVING
        assert state_of(catalog, second) is ModelState.CANDIDATE
        assert decisions(catalog) == kept
    promote(catalog, second, "rosa")
    assert serving(catalog) == second


KILLED = """
import os, signal, sys
from pathlib import Path
from catalog.store import open_catalog
from catalog.store.decisions import Decisions
from indexer.learning.deciding.promotion import promote
catalog = open_catalog(sys.argv[1], Path(sys.argv[2]))
record = Decisions.record
def killed(*args):
    record(*args)
    os.kill(os.getpid(), signal.SIGKILL)
Decisions.record = killed
promote(catalog, sys.argv[3], "rosa")
"""


def test_a_kill_in_the_middle_leaves_the_champion_and_no_lock(
    catalog: Catalog, champion: str, catalog_url: str
) -> None:
    second = add_model(catalog, "second", **COMPARED).fingerprint
    root = Path(__file__).parents[3]
    done = subprocess.run(
        [sys.executable, "-c", KILLED, catalog_url, str(catalog.folder), second],
        env={**os.environ, "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    again = open_catalog(catalog_url, catalog.folder)
    assert serving(again) == champion
    assert len(decisions(again)) == 1
    promote(again, second, "rosa")
    assert serving(again) == second
    again.close()


def test_rolling_back_undoes_promotions_one_by_one(catalog: Catalog, champion: str) -> None:
    second = add_model(catalog, "second", **COMPARED).fingerprint
    promote(catalog, second, "rosa")
    decision = roll_back(catalog, "rosa")
    assert (decision.kind, decision.before, decision.after) == (
        DecisionKind.ROLLED_BACK,
        second,
        champion,
    )
    assert serving(catalog) == champion
    assert state_of(catalog, champion) is ModelState.SERVING
    assert state_of(catalog, second) is ModelState.RETIRED
    assert roll_back(catalog, "rosa").after is None
    assert serving(catalog) is None
    assert state_of(catalog, champion) is ModelState.RETIRED


def test_a_damaged_former_champion_does_not_come_back(catalog: Catalog, champion: str) -> None:
    promote(catalog, add_model(catalog, "second", **COMPARED).fingerprint, "rosa")
    (catalog.folder / "models" / "first" / "config.json").write_text("{}", encoding="utf-8")
    decision = roll_back(catalog, "rosa")
    assert decision.after is None
    assert any("retrieval alone, not first" in reason for reason in decision.reasons)
    with pytest.raises(Conflict, match="nothing to roll back"):
        roll_back(catalog, "rosa")


def test_what_was_rolled_back_can_be_promoted_again(catalog: Catalog, champion: str) -> None:
    roll_back(catalog, "rosa")
    promote(catalog, champion, "rosa")
    assert serving(catalog) == champion
    assert roll_back(catalog, "rosa").after is None


def test_what_the_monitor_switched_off_stays_off(catalog: Catalog, champion: str) -> None:
    with deciding(catalog) as writing:
        switched = switch_off(writing, "monitor", ["it drifts"], {})
    assert switched is not None
    assert (switched.before, switched.after) == (champion, None)
    assert serving(catalog) is None
    with pytest.raises(Conflict, match="the monitor switched it off"):
        promote(catalog, champion, "rosa")


def test_switching_off_nothing_is_no_decision(catalog: Catalog) -> None:
    serve_generation(catalog)
    with deciding(catalog) as writing:
        assert switch_off(writing, "monitor", ["it drifts"], {}) is None
    assert decisions(catalog) == []


def test_an_index_with_the_same_encoder_keeps_the_reranker(catalog: Catalog, champion: str) -> None:
    publishing.publish(catalog, publish_next(catalog, "encoder one", "again"))
    assert serving(catalog) == champion
    assert len(decisions(catalog)) == 1


def publish_next(catalog: Catalog, encoder: str, folder: str) -> int:
    with catalog.writing() as writing:
        number = writing.generations.begin(f"generations/{folder}", 0, encoder, 1)
        writing.generations.verify(number, passages=0, people=0, manifest={})
    return number


def test_an_index_with_another_encoder_switches_the_reranker_off_with_it(
    catalog: Catalog, champion: str
) -> None:
    publishing.publish(catalog, add_generation(catalog, "encoder two"))
    assert serving(catalog) is None
    assert state_of(catalog, champion) is ModelState.RETIRED
    last = decisions(catalog)[-1]
    assert (last.kind, last.by, last.model) == (DecisionKind.SWITCHED_OFF, "index", champion)
    with pytest.raises(Conflict, match="another encoder"):
        promote(catalog, champion, "rosa")
    publishing.publish(catalog, publish_next(catalog, "encoder one", "back"))
    promote(catalog, champion, "rosa")
    assert serving(catalog) == champion


def test_an_index_that_cannot_be_published_switches_nothing_off(
    catalog: Catalog, champion: str
) -> None:
    number = add_generation(catalog, "encoder two")
    with catalog.writing() as writing:
        writing.generations.retire(number)
    with pytest.raises(BoleError):
        publishing.publish(catalog, number)
    assert serving(catalog) == champion
    assert len(decisions(catalog)) == 1
