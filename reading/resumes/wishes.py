"""Finding what somebody states about the terms of work: permission, availability, salary."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from reading.folding import fold
from reading.resume import Salary, Section, SectionKind, Stated, WorkPermission
from reading.spans import Span

_NEEDS = re.compile(
    r"(?:require|need|seek|looking for|subject to)(?:s|ing|"
    r"ed)? (?:\w+ ){0,3}?(?:visa )?(?:sponsorship|a (?:work )?visa|"
    r"work permit|work visa)|(?:visa )?sponsorship (?:is )?(?:required|needed)|"
    r"need(?:s)? to be sponsored|"
    r"不(?:持有|具备)?工作签证|需要?[^\n，。；]{0,8}(?:担保|工作签证|签证支持|工签|工作许可)"
)
_NEEDS_NONE = re.compile(
    r"(?:not|n't|no|without)(?: (?:\w+ ){0,3}?| )(?:require|need|requiring|needing|visa|"
    r"sponsorship)|无需|不需要?|免"
)
_PERMITTED = re.compile(
    r"(?:authori[sz]ed|eligible|entitled|permitted|right|permission|allowed|legally able|"
    r"authori[sz]ation|cleared) to "
    r"(?:\w+ )?work(?! with\b)|\b(?:us|u\.s\.|uk|eu|british|american|canadian|australian|"
    r"irish) citizen\b|\bgreen card\b|"
    r"\bpermanent residen(?:t|cy|ce)\b|\bwork (?:permit|authori[sz]ation)\b(?! required)|"
    r"\bindefinite leave to remain\b|"
    r"\bno (?:visa )?sponsorship (?:is )?(?:required|needed)|\b(?:do|does|will) not (?:require|"
    r"need) (?:\w+ ){0,2}sponsorship|"
    r"可?合法[^\n，。；]{0,8}工作|(?:持有?|已有|具备|拥有)[^\n，。；]{0,6}(?:工作签证|工作许可|"
    r"绿卡|永久居留|永居|工签)|无需[^\n，。；]{0,4}(?:担保|签证)"
)
_AVAILABLE = re.compile(
    r"(?:immediately available|available (?:immediately|now|at once|from [^\n.;|,]{3,24}|"
    r"in \d+ (?:weeks?|months?)|"
    r"within [^\n.;|,]{3,20}|to start [^\n.;|,]{3,24}|on [^\n.;|,]{3,20}notice)|"
    r"availability\s*:\s*[^\n.;|]{3,40}|"
    r"(?:\w+ ){0,2}?(?:(?:\d+|one|two|three|four|six)[- ](?:days?|weeks?|"
    r"months?))['’s]*s?['’]? notice(?: period)?|"
    r"notice period\s*(?:of|:|is)?\s*[^\n.;|,]{2,30}|can start [^\n.;|,]{3,30}|"
    r"earliest start(?:ing)? date\s*:?\s*[^\n.;|]{3,30})"
    r"|(?:到岗时间|可?到岗日期|可到职日|到职时间|入职时间)\s*[:：]?\s*[^\n。；|]{2,24}|"
    r"随时(?:可以?)?(?:到岗|上岗|入职|到职)|"
    r"(?:[一二两三四五六\d]+个?(?:周|月|星期|天)(?:之?内|后|以内)?)可?(?:到岗|入职|到职)|(?:离职|"
    r"在职)[^\n，。；]{0,8}(?:到岗|入职|找工作|看机会|考虑)[^\n，。；]{0,10}|"
    r"可?立即(?:到岗|上岗|入职)"
)
# Letters without which the patterns cannot match; looking for these is far cheaper.
_PERMISSION_HINTS = (
    *("authori", "eligible", "entitled", "permi", "right to", "allowed to", "legally able"),
    *("cleared to", "citizen", "green card", "permanent residen", "indefinite leave", "sponsor"),
    "visa",
    *("合法", "签证", "许可", "绿卡", "居留", "永居", "工签", "担保"),
)
_AVAILABLE_HINTS = (
    *("availab", "notice", "can start", "earliest start"),
    *("到岗", "到职", "入职", "上岗", "离职", "在职"),
)
_WORK_SITE = re.compile(r"availability of|high availability|make[sd]? (?:\w+ )?available")
_SALARY = re.compile(
    r"(?:(?:salary|compensation|pay|remuneration|wage)s? (?:expectations?|requirements?|desired|"
    r"range|sought)|"
    r"(?:expected|desired|target|required|minimum) (?:annual |monthly )?(?:salary|compensation|"
    r"pay|remuneration|wage)|"
    r"期望(?:月薪|年薪|薪资|薪酬|工资|待遇|薪水)|(?:薪资|薪酬|薪水|月薪|年薪)(?:要求|期望|待遇|"
    r"范围)?|expected ctc)"
    r"\s*(?:\([^)]{0,20}\))?\s*[:：]?\s*(?:is |of |from |around |about |约|大约|"
    r"为)?(?P<amount>[^\n。；;|]{2,50})"
)
_AMOUNT = re.compile(
    r"(?P<cur1>us\$|hk\$|s\$|c\$|a\$|nt\$|[$€£¥₹]|usd|eur|gbp|cny|rmb|hkd|twd|sgd|inr|cad|aud|chf|"
    r"人民币|美元)?\s*"
    r"(?P<low>\d{1,3}(?:[,，.' ]\d{3})+|\d+(?:\.\d+)?)\s*(?P<k1>k|万|w|千|lakhs?|lpa)?"
    r"(?:\s*(?:-|~|to|至|到|and)\s*(?:us\$|[$€£¥₹])?\s*(?P<high>\d{1,3}(?:[,，.' ]\d{3})+|"
    r"\d+(?:\.\d+)?)\s*(?P<k2>k|万|w|千|lakhs?|lpa)?)?"
    r"\s*(?P<cur2>usd|eur|euros?|gbp|pounds|cny|rmb|hkd|twd|sgd|inr|cad|aud|chf|dollars|元|人民币|"
    r"美元|港币|新台币|台币|[€£])?"
)
_MONTHLY = re.compile(r"(?:per|a|/|each)\s?(?:month|mo\b|m\b)|monthly|p\.?m\b|每?月|/月|元/月")
_YEARLY = re.compile(
    r"(?:per|a|/|each)\s?(?:year|annum|yr|a\b)|annual|p\.?a\b|yearly|年薪|每?年|/年"
)
_HOURLY = re.compile(r"(?:per|an?|/)\s?(?:hour|hr|h\b)|hourly|时薪|小时|每?日|/天|per day|daily")
_CURRENCIES = {
    "us$": "USD", "$": "USD", "usd": "USD", "dollars": "USD", "美元": "USD", "€": "EUR",
    "eur": "EUR", "euro": "EUR", "euros": "EUR", "£": "GBP", "gbp": "GBP", "pounds": "GBP",
    "¥": "CNY", "cny": "CNY", "rmb": "CNY", "元": "CNY", "人民币": "CNY", "hk$": "HKD",
    "hkd": "HKD", "港币": "HKD", "nt$": "TWD", "twd": "TWD", "新台币": "TWD", "台币": "TWD",
    "s$": "SGD", "sgd": "SGD", "₹": "INR", "inr": "INR", "c$": "CAD", "cad": "CAD", "a$": "AUD",
    "aud": "AUD", "chf": "CHF",
}  # fmt: skip
_TIMES = {
    "k": 1000,
    "千": 1000,
    "万": 10_000,
    "w": 10_000,
    "lakh": 100_000,
    "lakhs": 100_000,
    "lpa": 100_000,
}


def _own(folded: str, sections: Sequence[Section]) -> Iterator[tuple[int, str]]:
    """(offset, words) of every section in which people speak of themselves."""
    theirs = {
        SectionKind.EXPERIENCE,
        SectionKind.EDUCATION,
        SectionKind.REFERENCES,
        SectionKind.PROJECTS,
    }
    for section in sections:
        if section.kind not in theirs:
            yield section.span.start, section.span.of(folded)


def find_work_permission(text: str, sections: Sequence[Section]) -> Stated[WorkPermission] | None:
    """Whether somebody says that they may work, or that they need a sponsor."""
    for start, words in _own(fold(text), sections):
        if not any(hint in words for hint in _PERMISSION_HINTS):
            continue
        for match in _NEEDS.finditer(words):
            before = words[max(0, match.start() - 24) : match.end()]
            if not _NEEDS_NONE.search(before):
                return Stated(WorkPermission.NEEDS_SPONSORSHIP, Span(*match.span()).shifted(start))
        match_permitted = _PERMITTED.search(words)
        if match_permitted:
            before = words[max(0, match_permitted.start() - 12) : match_permitted.start()]
            denied = re.search(
                r"\b(?:not|no)\s+(?:currently\s+|yet\s+)?$|不(?:能|可)?$|(?<!无)没有?$", before
            )
            value = WorkPermission.NEEDS_SPONSORSHIP if denied else WorkPermission.PERMITTED
            return Stated(value, Span(*match_permitted.span()).shifted(start))
    return None


def find_availability(text: str, sections: Sequence[Section]) -> Stated[str] | None:
    """When somebody says that they can start, in their words."""
    for start, words in _own(fold(text), sections):
        if not any(hint in words for hint in _AVAILABLE_HINTS):
            continue
        for match in _AVAILABLE.finditer(words):
            if _WORK_SITE.search(words[max(0, match.start() - 12) : match.end()]):
                continue
            span = Span(*match.span()).shifted(start)
            while span.end > span.start + 1 and text[span.end - 1].isspace():
                span = Span(span.start, span.end - 1)
            return Stated(span.of(text), span)
    return None


def find_salary(
    text: str, sections: Sequence[Section], language: str = "en"
) -> Stated[Salary] | None:
    """The expected salary per year; monthly amounts are multiplied by twelve.

    Amounts without a period are per month in Chinese texts below 150,000 and elsewhere below
    10,000, else per year. Hourly and daily rates are no salary.
    """
    for start, words in _own(fold(text), sections):
        for match in _SALARY.finditer(words):
            if found := _read_salary(match[0], match["amount"], language):
                return Stated(found, Span(match.start(), match.end()).shifted(start))
    return None


def _read_salary(whole: str, amount: str, language: str) -> Salary | None:
    match = _AMOUNT.search(amount)
    if match is None or _HOURLY.search(amount):
        return None
    low, high = _number(match["low"]), _number(match["high"])
    first, second = _TIMES.get(match["k1"] or "", 0), _TIMES.get(match["k2"] or "", 0)
    low *= first or (second if high and low < 1000 else 0) or 1
    high *= second or (first if high < 1000 else 0) or 1
    currency = _CURRENCIES.get(match["cur1"] or "") or _CURRENCIES.get(match["cur2"] or "")
    currency = currency or ("CNY" if language == "zh" else "USD")
    monthly = bool(_MONTHLY.search(whole)) and not _YEARLY.search(whole)
    if not monthly and not _YEARLY.search(whole):
        monthly = low < (150_000 if language == "zh" else 10_000)
    factor = 12 if monthly else 1
    low, high = round(low * factor), round(high * factor)
    if not 1_000 <= low <= 100_000_000 or (high and high < low):
        return None
    return Salary(int(low), int(high) or None, currency)


def _number(written: str | None) -> float:
    if not written:
        return 0
    grouped = re.fullmatch(r"\d{1,3}(?:[,，.' ]\d{3})+", written)
    return float(re.sub(r"[,，.' ]", "", written) if grouped else written)
