"""Text to unit vectors: the contract every encoder keeps, and the way to open one.

Vectors are kept by content: whoever calls stores each vector under the text's bytes, `fingerprint`
and `numerics`, and asks only for texts it has not got. See search.encoders for the makers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float32]
Vectors = NDArray[np.float32]
Dtype = Literal["float32", "bfloat16"]
Progress = Callable[[int], None]
"""Called with the number of texts that were finished since the last call."""

DEFAULT_MODEL: Final = "packaged:bilingual"
TRAINED: Final = "trained:"
"""What a specification starts with that names a model of the data folder's own."""


class Encoder(Protocol):
    """What turns passages and jobs into vectors whose inner product is their similarity."""

    @property
    def name(self) -> str:
        """The specification it was opened from, for people to read."""

    @property
    def dimension(self) -> int:
        """Columns of a vector."""

    @property
    def max_tokens(self) -> int:
        """Tokens, as `count_tokens` counts them, that the model reads at once."""

    @property
    def fingerprint(self) -> str:
        """Hex sha256 over everything that decides a vector's meaning: weights, adapter, tokenizer,
        prompts, pooling, length limit, number format. Other fingerprint, other vector space."""

    @property
    def numerics(self) -> str:
        """What may change a vector's last bits but not its meaning: versions of the libraries,
        processor, number format, threads."""

    def count_tokens(self, text: str) -> int:
        """Tokens of `text`, without the prompt and the marks that the model adds."""

    def locate_tokens(self, text: str) -> Sequence[tuple[int, int]]:
        """Start and end of each token in `text`, in code points, in reading order."""

    def encode_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """One unit row per text, in the order given. Equal texts get equal bits.

        The same set of texts gets the same bits again on the same `numerics`; the same text among
        others may differ in the last bits. Nothing is ever cut off: a text of more than
        `max_tokens` is cut at line ends into windows and gets their mean, weighted by tokens.
        """

    def encode_query(self, text: str) -> Vector:
        """The unit vector of a job, computed alone, so that its bits repeat; windows as above."""


def open_encoder(
    spec: str, cache: Path, *, dtype: Dtype = "float32", device: str = "cpu"
) -> Encoder:
    """Loads a model: `packaged:multilingual`, `packaged:english`, `packaged:bilingual` (both side
    by side), `trained:NAME` (by `bole train encoder`), a Hugging Face name or a folder.

    `cache` is a folder of ours for models that have to be unpacked; those that were trained lie in
    `models` beside it. `dtype` is what `choose_dtype` found when the catalog was made. Errors:
    NotReady, Damaged, StoreUnavailable, each with what to do.
    """
    from search.encoders.opening import open_by_spec

    return open_by_spec(spec, cache, dtype, device)


def choose_dtype(spec: str, cache: Path, *, device: str = "cpu") -> Dtype:
    """Measures whether this machine is faster in bfloat16. Asked once, at `init`; then stored.

    Takes about 10 seconds where the processor has bfloat16 instructions, no time elsewhere.
    """
    from search.encoders.number_format import measure_dtype

    return measure_dtype(spec, cache, device)
