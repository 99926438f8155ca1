"""HTML as site builders and word processors save it."""

from __future__ import annotations

from html import escape

from demo.dice import Dice
from demo.paper import Block, Bullets, Entry, Pairs, Paper, Paragraph, Tags

_STYLE = """body{font:15px/1.5 sans-serif;max-width:46em;margin:2em auto}
h1{margin-bottom:0}.when{color:#666;float:right}nav,script{display:none}"""


def _items(items: tuple[str, ...]) -> str:
    return "<ul>" + "".join(f"<li>{escape(item)}</li>" for item in items) + "</ul>"


def _points(items: tuple[str, ...], prose: bool) -> str:
    if prose:
        return "".join(f"<p>{escape(item)}</p>" for item in items)
    return _items(items) if items else ""


def _block(block: Block, as_table: bool) -> str:
    match block:
        case Paragraph(text):
            return f"<p>{escape(text)}</p>"
        case Bullets(items):
            return _items(items)
        case Tags(items):
            return (
                '<p class="tags">'
                + " ".join(f"<span>{escape(i)}</span>," for i in items)[:-1]
                + "</p>"
            )
        case Pairs(rows):
            cells = "".join(f"<tr><th>{escape(a)}</th><td>{escape(b)}</td></tr>" for a, b in rows)
            return f"<table>{cells}</table>"
        case Entry(title, place, dates, bullets, prose):
            points = _points(bullets, prose)
            if as_table:
                return (
                    f"<table><tr><td>{escape(dates)}</td><td><b>{escape(title)}</b><br>"
                    f"{escape(place)}{points}</td></tr></table>"
                )
            return (
                f'<article><span class="when">{escape(dates)}</span><h3>{escape(title)}</h3>'
                f"<div>{escape(place)}</div>{points}</article>"
            )
    raise AssertionError(block)


def write_html(dice: Dice, paper: Paper) -> bytes:
    """A whole page, with the scripts, styles and navigation that are not text."""
    as_table = dice.chance(0.4)
    sections = "\n".join(
        f"<section><h2>{escape(s.heading)}</h2>"
        + "\n".join(_block(block, as_table) for block in s.blocks)
        + "</section>"
        for s in paper.sections
    )
    nav = "首页 作品 联系" if paper.language == "zh" else "Home Portfolio Contact"
    photo = '<img src="photo.jpg" alt="" width="120">' if paper.photo else ""
    page = f"""<!DOCTYPE html>
<html lang="{"zh-CN" if paper.language == "zh" else "en"}">
<head><meta charset="utf-8"><title>{escape(paper.name)}</title>
<style>{_STYLE}</style>
<script>window.dataLayer=[];function track(e){{dataLayer.push(e)}}track("view")</script>
</head>
<body>
<nav>{nav}</nav>
<header>{photo}<h1>{escape(paper.name)}</h1>
<p>{escape(paper.headline)}</p>
<p>{" &nbsp;|&nbsp; ".join(escape(c) for c in paper.contacts)}</p></header>
{sections}
<!-- exported 2026-10-01 -->
</body></html>
"""
    return page.encode()
