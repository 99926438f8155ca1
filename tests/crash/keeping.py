"""Nights, backups and restores, as the commands run them; copies lie beside the data folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from api.backups import restore_backup
from api.nightly.running import NightShift
from api.settings import Settings
from api.workplace import Workplace
from catalog.nights import NightState, TaskOutcome
from catalog.store import Catalog
from catalog.store.backups.making import make_backup
from indexer.ledger import LEDGER, tell

if TYPE_CHECKING:
    from search.encoder import Encoder
    from tests.crash.deeds import Place

BACKUPS, RESTORED = "backups", "restored"


class _Open(Workplace):
    """A workplace of what this process has open already."""

    def __init__(self, place: Place) -> None:
        super().__init__(Settings(data=place.catalog.folder))
        self.__dict__.update(catalog=place.catalog, current=place.current, _ours=place.encoder)

    @property
    def encoder(self) -> Encoder:
        ours: Encoder = self.__dict__["_ours"]
        return ours


def nightly(place: Place) -> dict[str, Any]:
    """A whole night; what serves after it, and which tasks failed."""
    night = NightShift(_Open(place)).run()
    with place.catalog.reading() as reading:
        serving = reading.generations.pointer()
        nights = reading.nights.newest(1000)
    return {
        "failed": {
            name: dict(came)
            for name, came in night.report.items()
            if came["outcome"] not in (TaskOutcome.DONE, TaskOutcome.NOT_DUE)
        },
        "running": sum(each.state is NightState.RUNNING for each in nights),
        "open": night.report["erasures"].get("open", 0),
        "generation": serving.generation.id if serving else None,
        "reranker": serving.reranker if serving else None,
    }


def back_up(place: Place, name: str) -> dict[str, Any]:
    """A backup under a name of its own; what it lacks, and what killed ones left beside it."""
    folder = backup_at(place.catalog, name)
    made = make_backup(place.catalog, folder)
    tell(place.catalog)
    return {
        "missing": list(made.missing),
        "left": sorted(path.name for path in folder.parent.iterdir() if path.name[0] == "."),
    }


def restore(place: Place, name: str) -> dict[str, Any]:
    """The backup in place of what was restored before; what a killed restore left is counted."""
    data = restored_at(place.catalog)
    ledger = place.catalog.folder / LEDGER
    ledgers = [ledger] if ledger.exists() else []
    backup = backup_at(place.catalog, name)
    told = restore_backup(backup, data, None, ledgers, lambda *_: None, replace=True)
    left = sorted(path.name for path in data.parent.glob(f".{RESTORED}*"))
    return {"people": told["people"], "left": left}


def backup_at(catalog: Catalog, name: str) -> Path:
    return catalog.folder.parent / BACKUPS / name


def restored_at(catalog: Catalog) -> Path:
    return catalog.folder.parent / RESTORED
