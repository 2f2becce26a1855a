"""A text as the words, numbers and marks that an address is made of, from a place on, and whether its end was looked at.

What a reader makes of a place depends on the tokens that it asked for and on nothing else. A token that ends before the text
does is final, so where `touched` stayed False, no continuation of the text changes the answer: that is what `settled` rests
on.
"""

from __future__ import annotations

import re
from typing import NamedTuple

#: A run of word characters is one token, however long: so where tokens begin and end is the same whoever begins to read where.
_TOKEN = re.compile(r"[\w'’-]+|(?P<line>[^\S\n]*\n\s*(?:[>*•|?#]{1,3}[ \t]+|>)?|\\[rn])|(?P<blank>\s+)|[>*•|?#]+|.")
_RUN = re.compile(r"[\w'’-]")
_NAME = re.compile(r"[^\W\d_]+(?:['’-]+[^\W\d_]+)*['’]?\Z")
_HOUSE = re.compile(r"\d{1,5}[A-Za-z]?(?:-\d{1,4}[A-Za-z]?)?\Z")
_CODE = re.compile(r"(?=[^\W_]*\d)[A-Za-z0-9]+(?:-[A-Za-z0-9]+)?[ºª]?\Z")
_SPACELESS = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\ud7ff\uf900-\ufaff]")
LONGEST_TOKEN = 40  # characters of a run that is still a word


class Token(NamedTuple):
    """One word, number or mark. `gap`: "" it follows at once, " " after a blank, "\\n" on another line."""

    kind: str  # n: a word; h: a number as houses have it; c: another mix with digits; a mark is itself; x: none of these
    low: str  # lower case
    start: int
    end: int
    gap: str
    capital: bool
    until: int  # where the run ends that it stands in: more text may lengthen what reaches the end


_END = Token("", "", 0, 0, "\n", False, 0)


class Reading:
    """The tokens of a text from `begin` on, made as they are asked for; `limit`: the index behind which none is shown."""

    __slots__ = ("_blank", "_more", "_size", "limit", "text", "tokens", "touched")

    def __init__(self, text: str, begin: int = 0) -> None:
        self.text, self.limit, self.touched = text, len(text), False
        self.tokens: list[Token] = []
        self._size = len(text)
        self._more = _TOKEN.finditer(text, _aligned(text, begin))
        self._blank = "\n"

    def at(self, index: int) -> Token:
        """The token with this number; the empty one behind the end or the limit."""
        while index >= len(self.tokens):
            if not self._read():
                self.touched = True
                return _END
        token = self.tokens[index]
        if token.end > self.limit:
            return _END
        if token.until >= self._size:
            self.touched = True
        return token

    def _read(self) -> bool:
        for m in self._more:
            if m.lastgroup:
                self._blank = "\n" if self._blank == "\n" or m.lastgroup == "line" else " "
                continue
            self.tokens.append(_token(m[0], m.start(), m.end(), self._blank))
            self._blank = ""
            return True
        return False


def _aligned(text: str, begin: int) -> int:
    """The beginning of the run of word characters in which `begin` stands; where that is too long for a word, its end."""
    if not 0 < begin < len(text) or not _RUN.match(text, begin):
        return begin
    if text[begin] in "rn" and text[begin - 1] == "\\":  # a line break in a string of a program
        return begin + 1
    at = begin
    while at and _RUN.match(text, at - 1):
        at -= 1
        if begin - at > LONGEST_TOKEN:
            while begin < len(text) and _RUN.match(text, begin):
                begin += 1
            return begin
    return at + (at < begin and text[at] in "rn" and text[at - 1 : at] == "\\")


def _token(text: str, start: int, end: int, gap: str) -> Token:
    until = end
    if text.isalpha() and text.isascii() and end - start <= LONGEST_TOKEN:
        return Token("n", text.lower(), start, end, gap, text[0] <= "Z", until)
    if not text[0].isalnum() and text[0] not in "_'’-":
        return Token(text if len(text) == 1 else "x", text, start, end, gap, False, until)
    bare = text.strip("'’-")
    start += text.find(bare) if bare else 0
    end = start + len(bare)
    if text == "-":
        return Token("-", "-", end - 1, end, gap, False, until)
    if not bare or len(text) > LONGEST_TOKEN or "_" in bare or (not bare.isascii() and _SPACELESS.search(bare)):
        return Token("x", bare, start, end, gap, False, until)
    kind = "n" if _NAME.match(bare) else "h" if _HOUSE.match(bare) else "c" if _CODE.match(bare) else "x"
    first = bare[0]
    return Token(kind, bare.lower().replace("’", "'"), start, end, gap, first.isupper() or first.istitle(), until)
