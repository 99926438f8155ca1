"""Searches: asked once, kept as they were shown, repeated to the bit."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated

from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends, Path, Request, Response

from api.http.authorisation import AnyServed, Caller, needs, record_access
from api.http.paging import Cursor, Limit, link_next, read_cursor, write_cursor
from api.http.schemas.searches import ReplayOut, SearchIn, SearchOut, StoredSearchOut
from api.http.shortlists import replay_out, search_out, stored_out
from api.http.state import Served
from api.http.turns import in_turn
from api.http.wishes import read_search
from catalog.access import Action
from catalog.errors import NotReady
from catalog.keys import Scope

if TYPE_CHECKING:
    from search.pipeline import Searcher
    from search.replay import Replay
    from search.request import SearchRequest, Shortlist

router = APIRouter(prefix="/v1/searches", tags=["searches"])

Searching = Annotated[Caller, Depends(needs(Scope.SEARCH))]
SearchId = Annotated[
    str, Path(pattern=r"^[0-9a-f]{32}$", examples=["5f0c9a0d5a2b4e0f8a3d1c2b4e5f6a7b"])
]


@router.post("", summary="Find the people for a job")
async def search(
    asked: SearchIn, request: Request, response: Response, served: AnyServed, caller: Searching
) -> SearchOut:
    """Ranked, each requirement with the words of the résumé that show it.

    Whoever is listed is on record as shown to you. The list is kept: further pages, and later
    looks at it, come from `GET /v1/searches/{search_id}`.
    """
    wanted = await run_sync(read_search, served.place.catalog, asked)
    return await answer_search(wanted, asked.page, asked.min_sequence, request, response, served)


async def answer_search(
    wanted: SearchRequest,
    page: int,
    min_sequence: int | None,
    request: Request,
    response: Response,
    served: Served,
) -> SearchOut:
    """Search when its turn comes; the first page, on record before it is sent."""
    shortlist = await in_turn(request, served, partial(_find, served, wanted, min_sequence))
    seen = shortlist.hits[:page]
    await run_sync(record_access, request, Action.SHOWN, *(hit.candidate_id for hit in seen))
    following = None
    if len(shortlist.hits) > page:
        following = write_cursor(f"search {shortlist.search_id}", seen[-1].rank)
        response.headers["Link"] = (
            f'</v1/searches/{shortlist.search_id}?limit={page}&cursor={following}>; rel="next"'
        )
    return search_out(shortlist, page, following, blind=wanted.blind)


@router.get("/{search_id}", summary="A list as it was shown")
def read_search_again(
    search_id: SearchId,
    request: Request,
    response: Response,
    served: AnyServed,
    caller: Searching,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> StoredSearchOut:
    """Page by page, the same however often and whatever has changed since.

    Only whoever was erased is missing from it, and counted in `gone`.
    """
    from api.stored_lists import read_page

    listed = f"search {search_id}"
    after = next(iter(read_cursor(cursor, listed, int)), 0)
    page = read_page(served.place.catalog, search_id, int(after), limit)
    record_access(request, Action.SHOWN, *(hit.candidate_id for hit in page.hits))
    following = None if page.last is None else write_cursor(listed, page.last)
    link_next(request, response, following)
    return stored_out(page, following)


@router.get("/{search_id}/replay", summary="A past search, computed again")
async def replay_search_again(
    search_id: SearchId, request: Request, served: AnyServed, caller: Searching
) -> ReplayOut:
    """On its own snapshot, with the models of that day: the same list to the bit.

    Where that cannot be (a model was retired, somebody was erased since) the stored list is
    recalled, and `why` says so.
    """
    replay = await in_turn(request, served, partial(_replay, served, search_id))
    shown = [hit.candidate_id for hit in replay.shortlist.hits] if replay.shortlist else []
    shown += [line.candidate_id for line in replay.recalled]
    await run_sync(record_access, request, Action.SHOWN, *shown)
    return replay_out(replay)


def _find(served: Served, wanted: SearchRequest, min_sequence: int | None) -> Shortlist:
    searcher = served.searcher()
    if min_sequence is not None and searcher.served.sequence < min_sequence:
        raise NotReady(
            f"searches know the catalog up to {searcher.served.sequence} so far, not up to "
            f"{min_sequence}: ask again in a moment"
        )
    return searcher.search(wanted)


def _replay(served: Served, search_id: str) -> Replay:
    from search.replay import replay_search

    served.check_ready()

    def searcher_at(generation: int | None, sequence: int) -> Searcher:
        return served.place.current.searcher_at(generation, sequence)

    return replay_search(served.place.catalog, searcher_at, search_id)
