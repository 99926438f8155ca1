"""A cross-encoder in a folder: whole, or an adapter that is merged into its base when it is loaded.

An adapter's folder is about a megabyte: `base.json` says which model it was trained on and how many
of its layers, `adapter/` holds the LoRA matrices (Hu et al., ICLR 2022) and the head.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from catalog.errors import Damaged

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

BASE_FILE: Final = "base.json"
ADAPTER: Final = "adapter"
MAX_TOKENS: Final = 128  # of a pair; search.digest aims well below


@dataclass(frozen=True, slots=True)
class Base:
    """What an adapter sits on. Few layers are enough to compare two short texts, at half the cost.

    `spec` is one that search.encoder.open_encoder takes, except `packaged:bilingual`.
    """

    spec: str = "packaged:multilingual"
    layers: int | None = 6  # the first so many; None: all


def write_base(folder: Path, base: Base) -> None:
    """Says beside an adapter what it belongs to."""
    (folder / BASE_FILE).write_text(json.dumps(asdict(base)) + "\n", "utf-8")


def read_base(folder: Path) -> Base | None:
    """What the folder's adapter belongs to; None: the folder holds a whole model.

    Errors: Damaged.
    """
    path = folder / BASE_FILE
    if not path.is_file():
        return None
    try:
        record = json.loads(path.read_text("utf-8"))
        return Base(str(record["spec"]), record["layers"])
    except (OSError, ValueError, KeyError, TypeError):
        raise Damaged(f"{path.name} of the model {folder.name} cannot be read") from None


def open_base(base: Base, cache: Path, device: str) -> CrossEncoder:
    """The base with one output whose weights are noise: to be trained, never to be served.

    Errors: NotReady, Damaged, StoreUnavailable for a packaged one that is not there.
    """
    from search.encoders.packaged_models import find_packaged_model

    packaged = base.spec.startswith("packaged:")
    folder = str(find_packaged_model(base.spec, cache)) if packaged else base.spec
    model = _load(folder, device, base.layers)
    _waken_pooler(model)
    return model


def open_cross_encoder(folder: Path, cache: Path, device: str) -> CrossEncoder:
    """The trained model in a folder, its adapter merged. Errors: Damaged, and as `open_base`."""
    base = read_base(folder)
    try:
        if base is None:
            return _load(str(folder), device, None)
        model = open_base(base, cache, device)
        return merge(model, folder / ADAPTER)
    except (OSError, ValueError, RuntimeError, KeyError) as error:
        raise Damaged(
            f"the model in {folder.name} cannot be loaded ({type(error).__name__}): "
            "`bole rollback`, or restore the folder"
        ) from error


def merge(model: CrossEncoder, adapter: Path) -> CrossEncoder:
    """The model with an adapter's weights added to its own: nothing is left to do per query."""
    from peft import PeftModel

    network: Any = model[0].auto_model
    adapted: Any = PeftModel.from_pretrained(network, str(adapter))
    model[0].auto_model = adapted.merge_and_unload()
    model.eval()
    return model


def _waken_pooler(model: CrossEncoder) -> None:
    """Sentence encoders average their tokens and come with a pooler of zeros, through which nothing
    can be learned: it begins as the identity."""
    import torch

    network: Any = model[0].auto_model
    pooler = getattr(network.base_model, "pooler", None)
    if pooler is not None and not pooler.dense.weight.any():
        with torch.no_grad():
            pooler.dense.weight.copy_(torch.eye(pooler.dense.out_features))


def _load(folder: str, device: str, layers: int | None) -> CrossEncoder:
    import logging
    import warnings

    from sentence_transformers import CrossEncoder
    from transformers.utils import logging as transformers_logging

    # That a head is new, and a sentence encoder no cross-encoder yet, is what `open_base` says.
    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    transformers_logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    logging.getLogger("sentence_transformers").setLevel(logging.ERROR)
    warnings.filterwarnings("ignore", message=".*is_gradient_checkpointing.*")
    cut = {} if layers is None else {"num_hidden_layers": layers}
    return CrossEncoder(
        folder, num_labels=1, max_length=MAX_TOKENS, device=device, config_kwargs=cut
    )
