r"""What a reader sees in place of what was written: the text as detectors look at it, and the way back to its own offsets.

Full-width and mathematical letters, digits of any script, look-alikes from other alphabets, invisible characters, strokes
through letters, `\u0040`, `%40`, `&#64;`: a model and a person read through all of these, so detectors must.

Nothing is decoded that could make a value of something else: what stands for a gap (`\n`, `%3A`) is shown as one. What the
folding does at one place depends on at most `BEFORE` characters before it and `AFTER` after it, so a text that still arrives
is folded as the whole text will be, and at most `MOST` of any `NEAR` characters vanish, so that detectors which look back so
far in the folded text look back a bounded way in the original.

Unicode: UAX #15 (compatibility forms), UTS #39 (confusables), UTS #51 and UAX #44 (what is invisible). RFC 8259 §7 and C for
backslashes, RFC 3986 §2.1 for percent signs, the HTML standard §13.5 for entities.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

GAP = "\ufffc"
#: Neither letter nor digit nor part of an address, and no gap: a link goes on across it.
FILL = "\x1a"
NEAR, MOST = 512, 256
LONE = 8  # so far from a Latin letter, a digit or an @ a look-alike is a letter of its own alphabet
BEFORE, AFTER = NEAR, 72

_INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff"
    "\uffa0\U000e0000-\U000e0fff"
)
_STROKES = "\u0300-\u034e\u0350-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20f0\ufe20-\ufe2f"
#: Compatibility forms that are letters, digits or signs of an address; full-width `：，；` are punctuation of Chinese.
_FORMS = (
    "\uff03\uff0b\uff0d-\uff0f\uff10-\uff19\uff20-\uff3a\uff3f\uff41-\uff5a\ufe52\ufe58\ufe63\ufe6b\u2024\u2010\u2011"
    "\u2212\u2000-\u2008\u200a\u205f\u3000\u2460-\u2468\u24b6-\u24ea\u24f5-\u24fd\u2776-\u277e\u2780-\u2788\u278a-\u2792"
    "\u2070\u2074-\u2079\u2080-\u2089\u2102-\u2134\U0001d400-\U0001d7ff\U0001f130-\U0001f149\U0001f150-\U0001f169"
    "\U0001f170-\U0001f189\U0001fbf0-\U0001fbf9"
)
#: Letters that look like Latin ones (UTS #39, confusables.txt): only beside Latin letters, digits or an @.
_ALIKE = {
    "AΑАᎪ": "A", "BΒВᏴ": "B", "CСϹᏟ": "C", "EΕЕᎬ": "E", "HΗНᎻ": "H", "IΙІӀ": "I", "JЈᎫ": "J", "KΚКᏦ": "K", "MΜМᎷ": "M",
    "NΝ": "N", "OΟО": "O", "PΡРᏢ": "P", "SЅᏚ": "S", "TΤТᎢ": "T", "VѴᏙ": "V", "WԜᎳ": "W", "XΧХ": "X", "YΥҮ": "Y", "ZΖᏃ": "Z",
    "aаα": "a", "cсϲ": "c", "dԁ": "d", "eеҽ": "e", "gɡ": "g", "hһ": "h", "iіι": "i", "jј": "j", "kκк": "k", "lӏ": "l",
    "mм": "m", "nո": "n", "oоοօ": "o", "pрρ": "p", "qԛ": "q", "sѕ": "s", "tт": "t", "uυս": "u", "vνѵ": "v", "wԝѡ": "w",
    "xхχ": "x", "yуγү": "y", "zᴢ": "z", "bЬ": "b", "rг": "r", "fք": "f",
}  # fmt: skip
_LATIN = {ord(c): latin for letters, latin in _ALIKE.items() for c in letters[1:]}
_ALIKES = "".join(map(chr, _LATIN))
_ENTITIES = {"commat": "@", "period": ".", "lowbar": "_", "hyphen": "-", "dash": "-", "plus": "+", "nbsp": " ", "amp": "&"}


def _other_digits() -> str:
    """The decimal digits of every script, as ranges for a character class: they come in tens."""
    zeros = (c for c in range(0x80, 0x1FFFF) if unicodedata.decimal(chr(c), None) == 0)
    return "".join(f"{chr(zero)}-{chr(zero + 9)}" for zero in zeros)


_DIGITS = _other_digits()
#: Brackets are punctuation of Chinese too: beside a digit they are those of an area code.
_BRACKETS = rf"\uff08(?=[0-9{_DIGITS}])|(?<=[0-9{_DIGITS}])\uff09"
#: One thing that is folded by itself. Between digits a long dash is a hyphen and `%20` a blank.
_FOLD = re.compile(
    rf"(?P<gone>[{_INVISIBLE}{_STROKES}])"
    rf"|(?P<form>[{_FORMS}{_DIGITS}]|{_BRACKETS})"
    r"|(?P<dash>(?<=[0-9])[\u2012-\u2015](?=[0-9]))"
    r"|(?P<blank>(?<=[0-9)])%20(?=[(0-9]|%2[89bB]|%3[0-9]))"
    r"|%(?P<byte>[0-9A-Fa-f]{2})"
    r"|\\{1,2}(?:u00|x)(?P<code>[2-7][0-9A-Fa-f])"
    r"|(?P<escape>\\(?:[ntrbfv0\"'/]|u[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2}))"
    r"|&(?:\#(?P<decimal>[0-9]{2,3})|\#[xX](?P<hex>[2-7][0-9A-Fa-f])|(?P<name>" + "|".join(_ENTITIES) + "));",
)
#: Is there any of it? Each search begins with one character or one class, which is quick to look for.
_ANY = re.compile(rf"[{_INVISIBLE}{_STROKES}{_FORMS}{_DIGITS}{_ALIKES}\u2012-\u2015]")
_ASTRAL = re.compile("[\U00010000-\U0010ffff]")
#: The same without what lies beyond the first plane: such a class is a table of bits, and ten times as quick.
_ANY_NEAR = re.compile(re.sub(f"{_ASTRAL.pattern}(?:-{_ASTRAL.pattern})?", "", _ANY.pattern))
_ANY_BRACKET = re.compile(rf"\uff08[0-9{_DIGITS}]|\uff09(?<=[0-9{_DIGITS}]\uff09)")
_MARKS = (
    ("%", re.compile("%[0-9A-Fa-f]{2}")),
    ("\\", re.compile(r"\\[\\ntrbfv0\"'/ux]")),
    ("&", re.compile(r"&(?:\#|[a-z])")),
    ("+", re.compile(r"\+(?<=[0-9]\+)[0-9]")),
)
_ALIKE_RUN = re.compile(rf"[A-Za-z0-9@._+{_ALIKES}-]*[{_ALIKES}][A-Za-z0-9@._+{_ALIKES}-]*")
_ANCHOR = re.compile("[A-Za-z0-9@]")
_OTHERS = re.compile(f"[{_ALIKES}]")
_IS_STROKE = re.compile(f"[{_STROKES}]")
#: Blanks as forms write them into links, `4111+1111+1111+1111` and `%2B1+415-555-0132`: groups of digits, no sum of two.
_SUM = re.compile(
    r"(?<![0-9+.])(?:[0-9]{2,7}(?:\+[0-9]{2,7}){2,6}|(?<=%2[bB])[0-9]{1,3}(?:[+-]\(?[0-9]{1,7}\)?){1,6})(?![0-9+])"
)
_SUM_OPEN = re.compile(r"(?:(?<![0-9+.])[0-9]{1,7}(?:\+[0-9]{0,7}){0,6}|%2[bB]?[0-9]{0,3}(?:[+-]\(?[0-9]{0,7}\)?){0,6})\Z")
#: What at the end of a text may still become something that is folded.
_OPEN = re.compile(
    r"(?:\\{1,2}(?:u[0-9A-Fa-f]{0,3}|x[0-9A-Fa-f]?)?|%[0-9A-Fa-f]?|[0-9)]%20(?:%[23]?)?|[0-9][\u2012-\u2015]|\uff08|&(?:\#[xX]?[0-9A-Fa-f]{0,3}|[a-z]{0,6}))\Z"
)
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~@+")  # RFC 3986 §2.3, and @ +


class _Changes(NamedTuple):
    """What changed its length: where it begins and ends in the folded text, how far the original's offsets are ahead there."""

    begins: array[int]
    ends: array[int]
    shifts: array[int]


