"""Contact lines, personal details and notes, as people really put them into a résumé."""

from __future__ import annotations

from demo.dice import Dice
from demo.facts import AS_OF, Candidate

_NATIONS = {
    "GB": "British", "US": "American", "DE": "German", "PL": "Polish", "NG": "Nigerian",
    "IN": "Indian", "ES": "Spanish", "IE": "Irish", "JO": "Jordanian", "VN": "Vietnamese",
    "KR": "South Korean", "CN": "Chinese",
}  # fmt: skip
_COUNTRIES = {
    "GB": "UK", "DE": "Germany", "US": "USA", "CA": "Canada", "IE": "Ireland", "SG": "Singapore",
    "NL": "Netherlands",
}  # fmt: skip
_REGIONS = {"Chicago": "IL", "Boston": "MA", "Austin": "TX", "Seattle": "WA", "Toronto": "ON"}


def contact_lines(dice: Dice, candidate: Candidate) -> tuple[str, ...]:
    """Phone, e-mail, place and link, labelled or not, in the writer's order."""
    person, zh = candidate.person, candidate.language == "zh"
    labelled = dice.chance(0.5 if not zh else 0.75)
    if zh:
        place = f"{person.city.zh}市{person.street}" if dice.chance(0.25) else person.city.zh
        parts = [("电话", person.phone), ("邮箱", person.email), ("现居地", place)]
        joined = [f"{label}：{value}" if labelled else value for label, value in parts]
    else:
        country = _REGIONS.get(person.city.en) or _COUNTRIES[person.city.country]
        place = person.city.en if country == person.city.en else f"{person.city.en}, {country}"
        if dice.chance(0.25):
            place = f"{person.street}, {place}"
        labels = dice.choice(
            (("Phone", "E-mail", "Address"), ("Tel", "Email", "Location"), ("M", "E", "A"))
        )
        parts = list(zip(labels, (person.phone, person.email, place), strict=True))
        joined = [f"{label}: {value}" if labelled else value for label, value in parts]
    if not zh and dice.chance(0.05):
        joined.append("she/her" if person.gender == "f" else "he/him")
    if person.link:
        joined.append(person.link)
    if dice.chance(0.5):
        joined[0], joined[1] = joined[1], joined[0]
    return tuple(joined)


def _details_zh(dice: Dice, candidate: Candidate) -> list[tuple[str, str]]:
    person = candidate.person
    year, month, day = person.born
    age = AS_OF.year - year - ((month, day) > (AS_OF.month, 1))
    birth = dice.choice(
        (f"{year}年{month}月{day}日", f"{year}-{month:02d}-{day:02d}", f"{year}.{month:02d}")
    )
    rows = [("姓名", person.name), ("性别", "女" if person.gender == "f" else "男")]
    rows.append(("出生日期", birth) if dice.chance(0.6) else ("年龄", f"{age}岁"))
    if candidate.traditional:  # the rest is asked on the mainland only
        return rows
    if dice.chance(0.6):
        rows.append(
            ("民族", dice.choice(("汉族", "汉族", "汉族", "回族", "满族", "壮族", "土家族")))
        )
    if dice.chance(0.45):
        rows.append(("政治面貌", dice.choice(("群众", "共青团员", "中共党员", "群众"))))
    if dice.chance(0.6):
        rows.append(("婚姻状况", dice.choice(("已婚", "已婚已育")) if person.married else "未婚"))
    if dice.chance(0.4):
        rows.append(
            (
                "籍贯",
                dice.choice(
                    ("湖南长沙", "江苏南通", "山东烟台", "河南洛阳", "四川绵阳", "福建泉州")
                ),
            )
        )
    if dice.chance(0.2):
        rows.append(("身高", f"{dice.randint(155, 172) + (person.gender == 'm') * 10}cm"))
    return rows


def _details_en(dice: Dice, candidate: Candidate) -> list[tuple[str, str]]:
    person = candidate.person
    year, month, day = person.born
    names = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ]
    birth = dice.choice(
        (
            f"{day} {names[month - 1]} {year}",
            f"{day:02d}/{month:02d}/{year}",
            f"{year}-{month:02d}-{day:02d}",
        )
    )
    rows = [("Date of birth", birth)]
    if dice.chance(0.7):
        rows.append(("Nationality", _NATIONS[person.nationality]))
    if dice.chance(0.6):
        children = dice.choice(("", ", two children", ", one child"))
        rows.append(("Marital status", f"married{children}" if person.married else "single"))
    if dice.chance(0.4):
        rows.append(("Gender", "female" if person.gender == "f" else "male"))
    if dice.chance(0.3):
        rows.append(("Driving licence", dice.choice(("B", "full, clean", "B, C1"))))
    return rows


def personal_details(dice: Dice, candidate: Candidate) -> tuple[tuple[str, str], ...]:
    """Birth, marital status, nationality and so on: two thirds of Chinese writers, some others."""
    if candidate.language == "zh":
        return tuple(_details_zh(dice, candidate)) if dice.chance(0.65) else ()
    continental = candidate.person.city.country in ("DE", "NL")
    return tuple(_details_en(dice, candidate)) if dice.chance(0.6 if continental else 0.18) else ()


def told_by_another(candidate: Candidate) -> str:
    """A summary in the third person, as agencies and proud friends write it."""
    person, woman = candidate.person, candidate.person.gender == "f"
    if candidate.language == "zh":
        word = "她" if woman else "他"
        title = person.name[0] + ("女士" if woman else "先生")
        return f"{title}做事踏实，{word}的同事评价{word}认真可靠。"
    they, their, them = ("She", "her", "her") if woman else ("He", "his", "him")
    title = "Ms" if woman else "Mr"
    return (
        f"{person.given} keeps {their} promises, and {their} colleagues describe {them} as calm "
        f"and precise. {they} would be glad to talk. {title} {person.family} can be "
        "reached in the evenings."
    )


def small_print(dice: Dice, candidate: Candidate) -> tuple[str, ...]:
    """Work permission, availability, expected pay, remote work: what is stated, as sentences."""
    zh, found = candidate.language == "zh", []
    if candidate.permission == "permitted":
        found.append(
            "可合法在当地工作，无需担保" if zh else "Authorised to work without sponsorship"
        )
    elif candidate.permission == "needs_sponsorship":
        found.append("需要雇主协助办理工作签证" if zh else "Requires visa sponsorship")
    if candidate.availability:
        found.append(f"到岗时间：{candidate.availability}" if zh else candidate.availability)
    if candidate.salary:
        found.append(
            f"期望薪资：{candidate.salary}" if zh else f"Salary expectation: {candidate.salary}"
        )
    if candidate.remote:
        found.append("可接受远程办公" if zh else "Open to remote work")
    if dice.chance(0.12):
        found.append("推荐人信息备索" if zh else "References available on request")
    return tuple(found)
