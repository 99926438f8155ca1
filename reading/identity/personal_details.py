"""Personal details as résumés list them: "Date of birth: 3 May 1990", 男 | 34岁 | 未婚 | 汉族."""

from __future__ import annotations

import re
from collections.abc import Iterator

from reading.identity.clues import near
from reading.identity.mentions import IdentityKind, Mention
from reading.identity.told_details import BIRTH_DATE, BIRTH_YEAR, FULL_DATE
from reading.spans import Span

# Labels that say enough to be believed anywhere in a text.
_STRONG: dict[IdentityKind, str] = {
    IdentityKind.NAME: r"full name|first names?|last name|surname|family name|given names?"
    r"|middle name"
    r"|maiden name|preferred name|candidate(?:'s)? name|applicant(?:'s)? name|father['’]?s name"
    r"|mother['’]?s name|姓\s*名|英文名|中文名|曾用名|性\s*名",
    IdentityKind.BIRTH: r"date (?:and place )?of birth|birth\s?date|birthday|d\.?\s?o\.?\s?b\.?"
    r"|place (?:and date )?of birth|birthplace|date de naissance"
    r"|出\s*生\s*(?:日\s*期|年\s*月\s*日?|时间|時間|地|年份)?|生\s*日|生辰",
    IdentityKind.GENDER: r"gender|sex|gender identity|preferred pronouns|pronouns|性\s*[别別]",
    IdentityKind.MARITAL: r"(?:marital )?status(?=\s*[:：]\s*(?:single|married|divorced|widowed"
    r"|engaged|separated))|marital status|civil status|family status|marital|number of children"
    r"|children|dependants|dependents|婚\s*姻(?:\s*[状狀]\s*[况況態态])?|婚\s*否|婚育"
    r"(?:[状狀][况況])?"
    r"|生育(?:[状狀][况況])?|子女(?:[状狀][况況])?",
    IdentityKind.NATIONALITY: r"nationality|nationalities|citizenship|ethnicity|ethnic (?:origin"
    r"|group"
    r"|background)|race|religion|caste|place of origin|native place|hometown|home town|passport"
    r"(?: no\.?| number)?|national id(?: no\.?| number)?|id (?:card )?(?:no\.?|number)"
    r"|identity card"
    r"|国\s*籍|國\s*籍|民\s*族|籍\s*[贯貫]|户\s*口(?:所在地|性质)?|戶\s*籍|户\s*籍(?:所在地|地)?"
    r"|政治面[貌目]"
    r"|宗教(?:信仰)?|生源地|身份证(?:号码?|號)?|身分證字號|兵役(?:[状狀][况況])?|役別|祖籍",
    IdentityKind.PHOTO: r"height|weight|blood (?:group|type)|身\s*高|体\s*重|體\s*重|血\s*型"
    r"|健康[状狀][况況]"
    r"|视力|视\s*力|照\s*片",
}
# Labels that also head other things ("Age: 3-5 years", "Location: Leeds" of a job): in contact and
# personal blocks only.
_WEAK: dict[IdentityKind, str] = {
    IdentityKind.NAME: r"name|candidate|applicant|signature|signed|名字|应聘者|求职者|候选人"
    r"|申请人|签\s*[名字]"
    r"|簽\s*名|應徵者",
    IdentityKind.AGE: r"age|年\s*[龄齡]|周岁",
    IdentityKind.EMAIL: r"e-?\s?mails?(?: address)?|mail|邮\s*箱|郵\s*箱|电子邮[箱件]|電子郵件"
    r"|信箱|e-?mail地址",
    IdentityKind.PHONE: r"(?:home |work |mobile |cell |tele)?phone(?: number| no\.?)?|mobile"
    r"(?: number| no\.?)?"
    r"|tel\.?(?: no\.?)?|cell|fax|contact(?: number| no\.?| details| info)?|whats?app|wechat"
    r"|we chat|viber"
    r"|微信(?:号|號)?|微\s*信|qq(?:号码?)?|手\s*机(?:号码?)?|手\s*機(?:號碼)?|电\s*话|電\s*話"
    r"|联系(?:电话|方式)"
    r"|聯[絡繫](?:電話|方式)|传真|mob|m|t|p",
    IdentityKind.LINK: r"linked ?in|git ?hub|git ?lab|web ?site|web|portfolio|blog|skype"
    r"|telegram|twitter"
    r"|instagram|facebook|url|homepage|(?:个人)?主页|博客|個人網站|网址|领英",
    IdentityKind.ADDRESS: r"(?:home |current |permanent |postal |mailing |residential |present "
    r"|street )?"
    r"address|residence|现住址|現住址"
    r"|(?:current )?location|lives in|living in|based in|city|country|post ?code"
    r"|zip(?: code)?|现\s*居(?:住)?(?:地址?|城市|住地)?|現居(?:地)?|居\s*住(?:地址?|城市)|所在"
    r"(?:地区?|城市)"
    r"|家庭[住地]址|住\s*址|地\s*址|通[讯訊](?:地址)?|联系地址|聯絡地址|邮\s*编|郵遞區號|邮政编码",
    IdentityKind.PHOTO: r"photo(?:graph)?|picture|headshot|portrait",
}


