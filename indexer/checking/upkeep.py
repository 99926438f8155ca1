"""What processes that were killed left, models, erasures, and the database in itself."""

from __future__ import annotations

from datetime import UTC, datetime

from catalog.errors import Conflict
from catalog.generations import GenerationState, ModelState
from catalog.store import Catalog
from catalog.store.locks import INDEX
from indexer.checking.findings import Finding, Findings, Kind
from indexer.learning.training.runs import MODELS
from indexer.publish import GENERATIONS

_UNFINISHED = (GenerationState.BUILDING, GenerationState.VERIFIED)


def check_catalog(catalog: Catalog) -> Findings:
    """The database in itself."""
    with catalog.reading() as reading:
        contradictions = reading.contradictions()
    for said in contradictions:
        yield Finding(
            Kind.CATALOG,
            f"{said}: stop what writes, and restore a backup (`bole restore`)",
        )


def check_debris(catalog: Catalog) -> Findings:
    """Folders of generations that are none; nothing while an index is being built."""
    if not any(_look_around(catalog)):
        return  # without having been in anybody's way
    try:
        with catalog.lock(INDEX):
            unfinished, left = _look_around(catalog)
    except Conflict:
        return
    if unfinished:
        yield _debris(
            f"{len(unfinished)} generations were begun by a process that ended before it was done",
            unfinished,
        )
    if left:
        yield _debris(
            f"{len(left)} folders in {catalog.folder / GENERATIONS} belong to no generation that is"
            " kept",
            left,
        )


def _look_around(catalog: Catalog) -> tuple[list[str], list[str]]:
    """The generations that are not done, and what lies among the folders and is none."""
    root = catalog.folder / GENERATIONS
    there = {path.name for path in root.iterdir()} if root.is_dir() else set()
    with catalog.reading() as reading:
        published = reading.generations.all(GenerationState.PUBLISHED)
        unfinished = reading.generations.all(*_UNFINISHED)
    owned = {(catalog.folder / each.folder).name for each in published}
    return [str(each.id) for each in unfinished], sorted(there - owned)


def check_models(catalog: Catalog) -> Findings:
    """The folders of the models that serve or might."""
    from search.encoders.fingerprints import fingerprint_model

    with catalog.reading() as reading:
        models = reading.models.all()
        serving = reading.generations.pointer()
    for model in models:
        if model.state not in (ModelState.CANDIDATE, ModelState.SERVING):
            continue
        folder = catalog.folder / model.path
        try:
            how = None if fingerprint_model(folder, {}) == model.fingerprint else "was changed"
        except OSError:
            how = "cannot be read"
        if not folder.is_dir():
            how = "is gone"
        if how is None:
            continue
        serves = serving is not None and serving.reranker == model.fingerprint
        yield Finding(
            Kind.MODEL,
            f"the folder of the {model.kind} {model.name} {how} ({folder}): "
            + ("serve without it (`bole rollback`), " if serves else "")
            + "take the folder from a backup, or train again",
            subjects=(model.fingerprint,),
        )


def check_model_folders(catalog: Catalog) -> Findings:
    """Folders that no model is in; a training that was stopped (`.run-…`) goes on from its own."""
    root = catalog.folder / MODELS
    with catalog.reading() as reading:
        owned = {(catalog.folder / model.path).name for model in reading.models.all()}
    there = [path.name for path in root.iterdir() if path.is_dir()] if root.is_dir() else []
    left = sorted(name for name in there if name not in owned and not name.startswith("."))
    if left:
        yield Finding(
            Kind.DEBRIS,
            f"{len(left)} folders in {root} are no model of the catalog ({', '.join(left[:3])}): a"
            " training was killed at its end, or somebody put them there; delete them if nobody"
            " needs them",
            wrong=False,
            subjects=tuple(left),
        )


def check_erasures(catalog: Catalog) -> Findings:
    """Whether the bytes of everybody who was erased went in time, and stay away."""
    now = datetime.now(UTC)
    with catalog.reading() as reading:
        late = [each for each in reading.forgetting.open() if each.due_at < now]
        erased = bool(reading.forgetting.all())
        back = reading.originals.of_erased()
    if back:
        yield Finding(
            Kind.ERASURE,
            f"there are documents of {len(back)} people who were erased (candidate"
            f" {', '.join(map(str, back[:3]))}): run `bole erase` for them again",
            subjects=tuple(map(str, back)),
        )
    if late:
        yield Finding(
            Kind.ERASURE,
            f"{len(late)} erasures are past their deadline and bytes may remain: run"
            " `bole erasures --finish`, or `bole nightly`",
            subjects=tuple(str(each.id) for each in late),
        )
    if erased and not catalog.erasure_key.path.is_file():
        yield Finding(
            Kind.ERASURE,
            f"{catalog.erasure_key.path} is missing, so nobody can tell whether somebody who was"
            " erased comes back: copy it from a backup",
        )


def _debris(what: str, names: list[str]) -> Finding:
    return Finding(
        Kind.DEBRIS,
        f"{what}: run `bole check --repair`, which removes them",
        repairable=True,
        subjects=tuple(names),
    )
