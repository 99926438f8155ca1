"""Past searches from the command line: listed without names, verified, and repeated."""

from __future__ import annotations

import json
import shutil
import sqlite3
from pathlib import Path

import pytest

from tests import people
from tests.api.conftest import run_bole


@pytest.fixture
def shop(pool: Path, tmp_path: Path) -> Path:
    """A copy of the pool, with an empty log: <shop>/data, arborist.txt, diver.txt."""
    shutil.copytree(pool, tmp_path / "shop")
    attack(
        tmp_path / "shop",
        "DELETE FROM search_chain",
        "DELETE FROM search_log",
        "DELETE FROM sqlite_sequence WHERE name = 'search_chain'",
    )
    return tmp_path / "shop"


def attack(shop: Path, *statements: str) -> None:
    """What somebody with the file can do; the triggers are put to sleep."""
    with sqlite3.connect(shop / "data" / "catalog.db") as database:
        database.execute("PRAGMA foreign_keys=ON")
        database.execute("INSERT INTO append_only_pass (id) VALUES (1)")
        for statement in statements:
            database.execute(statement)
        database.execute("DELETE FROM append_only_pass")
    database.close()


def search(shop: Path, job: str = "arborist.txt", *more: str) -> dict:
    return run_bole(
        shop / "data", "search", "--job", shop / job, "--as-of", "2026-11", "--json", *more
    ).json


def test_past_searches_are_listed_newest_first_and_each_can_be_repeated(shop: Path) -> None:
    first, second = search(shop), search(shop, "diver.txt", "--limit", "2")
    listed = run_bole(shop / "data", "log", "show", "--json").json
    assert [each["search_id"] for each in listed] == [second["search_id"], first["search_id"]]
    assert [each["shown"] for each in listed] == [2, len(people.TEXTS)]
    assert [each["gone"] for each in listed] == [0, 0]
    assert {each["source"] for each in listed} == {"cli"}
    assert all(each["job"] for each in listed)
    said = " ".join(run_bole(shop / "data", "log", "show").out.split())
    for each in (first, second):
        assert each["search_id"] in said
    assert "bole replay SEARCH" in said
    again = run_bole(shop / "data", "replay", listed[1]["search_id"], "--json").json
    assert (again["how"], again["same"], again["replays"]) == (
        "recomputed",
        True,
        first["search_id"],
    )
    assert run_bole(shop / "data", "log", "show", "--json").json[0]["source"] == "replay"


def test_the_list_has_no_name_and_nothing_of_a_resume(shop: Path) -> None:
    found = search(shop, "diver.txt", "--text", "Orsolya OR 气瓶")
    search(shop)
    shown = search(shop)["hits"]
    listed = run_bole(shop / "data", "log", "show").out
    listed += json.dumps(run_bole(shop / "data", "log", "show", "--json").json, ensure_ascii=False)
    assert found["search_id"] in listed
    names = [hit["name"] for hit in shown if hit["name"]]
    assert names, "the test must look for what a search does show"
    for name in (*names, *(contact.split()[0] for _, contact in people.NAMES.values())):
        assert name not in listed
    for words in ("Orsolya", "气瓶", "veteran oaks"):
        assert words not in listed


def test_the_list_can_be_short_and_of_one_job(shop: Path) -> None:
    run_bole(shop / "data", "jobs", "add", shop / "diver.txt", "--id-from", "stem")
    one, _, other = search(shop), search(shop), search(shop, "diver.txt")
    assert len(run_bole(shop / "data", "log", "show", "--limit", "2", "--json").json) == 2
    for job in ("diver", str(shop / "diver.txt")):
        listed = run_bole(shop / "data", "log", "show", "--job", job, "--json").json
        assert [each["search_id"] for each in listed] == [other["search_id"]]
    listed = run_bole(shop / "data", "log", "show", "--job", shop / "arborist.txt", "--json").json
    assert listed[1]["search_id"] == one["search_id"]
    said = run_bole(shop / "data", "log", "show", "--job", "nowhere")
    assert said.code == 1
    assert "bole jobs" in said.err


def test_an_empty_log_says_so(shop: Path) -> None:
    assert "Nothing has been searched for yet." in run_bole(shop / "data", "log", "show").out
    said = run_bole(shop / "data", "log", "verify")
    assert said.code == 0
    assert "no link yet" in said.out