def _label_pattern(tables: list[dict[IdentityKind, str]], colon: str) -> re.Pattern[str]:
    groups: list[str] = []
    for number, table in enumerate(tables):
        groups.extend(f"(?P<{kind.name}_{number}>{words})" for kind, words in table.items())
    return re.compile(
        rf"(?:(?<=[\n|｜·•\t,，;；。\u3000])|(?<=\s\s)|^)[ \t\u3000*#>【\[•·-]*"
        rf"(?:{'|'.join(groups)})[】\]*]*\s?(?:\([^)\n]{{1,20}}\)|/\s?(?:[\u4e00-\u9fff]{{2,6}}"
        rf"|[Tt]el\w*|[Mm]obile|[Ww]hats[Aa]pp|[Ss]ex|[Gg]ender))?[ \t]*"
        rf"(?P<colon>{colon})[ \t\u3000]*",
        re.IGNORECASE,
    )


def _stacked_pattern(tables: list[dict[IdentityKind, str]]) -> re.Pattern[str]:
    groups: list[str] = []
    for number, table in enumerate(tables):
        groups.extend(f"(?P<{kind.name}_{number}>{words})" for kind, words in table.items())
    return re.compile(
        rf"^[ \t\u3000]*(?:{'|'.join(groups)})[ \t\u3000]*[:：]?[ \t\u3000]*\n[ \t\u3000]*"
        rf"(?P<value>[^\n:：]{{1,80}})$",
        re.IGNORECASE | re.MULTILINE,
    )


