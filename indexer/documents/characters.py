"""Characters that no text of ours may hold, and the spacing that all texts share."""

from __future__ import annotations

import re

# What Unicode calls a line's end, beside "\n".
_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029]")
# Controls, invisible formatting (zero width, direction overrides), lone surrogates, noncharacters.
_UNWANTED = re.compile(
    "[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064"
    "\u2066-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]"
)
_SOFT_HYPHEN = re.compile("\u00ad\n?")
_SPACES = " \t\u00a0\u3000"
_EMPTY_LINES = re.compile(r"\n{3,}")
_CONTENT = re.compile(r"\w")


def clean(text: str) -> str:
    """The text with "\\n" for every line end and without characters that carry no content.

    Content characters stay as they are: full-width forms are not folded.
    """
    text = _UNWANTED.sub("", _LINE_ENDS.sub("\n", text))
    return _SOFT_HYPHEN.sub("", text) if "\u00ad" in text else text


def tidy(text: str) -> str:
    """`clean` text without spaces at line ends, nor more than one empty line between blocks."""
    lines = (line.rstrip(_SPACES) for line in clean(text).split("\n"))
    return _EMPTY_LINES.sub("\n\n", "\n".join(lines)).strip("\n")


def has_content(text: str) -> bool:
    """Whether any letter or digit of any script is in the text."""
    return _CONTENT.search(text) is not None
