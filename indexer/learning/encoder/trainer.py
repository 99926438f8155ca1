"""Training an encoder with sentence-transformers: no card that quotes people."""

from __future__ import annotations

from typing import Any

from sentence_transformers import SentenceTransformerTrainer

from indexer.learning.training.trainer import LightTrainer


class TripleTrainer(LightTrainer, SentenceTransformerTrainer):
    """On triples of a question, an answer and one that is none."""

    def add_model_card_callback(self, default_args_dict: dict[str, Any]) -> None:
        """None: the library's card would quote what was trained on, and ours is written after."""
