"""Cut a text into islands: the stretches that could hold one value each. The cut depends on the text alone.

A *word* is a run without a break character (white space, quotes, brackets, `=`, `&`, the letters of scripts written without
spaces, ...). Two words joined by one space belong to one island where they look like groups of one number: `4111 1111 1111
1111`, `GB29 NWBK 6016 1331 9268 19`, `(415) 555-0132 ext. 12`. Whether two words join is seen from these two words, so a
text that still arrives is cut as the whole text will be: only the last island can still grow. That is what makes streams
agree with whole texts (chop law). Patterns run inside one island, whose edges are the edges of the world.

Only words that hold a digit, an `@`, or a `.` or `:` inside can hold a value; all others are stepped over by one regular
expression, which is also why this is fast. Nothing here takes more than linear time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

#: The longest island. A longer run of number groups is cut after a group; a longer word falls apart at its punctuation.
LONG = 256
#: How far back `islands` and `settled` look for the beginning of the run that holds a position.
BACK = 2 * LONG

_SPACES = " \\t\\n\\r\\f\\v\\x1c-\\x1f\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000"
# Thai to Myanmar, Khmer, CJK, kana, Hangul, full-width forms: no space stands between a value and such a letter.
_SPACELESS = (
    "\\u0e00-\\u0eff\\u1000-\\u109f\\u1100-\\u11ff\\u1780-\\u17ff\\u2e80-\\ud7ff\\uf900-\\ufaff\\ufe30-\\ufe4f\\uff00-\\uffef"
)
_PUNCTUATION = "\"'`\\u2018\\u2019\\u201c\\u201d\\u00ab\\u00bb,;|<>{}\\[\\]\\\\=&?\\ufffc\\U00020000-\\U0003ffff"
BREAKS = _SPACES + _SPACELESS + _PUNCTUATION
#: Single characters that may stand inside a number written in groups (U+202F and U+2009: narrow spaces of typesetting).
JOINERS = " \u00a0\u202f\u2009"

_WORD = re.compile(f"[^{BREAKS}]+")
_CANDIDATE = re.compile(rf"(?<![^{BREAKS}])[^{BREAKS}0-9@.:]*+(?:[.:](?!\w)[^{BREAKS}0-9@.:]*+)*+[^{BREAKS}]++")
_PIECE = re.compile(r"[\w.@+-]+")
_NOT_PIECE = re.compile(r"[^\w.@+-]")
_GLUE = re.compile(r"[(#+]?(?:[A-Z]{1,5}|ext|x)[.):]?|[-\u2013\u2014/+()#.]")
_INTEREST = re.compile(r"[0-9@]|[.:](?=\w)")
_DIGIT = re.compile("[0-9]")
_GROUP = 40  # no group of a number is longer


def islands(text: str, start: int = 0) -> Iterator[tuple[int, int]]:
    """The `(start, end)` of every island that ends after `start` and could hold a value, in order.

    `start` is 0 or an index that `settled` gave. Any other index serves too, unless it lies `BACK` deep in one run.
    """
    at = _base(text, start)
    if _word_start(text, start) is None:  # inside a word longer than LONG
        end = _word_end(text, start)
        yield from _pieces(text, at, end)
        at = end
    while (m := _CANDIDATE.search(text, at)) is not None:
        s, e = m.span()
        if e - s > LONG:
            yield from (piece for piece in _pieces(text, s, e) if piece[1] > start)
        elif not _is_group(text, s, e):
            if e > start:
                yield s, e
        else:
            ends = _run_ends(text, s, e)
            s, e = _leading_glue(text, s, at), ends[-1]
            yield from (cut for cut in _cuts(s, ends) if cut[1] > start)
        at = e


def settled(text: str, start: int = 0) -> int:
    """The start of the last island if it may still grow, else the end of the text; never less than `start`."""
    size = len(text)
    begin = _word_start(text, size)
    if begin is None:  # a word longer than LONG: its last piece is open
        piece = _piece_start(text, size)
        return max(start, size if piece is None else piece)
    run = _previous(text, begin)
    if run is None or run < start:
        return max(start, begin)
    while (before := _joined_before(text, run)) is not None and run > start:
        run = before
    if run <= start:
        run = _base(text, start)
    return max(start, [s for s, _ in _cuts(run, _run_ends(text, run, _word_end(text, run), begin))][-1])


def _base(text: str, start: int) -> int:
    """Where to begin so that the islands after `start` come out as those of the whole text do."""
    if start <= 0:
        return 0
    word = _word_start(text, start)
    if word is None:  # in a word longer than LONG; where its piece is too long as well, nothing is found in the rest of that
        piece = _piece_start(text, start)
        return piece if piece is not None else _piece_end(text, start)
    if word == start and (before := _previous(text, start)) is not None:
        word = before
    run = word
    while (earlier := _joined_before(text, run)) is not None:
        run = earlier
        if start - run > BACK:
            return start  # a cut inside an endless run: `settled` gave it
    return run


def _word_start(text: str, at: int) -> int | None:
    """The start of the word that ends at or spans `at` (`at` itself after a break); None: it begins more than LONG before."""
    m = _WORD.match(text[max(0, at - LONG - 1) : at][::-1])
    back = m.end() if m else 0
    return None if back > LONG else at - back


def _word_end(text: str, at: int) -> int:
    m = _WORD.match(text, at)
    return m.end() if m else at


def _piece_start(text: str, at: int) -> int | None:
    m = _PIECE.match(text[max(0, at - LONG - 1) : at][::-1])
    back = m.end() if m else 0
    return None if back > LONG else at - back


def _piece_end(text: str, at: int) -> int:
    m = _PIECE.match(text, at)
    return m.end() if m else at


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """What a word longer than LONG falls into; a piece that is itself longer has no form that is known here."""
    found = (m.span() for m in _PIECE.finditer(text, start, end))
    return ((s, e) for s, e in found if e - s <= LONG and _INTEREST.search(text, s, e))


def _is_group(text: str, start: int, end: int) -> bool:
    return end - start <= _GROUP and _DIGIT.search(text, start, end) is not None and text.find("@", start, end) < 0


def _previous(text: str, start: int) -> int | None:
    """The start of the group or glue that stands one joiner before `start`, if one does."""
    if start < 2 or text[start - 1] not in JOINERS:
        return None
    m = _WORD.match(text[max(0, start - _GROUP - 2) : start - 1][::-1])
    if m is None or m.end() > _GROUP:
        return None
    word = start - 1 - m.end()
    return word if _is_group(text, word, start - 1) or _GLUE.fullmatch(text, word, start - 1) else None


def _joined_before(text: str, start: int) -> int | None:
    """The start of the word before the one at `start`, if the two join: one of them is a group, the other a group or glue."""
    before = _previous(text, start)
    if before is None:
        return None
    end = _word_end(text, start)
    here = _is_group(text, start, end)
    if not here and not _GLUE.fullmatch(text, start, end):
        return None
    return before if here or _is_group(text, before, start - 1) else None


def _leading_glue(text: str, start: int, floor: int) -> int:
    before = _previous(text, start)
    return start if before is None or before < floor else before


def _run_ends(text: str, start: int, end: int, limit: int | None = None) -> list[int]:
    """The ends of the words of one run whose first word is `start:end`. No word at or after `limit` is looked at."""
    size = len(text) if limit is None else limit
    ends, group = [end], _is_group(text, start, end)
    while end + 1 < size and text[end] in JOINERS and (m := _WORD.match(text, end + 1)) is not None:
        s, e = m.span()
        if _is_group(text, s, e):
            group = True
        elif group and _GLUE.fullmatch(text, s, e):
            group = False
        else:
            break
        end = e
        ends.append(end)
    return ends


def _cuts(start: int, ends: list[int]) -> Iterator[tuple[int, int]]:
    """One run, cut after a word wherever it would become longer than LONG."""
    end = ends[0]
    for e in ends[1:]:
        if e - start > LONG:
            yield start, end
            start = end + 1
        end = e
    yield start, end
