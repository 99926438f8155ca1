"""Personal details told in sentences: "I am 34 years old", "a British citizen", 1990年出生."""

from __future__ import annotations

import re
from collections.abc import Iterator

from reading.identity.clues import Clues, near
from reading.identity.mentions import IdentityKind, Mention
from reading.spans import Span

MONTH = r"[^\W\d_]{3,9}\.?"  # in any language: März, junio
FULL_DATE = (
    r"(?:"
    rf"\d{{1,2}}(?:st|nd|rd|th|\.)?\s+(?:of\s+|de\s+)?{MONTH},?\s+(?:19|20)\d\d"
    rf"|{MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+(?:19|20)\d\d"
    r"|\d{1,2}[./-]\d{1,2}[./-](?:19|20)\d\d"
    r"|(?:19|20)\d\d[./-]\d{1,2}[./-]\d{1,2}"
    r"|(?:19|20)\d\d\s*年\s*\d{1,2}\s*月\s*(?:\d{1,2}\s*[日号])?"
    r")"
)
# A bare date at the top is a birth date only where it can be one of somebody who works.
BIRTH_YEAR = r"(?:19\d\d|200\d)"
BIRTH_DATE = rf"(?=[^\n]*{BIRTH_YEAR}){FULL_DATE}"
_PLACE = r"[A-Z]\w+(?:[ -][A-Z]\w+)?(?:, [A-Z]\w+)?"
_CLAUSE_START = r"(?<=[,，。；;、\n])[ ]?"
_CLAUSE_END = r"(?=[,，。；;、\n])"

