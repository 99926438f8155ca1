"""Opens a sentence-transformers model: its files, its prompts, its tokenizer."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from catalog.errors import NotReady
from search.encoder import TRAINED, Dtype
from search.encoders.packaged_models import find_packaged_model

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer


def load_model(
    spec: str, cache: Path, dtype: Dtype, device: str
) -> tuple[SentenceTransformer, Path]:
    """The model and the folder its files lie in; see search.encoder.open_encoder."""
    source = _find_source(spec, cache)
    if source.exists():
        return _load(str(source), spec, dtype, device), source
    model = _load(spec, spec, dtype, device)
    return model, _find_snapshot(spec)


def _find_source(spec: str, cache: Path) -> Path:
    if spec.startswith("packaged:"):
        return find_packaged_model(spec, cache)
    if not spec.startswith(TRAINED):
        return Path(spec)
    name = spec.removeprefix(TRAINED)
    folder = cache.parent / "models" / name
    if not name or Path(name).name != name or not folder.is_dir():
        raise NotReady(f"There is no trained model {name!r} in this data folder: see `bole models`")
    return folder


def find_prompt(model: SentenceTransformer, names: Sequence[str]) -> str:
    """The first of these prompts that the model has, else its default one, else none."""
    for name in names:
        if model.prompts.get(name):
            return str(model.prompts[name])
    default = model.default_prompt_name
    return str(model.prompts.get(default, "")) if default else ""


def find_tokenizer(model: SentenceTransformer, name: str) -> Any:
    """The tokenizer itself, with the padding and the truncation of its file switched off."""
    tokenizer = getattr(model.tokenizer, "backend_tokenizer", None)
    if tokenizer is None:
        raise NotReady(f"The model {name} has no tokenizer.json; Bole needs a model that has one.")
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def _load(source: str, spec: str, dtype: Dtype, device: str) -> SentenceTransformer:
    import torch
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging as transformers_logging

    logging: Any = transformers_logging
    bars_were_on = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        model = SentenceTransformer(
            source,
            device=device,
            local_files_only=Path(source).exists(),
            model_kwargs={"dtype": getattr(torch, dtype)},
        )
    except (OSError, ValueError, RuntimeError, KeyError) as error:
        raise NotReady(
            f"The model {spec} cannot be loaded: {error}\nGive a local folder, a Hugging Face name "
            "(needs the network once), packaged:multilingual or packaged:english."
        ) from error
    finally:
        if bars_were_on:
            logging.enable_progress_bar()
    return model.eval()


def _find_snapshot(name: str) -> Path:
    """Where the Hugging Face cache keeps the model that was just loaded."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import LocalEntryNotFoundError

    for repository in (name, f"sentence-transformers/{name}"):
        try:
            return Path(snapshot_download(repository, local_files_only=True))
        except (LocalEntryNotFoundError, ValueError):
            continue
    raise NotReady(f"The files of {name} are not in the Hugging Face cache; give a local folder.")
