"""The Chinese typeface: Noto Sans SC (SIL OFL 1.1) from a package, cut down to what is printed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path


def cut_font(texts: Iterable[str], folder: Path) -> Path | None:
    """A font file in `folder` with just these characters, or None where the package is missing.

    Cutting once takes a second; the PDF writer would otherwise read 8 MB for each document.
    """
    try:
        from pylopdf_fonts_zh_cn import sans_path
    except ImportError:
        return None
    from fontTools import subset  # type: ignore[import-untyped]

    layouts = "•·–联系方式第页" + "".join(map(chr, range(32, 127)))  # what layouts add of their own
    characters = "".join(sorted(set(layouts).union(*texts)))
    options = subset.Options()
    options.layout_features = []
    options.desubroutinize = True
    options.recalc_timestamp = False
    font = subset.load_font(str(sans_path()), options)
    cutter = subset.Subsetter(options)
    cutter.populate(text=characters)
    cutter.subset(font)
    target = folder / f"{hashlib.sha256(characters.encode()).hexdigest()[:12]}.otf"
    font.save(str(target))
    return target
