"""`bole train reranker` for real, on a small pool and with a very small base."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

import pytest

from catalog.store import open_catalog
from catalog.store.engine import default_url
from tests.api.conftest import Said, run_bole
from tests.tiny_models import write_tiny_bert

TRADES = {
    "nurse": ("Ward Nurse", "Cared for patients on the night shift of a surgical ward."),
    "driver": ("Lorry Driver", "Drove a truck of eighteen tonnes to depots in the north."),
    "baker": ("Baker", "Baked bread in a stone oven and kept the starter alive."),
}
ASKED = {
    "nurse": "Ward Nurse\n\nRequirements:\n- 3 years as a nurse\n- Night shifts\n",
    "driver": "Lorry Driver\n\nRequirements:\n- 3 years of driving a truck\n- Clean licence\n",
    "baker": "Baker\n\nRequirements:\n- 3 years of baking bread\n- Early mornings\n",
}


THINGS = [
    "ledger",
    "harbour",
    "copper",
    "window",
    "garden",
    "bicycle",
    "market",
    "ladder",
    "blanket",
    "engine",
    "pepper",
    "violin",
    "tunnel",
    "saddle",
    "mirror",
    "anchor",
    "basket",
    "candle",
    "feather",
    "hammer",
    "island",
    "jacket",
    "kettle",
    "lantern",
    "magnet",
    "needle",
    "orchard",
    "pillow",
    "quarry",
    "ribbon",
    "shovel",
    "thread",
    "umbrella",
    "velvet",
    "walnut",
    "yellow",
    "zipper",
    "acorn",
    "bottle",
]


def resume_of(number: int, trade: str, years: int) -> str:
    """Nobody's lines are nearly somebody else's, or the leak check would rightly refuse."""
    title, duty = TRADES[trade]
    drawn = Random(number).sample(THINGS, 12)
    work = " ".join(drawn[:6]).capitalize(), " ".join(drawn[6:]).capitalize()
    return (
        f"Person Number{number}\n\nEXPERIENCE\n\n{title}, {drawn[0].title()} House {number}\n"
        f"Jan {2024 - years} – Dec 2023\n- {duty}\n- {work[0]} {trade} work for {number} years.\n"
        f"- {work[1]} requirements of a {trade}.\n"
    )


def write_outcomes(path: Path, jobs: int, people: int) -> Path:
    """Each job sees six people of its own; who is of the trade is interviewed."""
    lines = []
    for job in range(jobs):
        trade = list(TRADES)[job % 3]
        for seat in range(6):
            person = (job * 6 + seat) % people
            fits = list(TRADES)[person % 3] == trade
            for step, kind in enumerate(["applied", "interviewed" if fits else "rejected"]):
                event = {
                    "candidate": f"P{person}",
                    "job": f"J{job}",
                    "kind": kind,
                    "at": f"2026-0{1 + job % 9}-{10 + step}T09:00:00Z",
                    "id": f"e{job}-{seat}-{step}",
                }
                lines.append(event | ({"reason": "not_qualified"} if kind == "rejected" else {}))
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    return path


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """54 people, 9 jobs, and what came of 54 applications; <company>/base is a tiny BERT."""
    root = tmp_path_factory.mktemp("company")
    data = root / "data"
    people = root / "people.jsonl"
    people.write_text(
        "".join(
            json.dumps({"id": f"P{n}", "text": resume_of(n, list(TRADES)[n % 3], 1 + n % 9)}) + "\n"
            for n in range(54)
        ),
        "utf-8",
    )
    jobs = root / "jobs.jsonl"
    jobs.write_text(
        "".join(
            json.dumps({"id": f"J{n}", "text": f"{ASKED[list(TRADES)[n % 3]]}\nReference {n}\n"})
            + "\n"
            for n in range(9)
        ),
        "utf-8",
    )
    write_tiny_bert(root / "base")
    assert run_bole(data, "init", "--encoder", "packaged:english", "--dtype", "float32").code == 0
    assert run_bole(data, "ingest", people, "--json").json["stored"] == 54
    assert run_bole(data, "index", "--json").code == 0
    assert run_bole(data, "jobs", "add", jobs, "--json").code == 0
    return root


def train(company: Path, *more: str) -> Said:
    return run_bole(
        company / "data", "train", "reranker", "--base", str(company / "base"), "--layers", "0",
        "--epochs", "1", "--json", *more,
    )  # fmt: skip


def test_without_outcomes_training_says_what_is_missing(company: Path) -> None:
    said = train(company)
    assert said.code == 1
    assert "at least 6" in said.err or "outcomes" in said.err
    assert "Traceback" not in said.err


def test_a_trained_model_is_a_candidate_with_its_evidence(company: Path) -> None:
    outcomes = write_outcomes(company / "outcomes.jsonl", 9, 54)
    assert run_bole(company / "data", "outcomes", "import", outcomes, "--json").code == 0
    found = train(company).json
    assert found["jobs"]["test"] >= 2
    assert found["few labels"] is True
    assert found["name swap"]["changed"] == 0
    assert set(found["gain over retrieval"]) == {"mean", "low", "high"}
    assert 0 <= found["challenger"]["ECE"] <= 1
    assert found["champion"] is None
    catalog = open_catalog(default_url(company / "data"), company / "data")
    with catalog.reading() as reading:
        (model,) = reading.models.all("reranker")
        serving = reading.generations.serving()
        (seen, *_) = [reading.models.trained_on(person) for person in (1,)]
    assert model.name == found["name"]
    assert serving.reranker is None  # nothing is put into service by training
    assert isinstance(seen, list)
    assert sorted(path.name for path in (company / "data" / model.path).iterdir())
    assert not list((company / "data" / "models").glob(".run-*"))


def test_the_same_training_again_gives_the_same_model(company: Path) -> None:
    found = train(company).json
    assert found["again"] is True
    catalog = open_catalog(default_url(company / "data"), company / "data")
    with catalog.reading() as reading:
        assert len(reading.models.all("reranker")) == 1


def test_weighing_by_exposure_is_kept_only_where_it_beats_not_weighing(company: Path) -> None:
    first = json.loads((company / "jobs.jsonl").read_text("utf-8").splitlines()[0])
    (company / "J0.txt").write_text(first["text"], "utf-8")
    assert run_bole(company / "data", "search", "--job", company / "J0.txt", "--json").code == 0
    found = train(company).json["exposure"]
    assert found["kept"] == ("weighted" if found["weighted"] > found["plain"] else "plain")


def test_jobs_of_the_future_are_no_ground_to_learn_from(company: Path) -> None:
    said = train(company, "--since", "2031-01-01")
    assert said.code == 1
    assert "Traceback" not in said.err


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (("--since", "yesterday"), "2026-09-01"),
        (("--epochs", "0"), "epochs"),
        (("--held-out", "1.5"), "held"),
        (("--base", "no/such/model"), ""),
    ],
)
def test_bad_settings_end_in_one_line(company: Path, more: tuple[str, ...], words: str) -> None:
    said = train(company, *more)
    assert said.code == 1
    assert words in said.err
    assert "Traceback" not in said.err
    assert len(said.err.strip().splitlines()) == 1


def test_people_are_suggested_whose_outcome_would_teach(company: Path) -> None:
    found = run_bole(company / "data", "train", "suggest", "--limit", "5", "--json").json
    assert 0 < len(found) <= 5
    assert {"job", "candidate", "chance", "why"} == set(found[0])
    assert all(each["why"] for each in found)
