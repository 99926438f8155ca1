"""Invented people: names that fit together, and contacts that reach nobody.

E-mail domains are the reserved example ones; phones lie in ranges kept for fiction where a country
has them, and are otherwise numbers that no operator assigns.
"""

from __future__ import annotations

import unicodedata
from typing import Literal

from demo.dice import Dice
from demo.facts import AS_OF, City, Language, Person

_CITIES_EN = (
    City("London", "伦敦", "GB", "+44"),
    City("Manchester", "曼彻斯特", "GB", "+44"),
    City("Leeds", "利兹", "GB", "+44"),
    City("Glasgow", "格拉斯哥", "GB", "+44"),
    City("Berlin", "柏林", "DE", "+49"),
    City("Hamburg", "汉堡", "DE", "+49"),
    City("Munich", "慕尼黑", "DE", "+49"),
    City("Chicago", "芝加哥", "US", "+1"),
    City("Boston", "波士顿", "US", "+1"),
    City("Austin", "奥斯汀", "US", "+1"),
    City("Seattle", "西雅图", "US", "+1"),
    City("Toronto", "多伦多", "CA", "+1"),
    City("Dublin", "都柏林", "IE", "+353"),
    City("Singapore", "新加坡", "SG", "+65"),
    City("Amsterdam", "阿姆斯特丹", "NL", "+31"),
)
_CITIES_ZH = tuple(
    City(en, zh, "CN", "+86")
    for en, zh in (
        ("Beijing", "北京"),
        ("Shanghai", "上海"),
        ("Guangzhou", "广州"),
        ("Shenzhen", "深圳"),
        ("Hangzhou", "杭州"),
        ("Chengdu", "成都"),
        ("Wuhan", "武汉"),
        ("Nanjing", "南京"),
        ("Xi'an", "西安"),
        ("Suzhou", "苏州"),
    )
)
_CITIES_HANT = (City("Taipei", "台北", "TW", "+886"), City("Hong Kong", "香港", "HK", "+852"))

# Women's names, men's names, family names, usual nationality.
_ORIGINS: tuple[tuple[str, str, str, str], ...] = (
    (
        "Hannah Charlotte Megan Eleanor Gemma Rose Grace Holly Imogen Joanne Faith",
        "Oliver Callum Thomas Graham Jack Will Stephen Ross Mark Lewis Dean",
        "Whitfield Barker Hargreaves Pemberton Ashdown Cartwright Sutcliffe Kerr Baker Young",
        "GB",
    ),
    (
        "Ashley Brianna Kayla Danielle Monique Jasmine Heather",
        "Tyler Marcus Brandon Jamal Derek Travis Andre",
        "Coleman Jefferson Brooks Ramsey Delaney Washburn Hollister Booker Nash",
        "US",
    ),
    (
        "Katharina Anja Lena Svenja Franziska Birgit",
        "Lukas Jürgen Matthias Florian Torsten Björn",
        "Brandt Köhler Lindner Vogel Schäfer Reinhardt Pohl",
        "DE",
    ),
    (
        "Agnieszka Magdalena Kasia Zofia",
        "Piotr Tomasz Marek Jakub",
        "Wrona Zielonka Kaczor Dudek Mazurek",
        "PL",
    ),
    (
        "Ngozi Adaeze Folake Amina Yetunde",
        "Chinedu Emeka Tunde Babatunde Ifeanyi",
        "Okonjo Adebayo Nwosu Balogun Eze Olatunji",
        "NG",
    ),
    (
        "Priya Ananya Kavita Deepika Meera Sunita",
        "Rohan Arjun Vikram Sanjay Nikhil Imran",
        "Iyer Deshmukh Chatterjee Nair Bhatt Qureshi Menon",
        "IN",
    ),
    (
        "Lucía Marta Valentina Camila Pilar",
        "Javier Diego Andrés Mateo Sergio",
        "Fuentes Robledo Cárdenas Iglesias Montoya Vidal",
        "ES",
    ),
    (
        "Siobhán Aoife Niamh Ciara",
        "Cormac Eoin Declan Padraig",
        "Doherty Kinsella Brannigan Tierney Moran",
        "IE",
    ),
    (
        "Layla Nour Farah Yasmin",
        "Omar Karim Tariq Hassan",
        "Haddad Mansour Khoury Aziz Rahmani",
        "JO",
    ),
    ("Linh Thuy Mai Hoa", "Minh Duc Quang Bao", "Nguyen Pham Trinh Vu", "VN"),
    ("Ji-woo Soo-min Hye-jin", "Min-ho Dong-hyun Seung-woo", "Kang Yoon Seo Bae", "KR"),
    (
        "Mei Xiuying Wanting Jia",
        "Wei Jianguo Haoran Zhiqiang",
        "Zhang Liu Chen Zhou Huang Xu",
        "CN",
    ),
)
_FAMILY_ZH = "张王李刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
_GIVEN_ZH_F = [
    "秀英",
    "丽娟",
    "婷婷",
    "雅琴",
    "慧敏",
    "雪梅",
    "思雨",
    "梦瑶",
    "佳怡",
    "晓燕",
    "静",
    "敏",
    "玲",
    "欣然",
    "若曦",
    "海霞",
    "春兰",
    "诗涵",
    "文静",
    "红",
    "晓彤",
    "美玲",
    "雨桐",
    "素珍",
    "瑾",
]
_GIVEN_ZH_M = [
    "伟",
    "强",
    "建国",
    "志强",
    "浩然",
    "子轩",
    "俊杰",
    "明",
    "磊",
    "国栋",
    "文博",
    "宇航",
    "海涛",
    "鹏飞",
    "永康",
    "家豪",
    "立新",
    "一鸣",
    "天佑",
    "勇",
    "兴",
    "振华",
    "嘉诚",
    "博文",
    "高",
]
_STREETS = (
    "Alder Row", "Mill Lane", "Station Road", "Orchard Close", "Harbour Street", "Quarry Hill",
    "Larch Avenue", "Canal Walk", "Beacon Way", "Foundry Street",
)  # fmt: skip
_STREETS_ZH = ("青榆路", "澜桥街", "翠屿大道", "望禾路", "砚池巷", "枫溪路", "朝晖里")
_DOMAINS = ("example.com", "example.org", "example.net")