class Folded:
    """A folded text. `start`, `end` and `folded` turn offsets of one text into those of the other."""

    __slots__ = ("_begins", "_ends", "_shifts", "disguised", "original", "text")

    def __init__(self, original: str, text: str, changes: _Changes, disguised: array[int]) -> None:
        self.original, self.text = original, text
        self._begins, self._ends, self._shifts = changes
        self.disguised = disguised  # offsets in the original of what nobody writes by accident

    def start(self, at: int) -> int:
        """The original's offset of the character at `at`."""
        n = bisect_right(self._ends, at)
        return at + self._shifts[n - 1] if n else at

    def end(self, at: int) -> int:
        """The original's offset behind the character before `at`."""
        n = bisect_left(self._begins, at)
        return at + self._shifts[n - 1] if n else at

    def behind(self, at: int) -> int:
        """Likewise, and behind the strokes through that character."""
        end, text = self.end(at), self.original
        while end < len(text) and _IS_STROKE.match(text, end):
            end += 1
        return end

    def folded(self, at: int) -> int:
        """The offset here of what stands at `at` in the original: of the first character that begins there or later."""
        low, high = 0, len(self._ends)
        while low < high:
            middle = (low + high) // 2
            if self._ends[middle] + self._shifts[middle] <= at:
                low = middle + 1
            else:
                high = middle
        shifted = at - (self._shifts[low - 1] if low else 0)
        return min(shifted, self._ends[low]) if low < len(self._ends) else shifted

    def is_disguised(self, start: int, end: int) -> bool:
        """Whether the original was written in disguise there."""
        n = bisect_left(self.disguised, start)
        return n < len(self.disguised) and self.disguised[n] < end


