"""What the night has to do: nothing, the difference to the served generation, or everything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from catalog.errors import BoleError, Damaged, NotReady
from catalog.generations import Serving
from catalog.store import Catalog
from indexer.candidate import parser_version
from indexer.changes import find_changes
from reading.skills.vocabulary import vocabulary
from search import words
from search.arrays import FORMAT, Generation, open_generation
from search.encoder import Encoder
from search.vectors import Rows

MOST = 0.5  # share of the people whose change makes building everything the simpler way

READING = "reading"  # under these names a generation's record says what it was made by
VOCABULARY = "vocabulary"


class Kind(StrEnum):
    """How much there is to do."""

    NOTHING = "nothing"
    DELTA = "delta"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do to bring the index to `sequence`, and why. `base`: the generation to start from.

    `served` is what was served when the plan was made; `changed` counts people.
    """

    kind: Kind
    why: str
    sequence: int
    served: Serving | None = None
    base: Generation | None = None
    changed: int = 0


def plan(catalog: Catalog, encoder: Encoder, *, full: bool = False) -> Plan:
    """Looks at the catalog and at the served generation, whose every byte is checked.

    A generation whose files are damaged, or of another format, is never built upon.

    Errors: NotReady where there is nothing to index yet.
    """
    with catalog.reading() as reading:
        sequence = reading.sequence
        served = reading.generations.pointer()
        if served is None:
            if next(reading.resumes.passages_at(sequence), None) is None:
                raise NotReady("there is no résumé to index: run `bole ingest` first")
            return Plan(Kind.FULL, "nothing has been indexed yet", sequence)
        why = "it was asked for" if full else _why_outdated(served, encoder)
        if why is None:
            try:
                base = _open(catalog, served, encoder)
                rows = Rows.of_arrays(base.arrays)
            except BoleError as error:
                why = f"generation {served.generation.id} cannot be used: {error}"
        if why is not None:
            return Plan(Kind.FULL, why, sequence, served)
        changes = find_changes(rows, reading.resumes.rows_at(sequence))
    changed = len(set(changes.gone.tolist()) | set(changes.coming.tolist()))
    if changes.nothing:
        why = f"generation {served.generation.id} holds everybody as they are"
        return Plan(Kind.NOTHING, why, sequence, served, base)
    why = f"{changed} people changed since generation {served.generation.id}"
    if changed > MOST * max(len(rows.candidates), 1):
        return Plan(Kind.FULL, why, sequence, served, changed=changed)
    return Plan(Kind.DELTA, why, sequence, served, base, changed)


def made_by() -> dict[str, str]:
    """What a generation's record says of the rules by which its content was read."""
    return {READING: parser_version(), VOCABULARY: vocabulary().fingerprint}


def _why_outdated(served: Serving, encoder: Encoder) -> str | None:
    """What differs between then and now; None where nothing does."""
    recorded: Mapping[str, Any] = served.generation.manifest
    differs = {
        "the encoder": served.encoder != encoder.fingerprint,
        "the rules for words": recorded.get("words") != words.fingerprint(),
        "the format": served.generation.format_version != FORMAT,
        "the vocabulary": served.vocabulary != vocabulary().fingerprint,
        "how résumés are read and cut": recorded.get(READING) != parser_version(),
    }
    changed = [what for what, is_other in differs.items() if is_other]
    return f"{', '.join(changed)} changed" if changed else None


def _open(catalog: Catalog, served: Serving, encoder: Encoder) -> Generation:
    folder = catalog.folder / served.generation.folder
    opened = open_generation(folder, encoder=encoder.fingerprint, words=words.fingerprint())
    opened.verify()
    if opened.manifest.sequence != served.generation.sequence:
        raise Damaged(f"{folder} is another generation's folder: run `bole reindex`")
    return opened
