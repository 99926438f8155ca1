"""From the text of a job posting to its title, place and typed requirements."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from reading.job import DegreeValue, Job, Kind, PhraseValue, Requirement, SkillValue
from reading.jobs.cues import Clause, clauses
from reading.jobs.demands import Demand, demands, with_field_of
from reading.jobs.postings import Item, Zone, items
from reading.phrases import is_han
from reading.resume import Location
from reading.resumes.places import resolve_place
from reading.skills.finding import SkillHit, find_skills
from reading.spans import Span

MOST_REQUIREMENTS = 25
MOST_FROM_TASKS = 12  # of a posting that has nothing but tasks
MOST_SOFT = 2
MOST_PHRASES = 10
LONGEST_TEXT = 160  # code points of a requirement as a person reads it

_TITLE_LABEL = re.compile(
    r"^\s*(?:job title|title|position|role|vacancy|职位名称|岗位名称|招聘职位|招聘岗位|职位|"
    r"岗位|急?招聘|诚聘|急聘)\s*[:：]\s*(?P<title>[^\n。；;]{2,60})",
    re.IGNORECASE | re.MULTILINE,
)
_TITLE_PROSE = re.compile(
    r"\b(?:looking for|seeking|hiring|recruiting|in search of)\s+(?:an?\b|our\b|"
    r"the\b)?\s*(?:(?:experienced|extraordinary|talented|motivated|passionate|"
    r"skilled|dedicated|exceptional|qualified|full[- ]time|"
    r"highly)\s+)*(?P<title>(?:[\w+#./&-]+ ){0,5}?[\w+#./&-]+)(?=\s+(?:to|who|with|"
    r"for|in|at|that|on|and)\b|[.,;!]|$)|"
    r"(?:诚聘|招聘|急聘|诚招|招募)\s*(?:一名|\d+名|若干名)?\s*(?P<zh>[\u4e00-\u9fffA-Za-z+#.]{2,15})",
    re.IGNORECASE,
)
_HIRING = re.compile(
    r"^(?:急?诚?招聘|诚招|招募|hiring:?|vacancy:?)\s*|\s*[（(]?(?:\d+|若干|一)[名人][）)]?$", re.I
)
_LABEL_LINE = re.compile(r"^[^:：]{1,20}[:：]\s*\S")
_PLACE = re.compile(
    r"^\s*(?:[-•*]\s*)?(?:location|based in|place of work|工作地点|工作地址|上班地点|办公地点|地点|"
    r"工作城市|城市)\s*[:：]?\s*(?P<place>[^\n;；。|（(]{2,60})",
    re.IGNORECASE | re.MULTILINE,
)
_REMOTE = re.compile(
    r"\b(?:fully |100% )?remote(?:ly)?\b(?! (?:sens|control|desktop|site|access|"
    r"patient|monitor|team))|远程(?:办公|工作)|居家办公",
    re.IGNORECASE,
)
_NOT_REMOTE = re.compile(r"\b(?:no|not) remote\b|on-?site only|不(?:支持|接受)远程", re.IGNORECASE)
_ASKS = re.compile(
    r"\d\+? ?years?\b.{0,40}experience|\b(?:must|required|degree in|bachelor|essential|mandatory|"
    r"preferred|desirable|advantageous|a plus|an advantage|proficien\w+|skills are|fluent|"
    r"experience (?:with|in|of)|years['’]? (?:of )?(?:\w+[ -]){0,3}experience)\b|"
    r"年以上|本科|大专|熟练|熟悉|精通|优先|掌握|任职",
    re.IGNORECASE,
)


_REMARK = re.compile(r"(?:team |company |our )?work(?:ing)? languag\w*|(?:可|作为|工作|语言|\s)+")


def read_job(text: str) -> Job:
    """Read a posting in English or Chinese; a text with nothing to ask has no requirements.

    Requirements come in reading order with ids r1, r2, …; the same text gives the same job. A
    posting that lists only tasks gets its tasks as nice-to-haves.
    """
    language = "zh" if len(re.findall(r"[\u4e00-\u9fff]", text)) * 5 > len(text) else "en"
    layout = items(text)
    title, title_span = _title(text, layout)
    body = [item for item in layout if title_span is None or not title_span.overlaps(item.span)]
    hits = find_skills(text)
    found = _collect(text, body, hits)
    return Job(text, language, title, _numbered(text, _limited(found)), _location(text))


def _collect(text: str, layout: list[Item], hits: Sequence[SkillHit]) -> list[Demand]:
    asked = [item for item in layout if item.zone in (Zone.REQUIRED, Zone.PREFERRED)]
    if not any(
        item.zone is Zone.REQUIRED for item in asked
    ):  # no heading says so: the sentences that ask do
        asked += [i for i in layout if i not in asked and _ASKS.search(i.span.of(text))]
        asked.sort(key=lambda item: item.span)
        found = _read(text, asked, hits, phrases=False)
        if sum(d.clause.kind is Kind.MUST for d in found) >= 2:
            return found
        tasks = [i for i in layout if i.zone in (Zone.TASKS, Zone.OPEN) and i not in asked]
        rest = [*asked, *tasks]
        return _spread(found + _read(text, rest, hits, phrases=True, kind=Kind.NICE))
    opening = [
        item
        for item in layout
        if item.zone in (Zone.OPEN, Zone.TASKS) and _REQUIRES.search(item.span.of(text))
    ]
    found = _read(text, sorted(asked + opening, key=lambda i: i.span), hits, phrases=True)
    if len(found) < 3:
        tasks = [item for item in layout if item.zone in (Zone.TASKS, Zone.OPEN)]
        found += _spread(_read(text, tasks, hits, phrases=True, kind=Kind.NICE))
    return found


_INSISTS = re.compile(r"\b(?:you|candidates?) must (?:be|have|hold)\b|必须(?:有|持)", re.IGNORECASE)
_REQUIRES = re.compile(
    r"\b(?:must (?:have|be)|(?:is|are) (?:required|essential|mandatory)|"
    r"\d\+? years?['’]? (?:of )?(?:\w+ ){0,3}experience)\b|\d\s*年以上",
    re.IGNORECASE,
)


def _read(
    text: str,
    layout: Iterable[Item],
    hits: Sequence[SkillHit],
    *,
    phrases: bool,
    kind: Kind | None = None,
) -> list[Demand]:
    starts = [hit.span.start for hit in hits]
    found: list[Demand] = []
    for item in layout:
        zone_kind = kind or (Kind.NICE if item.zone is Zone.PREFERRED else Kind.MUST)
        degree: DegreeValue | None = None
        for clause in clauses(text, item.span, zone_kind):
            forced = Clause(kind, clause.span) if kind else clause
            first = bisect_left(starts, clause.span.start)
            last = bisect_left(starts, clause.span.end)
            if (value := with_field_of(degree, clause.span.of(text))) is not None:
                made = [Demand(value, forced, clause.span)]
            else:
                insists = phrases or bool(_INSISTS.search(clause.span.of(text)))
                made = demands(text, forced, hits[first:last], phrases=insists)
            degree = next((d.value for d in made if isinstance(d.value, DegreeValue)), degree)
            found += made
    return found


def _spread(found: list[Demand]) -> list[Demand]:
    """The first demands of a list of tasks, skills before phrases, in reading order."""
    unique = _without_repeats(found)
    ranked = sorted(unique, key=lambda d: isinstance(d.value, PhraseValue))[:MOST_FROM_TASKS]
    return sorted(ranked, key=lambda d: (d.clause.span, d.span))


def _without_repeats(found: Iterable[Demand]) -> list[Demand]:
    """Each demand once: the stricter kind and the longer experience win, at the first place."""
    kept: dict[object, Demand] = {}
    for demand in found:
        value = demand.value
        key = ("skill", value.skill) if isinstance(value, SkillValue) else value
        before = kept.get(key)
        if before is None or _strictness(demand) > _strictness(before):
            kept[key] = demand
    return sorted(kept.values(), key=lambda d: (d.clause.span, d.span))


def _strictness(demand: Demand) -> tuple[bool, int]:
    months = demand.value.months if isinstance(demand.value, SkillValue) else None
    return demand.clause.kind is Kind.MUST, months or 0


def _limited(found: list[Demand]) -> list[Demand]:
    """At most 25, soft skills at most two and never a must; what is cut is what weighs least."""
    unique = _without_repeats(found)
    unique = [d for d in unique if not _says_nothing(d)]
    soft = [d for d in unique if d.soft]
    hard = [d for d in unique if not d.soft]
    room = MOST_REQUIREMENTS - min(len(soft), MOST_SOFT)
    ranked = sorted(
        hard, key=lambda d: (isinstance(d.value, PhraseValue), d.clause.kind is Kind.NICE)
    )
    phrases = [d for d in ranked if isinstance(d.value, PhraseValue)][:MOST_PHRASES]
    typed = [d for d in ranked if not isinstance(d.value, PhraseValue)]
    kept = (typed + phrases)[:room] + soft[:MOST_SOFT]
    return sorted(kept, key=lambda d: (d.clause.span, d.span))


def _says_nothing(demand: Demand) -> bool:
    """A remark beside a demand: "fluent English, our working language"."""
    value = demand.value
    return isinstance(value, PhraseValue) and bool(_REMARK.fullmatch(" ".join(value.terms)))


def _numbered(text: str, found: list[Demand]) -> tuple[Requirement, ...]:
    sizes: dict[tuple[Span, int], int] = {}
    for demand in found:
        if demand.group is not None:
            key = (demand.clause.span, demand.group)
            sizes[key] = sizes.get(key, 0) + 1
    clauses_of = Counter(demand.clause.span for demand in found)
    names: dict[tuple[Span, int], str] = {}
    made = []
    for number, demand in enumerate(found, start=1):
        group = None
        if demand.group is not None:
            key = (demand.clause.span, demand.group)
            if sizes[key] > 1:
                group = names.setdefault(key, f"g{len(names) + 1}")
        kind = Kind.NICE if demand.soft else demand.clause.kind
        alone = clauses_of[demand.clause.span] == 1 and len(demand.clause.span) <= LONGEST_TEXT
        shared = demand.own if clauses_of[demand.clause.span] > 1 else None
        span = _bare(text, demand.clause.span if alone else shared or demand.span)
        made.append(
            Requirement(f"r{number}", 1, kind, demand.value, _shown(text, span), span, group)
        )
    return tuple(made)


def _bare(text: str, span: Span) -> Span:
    start, end = span.start, span.end
    while start < end and text[start] in " \t\n,，;；、.。:：-–•":
        start += 1
    while end > start and text[end - 1] in " \t\n,，;；、.。:：-–•":
        end -= 1
    return Span(start, end)


def _shown(text: str, span: Span) -> str:
    words = " ".join(span.of(text).split())
    return words if len(words) <= LONGEST_TEXT else words[: LONGEST_TEXT - 1].rstrip() + "…"


def _title(text: str, layout: list[Item]) -> tuple[str | None, Span | None]:
    """The labelled title, else a short first line, else what the prose is looking for."""
    if labelled := _TITLE_LABEL.search(text):
        return _HIRING.sub("", labelled["title"].strip()), Span(
            labelled.start("title"), labelled.end("title")
        )
    start = len(text) - len(text.lstrip())
    end = text.find("\n", start)
    line = text[start : end if end >= 0 else len(text)].strip()
    limit = 30 if is_han(line) else 80
    ordinary = layout and layout[0].zone is Zone.OPEN and layout[0].span.start < start + 3
    if (
        line
        and ordinary
        and len(line) <= limit
        and len(line.split()) <= 12
        and not re.search(r"[.。；;!！?？:：]$|^\d+[、.]|，", line)
        and not _LABEL_LINE.match(line)
        and not _ASKS.search(line)
        and not re.search(r"\b(?:is|are|was|we|you)\b", line, re.IGNORECASE)
        and line not in ("职位描述", "职位信息", "岗位描述")
    ):
        bare = _HIRING.sub("", line.lstrip("#*- ").replace("**", "").strip("*# "))
        return bare, Span(start, start + len(line))
    if prose := _TITLE_PROSE.search(text[:1500]):
        return (prose["title"] or prose["zh"]).strip(), None
    return None, None


def _location(text: str) -> Location | None:
    remote: bool | None = None
    if _NOT_REMOTE.search(text):
        remote = False
    elif _REMOTE.search(text):
        remote = True
    if match := _PLACE.search(text):
        place = match["place"].strip(" :：,，.-")
        if place and not _REMOTE.fullmatch(place):
            span = Span(match.start("place"), match.end("place"))
            found = resolve_place(place) or Location(city=place.split(",")[0].strip())
            return replace(found, remote=remote, span=span)
    return Location(remote=remote) if remote is not None else None