class _Plain(Folded):
    """A text that is what it seems: nearly every one."""

    __slots__ = ()

    def __init__(self, text: str) -> None:
        self.text = text

    def start(self, at: int) -> int:
        return at

    end = behind = folded = start

    def is_disguised(self, start: int, end: int) -> bool:  # noqa: ARG002 - nothing is
        return False


def is_plain(text: str, start: int = 0) -> bool:
    """Whether from `start` on nothing is there to fold, nor begins."""
    for mark, form in _MARKS:
        if mark in text and form.search(text, start):
            return False
    if text.isascii() or _is_western(text):
        return True
    brackets = "\uff08" in text or "\uff09" in text
    if _ANY_NEAR.search(text, start) or (_ASTRAL.search(text, start) and _ANY.search(text, start)):
        return False
    return not (brackets and _ANY_BRACKET.search(text, start))


def _is_western(text: str) -> bool:
    """Latin-1 alone, where only a soft hyphen is folded: quicker to see than to search."""
    try:
        return b"\xad" not in text.encode("latin-1")
    except UnicodeEncodeError:
        return False


def fold(text: str) -> Folded:
    """The text for looking at. Linear in its length."""
    if is_plain(text):
        return _Plain(text)
    shown = text if text.isascii() else _without_lookalikes(text)
    if "+" in text:
        shown = _SUM.sub(lambda m: m[0].replace("+", " "), shown)
    pieces: list[str] = []
    begins, ends, shifts = array("q"), array("q"), array("q")
    changed = [i for i, (a, b) in enumerate(zip(text, shown, strict=True)) if a != b] if shown is not text else []
    disguised = array("q", [i for i in changed if text[i] != "+"])
    spots, totals = array("q"), array("q")  # where something may vanish, and how much would have up to there
    at = total = shift = size = 0
    for m in _FOLD.finditer(shown):
        instead, odd = _instead(m)
        width = m.end() - m.start()
        if len(instead) < width:
            total += width - len(instead)
            spots.append(m.start())
            totals.append(total)
            before = bisect_left(spots, m.start() - NEAR)
            if total - (totals[before - 1] if before else 0) > MOST:
                continue  # no value is so thinly spread
        pieces.append(shown[at : m.start()])
        size += m.start() - at
        at = m.end()
        pieces.append(instead)
        if odd:
            disguised.append(m.start())
        if len(instead) != width:
            shift += width - len(instead)
            begins.append(size)
            ends.append(size + len(instead))
            shifts.append(shift)
        size += len(instead)
    pieces.append(shown[at:])
    return Folded(text, "".join(pieces), _Changes(begins, ends, shifts), array("q", sorted(disguised)))


