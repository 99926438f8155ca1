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


def find_base(base: Base, cache: Path) -> Path | str:
    """The base's folder, or its name where transformers has to find it.

    Errors: NotReady, Damaged, StoreUnavailable for a packaged one that is not there.
    """
    from search.encoders.packaged_models import find_packaged_model

    if base.spec.startswith("packaged:"):
        return find_packaged_model(base.spec, cache)
    return Path(base.spec) if Path(base.spec).is_dir() else base.spec


def write_base(folder: Path, base: Base, cache: Path) -> None:
    """Says beside an adapter what it belongs to, to the byte where the base is a folder."""
    record = {**asdict(base), "weights": _hash_weights(find_base(base, cache), cache)}
    (folder / BASE_FILE).write_text(json.dumps(record) + "\n", "utf-8")


def _hash_weights(found: Path | str, ledger: Path) -> str | None:
    from search.encoders.hashing import hash_file

    weights = Path(found) / "model.safetensors"
    return hash_file(weights, ledger) if weights.is_file() else None


def stated_base(folder: Path) -> Base:
    """What the folder says its adapter belongs to. Error: Damaged."""
    return _read_record(folder)[0]


def read_base(folder: Path, cache: Path) -> Base | None:
    """What the folder's adapter belongs to; None: the folder holds a whole model.

    Errors: Damaged, also where the base is no longer the one that the adapter was trained on.
    """
    if not (folder / BASE_FILE).is_file():
        return None
    base, weights = _read_record(folder)
    if weights is not None and _hash_weights(find_base(base, cache), cache) != weights:
        raise Damaged(f"{base.spec} is no longer the model that {folder.name} was trained on")
    return base


def _read_record(folder: Path) -> tuple[Base, str | None]:
    try:
        record = json.loads((folder / BASE_FILE).read_text("utf-8"))
        return Base(str(record["spec"]), record["layers"]), record["weights"]
    except (OSError, ValueError, KeyError, TypeError):
        raise Damaged(f"{BASE_FILE} of the model {folder.name} cannot be read") from None


def open_base(base: Base, cache: Path, device: str) -> CrossEncoder:
    """The base with one output whose weights are noise: to be trained, never to be served.

    Errors: NotReady, Damaged, StoreUnavailable for a packaged one that is not there.
    """
    model = _load(str(find_base(base, cache)), device, base.layers)
    _waken_pooler(model)
    return model


def open_cross_encoder(folder: Path, cache: Path, device: str) -> CrossEncoder:
    """The trained model in a folder, its adapter merged. Errors: Damaged, and as `open_base`."""
    from safetensors import SafetensorError

    base = read_base(folder, cache)
    try:
        if base is None:
            return _load(str(folder), device, None)
        model = open_base(base, cache, device)
        return merge(model, folder / ADAPTER)
    except (OSError, ValueError, RuntimeError, KeyError, SafetensorError) as error:
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
    warnings.filterwarnings("ignore", message="Could not find a config file in")  # PEFT's hub
    cut = {} if layers is None else {"num_hidden_layers": layers}
    loaded: CrossEncoder = CrossEncoder(
        folder, num_labels=1, max_length=MAX_TOKENS, device=device, config_kwargs=cut
    )
    return loaded
