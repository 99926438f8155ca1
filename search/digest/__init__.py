"""A job and a résumé in a few dozen tokens each: what the cross-encoder reads.

A pair of 100 tokens costs a third of one of 256 and holds what decides: the last titles with their
years, and the lines that speak of what the job asks for. Nothing depends on anybody else in the
pool, so the same two texts always make the same pair.
"""

from typing import Final

from search.digest.answer import ANSWER_TOKENS, answer_of
from search.digest.question import QUESTION_TOKENS, question_of
from search.digest.tokens import tokens_of

RULES: Final = 2  # raise whenever the same texts would yield another digest

__all__ = ["ANSWER_TOKENS", "QUESTION_TOKENS", "RULES", "answer_of", "question_of", "tokens_of"]
