"""Names that the operator knows (customers, staff) as a list of keyed hashes: they are found, and the list does not say them.

A list has a salt of its own and, for each name, BLAKE2b keyed with that salt: `BITS` of the whole name and a few of its first
word, which say where a closer look is worth it. Names are compared as people read them: compatibility forms and capitals do
not count (NFKC, then case folded), nor what stands between words; in scripts without blanks runs of signs are compared.
Whoever has the file can try names.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from hashlib import blake2b
from typing import NamedTuple

from guardrails.detectors.hits import Hit
from guardrails.errors import SettingsError

FORMAT = "names/1"
SCORE, RECOGNIZER = 1.0, "KnownNames"
BITS, FIRST_BITS, SALT_BYTES = 80, 24, 16
MOST_WORDS, LONGEST = 8, 160  # of one name; characters
LONGEST_WORD = 64
REACH = LONGEST + LONGEST_WORD + 16
SHORTEST_WORD, SHORTEST_SIGNS = 3, 2

_SIGNS = r"\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_WORD = re.compile(rf"[^\W_{_SIGNS}](?:[^\W_{_SIGNS}]|[\u0300-\u036f])*")
_INNER = re.compile(rf"(?:[^\W_{_SIGNS}]|[\u0300-\u036f])")
_RUN = re.compile(rf"[{_SIGNS}·]+")
#: What may stand between two words of a name.
_BETWEEN = re.compile(r"[\s.'’·-]{1,3}")
_ENTITY = re.compile(r"[A-Z][A-Z0-9_]{1,63}\Z")
_ROW = re.compile(rf"[0-9a-f]{{{FIRST_BITS // 4}}}:[0-9a-f]{{{BITS // 4}}}\Z")
_AGAIN = "Make it anew with `guardrails names hash`."


@dataclass(frozen=True, slots=True)
class NameList:
    """What a file holds: nothing of it in clear."""

    entity: str
    salt: bytes = field(repr=False)
    firsts: frozenset[bytes] = field(repr=False)
    names: frozenset[bytes] = field(repr=False)
    words: int  # the most that one name has; 0: no name is written with blanks
    signs: tuple[int, ...]  # how many signs names without blanks have, descending


class Made(NamedTuple):
    """A list as it is written to a file, and what became of the lines. `refused`: the number of a line, from 1, and why."""

    text: str
    kept: int
    duplicates: int
    single: int  # names of one word
    refused: tuple[tuple[int, str], ...]


def make(lines: Iterable[str], salt: bytes, entity: str = "PERSON") -> Made:
    """One name a line; empty lines do not count. Raises SettingsError: no entity's name."""
    if _ENTITY.match(entity) is None:
        raise SettingsError("An entity is written in capitals, like PERSON or CUSTOMER.")
    rows: set[str] = set()
    refused: list[tuple[int, str]] = []
    words = duplicates = single = 0
    signs: set[int] = set()
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        normal, parts = _normal(line)
        if why := _refused(normal, parts):
            refused.append((number, why))
            continue
        row = f"{_hash(salt, b'first', parts[0], FIRST_BITS).hex()}:{_hash(salt, b'name', normal, BITS).hex()}"
        if row in rows:
            duplicates += 1
            continue
        rows.add(row)
        if _RUN.fullmatch(normal):
            signs.add(len(normal))
        else:
            words, single = max(words, len(parts)), single + (len(parts) == 1)
    head = {"format": FORMAT, "entity": entity, "salt": salt.hex(), "count": len(rows), "words": words, "signs": sorted(signs)}
    return Made("\n".join([json.dumps(head), *sorted(rows), ""]), len(rows), duplicates, single, tuple(refused))


