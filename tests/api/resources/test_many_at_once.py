"""Many who ask at once: answered as if one by one, and no work is done that nobody waits for."""

from __future__ import annotations

import random
import shutil
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event, Lock
from types import SimpleNamespace
from typing import Any

import anyio
import pytest

from api.http.line import Line
from api.http.refusals import TakesTooLong, TooManyRequests
from api.http.turns import in_turn
from catalog.keys import Role
from indexer.reindex import reindex
from search.encoder import open_encoder
from tests import people
from tests.api.resources.conftest import Server, open_place, serve
from tests.tiny_models import write_tiny_bert

JOBS = (
    people.ARBORIST_JOB,
    people.DIVER_JOB,
    "Nurse\n\nMust: night shift on a ward, years with patients",
    "Baker\n\n- bread and oven, a driver of a truck",
    "护士\n\n任职要求\n1. 3年以上病房经验",
)


@pytest.fixture(scope="module")
def neural(indexed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server whose encoder is a network, if a narrow one."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer

    root = tmp_path_factory.mktemp("neural")
    network = Transformer(str(write_tiny_bert(root / "bert")), max_seq_length=64)
    model = SentenceTransformer(modules=[network, Pooling(32, "mean")], device="cpu")
    model.save_pretrained(str(root / "encoder"), create_model_card=False)
    encoder = open_encoder(str(root / "encoder"), root)
    place = open_place(shutil.copytree(indexed, root / "data"), encoder)
    reindex(place.catalog, encoder, full=True)
    yield from serve(place)


def ranking(server: Server, job: str) -> Any:
    said = server.ask("POST", "/v1/searches", Role.RECRUITER, json={"text": job, "blend": 0.7})
    assert said.status_code == 200, said.text
    return [(hit["candidate_id"], hit["score"], hit["parts"]) for hit in said.json()["hits"]]


def test_answers_at_once_equal_answers_one_by_one_to_the_bit(neural: Server) -> None:
    alone = {job: ranking(neural, job) for job in JOBS}
    asked = [*JOBS] * 6
    random.Random(4).shuffle(asked)
    with ThreadPoolExecutor(10) as threads:
        at_once = list(threads.map(lambda job: (job, ranking(neural, job)), asked))
    for job, found in at_once:
        assert found == alone[job]


def test_answers_stay_the_same_while_resumes_are_read_and_embedded(neural: Server) -> None:
    """A résumé that comes in changes nobody else's score: its words are counted only where it is
    in the snapshot, and the models never run beside themselves."""
    snapshots: dict[int, set[str]] = {}

    def look() -> None:
        said = neural.ask("POST", "/v1/searches", json={"text": people.ARBORIST_JOB}).json()
        told = str([(hit["candidate_id"], hit["score"]) for hit in said["hits"]])
        snapshots.setdefault(said["sequence"], set()).add(told)

    sent = [
        ("files", (f"{n}.txt", people.resume_of("potter", name=name, contact="").encode()))
        for n, name in enumerate(("Tove Aldgate", "Marit Solvang", "Pell Haverstock"))
    ]
    with ThreadPoolExecutor(4) as threads:
        said = neural.ask("POST", "/v1/resumes", Role.INTEGRATOR, files=sent).json()
        done = threads.submit(neural.follow, said["receipt"])
        while not done.done():
            list(threads.map(lambda _: look(), range(3)))
        done.result()
        list(threads.map(lambda _: look(), range(6)))
    assert all(len(told) == 1 for told in snapshots.values()), "one snapshot, one answer"


def served_by_a_line(waiting: int) -> Any:
    return SimpleNamespace(line=Line(waiting), models=Lock())


def somebody(who_leaves: bool) -> Any:
    """A request whose client stays, or has left already."""

    async def receive() -> dict[str, str]:
        if not who_leaves:
            await anyio.sleep_forever()
        return {"type": "http.disconnect"}

    return SimpleNamespace(receive=receive)


def test_nothing_is_computed_for_who_left_while_waiting() -> None:
    served, go, computed = served_by_a_line(5), Event(), []

    async def ask() -> None:
        async with anyio.create_task_group() as group:
            group.start_soon(in_turn, somebody(False), served, lambda: go.wait(10))
            await anyio.sleep(0.05)
            with pytest.raises(TakesTooLong):
                await in_turn(somebody(True), served, lambda: computed.append(1))
            assert served.line.length == 1, "who left does not stand in the line"
            go.set()

    anyio.run(ask)
    assert not computed


def test_who_finds_the_line_full_is_told_when_to_come_back() -> None:
    served, go = served_by_a_line(1), Event()

    async def ask() -> None:
        async with anyio.create_task_group() as group:
            for _ in range(2):
                group.start_soon(in_turn, somebody(False), served, lambda: go.wait(10))
            await anyio.sleep(0.05)
            with pytest.raises(TooManyRequests) as refused:
                await in_turn(somebody(False), served, lambda: None)
            assert int(refused.value.headers["Retry-After"]) >= 1
            go.set()
        assert await in_turn(somebody(False), served, lambda: "next") == "next"

    anyio.run(ask)


def test_an_overloaded_server_answers_some_and_refuses_the_rest(
    indexed: Path, tmp_path: Path
) -> None:
    data = shutil.copytree(indexed, tmp_path / "data")
    for server in serve(open_place(data, api_waiting=1)):
        served = server.client.app.state.served  # type: ignore[attr-defined]
        served.models.acquire()  # whoever has the turn does not get on
        with ThreadPoolExecutor(8) as threads:
            asked = [
                threads.submit(server.ask, "POST", "/v1/searches", json={"text": job})
                for job in [*JOBS, "x"]
            ]
            for _ in range(500):
                if sum(each.done() for each in asked) == 4:
                    break
                time.sleep(0.02)
            served.models.release()
            said = [each.result() for each in asked]
        refused = [each for each in said if each.status_code == 429]
        assert [each.status_code for each in said].count(200) == 2
        assert len(refused) == 4
        assert all(int(each.headers["Retry-After"]) >= 1 for each in refused)
