r"""What stands for another character: `\n`, `\u0040`, `%3A`. A reader sees the character, so detectors must not see letters.

`plain` puts something of the same length in its place, for looking only; offsets stay those of the text. What it does at one
place depends on the next `LONGEST` characters alone, so a growing text changes nothing but its very end.

* `\n \t \r \b \f \v \0 \" \' \/`, `\x2e`, `\u002e` (JSON, RFC 8259 §7; Python, C): a gap that no value goes across. A backslash
  is a gap by itself, so it does not matter how often a text was escaped: `\\n` is one too.
* `\u0040`, `\x40`: as `%40` would stand there, which the search for addresses reads as `@`.
* `%3A` and all other bytes of a link (RFC 3986 §2.1) but `%40`: no letter and no digit, yet the link goes on across it.
"""

from __future__ import annotations

import re

GAP = "\ufffc"
#: Neither letter nor digit nor part of an address, and no gap.
FILL = "\x1a"
#: An `@` in disguise, as `plain` leaves it.
AT = f"%{FILL}{{0,5}}40"
LONGEST = 7

_ESCAPE = re.compile(
    r"\\{1,2}(?P<at>u0040|x40)|\\(?:[ntrbfv0\"'/]|u[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2})|(?P<byte>%(?!40)[0-9A-Fa-f]{2})"
)
_BYTE = re.compile("%[0-9A-Fa-f]")
_OPEN = re.compile(r"(?:\\{1,2}(?:u[0-9A-Fa-f]{0,3}|x[0-9A-Fa-f]?)?|%[0-9A-Fa-f]?)\Z")


def plain(text: str) -> str:
    """The text for looking at: as long as it was."""
    return _ESCAPE.sub(_instead, text) if "\\" in text or ("%" in text and _BYTE.search(text)) else text


def known(text: str) -> int:
    """The index up to which `plain` makes the same of this text whatever follows."""
    tail = max(0, len(text) - LONGEST)
    m = _OPEN.search(text, tail)
    return m.start() if m else len(text)


def _instead(m: re.Match[str]) -> str:
    size = len(m[0])
    if m["at"]:
        return "%" + FILL * (size - 3) + "40"
    return (FILL if m["byte"] else GAP) * size
