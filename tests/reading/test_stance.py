"""How a text speaks of a skill: none of these sentences is a template of the demo pool."""

from __future__ import annotations

import pytest

from reading.resume import SectionKind, Stance
from reading.resumes.stance import sentence_around, stance_of
from reading.skills.finding import find_skills


def stances(text: str, kind: SectionKind = SectionKind.EXPERIENCE) -> dict[str, str]:
    return {
        hit.skill: stance_of(text, hit.span, sentence_around(text, hit.span), kind).value
        for hit in find_skills(text)
    }


@pytest.mark.parametrize(
    ("text", "skill"),
    [
        ("I have no experience with Kafka.", "kafka"),
        ("No prior phlebotomy training, though keen.", "phlebotomy"),
        ("Have never used QuickBooks professionally", "quickbooks"),
        ("haven't worked with Tableau", "tableau"),
        ("Not familiar with forklift work", "forklift"),
        ("Lacks exposure to dialysis", "dialysis"),
        ("Terraform: none", "terraform"),
        ("no Java or Scala experience", "java"),
        ("没有接触过Redis", "redis"),
        ("不会用友", "yonyou"),
        ("無報關經驗", "customs"),
        ("血液透析经验不足", "dialysis"),
    ],
)
def test_denied_skills_are_negated(text: str, skill: str) -> None:
    assert stances(text)[skill] == Stance.NEGATED


@pytest.mark.parametrize(
    ("text", "skill"),
    [
        ("Keen to learn welding next", "welding"),
        ("Currently studying Power BI in the evenings", "power-bi"),
        ("interested in hospice care", "hospice"),
        ("Hoping to gain exposure to underwriting", "insurance"),
        ("GraphQL (learning)", "graphql"),
        ("希望今后学习PLC", "plc"),
        ("目前正在自学Figma", "figma"),
        ("对同声传译很感兴趣", "translation"),
    ],
)
def test_wishes_are_aspired(text: str, skill: str) -> None:
    assert stances(text)[skill] == Stance.ASPIRED


@pytest.mark.parametrize(
    ("text", "skill"),
    [
        ("Collaborated closely with Angular developers on releases", "angular"),
        ("Recruited Python engineers for three offices", "python"),
        ("Liaised daily with the procurement department", "procurement"),
        ("The Salesforce work was done by contractors", "salesforce"),
        ("My teammates maintained Jenkins", "jenkins"),
        ("与Vue工程师协作完成联调", "vue"),
        ("协助报关人员整理单据", "customs"),
        ("由外包团队的PHP人员负责维护", "php"),
    ],
)
def test_what_others_do_is_theirs(text: str, skill: str) -> None:
    assert stances(text)[skill] == Stance.OTHERS


@pytest.mark.parametrize(
    ("text", "skill"),
    [
        ("Not only Java but Kotlin too", "java"),
        ("No fewer than nine years of payroll", "payroll"),
        ("Works with minimal supervision on welding jobs", "welding"),
        ("Eager to put my QuickBooks skills to use", "quickbooks"),
        ("Trained in machine learning at work", "machine-learning"),
        ("Reported to the CFO and closed the general ledger", "general-ledger"),
        ("No errors in ten years of medication administration", "medication-administration"),
        ("负责无菌操作培训", "infection-control"),
        ("和客户沟通后用Python完成报表", "python"),
    ],
)
def test_claims_that_only_look_like_denials_are_shown(text: str, skill: str) -> None:
    assert stances(text)[skill] == Stance.SHOWN


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "No experience with Java but six years of Python",
            {"java": "negated", "python": "shown"},
        ),
        ("No Docker experience, proficient in Linux", {"docker": "negated", "linux": "shown"}),
        ("不会Java，但精通Python", {"java": "negated", "python": "shown"}),
        ("精通Excel函数；希望学习SQL", {"microsoft-excel": "shown", "sql": "aspired"}),
        (
            "No knowledge of SAP, Oracle or NetSuite",
            {"sap": "negated", "oracle-database": "negated", "netsuite": "negated"},
        ),
    ],
)
def test_a_cue_reaches_over_lists_and_ends_with_its_clause(
    text: str, expected: dict[str, str]
) -> None:
    assert stances(text) == expected


def test_a_list_is_listed_and_work_is_shown() -> None:
    assert stances("Java, welding", SectionKind.SKILLS) == {"java": "listed", "welding": "listed"}
    assert stances("Java, welding", SectionKind.PROJECTS) == {"java": "shown", "welding": "shown"}


def test_a_sentence_goes_on_over_a_narrow_line_but_not_over_bullets() -> None:
    text = "- Built the ledger in\nquickbooks every month.\n- Sold vans"
    [hit] = [h for h in find_skills(text) if h.skill == "quickbooks"]
    assert sentence_around(text, hit.span).of(text) == (
        "Built the ledger in\nquickbooks every month."
    )
