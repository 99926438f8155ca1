"""Backups, restores and copies as an operator makes them: what is found after is as before."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.api.conftest import Said, run_bole


@pytest.fixture(scope="module")
def grown(pool: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pool's data folder, to which one more person came since the index was built."""
    root = tmp_path_factory.mktemp("grown")
    shutil.copytree(pool / "data", root / "data")
    late = root / "late.txt"
    late.write_text(
        "Alva Late\nalva@example.org\nLead Arborist, Elm Estates, 2015 - present\n- Oaks"
    )
    assert run_bole(root / "data", "ingest", late, "--json").json["stored"] == 1
    return root / "data"


@pytest.fixture
def data(grown: Path, tmp_path: Path) -> Path:
    """A copy of it for each test."""
    return Path(shutil.copytree(grown, tmp_path / "data"))


def rank(data: Path, pool: Path, job: str = "arborist.txt") -> list[Any]:
    """Everything that a search says of each hit; scores to the last digit."""
    said = run_bole(data, "search", "--job", pool / job, "--json").json
    assert len(said["hits"]) == 7
    return [said["hits"], said["generation"], said["sequence"]]


def in_database(url: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    if url is None:
        monkeypatch.delenv("BOLE_DATABASE_URL", raising=False)
    else:
        monkeypatch.setenv("BOLE_DATABASE_URL", url)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def elsewhere(request: pytest.FixtureRequest) -> str | None:
    """Where to restore: the file in the data folder, or a PostgreSQL that is empty."""
    if request.param == "postgres":
        return str(request.getfixturevalue("postgres").new_database())
    return None


def test_a_restored_copy_gives_the_same_rankings_to_the_bit(
    data: Path,
    pool: Path,
    tmp_path: Path,
    elsewhere: str | None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = [rank(data, pool), rank(data, pool, "diver.txt")]
    made = run_bole(data, "backup", tmp_path / "backup", "--json").json
    assert (made["people"], made["missing"]) == (7, [])
    assert run_bole(data, "backup", tmp_path / "backup", "--verify").code == 0
    shutil.rmtree(data)  # the lights go out
    where = ("--database-url", elsewhere) if elsewhere else ()
    new = tmp_path / "new"
    told = run_bole(
        tmp_path / "x", "restore", tmp_path / "backup", "--into", new, *where, "--json"
    ).json
    assert (told["people"], told["erased again"]) == (7, 0)
    in_database(elsewhere, monkeypatch)
    assert run_bole(new, "check", "--json").json["findings"] == []
    assert [rank(new, pool), rank(new, pool, "diver.txt")] == before
    assert run_bole(new, "log", "verify").code == 0


@pytest.mark.postgres
def test_a_copy_in_another_database_gives_the_same_rankings_and_so_does_the_way_back(
    data: Path, pool: Path, tmp_path: Path, postgres: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = rank(data, pool)
    url = postgres.new_database()
    copied = run_bole(data, "copy", url, "--json").json
    assert (copied["rows"]["person"], copied["changed_meanwhile"]) == (7, False)
    (data / "catalog.db").rename(tmp_path / "old.db")
    in_database(url, monkeypatch)
    assert rank(data, pool) == before
    assert run_bole(data, "check", "--json").json["ok"]
    said = run_bole(data, "copy", f"sqlite:///{data / 'catalog.db'}")
    assert said.code == 0
    assert "BOLE_DATABASE_URL" in said.out
    in_database(None, monkeypatch)
    assert rank(data, pool) == before
    assert run_bole(data, "log", "verify").code == 0


def test_a_catalog_is_not_copied_over_another(data: Path) -> None:
    said = run_bole(data, "copy", f"sqlite:///{data / 'catalog.db'}")
    assert said.code == 1
    assert "already" in said.err


def test_who_was_erased_since_the_backup_stays_away_from_what_is_restored(
    data: Path, pool: Path, tmp_path: Path
) -> None:
    backup = tmp_path / "backup"
    assert run_bole(data, "backup", backup).code == 0
    hits = run_bole(data, "search", "--job", pool / "arborist.txt", "--json").json["hits"]
    person = str(hits[0]["candidate_id"])
    assert run_bole(data, "erase", person, "--yes").code == 0
    new = tmp_path / "new"
    told = run_bole(data, "restore", backup, "--into", new, "--json").json
    assert told["erased again"] == 1
    assert person not in found(new, pool)
    assert len(found(new, pool)) == 6
    refused = run_bole(new, "ingest", "--id-from", "folder", pool / "files" / "arborist", "--json")
    assert person not in found(new, pool)
    assert "erased" in refused.out


def found(data: Path, pool: Path) -> list[str]:
    hits = run_bole(data, "search", "--job", pool / "arborist.txt", "--json").json["hits"]
    return [str(hit["candidate_id"]) for hit in hits]


def test_who_is_erased_while_the_backup_is_made_is_named_beside_it(
    data: Path, pool: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from catalog.store.backups import making

    person, whole = found(data, pool)[0], making._copy_blobs

    def erased_meanwhile(*rest: Any) -> None:
        assert run_bole(data, "erase", person, "--yes").code == 0
        whole(*rest)

    monkeypatch.setattr(making, "_copy_blobs", erased_meanwhile)
    backup, new = tmp_path / "backup", tmp_path / "new"
    assert run_bole(data, "backup", backup, "--json").json["people"] == 7
    assert run_bole(data, "restore", backup, "--into", new, "--json").json["erased again"] == 1
    assert person not in found(new, pool)


def test_a_ledger_from_elsewhere_is_followed_too(data: Path, pool: Path, tmp_path: Path) -> None:
    backup, copy = tmp_path / "backup", tmp_path / "unplugged"
    assert run_bole(data, "backup", backup).code == 0
    backup.rename(copy)  # no erasure reaches it there
    person = found(data, pool)[0]
    assert run_bole(data, "erase", person, "--yes").code == 0
    assert not (copy / "erasures.jsonl").exists()
    told = run_bole(
        data,
        *("restore", copy, "--into", tmp_path / "new", "--json"),
        *("--erasures", data / "erasures.jsonl"),
    ).json
    assert told["erased again"] == 1
    assert person not in found(tmp_path / "new", pool)
    missing = run_bole(data, "restore", copy, "--into", tmp_path / "n2", "--erasures", "nowhere")
    assert "no ledger" in missing.err
    assert not (tmp_path / "n2").exists()


def test_the_ledger_of_a_data_folder_that_is_replaced_is_followed(
    data: Path, pool: Path, tmp_path: Path
) -> None:
    backup, copy = tmp_path / "backup", tmp_path / "unplugged"
    assert run_bole(data, "backup", backup).code == 0
    backup.rename(copy)
    person = found(data, pool)[0]
    assert run_bole(data, "erase", person, "--yes").code == 0
    assert run_bole(data, "restore", copy, "--replace", "--yes", "--json").json["erased again"] == 1
    assert person not in found(data, pool)
    assert len(list(tmp_path.glob("data.before-*"))) == 1


def test_a_database_that_was_brought_back_by_other_means_can_be_told_of_erasures(
    data: Path, pool: Path, tmp_path: Path
) -> None:
    assert run_bole(data, "backup", tmp_path / "backup").code == 0
    person = found(data, pool)[0]
    assert run_bole(data, "erase", person, "--yes").code == 0
    (data / "erasures.jsonl").rename(tmp_path / "ledger")
    for ending in ("", "-wal", "-shm"):
        (data / f"catalog.db{ending}").unlink(missing_ok=True)
    shutil.copy(tmp_path / "backup" / "catalog.db", data / "catalog.db")
    assert person in found(data, pool)
    assert run_bole(data, "erasures", "--ledger", tmp_path / "ledger").code == 0
    assert person not in found(data, pool)
    assert "no ledger" in run_bole(data, "erasures", "--ledger", "nowhere").err


def test_nothing_is_replaced_without_being_asked_for(data: Path, tmp_path: Path) -> None:
    assert run_bole(data, "backup", tmp_path / "backup").code == 0
    refused = run_bole(data, "restore", tmp_path / "backup")
    assert refused.code == 1
    assert "--replace" in refused.err
    unasked = run_bole(data, "restore", tmp_path / "backup", "--replace", "--json")
    assert "add --yes" in unasked.err
    assert run_bole(data, "check").code == 0


def test_a_damaged_backup_is_refused_and_says_which_file(data: Path, tmp_path: Path) -> None:
    backup = tmp_path / "backup"
    assert run_bole(data, "backup", backup).code == 0
    vectors = next((backup / "generations").glob("*/vectors.npy"))
    vectors.write_bytes(vectors.read_bytes()[:-1] + b"\x7f")
    for said in (
        run_bole(data, "backup", backup, "--verify"),
        run_bole(data, "restore", backup, "--into", tmp_path / "new"),
    ):
        assert said.code == 1
        assert "vectors.npy is damaged" in said.err
    assert not (tmp_path / "new").exists()


def test_a_backup_with_files_missing_says_so_and_ends_with_status_1(
    data: Path, tmp_path: Path
) -> None:
    original = next((data / "blobs").glob("??/??/*"))
    original.unlink()
    said = run_bole(data, "backup", tmp_path / "backup")
    assert said.code == 1
    assert "1 files were damaged or gone" in said.out


def test_backups_are_listed_and_those_that_were_deleted_can_be_taken_off(
    data: Path, tmp_path: Path
) -> None:
    for day in ("monday", "tuesday"):
        assert run_bole(data, "backup", tmp_path / day).code == 0
    shutil.rmtree(tmp_path / "monday")
    listed = run_bole(data, "backups", "--json").json
    assert [(Path(row["path"]).name, row["there"]) for row in listed] == [
        ("monday", False),
        ("tuesday", True),
    ]
    left = run_bole(data, "backups", "--forget-gone", "--json").json
    assert [Path(row["path"]).name for row in left] == ["tuesday"]


def test_a_check_ends_with_status_1_while_something_is_wrong(data: Path) -> None:
    assert run_bole(data, "check").code == 0
    vectors = next((data / "generations").glob("*/vectors.npy"))
    vectors.write_bytes(vectors.read_bytes()[:-1] + b"\x7f")
    wrong = run_bole(data, "check", "--quick")
    assert wrong.code == 1
    assert "Next: bole check --repair" in wrong.out
    told = json.loads(run_bole(data, "check", "--json").out)
    assert told["ok"] is False
    assert {finding["kind"] for finding in told["findings"]} == {"index"}
    mended = run_bole(data, "check", "--repair")
    assert mended.code == 0
    assert "Everything agrees now." in mended.out


def test_an_index_that_cannot_be_mended_here_is_said_with_status_1(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from catalog.errors import StoreUnavailable
    from indexer.checking import repairing

    def full(*_: Any, **__: Any) -> None:
        raise StoreUnavailable("the disk is full")

    monkeypatch.setattr(repairing, "reindex", full)
    shutil.rmtree(next((data / "generations").iterdir()))
    mended: Said = run_bole(data, "check", "--repair")
    assert mended.code == 1
    assert "✗ the index could not be built anew: the disk is full" in mended.out