def known(text: str, start: int = 0) -> int:
    """The index, at or after `start`, up to which `fold` makes the same of this text whatever follows."""
    tail = max(start, len(text) - AFTER)
    m = _OPEN.search(text, tail)
    edge = m.start() if m else len(text)
    if m and text[edge] in "0123456789)":
        edge += 1
    if (sum_ := _SUM_OPEN.search(text, tail)) is not None:
        edge = min(edge, sum_.start())
        for whole in _FOLD.finditer(text, max(start, edge - AFTER), len(text)):
            if whole.start() < edge < whole.end():
                edge = whole.start()  # its digits are those of an escape
    if text.isascii():
        return max(start, edge)
    for run in _ALIKE_RUN.finditer(text, max(0, len(text) - 3 * LONE)):
        if run.end() == len(text):
            anchors = [a.start() for a in _ANCHOR.finditer(text, run.start())]
            undecided = (
                o.start()
                for o in _OTHERS.finditer(text, max(run.start(), len(text) - LONE))
                if not any(abs(o.start() - a) <= LONE for a in anchors)
            )
            edge = min(edge, next(undecided, edge))
    return max(start, edge)


def _without_lookalikes(text: str) -> str:
    """As long as the text: letters of other alphabets that stand among Latin ones are shown as those they look like."""

    def latin(run: re.Match[str]) -> str:
        word = run[0]
        anchors = [a.start() for a in _ANCHOR.finditer(word)]
        if not anchors:
            return word
        shown = list(word)
        for other in _OTHERS.finditer(word):
            at = other.start()
            n = bisect_left(anchors, at)
            if any(abs(a - at) <= LONE for a in anchors[max(0, n - 1) : n + 1]):
                shown[at] = _LATIN[ord(word[at])]
        return "".join(shown)

    return _ALIKE_RUN.sub(latin, text)


#: Strokes through a letter, which no language writes.
_BARS = frozenset(map(chr, range(0x0334, 0x0339)))


def _instead(m: re.Match[str]) -> tuple[str, bool]:
    """What is shown in place of one match, and whether nobody writes so by accident."""
    kind = m.lastgroup or ""
    return _RULES[kind](m[kind], m.end() - m.start())


@cache
def _form(c: str) -> tuple[str, bool]:
    """A compatibility form or a digit of another script as ASCII. To type in full width or one's own digits is no disguise."""
    value = unicodedata.decimal(c, None)
    plain = str(value) if value is not None else unicodedata.normalize("NFKC", c)
    if c in "\u2010\u2011\u2212":
        plain = "-"
    if len(plain) != 1 or not plain.isascii():
        named = unicodedata.name(c, "")
        number = unicodedata.digit(c, None)
        plain = str(number) if number is not None else named[-1] if "LATIN CAPITAL LETTER" in named else c
    typed = (
        "\uff00" <= c <= "\uffef"
        or "\u2000" <= c <= "\u2015"
        or c in "\u2212\u3000"
        or (value is not None and c < "\U0001d400")
    )
    return plain, not typed


def _byte(code: str, width: int) -> tuple[str, bool]:
    c = chr(int(code, 16))
    return (c, c not in "@+") if c in _UNRESERVED else (FILL * width, False)


def _code(code: str, width: int) -> tuple[str, bool]:
    c = chr(int(code, 16))
    return (c, c not in "@ ") if c in _UNRESERVED or c in " ()" else (GAP * width, False)


def _decimal(code: str, width: int) -> tuple[str, bool]:
    return _code(f"{int(code):02x}", width) if 32 <= int(code) < 127 else (FILL * width, False)


_RULES: dict[str, Callable[[str, int], tuple[str, bool]]] = {
    "gone": lambda c, _: ("", (c not in "\u200c\u200d\ufe0f" and unicodedata.category(c) != "Mn") or c in _BARS),
    "form": lambda c, _: _form(c),
    "dash": lambda _, __: ("-", False),
    "blank": lambda _, __: (" ", False),
    "byte": _byte,
    "code": _code,
    "escape": lambda _, width: (GAP * width, False),
    "decimal": _decimal,
    "hex": _code,
    "name": lambda name, _: (_ENTITIES[name], False),
}