def parse(text: str, source: str = "The list of names") -> NameList:
    """A list as `make` wrote it. `source`: what messages call it. Raises SettingsError, which says what to do."""
    first, _, rest = text.partition("\n")
    try:
        head = json.loads(first)
    except ValueError:
        head = None
    if not isinstance(head, dict) or "format" not in head:
        raise SettingsError(f"{source} is no list of hashed names: its first line says nothing of a format. {_AGAIN}")
    if head["format"] != FORMAT:
        raise SettingsError(f"{source} has a format that this version does not know; it knows {FORMAT}. {_AGAIN}")
    rows = rest.splitlines()
    if not _is_head(head) or any(_ROW.match(row) is None for row in rows):
        raise SettingsError(f"{source} is damaged. {_AGAIN}")
    if len(rows) != head["count"] or len(set(rows)) != len(rows):
        raise SettingsError(
            f"{source} should hold {head['count']} names and holds {len(set(rows))}: a part is missing. {_AGAIN}"
        )
    return NameList(
        entity=head["entity"],
        salt=bytes.fromhex(head["salt"]),
        firsts=frozenset(bytes.fromhex(row.partition(":")[0]) for row in rows),
        names=frozenset(bytes.fromhex(row.partition(":")[2]) for row in rows),
        words=head["words"],
        signs=tuple(sorted(head["signs"], reverse=True)),
    )


class Known:
    """Looks for the names of several lists; a reader as `personal.py` has it."""

    def __init__(self, lists: Sequence[NameList]) -> None:
        self.entities = frozenset(one.entity for one in lists)
        self._lists = tuple(_Lookup(one) for one in lists)

    def find(self, text: str, start: int = 0) -> Iterator[Hit]:
        for one in self._lists:
            for begin, end in one.spans(text, start):
                yield Hit(begin, end, one.entity, SCORE, RECOGNIZER)

    def settled(self, text: str, start: int = 0) -> int:
        return min((one.settled(text, start) for one in self._lists), default=len(text))


class _Lookup:
    """One list. The words that texts are made of come again and again: whether a name begins with one is remembered."""

    def __init__(self, names: NameList) -> None:
        self.entity = names.entity
        self._names, self._words, self._signs = names.names, names.words, names.signs
        self._name = partial(_hash, names.salt, b"name", bits=BITS)
        first = partial(_hash, names.salt, b"first", bits=FIRST_BITS)

        def begins(word: str) -> bool:
            parts = _normal(word)[1]
            return bool(parts) and first(parts[0]) in names.firsts

        self._begins = lru_cache(maxsize=8192)(begins)

    def spans(self, text: str, start: int) -> Iterator[tuple[int, int]]:
        """Where names stand, from left to right, the longest first."""
        if self._words:
            floor = start
            for m in _WORD.finditer(text, _aligned(text, start)):
                if m.start() >= floor and m.end() - m.start() <= LONGEST_WORD and self._begins(m[0]):
                    end = self._match(text, m.start(), m.end())
                    if end:
                        yield m.start(), end
                        floor = end
        if self._signs and not text.isascii():
            for run in _RUN.finditer(text, start):
                yield from self._signed(text, run.start(), run.end())

    def settled(self, text: str, start: int) -> int:
        edge = len(text)
        if self._words:
            floor = start
            for m in _WORD.finditer(text, _aligned(text, start)):
                if m.start() < floor or m.end() - m.start() > LONGEST_WORD:
                    continue
                if m.end() == len(text):
                    edge = m.start()
                elif self._begins(m[0]):
                    if self._is_open(text, m.start(), m.end()):
                        edge = m.start()
                        break
                    floor = max(floor, self._match(text, m.start(), m.end()))
        return min(edge, self._open_signs(text, start))

    def _ends(self, text: str, start: int, end: int) -> Iterator[int]:
        """Where runs of 1, 2, … words end that begin with the word at `start:end`."""
        yield end
        for _ in range(self._words - 1):
            between = _BETWEEN.match(text, end)
            word = _WORD.match(text, between.end()) if between else None
            if word is None or word.end() - start > LONGEST or word.end() - word.start() > LONGEST_WORD:
                return
            end = word.end()
            yield end

    def _match(self, text: str, start: int, end: int) -> int:
        """Where the longest name ends that begins with the word at `start:end`; 0 where none does."""
        ends = [*self._ends(text, start, end)]
        for last in reversed(ends):
            if self._name(_normal(text[start:last])[0]) in self._names:
                return last
        return 0

    def _is_open(self, text: str, start: int, end: int) -> bool:
        """Whether more text could make a longer run of it."""
        ends = [*self._ends(text, start, end)]
        if ends[-1] == len(text):
            return True
        if len(ends) == self._words or len(text) - start > LONGEST:
            return False
        between = _BETWEEN.match(text, ends[-1])
        return between is not None and between.end() == len(text)

    def _signed(self, text: str, at: int, end: int) -> Iterator[tuple[int, int]]:
        while at < end:
            length = self._signs_at(text, at, end)
            if length:
                yield at, at + length
            at += length or 1

    def _signs_at(self, text: str, at: int, end: int) -> int:
        """How many signs the longest name has that begins at `at`; 0: none does."""
        if self._begins(text[at]):
            for length in self._signs:
                if at + length <= end and self._name(_normal(text[at : at + length])[0]) in self._names:
                    return length
        return 0

    def _open_signs(self, text: str, start: int) -> int:
        size = len(text)
        if not self._signs or text.isascii():
            return size
        at = size
        while at > start and _RUN.match(text, at - 1):
            at -= 1
        while at < size:
            if size - at < self._signs[0] and self._begins(text[at]):
                return at
            at += self._signs_at(text, at, size) or 1
        return size


