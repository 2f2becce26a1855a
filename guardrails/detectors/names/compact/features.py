"""Tokens as rows of numbers, the same for training and for use: which rows of which tables describe a token.

A word is described by itself alone (hashes of the word, its beginnings and ends, its shape, what the lexicon knows), a Chinese
character by its neighbours too (pairs and triples of characters, words of the lexicon that it is part of).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count, islice
from zlib import crc32

import numpy as np

from guardrails.detectors.names.compact.lexicon import LONGEST_ZH, Array, Lexicon, mixed
from guardrails.detectors.names.compact.tokens import is_cjk

WORDS, ENDS, STEMS, SHAPES, KINDS, BANDS, CLUSTERS = 32768, 16384, 24576, 1024, 64, 256, 2048
#: Rows of the table behind each column; columns 0 and 1 share one table, as do 4 and 5.
COLUMNS = (WORDS, WORDS, ENDS, ENDS, STEMS, STEMS, SHAPES, KINDS, BANDS, CLUSTERS)
#: Row 0 of every table is "nothing known here".
_OTHER, _DIGITS, _LINE = 1, 2, 3  # stand for tokens that are no Chinese characters
_KNOWN_WORDS = 20_000  # words whose rows are remembered


class _Seen:
    """Rows of words, one behind the other."""

    def __init__(self) -> None:
        self.at: dict[str, int] = {}
        self.rows = np.zeros((_KNOWN_WORDS, len(COLUMNS) + 1), np.int32)  # and what `_code` says
        self.free = count()


class Features:
    """Rows for tokens. Remembers words that it has seen, up to a bound; several threads may ask."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self._seen = _Seen()
        self._surnames, self._given = _marked(lexicon.surnames), _marked(lexicon.given)

    def __repr__(self) -> str:
        return "Features()"

    def rows(self, words: Sequence[str]) -> Array:
        """int32, one row for each token, one column for each of `COLUMNS`."""
        seen = self._known(words)
        known = seen.at
        found = seen.rows.take(np.array([known[w] for w in words], np.int32), 0)
        rows, codes = found[:, :-1], found[:, -1].astype(np.uint32)
        places = np.flatnonzero(rows[:, 6] == 0)  # a shape of 0 marks the characters of `_chinese`
        if len(places):
            self._chinese(rows, codes, places)
        return rows

    def _known(self, words: Sequence[str]) -> _Seen:
        """What holds the rows of all these words."""
        seen = self._seen
        new = {w for w in words if w not in seen.at}
        if not new:
            return seen
        at = list(islice(seen.free, len(new)))
        if at[-1] >= _KNOWN_WORDS:
            self._seen = seen = _Seen()
            new = set(words)
            at = list(islice(seen.free, len(new)))
        for number, word in zip(at, new, strict=True):
            seen.rows[number] = (*self._row(word), _code(word))
            seen.at[word] = number  # last: who finds a word finds its row filled
        return seen

    def _row(self, word: str) -> tuple[int, ...]:
        if is_cjk(word):
            code = word.encode()
            return (_in(crc32(code), WORDS), _in(crc32(b"#" + code), WORDS), 0, 0, 0, 0, 0, 0, 0, 0)
        lower = word.lower()
        kinds, band, cluster = self.lexicon.word(lower)
        if not kinds and lower.endswith("s"):
            kinds = self.lexicon.word(lower[:-1])[0] & 1  # the Danish genitive
        if any(c.isdigit() for c in lower):
            lower = "".join("0" if c.isdigit() else c for c in lower)
        code = lower.encode()
        return (
            _in(crc32(code), WORDS),
            _in(crc32(b"#" + code), WORDS),
            _in(crc32(b"p" + lower[:3].encode()), ENDS),
            _in(crc32(b"s" + lower[-3:].encode()), ENDS),
            _in(crc32(b"x" + lower[:4].encode()), STEMS),
            _in(crc32(b"y" + lower[-4:].encode()), STEMS),
            _in(crc32(shape(word).encode()), SHAPES),
            kinds,
            band,
            cluster,
        )

    def _chinese(self, rows: Array, codes: Array, places: Array) -> None:
        """Fill the rows of the Chinese characters at `places` from what stands around them."""
        framed = np.concatenate([np.zeros(3, np.uint32), codes, np.zeros(4, np.uint32)])

        def near(offset: int) -> Array:
            return np.asarray(framed[places + 3 + offset])

        before, here, after = near(-1), near(0), near(1)
        rows[places, 2] = _of(mixed(before, here), ENDS)
        rows[places, 3] = _of(mixed(here, after, np.uint32(7) + 0 * here), ENDS)
        rows[places, 4] = _of(mixed(before, here, after), STEMS)
        rows[places, 5] = _of(mixed(near(-2), before, here), STEMS)
        lexicon = self.lexicon
        kinds = np.zeros(len(codes) + 8, np.int32)
        parts = np.zeros(len(codes) + 8, np.int32)
        grown = here
        hashes = [here]
        for length in range(2, LONGEST_ZH + 1):
            grown = near(length - 1)
            hashes.append(grown)
            found = lexicon.chinese_words(mixed(*hashes))
            hit = np.flatnonzero(found)
            at, what = places[hit], found[hit]
            bit = 1 << (length - 2)
            parts[at] |= bit  # a word of this length begins here
            parts[at + length - 1] |= 8 * bit  # and ends there
            for inner in range(1, length - 1):
                parts[at + inner] |= 64
            named, placed = what & 2 != 0, what & 4 != 0
            kinds[at[named]] |= 1
            kinds[at[placed]] |= 4
            for inner in range(1, length):
                kinds[at[named] + inner] |= 2
                kinds[at[placed] + inner] |= 8
        surname, given = self._surnames[here].astype(np.int32), self._given[here].astype(np.int32)
        rows[places, 6] = 1 + surname + 2 * given
        rows[places, 7] = kinds[places] + 16 * surname + 32 * given
        rows[places, 8] = parts[places]


def _marked(codes: frozenset[int]) -> Array:
    """uint8 for each code point: 1 for these."""
    marks = np.zeros(0x110000, np.uint8)
    marks[list(codes)] = 1
    return marks


def _code(word: str) -> int:
    if not word:
        return 0
    if is_cjk(word) or not word[0].isalnum():
        return _LINE if word == "\n" else ord(word[0])
    return _DIGITS if word.isdigit() else _OTHER


def _in(value: int, rows: int) -> int:
    return 1 + value % (rows - 1)


def _of(values: Array, rows: int) -> Array:
    return (1 + values % np.uint32(rows - 1)).astype(np.int32)


def shape(word: str) -> str:
    """`Anna` is Xxx, `iPhone12` xXxxdd: at most two equal signs in a row, of the first 12 characters."""
    signs = ""
    for c in word[:12]:
        sign = "X" if c.isupper() else "x" if c.islower() else "d" if c.isdigit() else "c" if "\u2e80" <= c <= "\uffdf" else c
        if signs[-2:] != sign * 2:
            signs += sign
    return signs
