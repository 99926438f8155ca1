"""Chinese names, skills and duties of occupations (this project's own), and lines made of them."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from random import Random

_BRACKETS = re.compile(r"（[^（）]*）")
_DUTIES = (
    "{d}", "{d}", "负责：{d}", "日常工作：{d}", "主要内容为{d}", "岗位内容：{d}", "{title}期间{d}",
    "独立{d}", "参与{d}",
)  # fmt: skip
_GAINS = (
    "{d}，月均{n}件", "{d}，覆盖{m}个项目", "{d}，效率提高{p}%", "{d}，带{m}人小组",
    "{d}，全年零事故", "{d}，差错下降{p}%", "{d}，获部门表扬",
)  # fmt: skip
_ROWS = ("{d} | {y}年", "{s}年起：{d}", "{title} | {d}", "{d}（{y}年）")
_HEADS = ("做{title}{y}年，{d}", "{y}年{title}经历，{d}", "{title}，长期{d}")
_SKILLS = ("掌握{all}", "技能：{all}", "会用{all}", "擅长{all}", "{all}，累计{y}年")


@dataclass(frozen=True, slots=True)
class ChineseWords:
    """One occupation in Chinese; `soc` is the broad code."""

    soc: str
    titles: tuple[str, ...]
    skills: tuple[str, ...]
    duties: tuple[str, ...]


@cache
def read_chinese() -> dict[str, ChineseWords]:
    """SOC code → its Chinese words, from the room's own table."""
    text = files(__package__).joinpath("chinese.tsv").read_text(encoding="utf-8")
    found = {}
    for row in csv.DictReader(text.splitlines(), delimiter="\t"):
        titles = tuple(_BRACKETS.sub("", title) for title in row["titles"].split("|"))
        skills, duties = tuple(row["skills"].split("|")), tuple(row["duties"].split("|"))
        found[row["soc"]] = ChineseWords(row["soc"], titles, skills, duties)
    return found


def rank_title(title: str, years: int, chance: Random) -> str:
    """Now and then the rank that somebody with so many years has, before the title."""
    if chance.random() > 0.15 or title.endswith(("经理", "总监", "主任", "主管")):
        return title
    return ("高级" if years >= 5 else "初级") + title


def work_line(duty: str, title: str, years: int, since: int, chance: Random) -> str:
    """A duty as a plain line, an achievement, a table's row or a headline."""
    kind = chance.choices((_DUTIES, _GAINS, _ROWS, _HEADS), (56, 22, 11, 11))[0]
    if chance.random() < 0.25 and "，" in duty:
        duty = "，".join(reversed(duty.split("，")))
    if years < 2 and kind is not _DUTIES:
        kind = _GAINS
    fitting = [each for each in kind if not duty.startswith(each.partition("{")[0] or "\n")]
    return chance.choice(fitting).format(
        d=duty,
        title=title,
        y=years,
        s=since,
        n=chance.choice((12, 25, 45, 80, 130)),
        m=chance.randint(2, 9),
        p=chance.choice((6, 13, 18, 24)),
    )


def skill_line(skills: list[str], years: int, chance: Random) -> str:
    """One line that lists skills."""
    templates = _SKILLS if years >= 2 else _SKILLS[:4]
    return chance.choice(templates).format(all="、".join(skills), y=years)


def demand_of(duty: str, chance: Random) -> str:
    """A duty in the shorthand of a posting: its first half, where it has two."""
    parts = re.split(r"[，、并]", duty)
    short = parts[0] if len(parts[0]) >= 4 else duty
    return chance.choice(("{}", "{}经验", "能{}")).format(short)


def years_words(years: int) -> str:
    """So many years, as search.digest says it."""
    return f"{years}年"