_STACKED = _stacked_pattern(
    [{k: v for k, v in table.items() if k is not IdentityKind.PHOTO} for table in (_STRONG, _WEAK)]
)
_ANYWHERE = _label_pattern([_STRONG], "[:：]")
_IN_BLOCK = _label_pattern([_STRONG, _WEAK], "[:：\t]")
_ZH_LABEL = re.compile(
    "(?<![\u4e00-\u9fff])(?:"
    + "|".join(
        part
        for table in (_STRONG, _WEAK)
        for words in table.values()
        for part in words.split("|")
        if "\u4e00" <= part[0] <= "\u9fff"
    )
    + r")[ \t\u3000]*[:：][ \t\u3000]*"
)
# The value of a label ends where the next field begins.
_FIELD_END = re.compile(
    r"[ \t\u3000]*(?:[\n|｜•\t;；]|(?<![\u3400-\u9fff])·|·(?![\u3400-\u9fff])|[ \u3000]{2,}"
    r"|[ \u3000,，/.]+(?=[A-Z][\w'/-]+(?: [\w'/-]+)?\s?[:：])|[ \u3000,，/.]+(?=(?:Date|Place) of)"
    r"|[ \u3000,，。/]+(?=[\u4e00-\u9fff]{1,2}[ \u3000]{0,4}[\u4e00-\u9fff]{1,6}[ \u3000]?[:：])|$)"
)
_VALUE_FORM: dict[IdentityKind, str] = {
    IdentityKind.GENDER: r"(?:male|female|man|woman|m|f|non-?binary|男性?|女性?|[\w]+/[\w/]+)",
    IdentityKind.AGE: r"\d{2}(?:\s*(?:years?|yrs?|岁|歲)(?: old)?)?",
    IdentityKind.BIRTH: r"[^\n|｜·•;；]{0,12}\d[^\n|｜·•;；]{0,30}",
    IdentityKind.MARITAL: r"(?:single|married|divorced|widowed|separated|[未已]婚|离异|離異|\d"
    r"|none)[^\n|｜·•;；]{0,30}",
    IdentityKind.NATIONALITY: r"(?-i:[A-Z\u4e00-\u9fff])[\w-]{1,20}(?: (?-i:[A-Z])[\w-]{1,20})?",
    IdentityKind.PHOTO: r"\d[\d.,'’\"]{0,6}\s?(?:cm|m|kg|lbs?|ft|厘米|公分|公斤|斤)\w*",
}
_UNMARKED = [
    (
        kind,
        re.compile(
            rf"(?:(?<=[\n|｜·•\t,，;；])|(?<=\s\s)|^)[ \t\u3000]*"
            rf"(?:{words})[ \t\u3000]+{_VALUE_FORM[kind]}(?=\s*(?:[\n|｜·•\t,，;；]|\s\s|$))",
            re.IGNORECASE,
        ),
    )
    for kind, words in [*_STRONG.items(), *_WEAK.items()]
    if kind in _VALUE_FORM
]

