"""HTML as a browser would show it: block by block, without scripts, styles and hidden parts."""

from __future__ import annotations

import re

from lxml import etree
from lxml import html as lxml_html

from catalog.errors import Unreadable
from indexer.documents.characters import tidy
from indexer.documents.extraction import Extraction
from indexer.documents.limits import Limits, check_characters
from indexer.documents.plain import decode
from indexer.documents.sniff import HTML, MHTML

READER = "html/1"

_CHARSET = re.compile(
    rb"""<(?:meta|\?xml)[^>]{0,300}?(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]+)""", re.I
)
# libxml2 refuses text with an XML declaration, and what it says of the charset no longer holds.
_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_DROPPED_WORDS = (
    "script style noscript template head iframe object embed svg math canvas audio video "
    "map select datalist button"
)
_DROPPED = frozenset(_DROPPED_WORDS.split())
_BLOCKS_WORDS = (
    "address article aside blockquote body center dd details dialog div dl dt fieldset "
    "figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main "
    "nav ol p pre section summary table caption thead tbody tfoot tr ul"
)
_BLOCKS = frozenset(_BLOCKS_WORDS.split())
_SPACED_WORDS = "h1 h2 h3 h4 h5 h6 p ul ol dl table section article header footer hr"
_SPACED = frozenset(_SPACED_WORDS.split())
_HIDDEN_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d])", re.I
)
# The lookbehind keeps a flood of spaces from being looked through from each of them.
_CELL_EDGES = re.compile(r"(?<![ \t])[ \t]*\n[ \t]*")
_SPACES = re.compile(r"[ \t\n\r\f]+")


def read_html(data: bytes, limits: Limits) -> Extraction:
    """What a reader of the page sees. Cells of a one-line table row are joined by tabs."""
    source = decode(data, _declared(data))
    text = tidy(render(source))
    check_characters(len(text), limits)
    return Extraction(text=text, media_type=HTML, reader=READER)


def _declared(data: bytes) -> str | None:
    """The charset that the page states at its beginning."""
    match = _CHARSET.search(data[:4096])
    return match.group(1).decode("ascii", "replace") if match else None


def read_mhtml(data: bytes, limits: Limits) -> Extraction:
    """A web page saved with its pictures in one file, as job boards and Word write it."""
    from email import message_from_bytes, policy

    message = message_from_bytes(data, policy=policy.compat32)
    for part in message.walk():
        if part.get_content_type() == "text/html":
            body = part.get_payload(decode=True)
            if isinstance(body, bytes):
                text = tidy(render(decode(body, part.get_content_charset() or _declared(body))))
                check_characters(len(text), limits)
                return Extraction(text=text, media_type=MHTML, reader=READER)
    raise Unreadable("damaged", "The saved web page holds no page.")


def render(source: str) -> str:
    """The visible text of HTML source, without network access, entities or recursion."""
    source = _XML_DECLARATION.sub("", source.replace("\x00", ""), count=1)
    if not source.strip():
        return ""
    parser = lxml_html.HTMLParser(
        no_network=True, remove_comments=True, remove_pis=True, huge_tree=True
    )
    try:
        root = lxml_html.document_fromstring(source, parser=parser)
    except (etree.LxmlError, ValueError) as error:
        if "empty" in str(error).lower():
            return ""
        raise Unreadable("damaged", "The HTML cannot be read.") from error
    if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):
        raise Unreadable("damaged", "The HTML is nested too deeply; some of it would be lost.")
    return _Writer().write(root)


_Step = str | tuple[etree._Element, bool]  # text to write, or an element to enter (True) or leave


class _Writer:
    """Writes visible text; a loop and not a recursion, for nesting is as deep as senders like."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._line_ends = 2  # how many the text so far ends with; 2 is an empty line
        self._preformatted = 0

    def write(self, root: etree._Element) -> str:
        stack: list[_Step] = [(root, True)]
        while stack:
            step = stack.pop()
            if isinstance(step, str):
                self._say(step)
                continue
            element, entering = step
            if not entering:
                self._leave(element.tag)
                continue
            if element.tail and element is not root:
                stack.append(element.tail)
            if not isinstance(element.tag, str) or _is_hidden(element):
                continue
            self._enter(element.tag, element.getparent())
            stack.append((element, False))
            stack.extend((child, True) for child in reversed(element))
            if element.text:
                self._say(element.text)
        return _CELL_EDGES.sub("\n", "".join(self._parts))

    def _enter(self, tag: str, parent: etree._Element | None) -> None:
        if tag == "br":
            self._parts.append("\n")
            self._line_ends += 1
        elif tag == "pre":
            self._preformatted += 1
        if tag in _BLOCKS:
            self._break(2 if tag in _SPACED else 1)
        if tag == "li" and parent is not None and parent.tag == "ul":
            self._parts.append("• ")
            self._line_ends = 2  # a paragraph inside the item starts beside its bullet

    def _leave(self, tag: str) -> None:
        if tag in ("td", "th"):
            self._parts.append("\t")
        elif tag == "pre":
            self._preformatted -= 1
        if tag in _BLOCKS:
            self._break(2 if tag in _SPACED else 1)

    def _break(self, line_ends: int) -> None:
        if self._line_ends < line_ends:
            self._parts.append("\n" * (line_ends - self._line_ends))
            self._line_ends = line_ends

    def _say(self, text: str) -> None:
        if not self._preformatted:
            text = _SPACES.sub(" ", text)
            if self._line_ends or (self._parts and self._parts[-1].endswith((" ", "\t"))):
                text = text.removeprefix(" ")
        if text:
            self._parts.append(text)
            self._line_ends = 0


def _is_hidden(element: etree._Element) -> bool:
    if element.tag in _DROPPED or "hidden" in element.attrib:
        return True
    style = element.get("style")
    return style is not None and _HIDDEN_STYLE.search(style) is not None
