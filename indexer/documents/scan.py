"""Scans and photographs of documents, read by RapidOCR (English and Chinese), an optional extra."""

from __future__ import annotations

import io
import math
import warnings
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from catalog.errors import Unreadable
from indexer.documents.columns import Fragment
from indexer.documents.extraction import Extraction
from indexer.documents.layout import arrange
from indexer.documents.limits import Clock, Limits
from indexer.documents.pages import Page, assemble

if TYPE_CHECKING:
    import pypdfium2 as pdfium

READER = "scan/1"

NO_OCR = (
    "It is a scan, or has no legible text layer. Reading it needs the OCR extra: "
    "pip install 'bole[ocr]'."
)
_DPI = 200
_LONGEST_SIDE = 2600  # pixels: larger pictures are read no better and much slower
_PAGE_LENGTH = 842.0  # points: what the longer side of a picture stands for, as on A4
_MIN_SCORE = 0.5  # what the recogniser is less sure of is noise, a stamp or a logo


def read_image(data: bytes, media_type: str, limits: Limits, ocr: bool) -> Extraction:
    """A photographed or scanned document; each frame of a TIFF is a page."""
    if not ocr:
        raise Unreadable("no_text", NO_OCR)
    from PIL import Image, ImageOps

    clock = Clock(limits)
    pages: list[Page] = []
    with warnings.catch_warnings():
        # Our own limit on pixels stands in for Pillow's warning.
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        try:
            with Image.open(io.BytesIO(data), formats=("PNG", "JPEG", "TIFF")) as image:
                frames = int(getattr(image, "n_frames", 1))
                if frames > limits.pages:
                    raise Unreadable(
                        "too_many_pages", f"The picture has {frames} pages: over {limits.pages}."
                    )
                for frame in range(frames):
                    clock.check()
                    image.seek(frame)
                    _check_pixels(image.width, image.height, limits)
                    picture = ImageOps.exif_transpose(image).convert("RGB")
                    scale = min(1.0, _LONGEST_SIDE / max(picture.size))
                    if scale < 1:
                        size = (max(1, round(side * scale)) for side in picture.size)
                        picture = picture.resize((next(size), next(size)))
                    pages.append(_recognise(picture, max(picture.size) / _PAGE_LENGTH))
        except Image.DecompressionBombError as error:
            raise Unreadable("too_large", "The picture has far too many pixels.") from error
        except (OSError, SyntaxError, ValueError, EOFError) as error:
            raise Unreadable("damaged", "The picture is damaged and cannot be opened.") from error
    return _assembled(pages, media_type)


def read_page(page: pdfium.PdfPage, limits: Limits) -> Page:
    """A PDF's page as it looks, read by OCR; boxes in points as for pages with text."""
    width, height = page.get_size()
    longest = max(width, height)
    if not math.isfinite(longest) or longest <= 0:
        raise Unreadable("damaged", "A page of the PDF has no size.")
    scale = min(_DPI / 72, _LONGEST_SIDE / longest)
    return _recognise(page.render(scale=scale, rev_byteorder=True).to_pil().convert("RGB"), scale)


def _check_pixels(width: int, height: int, limits: Limits) -> None:
    if width * height > limits.pixels:
        raise Unreadable(
            "too_large",
            f"The picture has {width * height / 1e6:,.0f} million pixels; "
            f"the limit is {limits.pixels / 1e6:,.0f}.",
        )


def _assembled(pages: list[Page], media_type: str) -> Extraction:
    extraction = assemble(pages, media_type, READER)
    if not extraction.text.strip():
        raise Unreadable("no_text", "No text was found in the picture.")
    return extraction


@lru_cache(maxsize=1)
def _engine() -> Any:
    try:
        from rapidocr import RapidOCR
    except ImportError as error:
        raise Unreadable("no_text", NO_OCR) from error
    # One thread: the workers beside this one have the other processors.
    threads = {"EngineConfig.onnxruntime.intra_op_num_threads": 1}
    return RapidOCR(params={"Global.log_level": "critical", **threads})


def _recognise(picture: Any, pixels_per_point: float) -> Page:
    import numpy as np

    found = _engine()(np.asarray(picture))
    if found.boxes is None or found.txts is None:
        return Page([])
    fragments = []
    for order, (corners, text, score) in enumerate(
        zip(found.boxes, found.txts, found.scores, strict=True)
    ):
        if score < _MIN_SCORE or not text.strip():
            continue
        (left, top), (right, bottom) = corners.min(axis=0), corners.max(axis=0)
        box = [float(side) / pixels_per_point for side in (left, top, right, bottom)]
        fragments.append(Fragment(text.strip(), box[0], box[1], box[2], box[3], order))
    return Page(arrange(fragments))
