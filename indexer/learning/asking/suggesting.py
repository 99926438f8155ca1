"""The pairs that somebody should look at next, found in the catalog."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from catalog.errors import NotReady
from catalog.store import Catalog
from indexer.learning.asking.instructive import most_instructive
from indexer.learning.labelling.gathering import near_open_jobs
from indexer.learning.measuring.closely import champion_chances
from search.encoder import Encoder
from search.loading import open_served


@dataclass(frozen=True, slots=True)
class ToAsk:
    """A job and a candidate by the ids that people know, and why their outcome would teach."""

    job: str
    candidate: str
    chance: float | None
    why: str

    def record(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)


def suggest_pairs(
    catalog: Catalog,
    encoder: Encoder,
    wanted: int,
    say: Callable[[str, int, int], None] = lambda stage, done, of: None,
) -> list[ToAsk]:
    """At most `wanted` pairs of stored jobs and people near them who never applied.

    Errors: NotReady where no job is stored or nothing is indexed; InvalidRequest.
    """
    served = open_served(catalog, encoder)
    pairs = near_open_jobs(catalog, served, lambda done, of: say("Reading jobs", done, of))
    if not pairs:
        raise NotReady("there is no job to ask about: store some with `bole jobs add`")
    chances = champion_chances(catalog, pairs)
    found = most_instructive(list(zip(pairs, chances, strict=True)), wanted)
    with catalog.reading() as reading:
        names = reading.people.external_ids([each.pair.person_id for each in found])
        jobs = {
            job_id: reading.jobs.get(job_id).external_id
            for job_id in {each.pair.job_id for each in found}
        }
    return [
        ToAsk(
            job=jobs[each.pair.job_id] or str(each.pair.job_id),
            candidate=names.get(each.pair.person_id) or str(each.pair.person_id),
            chance=each.probability,
            why=each.reason,
        )
        for each in found
    ]