_PINYIN = {
    "张": "zhang", "王": "wang", "李": "li", "刘": "liu", "陈": "chen", "杨": "yang", "赵": "zhao",
    "黄": "huang", "周": "zhou", "吴": "wu", "徐": "xu", "孙": "sun", "胡": "hu", "朱": "zhu",
    "高": "gao", "林": "lin", "何": "he", "郭": "guo", "马": "ma", "罗": "luo", "梁": "liang",
    "宋": "song", "郑": "zheng", "谢": "xie", "韩": "han", "唐": "tang", "冯": "feng", "于": "yu",
    "董": "dong", "萧": "xiao", "程": "cheng", "曹": "cao", "袁": "yuan", "邓": "deng", "许": "xu",
    "傅": "fu", "沈": "shen", "曾": "zeng", "彭": "peng", "吕": "lv",
}  # fmt: skip


def _ascii(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name)
    return "".join(c for c in plain if c.isascii() and c.isalpha()).lower()


def _phone(dice: Dice, city: City, serial: int) -> str:
    """A number of a fictional range; `serial` keeps two people's numbers apart."""
    if city.country == "GB":
        return f"+44 7700 900{serial % 1000:03d}"
    if city.country in ("US", "CA"):
        area = {"Chicago": 312, "Boston": 617, "Austin": 512, "Seattle": 206}.get(city.en, 416)
        return dice.choice(
            ("+1 ({a}) 555-{n:04d}", "{a}-555-{n:04d}", "+1 {a} 555 {n:04d}")
        ).format(a=area + serial // 100, n=100 + serial % 100)
    if city.country == "CN":
        # No operator holds 1 0xx or 1 2xx numbers.
        number = f"1{dice.choice('02')}0{serial:04d}{dice.randrange(10000):04d}"
        return dice.choice(
            (
                number,
                f"{number[:3]}-{number[3:7]}-{number[7:]}",
                f"+86 {number[:3]} {number[3:7]} {number[7:]}",
            )
        )
    return f"{city.dialling} 000 {serial:04d} {dice.randrange(1000):03d}"


def invent_person(
    dice: Dice, language: Language, traditional: bool, serial: int, born: int
) -> Person:
    """Somebody who does not exist; `serial` (unique in the pool) makes e-mail and phone unique."""
    gender: Literal["f", "m"] = "f" if dice.chance(0.5) else "m"
    if language == "zh":
        city = dice.choice(_CITIES_HANT if traditional else _CITIES_ZH)
        family = dice.choice(_FAMILY_ZH)
        given = dice.choice(_GIVEN_ZH_F if gender == "f" else _GIVEN_ZH_M)
        name = family + given
        handle = (
            f"{_PINYIN[family]}{dice.choice(('', '_', '.'))}{serial:03d}{dice.randrange(100):02d}"
        )
        nationality = city.country
        street = f"{dice.choice(_STREETS_ZH)}{dice.randint(2, 188)}号"
    else:
        city = dice.choice(_CITIES_EN)
        women, men, families, nationality = dice.choices(
            _ORIGINS, (6, 4, 3, 2, 2, 3, 2, 2, 1, 1, 1, 2)
        )[0]
        family = dice.choice(families.split())
        given = dice.choice((women if gender == "f" else men).split())
        name = f"{given} {family}"
        if dice.chance(0.12):
            name = f"{given} {dice.choice('ABCDEJKLMRST')}. {family}"
        pattern = dice.choice(("{g}.{f}", "{f}.{g}", "{g}{f}", "{i}{f}", "{g}_{f}"))
        handle = pattern.format(g=_ascii(given), f=_ascii(family), i=_ascii(given)[0]) + str(serial)
        street = f"{dice.randint(2, 240)} {dice.choice(_STREETS)}"
    link = None
    if dice.chance(0.25):
        site = dice.choice(("www", "people", "portfolio"))
        link = f"https://{site}.example.org/{handle.replace('.', '-')}"
    age = AS_OF.year - born
    return Person(
        name=name,
        given=given,
        family=family,
        gender=gender,
        born=(born, dice.randint(1, 12), dice.randint(1, 28)),
        nationality=nationality,
        married=age > 27 and dice.chance(0.6),
        email=f"{handle}@{dice.choice(_DOMAINS)}",
        phone=_phone(dice, city, serial),
        city=city,
        street=street,
        link=link,
    )
