"""Taxonomies of five occupations, small enough to know by heart."""

from pathlib import Path

import pytest

from tests.indexer.learning.foundation.occupations import OCCUPATIONS


def table(folder: Path, name: str, head: str, rows: list[str]) -> None:
    folder.joinpath(name).write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")


@pytest.fixture
def taxonomies(tmp_path: Path) -> Path:
    """Five occupations; the waiter's facts name the trade that is left out, three times."""
    onet, esco = tmp_path / "onet_29_2", tmp_path / "esco_1_1_en"
    onet.mkdir()
    esco.mkdir()
    every = OCCUPATIONS.items()
    code = "O*NET-SOC Code"
    alternates = [f"{c}\t{t}\tn/a\t08" for c, o in every for t in o[0]]
    alternates.append("35-3031.00\tLedger Keeper\tn/a\t08")
    tasks = [f"{c}\t1\t{t}\tCore" for c, o in every for t in o[1]]
    tasks.append("35-3031.00\t9\tServe the ledger keepers at noon.\tCore")
    software = [f"{c}\t{s}\t1\tx\tN\tN" for c, o in every for s in o[2]]
    software.append("35-3031.00\tLedger keeper software\t1\tx\tN\tN")
    table(
        onet,
        "Occupation Data.txt",
        f"{code}\tTitle\tDescription",
        [f"{c}\tX {c}\t" for c in OCCUPATIONS],
    )
    table(
        onet, "Alternate Titles.txt", f"{code}\tAlternate Title\tShort Title\tSource(s)", alternates
    )
    table(
        onet,
        "Sample of Reported Titles.txt",
        f"{code}\tReported Job Title\tShown",
        [f"{c}\t{o[0][0]}\tY" for c, o in every],
    )
    table(onet, "Task Statements.txt", f"{code}\tTask ID\tTask\tTask Type", tasks)
    table(
        onet,
        "Technology Skills.txt",
        f"{code}\tExample\tCommodity Code\tCommodity Title\tHot Technology\tIn Demand",
        software,
    )
    table(
        onet,
        "Tools Used.txt",
        f"{code}\tExample\tCommodity Code\tCommodity Title",
        [f"{c}\t{t}\t1\tx" for c, o in every for t in o[3]],
    )
    table(
        onet,
        "Related Occupations.txt",
        f"{code}\tRelated O*NET-SOC Code\tTier\tIndex",
        [f"{c}\t{r}\tx\t1" for c, o in every for r in o[4]],
    )
    described = '"Bridge planners plan bridges. They plan arches of stone for valleys."'
    row = f'bridge planner,"span designer\nviaduct maker",{described}'
    table(esco, "occupations_en.csv", "preferredLabel,altLabels,description", [row])
    return tmp_path
