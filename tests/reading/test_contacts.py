from __future__ import annotations

import pytest

from reading.resume import Contact, Salary, WorkPermission
from reading.resumes.contacts import find_contact, find_name, read_phone
from reading.resumes.sections import find_sections
from reading.resumes.wishes import find_availability, find_salary, find_work_permission


def contact(text: str, language: str = "en", **fields: object) -> Contact:
    return find_contact(text, find_sections(text)[0], fields, language)


def name(text: str) -> str | None:
    return find_name(text, find_sections(text)[0])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ZHANG Wei\nGlazier\n", "ZHANG Wei"),
        ("Jean-Luc van der Velde, PhD\nCurator\n", "Jean-Luc van der Velde"),
        ("CURRICULUM VITAE\nSiobhán O'Dea\n", "Siobhán O'Dea"),
        ("Dr. Ngozi Eze | ngozi@eze.example\n", "Ngozi Eze"),
        ("个人简历\n姓名：欧阳修远\n", "欧阳修远"),
        ("高 兴\n钳工\n", "高兴"),
        ("古丽·阿依\n护士\n", "古丽·阿依"),
        ("Beekeeper\nIda Holm\n", "Ida Holm"),
        ("Tom Mason\nHarpist\n", "Tom Mason"),
    ],
)
def test_names_are_found_in_the_shapes_they_have(text: str, expected: str) -> None:
    assert name(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "recording engineer",
        "rose grower",
        "Senior Accountant",
        "Pastry Cook\nAarhus\n",
        "Summary\nMarket researcher\n",
        "高级会计师\n本人热爱工作\n",
        "London, UK\n",
        "http://a.example\n2019\n",
        "\n\n",
        "",
    ],
)
def test_titles_places_and_prose_are_no_names(text: str) -> None:
    assert name(text) is None


def test_contacts_are_normalised_and_kept_once() -> None:
    found = contact(
        "Ida Holm\nIda.Holm@Example.ORG, ida.holm@example.org | (415) 555-2671 | "
        "+1 415 555 2671\nlinkedin.com/in/idaholm\n"
    )
    assert found.emails == ("ida.holm@example.org",)
    assert found.phones == ("+14155552671",)
    assert found.links == ("linkedin.com/in/idaholm",)
    assert contact("李四\n手机：１３８-００１３-８０００\n", "zh").phones == ("+8613800138000",)


def test_years_ids_and_references_are_no_contacts() -> None:
    text = (
        "Ida Holm\n2015-2019 2020\nID 198001011234567\n"
        "References\nBo, bo@ref.example, +46 8 123 456\n"
    )
    found = contact(text)
    assert found.phones == ()
    assert found.emails == ()


def test_stated_fields_go_before_the_text() -> None:
    found = contact(
        "Somebody Else\n", name="Bo Ek", email="BO@ek.example", phone="+46 8 505 090 00"
    )
    assert found == Contact("Bo Ek", ("bo@ek.example",), ("+46850509000",), ())
    assert contact("", name=7, email=None, phone=["x"]) == Contact()


def test_a_number_that_is_not_valid_keeps_its_digits() -> None:
    assert read_phone("+44 7700 900001", "GB") == "447700900001"
    assert read_phone("12", "US") is None


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("期望薪资：15k-20k/月", "zh", Salary(180_000, 240_000, "CNY")),
        ("期望年薪：30-40万", "zh", Salary(300_000, 400_000, "CNY")),
        ("Salary expectation: £45,000 - 50,000", "en", Salary(45_000, 50_000, "GBP")),
        ("Expected salary: €4,200 per month", "en", Salary(50_400, None, "EUR")),
    ],
)
def test_salaries_are_per_year(text: str, language: str, expected: Salary) -> None:
    found = find_salary(text, find_sections(text)[0], language)
    assert found is not None
    assert found.value == expected


@pytest.mark.parametrize(
    "text", ["薪资要求：面议", "desired pay: $20 per hour", "salary: " + "9" * 60]
)
def test_open_and_hourly_wishes_are_no_salary(text: str) -> None:
    assert find_salary(text, find_sections(text)[0]) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Right to work in Ireland", WorkPermission.PERMITTED),
        ("I will not require sponsorship", WorkPermission.PERMITTED),
        ("持有永久居留", WorkPermission.PERMITTED),
        ("Will need visa sponsorship", WorkPermission.NEEDS_SPONSORSHIP),
        ("需要公司提供工作签证", WorkPermission.NEEDS_SPONSORSHIP),
        ("Not authorized to work in Canada", WorkPermission.NEEDS_SPONSORSHIP),
        ("Experience\nHelped staff who need visa sponsorship, 2019-2020", None),
    ],
)
def test_permission_is_what_people_say_of_themselves(
    text: str, expected: WorkPermission | None
) -> None:
    found = find_work_permission(text, find_sections(text)[0])
    assert (found.value if found else None) is expected


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Available from March 2027", "Available from March 2027"),
        ("Six weeks' notice", "Six weeks' notice"),
        ("随时到岗", "随时到岗"),
        ("Kept high availability of pumps", None),
    ],
)
def test_availability_is_kept_in_their_words(text: str, said: str | None) -> None:
    found = find_availability(text, find_sections(text)[0])
    assert (found.value if found else None) == said
