"""Rich text, which is also what many files named .doc are."""

from __future__ import annotations

import re

from catalog.errors import Unreadable
from indexer.documents.characters import tidy
from indexer.documents.extraction import Extraction
from indexer.documents.limits import Limits, check_characters
from indexer.documents.sniff import RTF

READER = "rtf/1"

_TABLE_ROW = re.compile(r"^.*\|$", re.MULTILINE)  # striprtf ends each cell so


def read_rtf(data: bytes, limits: Limits) -> Extraction:
    """The text; cells of a table row are joined by tabs."""
    from striprtf.striprtf import rtf_to_text

    # RTF is ASCII with escapes; bytes beyond it are kept for the codepage that the file names.
    source = data.decode("latin-1")
    check_characters(len(source) // 50, limits)  # pictures are written as text: 2 digits a byte
    try:
        text = rtf_to_text(source, errors="replace")  # type: ignore[no-untyped-call]
    except (ValueError, LookupError, OverflowError) as error:
        raise Unreadable("damaged", "The rich text (RTF) is damaged.") from error
    text = _TABLE_ROW.sub(lambda row: row.group().strip("|").replace("|", "\t"), text)
    text = tidy(text)
    check_characters(len(text), limits)
    return Extraction(text=text, media_type=RTF, reader=READER)
