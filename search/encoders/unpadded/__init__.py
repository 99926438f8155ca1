"""BERT without padding: the forward pass of a sentence encoder or a cross-encoder, faster on
processors.

The tokens of a batch lie one after another, so the matrix products, nine tenths of the work, touch
no padding; attention runs text by text. Each worker computes its own batches with one thread, which
wastes nothing on waiting and makes the bits independent of the number of workers.
"""

from search.encoders.unpadded.pairs import TokenPair, UnpaddedClassifier
from search.encoders.unpadded.texts import UnpaddedBert
from search.encoders.unpadded.workers import Workers

__all__ = ["TokenPair", "UnpaddedBert", "UnpaddedClassifier", "Workers"]
