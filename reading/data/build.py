"""Writes skills_taxonomy.tsv from O*NET and ESCO; needed only when their releases change.

    python reading/data/build.py FOLDER_OF_TAXONOMIES

FOLDER holds onet_29_2/ and esco_1_1_en/ as published. Everything that skills.tsv names already is
left out: our own labels are the better ones. What is taken, and how it is changed, is said in
ATTRIBUTION.md.
"""

from __future__ import annotations

import csv
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parent
VENDORS = frozenset(
    re.findall(
        r"\w+",
        "Microsoft Adobe Atlassian Oracle IBM Apache Google Intuit Autodesk SAP Cisco Amazon Apple "
        "Corel Dassault Siemens PTC Bentley ESRI Trimble Hewlett Intel Salesforce",
    )
)
LEFT_OUT, VERBS = (
    {word.replace("_", " ") for line in part.splitlines()[1:] for word in line.split()}
    for part in (HERE / "left_out.txt").read_text(encoding="utf-8").split("\n\n")
)
# ESCO's longer labels are sentences that nobody writes in a résumé.
NOUN_PHRASE_WORDS = range(1, 4)


def main(folder: Path) -> None:
    """Write the table and say how many skills it has."""
    known = _own_labels()
    rows: dict[str, tuple[str, list[str]]] = {}
    for source, label, others in [*_onet(folder / "onet_29_2"), *_esco(folder / "esco_1_1_en")]:
        bare = label.lstrip("=").lower()
        if bare in known or re.sub(r"[- ]", "", bare) in known:
            continue
        names = [label, *(name for name in others if name.lstrip("=").lower() not in known)]
        slug = re.sub(r"[^a-z0-9]+", "-", bare.replace("+", "p").replace("#", "sharp"))
        slug = slug.strip("-")
        if slug and slug not in rows:
            rows[slug] = (source, names)
            known |= {name.lstrip("=").lower() for name in names}
    lines = [
        "# Skills from O*NET 29.2 and ESCO 1.1, changed: see ATTRIBUTION.md; written by build.py.",
        *(f"{slug}\t{';'.join(names)}" for slug, (_, names) in sorted(rows.items())),
    ]
    (HERE / "skills_taxonomy.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(len(rows), "skills:", Counter(source for source, _ in rows.values()))


def _own_labels() -> set[str]:
    labels: set[str] = set()
    for line in (HERE / "skills.tsv").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            columns = line.split("\t")
            names = [name.lstrip("=~").lower() for name in columns[1].split(";")]
            labels |= {columns[0], *names, *(re.sub(r"[- ]", "", name) for name in names)}
    return labels


def _onet(folder: Path) -> Iterator[tuple[str, str, list[str]]]:
    """Technologies and tools that at least a few occupations use."""
    for file, fewest, most in (("Technology Skills.txt", 4, 10**6), ("Tools Used.txt", 9, 70)):
        used: dict[str, set[str]] = defaultdict(set)
        with (folder / file).open(encoding="utf-8") as lines:
            for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
                hot = row.get("Hot Technology") == "Y" or row.get("In Demand") == "Y"
                used[row["Example"]] |= {row["O*NET-SOC Code"]} | ({"hot"} if hot else set())
        for label, occupations in sorted(used.items()):
            uses = len(occupations) + (fewest if "hot" in occupations else 0)
            if not fewest <= uses <= most or "software" in label.lower().split()[:-1]:
                continue
            label = re.sub(r"\s*\((?:[^)]*)\)|\s+software$|[®™]", "", label).strip()
            if file.startswith("Tools"):
                label = _singular(label)
            if not _speaks(label, two_words=file.startswith("Tools")):
                continue
            first, _, rest = label.partition(" ")
            short = [rest] if first in VENDORS and _speaks(rest) and " " in rest else []
            if first in VENDORS and rest and " " not in rest and _speaks(rest):
                short = [f"={rest}"]
            yield "onet", _careful(label), short


def _esco(folder: Path) -> Iterator[tuple[str, str, list[str]]]:
    """Knowledge (named by nouns), with its other labels where the release gives them apart."""
    activities = Counter(
        label.split(" ")[0]
        for label in (folder / "skills_preferred_labels_en.txt").read_text("utf-8").splitlines()
    )
    with (folder / "digitalSkillsCollection_en.csv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            if row["skillType"] == "knowledge":
                label = _unqualified(row["preferredLabel"])
                others = [name.strip() for name in re.split(r"[|\n]", row["altLabels"])]
                if _speaks(label):
                    yield (
                        "esco",
                        _careful(label),
                        [n for n in others if _speaks(n) and " " in n][:6],
                    )
    with (folder / "languageSkillsCollection_en.csv").open(encoding="utf-8") as lines:
        languages = {row["preferredLabel"] for row in csv.DictReader(lines)}
    for line in (folder / "skills_preferred_labels_en.txt").read_text("utf-8").splitlines():
        label = _unqualified(line.strip())
        if label in languages or label == "Georgian":
            continue
        first = label.split(" ")[0]
        if first in VERBS or (activities[first] > 25 and first.islower() and first not in NOUNS):
            continue
        if len(label.split()) in NOUN_PHRASE_WORDS and _speaks(label):
            yield "esco", _careful(label), []


NOUNS = {"software", "food", "medical", "types", "information", "animal", "building", "computer"}


def _singular(label: str) -> str:
    if re.search(r"(?:ss|us|is|ics)$", label):
        return label
    label = re.sub(r"(?<=[^aeiou])ies$", "y", label)
    return re.sub(r"(?<=[sxh])es$|(?<=[^s])s$", "", label)


def _unqualified(label: str) -> str:
    """ "Perl (computer programming)" is Perl."""
    return re.sub(r"\s*\([^)]*\)", "", label).strip()


def _speaks(label: str, *, two_words: bool = False) -> bool:
    words = label.lower()
    return (
        3 <= len(label) <= 40
        and (" " in label or not two_words)
        and words not in LEFT_OUT
        and not re.search(r"[^\w .+#/&'-]|\d{3,}", label)
        and label.isascii()
    )


def _careful(label: str) -> str:
    """One capitalised word may be an ordinary one too: only as written."""
    return f"={label}" if " " not in label and not label.islower() and len(label) < 9 else label


if __name__ == "__main__":
    main(Path(sys.argv[1]))
