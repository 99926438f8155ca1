"""Which form each candidate sends, and what they call the file."""

from __future__ import annotations

from demo.dice import Dice
from demo.facts import Candidate

# Form → share. The three scans are dealt separately.
FORMS = {
    "pdf/one column": 0.17, "pdf/margin": 0.07, "pdf/sidebar": 0.11, "pdf/two columns": 0.10,
    "docx/plain": 0.10, "docx/tables": 0.10, "docx/text box": 0.07,
    "html": 0.07, "txt": 0.09, "md": 0.05, "json": 0.07,
}  # fmt: skip
SCANS = ("scan/pdf", "scan/png", "scan/pdf")
_SUFFIX = {"scan/pdf": "pdf", "scan/png": "png"}
_NAMES_EN = (
    "{g}_{f}_CV", "CV {g} {f}", "{g} {f} Resume", "resume", "CV final (2)", "{f}_{g}",
    "Resume-2026", "My CV - {g}",
    "{g}{f}_resume_v3", "CV_{f}_2026-09", "Curriculum Vitae {g} {f}",
    "resume (1)", "Copy of CV {f}",
)  # fmt: skip
_NAMES_ZH = (
    "{n}_简历", "{n}-{h}", "{n}的简历", "个人简历", "简历", "{n}-{h}-{c}",
    "简历 最终版", "【{h}】{n}", "{n}简历(1)",
    "{n} CV",
)  # fmt: skip


def suffix(form: str) -> str:
    """The file name's ending for a form."""
    return _SUFFIX.get(form, form.split("/")[0])


def file_name(dice: Dice, candidate: Candidate, form: str, name: str) -> str:
    """A name as people give their files; characters that file systems refuse are left out."""
    patterns = _NAMES_ZH if candidate.language == "zh" else _NAMES_EN
    person = candidate.person
    stem = dice.choice(patterns).format(
        g=person.given, f=person.family, n=name, h=candidate.headline, c=person.city.zh
    )
    return "".join(c for c in stem if c not in '/\\:*?"<>|') + "." + suffix(form)
