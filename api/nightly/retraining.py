"""Training the reranker again at night, where that is asked for; the gates decide as by day."""

from __future__ import annotations

from datetime import timedelta

from api.nightly.work import Came, Work
from catalog.errors import Conflict, InvalidRequest
from catalog.generations import ModelState

BY = "night"  # who promotes, for the record


def retrain(work: Work) -> Came:
    """Trains and lets promotion decide, if the last training is BOLE_NIGHT_RETRAIN days old."""
    place = work.place
    every = place.settings.night_retrain
    if not every:
        return Came.nothing("not asked for (BOLE_NIGHT_RETRAIN)")
    from indexer.learning.deciding.promotion import RERANKER, promote
    from indexer.learning.reranker.run import TrainingSettings, train_reranker
    from indexer.learning.reranker.tuning import FineTuning

    with place.catalog.reading() as reading:
        if reading.generations.pointer() is None:
            return Came.nothing("nothing is indexed yet")
        trained_at = [model.created_at for model in reading.models.all(RERANKER)]
    # Half a day's grace: a night that begins a little earlier than a week ago's is due.
    if trained_at and work.now - max(trained_at) < timedelta(days=every - 0.5):
        return Came.nothing(f"the last training is not {every} days old")
    settings = TrainingSettings(FineTuning(device=place.settings.device))
    try:
        trained = train_reranker(place.catalog, place.encoder, settings, work.say)
    except InvalidRequest:  # its message may name a job
        return Came.nothing(
            "the outcomes do not suffice: `bole train reranker` says what is missing"
        )
    with place.catalog.reading() as reading:
        if reading.models.get(trained.fingerprint).state is not ModelState.CANDIDATE:
            return Came.nothing("nothing new to learn from")
    try:
        promote(place.catalog, trained.fingerprint, BY)
    except Conflict:  # a stored decision, with its reasons
        return Came(facts={"model": trained.name, "promoted": False})
    return Came(facts={"model": trained.name, "promoted": True})
