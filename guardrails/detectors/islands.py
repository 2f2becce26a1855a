"""Cut a text into islands: the stretches that could hold one value each. The cut depends on the text alone.

A *word* is a run without a break character (white space, quotes, brackets, `=`, `&`, the letters of scripts written without
spaces, ...). Two words joined by one space belong to one island where they look like groups of one number: `4111 1111 1111
1111`, `GB29 NWBK 6016 1331 9268 19`, `(415) 555-0132 ext. 12`. Where a word is glued to something longer, its last or first
piece is the group: `jane@contoso.com/4111 1111 1111 1111`. Whether two words join is seen from these two, so a text that still
arrives is cut as the whole text will be: only the last island can still grow. That is what makes streams agree with whole
texts (chop law). Patterns run inside one island, whose edges are the edges of the world.

Only words that hold a digit, an `@`, or a `.` or `:` inside can hold a value; the search goes from one such character to the
next, which is also why this is fast. Nothing here takes more than linear time. Islands have no greatest length: who looks
into one cuts it into views (`views.py`).
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator

from guardrails.detectors.hits import Hit, veiled
from guardrails.detectors.labels import Left, left_of

#: The longest view into an island; a longer island is looked at piece by piece. What a stream holds back is bounded by it.
LONG = 156
#: How far back `islands` and `open_island` look for the beginning of the run that holds a position.
BACK = 512

_SPACES = " \\t\\n\\r\\f\\v\\x1c-\\x1f\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000"
# Thai to Myanmar, Khmer, CJK, kana, Hangul, full-width forms: no space stands between a value and such a letter.
_SPACELESS = (
    "\\u0e00-\\u0eff\\u1000-\\u109f\\u1100-\\u11ff\\u1780-\\u17ff\\u2e80-\\ud7ff\\uf900-\\ufaff\\ufe30-\\ufe4f\\uff00-\\uffef"
)
_PUNCTUATION = "\"'`\\u2018\\u2019\\u201c\\u201d\\u00ab\\u00bb,;|<>{}\\[\\]\\\\=&?\\ufffc\\U00020000-\\U0003ffff"
BREAKS = _SPACES + _SPACELESS + _PUNCTUATION
#: Single characters that may stand inside a number written in groups (U+202F and U+2009: narrow spaces of typesetting).
JOINERS = " \u00a0\u202f\u2009"

_GROUP = 34  # no group of a number is longer
_WORD = re.compile(f"[^{BREAKS}]+")
_GLUE = re.compile(r"[(#+]?(?:[A-Z]{1,5}|ext|x)[.):]?|[-\u2013\u2014/+()#.]")
# One class first: that is searched for quickly.
_INTEREST = re.compile(r"[0-9@.:](?:(?<=[0-9@])|(?=\w))")
_DIGIT = re.compile("[0-9]")
# What is of interest, or stands for another character (`folding.py`); and what may go on at the end of a text without it.
_STIRS = re.compile(r"[0-9@%\\]|[.:](?=\w)")
_LAST = re.compile(rf"(?P<glue>(?<![^{BREAKS}])(?:{_GLUE.pattern})[{JOINERS}])?[^{BREAKS}]*\Z")
# The group at the end or the beginning of a word that is none itself.
_TAIL = re.compile(r"(?:(?<=[^\w.@+-])|(?=\+)|(?<=[A-Za-z][.-])(?=\d+\Z))[\w.+-]+\Z")
_HEAD = re.compile(r"[(+]?[\w.-]+(?=[^\w.@-])")
_GOES_ON = re.compile(r"[\w.@-]{2}")


class Island:
    """A view into a text, and what stands before each number in it, read once.

    `text` is what is seen, from the index `begin` of the whole text on. Values are looked for from `skip` on: a view that
    begins inside a word shows two characters before it.
    """

    __slots__ = ("_lefts", "begin", "end", "skip", "text", "whole")

    def __init__(self, whole: str, begin: int, end: int) -> None:
        self.skip = 2 if begin > 1 and _GOES_ON.match(whole, begin - 1) and inside(whole, begin) else 0
        self.whole, self.begin, self.end = whole, begin - self.skip, end
        self.text = whole[self.begin : end]
        self._lefts: dict[int, Left] = {}

    def hide(self, certain: Iterable[Hit]) -> None:
        """What is certain need not be looked at as a phone number too."""
        self.text = veiled(self.text, self.begin, certain)

    def left(self, start: int) -> Left:
        """What stands before an index of `whole`."""
        if start not in self._lefts:
            self._lefts[start] = left_of(self.whole, start)
        return self._lefts[start]


def islands(text: str, start: int = 0) -> Iterator[tuple[int, int]]:
    """The `(start, end)` of every island that ends after `start` and could hold a value, in order.

    `start` is 0 or where an island or a view into one begins. Any other index serves too, unless it lies deep in a long one.
    """
    return (span for span in cut(text, _base(text, start)) if span[1] > start) if start > 0 else cut(text, 0)


def cut(text: str, at: int) -> Iterator[tuple[int, int]]:
    """The islands from `at` on, as if one could begin there."""
    loose = True  # `at` may lie inside a word
    while True:
        if loose and 0 < at < len(text) and text[at] != " " and inside(text, at):
            s, e, begin = at, _word_end(text, at), None
        elif (m := _INTEREST.search(text, at)) is not None:
            s, e = _word_start(text, m.start(), at), _word_end(text, m.start())
            begin = _leading_glue(text, s, at) if _is_group(text, s, e) else None
        else:
            return
        if begin is None:
            tail = _joined_tail(text, s, e)
            if tail != s and is_of_interest(text, s, tail or e):
                yield s, tail or e
            begin = tail
        at, loose = e, begin is not None
        if begin is not None:
            at = _run_end(text, e)
            yield begin, at


def open_island(text: str, start: int = 0) -> tuple[int, int]:
    """Where the island begins that may still grow, never before `start`, and how much of it is known: a view may end there.

    The end of the text, twice, where nothing is open.
    """
    size = len(text)
    begin = _start_of_word(text, size, start)
    if size - begin > _GROUP + 1:  # no group any more
        return _open_word(text, begin, size, start)
    run = _previous(text, begin)
    if run is None and begin and text[begin - 1] in JOINERS and _tail(text, begin - 1) is not None:
        return _open_word(text, _start_of_word(text, begin - 1, start), begin - 1, start)
    if run is None or run < start:
        return max(start, begin), size if begin == size else begin
    while run > start and (before := _joined_before(text, run)) is not None:
        run = before
    return max(start, run), begin - 1


def open_word(text: str, start: int) -> int | None:
    """What `open_island` says, for plain prose: where its last word begins. None where it takes a closer look to know.

    Nearly every piece of a stream is such prose; this is one look at what is new.
    """
    if _STIRS.search(text, start):
        return None
    low = max(start, len(text) - _GROUP - 2)
    last = _LAST.search(text, low)
    if last is None or last["glue"]:
        return None
    word = last.start()
    if word == low > start or 0 < word - start < 2:
        return None
    return None if _GLUE.fullmatch(text, start, word - 1) else word  # before `start` may be an escape, which ends a word


def _open_word(text: str, begin: int, end: int, start: int) -> tuple[int, int]:
    """A word that is no group, all of it open but what a run before it has taken; its last piece may join the next word."""
    return max(start, _joined_head(text, begin) or begin), end - _GROUP - 2


def _base(text: str, start: int) -> int:
    """Where to begin so that the islands after `start` come out as those of the whole text do."""
    if start <= 0:
        return 0
    run = _start_of_word(text, start, start)
    if run < start - LONG:
        return start  # in a long word: a view begins here
    if run == start and (before := _previous(text, start)) is not None:
        run = before
    while (before := _joined_before(text, run)) is not None:
        run = before
        if start - run > BACK:
            return start  # in an endless run, likewise
    return run


def is_of_interest(text: str, start: int = 0, end: int = sys.maxsize) -> bool:
    """Whether what a value needs stands there: a digit, an `@`, or a `.` or `:` inside."""
    return _INTEREST.search(text, start, end) is not None


def inside(text: str, at: int) -> bool:
    """Whether a word goes on across `at`."""
    return _WORD.match(text, at - 1, at + 1) is not None and _WORD.match(text, at, at + 1) is not None


def _start_of_word(text: str, at: int, floor: int) -> int:
    """The start of the word that ends at or spans `at` (`at` itself after a break); where it begins before `floor`, as far as
    `LONG` characters before that, and one character less where it is longer still."""
    low = max(0, min(floor, at) - LONG - 1)
    near = max(low, at - LONG)
    m = _WORD.match(text[near:at][::-1])
    if m is not None and m.end() == at - near and near > low:
        m = _WORD.match(text[low:at][::-1])
    return at - m.end() if m else at


def _word_start(text: str, at: int, floor: int) -> int:
    """Where the word begins that `at` lies in, not before `floor`."""
    if at == floor or text[at - 1] == " ":
        return at
    size = _GROUP
    while True:
        low = max(floor, at - size)
        m = _WORD.match(text[low:at][::-1])
        if m is None or m.end() < at - low or low == floor:
            return at - m.end() if m else at
        size *= 8


def _word_end(text: str, at: int) -> int:
    m = _WORD.match(text, at)
    return m.end() if m else at


def _is_group(text: str, start: int, end: int) -> bool:
    return end - start <= _GROUP and _DIGIT.search(text, start, end) is not None and text.find("@", start, end) < 0


def _is_plain(word: str) -> bool:
    """Whether a word is no group and no glue for certain: most are."""
    return word.isalpha() and word.islower() and word not in {"ext", "x"}


def _previous(text: str, start: int) -> int | None:
    """The start of the group or glue that stands one joiner before `start`, if one does."""
    if start < 2 or text[start - 1] not in JOINERS:
        return None
    near = text[max(0, start - _GROUP - 2) : start - 1]
    if _is_plain(near[near.rfind(" ") + 1 :]):
        return None
    m = _WORD.match(near[::-1])
    if m is None or m.end() > _GROUP:
        return None
    word = start - 1 - m.end()
    return word if _is_group(text, word, start - 1) or _GLUE.fullmatch(text, word, start - 1) else None


def _joined_before(text: str, start: int) -> int | None:
    """The start of what stands before the word at `start`, if the two join: a group and a group, or one of them and glue."""
    if start < 2 or text[start - 1] not in JOINERS:
        return None
    end = _word_end(text, start)
    here = _is_group(text, start, end)
    before = _previous(text, start)
    if before is None:
        return _tail(text, start - 1) if here else None
    if here or (_is_group(text, before, start - 1) and (_GLUE.fullmatch(text, start, end) or _head(text, start))):
        return before
    return None


def _tail(text: str, end: int) -> int | None:
    """Where the group begins that is the last piece of the word that ends here, which is no group itself."""
    begin = max(0, end - _GROUP - 1)
    m = _TAIL.search(text, begin, end)  # what stands before `begin` is no separator that counts
    if m is None or m.start() == begin or _DIGIT.search(text, m.start(), end) is None:
        return None
    word = _WORD.match(text[begin:end][::-1])
    first = end - word.end() if word else end
    return m.start() if first < m.start() and not _is_group(text, first, end) else None


def _joined_tail(text: str, start: int, end: int) -> int | None:
    """The tail of the word `start:end`, if the next word is a group."""
    if end + 1 >= len(text) or text[end] not in JOINERS or (m := _WORD.match(text, end + 1)) is None:
        return None
    tail = _tail(text, end) if _is_group(text, *m.span()) else None
    return tail if tail is not None and tail >= start else None


def _head(text: str, start: int) -> int | None:
    """Where the group ends that is the first piece of the word at `start`."""
    m = _HEAD.match(text, start, start + _GROUP + 1)
    return m.end() if m is not None and _DIGIT.search(text, start, m.end()) else None


def _joined_head(text: str, start: int) -> int | None:
    """The head of the word at `start`, if the word before it is a group."""
    before = _previous(text, start)
    return _head(text, start) if before is not None and _is_group(text, before, start - 1) else None


def _leading_glue(text: str, start: int, floor: int) -> int:
    before = _previous(text, start)
    return start if before is None or before < floor else before


def _run_end(text: str, end: int) -> int:
    """The end of the run whose first group ends at `end`."""
    group = True
    if end + 1 < len(text) and text[end] == " " and _is_plain(text[end + 1 : text.find(" ", end + 1, end + _GROUP)]):
        return end
    while end + 1 < len(text) and text[end] in JOINERS and (m := _WORD.match(text, end + 1)) is not None:
        s, e = m.span()
        if _is_group(text, s, e):
            group = True
        elif group and _GLUE.fullmatch(text, s, e):
            group = False
        else:
            return (_head(text, s) or end) if group else end
        end = e
    return end
