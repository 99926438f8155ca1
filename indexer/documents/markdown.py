"""Markdown without its marks: what a reader of the rendered page would see."""

from __future__ import annotations

import re

from indexer.documents.characters import tidy
from indexer.documents.extraction import Extraction
from indexer.documents.limits import Limits, check_characters
from indexer.documents.plain import decode
from indexer.documents.sniff import MARKDOWN

READER = "markdown/1"

_MAX_RENDERED = 100_000  # characters: what is longer is no résumé, and is read with its marks

_FRONT_MATTER = re.compile(r"\A---\n(.*?)\n---\n", re.DOTALL)
_RULE = re.compile(r"^ {0,3}(?:[-*_] ?){3,}$|^ {0,3}=+ *$|^ {0,3}(?:```|~~~).*$", re.MULTILINE)
_TABLE_RULE = re.compile(r"^ *\|?(?: *:?-{2,}:? *\|)+(?: *:?-{2,}:? *)?$\n?", re.MULTILINE)
_TABLE_ROW = re.compile(r"^ *\|(.+)\| *$", re.MULTILINE)
_HEADING = re.compile(r"^ {0,3}#{1,6} +(.*?)(?: +#+)? *$", re.MULTILINE)
_QUOTE = re.compile(r"^ {0,3}> ?", re.MULTILINE)
_BULLET = re.compile(r"^([ \t]*)[*+-] +(?=\S)", re.MULTILINE)
_IMAGE = re.compile(r"!\[([^\[\]\n]{0,200})\]\([^)\n]{0,500}\)")
_LINK = re.compile(r"\[([^\[\]\n]{1,200})\]\((?:mailto:|tel:)?([^)\s]{1,500})(?: [^)\n]{0,300})?\)")
_AUTOLINK = re.compile(r"<((?:https?://|mailto:)[^>\s]{1,500})>")
_STRONG = re.compile(r"(\*\*|__)(?=\S)(.{1,500}?)(?<=\S)\1")
_EMPHASIS = re.compile(r"(?<![\w*])\*(?=[^\s*])([^*\n]{1,300}?)(?<=[^\s*])\*(?![\w*])")
_CODE = re.compile(r"`([^`\n]{1,300})`")
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+.!|>~-])")


def read_markdown(data: bytes, limits: Limits) -> Extraction:
    """Headings, bullets and links as lines of text. Link targets follow their words in brackets."""
    text = tidy(decode(data))
    if len(text) <= _MAX_RENDERED:
        text = render(text)
    check_characters(len(text), limits)
    return Extraction(text=text, media_type=MARKDOWN, reader=READER)


def render(text: str) -> str:
    """The text of Markdown source with "\\n" for line ends."""
    text = _FRONT_MATTER.sub(r"\1\n\n", text, count=1)
    text = _without_comments(text)
    text = _TABLE_RULE.sub("", text)
    text = _RULE.sub("", text)
    text = _TABLE_ROW.sub(lambda row: "\t".join(c.strip() for c in row.group(1).split("|")), text)
    text = _HEADING.sub(r"\n\1\n", text)
    text = _QUOTE.sub("", text)
    text = _BULLET.sub(r"\1• ", text)
    text = _IMAGE.sub(r"\1", text)
    text = _LINK.sub(_named_link, text)
    text = _AUTOLINK.sub(r"\1", text)
    text = _STRONG.sub(r"\2", text)
    text = _EMPHASIS.sub(r"\1", text)
    text = _CODE.sub(r"\1", text)
    return tidy(_ESCAPE.sub(r"\1", text))


def _without_comments(text: str) -> str:
    # By hand: a pattern looks for the end anew from each of a flood of beginnings.
    kept: list[str] = []
    at = 0
    while (start := text.find("<!--", at)) >= 0 and (end := text.find("-->", start)) >= 0:
        kept.append(text[at:start])
        at = end + len("-->")
    return "".join([*kept, text[at:]])


def _named_link(link: re.Match[str]) -> str:
    words, target = link.groups()
    return words if words.strip() in target else f"{words} ({target})"
