"""Scans: a printed page seen through a scanner, with no text layer."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

from demo.dice import Dice
from demo.layouts.pdf import WRITTEN, write_pdf
from demo.paper import Paper

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

_SCALE = 200 / 72  # dots per PDF point


def _scanned(dice: Dice, page: Picture) -> Picture:
    """Grey, a little skewed, a little soft, with the noise of paper and lamp."""
    import numpy as np
    from PIL import Image, ImageFilter

    skew = dice.choice((-1, 1)) * dice.uniform(0.3, 0.9)
    turned = page.convert("L").rotate(skew, resample=Image.Resampling.BICUBIC, fillcolor=245)
    soft = turned.filter(ImageFilter.GaussianBlur(0.4))
    grey = np.asarray(soft, dtype=np.float32)
    noise = np.random.default_rng(dice.randrange(2**32)).normal(0, 4, grey.shape)
    shade = np.linspace(0, -9, grey.shape[1])[None, :]
    return Image.fromarray(np.clip(grey * 0.97 + noise + shade, 0, 255).astype(np.uint8))


def _pages(dice: Dice, paper: Paper, font: Path | None) -> list[Picture]:
    import pypdfium2

    document = pypdfium2.PdfDocument(write_pdf(dice, paper, "one column", font))
    try:
        return [_scanned(dice, page.render(scale=_SCALE).to_pil()) for page in document]
    finally:
        document.close()


def write_scan_png(dice: Dice, paper: Paper, font: Path | None) -> bytes:
    """The first page as a picture."""
    packed = io.BytesIO()
    _pages(dice, paper, font)[0].save(packed, "PNG", dpi=(200, 200))
    return packed.getvalue()


def write_scan_pdf(dice: Dice, paper: Paper, font: Path | None) -> bytes:
    """Every page as one picture in a PDF."""
    from fpdf import FPDF

    pdf = FPDF(unit="mm", format="A4")
    pdf.set_creation_date(WRITTEN)
    pdf.set_auto_page_break(False)
    pdf.set_margin(0)
    for page in _pages(dice, paper, font):
        packed = io.BytesIO()
        page.save(packed, "JPEG", quality=70)
        pdf.add_page()
        pdf.image(packed, 0, 0, 210, 297)
    return bytes(pdf.output())
