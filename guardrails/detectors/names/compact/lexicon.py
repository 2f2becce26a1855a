"""What is known of words beforehand: is it somebody's name, a place's, how common is it, which words is it like? Hashes only.

Built by `guardrails/training/lexicon.py` from lists that may be passed on (the weights' README). A word is looked up by CRC-32,
Chinese words of two to four characters by a hash that numpy works out for a whole text at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from zlib import crc32

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]

#: What a Latin word may be, as bits.
FIRST, LAST, PLACE, REGION = 1, 2, 4, 8
#: What a Chinese word may be.
COMMON, PERSON, ZH_PLACE, SURNAMES = 1, 2, 4, 8
_SIEVED = 12  # bits of a hash that the sieve leaves out
LONGEST_ZH = 4  # characters of the Chinese words that are known


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Lexicon:
    """Sorted hashes and what they mean, row by row."""

    words: Array  # uint32, sorted: CRC-32 of the lower-case word in UTF-8
    kinds: Array  # uint8: FIRST to REGION
    bands: Array  # uint8: how common in English, Indonesian and Danish, two bits each; and whether it is written with a capital
    clusters: Array  # uint16: words used alike in English; 0 none
    chinese: Array  # uint32, sorted: `mixed` of the characters
    chinese_kinds: Array  # uint8
    surnames: frozenset[int]  # code points
    given: frozenset[int]  # code points that are frequent in given names
    sieve: Array = field(init=False)  # bool: which beginnings of hashes there are at all, so that most words are not searched

    def __post_init__(self) -> None:
        sieve = np.zeros(1 << (32 - _SIEVED), bool)
        sieve[self.chinese >> np.uint32(_SIEVED)] = True
        object.__setattr__(self, "sieve", sieve)

    def word(self, lower: str) -> tuple[int, int, int]:
        """Kinds, band and cluster of a word in lower case."""
        wanted = crc32(lower.encode())
        at = int(np.searchsorted(self.words, np.uint32(wanted)))
        if at == len(self.words) or int(self.words[at]) != wanted:
            return 0, 0, 0
        return int(self.kinds[at]), int(self.bands[at]), int(self.clusters[at])

    def chinese_words(self, hashes: Array) -> Array:
        """The kinds of the words with these hashes; 0 for those that are unknown."""
        kinds = np.zeros(len(hashes), np.uint8)
        maybe = np.flatnonzero(self.sieve.take(hashes >> _SIEVED))
        at = np.searchsorted(self.chinese, hashes[maybe])
        at[at == len(self.chinese)] = 0
        kinds[maybe] = np.where(self.chinese[at] == hashes[maybe], self.chinese_kinds[at], 0)
        return kinds


def mixed(*parts: Array) -> Array:
    """A hash (uint32) of each row of code points."""
    total = np.full(parts[0].shape, 0x811C9DC5, np.uint32)
    for part in parts:
        total = (total ^ part) * np.uint32(0x9E3779B1)
        total ^= total >> np.uint32(15)
    return total


def loaded(arrays: Mapping[str, Array]) -> Lexicon:
    """The lexicon from the arrays of a packed file, where ascending numbers stand as their differences."""
    return Lexicon(
        words=np.cumsum(arrays["lexicon.words"], dtype=np.uint32),
        kinds=arrays["lexicon.kinds"],
        bands=arrays["lexicon.bands"],
        clusters=arrays["lexicon.clusters"],
        chinese=np.cumsum(arrays["lexicon.chinese"], dtype=np.uint32),
        chinese_kinds=arrays["lexicon.chinese_kinds"],
        surnames=frozenset(arrays["lexicon.surnames"].tolist()),
        given=frozenset(arrays["lexicon.given"].tolist()),
    )
