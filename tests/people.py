"""Six people for end-to-end tests; trades and templates occur in neither the code nor demo/."""

from __future__ import annotations

ARBORIST = """{name}
{contact}

ABOUT
{pronoun} climbs, prunes and fells for municipalities and estates.

WORK HISTORY
Lead Arborist, Greencanopy Contractors
April 2019 - present
- Led a crew of six in the crown reduction of 400 veteran oaks
- Wrote risk assessments for work near railway lines
- Trained climbers in aerial rescue

Climbing Arborist, Elmfield Estates
June 2014 - March 2019
- Dismantled storm-damaged trees with rope rigging
- Operated chippers and stump grinders

EDUCATION
Bachelor of Science in Forestry, Aldermoor College, 2014

SKILLS
Chainsaw maintenance, rope rigging, Microsoft Excel

LANGUAGES
English (native), German (B2)
"""

VIOLIN_MAKER = """{name}
{contact}

PROFILE
Luthier with an ear for old instruments.

WORK HISTORY
Violin Maker, Cremhurst Workshop
January 2012 - present
- Built thirty violins and violas from local maple
- Restored a cracked cello for an orchestra

EDUCATION
Diploma in Instrument Making, Northfold School, 2011

LANGUAGES
English, Italian (C1)
"""

DIVER = """{name}
{contact}

个人简介
十年水下作业经验，熟悉潜水安全规程。

工作经历
2016年5月至今 海蓝潜水中心 潜水教练
- 指导学员四百余人，零事故
- 负责气瓶检测与装备维护
2012年3月-2016年4月 东礁打捞公司 潜水员
- 参与沉船打捞，编写作业报告

教育背景
2008年9月-2012年6月 临海大学 本科 海洋科学

语言
英语（CET-6）
"""

POTTER = """{name}
{contact}

工作经历
2018年1月至今 青瓷坊 陶艺师
- 独立完成拉坯、上釉与烧制
- 开设周末课程，学员两百人

教育背景
2013年9月-2017年6月 景川学院 本科 陶瓷艺术

技能
拉坯、釉料配方、窑炉操作
"""

BEEKEEPER = """{name}
{contact}

WORK HISTORY
Beekeeper, Heatherdown Apiary
2015 - 2023
- Kept 120 hives through five winters with losses below eight percent
- Sold honey at markets and kept the accounts in Excel

EDUCATION
Certificate in Apiculture, 2014
"""

STAGEHAND = """{name}
{contact}

WORK HISTORY
Stage Carpenter, Lanternlight Theatre
March 2020 - present
- Built sets with rope rigging for twelve productions
- Worked alongside arborists who felled timber for the workshop

INTERESTS
Hoping to train as an arborist
"""

TEXTS = {
    "arborist": ARBORIST,
    "violin": VIOLIN_MAKER,
    "diver": DIVER,
    "potter": POTTER,
    "beekeeper": BEEKEEPER,
    "stagehand": STAGEHAND,
}

NAMES = {
    "arborist": ("Orsolya Fenwick-Tamm", "orsolya@example.org | +44 7700 900101"),
    "violin": ("Ugo Belforte", "ugo@example.org | +44 7700 900102"),
    "diver": ("姓名：濮阳溪", "电话：13900000001 邮箱：puyang@example.org"),
    "potter": ("姓名：阙明远", "电话：13900000002 邮箱：que@example.org"),
    "beekeeper": ("Ansgar Thistlewood", "ansgar@example.org"),
    "stagehand": ("Ines Quarrie", "ines@example.org"),
}

ARBORIST_JOB = """Arborist

We look after the trees of three cities.

Requirements
- 5+ years of experience as an arborist
- Rope rigging and aerial rescue
- Bachelor's degree in forestry

Nice to have
- German
"""

DIVER_JOB = """潜水教练

任职要求
1. 本科及以上学历；
2. 3年以上潜水教学经验；
3. 熟悉装备维护；
4. 英语六级优先。
"""


def resume_of(who: str, **changes: str) -> str:
    """The résumé of one of them, with the name, contact line or pronoun of somebody else."""
    name, contact = NAMES[who]
    return TEXTS[who].format(**{"name": name, "contact": contact, "pronoun": "She"} | changes)
