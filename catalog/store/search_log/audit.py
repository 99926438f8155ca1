"""Checking the search log against its chain: what was changed, dropped, added or reordered.

What cannot be found from inside: a log that was written anew from some entry to its end, links
included. Only a link that was kept elsewhere shows that (`heads`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from catalog.errors import InvalidRequest
from catalog.searches import LogCheck
from catalog.store.search_log.audit_rows import Logged, Mapped, commitments, read_rows
from catalog.store.search_log.chain import (
    ERASURE,
    IMPRESSIONS,
    REQUESTS,
    Chain,
    commit_impression,
    commit_request,
    link_of,
)
from catalog.store.search_log.removals import Removals
from catalog.store.tables import ImpressionRow, SearchChainRow, SearchRow
from catalog.store.unit import Unit

_LOT: Final = 100  # links; each may have shown 1000 people
_MOST: Final = 200  # problems that are put into words


class Audit:
    """One walk along the chain, in one transaction."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._problems: list[str] = []
        self._untold = 0
        self._links = self._searches = self._impressions = 0
        self._removals = Removals()
        self._previous = Chain(unit).origin()
        self._begins: datetime | None = None

    def run(self, heads: Collection[str], advance: Callable[[int], None]) -> LogCheck:
        """Check everything; `heads` are links that were kept elsewhere and must be in the chain."""
        wanted = {_as_link(head) for head in heads}
        for links in self._lots():
            log = Logged(self._unit, {row["search_id"] for row in links} - {ERASURE}, self._tell)
            for row in links:
                self._check_link(row, log)
                wanted.discard(row["link"])
            advance(len(links))
        self._look_beside_the_chain()
        for problem in self._removals.problems():
            self._tell(problem)
        for head in sorted(wanted):
            self._tell(
                f"the link {head} is not in the chain: the log was cut off or written anew since "
                "it was noted, or restored from an older backup"
            )
        return self._said()

    def _said(self) -> LogCheck:
        problems = list(self._problems)
        if self._untold:
            problems.append(f"and {self._untold} more problems like these")
        return LogCheck(
            links=self._links,
            head=self._previous if self._links else None,
            begins_at=self._begins,
            before=self._count(SearchRow, _unlinked(), SearchRow.salt.is_(None)),
            searches=self._searches,
            impressions=self._impressions,
            erased_impressions=self._removals.gone[IMPRESSIONS],
            erased_requests=self._removals.gone[REQUESTS],
            problems=tuple(problems),
        )

    def _tell(self, problem: str) -> None:
        if len(self._problems) < _MOST:
            self._problems.append(problem)
        else:
            self._untold += 1

    def _lots(self) -> Iterator[list[Mapped]]:
        after = 0
        newest = sa.select(SearchChainRow.id).order_by(SearchChainRow.id).limit(_LOT)
        while ids := self._unit.connection.scalars(newest.where(SearchChainRow.id > after)).all():
            which = SearchChainRow.id.between(ids[0], ids[-1])
            rows, broken = read_rows(self._unit, SearchChainRow, which, ("id",))
            for (number,) in broken:
                self._tell(f"link {number} was changed: it cannot be read any more")
            yield sorted(rows, key=lambda row: int(row["id"]))
            after = ids[-1]

    def _check_link(self, row: Mapped, log: Logged) -> None:
        self._check_order(row)
        self._links += 1
        self._begins = self._begins or row["at"]
        self._previous = row["link"]
        if row["search_id"] == ERASURE:
            self._check_erasure(row)
        elif row["request"] is None:
            self._check_seal(row, None, f"a further page of search {row['search_id']}")
            self._check_impressions(row, log)
        else:
            self._searches += 1
            self._check_search(row, log)

    def _check_order(self, row: Mapped) -> None:
        if row["previous"] == self._previous:
            return
        number = row["id"]
        same = sa.select(SearchChainRow.id).where(SearchChainRow.link == row["previous"]).limit(1)
        other = self._unit.connection.scalar(same)
        if other is not None:
            self._tell(f"link {number} belongs directly after link {other}: links were reordered")
        elif self._links:
            self._tell(f"at least one link before link {number} is missing")
        else:
            self._tell(
                f"link {number} is not the first: links before it are missing, or searches from "
                "before the chain began were added or removed"
            )

    def _check_erasure(self, row: Mapped) -> None:
        self._check_seal(row, None, "an erasure")
        listed = row["impressions"] if isinstance(row["impressions"], list) else []
        pairs = [each for each in listed if isinstance(each, list) and len(each) == 2]
        self._removals.explain(
            {str(kind): count for kind, count in pairs if isinstance(count, int)}
        )

    def _check_search(self, row: Mapped, log: Logged) -> None:
        name = row["search_id"]
        search = log.searches.get(name)
        if search is None:
            if name not in log.broken:
                self._tell(f"search {name} is missing from the log, where link {row['id']} has it")
            return
        if search["salt"] is None:
            self._check_seal(row, search, f"search {name}")
            if search["request"]:
                self._tell(f"the salt of search {name} is missing: its request cannot be checked")
            else:
                self._removals.miss(REQUESTS, f"that of search {name}")
        elif _computed(commit_request, search["salt"], search) != row["request"]:
            self._tell(f"search {name} was changed after it was logged")
        else:
            self._check_seal(row, search, f"search {name}")
        self._check_impressions(row, log)
        for place in log.added(name):
            self._tell(f"place {place} of search {name} was added past the log")

    def _check_seal(self, row: Mapped, search: Mapped | None, what: str) -> None:
        if _computed(link_of, row, search) != row["link"]:
            kept = ", or what is kept of it," if search else ""
            self._tell(f"link {row['id']} of {what}{kept} was changed after it was logged")

    def _check_impressions(self, row: Mapped, log: Logged) -> None:
        name = row["search_id"]
        for place, commitment in commitments(row):
            self._impressions += 1
            shown = log.shown.get((name, place))
            if name not in log.searches or (name, place) in log.broken:
                pass  # which is said elsewhere
            elif shown is None:
                self._removals.miss(IMPRESSIONS, f"place {place} of search {name}")
            elif shown["salt"] is None:
                self._tell(f"the salt of place {place} of search {name} is missing")
            elif _computed(commit_impression, shown["salt"], shown) != commitment:
                self._tell(f"place {place} of search {name} was changed after it was logged")

    def _look_beside_the_chain(self) -> None:
        """Entries with a salt were logged with a link; and SQLite knows its newest number."""
        linked = SearchRow.salt.is_not(None)
        for name in self._unit.connection.scalars(
            sa.select(SearchRow.id).where(_unlinked(), linked).order_by(SearchRow.at).limit(_MOST)
        ):
            self._tell(f"search {name} has lost its link, or was added past the log")
        alone = sa.select(SearchChainRow.search_id)
        orphans = self._count(
            ImpressionRow, ImpressionRow.salt.is_not(None), ImpressionRow.search_id.not_in(alone)
        )
        if orphans:
            self._tell(f"{orphans} impressions have lost their links, or were added past the log")
        if self._unit.connection.dialect.name == "sqlite":
            self._compare_with_the_newest_number()

    def _compare_with_the_newest_number(self) -> None:
        given = self._unit.connection.scalar(
            sa.text("SELECT seq FROM sqlite_sequence WHERE name = 'search_chain'")
        )
        newest = self._unit.connection.scalar(sa.select(sa.func.max(SearchChainRow.id)))
        if given is not None and int(given) > (newest or 0):
            self._tell(
                f"the newest link is missing: the chain ends with link {newest or 0}, and {given} "
                "have been given out"
            )

    def _count(self, table: Any, *which: sa.ColumnElement[bool]) -> int:
        counted = sa.select(sa.func.count()).select_from(table).where(*which)
        return int(self._unit.connection.scalar(counted) or 0)


def _unlinked() -> sa.ColumnElement[bool]:
    linked = sa.select(SearchChainRow.search_id).where(SearchChainRow.request.is_not(None))
    return SearchRow.id.not_in(linked)


def _as_link(text: str) -> str:
    link = text.strip().lower()
    if len(link) != 64 or set(link) - set("0123456789abcdef"):
        raise InvalidRequest(
            "a link is 64 hexadecimal digits: give one that `bole log verify` said"
        )
    return link


def _computed(compute: Callable[..., str], *values: Any) -> str | None:
    """None for what has no hash: values that were never logged."""
    try:
        return compute(*values)
    except (ValueError, TypeError, AttributeError, OverflowError):
        return None
