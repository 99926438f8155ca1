"""Which encoder a model's specification means."""

from __future__ import annotations

from pathlib import Path

from search.encoder import Dtype, Encoder
from search.encoders.bilingual import BilingualEncoder
from search.encoders.centred import CentredEncoder, read_centres
from search.encoders.packaged_models import BILINGUAL, ENGLISH, MULTILINGUAL
from search.encoders.sentence import SentenceEncoder


def open_by_spec(spec: str, cache: Path, dtype: Dtype, device: str) -> Encoder:
    """See search.encoder.open_encoder."""
    if spec == BILINGUAL:
        return BilingualEncoder(
            open_by_spec(MULTILINGUAL, cache, dtype, device),
            open_by_spec(ENGLISH, cache, dtype, device),
            name=spec,
        )
    plain = SentenceEncoder.open(spec, cache, dtype=dtype, device=device)
    if spec == MULTILINGUAL:
        return CentredEncoder(plain, *read_centres("multilingual"))
    return plain
