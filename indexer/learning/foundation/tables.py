"""Reading the taxonomies' tables."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from catalog.errors import Damaged, NotFound

ONET, ESCO = "onet_29_2", "esco_1_1_en"


def read_rows(path: Path, *columns: str) -> Iterator[dict[str, str]]:
    """The rows of a .txt table (tabs, no quoting) or a .csv one, each with these columns.

    Errors: NotFound where the file is missing, Damaged where a row lacks one of the columns or
    the bytes are not UTF-8.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            rows = (
                csv.DictReader(lines)
                if path.suffix == ".csv"
                else csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
            )
            for number, row in enumerate(rows, start=2):
                if any(row.get(column) is None for column in columns):
                    raise Damaged(f"{path.name}, row {number}: {', '.join(columns)} expected")
                yield row
    except (FileNotFoundError, NotADirectoryError):
        raise NotFound(f"the taxonomies' folder has no {path.parent.name}/{path.name}") from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise Damaged(f"{path.name} is not a table in UTF-8: {error}") from None
