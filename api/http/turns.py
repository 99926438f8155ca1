"""Taking a turn at the models, for as long as somebody waits for the answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import anyio
from fastapi import Request

from api.http.refusals import TakesTooLong
from api.http.state import Served

T = TypeVar("T")


async def in_turn(request: Request, served: Served, work: Callable[[], T]) -> T:
    """What `work` gives, run in a thread when its turn comes. The request's body is read before.

    A client that goes away leaves the line, so that nobody computes what nobody waits for; work
    whose turn has come is done to its end.

    Raises:
        TooManyRequests: the line is full.
        TakesTooLong: the client has gone.
    """
    done: list[T] = []
    failed: list[Exception] = []

    def alone() -> T:
        with served.models:
            return work()

    async with anyio.create_task_group() as group:

        async def leave_with_the_client() -> None:
            while (await request.receive())["type"] != "http.disconnect":
                pass
            group.cancel_scope.cancel()

        group.start_soon(leave_with_the_client)
        try:
            done.append(await served.line.take(alone))
        except Exception as error:  # a task group would wrap it
            failed.append(error)
        group.cancel_scope.cancel()
    if failed:
        raise failed[0]
    if not done:
        raise TakesTooLong("nobody waits for this answer any more")
    return done[0]
