"""Which language a text is written in."""

from __future__ import annotations

import re

_SAMPLE = 4000
_FEWEST_LETTERS = 120  # below this a detector guesses
_FOREIGN = re.compile(r"[^\W\d_a-zA-Z\u00c0-\u024f]")
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_KANA = re.compile(r"[\u3040-\u30ff]")
_WORD = re.compile(r"\w+")
_ENGLISH = frozenset(["the", "and", "of", "to", "with", "for", "by", "from", "that", "which"])


def language_of(text: str) -> str:
    """ "zh", "en" or "und" (another language, or too little to tell).

    Chinese characters are counted first, since detectors misread lists of skills: one of five
    letters makes a text Chinese, unless kana stand among them.
    """
    sample = text[:_SAMPLE]
    letters = sum(map(str.isalpha, sample))
    plain = sample.isascii()
    chinese = 0 if plain else len(_HAN.findall(sample))
    kana = 0 if plain else len(_KANA.findall(sample))
    if chinese and chinese * 5 >= letters:
        return "und" if kana * 4 > chinese else "zh"
    latin = letters if plain else letters - len(_FOREIGN.findall(sample))
    if not letters or latin * 2 < letters:
        return "und"
    words = sample.split()
    small = sum(word in _ENGLISH for word in _WORD.findall(sample.lower()))
    if small * 12 >= len(words) and small >= 3:
        return "en"
    if letters < _FEWEST_LETTERS:
        return "en" if plain else "und"
    if small * 25 >= len(words):
        return "en"
    import py3langid

    return "en" if py3langid.classify(sample)[0] == "en" else "und"
