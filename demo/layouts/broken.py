"""Files that yield nothing usable, as they arrive in real inboxes."""

from __future__ import annotations

import io
import zipfile

from demo.layouts.pdf import WRITTEN


def _encrypted_pdf() -> bytes:
    """A PDF that opens only with a password nobody sent."""
    from fpdf import FPDF

    pdf = FPDF()
    pdf.set_creation_date(WRITTEN)
    pdf.set_encryption(owner_password="owner-of-the-demo", user_password="nobody-sent-it")
    pdf.add_page()
    pdf.set_font("helvetica", size=12)
    pdf.cell(text="Curriculum vitae")
    return bytes(pdf.output())


def _zip_of_photos() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("photos/readme.txt"), "my portfolio, see attached")
    return packed.getvalue()


def _blank_pdf() -> bytes:
    from fpdf import FPDF

    pdf = FPDF()
    pdf.set_creation_date(WRITTEN)
    pdf.add_page()
    return bytes(pdf.output())


def broken_files(whole_pdf: bytes, whole_docx: bytes) -> dict[str, tuple[bytes, str]]:
    """File name → bytes and what is wrong with them; the whole files are cut and damaged."""
    return {
        "resume_final.pdf": (b"", "empty"),
        "Lebenslauf_geschützt.pdf": (_encrypted_pdf(), "encrypted"),
        "CV_download(1).pdf": (whole_pdf[: len(whole_pdf) // 3], "truncated"),
        "CV_2026.pdf": (
            b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff" + bytes(500),
            "a program named pdf",
        ),
        "简历.docx": (
            b"\xd0\xcf\x11\xe0 not a zip archive at all\n" * 20,
            "a docx that is not a zip",
        ),
        "Resume (recovered).docx": (whole_docx[: len(whole_docx) // 2], "truncated"),
        "portfolio.docx": (_zip_of_photos(), "a zip that is no document"),
        "resume.json": (b'{"basics": {"name": "A. Nother", "email": ', "truncated"),
        "个人简历.pdf": (_blank_pdf(), "blank"),
        "notes.txt": (b" \r\n\t\r\n", "nothing but spaces"),
    }
