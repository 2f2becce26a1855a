"""Which of many patterns could match here? One pass of RE2's set match over all of them at once, in linear time.

Asked of a whole text it says for most that nothing can, before anybody looks for islands; asked of an island, which pattern
to try. RE2 knows no look-around and no back-references. Taking these out of a pattern leaves one that matches wherever the
whole one does and elsewhere too, which is all that a filter has to promise; what it lets through, the exact pattern judges.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import islice

import re2

from guardrails.detectors.islands import BREAKS, LONG
from guardrails.detectors.linear import options, search_set
from guardrails.detectors.table import Pattern

_LOOK_AROUND = re.compile(r"\(\?<?[=!]")
_CAPTURING = re.compile(r"\((?!\?)|\(\?P?<\w+>")
_BACK_REFERENCE = re.compile(r"(?<!\\)((?:\\\\)*)\\([1-9])")
_LONG_WORD = re.compile(rf"[^{BREAKS}]{{{LONG}}}")
_BREAK = re.compile(f"[{BREAKS}]")


class Prefilter:
    """The patterns of one engine; `maybe` names, by index, those that could match.

    `beside`: what must stand in a text, in RE2's words, where something other than the patterns could find a value. `own`:
    further patterns, and `signs`, what must stand in a text where one of these could match: asked for by themselves, because
    one set of all is ten times as slow as two.
    """

    def __init__(
        self, patterns: Sequence[Pattern], beside: Sequence[str] = (), own: Sequence[Pattern] = (), signs: Sequence[str] = ()
    ) -> None:
        self._set = re2.Set.SearchSet(options())
        self._whole = re2.Set.SearchSet(options())
        self._numbers: list[int] = []
        self._always: list[int] = []
        for number, pattern in enumerate([*patterns, *own]):
            try:
                self._set.Add(relaxed(pattern))
                if number < len(patterns):
                    self._whole.Add(relaxed(pattern))
                self._numbers.append(number)
            except re2.error:
                self._always.append(number)
        for trigger in beside:
            self._whole.Add(trigger)
        self._signs = search_set(signs) if signs else None
        if self._numbers:
            self._set.Compile()
        if self._numbers or beside:
            self._whole.Compile()

    def nothing_in(self, text: str) -> bool:
        """Is it certain that no island of this text holds a value? An island's edges are no parts of words, so what matches in
        an island matches in the text; but for a word so long that views cut it (`views.py`), of which nothing is certain."""
        shown = text if text.isascii() else _in_ascii(text)
        if self._always or self._whole.Match(shown) or (self._signs and self._signs.Match(shown)):
            return False
        return not _has_long_word(shown)

    def maybe(self, text: str) -> list[int]:
        """The indices of the patterns that could match in an island, ascending. Its only white space is what joins groups."""
        if not self._numbers:
            return self._always
        found = self._set.Match(text if text.isascii() else stand_in(text))
        return sorted([self._numbers[i] for i in found] + self._always) if found else self._always


def relaxed(pattern: Pattern) -> str:
    """The pattern without look-around and back-references, its flags written inside."""
    source, begin = pattern.regex, 0
    while m := _LOOK_AROUND.search(source, begin):
        if m.start() and source[m.start() - 1] == "\\":
            begin = m.end()  # an escaped parenthesis
            continue
        source = source[: m.start()] + source[_closing(source, m.start()) + 1 :]
        begin = m.start()
    source = _BACK_REFERENCE.sub(lambda m: f"{m[1]}(?:{_group(source, int(m[2]))})", source)
    flags = "".join(c for c, bit in (("i", re.I), ("m", re.M), ("s", re.S)) if pattern.flags & bit)
    return f"(?{flags}:{source})" if flags else source


def _group(source: str, number: int) -> str:
    """The pattern inside a capturing group: a back-reference to it repeats something that this matches."""
    capturing = (m for i in _parentheses(source, 0) if (m := _CAPTURING.match(source, i)))
    group = next(islice(capturing, number - 1, None), None)
    if group is None:
        raise ValueError("a back-reference to no group")
    return source[group.end() : _closing(source, group.start())]


def _closing(source: str, opening: int) -> int:
    """The index of the parenthesis that closes the one at `opening`."""
    depth = 0
    for i in _parentheses(source, opening):
        depth += 1 if source[i] == "(" else -1
        if depth == 0:
            return i
    raise ValueError("a parenthesis is never closed")


def _parentheses(source: str, begin: int) -> Iterator[int]:
    """Where parentheses stand that are neither escaped nor in a class."""
    i, in_class = begin, False
    while i < len(source):
        c = source[i]
        if c == "\\":
            i += 1
        elif in_class:
            in_class = c != "]"
        elif c == "[":
            in_class = True
        elif c in "()":
            yield i
        i += 1


def stand_in(text: str) -> str:
    """As many ASCII characters of the same sort: RE2's word boundary knows no others."""
    return text.translate(_STAND_INS)


def _has_long_word(text: str) -> bool:
    """Blank by blank, which nearly every text has often enough."""
    at = 0
    while len(text) - at >= LONG:
        blank = text.rfind(" ", at, at + LONG)
        if blank < 0:
            return _LONG_WORD.search(text) is not None
        at = blank + 1
    return False


def _in_ascii(text: str) -> str:
    """As many ASCII characters of the same sort; what no island reaches across is a blank."""
    with suppress(UnicodeEncodeError):
        return text.encode("latin-1").translate(_LATIN_1).decode("ascii")
    if _NO_BREAK.search(text) is None:  # Chinese, say: every other character ends an island, as a question mark does
        return text.encode("ascii", "replace").replace(b"?", b" ").decode("ascii")
    return text.translate(_SPACED)


def _ascii(c: str) -> str:
    if c < "\x80":
        return c
    if c.isalpha():
        return "a"
    return "0" if c.isdecimal() else "_" if c in "\u200c\u200d" else " "


class _StandIns(dict[int, str]):
    """What stands for each character that is not ASCII, worked out when it is first met. `breaks`: what no island reaches
    across is a blank."""

    def __init__(self, *, breaks: bool) -> None:
        super().__init__()
        self._breaks = breaks

    def __missing__(self, point: int) -> str:
        c = chr(point)
        stand_in = " " if self._breaks and point > 127 and _BREAK.match(c) else _ascii(c)
        self[point] = stand_in
        return stand_in


_SPACED, _STAND_INS = _StandIns(breaks=True), _StandIns(breaks=False)
_NO_BREAK = re.compile(f"[^\x00-\x7f{BREAKS}]")
_LATIN_1 = "".join(_SPACED[point] for point in range(256)).encode("ascii")