def test_a_log_as_it_was_written_is_verified_and_its_newest_link_is_there_to_keep(
    shop: Path,
) -> None:
    search(shop)
    found = run_bole(shop / "data", "log", "verify", "--json").json
    assert (found["holds"], found["searches"], found["problems"]) == (True, 1, [])
    assert found["impressions"] == len(people.TEXTS)
    search(shop)
    kept = run_bole(shop / "data", "log", "verify", "--head", found["head"], "--json").json
    assert kept["holds"]
    assert kept["head"] != found["head"]
    said = run_bole(shop / "data", "log", "verify")
    assert said.code == 0
    assert "The log is as it was written." in said.out
    assert kept["head"] in said.out


def test_a_changed_score_is_named_and_the_exit_status_says_so(shop: Path) -> None:
    found = search(shop)
    attack(shop, "UPDATE impression SET score = score + 0.001 WHERE rank = 2")
    said = run_bole(shop / "data", "log", "verify")
    assert said.code == 1
    assert f"place 2 of search {found['search_id']} was changed" in said.out
    assert "docs/operations.md" in said.out
    machine = run_bole(shop / "data", "log", "verify", "--json")
    assert machine.code == 1
    assert len(json.loads(machine.out)["problems"]) == 1


def test_a_log_that_was_cut_off_is_found_by_the_link_that_was_kept(shop: Path) -> None:
    search(shop)
    search(shop)
    head = run_bole(shop / "data", "log", "verify", "--json").json["head"]
    attack(
        shop,
        "DELETE FROM search_log WHERE id = (SELECT search_id FROM search_chain WHERE id = 2)",
        "DELETE FROM search_chain WHERE id = 2",
        "UPDATE sqlite_sequence SET seq = 1 WHERE name = 'search_chain'",
    )
    assert run_bole(shop / "data", "log", "verify").code == 0
    said = run_bole(shop / "data", "log", "verify", "--head", head)
    assert said.code == 1
    assert "cut off or written anew" in " ".join(said.out.split())


def test_a_log_that_was_cut_off_is_found_by_the_link_that_a_night_noted(shop: Path) -> None:
    search(shop)
    search(shop)
    head = run_bole(shop / "data", "log", "verify", "--json").json["head"]
    report = json.dumps({"check": {"search_log": head}})
    attack(
        shop,
        "INSERT INTO night (due_on, state, started_at, report) "
        f"VALUES ('2026-11-24', 'done', '2026-11-24 02:00:00', '{report}')",
        "INSERT INTO night (due_on, state, started_at, report) VALUES "
        """('2026-11-23', 'done', '2026-11-23 02:00:00', '{"check":{"search_log":[";--"]}}')""",
    )
    assert run_bole(shop / "data", "log", "verify").code == 0
    attack(
        shop,
        "DELETE FROM search_log WHERE id = (SELECT search_id FROM search_chain WHERE id = 2)",
        "DELETE FROM search_chain WHERE id = 2",
        "UPDATE sqlite_sequence SET seq = 1 WHERE name = 'search_chain'",
    )
    assert run_bole(shop / "data", "log", "verify").code == 1


def test_a_link_that_is_none_is_refused_with_a_reason(shop: Path) -> None:
    said = run_bole(shop / "data", "log", "verify", "--head", "the one from yesterday")
    assert said.code == 1
    assert "64 hexadecimal digits" in said.err


def test_an_erased_person_leaves_the_list_and_a_log_that_holds(shop: Path) -> None:
    found = search(shop)
    erased = found["hits"][1]
    said = run_bole(shop / "data", "erase", str(erased["candidate_id"]), "--yes", "--json")
    assert said.code == 0, said.err
    check = run_bole(shop / "data", "log", "verify", "--json").json
    assert (check["holds"], check["erased_impressions"]) == (True, 1)
    (listed,) = run_bole(shop / "data", "log", "show", "--json").json
    assert (listed["shown"], listed["gone"]) == (len(people.TEXTS) - 1, 1)
    again = run_bole(shop / "data", "replay", found["search_id"], "--json").json
    assert again["gone"] == 1
    assert "erased" in again["why"]
    left = [hit["candidate_id"] for hit in found["hits"] if hit != erased]
    assert [hit["candidate_id"] for hit in again["hits"]] == left
    attack(shop, "DELETE FROM impression WHERE rank = 1")
    said = run_bole(shop / "data", "log", "verify")
    assert said.code == 1
    assert "missing that no erasure removed" in said.out


