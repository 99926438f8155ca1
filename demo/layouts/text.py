"""Plain text and Markdown, in the encodings that people's programs save."""

from __future__ import annotations

from demo.dice import Dice
from demo.paper import Bullets, Entry, Pairs, Paper, Paragraph, Section, Tags


def _section(section: Section, mark: str, colon: str) -> list[str]:
    lines: list[str] = []
    for block in section.blocks:
        match block:
            case Paragraph(text):
                lines.append(text)
            case Bullets(items):
                lines += [mark + item for item in items]
            case Tags(items):
                lines.append("、".join(items) if colon == "：" else ", ".join(items))
            case Pairs(rows):
                lines += [f"{label}{colon}{value}" for label, value in rows]
            case Entry(title, place, dates, bullets, prose):
                lines += ["", f"{dates}  {title}", *([place] if place else [])]
                lines += [("" if prose else mark) + item for item in bullets]
    return lines


def write_text(dice: Dice, paper: Paper) -> bytes:
    """Plain text; headings underlined, in capitals or bare; UTF-8, or an older local encoding."""
    mark = (
        dice.choice(("- ", "* ", "• ", ""))
        if paper.language == "en"
        else dice.choice(("- ", "• ", "▪ "))
    )
    underline = dice.choice(("", "-", "="))
    colon = "：" if paper.language == "zh" else ": "
    lines = [paper.name, *([paper.headline] if paper.headline else []), *paper.contacts]
    for section in paper.sections:
        lines += ["", section.heading]
        if underline:
            lines.append(
                underline
                * max(6, 2 * len(section.heading) if colon == "：" else len(section.heading))
            )
        lines += _section(section, mark, colon)
    text = "\n".join(lines) + "\n"
    if dice.chance(0.4):
        text = text.replace("\n", "\r\n")
    if paper.language == "zh":
        return text.encode(dice.choice(("utf-8", "utf-8-sig", "gb18030")))
    encoding = dice.choice(("utf-8", "utf-8", "utf-8-sig", "windows-1252"))
    return text.encode(encoding, errors="replace")


def write_markdown(dice: Dice, paper: Paper) -> bytes:
    """Markdown with headings, bold titles and lists."""
    lines = [f"# {paper.name}", ""]
    if paper.headline:
        lines += [f"**{paper.headline}**", ""]
    lines += [" · ".join(paper.contacts)]
    mark = dice.choice(("- ", "* "))
    for section in paper.sections:
        lines += ["", f"## {section.heading}", ""]
        for block in section.blocks:
            if isinstance(block, Entry):
                lines += [f"### {block.title}", f"*{block.dates}* {block.place}".rstrip(), ""]
                lines += [("" if block.prose else mark) + item for item in block.bullets] + [""]
            elif isinstance(block, Pairs):
                lines += ["| | |", "|---|---|", *(f"| {a} | {b} |" for a, b in block.rows)]
            else:
                colon = "：" if paper.language == "zh" else ": "
                lines += _section(Section("", "", (block,)), mark, colon)
    return ("\n".join(lines).rstrip() + "\n").encode()
