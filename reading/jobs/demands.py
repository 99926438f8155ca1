"""What one clause of a job posting demands, as typed values."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reading.dates import find_durations
from reading.job import (
    DegreeValue,
    ExperienceValue,
    Kind,
    PhraseValue,
    SkillValue,
    Value,
)
from reading.jobs.credentials import find_degree, find_fields, find_language, find_permission
from reading.jobs.cues import Clause
from reading.jobs.skill_lists import are_alternatives, skill_lists, without_kinds
from reading.phrases import content_terms, is_han
from reading.skills.finding import SkillHit, vocabulary
from reading.spans import Span

LONGEST_PHRASE = 5  # more words than this are never found together in one line of a résumé
_LANGUAGES = -1  # the group number of languages that are alternatives
LONGEST_LIST = 8  # skills taken from one clause

SOFT = frozenset(
    {
        "attention-to-detail",
        "communication",
        "leadership",
        "presentation-skills",
        "problem-solving",
        "teamwork",
        "time-management",
    }
)
_SOFT = re.compile(
    r"communicat|interpersonal|team[- ]?(?:work|player|spirit|orient|environment)|"
    r"collaborat|self[- ]?(?:motivat|start|driven|disciplin)|"
    r"detail[- ]orient|attention to detail|passion|enthusias|proactive|"
    r"organi[sz]ation(?:al)? (?:skills|abilit)|organi[sz]ed|problem[- ]solv|"
    r"fast[- ]paced|multi-?task|flexib|adaptab|positive|work ethic|creative|curio|"
    r"initiative|time management|leadership skills|"
    r"analytical (?:skills|thinking|mind)|critical thinking|independent|"
    r"under pressure|deadline|reliab|punctual|friendly|empath|motivat|"
    r"沟通|团队|责任|抗压|压力|学习能力|积极|主动|认真|细致|细心|踏实|敬业|乐观|执行力|吃苦|热爱|热情|逻辑|表达|协作|协调|上进|性格|兴趣|品行|形象|"
    r"亲和力|耐心|诚信|思维|勤奋|自驱|严谨|创新|钻研|职业道德|服从|稳重|开朗|理解力|理解能力|接受能力|工作态度|心态|举止|谦虚|自信|激情|"
    r"善于|喜欢|勇于|悟性|好学|求知|乐于|拼搏|进取|目标明确|敢于|态度|为人|毅力",
)
_PERSON = re.compile(  # never a demand of ours: who somebody is instead of what they can do
    r"周岁|\d{2}\s*岁|男女|性别|女性|男性|身高|户籍|已婚|未婚|五官|\byears old\b|\byears of age\b|"
    r"\bgender\b|届毕业|应届|身体健康|background check|drug (?:test|screen)|"
    r"\bsalary\b|\bcompensation\b|\bbenefits\b|equal opportunit|\bapplicants?\b|"
    r"\bdiscriminat|\baccommodations?\b|\bfactors such as\b|"
    r"全职|实习期|试用期|食宿|双休|晋升|发展空间|我司|特别说明|面试|投递|应聘者|薪(?!酬(?:管理|核算|体系|设计|与?绩效|制度))|待遇|每周|学信网|出差|加班|手机号|简历",
)
_OR = re.compile(r"\bor\b|或|/", re.IGNORECASE)
_CAN = re.compile(r"\s*(?:会|懂)[\u4e00-\u9fff]{2}")  # a short thing that somebody can do: 会弹钢琴
_EXPERIENCE = re.compile(
    r"\byears?['’]? (?:of|in|with|as|\w+ing)\b|experience|background|track record|"
    r"working|worked|经验|经历|工作|从事|从业|以上|背景",
    re.IGNORECASE,
)
_AT_MOST = re.compile(
    r"以内|以下|之内|\b(?:up to|less than|maximum|within|contract|fixed[- ]term|warranty)\b",
    re.IGNORECASE,
)
_NUMBER_TWICE = re.compile(r"\b[A-Za-z]+ ?\((\d{1,2}\+?)\)(?=\s)")  # "five (5) years"
_ALTERNATIVES = re.compile(r",|/|\bor\b|\band\b|、|，|或者?|及|和|与|以及", re.IGNORECASE)
_EXPERIENCE_FRAME = re.compile(
    r"\b(?:years?|yrs?|months?)['’]?(?: of)?|\bexperiences?\b(?: (?:in|with|as|of|"
    r"working|within|at|for)\b)*|\b(?:minimum|at least|over|more than|plus)\b|"
    r"工作经[验历]|从业经[验历]|项目经[验历]|相关|以上|经[验历]|从事|具有|具备|工作|岗位|及|拥有|至少|含",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Demand:
    """A requirement in the making; those of one clause with one `group` number are alternatives.

    `own` are the words it is shown by where its clause makes another demand too.
    """

    value: Value
    clause: Clause
    span: Span
    group: int | None = None
    soft: bool = False
    own: Span | None = None


def demands(
    text: str, clause: Clause, skills: Sequence[SkillHit], *, phrases: bool
) -> list[Demand]:
    """The demands of one clause in reading order; `skills` are the mentions within it.

    `phrases` says whether words that the vocabulary does not know are worth a demand.
    """
    words = clause.span.of(text)
    degree = find_degree(words)
    if degree is None and _PERSON.search(words.lower()):
        return []
    at = clause.span.start
    found: list[Demand] = []
    taken: list[Span] = []

    def take(value: Value, *spans: Span) -> None:
        here = [span.shifted(at) for span in spans]
        taken.extend(here)
        own = Span(min(s.start for s in here), max(s.end for s in here)) if here else None
        found.append(Demand(value, clause, clause.span, own=own))

    if degree:
        take(degree[0], *degree[1])
    if permission := find_permission(words):
        must = Clause(Kind.MUST, clause.span)  # nobody prefers what the law demands
        return [Demand(permission[0], must, clause.span)]
    fields, where = find_fields(words)
    if fields and not degree:
        taken.extend(span.shifted(at) for span in where)
    spoken = [
        (language, span)
        for language, span in find_language(words)
        if not any(span.shifted(at).overlaps(other) for other in taken)
    ]
    either = _OR.search(words[spoken[0][1].end : spoken[-1][1].start]) if len(spoken) > 1 else None
    for language, span in spoken:
        own = span.shifted(at)
        taken.append(own)
        group = _LANGUAGES if either else None
        found.append(Demand(language, clause, clause.span, group, own=own))
    free = [hit for hit in skills if not any(hit.span.overlaps(other) for other in taken)]
    hard = [
        hit for hit in free if hit.skill not in SOFT and not _SOFT.search(hit.span.of(text).lower())
    ]
    hard = without_kinds(text, hard)
    found += _skills_and_years(text, clause, hard)
    if not found and len(free) > len(hard):
        found += [Demand(SkillValue(hit.skill), clause, clause.span, soft=True) for hit in free[:1]]
    elif not found and phrases:
        found += _phrase(words, clause)
    return found


def _skills_and_years(text: str, clause: Clause, hits: list[SkillHit]) -> Iterator[Demand]:
    words = clause.span.of(text)
    plain = _NUMBER_TWICE.sub(lambda m: m[1].rjust(len(m[0])), words)
    durations = [
        (months, span.shifted(clause.span.start))
        for months, span in find_durations(plain)
        if _EXPERIENCE.search(words) and not _AT_MOST.search(words)
    ]
    lists = skill_lists(text, hits)
    dated: dict[int, int] = {}
    overall = list(durations)
    for months, span in durations:
        index = _list_for(text, span, lists, clause)
        if index is not None and index not in dated:
            dated[index] = months
            overall.remove((months, span))
    for months, _span in overall[:1]:
        unnamed = plain
        for hit in hits:  # they are demands of their own
            start, end = hit.span.start - clause.span.start, hit.span.end - clause.span.start
            unnamed = unnamed[:start] + "," * (end - start) + unnamed[end:]
        yield Demand(ExperienceValue(months, _experience_terms(unnamed)), clause, clause.span)
    count = 0
    for index, listed in enumerate(lists):
        group = index if len(listed) > 1 and are_alternatives(text, listed, clause.span) else None
        for hit in listed:
            count += 1
            if count <= LONGEST_LIST:
                alone = len(hits) == 1
                span = clause.span if alone else hit.span
                value = SkillValue(hit.skill, dated.get(index))
                yield Demand(value, clause, span, group, own=None if index in dated else hit.span)


def _list_for(text: str, years: Span, lists: list[list[SkillHit]], clause: Clause) -> int | None:
    """The list of skills that a length of time speaks of: the next one near, or the one before."""
    for index, listed in enumerate(lists):
        between = text[years.end : listed[0].span.start]
        if (
            listed[0].span.start >= years.end
            and len(between) <= 60
            and not re.search(r"[,，;；:：]", between)
        ):
            return index
    for index in reversed(range(len(lists))):
        gap = text[lists[index][-1].span.end : years.start]
        if lists[index][-1].span.end <= years.start and len(gap) <= 12:
            return index
    return None


def _experience_terms(words: str) -> tuple[str, ...]:
    """What the experience is in: each alternative as its content words ("account", "financ")."""
    months = [span for _, span in find_durations(words)]
    start = months[0].start if months else 0
    rest = words[start:]
    for span in reversed(months):
        rest = rest[: span.start - start] + " " + rest[span.end - start :]
    rest = _EXPERIENCE_FRAME.sub(" ", rest)
    terms: dict[str, None] = {}
    for part in _ALTERNATIVES.split(rest)[:6]:
        if _SOFT.search(part.lower()):
            continue
        if term := " ".join(content_terms(part)[:3]):
            terms.setdefault(term)
    return tuple(terms)[:4]


def _phrase(words: str, clause: Clause) -> Iterator[Demand]:
    soft = bool(_SOFT.search(words.lower()))
    label, colon, rest = words.partition(":")
    if colon and len(label.split()) <= 4 and len(rest.split()) > 2:  # "Technical acumen: deep …"
        words = rest
    terms = content_terms(words)[:LONGEST_PHRASE]
    if len(terms) == 1 and (named := _named_skill(words, terms[0])):
        yield Demand(SkillValue(named), clause, clause.span)
    elif len(terms) >= 2 or (
        terms
        and (len(terms[0]) >= 4 or not is_han(terms[0]) or _CAN.match(words))
        and len(words) <= 40
    ):
        yield Demand(PhraseValue(terms), clause, clause.span, soft=soft)


def _named_skill(words: str, term: str) -> str | None:
    """The skill that a clause's only content word names ("Knowledge of Excel")."""
    for word in words.split():
        name = word.strip(".,;:()")
        if name[:1].isupper() and content_terms(name) == (term,):
            return vocabulary().resolve(name)
    return None


def with_field_of(previous: DegreeValue | None, words: str) -> DegreeValue | None:
    """After a degree, "ideally in accounting" or "会计专业优先": the same degree, in that field."""
    if previous is None or find_degree(words):
        return None
    if re.match(r"\s*(?:in|of)\b", words, re.IGNORECASE):
        words = "degree " + words.strip()
    fields, _ = find_fields(words)
    return DegreeValue(previous.minimum, fields) if fields else None