def test_what_a_tampered_log_holds_cannot_write_to_the_terminal(shop: Path) -> None:
    search(shop)
    steering = "\x1b[2J\x1b]0;owned\x07"
    attack(
        shop,
        "PRAGMA foreign_keys=OFF",
        f"UPDATE search_chain SET search_id = 'a{steering}'",
        f"UPDATE impression SET shown_by = 'x{steering}'",
    )
    for command in (("log", "verify"), ("log", "verify", "--json"), ("log", "show")):
        said = run_bole(shop / "data", *command)
        assert said.out
        assert "\x1b" not in said.out
        assert "\x07" not in said.out


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE search_log SET request = '{'",
        "UPDATE search_log SET fingerprints = '[1]'",
        "UPDATE search_log SET timings = 'null'",
        "UPDATE search_log SET at = 'yesterday'",
        "UPDATE search_log SET as_of = 'May'",
        "UPDATE search_log SET source = CAST(x'ff' AS TEXT)",
        'UPDATE impression SET parts = \'{"meaning":"much"}\' WHERE rank = 2',
        "UPDATE impression SET parts = '[0.5]' WHERE rank = 2",
        "UPDATE impression SET score = 'high' WHERE rank = 2",
        "UPDATE search_chain SET impressions = '[[1]]'",
    ],
)
def test_an_entry_that_cannot_be_read_is_refused_in_one_line_that_says_what_to_do(
    shop: Path, statement: str
) -> None:
    found = search(shop)
    attack(shop, "PRAGMA ignore_check_constraints=ON", statement)
    for command in (("log", "show"), ("replay", found["search_id"])):
        said = run_bole(shop / "data", *command)
        assert said.code == 1
        assert "was changed in the log" in said.err
        assert "bole log verify" in said.err
    said = run_bole(shop / "data", "log", "verify")
    assert said.code == 1
    assert "Traceback" not in said.out + said.err


@pytest.mark.parametrize("command", [("log", "show"), ("log", "verify"), ("replay",)])
def test_every_command_teaches_and_speaks_json(command: tuple[str, ...], tmp_path: Path) -> None:
    said = run_bole(tmp_path, *command, "--help")
    assert said.code == 0
    assert "--json" in said.out


def test_a_recalled_list_says_that_it_is_one_and_why(shop: Path) -> None:
    found = search(shop, "diver.txt")
    attack(shop, """UPDATE search_log SET fingerprints = '{"encoder":"one of the past"}'""")
    again = run_bole(shop / "data", "replay", found["search_id"], "--json").json
    assert (again["how"], again["same"]) == ("recalled", None)
    assert "the encoder" in again["why"]
    for key in ("rank", "candidate_id", "external_id", "name", "score", "parts"):
        assert [hit[key] for hit in again["hits"]] == [hit[key] for hit in found["hits"]]
    said = " ".join(run_bole(shop / "data", "replay", found["search_id"]).out.split())
    assert "Recalled: What ranked it is no longer in service" in said
    name = next(hit["name"] for hit in found["hits"] if hit["name"])
    assert name.split()[0] in said


def test_a_stored_list_is_recalled_even_without_the_encoder(
    shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from catalog.errors import NotReady
    from search import encoder

    found = search(shop)

    def gone(*_: object, **__: object) -> None:
        raise NotReady("the model's folder is not there")

    monkeypatch.setattr(encoder, "open_encoder", gone)
    again = run_bole(shop / "data", "replay", found["search_id"], "--json").json
    assert again["how"] == "recalled"
    assert "the model's folder is not there" in again["why"]
    assert len(again["hits"]) == len(found["hits"])


def test_a_search_that_never_was_cannot_be_repeated(shop: Path) -> None:
    said = run_bole(shop / "data", "replay", "no-such-search")
    assert said.code == 1
    assert "bole log show" in said.err
