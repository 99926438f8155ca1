"""How much identity the scoring view leaks and how much content it loses, in both languages.

    python -m benchmarks.identity [--show]

Every text of tests/reading/identity_cases is filled with every person there. A case leaks where a
word of the person's data that is not a word of the text itself is left in the view, or where the
view differs from the view of most other people. Over-redaction counts the content words that went.
"""

from __future__ import annotations

import argparse
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from reading.identity.finding import find_identity
from reading.identity.scoring_view import scoring_view
from reading.resume import Resume
from reading.resumes.parse import read_resume

CASES = Path(__file__).parent.parent / "tests" / "reading" / "identity_cases"
_SLOT = re.compile(r"\{(\w+)\}")
_LABEL = re.compile(r"«([^»]*)»")
_WORD = re.compile(r"[\u3400-\u9fff]|[^\W_]+(?:['’-][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class Case:
    """One text filled with one person; `content` are the words that must stay, in order."""

    title: str
    person: str
    text: str
    content: tuple[str, ...]
    identity: frozenset[str]


@dataclass(frozen=True, slots=True)
class Measured:
    """What the view of one case shows of the person, and what it lost of the content."""

    case: Case
    view: str
    leaked: frozenset[str]
    lost: tuple[str, ...]


def cases(language: str) -> Iterator[Case]:
    """Every text with every person of one language, text by text."""
    data = tomllib.loads((CASES / f"{language}.toml").read_text(encoding="utf-8"))
    fill = _english_slots if language == "english" else _chinese_slots
    for text in data["texts"]:
        for person in data["people"]:
            yield _case(text["title"], text["text"], fill(person))


def measure(case: Case, *, parsed: bool = False) -> Measured:
    """The view of a case, compared with what it may and must hold.

    `parsed`: the résumé is read first, so that sections, positions and skills are known.
    """
    resume = read_resume(case.text) if parsed else Resume(case.text, "und", (), ())
    view = scoring_view(case.text, find_identity(resume)).text
    left = Counter(w.casefold() for w in _WORD.findall(view))
    lost = []
    for word in case.content:
        if left[word.casefold()] > 0:
            left[word.casefold()] -= 1
        else:
            lost.append(word)
    leaked = frozenset(w for w, n in left.items() if n > 0 and w in case.identity)
    return Measured(case, view, leaked, tuple(lost))


def _case(title: str, template: str, slots: dict[str, str]) -> Case:
    text = _SLOT.sub(lambda m: slots[m[1]], _LABEL.sub(r"\1", template))
    literal = _SLOT.sub(" ", _LABEL.sub(" ", template))
    identity = frozenset(
        w.casefold() for name in _SLOT.findall(template) for w in _WORD.findall(slots[name])
    )
    return Case(title, slots["name"], text, tuple(_WORD.findall(literal)), identity)


def _english_slots(person: dict[str, str]) -> dict[str, str]:
    male = person["sex"] == "Male"
    name = f"{person['first']} {person['last']}"
    he, his, him = ("he", "his", "him") if male else ("she", "her", "her")
    return person | {
        "name": name,
        "NAME": name.upper(),
        "init": f"{person['first'][0]}.",
        "he": he,
        "He": he.capitalize(),
        "HE": he.upper(),
        "his": his,
        "His": his.capitalize(),
        "him": him,
        "HIS": his.capitalize(),
        "LAST": person["last"].upper(),
        "pronouns": "he/him" if male else "she/her/hers",
        "himself": f"{him}self",
        "Mr": "Mr" if male else "Ms.",
        "young": "young man" if male else "woman",
        "parent": "Father of two" if male else "Proud mother of three",
    }


def _chinese_slots(person: dict[str, str]) -> dict[str, str]:
    male = person["sex"] == "男"
    dot = "·" if len(person["surname"]) > 2 else ""
    return person | {
        "name": f"{person['surname']}{dot}{person['given']}",
        "he": "他" if male else "她",
        "Mr": "先生" if male else "女士",
        "teacher": "老师",
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--show", action="store_true", help="print every leak and loss")
    show = parser.parse_args().show
    for language, parsed in product(("english", "chinese"), (False, True)):
        measured = [measure(case, parsed=parsed) for case in cases(language)]
        usual = {
            title: Counter(m.view for m in measured if m.case.title == title).most_common(1)[0][0]
            for title in {m.case.title for m in measured}
        }
        leaks = [m for m in measured if m.leaked]
        differing = [m for m in measured if m.view != usual[m.case.title]]
        lost = sum(len(m.lost) for m in measured)
        content = sum(len(m.case.content) for m in measured)
        print(
            f"{language}, {'parsed' if parsed else 'text alone'}: {len(measured)} cases; "
            f"leak rate {len(leaks) / len(measured):.2%} "
            f"({len(leaks)} cases); views that differ {len(differing) / len(measured):.2%}; "
            f"over-redaction {lost / content:.3%} ({lost} of {content} words)"
        )
        for m in measured if show else ():
            if m.leaked or m.lost or m.view != usual[m.case.title]:
                print(
                    f"  {m.case.title} / {m.case.person}: leaked {sorted(m.leaked)}, lost {m.lost}"
                )


if __name__ == "__main__":
    main()
