"""From facts to paper: headings, order, date forms and sentence styles that differ by writer."""

from __future__ import annotations

from demo.dating import STYLES, write_period
from demo.dice import Dice
from demo.facts import AS_OF, Candidate, Held, Schooling
from demo.paper import Block, Bullets, Entry, Pairs, Paper, Paragraph, Section, Tags
from demo.personal import contact_lines, personal_details, small_print, told_by_another
from reading.resume import Degree, LanguageLevel

_HEADINGS: dict[str, dict[str, tuple[str, ...]]] = {
    "en": {
        "summary": ("Profile", "Summary", "About me", "Professional summary", "PROFILE"),
        "experience": (
            "Experience",
            "Work experience",
            "Employment history",
            "Professional experience",
            "CAREER HISTORY",
        ),
        "education": ("Education", "Education and training", "Academic background", "EDUCATION"),
        "skills": ("Skills", "Key skills", "Core competencies", "What I work with", "SKILLS"),
        "languages": ("Languages", "Language skills", "LANGUAGES"),
        "certificates": ("Certifications", "Licences and certificates", "Professional development"),
        "personal": ("Personal details", "Personal information", "PERSONAL DETAILS"),
        "other": ("Additional information", "Other", "Further notes"),
    },
    "zh": {
        "summary": ("自我评价", "个人简介", "个人总结", "个人优势"),
        "experience": ("工作经历", "工作经验", "职业经历", "【工作经历】"),
        "education": ("教育背景", "教育经历", "学历", "【教育经历】"),
        "skills": ("专业技能", "技能特长", "核心技能", "【专业技能】"),
        "languages": ("语言能力", "外语水平", "语言"),
        "certificates": ("证书", "资格证书", "职业资格"),
        "personal": ("个人信息", "基本信息", "个人资料", "【基本信息】"),
        "other": ("其他", "补充说明", "求职意向"),
    },
}
_DEGREES: dict[str, dict[Degree, tuple[str, ...]]] = {
    "en": {
        Degree.SECONDARY: ("A-levels", "High school diploma"),
        Degree.VOCATIONAL: (
            "Vocational diploma in {s}", "NVQ Level 3, {s}", "Apprenticeship in {s}",
        ),
        Degree.ASSOCIATE: ("Associate degree in {s}", "Foundation degree, {s}", "HND {s}"),
        Degree.BACHELOR: (
            "BSc {s}", "Bachelor's degree in {s}", "Bachelor of Science, {s}", "BA (Hons) {s}",
        ),
        Degree.MASTER: ("MSc {s}", "Master's degree in {s}", "Master of Science in {s}"),
        Degree.DOCTORATE: ("PhD, {s}",),
    },
    "zh": {
        Degree.SECONDARY: ("高中",),
        Degree.VOCATIONAL: ("{s}（中专）", "中专 {s}"),
        Degree.ASSOCIATE: ("{s}（大专）", "大专 {s}专业"),
        Degree.BACHELOR: ("{s}（本科）", "本科 {s}专业", "{s} 学士"),
        Degree.MASTER: ("{s}（硕士研究生）", "硕士 {s}"),
        Degree.DOCTORATE: ("{s}（博士）",),
    },
}  # fmt: skip
_TONGUES = {
    "en": ("English", "英语"), "zh": ("Mandarin", "普通话"), "de": ("German", "德语"),
    "fr": ("French", "法语"), "es": ("Spanish", "西班牙语"), "pl": ("Polish", "波兰语"),
    "hi": ("Hindi", "印地语"), "ar": ("Arabic", "阿拉伯语"), "it": ("Italian", "意大利语"),
    "nl": ("Dutch", "荷兰语"),
    "ja": ("Japanese", "日语"), "ko": ("Korean", "韩语"), "vi": ("Vietnamese", "越南语"),
}  # fmt: skip
_L = LanguageLevel
_LEVELS: dict[str, dict[LanguageLevel, tuple[str, ...]]] = {
    "en": {
        _L.A1: ("A1", "beginner"), _L.A2: ("A2", "basic"), _L.B1: ("B1", "intermediate"),
        _L.B2: ("B2", "upper intermediate"), _L.C1: ("C1", "fluent"), _L.C2: ("C2", "C2"),
        _L.NATIVE: ("native", "mother tongue"),
    },
    "zh": {
        _L.A1: ("入门",), _L.A2: ("基础", "初级"), _L.B1: ("中等", "B1"), _L.B2: ("良好", "B2"),
        _L.C1: ("流利", "C1"), _L.C2: ("精通",), _L.NATIVE: ("母语",),
    },
}  # fmt: skip
_EXAMS = {_L.B1: "（CET-4）", _L.B2: "（CET-6）", _L.C1: "（雅思7.5）"}
_ORDERS = (
    "summary experience education skills languages certificates personal other",
    "personal summary skills experience education certificates languages other",
    "summary skills experience education languages certificates other personal",
    "education experience skills languages certificates summary personal other",
    "personal education experience skills languages certificates summary other",
)


