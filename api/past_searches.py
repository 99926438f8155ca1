"""How past searches are listed and replays told, for machines and for people."""

from __future__ import annotations

from typing import Any

from rich.text import Text

from api.records import shortlist_out
from api.screen import out, plain, show_shortlist, show_table
from catalog.searches import LogCheck, LoggedSearch
from search.past import Shown
from search.replay import Replay


def replay_out(replay: Replay) -> dict[str, Any]:
    """{"replays", "how", "same", "gone", "why"} and the list: all of a shortlist's where it was
    recomputed; where it was recalled, what is stored of it."""
    said = {
        "replays": replay.past.id,
        "how": replay.how.value,
        "same": replay.same,
        "gone": replay.gone,
        "why": replay.why,
    }
    if replay.shortlist is not None:
        return said | shortlist_out(replay.shortlist)
    past = replay.past
    return said | {
        "search_id": replay.search_id,
        "generation": past.generation_id,
        "sequence": past.sequence,
        "as_of": str(past.as_of),
        "ranked_by": replay.ranked_by,
        "models": dict(past.fingerprints),
        "hits": [_shown_out(shown) for shown in replay.recalled],
    }


def _shown_out(shown: Shown) -> dict[str, Any]:
    return {
        "rank": shown.rank,
        "candidate_id": shown.candidate_id,
        "external_id": shown.external_id,
        "name": shown.name,
        "headline": shown.headline,
        "score": shown.score,
        "parts": dict(shown.parts),
    }


def show_replay(replay: Replay) -> None:
    """The list, and below it whether it was recomputed or recalled, the same or not, and why."""
    if replay.shortlist is not None and replay.request is not None:
        show_shortlist(replay.shortlist, replay.request.job)
    else:
        rows = [
            (
                shown.rank,
                shown.name or f"Candidate {shown.candidate_id}",
                shown.headline,
                f"{shown.score:.2f}",
                " + ".join(f"{name} {value:+.2f}" for name, value in shown.parts.items()),
            )
            for shown in replay.recalled
        ]
        title = f"As the log has it, of {replay.past.at:%Y-%m-%d %H:%M} UTC"
        show_table(title, ("rank", "who", "headline", "score", "parts"), rows)
    verdict = {True: ", the same", False: ", not the same", None: ""}[replay.same]
    line = Text(f"{replay.how.value.capitalize()}{verdict}: ", style="bold")
    out.print(line.append(plain(replay.why, 1000), style="not bold"))


def listed_out(listed: LoggedSearch) -> dict[str, Any]:
    """A past search without anybody's name or text; the job's title is the employer's."""
    record = listed.record
    return {
        "search_id": record.id,
        "at": record.at.isoformat(),
        "source": record.source.value,
        "job": _title(record.request),
        "job_key": record.job_key,
        "request_erased": not record.request,
        "shown": listed.shown,
        "gone": listed.gone,
        "ranked_by": listed.ranked_by,
        "generation": record.generation_id,
        "sequence": record.sequence,
        "as_of": str(record.as_of),
    }


def _title(request: Any) -> str | None:
    job = request.get("job") if isinstance(request, dict) else None
    title = job.get("title") if isinstance(job, dict) else None
    return title if isinstance(title, str) else None


def show_listed(listed: list[dict[str, Any]]) -> None:
    """Past searches, newest first: each id whole, so that it can be replayed."""
    for search in listed:
        erased = "what was asked has been erased" if search["request_erased"] else "untitled job"
        line = Text(search["search_id"], style="bold")
        line.append(f"  {search['at'][:16].replace('T', ' ')}  {plain(search['job'] or erased)}")
        gone = f", {search['gone']} of them no longer there" if search["gone"] else ""
        total = search["shown"] + search["gone"]
        told = [
            f"{total} shown{gone}",
            f"by {plain(search['ranked_by'] or 'nothing')}",
            f"generation {search['generation']} at sequence {search['sequence']}",
            f"as of {search['as_of']}",
            search["source"],
        ]
        line.append("\n  " + " · ".join(told), style="bright_black")
        out.print(line, soft_wrap=True)
    if listed:
        out.print(Text("One of them again: bole replay SEARCH", style="bright_black"))
    else:
        out.print("Nothing has been searched for yet.")


def check_out(check: LogCheck) -> dict[str, Any]:
    """{"holds", "problems", "head", …} as counts."""
    return {
        "holds": check.holds,
        "problems": list(check.problems),
        "head": check.head,
        "links": check.links,
        "begins_at": check.begins_at.isoformat() if check.begins_at else None,
        "before": check.before,
        "searches": check.searches,
        "impressions": check.impressions,
        "erased_impressions": check.erased_impressions,
        "erased_requests": check.erased_requests,
    }


def show_check(check: LogCheck) -> None:
    """What was checked, what was found, and the link to keep."""
    if check.begins_at is None:
        out.print("There is no link yet: nothing has been searched for since the chain began.")
    else:
        out.print(
            f"{check.searches:,} searches and {check.impressions:,} impressions in "
            f"{check.links:,} links since {check.begins_at:%Y-%m-%d %H:%M} UTC."
        )
    if check.before:
        out.print(f"{check.before:,} older searches have no link: nothing vouches for them.")
    if check.erased_impressions or check.erased_requests:
        by = " with erased people" if check.holds else ""
        out.print(
            f"Gone{by}: {check.erased_impressions:,} impressions, "
            f"{check.erased_requests:,} requests."
        )
    for problem in check.problems:
        out.print(Text(f"✗ {plain(problem, 1000)}", style="red"), soft_wrap=True)
    if check.holds:
        out.print("The log is as it was written.")
    else:
        out.print("The log is not as it was written: see “The search log” in docs/operations.md.")
    if check.head:
        out.print(f"Newest link: {check.head}", soft_wrap=True)
        out.print(
            Text(
                "Keep it where nobody who can change the database can: "
                "bole log verify --head LINK then finds a log that was cut off or written anew.",
                style="bright_black",
            )
        )
