"""How many characters can a pattern of RE2's syntax match at most? A stream must know how long to wait."""

from __future__ import annotations

import re

#: One element: an escape, a character class, a group's opening, or any single character.
_ESCAPE = re.compile(r"\\(?:[pP](?:\{[^}]*\}|.)|x(?:\{[0-9A-Fa-f]*\}|..)|[0-7]{1,3}|Q.*?(?:\\E|\Z)|.)", re.DOTALL)
_CLASS = re.compile(r"\[\^?\]?(?:\[:\^?\w+:\]|\\.|[^\]\\])*\]", re.DOTALL)
_OPEN = re.compile(r"\((?:\?(?:P?<\w+>|[imsU-]*(?P<ends>[:)])))?")
#: Flags may stand between: RE2 reads a(?i)+ as a+.
_REPEAT = re.compile(r"(?:\(\?[imsU-]+\))*(?:(?P<sign>[*+?])|\{(?P<low>\d+)(?P<comma>,)?(?P<high>\d+)?\})\??")
_NO_WIDTH = frozenset("bBAzaE")

ENDLESS = float("inf")


def width(pattern: str) -> int | None:
    """The most characters that a match spans; None where there is no bound, or where the pattern holds on to the text's start.

    The pattern is one that RE2 has accepted (github.com/google/re2/wiki/Syntax).
    """
    if re.search(r"(?<!\[)\^|\\A", _CLASS.sub("x", _ESCAPE.sub(lambda m: m[0] if m[0] == r"\A" else "x", pattern))):
        return None  # where a text begins is known only while its beginning is kept
    found, end = _alternatives(pattern, 0)
    return None if found == ENDLESS or end < len(pattern) else int(found)


def _alternatives(pattern: str, at: int) -> tuple[float, int]:
    """The width of `a|b|c` from `at` to its closing parenthesis or the end, and where that is."""
    best, here = 0.0, 0.0
    while at < len(pattern) and pattern[at] != ")":
        if pattern[at] == "|":
            best, here, at = max(best, here), 0.0, at + 1
            continue
        size, at = _element(pattern, at)
        while (m := _REPEAT.match(pattern, at)) is not None:
            size, at = (size * _times(m) if size else 0.0), m.end()
        here += size
    return max(best, here), at


def _element(pattern: str, at: int) -> tuple[float, int]:
    c = pattern[at]
    if c == "(" and (m := _OPEN.match(pattern, at)) is not None:
        if m["ends"] == ")":  # (?i)
            return 0.0, m.end()
        size, end = _alternatives(pattern, m.end())
        return size, end + 1
    if c == "\\" and (m := _ESCAPE.match(pattern, at)) is not None:
        if m[0].startswith(r"\Q"):
            return float(len(m[0].removesuffix(r"\E")) - 2), m.end()
        return (0.0 if m[0][1:] in _NO_WIDTH else 1.0), m.end()
    if c == "[" and (m := _CLASS.match(pattern, at)) is not None:
        return 1.0, m.end()
    return (0.0 if c in "^$" else 1.0), at + 1


def _times(m: re.Match[str]) -> float:
    if m["sign"]:
        return 1.0 if m["sign"] == "?" else ENDLESS
    return float(m["high"] or (ENDLESS if m["comma"] else m["low"]))
