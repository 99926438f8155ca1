"""Which language a text is written in."""

from __future__ import annotations

import re

from reading.folding import is_chinese

_SAMPLE = 4000
_FEWEST_LETTERS = 120  # below this a detector guesses
_ENGLISH = re.compile(r"\b(?:the|and|of|to|in|with|for|a|on|as|at|by|from|is|was)\b", re.IGNORECASE)


def language_of(text: str) -> str:
    """ "zh", "en" or "und" (another language, or too little to tell).

    Chinese characters are counted first, since detectors misread lists of skills: one of five
    letters makes a text Chinese, unless kana stand among them.
    """
    sample = text[:_SAMPLE]
    letters = [char for char in sample if char.isalpha()]
    chinese = sum(map(is_chinese, letters))
    kana = sum("\u3040" <= char <= "\u30ff" for char in letters)
    if chinese and chinese * 5 >= len(letters):
        return "und" if kana * 4 > chinese else "zh"
    latin = sum(char.isascii() or char < "\u0250" for char in letters)
    if not letters or latin * 2 < len(letters):
        return "und"
    words = sample.split()
    small = len(_ENGLISH.findall(sample))
    if small * 12 >= len(words) and small >= 3:
        return "en"
    if len(letters) < _FEWEST_LETTERS:
        return "en" if sample.isascii() else "und"
    import py3langid

    return "en" if py3langid.classify(sample)[0] == "en" or small * 25 >= len(words) else "und"
