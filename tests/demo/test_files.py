from __future__ import annotations

import hashlib
import io
import re
import zipfile
from collections import Counter
from pathlib import Path

import pypdfium2
import pytest

from demo.layouts.broken import broken_files
from demo.pool import plan_pool, write_pool
from tests.demo.conftest import Written


def digests(root: Path) -> dict[str, str]:
    return {
        str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


def test_the_same_seed_writes_the_same_bytes(tmp_path: Path) -> None:
    write_pool(tmp_path / "a", seed=3, candidates=45, workers=1)
    write_pool(tmp_path / "b", seed=3, candidates=45, workers=2)
    assert digests(tmp_path / "a") == digests(tmp_path / "b")


def test_another_seed_writes_other_people() -> None:
    ours = {c.person.name for c in plan_pool(3, 40).candidates}
    theirs = {c.person.name for c in plan_pool(4, 40).candidates}
    assert len(ours & theirs) < 10


def test_writing_again_leaves_nothing_of_the_earlier_pool(tmp_path: Path) -> None:
    stale = tmp_path / "resumes" / "C9999" / "somebody.txt"
    stale.parent.mkdir(parents=True)
    stale.write_text("gone soon")
    write_pool(tmp_path, seed=3, candidates=30, workers=1)
    assert not stale.exists()


def test_three_hundred_candidates_come_in_every_form_and_in_both_languages() -> None:
    plan = plan_pool(7, 300)
    forms = Counter(f.form.split("/")[0] for f in plan.filings)
    assert forms["scan"] == 3
    assert forms["pdf"] > 100
    assert forms["docx"] > 60
    assert all(forms[form] >= 8 for form in ("html", "txt", "md", "json"))
    pdf_styles = {f.form for f in plan.filings if f.form.startswith("pdf/")}
    assert pdf_styles == {"pdf/one column", "pdf/margin", "pdf/sidebar", "pdf/two columns"}
    chinese = sum(c.language == "zh" for c in plan.candidates)
    assert 80 <= chinese <= 120
    assert 2 <= sum(c.traditional for c in plan.candidates) <= 25
    twice = [c for c, n in Counter(f.candidate.id for f in plan.filings).items() if n == 2]
    assert 4 <= len(twice) <= 12


def test_without_the_chinese_font_nothing_chinese_is_printed() -> None:
    plan = plan_pool(7, 300, fonts=False)
    printed = [f for f in plan.filings if f.form.startswith(("pdf", "scan"))]
    assert printed
    assert all(f.paper.language == "en" for f in printed)


def test_every_truth_row_names_a_file_that_exists_and_every_file_has_a_row(pool: Written) -> None:
    named = {row[0] for row in pool.rows("files.tsv")}
    on_disk = {str(path.relative_to(pool.root).as_posix()) for path in pool.resumes()}
    assert named == on_disk
    listed = {file["path"] for row in pool.candidates for file in row["files"]}
    assert listed == named
    broken = {row[0] for row in pool.rows("broken.tsv")}
    assert broken == {f"broken/{p.name}" for p in (pool.root / "broken").iterdir()}
    assert len(broken) >= 8


def test_chinese_pdf_text_can_be_read_back(pool: Written) -> None:
    paths = {
        f["path"]: row["name"]
        for row in pool.candidates
        if row["script"] == "simplified"
        for f in row["files"]
        if f["form"].startswith("pdf/")
    }
    assert paths
    for path, name in paths.items():
        document = pypdfium2.PdfDocument((pool.root / path).read_bytes())
        text = "".join(page.get_textpage().get_text_range() for page in document)
        document.close()
        assert name in text


def test_scans_carry_no_text_layer(pool: Written) -> None:
    scans = [f["path"] for row in pool.candidates for f in row["files"] if "scan/pdf" in f["form"]]
    assert len(scans) == 2
    for path in scans:
        document = pypdfium2.PdfDocument((pool.root / path).read_bytes())
        assert not "".join(p.get_textpage().get_text_range() for p in document).strip()
        document.close()


def test_text_boxes_are_written_for_new_and_old_word(pool: Written) -> None:
    boxed = [f["path"] for row in pool.candidates for f in row["files"] if "text box" in f["form"]]
    assert boxed
    contents = []
    for path in boxed:
        with zipfile.ZipFile(pool.root / path) as archive:
            contents.append(archive.read("word/document.xml").decode())
    with_box = [xml for xml in contents if "<wps:txbx>" in xml]
    assert len(with_box) >= len(boxed) - 1  # a résumé without any short section has none
    assert all("<v:textbox>" in xml and "<mc:Fallback>" in xml for xml in with_box)


@pytest.mark.parametrize("damage", ["empty", "encrypted", "truncated", "a program named pdf"])
def test_broken_files_are_broken_in_the_named_way(damage: str) -> None:
    kinds = {what for _, what in broken_files(b"%PDF-1.7 whole", b"PK whole").values()}
    assert damage in kinds


def test_the_encrypted_file_does_not_open_without_its_password() -> None:
    files = broken_files(b"%PDF-1.7 whole", b"PK whole").values()
    data = next(content for content, what in files if what == "encrypted")
    with pytest.raises(pypdfium2.PdfiumError):
        pypdfium2.PdfDocument(io.BytesIO(data))


def test_no_address_in_any_file_could_reach_anybody(pool: Written) -> None:
    texts = [row["email"] for row in pool.candidates]
    for path in pool.resumes():
        if path.suffix in (".txt", ".md", ".html", ".json"):
            texts.append(path.read_bytes().decode("utf-8", errors="ignore"))
    addresses = re.findall(r"[\w.+-]+@([\w.-]+\w)", "\n".join(texts))
    assert len(addresses) > len(pool.candidates)
    assert set(addresses) <= {"example.com", "example.org", "example.net"}


def test_phones_lie_in_ranges_kept_for_fiction_or_nobodys(pool: Written) -> None:
    for row in pool.candidates:
        digits = re.sub(r"\D", "", row["phone"])
        fictional = (
            r"447700900\d{3}"  # United Kingdom, drama
            r"|1?\d{3}5550\d{3}|1?\d{3}5551\d{2}"  # North America
            r"|(86)?1[02]0\d{8}"  # China: no operator holds 100 or 120
            r"|\d{2,3}000\d{7}"
        )
        assert re.fullmatch(fictional, digits), row["phone"]
    assert len({row["phone"] for row in pool.candidates}) == len(pool.candidates)
    assert len({row["email"] for row in pool.candidates}) == len(pool.candidates)