def _degree(dice: Dice, candidate: Candidate, one: Schooling) -> str:
    words = dice.choice(_DEGREES[candidate.language][one.degree]).format(s=one.subject)
    if one.end > AS_OF:
        words += "（在读）" if candidate.language == "zh" else " (in progress)"
    return words


def _tongue(dice: Dice, candidate: Candidate, code: str, level: LanguageLevel) -> str:
    index = 1 if candidate.language == "zh" else 0
    name, words = _TONGUES[code][index], dice.choice(_LEVELS[candidate.language][level])
    if candidate.language == "zh":
        sat = code == "en" and not candidate.traditional
        exam = _EXAMS.get(level, "") if sat else ""
        return f"{name}：{words}{exam}"
    return dice.choice((f"{name} ({words})", f"{name}: {words}", f"{name} – {words}"))


def _position(dice: Dice, candidate: Candidate, style: str, held: Held, told: bool) -> Entry:
    zh = candidate.language == "zh"
    city = held.city.zh if zh else held.city.en
    place = held.employer
    if city not in place and dice.chance(0.6):
        place += f"（{city}）" if zh else f", {city}"
    dates = write_period(dice, candidate.language, style, held.start, held.end)
    if told and held.bullets:
        joined = "。".join(held.bullets) + "。" if zh else ". ".join(held.bullets) + "."
        return Entry(held.title, place, dates, (joined,), prose=True)
    return Entry(held.title, place, dates, held.bullets)


def _experience(dice: Dice, candidate: Candidate, style: str) -> tuple[Block, ...]:
    told = dice.chance(0.12)  # some write a paragraph for each job instead of points
    dated: list[tuple[int, Block]] = [
        (h.start.ordinal, _position(dice, candidate, style, h, told)) for h in candidate.held
    ]
    for pause in candidate.pauses:
        dates = write_period(dice, candidate.language, style, pause.start, pause.end)
        dated.append((pause.start.ordinal, Entry(pause.words, "", dates)))
    dated.sort(key=lambda pair: -pair[0])
    return tuple(block for _, block in dated)


def _section_blocks(dice: Dice, candidate: Candidate, style: str) -> dict[str, tuple[Block, ...]]:
    """The blocks of each kind of section; an empty tuple leaves the section out."""
    write = candidate.language
    education = tuple(
        Entry(
            _degree(dice, candidate, s), s.school, write_period(dice, write, style, s.start, s.end)
        )
        for s in candidate.schooling
    )
    skills = tuple(words for _, words in candidate.listed)
    tongues = tuple(_tongue(dice, candidate, code, level) for code, level in candidate.languages)
    if candidate.language == "en" and len(tongues) == 1:
        tongues = ()  # nobody writes "English: native" alone
    personal = personal_details(dice, candidate)
    notes = tuple(aside.text for aside in candidate.asides) + small_print(dice, candidate)
    summary = told_by_another(candidate) if dice.chance(0.06) else candidate.summary
    return {
        "summary": (Paragraph(summary),) if dice.chance(0.8) else (),
        "experience": _experience(dice, candidate, style),
        "education": education,
        "skills": (Tags(skills),) if skills else (),
        "languages": (Tags(tongues),) if tongues else (),
        "certificates": (Bullets(candidate.certificates),) if candidate.certificates else (),
        "personal": (Pairs(personal),) if personal else (),
        "other": (Bullets(notes),) if notes else (),
    }


def write_paper(dice: Dice, candidate: Candidate) -> Paper:
    """One writer's résumé of these facts. Traditional characters are converted last."""
    style = dice.weighted(STYLES[candidate.language])
    blocks = _section_blocks(dice, candidate, style)
    headings = _HEADINGS[candidate.language]
    sections = tuple(
        Section(kind, dice.choice(headings[kind]), blocks[kind])
        for kind in dice.choice(_ORDERS).split()
        if blocks[kind]
    )
    name = candidate.person.name
    footer = None
    if dice.chance(0.3):
        footer = f"{name} 个人简历" if candidate.language == "zh" else f"{name} – Curriculum vitae"
    return Paper(
        language=candidate.language,
        name=name,
        headline=candidate.headline if dice.chance(0.75) else "",
        contacts=contact_lines(dice, candidate),
        sections=sections,
        photo=dice.chance(0.25),
        footer=footer,
    )
