"""Cuts a long job into windows that a model can read whole."""

from __future__ import annotations

from collections.abc import Sequence


def cut_into_windows(
    text: str, tokens: Sequence[tuple[int, int]], limit: int
) -> list[tuple[int, int]]:
    """Windows (start, end) in code points: together the text, each of at most `limit` tokens.

    `tokens` are the tokens' places in `text`. A window ends at a line end if one lies in its
    second half, else between two words, else between two tokens.
    """
    if limit < 1:
        raise ValueError("a window holds at least one token")
    windows: list[tuple[int, int]] = []
    start, first = 0, 0
    while len(tokens) - first > limit:
        last = _last_token_of_window(text, tokens, first, limit)
        end = tokens[last + 1][0]
        # Tokens of one character (an emoji's bytes) share their place: never cut to nothing.
        if end <= start:
            end = max(tokens[last][1], start + 1)
        windows.append((start, end))
        start, first = end, last + 1
        while first < len(tokens) and tokens[first][1] <= start:
            first += 1
    if start < len(text) or not windows:
        windows.append((start, len(text)))
    return windows


def _last_token_of_window(
    text: str, tokens: Sequence[tuple[int, int]], first: int, limit: int
) -> int:
    full = first + limit - 1
    for separator in ("\n", None):
        for last in range(full, first + limit // 2 - 1, -1):
            gap = text[tokens[last][1] : tokens[last + 1][0]]
            # Some tokenizers count the blank before a word as part of its token.
            gap += text[tokens[last + 1][0] : tokens[last + 1][0] + 1]
            if separator in gap if separator else any(c.isspace() for c in gap):
                return last
    return full
