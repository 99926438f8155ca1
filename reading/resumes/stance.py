"""How a text speaks of a skill: shown, listed, negated, aspired to, or somebody else's.

Cues are looked for in the clause around the mention, before and behind it. A clause ends at a
full stop, a semicolon, a contrast ("but", 但), or a comma behind which a new statement begins
("no experience with Java, five years of Python"); the commas of a list do not end it.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from functools import lru_cache

from reading.folding import fold
from reading.resume import SectionKind, Stance
from reading.spans import Span

_SENTENCE_END = re.compile(
    r"[.!?](?=\s|$)|[。！？；;]|\n\s*\n|\n(?=\s*(?:[-*•·●▪■◆]|\d{1,2}[.、)]))"
)
_LONGEST_SENTENCE = 400

_CLAUSE_END = re.compile(
    r"[;!?。；！？]|\.(?=\s|$)|:(?!//)(?=\s*\S)|\s[-]{1,2}\s"
    r"|\b(?:but|however|although|though|whereas|while|instead|except|nevertheless)\b|,\s*yet\b"
    r"|但是?|不过|然而|虽然|尽管|却|"
    r",(?=\s*(?:\d|(?:i|we)\b|(?:and\s+)?(?:i\s+)?(?:have|has|had|am|strong|proficient|expert|"
    r"skilled|"
    r"experienced|extensive|solid|familiar|fluent|worked|built|used|one|two|three|four|five|six|"
    r"seven|"
    r"eight|nine|ten|several|many|over|more than)\b|熟悉|精通|掌握|擅长|熟练|具备|具有|负责|使用|"
    r"会(?!计)|"
    r"有|能|\w{0,4}年))"
    r"|，(?=熟悉|精通|掌握|擅长|熟练|具备|具有|负责|使用|会(?!计)|有|能|但|主要|曾|现|已|我|"
    r"\w{0,3}年)"
)

_KNOWING = (
    r"\b(?:experience|knowledge|exposure|background|training|familiarity|skills?|understanding|"
    r"qualifications?|certifications?|practice)"
)
# "no Java or Python experience": the skill stands between the denial and what is denied.
_NO = re.compile(
    r"\b(?:no|zero|without)\s(?:(?:prior|any|formal|hands-on|commercial|previous|real|direct|"
    r"actual|"
    r"professional|practical)\s)*(?:[\w+#./-]+(?:,| or| and| nor|/)\s?){0,4}$"
)
_EXPERIENCE_AFTER = re.compile(
    rf"^(?:[ ,/]+(?:(?:or|and|nor)\s+)?[\w+#.]+){{0,4}}?\s*(?:{_KNOWING}|\byet\b|\b(?:in any of|"
    rf"so far|to date|"
    rf"whatsoever|at all)\b)"
)
# "No Java, but six years of Python": nothing is denied but the skill itself.
_BARE_NO = re.compile(
    r"(?:^\s*|[,(]\s*|\b(?:have|has|had|with)\s)no\s(?:[\w+#./-]+,?\s(?:or|nor)\s){0,3}$"
)
_NOTHING_AFTER = re.compile(r"(?:,?\s(?:or|nor)\s[\w+#.]+){0,3}\s*(?:$|[,.)])")
_NEGATED_BEFORE = re.compile(
    r"\b(?:no|zero|little|minimal|without|not much|limited)(?: or no|/no)?\s(?:[\w-]+\s){0,3}?"
    rf"{_KNOWING}\b[^.;]{{0,60}}$"
    rf"|{_KNOWING}\b[^.;]{{0,40}}\bnot (?:with|in|using) $"
    r"|(?:\b(?:not|never|cannot|hardly)|n't)\s+(?:yet\s+|really\s+|ever\s+|currently\s+|"
    r"actually\s+|personally\s+)*"
    r"(?:have|had|used?|using|work(?:ed)?|know|touch(?:ed)?|done|do|learn(?:ed|t)?|familiar|"
    r"proficient|"
    r"experienced|comfortable|skilled|trained|certified|fluent|qualified|written|programmed|coded|"
    r"practi[cs]ed|performed|taught|operated|handled|studied|tried|worked|managed|been|cooked|"
    r"sold)\b"
    r"(?! only)[^.;]{0,60}$"
    r"|\b(?:unfamiliar|inexperienced|unable to|yet to|lack(?:s|ing|ed)?(?: of)?|missing|"
    r"not including|excluding|other than|apart from|have yet to|no longer (?:use|do|practi[cs]e))\b"
    r"(?: (?:with|in|use|learn|try|work with|any|prior|previous|experience|knowledge|exposure|of|"
    r"to|"
    r"training|formal|using|the|hands-on|work))*(?: [\w+#./-]+(?:,| or| and|/)){0,5} ?$"
    r"|(?:不会|不懂|不太?熟悉|不了解|不具备|不擅长|不精通|没有?接触过?|未接触过?|没有?用过|"
    r"未使用过?|没有?使用过?|"
    r"从未|从没|未曾|不曾|没有?做过|未做过|没有?学过|缺乏|暂无|尚未|还没|没有?从事过?|零基础|"
    r"没有(?:任何|过|相关)?|无任何|"
    r"不从事|不涉及|未涉及)[^,，。；;]{0,14}$"
    r"|(?<![\u4e00-\u9fff])无[^,，。；;]{0,8}$"
)
_NEGATED_AFTER = re.compile(
    r"^[^.;\n]{0,24}?(?:[:(\-]\s*(?:none\b|no\b(?! \d)|n/a|not yet|zero\b|never)|"
    r"\b(?:is|are|was|were) (?:not (?:something|a skill|my|part|among)|new to me|unfamiliar|"
    r"lacking|"
    r"beyond me)|\bi (?:have never|do not|don't|cannot|can't)\b)"
    r"|^[^,，。；;\n]{0,6}?(?:经验)?(?:不足|欠缺|空白|为零|没有经验|未接触|不熟|没用过|还没|尚未|"
    r"不会|没接触过|没做过|未涉及)"
)
_ASPIRED_BEFORE = re.compile(
    r"\b(?:eager|keen|look(?:ing)?(?: forward)?|hop(?:e|es|ing)|want(?:s|ing)?|wish(?:es|ing)?|"
    r"would (?:like|"
    r"love)|like|excited|willing|aim(?:s|ing)?|aspir(?:e|es|ing)|plan(?:s|ning)?|intend(?:s|ing)?|"
    r"ready|"
    r"motivated|seek(?:s|ing)?|able|quick|desire|opportunity|chance|ambition|goal(?: is)?|open)"
    r"\s+(?:\w+\s+){0,3}?to\s+(?:\w+\s+){0,3}?"
    r"(?:learn(?:ing)?|gain(?:ing)?|develop(?!ed)|acquire|acquiring|study(?:ing)?|grow|get into|"
    r"expand|move|"
    r"transition|explore|speciali[sz]e|train|become|improve|deepen|pick up|start|try|understand|"
    r"obtain|"
    r"earn|broaden|master|know more|break into|retrain|switch|branch)\b[^.;]{0,60}$"
    r"|\b(?:currently|now|presently|actively|still|am|i'm|started?|begun|began|begin|just|also|"
    r"keep)\s+"
    r"(?:self-?)?(?:learning|studying|reading up on|teaching myself|picking up|exploring|"
    r"training in|"
    r"taking (?:a |an )?(?:\w+ )?(?:course|class)(?:es)? (?:in|on))\b[^.;]{0,50}$"
    r"|(?:^|\n|[-•*] )\s*(?:learning|studying|to learn|wish list|next steps?)\b\s*:?[^.;]{0,50}$"
    r"|\b(?:can|could|to|want to) (?:learn|grow|move|transition|branch out|expand) (?:into|about)\b"
    r"[^.;]{0,40}$"
    r"|\b(?:interest(?:ed)? in|curious about|curiosity about|new to|beginner (?:in|at)|aspiring|"
    r"enrolled (?:in|on)|working towards?|would-be|fascinated by)\b[^.;]{0,40}$"
    r"|(?:希望|想要?|渴望|期待|期望|愿意?|打算|计划|准备|乐于|有意|有志于|志在|未来|今后|下一步|"
    r"力争)"
    r"[^，。；,;\n]{0,14}(?:学习|学会|学|掌握|了解|接触|转向|转型|转做|转行|从事|提升|考取|考|"
    r"发展|进入|深造|尝试|积累|"
    r"深入)[^，。；;\n]{0,14}$"
    r"|(?:正在|目前在?|现在|开始|近期在?|业余)(?:自学|学习|备考|学|进修|了解|"
    r"研究)(?!过)[^，。；;\n]{0,14}$"
    r"|(?:^|[，。；,;\s])备考[^，。；;\n]{0,10}$"
)
_ASPIRED_AFTER = re.compile(
    r"^[^.;\n,]{0,24}?[(\-]\s*(?:currently |still |now )?(?:learning|in progress|studying|"
    r"self-study|to learn|"
    r"planned|next)\b"
    r"|^[^.;\n]{0,24}?\b(?:is|are) (?:next|on my (?:list|plan)|something (?:that )?i (?:want|"
    r"would|hope|wish))"
    r"|^[^，。；;\n]{0,10}?(?:很|非常|十分|充满|有着?)?(?:浓厚)?(?:感兴趣|有兴趣|的?兴趣)"
    r"|^[^，。；;\n(（]{0,6}?[(（](?:正在)?(?:学习中|自学中|在学|备考|备考中|学习)[)）]"
    r"|^[^，。；;\n]{0,4}?(?:学习中|备考中|在学中)"
)
_PEOPLE = (
    r"(?:developers?|engineers?|specialists?|programmers?|experts?|colleagues|analysts?|"
    r"consultants?|"
    r"nurses|designers?|vendors?|suppliers?|contractors?|technicians?|architects?|teachers?|"
    r"personnel|"
    r"professionals?|representatives?|reps|scientists?|counterparts|admins?|administrators?|"
    r"recruiters|"
    r"accountants|auditors|lawyers|pharmacists|physicians|doctors|therapists|electricians|chefs|"
    r"candidates|applicants|freelancers|testers|writers|clerks|drivers|operators|managers?|people|"
    r"folks)"
)
_GROUP = (
    r"(?:teams?|staff|departments?|groups?|units?|firms?|agenc(?:y|ies)|companies|partners|office|"
    r"side)"
)
_WITH = re.compile(
    r"\b(?:work(?:ed|ing|s)?|collaborat\w+|liais\w+|partner\w*|coordinat\w+|interfac\w+|"
    r"interact\w+|"
    r"communicat\w+|cooperat\w+|consult\w+|met|meet\w*|pair\w*|sat|shar(?:ed|es?|ing)|alongside|"
    r"together|side by side)\s+"
    r"(?:\w+\s+){0,3}?(?:with|alongside|between|beside|among)\s+(?:[\w&'/-]+,?\s+){0,6}$"
    r"|\balongside\s+(?:[\w&'/-]+,?\s+){0,5}$"
    r"|\b(?:hand(?:ed|ing)?|pass(?:ed|ing)?|delegat\w+|outsourc\w+|escalat\w+|forward\w*|"
    r"refer(?:red|ring)?|"
    r"transferr\w+|report\w*|explain\w*|present\w*)\b[^.;]{0,40}\b(?:to|"
    r"over to)\s+(?:[\w&'/-]+\s+){0,4}$"
    r"|\b(?:requests|requirements|input|help|support|specifications|guidance|feedback)\s+(?:from|"
    r"of|by)\s+"
    r"(?:[\w&'/-]+\s+){0,4}$"
)
_LED = re.compile(
    r"\b(?:manag(?:ed|ing|es?)|led|leading|supervis\w+|hir(?:ed|ing|es?)|recruit\w*|overs(?:aw|"
    r"ee\w*)|interview\w*|"
    r"support(?:ed|ing|s)?|assist(?:ed|ing|s)?|mentor\w*|sourc\w+|headhunt\w+|plac(?:ed|ing)|"
    r"staffed|onboard\w*|schedul\w+)\s+"
    r"(?:[\w&'/,-]+\s+){0,7}$"
)
_PEOPLE_AFTER = re.compile(rf"^[\s-]*(?:[\w/&+#.-]+\s+){{0,2}}?{_PEOPLE}\b")
_GROUP_AFTER = re.compile(rf"^[\s-]*(?:[\w/&+#.-]+\s+){{0,2}}?(?:{_PEOPLE}|{_GROUP})\b")
# Trades say so by their ending: arborists, opticians, locksmiths; checklists are no people.
_BY_ENDING = r"\w{3,}(?:(?<!checkl)(?<!playl)(?<!waitl)ists?|[ct]ians?|smiths?|keepers?)"
_ARE_PEOPLE = re.compile(rf"\b(?:{_PEOPLE}|{_BY_ENDING})$")
_PASSED = re.compile(r"\b(?:pass|hand|forward|refer|escalat|rout)\w*\s(?:[\w'-]+\s){0,4}$")
_ON_TO = re.compile(
    rf"^[^.;]{{0,16}}\b(?:on |over )?to (?:the |our |another |an? |my )?(?:\w+ )?(?:{_PEOPLE}|"
    rf"{_GROUP})\b"
)
_BY_OTHERS = re.compile(
    r"^[^.;\n]{0,30}\b(?:was|were|is|are|being) (?:\w+ )?(?:done|handled|written|built|maintained|"
    r"performed|"
    r"managed|taken care of|run|provided|developed|carried out|led) by (?!me\b|myself\b)"
)
_THEY_USE = re.compile(
    r"\b(?:colleagues?|teammates?|boss|husband|wife|brother|sister|friends?|co-?workers?|"
    r"contractors?|vendors?|"
    r"clients?|customers?|another team|others)\s+(?:who\s+)?(?:\w+\s+){0,2}(?:uses?d?|did|does|"
    r"wrote|handled|"
    r"handles|built|knew|knows?|ran|runs|maintained|coded|using|speciali[sz]\w+ in|(?:were |was |"
    r"are )?in charge of|responsible for)\s+(?:\w+\s+){0,3}$"
)
_WITH_CHINESE = re.compile(r"(?:与|和|同|跟|及)(?:[^，。；,;\n和与跟]{0,10})$")
_TOGETHER_CHINESE = re.compile(
    r"^[^，。；,;\n]{0,4}?(?:开发人员|人员|工程师|团队|部门|同事|专家|小组|老师|医生|医师|护士|"
    r"供应商|员工|程序员|设计师|顾问|"
    r"公司|厂家|组|部|方|师|员)(?:们|等)?[^，。；,;\n]{0,6}?(?:合作|协作|沟通|配合|对接|一起|共同|"
    r"协调|联系|共事|交流|协同)"
)
_HELP_CHINESE = re.compile(
    r"(?:配合|协助|对接|支持|支援|协同|招聘|面试|招募|猎聘|寻访|转交给?|移交给?|交由|交给|外包给?|"
    r"委托)[^，。；,;\n]{0,8}$"
)
_PEOPLE_CHINESE = re.compile(
    r"^[^，。；,;\n]{0,4}?(?:开发人员|人员|工程师|团队|部门|同事|专家|小组|老师|医生|医师|护士|"
    r"供应商|程序员|设计师|顾问|公司|厂家|专员|"
    r"组|部(?!署)|师|岗位|岗|人才|候选人|经理|主管)"
)
_LED_CHINESE = re.compile(
    r"(?:管理|带领|领导|带)[^，。；,;\n]{0,8}?(?:名|位|个)[^，。；,;\n]{0,4}$"
)
_BY_CHINESE = re.compile(r"由(?!我|本人|于|此)[^，。；,;\n]{1,10}$")
_DONE_CHINESE = re.compile(r"^[^，。；,;\n]{0,8}(?:负责|完成|承担|处理|编写|维护)")

# Quick looks: a sentence without any of these words needs none of the patterns above.
_DENIAL = re.compile(
    r"\b(?:no|not|zero|little|minimal|without|never|cannot|hardly|limited|unfamiliar|inexperienced|"
    r"unable|yet|lack|missing|excluding|other than|apart from|none|n/a|new to|beyond me)|n't|不|没|"
    r"未|从|缺|暂|尚|还|零|无|欠|空白"
)
_WISH = re.compile(
    r"\b(?:learn|study|gain|develop|acquir|grow|expand|move|transition|explor|speciali|train|"
    r"become|"
    r"improve|deepen|start|try|understand|obtain|earn|broaden|master|next|interest|curio|beginner|"
    r"aspir|enrolled|working toward|fascinated|switch|branch|break into|would-be|taking|teaching|"
    r"picking up|reading up|wish|in progress|planned|new to|plan|know more|get into|pick up|"
    r"retrain|"
    r"something)|self-stud|学|考|兴趣|望|想|渴|期|愿|打算|计划|准备|有意|有志|志在|今后|未来|"
    r"下一步|力争|正在|"
    r"目前|现在|开始|近期|业余|乐于"
)
_OTHERS_HINT = re.compile(
    rf"\b(?:{_PEOPLE}|{_BY_ENDING}|{_GROUP}|others|boss|husband|wife|brother|sister|friends?|team-?mates?|by|"
    r"co-?workers?|customers?|clients?|another team|colleague)\b|与|和|同|跟|及|配合|协|对接|支|"
    r"招|面试|猎|寻|"
    r"交|外包|委托|管理|带|领|由"
)

_SHOWN_IN = {SectionKind.EXPERIENCE, SectionKind.PROJECTS, SectionKind.EDUCATION}


def sentence_around(text: str, span: Span) -> Span:
    """The sentence, bullet or list entry in which a span stands, without blanks at its ends.

    A line that goes on in lower case on the next one is one sentence with it.
    """
    low, high = max(0, span.start - _LONGEST_SENTENCE), min(len(text), span.end + _LONGEST_SENTENCE)
    starts, ends = _sentence_ends(text)
    index = bisect_right(starts, span.start) - 1
    start = max(low, starts[index]) if index >= 0 else low
    index = bisect_left(ends, span.end)
    end = min(high, ends[index]) if index < len(ends) else high
    at = text.rfind("\n", start, span.start)
    while at >= 0 and _goes_on(text, at):
        at = text.rfind("\n", start, at)
    start = at + 1 if at >= 0 else start
    at = text.find("\n", span.end, end)
    while at >= 0 and _goes_on(text, at):
        at = text.find("\n", at + 1, end)
    end = at if at >= 0 else end
    while start < span.start and text[start] in " \t\n\r-*•·●▪■◆　":
        start += 1
    while end > span.end and text[end - 1].isspace():
        end -= 1
    return Span(start, end)


@lru_cache(maxsize=2)
def _sentence_ends(text: str) -> tuple[list[int], list[int]]:
    """Where sentences start behind, and end at, every mark that closes one."""
    starts, ends = [], []
    for match in _SENTENCE_END.finditer(text):
        starts.append(match.end())
        ends.append(match.start() if match[0].startswith("\n") else match.end())
    return starts, ends


def _goes_on(text: str, newline: int) -> bool:
    """Whether a line end is only where the page was too narrow."""
    before = text[max(0, newline - 2) : newline].rstrip()
    after = text[newline + 1 : newline + 2]
    return (
        bool(before) and before[-1] not in ".:;!?。：；！？" and after.isalpha() and after.islower()
    )


def stance_of(text: str, mention: Span, sentence: Span, kind: SectionKind) -> Stance:
    """How the sentence around a mention speaks of it; `kind` is the section it stands in."""
    folded = sentence.of(fold(text)).replace("\n", " ")
    plain = Stance.SHOWN if kind in _SHOWN_IN else Stance.LISTED
    denial, wish, others = _hints(folded)
    if not (denial or wish or others):
        return plain
    at, end = mention.start - sentence.start, mention.end - sentence.start
    before, after = _clause(folded, at, end)
    words = folded[at:end]
    if denial and (
        _NEGATED_BEFORE.search(before)
        or _NEGATED_AFTER.match(after)
        or (_NO.search(before) and _EXPERIENCE_AFTER.match(after))
        or (_BARE_NO.search(before) and _NOTHING_AFTER.match(after))
    ):
        return Stance.NEGATED
    studied = kind is SectionKind.EDUCATION  # what a degree teaches is no wish
    if wish and not studied and (_ASPIRED_BEFORE.search(before) or _ASPIRED_AFTER.match(after)):
        return Stance.ASPIRED
    return Stance.OTHERS if others and _is_others(before, words, after) else plain


@lru_cache(maxsize=64)  # the mentions of one sentence follow each other
def _hints(folded: str) -> tuple[bool, bool, bool]:
    """Whether a sentence can deny, wish, or speak of others at all."""
    return (
        _DENIAL.search(folded) is not None,
        _WISH.search(folded) is not None,
        _OTHERS_HINT.search(folded) is not None,
    )


def _clause(folded: str, at: int, end: int) -> tuple[str, str]:
    """What stands before and behind [at, end) in its clause."""
    start = 0
    for match in _CLAUSE_END.finditer(folded, 0, at):
        if match[0] != ":" or _keeps_colon(folded, match.start()):
            start = match.end()
    found = _CLAUSE_END.search(folded, end)
    while found and found[0] == ":":
        found = _CLAUSE_END.search(folded, found.end())
    return folded[start:at], folded[end : found.start() if found else len(folded)]


def _keeps_colon(folded: str, colon: int) -> bool:
    """A label ends at its colon ("Java: five years"), a cue reaches beyond it ("Learning: Go")."""
    return not re.search(
        r"(?:learning|studying|learn|not used|no experience|never used|interests?|list|steps?|"
        r"不会|学习|学习中|自学|未接触|不熟悉)\s*(?:with|in|yet)?\s*$",
        folded[:colon],
    )


def _is_others(before: str, words: str, after: str) -> bool:
    people = bool(_ARE_PEOPLE.search(words))
    if (people or _GROUP_AFTER.match(after)) and _WITH.search(before):
        return True
    if (people or _PEOPLE_AFTER.match(after)) and _LED.search(before):
        return True
    if _ON_TO.match(after) and _PASSED.search(before):
        return True
    if _BY_OTHERS.match(after) or _THEY_USE.search(before):
        return True
    if _WITH_CHINESE.search(before) and _TOGETHER_CHINESE.match(after):
        return True
    if _HELP_CHINESE.search(before) and _PEOPLE_CHINESE.match(after):
        return True
    if _LED_CHINESE.search(before) and _PEOPLE_CHINESE.match(after):
        return True
    return bool(_BY_CHINESE.search(before) and _DONE_CHINESE.match(after))
