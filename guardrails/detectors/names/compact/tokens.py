"""A text as tokens: words, single Chinese characters, signs, line ends. What a tagger sees is decided here and nowhere else.

Tokens stand in pieces: a word or a blank that is longer than any name ends a piece, and nothing is read across it. So a token's
neighbours lie within a known number of characters, however hostile the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

#: One token each: Chinese, Japanese and Korean characters (Unicode blocks).
CJK = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u3040-\u30ff\uac00-\ud7af"
LONG = 40  # characters of a word that can be part of a name; a longer one is no token and ends the piece
GAP = 24  # blanks between two tokens of one piece
#: The most characters from the beginning of a token to that of the next one of its piece.
WIDEST = LONG + GAP

_TOKEN = re.compile(rf"[{CJK}]|[^\W_{CJK}]+|\n|[^\w\s]|_")
_WORD = re.compile(rf"[^\W_{CJK}]+")
_WIDE = re.compile(rf"[^\W_{CJK}]{{{LONG + 1}}}|[^\S\n]{{{GAP + 1}}}")
_CJK = re.compile(f"[{CJK}]")


class Tokens(NamedTuple):
    """`spans`: begin and end in the text. `breaks`: the numbers of the tokens with which a new piece begins, ascending."""

    spans: list[tuple[int, int]]
    breaks: list[int]


def tokens(text: str, start: int = 0) -> Tokens:
    """The tokens from `start` on; a word that begins before it is left out."""
    if 0 < start < len(text) and _WORD.match(text, start - 1) and (rest := _WORD.match(text, start)):
        start = rest.end()
    spans = [m.span() for m in _TOKEN.finditer(text, start)]
    return _in_pieces(spans) if _WIDE.search(text, start) else Tokens(spans, [])


def _in_pieces(spans: list[tuple[int, int]]) -> Tokens:
    kept: list[tuple[int, int]] = []
    breaks: list[int] = []
    last = spans[0][0] if spans else 0
    for begin, end in spans:
        if (begin - last > GAP or end - begin > LONG) and breaks[-1:] != [len(kept)]:
            breaks.append(len(kept))
        if end - begin <= LONG:
            kept.append((begin, end))
        last = end
    return Tokens(kept, breaks)


def words(text: str, start: int = 0) -> Iterator[tuple[int, str]]:
    """Where each token from `start` on begins, and its text, one after the other; words that are too long are left out."""
    for match in _TOKEN.finditer(text, start):
        word = match[0]
        if len(word) <= LONG:
            yield match.start(), word


def is_cjk(word: str) -> bool:
    """Is it a character of which each is a token of its own?"""
    return _CJK.match(word) is not None


def has_cjk(text: str, start: int = 0, end: int | None = None) -> bool:
    return not text.isascii() and _CJK.search(text, start, len(text) if end is None else end) is not None
