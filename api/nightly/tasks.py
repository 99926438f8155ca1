"""What a night consists of, in its order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING

from api.nightly.retraining import retrain
from api.nightly.work import SAYS, Came, Task, Work
from catalog.errors import Conflict, NotFound
from catalog.nights import TaskOutcome

if TYPE_CHECKING:
    from indexer.checking import Finding

RETENTION = "retention"  # who erases at night, for the record
# A clock that has moved further since the last night is not believed at once.
BELIEVED = timedelta(days=8)
WEEK = timedelta(days=6, hours=12)


def _retention(work: Work) -> Came:
    """Erases whose retention is over, unless the clock has moved further than can be believed.

    A clock that is wrong would erase people for good; one night later it is believed.
    """
    from indexer.erasure import erase

    catalog, gone, failed = work.place.catalog, 0, 0
    with catalog.reading() as reading:
        due = reading.forgetting.due(work.now.astimezone().date())
    if not due:
        return Came.nothing("nobody's retention is over")
    if work.before is not None and work.now - work.before.started_at > BELIEVED:
        days = (work.now - work.before.started_at).days
        return Came(
            TaskOutcome.NOT_DUE,
            {"why": f"the last night was {days} days ago: waits for the next", "due": len(due)},
        )
    for done, person in enumerate(due):
        work.say("Retention", done, len(due))
        try:
            erase(catalog, person, RETENTION, days=work.place.settings.erasure_days)
            gone += 1
        except (Conflict, NotFound):  # held, merged or erased since we looked, or it says why
            failed += 1
    return Came(
        TaskOutcome.FAILED if failed else TaskOutcome.DONE, {"erased": gone, "failed": failed}
    )


def _index(work: Work) -> Came:
    from indexer.reindex import reindex

    place = work.place
    with place.catalog.reading() as reading:
        if not reading.counts().resumes and reading.generations.pointer() is None:
            return Came.nothing("there is no résumé yet")
    keep = place.settings.kept_generations
    done = reindex(place.catalog, place.encoder, work.say, keep=keep)
    facts = {
        "kind": str(done.kind),
        "generation": done.generation,
        "people": done.people,
        "passages": done.passages,
        "embedded": done.embedded,
    }
    if done.relevance:
        facts["relevance"] = done.relevance
    return Came(TaskOutcome.NOT_DUE if done.nothing_new else TaskOutcome.DONE, facts)


def _watches(work: Work) -> Came:
    from api.watching import look_if_watched

    looked = look_if_watched(work.place, work.now, work.say)
    if looked is None:
        return Came.nothing("nobody watches a job")
    facts = {"watches": looked.watches, "entered": looked.entered, "failed": looked.failed}
    return Came(TaskOutcome.FAILED if looked.failed else TaskOutcome.DONE, facts)


def _erasures(work: Work) -> Came:
    from indexer.erasure import finish_erasures
    from indexer.reindex import reindex

    place = work.place
    keep = place.settings.kept_generations
    waiting = finish_erasures(
        place.catalog, lambda: reindex(place.catalog, place.encoder, work.say, keep=keep)
    )
    if not waiting:
        return Came.nothing("no erasure is open")
    left = [each for each in waiting if each.done_at is None]
    late = sum(each.due_at < work.now for each in left)
    facts = {"finished": len(waiting) - len(left), "open": len(left), "late": late}
    return Came(TaskOutcome.FAILED if late else TaskOutcome.DONE, facts)


def _check(work: Work) -> Came:
    """Repairs what can be repaired safely. Damage is a failure although it was repaired: somebody
    should look at the disk. What a killed process left is not."""
    from indexer.checking import Kind, check, repair

    catalog, contents = work.place.catalog, _contents_are_due(work)
    found = left = check(catalog, work.say, contents=contents)
    failed, done = 0, 0
    if any(each.repairable for each in found):
        repaired = repair(catalog, lambda: work.place.encoder, work.say, contents=contents)
        left, failed, done = list(repaired.left), len(repaired.failed), len(repaired.done)
    with catalog.reading() as reading:
        newest = reading.searches.head()  # where nights are logged elsewhere, so is this
    facts = {
        "contents": contents,
        "found": _count(found),
        "repairs": done,
        "left": _count(left),
        "search_log": newest,
    }
    harmless = {Kind.DEBRIS, Kind.UNOWNED}
    damage = any(each.wrong and each.kind not in harmless for each in found)
    wrong = failed or damage or any(each.wrong for each in left)
    return Came(TaskOutcome.FAILED if wrong else TaskOutcome.DONE, facts)


def _count(findings: Iterable[Finding]) -> dict[str, int]:
    return dict(Counter(str(each.kind) for each in findings))


def _contents_are_due(work: Work) -> bool:
    """Reading every original takes long: it is done once a week."""
    with work.place.catalog.reading() as reading:
        nights = reading.nights.newest(50)
    done = [
        night.started_at
        for night in nights
        if (came := night.report.get("check", {})).get("contents")
        and came["outcome"] in (TaskOutcome.DONE, TaskOutcome.FAILED)
    ]
    return not any(timedelta(0) <= work.now - at < WEEK for at in done)


def _monitor(work: Work) -> Came:
    from indexer.learning.deciding.monitor import check_drift

    checked = check_drift(work.place.catalog, now=work.now)
    if checked.model is None or checked.drift is None:
        return Came.nothing("no reranker is in service")
    return Came(
        facts={
            "model": checked.model.name,
            "predictions": checked.drift.predictions,
            "enough": checked.drift.enough,
            "switched_off": checked.decision is not None,
        }
    )


# Another run is under way, or relevance fell: said without anybody's name.
_ALSO_CONFLICTS = (*SAYS, Conflict)

# Whoever goes tonight is neither indexed nor learned from first; what is left of them goes after.
TASKS = (
    Task("retention", _retention, "bole erasures"),
    Task("index", _index, "bole reindex", _ALSO_CONFLICTS),
    Task("watches", _watches, "bole watch list"),
    Task("retrain", retrain, "bole train reranker"),
    Task("erasures", _erasures, "bole erasures --finish", _ALSO_CONFLICTS),
    Task("check", _check, "bole check --repair", _ALSO_CONFLICTS),
    Task("monitor", _monitor, "bole monitor"),
)
