"""The words of the simulated postings, in both languages. Slots: see `demo.dice.Dice.fill`."""

from __future__ import annotations

from demo.facts import Language
from reading.resume import Degree, LanguageLevel

FIELDS: dict[str, dict[Language, str]] = {
    "accounting": {"en": "accounting", "zh": "会计"},
    "chef": {"en": "professional kitchens", "zh": "厨房"},
    "electrician": {"en": "electrical trades", "zh": "电气"},
    "hr": {"en": "human resources", "zh": "人力资源"},
    "logistics": {"en": "logistics", "zh": "物流"},
    "mechanical": {"en": "mechanical engineering", "zh": "机械设计"},
    "nursing": {"en": "nursing", "zh": "护理"},
    "pharmacy": {"en": "pharmacy", "zh": "药学"},
    "sales": {"en": "sales", "zh": "销售"},
    "software": {"en": "software development", "zh": "软件开发"},
    "support": {"en": "customer service", "zh": "客户服务"},
    "teaching": {"en": "teaching", "zh": "教学"},
}
STEMS: dict[Language, tuple[str, ...]] = {
    "en": (
        "Oakhurst", "Tessaly", "Cindermoor", "Velloway", "Harbourne Vale", "Pinestead", "Jorvale",
        "Ullswick", "Amberlow", "Drummore", "Fairwold", "Kilbrace",
    ),
    "zh": ("云栖", "宁朴", "瑞棠", "海棠湾", "青麓", "弘泽", "嘉禾桥", "远屿", "天衡", "松涛"),
}  # fmt: skip
CITIES: dict[Language, tuple[str, ...]] = {
    "en": ("Bristol", "Cardiff", "Edinburgh", "Cologne", "Denver", "Ottawa", "Cork", "Utrecht"),
    "zh": ("天津", "重庆", "青岛", "厦门", "长沙", "郑州", "合肥"),
}
HEADINGS: dict[Language, dict[str, tuple[str, ...]]] = {
    "en": {
        "duties": ("The job", "Your week with us", "What the role is about", "Responsibilities"),
        "musts": ("Requirements", "What we need", "You must have", "Essential criteria"),
        "nices": ("Nice to have", "A plus", "Desirable", "We would also be glad of"),
    },
    "zh": {
        "duties": ("工作内容", "岗位职责：", "你将负责"),
        "musts": ("任职要求", "岗位要求：", "必备条件", "我们要求"),
        "nices": ("加分项", "优先条件：", "以下条件优先"),
    },
}
INTROS: dict[Language, tuple[str, ...]] = {
    "en": (
        "{employer} is growing in {city}, and a desk is free in a team of {4-14}.",
        "After {9-30} years in {field}, {employer} still answers its own telephone. Join us.",
        "{employer} looks for somebody to follow a colleague who retires in {spring|autumn}.",
        "We are {employer}: {20-400/10} people, one canteen, decisions within the week.",
    ),
    "zh": (
        "{employer}因业务发展，现面向社会公开招聘。",
        "{employer}深耕{field}领域{8-25}年，团队氛围简单，诚邀加入。",
        "因团队扩充，{employer}（{city}）新增以下岗位。",
        "我们是一支{10-200/10}人的团队，扁平管理，期待你的加入。",
    ),
}
DUTIES: dict[Language, tuple[str, ...]] = {
    "en": (
        "you will share an office with the people who do {skill}",
        "now and then {skill} comes up; we will show you how we do it",
        "day to day you work beside colleagues who look after {skill}",
        "keep the team informed and the paperwork short",
        "help to plan the coming quarter, {skill} included",
        "stand in for colleagues during their holidays",
        "say what could be simpler, and make it so",
    ),
    "zh": (
        "与负责{skill}的团队协同工作",
        "配合部门推进{skill}等相关事项",
        "完成部门季度计划中的各项任务",
        "了解{skill}的基本流程，入职后有培训",
        "参与制度梳理，提出改进建议",
        "节假日与同事轮流值守",
    ),
}
DEMANDS: dict[Language, dict[str, tuple[str, ...]]] = {
    "en": {
        "skill": (
            "proven {skill}",
            "practical command of {skill}",
            "experience with {skill} in an earlier position",
            "{skill}: part of your daily work until now",
            "you are at home with {skill}",
        ),
        "skill years": (
            "at least {n} years of {skill}",
            "{n}+ years of experience with {skill}",
            "minimum of {n} years' {skill}",
            "{skill} for {n} years or longer",
        ),
        "nice skill": (
            "some {skill}",
            "exposure to {skill}",
            "we like to see {skill}",
            "having done {skill} before",
        ),
        "experience": (
            "at least {n} years of experience in {field}",
            "{n} or more years in {field}",
            "a background of {n}+ years in {field}",
        ),
        "degree": (
            "{degree} or higher",
            "educated to the level of a {degree}",
        ),
        "degree in subject": (
            "{degree} in {subject} or a neighbouring subject",
            "{subject}: {degree} or above",
        ),
        "tongue": (
            "{tongue} at {level} or better",
            "good {tongue} ({level})",
            "you speak {tongue}, {level} at least",
        ),
        "permission": (
            "the right to work in this country; visa sponsorship is not available",
            "must be authorised to work here without sponsorship",
        ),
    },
    "zh": {
        "skill": (
            "熟练掌握{skill}",
            "具备{skill}实际工作经验",
            "在以往岗位中做过{skill}",
            "能够独立承担{skill}工作",
        ),
        "skill years": (
            "{n}年以上{skill}经验",
            "从事{skill}满{n}年",
            "至少{n}年{skill}相关工作经历",
        ),
        "nice skill": (
            "了解{skill}者优先",
            "接触过{skill}",
            "有{skill}经验更佳",
        ),
        "experience": (
            "{n}年以上{field}工作经验",
            "从事{field}相关岗位{n}年及以上",
        ),
        "degree": (
            "{degree}及以上学历",
            "学历要求：{degree}以上",
        ),
        "degree in subject": (
            "{degree}及以上学历，{subject}等相关专业",
            "{subject}相关专业{degree}以上",
        ),
        "tongue": (
            "{tongue}水平{level}及以上",
            "{tongue}{level}，可用于工作沟通",
        ),
        "permission": ("须具备合法工作许可，公司不提供签证担保",),
    },
}
DEGREES: dict[Language, dict[Degree, str]] = {
    "en": {
        Degree.VOCATIONAL: "vocational diploma",
        Degree.ASSOCIATE: "associate degree",
        Degree.BACHELOR: "bachelor's degree",
        Degree.MASTER: "master's degree",
    },
    "zh": {
        Degree.VOCATIONAL: "中专",
        Degree.ASSOCIATE: "大专",
        Degree.BACHELOR: "本科",
        Degree.MASTER: "硕士",
    },
}
TONGUES: dict[str, dict[Language, str]] = {
    "en": {"en": "English", "zh": "英语"},
    "de": {"en": "German", "zh": "德语"},
    "fr": {"en": "French", "zh": "法语"},
    "es": {"en": "Spanish", "zh": "西班牙语"},
    "ja": {"en": "Japanese", "zh": "日语"},
}
LEVELS: dict[Language, dict[LanguageLevel, str]] = {
    "en": {LanguageLevel.B1: "B1", LanguageLevel.B2: "B2", LanguageLevel.C1: "C1"},
    "zh": {LanguageLevel.B1: "B1", LanguageLevel.B2: "B2", LanguageLevel.C1: "C1"},
}
CLOSINGS: dict[Language, tuple[str, ...]] = {
    "en": (
        "Pay by agreement. Write to us with a résumé; we answer within ten days.",
        "Full time, partly remote where the work allows it.",
        "Permanent position, 28 days of leave, and a bicycle if you like.",
    ),
    "zh": (
        "待遇面议，五险一金，双休。",
        "有意者请投递简历，我们将在一周内回复。",
        "提供住房补贴与年度体检。",
    ),
}
