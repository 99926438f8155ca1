"""What every process of the harness needs, loaded once: the fork server imports this, and each
process that it forks starts in milliseconds, with nothing opened yet."""

from __future__ import annotations

import numpy as np

from search.faiss_index import build_index, open_index
from search.lexical import LexicalIndex
from search.loading import FOLD
from search.vectors import Rows
from tests.crash import cast, recovering, worker

__all__ = ["recovering", "worker"]


def load() -> None:
    """Reads one résumé and builds one index, in memory."""
    resume = cast.resume_of(0, 0)
    LexicalIndex.build([1], [resume.scoring_text])
    vectors = np.eye(4, 16, dtype=np.float32)
    rows = Rows.arrange(vectors, np.arange(4), np.arange(4))
    open_index(build_index(rows, FOLD).arrays(), FOLD)


load()
