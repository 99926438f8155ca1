"""DOCX straight from its XML: body in order, tables, text boxes, headers and footers."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator

from lxml import etree

from catalog.errors import Unreadable
from indexer.documents.characters import tidy
from indexer.documents.extraction import Extraction
from indexer.documents.furniture import is_page_number
from indexer.documents.limits import Limits, check_characters
from indexer.documents.sniff import DOCX
from reading.spans import Span

READER = "docx/1"

_BOMB_FROM = 20_000_000  # bytes: below, even a suspicious ratio harms nobody
_MAX_MEMBERS = 20_000
_SKIPPED_WORDS = (
    "del moveFrom delText instrText rPr pPr sectPr tblPr tblGrid tcPr trPr sdtPr sdtEndPr "
    "Fallback delInstrText commentReference footnoteReference bookmarkStart bookmarkEnd "
    "proofErr"
)
_SKIPPED = frozenset(_SKIPPED_WORDS.split())
_BREAKS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "ptab": "\t"}
_HEADING = re.compile(r"^(?:heading|title|überschrift|titre|标题)|^[1-6]$", re.IGNORECASE)


def read_docx(data: bytes, limits: Limits) -> Extraction:
    """Headers, body, notes, footers. Deleted revisions and hidden text are left out.

    A table row of one-line cells is one line with tabs; other cells follow each other.
    """
    with _open(data) as archive:
        _refuse_bombs(archive, limits)
        main = _main_part(archive)
        body = _blocks(_parse(archive, main))
        around = _related(archive, main)
        headers = [_blocks(_parse(archive, part)) for part in around["header"]]
        notes = [_blocks(_parse(archive, part)) for part in around["footnotes"]]
        footers = [_blocks(_parse(archive, part)) for part in around["footer"]]
    parts = [*_distinct(headers), body, *_distinct(notes), *_distinct(footers)]
    text = tidy("\n\n".join(part for part in parts if part.strip()))
    check_characters(len(text), limits)
    return Extraction(
        text=text, media_type=DOCX, reader=READER, furniture=_page_numbers(text, footers, headers)
    )


def _open(data: bytes) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise Unreadable("damaged", "The Word file is damaged and cannot be opened.") from error


def _refuse_bombs(archive: zipfile.ZipFile, limits: Limits) -> None:
    members = archive.infolist()
    total = sum(member.file_size for member in members)
    steep = any(
        member.file_size > max(_BOMB_FROM, limits.unzip_ratio * max(1, member.compress_size))
        for member in members
    )
    if steep or total > limits.unzipped_bytes or len(members) > _MAX_MEMBERS:
        raise Unreadable("zip_bomb", f"The Word file would unpack to {total / 1e6:,.0f} MB.")


def _read(archive: zipfile.ZipFile, part: str) -> bytes:
    try:
        member = archive.getinfo(part)
        if member.flag_bits & 1:
            raise Unreadable("encrypted", "The Word file is protected by a password.")
        with archive.open(member) as stream:
            return stream.read(member.file_size)
    except KeyError as error:
        raise Unreadable("damaged", f"The Word file lacks its part {part!r}.") from error
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, EOFError) as error:
        raise Unreadable("damaged", "The Word file is damaged inside.") from error
    except Exception as error:  # zlib.error, lzma.LZMAError: each method has its own
        if isinstance(error, Unreadable | MemoryError):
            raise
        raise Unreadable("damaged", "The Word file is damaged inside.") from error


def _parse(archive: zipfile.ZipFile, part: str) -> etree._Element:
    """The part's root, with entities unexpanded and nothing fetched."""
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(_read(archive, part), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Unreadable("damaged", "The Word file's text is damaged.") from error
    if root is None:
        raise Unreadable("damaged", "The Word file's text is damaged.")
    return root


def _main_part(archive: zipfile.ZipFile) -> str:
    """word/document.xml, or what the package names instead."""
    if "_rels/.rels" in archive.NameToInfo:
        for relation in _parse(archive, "_rels/.rels"):
            if str(relation.get("Type", "")).endswith("/officeDocument"):
                return str(relation.get("Target", "")).lstrip("/")
    return "word/document.xml"


def _related(archive: zipfile.ZipFile, main: str) -> dict[str, list[str]]:
    """The parts that the main one shows around itself, by kind, in the order of their names."""
    found: dict[str, list[str]] = {"header": [], "footer": [], "footnotes": []}
    folder, name = posixpath.split(main)
    relations = posixpath.join(folder, "_rels", f"{name}.rels")
    if relations in archive.NameToInfo:
        for relation in _parse(archive, relations):
            kind = str(relation.get("Type", "")).rsplit("/", 1)[-1]
            target = posixpath.normpath(posixpath.join(folder, str(relation.get("Target", ""))))
            target = target.lstrip("/")
            if kind in found and target in archive.NameToInfo:
                found[kind].append(target)
    return {kind: sorted(set(parts)) for kind, parts in found.items()}


def _distinct(texts: list[str]) -> list[str]:
    return list(dict.fromkeys(text.strip("\n") for text in texts))


def _page_numbers(text: str, *groups: list[str]) -> tuple[Span, ...]:
    """Where the text's first and last lines are page numbers that came from header or footer."""
    lines = {line.strip() for group in groups for part in group for line in part.split("\n")}
    spans = []
    at = 0
    for line in text.split("\n"):
        if line and line in lines and is_page_number(line):
            spans.append(Span(at, at + len(line)))
        at += len(line) + 1
    return tuple(spans)


def _name(element: etree._Element) -> str:
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _blocks(root: etree._Element) -> str:
    return "\n".join(_paragraphs(root))


def _paragraphs(container: etree._Element) -> Iterator[str]:
    """Lines of the paragraphs and tables in a container; an empty string is an empty line."""
    for element in container:
        name = _name(element)
        if name == "p":
            yield from _paragraph(element)
        elif name == "tbl":
            yield ""
            yield from _table(element)
            yield ""
        elif name == "AlternateContent":
            yield from _paragraphs(_chosen(element))
        elif name and name not in _SKIPPED:
            yield from _paragraphs(element)


def _chosen(alternatives: etree._Element) -> etree._Element:
    """The first choice, or the fallback where there is none: never both, they say the same."""
    for wanted in ("Choice", "Fallback"):
        for element in alternatives:
            if _name(element) == wanted:
                return element
    return alternatives


def _table(table: etree._Element) -> Iterator[str]:
    for row in _within(table, "tr"):
        cells = [list(_paragraphs(cell)) for cell in _within(row, "tc")]
        cells = [lines for lines in cells if any(line.strip() for line in lines)]
        if all(len(lines) == 1 for lines in cells):
            if cells:
                yield "\t".join(lines[0] for lines in cells)
        else:
            for lines in cells:
                yield from lines
                yield ""


def _within(element: etree._Element, wanted: str) -> Iterator[etree._Element]:
    """Rows of a table or cells of a row, also inside content controls and insertions."""
    for child in element:
        name = _name(child)
        if name == wanted:
            yield child
        elif name in ("sdt", "sdtContent", "ins", "customXml", "smartTag"):
            yield from _within(child, wanted)


def _paragraph(paragraph: etree._Element) -> Iterator[str]:
    """The paragraph's lines; text boxes anchored in it stand before or after, as in its XML."""
    written: list[str] = []
    boxes_before: list[str] = []
    boxes_after: list[str] = []
    stack = list(reversed(paragraph))
    while stack:
        element = stack.pop()
        name = _name(element)
        if name == "t":
            written.append(element.text or "")
        elif name == "txbxContent":
            boxes = boxes_after if "".join(written).strip() else boxes_before
            boxes.extend(["", *_paragraphs(element), ""])
        elif name in _BREAKS:
            written.append(_BREAKS[name])
        elif name == "sym":
            written.append("•")
        elif name == "AlternateContent":
            stack.append(_chosen(element))
        elif name == "r" and _is_hidden(element):
            continue
        elif name and name not in _SKIPPED:
            stack.extend(reversed(element))
    text = "".join(written)
    properties = next((child for child in paragraph if _name(child) == "pPr"), None)
    heading, listed = _kind(properties) if properties is not None else (False, False)
    yield from boxes_before
    if heading:
        yield ""
    if listed and text.strip() and not heading:
        text = f"• {text.lstrip()}"
    yield from text.split("\n")
    yield from boxes_after


def _kind(properties: etree._Element) -> tuple[bool, bool]:
    """Whether a paragraph is a heading, and whether it is an item of a list."""
    heading = listed = False
    for element in properties:
        name = _name(element)
        if name == "pStyle":
            style = next((v for k, v in element.attrib.items() if str(k).endswith("}val")), "")
            heading = heading or _HEADING.match(str(style)) is not None
            listed = listed or str(style).startswith(("ListBullet", "ListNumber"))
        elif name == "outlineLvl":
            heading = True
        elif name == "numPr":
            numbers = [
                str(value)
                for child in element
                if _name(child) == "numId"
                for value in child.attrib.values()
            ]
            listed = "0" not in numbers
    return heading, listed


def _is_hidden(run: etree._Element) -> bool:
    for properties in run:
        if _name(properties) != "rPr":
            continue
        for element in properties:
            if _name(element) == "vanish":
                return "0" not in element.attrib.values() and "false" not in element.attrib.values()
    return False