def _aligned(text: str, start: int) -> int:
    """The beginning of the word in which `start` stands; its end where it is too long for one."""
    at = start
    while 0 < at < len(text) and _INNER.match(text, at) and _INNER.match(text, at - 1):
        at -= 1
        if start - at > LONGEST_WORD:
            while start < len(text) and _INNER.match(text, start):
                start += 1
            return start
    return at


def _normal(name: str) -> tuple[str, list[str]]:
    """A name as it is compared, and its parts: words; of a name without blanks its first sign is the first part."""
    if name.isascii():
        parts = [m[0].lower() for m in _WORD.finditer(name)]
        return " ".join(parts), parts
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    signs = "".join(folded.split())
    if _RUN.fullmatch(signs):
        return signs, list(signs)
    parts = _WORD.findall(folded)
    if _RUN.search(folded):
        parts = []
    return " ".join(parts), parts


def _refused(normal: str, parts: Sequence[str]) -> str:
    """Why a name is not taken into a list; "" where it is."""
    if not parts or not any(c.isalpha() for c in normal):
        return "no name of one script"
    signs = _RUN.fullmatch(normal) is not None
    if signs and len(normal) < SHORTEST_SIGNS:
        return "one sign alone, which stands in every text"
    if not signs and len(parts) == 1 and len(normal) < SHORTEST_WORD:
        return f"one word of fewer than {SHORTEST_WORD} letters, which would hide half the language"
    if len(normal) > LONGEST or (not signs and (len(parts) > MOST_WORDS or max(map(len, parts)) > LONGEST_WORD)):
        return f"more than {MOST_WORDS} words or {LONGEST} characters"
    return ""


def _hash(salt: bytes, use: bytes, text: str, bits: int) -> bytes:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=bits // 8, key=salt, person=use).digest()


def _is_head(head: dict[str, object]) -> bool:
    salt, entity, count, words, signs = (head.get(key) for key in ("salt", "entity", "count", "words", "signs"))
    return (
        isinstance(salt, str)
        and re.fullmatch(rf"[0-9a-f]{{{2 * SALT_BYTES}}}", salt) is not None
        and isinstance(entity, str)
        and _ENTITY.match(entity) is not None
        and _is_count(count, 1 << 40)
        and _is_count(words, MOST_WORDS)
        and isinstance(signs, list)
        and all(_is_count(one, LONGEST) and one for one in signs)
    )


def _is_count(value: object, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most