_AGE = re.compile(
    r"(?<=\bI am )(?:currently )?\d{2}(?!\s*[\d%+])(?:[ -]years?(?:[ -](?:old|of age))?)?"
    r"(?!\s*\w*year)"
    r"(?=\s*(?:,|\.|and\b|;|$|years? old))"
    r"|(?<=\bI['’]m )\d{2}(?:[ -]years?(?:[ -]old)?)?(?=\s*(?:,|\.|and\b|;|$))"
    r"|(?:(?<=\b[Aa]m )|(?<=\b[Aa] )|(?<=\b[Aa]n )|^)(?:currently )?\d{2}[ -]years?[ -]old"
    r"(?:\s+(?:man|woman|male|female)(?!\w))?(?!\w)(?!\s+(?:company|firm|brand|child|patient"
    r"|system))"
    r"|(?<=\bI am )aged \d{2}(?!\w)",
    re.MULTILINE,
)
_AGE_ZH = re.compile(
    r"(?:本人|我)?(?:现年|今年|現年)\s*[\d一二三四五六七八九十]{2,3}\s*(?:周)?[岁歲]"
    rf"|{_CLAUSE_START}\d{{2}}\s?(?:周)?[岁歲]{_CLAUSE_END}"
)
_BORN = re.compile(
    rf"(?<!\w)(?:(?:i was|was)\s+)?born\s+(?:on|in)\s+(?:{FULL_DATE}|(?:{MONTH}\s+)?(?:19|20)\d\d)"
    rf"(?:,?\s+(?:in|at)\s+(?-i:{_PLACE}))?"
    rf"|(?<!\w)(?:i was\s+)?born\s+(?:and\s+(?:raised|bred)\s+)?in\s+(?-i:{_PLACE})"
    rf"(?:\s+(?:on|in)\s+(?:{FULL_DATE}|(?:19|20)\d\d))?",
    re.IGNORECASE,
)
_BORN_ZH = re.compile(
    r"(?:19|20)\d\d\s?年(?:\s?\d{1,2}\s?月(?:\s?\d{1,2}\s?日)?)?\s?出?生(?:于[\u4e00-\u9fff]{2,8})?"
    r"(?![产產活命成效长長物态態意])"
    r"|(?:19|20)\d\d[./-]\d{1,2}(?:[./-]\d{1,2})?\s?(?:出生|生(?=[\s，,|]))"
    r"|(?:出?生[于於])\s?(?:19|20)\d\d\s?年?(?:\s?\d{1,2}\s?月)?(?:\s?\d{1,2}\s?日)?"
)
_GENDER_ZH = re.compile(
    rf"(?<=本人)[男女]性?(?=[,，。；])|{_CLAUSE_START}(?:[男女]|[男女]性){_CLAUSE_END}"
)
# "Chinese national" but not "Regional National Manager", "Chinese national standards".
_CITIZEN_WORDS = (" citizen", " national", " passport", "riginally", "native of")
_CITIZEN = re.compile(
    r"(?:\b[Aa]n? )?(?<![\w-])"
    r"(?!(?:Senior|Foreign|Local|Private|Good|Corporate|Global|Digital|First|Gold|Cross|Multi|In"
    r"|The|Active|Responsible)\b|\w+ed\b)"
    r"(?:[A-Z][a-z]+[ -])?[A-Z][A-Za-z.]+ "
    r"(?:citizen|national|citizenship|nationality|passport(?:[ -]holder)?)"
    r"(?=\s*(?:[,.;|)\n]|$|and\b|with\b|by\b|who\b|living\b|residing\b|based\b|holding\b))"
    r"|(?<!\w)(?:[Aa] )?(?:dual )?(?:citizen|native|national) of (?:the )?[A-Z]\w+(?: [A-Z]\w+)?"
    r"|(?<!\w)[Oo]riginally from (?:the )?[A-Z]\w+(?: [A-Z]\w+)?(?:, [A-Z]\w+(?=[\s]*[.,;\n]|$))?"
)
# "I am a Scottish nurse", "Proud Polish mum of two"; not the trades a language or a cuisine
# names ("a Spanish teacher", "a French chef"), nor "British Airways".
_DEMONYM = (
    r"(?:English|Scottish|Welsh|British|Irish|French|Dutch|Greek|Swiss|Thai|Iraqi|Israeli|Pakistani"
    r"|Bangladeshi|Saudi|Kuwaiti|Emirati|Omani|Qatari|Yemeni|Afghan|Filipino|Filipina|Czech|Slovak"
    r"|Croat|Serb|Uzbek|Kazakh|Spanish|Polish|Danish|Swedish|Finnish|Turkish|Kurdish|Chinese"
    r"|Japanese|Vietnamese|Taiwanese|Portuguese|Maltese|Lebanese|Sudanese|Senegalese|Congolese"
    r"|Nepalese|Burmese|German|Icelandic|Argentine|(?:Americ|Mexic|Afric|Kore|Germ|Rom)an"
    r"|(?!\w+(?:ician|rarian|torian|stodian|ardian|vilian)\b)[A-Z][a-z]+(?:[cdgklmnrstvz]ian|nean|uvian|lean|rean|adian))"
)
_FAMILY = (
    r"(?:father|mother|mum|mom|dad|parent|grandmother|grandfather|widow|widower)(?:\s+(?:of|to)\s"
    r"(?:(?:one|two|three|four|five|six|\d|an?|my|young|small|grown|twins|children|sons?|daughters?)\b))"
)
_SOMEBODY = (
    r"(?:man|woman|lady|gentleman|male|female|girl|boy|guy|mum|mom|mother|dad|father|parent|person"
    r"|individual|expat|expatriate|immigrant|migrant|nurse|midwife|carer|engineer|developer"
    r"|programmer|scientist|accountant|physician|doctor|welder|electrician|plumber|carpenter"
    r"|mechanic|driver|designer|manager|professional)"
)
_DEMONYM_BEFORE = re.compile(
    r"(?:(?<![\w-])(?:[Aa]n?|[Tt]he|[Pp]roud|[Ss]ingle|[Dd]evoted|[Ll]oving) ){0,3}(?<![\w-])"
    rf"(?:[A-Z][a-z]+-)?{_DEMONYM}\s+(?=(?:[a-z]+ )?{_FAMILY})"
    rf"|(?:(?<=\bI am )|(?<=\bI['’]m ))an? (?:[A-Z][a-z]+-)?{_DEMONYM}\s+"
    rf"(?=(?:(?!speaking|trained|qualified|registered|licensed)[a-z]+ )?{_SOMEBODY}(?![\w-]))"
)
_DEMONYM_CLUES = frozenset(
    ["father", "mother", "mum", "mom", "dad", "parent", "grandmother", "grandfather", "widow"]
) | {"widower", "am", "m"}
_ORIGIN_ZH = re.compile(
    r"[\u4e00-\u9fff]{2,4}(?:公民|国籍|國籍)(?![身意教权道素])"
    rf"|{_CLAUSE_START}(?:汉|满|回|藏|壮|苗|彝|土家|蒙古|维吾尔|朝鲜|侗|瑶|白|哈尼|布依|漢|滿"
    rf"|壯)族{_CLAUSE_END}"
    rf"|{_CLAUSE_START}(?:目前|现已?|現已?)?(?:[单單]身|[未已]婚(?:[未已]育)?|已育|离异|離異|离婚|丧偶|喪偶|中共(?:预备)?党员"
    rf"|共青团员){_CLAUSE_END}"
)
# Towns that the word list of rjieba does not know as one word.
_TOWNS_ZH = frozenset(
    {"高雄", "新竹", "台中", "臺中", "台南", "臺南", "嘉義", "嘉义", "屏東", "屏东"}
)
_FROM_ZH = re.compile(
    r"(?:(?<=[，。；;、\n])|^)[ ]?(?:本人|我)?(?:来自|來自)"
    r"(?P<place>[\u4e00-\u9fff]{2,6})(?=[，。；;、\n]|$)"
)
# The names of parents and children are the person's too.
_FAMILY_ZH = re.compile(r"家庭(?:主要)?成[员員](?:及社会关系)?[ \t]*[:：][^\n]*")
_MARITAL = re.compile(
    r"(?:^|(?<=[.!?] ))(?:Single|Married|Divorced|Widowed|Separated|Engaged)"
    r"(?:,? (?:with )?(?:no|one|two|three|four|five|\d) (?:children|child|kids?))?"
    r"(?=\s*(?:[.;\n]|$))",
    re.MULTILINE,
)
_MARITAL_CLUES = frozenset({"single", "married", "divorced", "widowed", "separated", "engaged"})