_PROVINCES = (
    "北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南"
    "|陕西|甘肃|青海|台湾|臺灣|内蒙古|广西|西藏|宁夏|新疆|香港|澳门"
)
# A whole field that is nothing but a personal detail.
_FIELDS = [
    (
        IdentityKind.GENDER,
        r"男|女|男性|女性|男士|male|female|non-?binary|(?:he|she|they)\s*/\s*(?:him|her|them"
        r"|they)(?:\s*/\s*\w+)?|m|f",
    ),
    (
        IdentityKind.AGE,
        r"(?:年龄|年齡|现年|今年|age[d]?)?\s*[\d一二三四五六七八九十]{2,3}\s*(?:周)?(?:岁|歲)"
        r"|age[d]?\s*\d{2}|\d{2}[\s-]*(?:years?|yrs?)[\s-]*old|\d{2}\s?y/?o",
    ),
    (
        IdentityKind.MARITAL,
        r"(?:未婚|已婚|离异|離異|离婚|丧偶)(?:[未已]育)?|[未已]育|single|married|divorced"
        r"|widowed|separated|engaged"
        r"|(?:married|divorced|single|widowed)?,?\s*(?:with |and )?(?:no|one|two|three|four|five"
        r"|\d)\s+(?:children|child|kids?)|[一二两三]孩|育有.{1,6}",
    ),
    (
        IdentityKind.NATIONALITY,
        r"[\u4e00-\u9fff]{1,5}族|中共(?:预备)?党员|[预預]备党员|党员|群众|共青团员|团员|無黨籍"
        r"|无党派人士|中国国籍|(?:中国|[\u4e00-\u9fff]{1,3}[国國])国?籍"
        rf"|(?:(?:{_PROVINCES})省?[\u4e00-\u9fff]{{0,4}}|[\u4e00-\u9fff]{{2,4}}[省市县縣州])人|役畢|役毕|免役"
        r"|(?:[A-Z][a-z]+ ){1,2}(?:citizen|national|citizenship|nationality|passport(?: holder)?)"
        r"|christian|catholic|protestant|muslim|hindu|buddhist|jewish|sikh|atheist",
    ),
    (
        IdentityKind.BIRTH,
        rf"(?:born(?: on| in)?:?|b\.|出?生于|出生|生於|\*)?\s*(?:{BIRTH_DATE}|{BIRTH_YEAR}\s*年)"
        rf"\s*(?:出?生|生人)?|(?:born(?: on| in| at)?:?|b\.)\s"
        rf"(?-i:[A-Z\d]).{{1,40}}|(?:19|20)\d\d\s?年(?:\d{{1,2}}月)?(?:出?生)"
        rf"|{BIRTH_YEAR}[./-]\d{{1,2}}|\d\d后",
    ),
    (
        IdentityKind.PHOTO,
        r"\d{3}\s?(?:cm|厘米|公分)|\d{2,3}\s?(?:kg|公斤)|.*\.(?:jpe?g|png|gif|webp|heic|bmp)\W*"
        r"|\W*(?:photo(?:graph)?|picture|headshot|portrait|profile photo|profile picture"
        r"|passport photo|image|照片|头像|相片|证件照|大头照|一寸照片?|二寸照片?)\W*(?:(?:of"
        r"|here|attached|above|below|left|right|[:：]).{0,60})?",
    ),
]
_PERSONAL_FIELDS = [(kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in _FIELDS]
_STRONG_BREAK = re.compile(r"[\n|｜¦·•∙・;；\t\u3000]+|[ ]{2,}")
_WEAK_BREAK = re.compile(r"[\n|｜¦·•∙・;；\t\u3000,，、/ 。]+")
_COMMA_BREAK = re.compile(r"[\n|｜¦·•∙・;；\t\u3000,，、/()（）]+|[ ]{2,}")

_LABELLED_BARE = frozenset(
    {IdentityKind.NAME, IdentityKind.PHONE, IdentityKind.EMAIL, IdentityKind.ADDRESS}
    | {IdentityKind.LINK, IdentityKind.NATIONALITY}
)
_DATE = re.compile(rf"\s*{FULL_DATE}", re.IGNORECASE)
_NAME_LABEL_ZH = re.compile(r"姓|名字|英文名|中文名|应聘者|求职者|候选人|申请人|签|簽")
_LONGEST_VALUE = 80  # code points; a longer one is prose that follows the value
_VALUE_BREAK = re.compile(r"[。；;！!]|[，,](?=[^，,。\n]{12})")
_COLONS = (":", "：")


def labelled_details(text: str) -> Iterator[Mention]:
    """ "Date of birth: …", 民族：汉 anywhere in the text, label and value."""
    for found in near(_ANYWHERE, _COLONS, text, 48, 1):
        yield from _labelled(text, found, len(text))


def block_details(text: str, block: Span) -> Iterator[Mention]:
    """All labelled and bare personal details of a header or a personal section."""
    for found in _IN_BLOCK.finditer(text, max(block.start - 1, 0), block.end):
        yield from _labelled(text, found, block.end)
    for found in _STACKED.finditer(text, block.start, block.end):
        mention = Mention(_kind(found), Span(*found.span()))
        if _is_value(mention.kind, found["value"]):
            yield mention
    for found in _ZH_LABEL.finditer(text, block.start, block.end):
        end = _field_end(text, found.end(), block.end)
        is_name = _NAME_LABEL_ZH.match(found.group()) is not None
        kind = IdentityKind.NAME if is_name else IdentityKind.NATIONALITY
        yield Mention(kind, Span(found.start(), end))
    for kind, pattern in _UNMARKED:
        for found in pattern.finditer(text, block.start, block.end):
            yield Mention(kind, Span(*found.span()))
    for breaks in (_STRONG_BREAK, _COMMA_BREAK):
        yield from _bare_fields(text, block, breaks)
    if any("\u4e00" <= c <= "\u9fff" for c in text[block.start : block.end]):
        yield from _bare_fields(text, block, _WEAK_BREAK)


_BARE_LABEL = re.compile(
    r"(?:(?<![\w-])(?:mob(?:ile)?|tel(?:ephone)?|phone|cell|e-?mail|whatsapp|wechat)"
    r"(?:[ ]?(?:no|number)\b)?\.?"
    r"|(?<![\u3400-\u9fff])(?:姓[ \u3000]*名|现住址|現住址|现居住?地?址?"
    r"|住[ \u3000]*址|地[ \u3000]*址"
    r"|家庭[住地]址|身份[证證](?:号码?|號)?|(?:联系|聯絡)?(?:电[ \u3000]*话|電話)"
    r"|手[ \u3000]*[机機]号?码?"
    r"|邮[ \u3000]*箱|郵箱|微信号?))[ \t\u3000]*[:：]?[ \t\u3000]*$",
    re.IGNORECASE,
)


def with_label_before(text: str, mention: Mention) -> Mention:
    """A mention with the label that stands before it without a colon: "Mob 07700 …", 姓名 …."""
    start = mention.span.start
    label = _BARE_LABEL.search(text, max(0, start - 20), start)
    if label is None or mention.kind not in _LABELLED_BARE:
        return mention
    return Mention(mention.kind, Span(label.start(), mention.span.end))


def _kind(found: re.Match[str]) -> IdentityKind:
    """Which kind of label matched: its group is called KIND_number."""
    named = (k for k, words in found.groupdict().items() if words is not None and "_" in k)
    return IdentityKind[next(named).rsplit("_", 1)[0]]


def _is_value(kind: IdentityKind, value: str) -> bool:
    """Whether it can be what a label of this kind announces ("Web: HTML, CSS" is none)."""
    if kind is IdentityKind.LINK:
        return len(value.split()) <= 3 and re.search(r"[./@_\[\d]|^\w+$", value) is not None
    if kind in (IdentityKind.PHONE, IdentityKind.EMAIL):
        return re.search(r"[\d@\[]", value) is not None or len(value.split()) == 1
    return True


def _labelled(text: str, found: re.Match[str], limit: int) -> Iterator[Mention]:
    kind = _kind(found)
    end = _field_end(text, found.end(), limit)
    if kind is IdentityKind.BIRTH and (date := _DATE.match(text, found.end(), limit)):
        end = max(end, date.end())
    if kind is IdentityKind.ADDRESS:
        while text[found.end() : end].rstrip(" \t").endswith((",", "，")) and end < limit:
            end = _field_end(text, min(end + 1, limit), limit)
    if _is_value(kind, text[found.end() : end]):
        yield Mention(kind, Span(found.start(), end))


def _field_end(text: str, at: int, limit: int) -> int:
    ending = _FIELD_END.search(text, at, limit)
    end = ending.start() if ending else limit
    if end - at > _LONGEST_VALUE:
        broken = _VALUE_BREAK.search(text, at, end)
        end = broken.start() if broken else at + _LONGEST_VALUE
    return end


def _bare_fields(text: str, block: Span, breaks: re.Pattern[str]) -> Iterator[Mention]:
    whole = breaks is _STRONG_BREAK
    at = block.start
    for found in [*breaks.finditer(text, block.start, block.end), None]:
        end = found.start() if found else block.end
        field = text[at:end]
        stripped = field.strip(" *-–—[]()（）【】")
        if stripped and len(stripped) <= 70:
            for kind, pattern in _PERSONAL_FIELDS:
                if pattern.fullmatch(stripped) and (
                    whole
                    or not (
                        kind is IdentityKind.PHOTO or (len(stripped) == 1 and stripped.isascii())
                    )
                ):
                    yield Mention(kind, Span(at, end))
                    break
        at = found.end() if found else end
