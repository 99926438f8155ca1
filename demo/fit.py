"""How well a candidate truly fits a posting: graded from facts, never from text.

Each demand is met (1), partly met (0.5) or not (0):

    skill       shown for the months asked 1; shown for less, or only listed, 0.5
    experience  months in the trade as asked 1; six tenths of them 0.5
    degree      as asked 1; one step below, or in another subject, 0.5
    language    at the level asked 1; spoken below it 0.5
    permission  stated as given 1; not stated 0.5; needs sponsorship 0

and a candidate's grade is

    4   every must is met, and on average half of the nice-to-haves
    3   the musts are met but for one that is partly met
    2   six tenths of the musts, by somebody who has worked in the trade
    1   four tenths of the musts, by somebody of the trade or a related one
    0   anybody else
"""

from __future__ import annotations

from demo.facts import AS_OF, Candidate
from demo.jobs import Demand, Posting
from demo.trades import all_trades
from reading.dates import Month


def _skill(candidate: Candidate, demand: Demand, as_of: Month) -> float:
    """Skills of one name in two trades (SAP, CRM) count wherever they were shown."""
    shown = candidate.skill_months(as_of)
    longest = max((shown.get(skill, 0) for skill in demand.skills), default=0)
    if longest and longest >= demand.months:
        return 1.0
    listed = any(skill in demand.skills for skill, _ in candidate.listed)
    return 0.5 if longest or listed else 0.0


def meets(candidate: Candidate, posting: Posting, demand: Demand, as_of: Month = AS_OF) -> float:
    """1, 0.5 or 0 for one demand; the rules stand at the top of this module."""
    if demand.skills:
        return _skill(candidate, demand, as_of)
    if demand.degree is not None:
        highest = candidate.highest_degree(as_of) or 0
        fitting = candidate.highest_degree(as_of, posting.trade) if demand.subject else highest
        if (fitting or 0) >= demand.degree:
            return 1.0
        return 0.5 if highest >= demand.degree - 1 else 0.0
    if demand.languages:
        spoken = dict(candidate.languages)
        best = max((spoken[code] for code in demand.languages if code in spoken), default=None)
        if best is None:
            return 0.0
        return 1.0 if demand.level is None or best >= demand.level else 0.5
    if demand.permission:
        return {"permitted": 1.0, None: 0.5, "needs_sponsorship": 0.0}[candidate.permission]
    months = candidate.trade_months(posting.trade, as_of)
    return 1.0 if months >= demand.months else 0.5 if months >= 0.6 * demand.months else 0.0


def grade(candidate: Candidate, posting: Posting, as_of: Month = AS_OF) -> int:
    """0..4; the rules stand at the top of this module."""
    musts = [meets(candidate, posting, d, as_of) for d in posting.demands if d.must]
    nices = [meets(candidate, posting, d, as_of) for d in posting.demands if not d.must]
    share = sum(musts) / len(musts)
    of_trade = candidate.trade_months(posting.trade, as_of) > 0
    related = all_trades()[posting.trade].related
    near = of_trade or any(candidate.trade_months(other, as_of) > 0 for other in related)
    if of_trade and share == 1 and sum(nices) * 2 >= len(nices):
        return 4
    if of_trade and sum(musts) >= len(musts) - 0.5 and min(musts) > 0:
        return 3
    if of_trade and share >= 0.6:
        return 2
    return 1 if near and share >= 0.4 else 0
