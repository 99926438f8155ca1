"""Must or nice: the words in a posting that say how much a demand matters, and their reach."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from reading.job import Kind
from reading.spans import Span

_NICE_ENGLISH = re.compile(
    r"\b(?:(?:strongly |highly |is |are )?prefer(?:red|ably|ence)|(?:is |are |as |"
    r"would be |will be |considered )?an? "
    r"(?:strong |big |definite |huge |distinct |real |added |great )?(?:plus|bonus|"
    r"advantage|asset)|an added (?:plus|advantage)|"
    r"ideally|nice(?:[- ]to[- ]haves?|(?=\s?:))|(?:is |are )?(?:highly )?desir(?:able|ed)|(?:is |"
    r"are )?advantageous|optional(?:ly)?|"
    r"would be (?:great|nice|helpful|beneficial|useful|good)|(?:is |"
    r"are )?(?:helpful|beneficial|welcome|favou?red)|"
    r"(?:is |are |but )?not (?:strictly )?(?:required|essential|necessary|"
    r"mandatory)|good to have|bonus points)\b",
    re.IGNORECASE,
)
_MUST_ENGLISH = re.compile(
    r"\b(?:(?<!not )required|(?<!not )mandatory|(?<!not )essential|"
    r"must(?:[- ]have)?|at least|minimum|you need)\b",
    re.IGNORECASE,
)
_NICE_CHINESE = re.compile(
    r"(?:者)?(?:將|将|可|均可|予以|会)?优先(?!级|队列|處理|处理|股|权|搜索|算法)(?:考虑|录用|录取)?|優先|尤佳|更佳|更优|更好|为佳|者佳|加分|最好"
)
_MUST_CHINESE = re.compile(r"必须|必需|務必|务必|必备|必須|至少")
_NOTHING_ASKED = re.compile(
    r"\bno (?:\w+ ){0,4}(?:required|necessary|needed|essential)\b|"
    r"不限|无需|不要求|不作要求|无要求|均可",
    re.IGNORECASE,
)
_STARTS_A_DEMAND = re.compile(
    r"\d|\b(?:experience|degree|diploma|knowledge|familiar|proficien|fluen|certif|"
    r"licen[sc]e|must|ability|strong|"
    r"understanding|expertise|at least|minimum|required|background|skills?|working)",
    re.IGNORECASE,
)
_JOINS = re.compile(r"\w (?:and|or) \w", re.IGNORECASE)
_LIST_GOES_ON = re.compile(r"\s*(?:and|or|as well as|&)\b", re.IGNORECASE)
_BREAK = re.compile(r"[,;(–]|\s-\s|\bbut\b|\bwith\b(?=[^,;]*$)", re.IGNORECASE)
_CHINESE_BREAK = re.compile(r"[，；;]|,(?=\s*[\u3400-\u9fff])|(?<=[\u3400-\u9fff]),")
_HAN = re.compile(r"[\u3400-\u9fff]")
_WITH = re.compile(r"^\s*,?\s*(?:with|using)\b", re.IGNORECASE)
_BRACKETED = re.compile(r"[(（][^()（）]*[)）]")


def _one_credential(before: str, part: str) -> bool:
    """ "计算机相关专业，本科以上学历": a field and its degree, in either order."""
    studied, graded = _FIELD.search, _GRADE.search
    return bool(
        (studied(before) and graded(part) and not graded(before))
        or (graded(before) and studied(part) and not studied(before))
    )


_FIELD = re.compile(r"(?:类|相关|等|学|及|机|子|融|计|语|理|程|业)专业|专业(?:毕业|优先)?$")
_GRADE = re.compile(r"学历|本科|大专|专科|硕士|博士")


@dataclass(frozen=True, slots=True)
class Clause:
    """Part of an item that makes its demands with one force."""

    kind: Kind
    span: Span


def clauses(text: str, span: Span, kind: Kind) -> Iterator[Clause]:
    """Cut an item where the force of its demands changes; `kind` is what its heading says."""
    words = span.of(text)
    cut = _chinese if _HAN.search(words) else _english
    for start, end, force in cut(words, kind):
        part = words[start:end]
        if not _NOTHING_ASKED.search(part):
            yield Clause(force, Span(span.start + start, span.start + end))


def _chinese(words: str, kind: Kind) -> list[tuple[int, int, Kind]]:
    """Each clause between commas has its own force; a bare "优先考虑" belongs to the one before."""
    masked = _BRACKETED.sub(lambda m: "（" * len(m.group()), words)
    at, parts = 0, []
    for match in _CHINESE_BREAK.finditer(masked):
        parts.append((at, match.start()))
        at = match.end()
    parts.append((at, len(words)))
    result: list[tuple[int, int, Kind]] = []
    for start, end in parts:
        part = words[start:end]
        nice = _NICE_CHINESE.search(part) or _NICE_ENGLISH.search(part)
        force = Kind.NICE if nice else Kind.MUST if _MUST_CHINESE.search(part) else kind
        bare = nice is not None and len(_NICE_CHINESE.sub("", part).strip(" 。.者的")) < 2
        if bare and result:
            result[-1] = (result[-1][0], end, Kind.NICE)
        elif result and not nice and _one_credential(words[result[-1][0] : result[-1][1]], part):
            result[-1] = (result[-1][0], end, force)
        else:
            result.append((start, end, force))
    return [part for part in result if words[part[0] : part[1]].strip()]


def _english(words: str, kind: Kind) -> list[tuple[int, int, Kind]]:
    """A cue for "nice" reaches back to where its own demand starts, or forward after "ideally"."""
    nice = _NICE_ENGLISH.search(words)
    if nice is None:
        return [(0, len(words), Kind.MUST if _MUST_ENGLISH.search(words) else kind)]
    before, after = words[: nice.start()], words[nice.end() :]
    if re.match(
        r"(?:ideally|preferably|bonus points|nice)", nice.group(), re.IGNORECASE
    ) and after.strip(" ,:)."):
        head = before.rstrip(" ,;(–-")
        start, end = nice.end(), len(words)
        if before.rstrip().endswith("("):  # "leading a team (ideally with seasonal workers)"
            start += len(after) - len(_WITH.sub("", after))
            close = words.find(")", start)
            end = end if close < 0 else close
        parts = [(start, end, Kind.NICE)]
        if len(words[end + 1 :].strip(" .,;")) > 2:
            parts.append((end + 1, len(words), kind))
        return [(0, len(head), kind), *parts] if len(head) > 2 else parts
    breaks = list(_BREAK.finditer(before))
    for mark in reversed(breaks):
        own = before[mark.end() :]
        if mark.group() == "(":
            close = words.find(")", nice.end())
            close = len(words) if close < 0 else close + 1
            if not own.strip():  # "German (preferred)": the cue speaks of what stands before it
                break
            behind = words[close:].strip(" .,;")
            tail = [(close, len(words), kind)] if len(behind) > 2 else []
            return [(0, mark.start(), kind), (mark.end(), close, Kind.NICE), *tail]
        if _LIST_GOES_ON.match(own) or (_JOINS.search(own) and not re.search(r"\d", before)):
            break  # "Python, Java and Kotlin preferred" is one list
        if len(own.strip()) < 2:
            continue
        if (
            _STARTS_A_DEMAND.search(before[: mark.start()])
            and len(before[: mark.start()].split()) > 1
        ):
            rest = [(nice.end(), len(words), kind)] if len(after.split()) > 3 else []
            end = nice.end() if rest else len(words)
            return [(0, mark.start(), kind), (mark.end(), end, Kind.NICE), *rest]
    return [(0, len(words), Kind.NICE)]
