"""How a job posting is laid out: zones under headings, and the items within them.

Headings are found on their own line ("What you bring"), before a colon, and, as Chinese job boards
print them, in the middle of a line ("…优化。任职要求：1、本科以上").
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from reading.spans import Span


class Zone(StrEnum):
    """What the items under a heading are."""

    OPEN = "open"  # above the first heading
    REQUIRED = "required"
    PREFERRED = "preferred"
    TASKS = "tasks"
    ASIDE = "aside"  # benefits, the company, equal opportunity, how to apply


@dataclass(frozen=True, slots=True)
class Item:
    """One bullet, numbered entry or sentence, without its mark and outer white space."""

    zone: Zone
    span: Span


_ENGLISH: dict[Zone, str] = {
    Zone.PREFERRED: r"""
        (?:strongly\ |highly\ )?preferred(?:\ (?:qualifications?|skills?|experience|
        requirements?).*)? |
        nice[ -]to[ -]haves?.* | good\ to\ haves? | bonus(?:\ (?:points|skills).*)? |
        desirable.* | desired.* |
        pluses | a\ plus | optional.* | extra\ credit.* | additional\ (?:skills|assets) |
        assets? |
        advantageous | (?:(?:our|the)\ )?(?:tech(?:nology|nical)?\ )?(?:stack|tools|
        technologies|software)(?:\ (?:and|&)\ \w+)?(?:\ (?:used|we\ use))? | it(?:'s|\ is|
        \ would\ be)\ (?:a\ plus|great|nice|an\ advantage|a\ bonus).* |
        (?:ideally|even\ better)(?:,?\ (?:you|if).*)? | what\ (?:would|
        will)\ (?:set\ you\ apart|make\ you\ stand\ out).*""",
    Zone.ASIDE: r"""
        (?:our\ |the\ |company\ |employee\ )?benefits.* | perks.* | what\ (?:we|you(?:'ll|
        \ will)?)\ (?:can\ )?(?:offer|get|receive)\b.* |
        compensation.* | (?:base\ )?salary.* | pay(?:\ range|\ and\ benefits)? | remuneration |
        about\ (?:us|the\ (?:company|team|organi[sz]ation|employer|client)) | who\ we\ are |
        our\ (?:values|company|culture|story|mission|team|offer) |
        equal\ (?:employment\ )?opportunit.* | eeo.* | diversity.* | how\ to\ apply.* |
        to\ apply | (?:the\ )?(?:application|hiring|interview)\ process |
        why\ (?:join|work|us|you).* | (?:privacy|legal|important)?\ ?(?:notice|
        disclaimer)\b.* | we\ offer | company\ (?:description|overview|profile) |
        additional\ information | working\ hours | contact(?:\ us)? | accommodations?.*""",
    Zone.REQUIRED: r"""
        (?:(?:key|minimum|basic|core|essential|mandatory|general|job|candidate|position|role|
        technical|other|main|your)\ )?
        (?:requirements?|qualifications?|criteria|must[ -]haves?|prerequisites)(?:\ (?:and|
        &)\ (?:skills|experience|education|qualifications))? |
        required.* | must[ -]haves?.* | essentials? | essential\ (?:skills?|experience|
        functions).* |
        (?:the\ )?(?:skills?|experience|education|competenc(?:y|ies))(?:(?:,|\ and|\ &|
        ,\ and)\ (?:skills?|experience|education|qualifications?|requirements?|knowledge|
        abilities|training|competencies))* |
        (?:key|technical|professional|hard|specific|your)\ (?:skills?|competenc(?:y|ies)|
        experience|knowledge)(?:\ (?:and|&)\ \w+)? | knowledge,?\ skills.* |
        what\ (?:you(?:'ll|\ will)?|we)(?:'re|\ are)?\ (?:need(?:\ to\ (?:have|succeed|
        bring))?|bring|have|looking\ for|look\ for|expect|require|ask|seek(?:ing)?)\b.* |
        what\ (?:it\ takes|you\ should\ (?:have|bring)|makes\ you\ .*) | who\ (?:you\ are|
        we(?:'re|\ are)\ looking\ for) | about\ you |
        (?:your|ideal|candidate|the|applicant)\ (?:ideal\ )?(?:profile|
        candidate(?:\ profile)?) | profile | person\ specification |
        you(?:'ll|\ will)?\ (?:have|need|bring|must\ have|are)(?:\ to\ have)? | you\ (?:may|
        might)\ be\ a\ (?:good\ )?fit\ if.* |
        we\ (?:need|ask\ for|expect) |
        we(?:'re|\ are)\ (?:excited\ about\ you\ because|looking\ for.{0,30}) |
        to\ be\ successful.* | licen[sc]es?(?:\ and\ certifications?)? | certifications?""",
    Zone.TASKS: r"""
        (?:(?:key|main|primary|core|major|job|your|the|essential|principal|role|daily|
        general)\ )?(?:duties|responsibilit(?:y|ies)|accountabilities|tasks)
            (?:\ (?:and|&)\ \w+)?(?:\ include)? |
        what\ you(?:'ll|\ will)?\ (?:do|be\ doing|work\ on|own).* | (?:about\ )?(?:the|your|
        this)\ (?:role|job|position|opportunity|mission) |
        (?:job|role|position)\ (?:description|summary|purpose|overview) | description |
        summary | overview | your\ (?:role|tasks|mission|impact) |
        (?:day[ -]to[ -]day|a\ typical\ day).* | in\ this\ role.{0,30} |
        (?:as\ an?\ .{3,40},?\ )?you\ will | you're\ excited\ about\ this\ opportunity.*""",
}

_CHINESE: dict[
    Zone, tuple[str, str]
] = {  # words that may stand anywhere, words that need a boundary before
    Zone.REQUIRED: (
        "(?:岗位|职位)?(?:任职|岗位|职位|招聘|应聘|聘用|录用|入职|职务)(?:要求|资格|条件|标准|需求|能力)(?:与要求|及要求)?|"
        "(?:基本|技能|技术|能力|专业|经验|学历|综合|素质|核心|硬性|必备)(?:要求|条件|技能)|任職(?:要求|資格|條件)|職位要求|"
        "我们(?:希望|需要|期待)你|希望你|你需要(?:具备)?|我们对你的(?:要求|期望)|要求(?=\\s*[:：])",
        "(?:要求|必须|必備|必须具备|必备|资格|条件)",
    ),
    Zone.PREFERRED: (
        "加分(?:项|條件|条件)|优先(?:条件|考虑条件|录用条件)|優先條件|加分項|"
        "(?:以下|下列|如下|具备|符合|满足)[^\\n，。；：:]{0,12}(?:优先|加分)(?:考虑|录用)?(?=\\s*[:：])",
        "(?:优先|加分|优先考虑)",
    ),
    Zone.TASKS: (
        "(?:岗位|工作|职位|主要|职务|具体|核心|本岗位)(?:职责|职能|内容|责任|任务|描述)(?:描述)?|(?:工作|職位|崗位)(?:職責|內容|"
        "描述)|职责描述|你(?:将|会)负责|主要工作",
        "(?:职责|职能|工作|描述)",
    ),
    Zone.ASIDE: (
        "(?:公司|薪资|薪酬|员工|岗位|优厚|职位)?(?:福利|待遇)(?:待遇|政策|薪资|薪酬|补贴)?|薪资(?:待遇|范围|福利|结构)?|"
        "薪酬(?:福利|待遇)|(?:公司|企业|团队|项目)(?:简介|介绍|优势|地址|环境|文化)|关于(?:我们|公司)|我们(?:提供|能给你|的优势)|"
        "(?:工作|上班|办公|面试|作息)(?:时间|地点|地址|环境)|联系(?:方式|电话|人)|职位(?:诱惑|亮点)|乘车路线|晋升(?:空间|通道|"
        "机制)|加入.{1,8}您将享受|你将获得|我们更有|五险一金",
        "(?:地址|薪水|时间|备注|注|福利)",
    ),
}
_MARK = r"(?:[（(]?\d{1,2}[、.．,，:：)）](?!\d)|[一二三四五六七八九十][、.．]|[①-⑳]|[•·●▪■◆◇★*])"
_ENGLISH_LINE = [
    (zone, re.compile(rf"(?:{words})", re.IGNORECASE | re.VERBOSE))
    for zone, words in _ENGLISH.items()
]
_CHINESE_HEADING = re.compile(
    "|".join(
        rf"(?P<{zone.name}>(?:{anywhere}|(?:^|(?<=[\s。；;！!】\]=]))(?:{bounded}))"
        rf"(?:[（(][^（）()\n]{{1,12}}[）)])?)"
        for zone, (anywhere, bounded) in _CHINESE.items()
    ).join(
        ["[【\\[「《]?\\s*(?:", rf")\s*[】\]」》]?(?:\s*[:：]|(?=\s*{_MARK})|(?=[ \t]*(?:\n|\Z)))"]
    ),
    re.MULTILINE,
)
_BULLET = re.compile(r"\s*(?:[-–•·●▪◦■]|\*(?!\*))\s*\S")
_NOTICE = re.compile(
    r"(?:notice to|notice for|equal opportunity|statement of non|pursuant to)\b", re.IGNORECASE
)
_LEAD = re.compile(
    r"\s*(?:[-–—•·●▪■◆◇★○*>✓✔]+|[①-⑳]|"
    r"[（(]?\d{1,2}(?:[、)）]|[.．](?!\d)|[.．](?=\d{1,2}\s?年)))?\s*"
)
_SPLIT = re.compile(
    r"[；;。！!？]+|(?:(?<=[^\W\d_][a-z)%’'])|(?<=\b[ABC][12]))[.!?]+(?=\s+[A-Z\"“])|"
    r"(?<=[.;:])\s+[-–]\s+(?=\S)|[•●▪■◆○]|\t+[•·*-]"
)
_NUMBER = re.compile(
    r"(?<![A-Za-z0-9.+#-])[（(]?(\d{1,2})(?:[、．)）]|[.,](?!\d)|\.(?=\d{1,2}年))|([①-⑳])"
)
_WRAPPED = re.compile(r"\n(?=[ \t]*[a-z(])")
_BEGINS = re.compile(r"^[ \t]*[^a-z\s(]", re.MULTILINE)  # a line that cannot continue another
FULL_LINE = 60  # code points of a line that was broken because it was full
_HAN = re.compile(r"[\u3400-\u9fff]")


def _english_heading(line: str) -> tuple[Zone, int] | None:
    """The zone a line opens, and how much of the line the heading takes."""
    if _BULLET.match(line):
        return None
    bare = line.strip().strip("*#_=-–—[]【】 \t").replace("’", "'")
    if not bare or _HAN.search(bare):
        return None
    head, colon, rest = bare.partition(":")
    if _NOTICE.match(bare):
        return Zone.ASIDE, len(line)
    if len(head) > 60 or len(head.split()) > 8:
        return None
    closed = head.strip(" …._*-–").removesuffix("...").strip()
    if colon and rest.strip():
        candidates = (closed, line.index(":") + 1)
    elif bare.endswith((".", ";", ",")):
        return None
    else:
        candidates = (closed, len(line))
    for zone, pattern in _ENGLISH_LINE:
        if pattern.fullmatch(candidates[0]):
            return zone, candidates[1]
    return None


def _zones(text: str) -> Iterator[tuple[Zone, int, int]]:
    """Stretches (zone, start, end) between headings, headings left out, in order."""
    cuts: list[tuple[int, int, Zone]] = []
    at = 0
    for line in text.splitlines(keepends=True):
        found = _english_heading(line.rstrip("\n"))
        if found:
            cuts.append((at, at + found[1], found[0]))
        at += len(line)
    if _HAN.search(text):
        for match in _CHINESE_HEADING.finditer(text):
            cuts.append((match.start(), match.end(), Zone[str(match.lastgroup)]))
    cuts.sort(key=lambda cut: cut[:2])
    zone, at = Zone.OPEN, 0
    for start, end, opens in cuts:
        if start < at:
            continue
        yield zone, at, start
        zone, at = opens, end
    yield zone, at, len(text)


_LISTED = re.compile(
    r"[ \t]*(?:[-–—•·●▪◦■*✓]|[（(]?\d{1,2}[.、)）](?!\d)|[①-⑳])[ \t]*\S", re.MULTILINE
)
_WELCOME = re.compile(
    r"delight|bonus|plus\b|would (?:love|like|help)|extra|even better|nice|ideal|优先|加分|欢迎",
    re.IGNORECASE,
)


def _lists(text: str) -> Iterator[tuple[Zone, int, int]]:
    """The zones, where what stands below a list is told from the list.

    A paragraph set apart from a finished list asks for nothing ("37.5 hours, all shifts"), unless
    another list follows it: then it is that list's heading.
    """
    for zone, start, end in _zones(text):
        if zone not in (Zone.REQUIRED, Zone.PREFERRED):
            yield zone, start, end
            continue
        listed, at = False, start
        now: Zone = zone
        blocks = [
            (block.start(), block.end())
            for block in re.finditer(r"\S(?:.|\n(?![ \t]*\n))*", text[:end][start:])
        ]
        for begin, stop in ((start + a, start + b) for a, b in blocks):
            if _LISTED.match(text, begin):
                listed = True
            elif listed:
                yield now, at, begin
                heads = _LISTED.search(text, text.find("\n", begin, stop) + 1 or stop, stop)
                if heads:
                    now = Zone.PREFERRED if _WELCOME.search(text[begin : heads.start()]) else zone
                    at = heads.start()
                else:
                    now, at = Zone.ASIDE, begin
        yield now, at, end


def _numbered(text: str, start: int, end: int) -> list[int]:
    """Where entries 1, 2, 3 … begin; numbers out of turn ("MVC 5、Bootstrap") are content."""
    begins, expected = [], 1
    for match in _NUMBER.finditer(text, start, end):
        number = int(match[1]) if match[1] else ord(match[2]) - ord("①") + 1
        if number in (expected, 1):
            begins.append(match.start())
            expected = number + 1
    return begins


def _trimmed(text: str, start: int, end: int) -> Span | None:
    lead = _LEAD.match(text, start, end)
    begin = lead.end() if lead else start
    while end > begin and text[end - 1] in " \t\r\n.,，、;；。:：*":
        end -= 1
    return Span(begin, end) if end - begin > 1 else None


def items(text: str) -> list[Item]:
    """Every bullet, numbered entry and sentence with the zone it stands in, in reading order."""
    found: list[Item] = []
    for zone, start, end in _lists(text):
        cuts = {start, end}
        cuts.update(_numbered(text, start, end))
        wrapped = {m.start() for m in _WRAPPED.finditer(text, start, end)}
        if not _BEGINS.search(text, start, end):  # all in lower case: only a full line goes on
            wrapped = {at for at in wrapped if at - text.rfind("\n", 0, at) > FULL_LINE}
        for at in range(start, end):
            if text[at] == "\n" and not (at in wrapped and text[at - 1 : at] not in ".;:!?"):
                cuts.add(at)
        for match in _SPLIT.finditer(text, start, end):
            cuts.add(match.end())
        ordered = sorted(cuts)
        for begin, stop in pairwise(ordered):
            if (span := _trimmed(text, begin, stop)) is not None:
                found.append(Item(zone, span))
    return found
