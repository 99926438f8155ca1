"""Chooses between float32 and bfloat16 by measuring."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Final

from search.encoder import Dtype, Encoder
from search.encoders.opening import open_by_spec

# Anything less is within the noise of a busy machine, and float32 is the more exact.
_WORTHWHILE: Final = 1.2
_TEXTS: Final = [
    f"Registered nurse on ward {ward}, twelve beds: assessed patients, gave medication, wrote "
    "care plans, trained students and kept the records that the hospital's auditors ask for. " * 4
    for ward in range(12)
]


def measure_dtype(spec: str, cache: Path, device: str) -> Dtype:
    """`bfloat16` where it is supported and at least 1.2 times faster, else `float32`."""
    if not has_bfloat16(device):
        return "float32"
    plain = _time(open_by_spec(spec, cache, "float32", device))
    short = _time(open_by_spec(spec, cache, "bfloat16", device))
    return "bfloat16" if plain > _WORTHWHILE * short else "float32"


def has_bfloat16(device: str) -> bool:
    """Whether the hardware multiplies bfloat16 by itself; emulation is slower than float32."""
    import torch

    if device.startswith("cuda"):
        return torch.cuda.is_available() and torch.cuda.is_bf16_supported(including_emulation=False)
    flags = set(_read_processor_flags())
    return not flags.isdisjoint({"avx512_bf16", "amx_bf16", "bf16"})


def _read_processor_flags() -> list[str]:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8", "replace").splitlines()
    except OSError:
        return []
    # "flags" on x86, "Features" on ARM.
    return next(
        (line.split(":", 1)[1].split() for line in lines if line.startswith(("flags", "Features"))),
        [],
    )


def _time(encoder: Encoder) -> float:
    """Seconds of the best of three runs after one to warm up."""
    encoder.encode_passages(_TEXTS[:2])
    seconds = []
    for _ in range(3):
        started = time.perf_counter()
        encoder.encode_passages(_TEXTS)
        seconds.append(time.perf_counter() - started)
    return min(seconds)
