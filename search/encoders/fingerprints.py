"""What a model is (fingerprint) and what it is computed with (numerics)."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from search.encoders.hashing import hash_file

# A model folder may hold exports for other runtimes, pictures and a model card: none is read.
_MEANINGFUL = {".safetensors", ".bin", ".json", ".txt", ".model", ".py"}
_OTHER_RUNTIMES = {"onnx", "openvino", "coreml", "gguf", ".git", ".cache"}


def fingerprint_model(
    folder: Path, settings: Mapping[str, object], hash_ledger: Path | None = None
) -> str:
    """Hex sha256 over the model's files and over `settings` (prompts, limit, dtype, …)."""
    files = {
        str(path.relative_to(folder).as_posix()): hash_file(path, hash_ledger)
        for path in sorted(folder.rglob("*"))
        if path.suffix in _MEANINGFUL
        and not _OTHER_RUNTIMES.intersection(path.relative_to(folder).parts)
        and path.is_file()
    }
    return fingerprint_values({"files": files, "settings": dict(settings)})


def fingerprint_values(values: Mapping[str, object]) -> str:
    """Hex sha256 of the values in canonical JSON."""
    canonical = json.dumps(values, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def describe_numerics(device: str, dtype: str) -> str:
    """Libraries, processor, number format and threads, in one readable line."""
    import torch

    if device.startswith("cuda"):
        hardware = f"{torch.cuda.get_device_name(device)} cuda {torch.version.cuda}"
    else:
        hardware = (
            f"{_describe_processor()} {torch.backends.cpu.get_cpu_capability()} "
            f"{torch.get_num_threads()} threads"
        )
    libraries = " ".join(
        f"{name} {_version(name)}"
        for name in ("torch", "transformers", "sentence-transformers", "tokenizers")
    )
    return f"{libraries} | {hardware} | {dtype}"


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "absent"


@cache
def _describe_processor() -> str:
    """Vendor, family and model: the matrix libraries choose their kernels by them."""
    parts = [platform.machine()]
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8", "replace").split("\n\n", 1)[0]
    except OSError:
        return " ".join([*parts, platform.processor()]).strip()
    facts = dict(line.split(":", 1) for line in lines.splitlines() if ":" in line)
    named = {key.strip(): value.strip() for key, value in facts.items()}
    parts += [named[key] for key in ("vendor_id", "cpu family", "model") if key in named]
    return " ".join(parts)
