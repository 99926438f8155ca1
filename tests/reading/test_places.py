from __future__ import annotations

import pytest

from reading.resume import Location
from reading.resumes.places import find_location, resolve_place
from reading.resumes.sections import find_sections


def location(text: str, **fields: object) -> Location | None:
    return find_location(text, find_sections(text)[0], fields)


def place(found: Location | None) -> tuple[str | None, str | None, str | None] | None:
    return None if found is None else (found.country, found.region, found.city)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Portland, OR", ("US", "Oregon", "Portland")),
        ("Portland, Maine", ("US", "Maine", "Portland")),
        ("Birmingham", ("GB", "England", "Birmingham")),
        ("Birmingham, AL", ("US", "Alabama", "Birmingham")),
        ("Porto, Portugal", ("PT", None, "Porto")),
        ("Tbilisi, Georgia", ("GE", None, "Tbilisi")),
        ("Atlanta, Georgia", ("US", "Georgia", "Atlanta")),
        ("9 Mill Lane, Leeds LS1 4AP, UK", ("GB", "England", "Leeds")),
        ("Singapore", ("SG", None, "Singapore")),
        ("湖南长沙", ("CN", "Hunan", "Changsha")),
        ("广东省深圳市南山区", ("CN", "Guangdong", "Shenzhen")),
        ("臺北市大安區", ("TW", None, "Taipei")),
        ("新加坡", ("SG", None, "Singapore")),
    ],
)
def test_places_are_resolved_with_what_stands_beside_them(
    words: str, expected: tuple[str | None, str | None, str | None]
) -> None:
    assert place(resolve_place(words)) == expected


@pytest.mark.parametrize("words", ["Rose Hill", "Senior Cook", "12345", "", "某某小区", ",,,"])
def test_what_is_no_known_place_is_none(words: str) -> None:
    assert resolve_place(words) is None


def test_the_own_place_stands_at_the_top_or_behind_its_label() -> None:
    top = "Ola Berg\nBaker | Bergen, Norway | ola@berg.example\nExperience\nCook, Oslo, 2019-2020\n"
    assert place(location(top)) == ("NO", None, "Bergen")
    labelled = "王五\n个人信息\n籍贯：山东烟台\n现居住地：浙江宁波\n期望地点：上海\n"
    found = location(labelled)
    assert place(found) == ("CN", "Zhejiang", "Ningbo")
    assert found is not None
    assert found.span is not None
    assert found.span.of(labelled) == "浙江宁波"


def test_wished_places_and_employers_towns_are_not_the_persons_own() -> None:
    assert location("陈七\n期望城市：上海\n") is None
    assert location("Jo Lund\nExperience\nBaker, Oslo, 2019-2020\n") is None
    assert location("Paris Lincoln\nRigger\n") is None


def test_a_structured_source_goes_before_the_text() -> None:
    found = location("Ann\nLondon, UK\n", location={"city": "Lyon", "countryCode": "FR"})
    assert place(found) == ("FR", None, "Lyon")
    assert place(location("", location="Graz, Austria")) == ("AT", None, "Graz")
    assert place(location("", location="Nowhere-upon-Sea")) == (None, None, "Nowhere-upon-Sea")
    assert location("", location={"city": 7, "countryCode": ["x"]}) is None


@pytest.mark.parametrize(
    ("text", "remote"),
    [
        ("Summary\nOpen to remote work", True),
        ("其他\n可接受远程办公", True),
        ("Summary\nNot interested in remote jobs", False),
        ("其他\n不接受远程", False),
        ("Experience\nRemote sensing for farms, 2018-2019", None),
    ],
)
def test_remote_is_open_declined_or_unknown(text: str, remote: bool | None) -> None:
    found = location(text)
    assert (found.remote if found else None) is remote