_AGE_WORDS = ("I am ", "I'm ", "I’m ", "years", "year old", "year-old", "m aged")
_BORN_WORDS = ("born", "Born", "BORN")
_CHINESE_PATTERNS = [
    (IdentityKind.AGE, _AGE_ZH),
    (IdentityKind.BIRTH, _BORN_ZH),
    (IdentityKind.GENDER, _GENDER_ZH),
    (IdentityKind.NATIONALITY, _ORIGIN_ZH),
    (IdentityKind.NAME, _FAMILY_ZH),
]
_AGE_CLUES = frozenset({"am", "m", "old"})
_CITIZEN_CLUES = frozenset(
    ["citizen", "national", "citizenship", "nationality", "passport", "originally", "native"]
)


def told_details(text: str, known: Clues) -> Iterator[Mention]:
    """Ages, births and citizenship told in sentences."""
    if known.any_of(_AGE_CLUES):
        for found in near(_AGE, _AGE_WORDS, text, 24, 48):
            yield Mention(IdentityKind.AGE, Span(*found.span()))
    if "born" in known.words:
        for found in near(_BORN, _BORN_WORDS, text, 8, 96):
            yield Mention(IdentityKind.BIRTH, Span(*found.span()))
    if known.any_of(_MARITAL_CLUES):
        for found in _MARITAL.finditer(text):
            yield Mention(IdentityKind.MARITAL, Span(*found.span()))
    if known.chinese:
        for kind, pattern in _CHINESE_PATTERNS:
            for found in pattern.finditer(text):
                yield Mention(kind, Span(*found.span()))
        for found in _FROM_ZH.finditer(text):
            if found["place"].endswith(tuple("省市县縣州")) or _is_place_zh(found["place"]):
                yield Mention(IdentityKind.NATIONALITY, Span(*found.span()))
    if known.any_of(_DEMONYM_CLUES):
        for found in _DEMONYM_BEFORE.finditer(text):
            yield Mention(IdentityKind.NATIONALITY, Span(*found.span()))
    if known.any_of(_CITIZEN_CLUES):
        for found in near(_CITIZEN, _CITIZEN_WORDS, text, 40, 40):
            yield Mention(IdentityKind.NATIONALITY, Span(*found.span()))


def _is_place_zh(words: str) -> bool:
    import rjieba

    return all(kind == "ns" for _, kind in rjieba.tag(words, hmm=False)) or words in _TOWNS_ZH
