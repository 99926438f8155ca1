"""The résumé that somebody sent before: the same person, some years younger."""

from __future__ import annotations

from dataclasses import replace

from demo.facts import AS_OF, Candidate
from reading.dates import Month


def years_ago(candidate: Candidate, years: int = 2) -> Candidate:
    """The candidate as of so many years ago, or unchanged where that leaves no position."""
    then = Month(AS_OF.year - years, AS_OF.month)
    held = tuple(
        replace(h, end=None if h.end is None or h.end > then else h.end)
        for h in candidate.held
        if h.start < then
    )
    if not held:
        return candidate
    latest = held[0]
    shown = {skill for h in held for skill in h.skills}
    return replace(
        candidate,
        headline=latest.title.split(" (")[0].split("（")[0],
        held=held,
        pauses=tuple(p for p in candidate.pauses if p.end < then),
        schooling=tuple(s for s in candidate.schooling if s.start < then),
        listed=tuple(pair for pair in candidate.listed if pair[0] in shown),
        availability=None,
        salary=None,
    )
