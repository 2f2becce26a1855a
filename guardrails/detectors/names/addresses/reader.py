"""Addresses by rule: streets with a number in the ways of forty countries, what follows them, and what a label names.

A place in the text is read from its first word on: is there a street, how sure is it (`street.py`), what follows
(`tail.py`), what announced it (`labels.py`)? The answer rests on at most `LONGEST` characters from there
and `BEFORE` before it. What is written without blanks is read by itself (`cjk.py`).
"""

from __future__ import annotations

import re
from bisect import insort
from collections.abc import Iterator

from guardrails.detectors.hits import Hit
from guardrails.detectors.names.addresses import cjk
from guardrails.detectors.names.addresses.labels import BEFORE, is_announced, is_labelled, is_likely, value, zip_code
from guardrails.detectors.names.addresses.street import ANY_FORM, SURE_FORM, VAGUE_FORM, Street, street
from guardrails.detectors.names.addresses.tail import tail
from guardrails.detectors.names.addresses.tokens import LONGEST_TOKEN, Reading, Token
from guardrails.detectors.names.addresses.words import AFTER, BOXES, ENDINGS, ESTATES, MIDDLING, SHIPS, SMALL, UNITS, VAGUE
from guardrails.detectors.names.addresses.words import BEFORE as BEFORE_NAMES
from guardrails.detectors.names.addresses.words import SURE as SURE_KINDS

ENTITY, RECOGNIZER = "ADDRESS", "Address"
SURE, GOOD, FAIR = 0.85, 0.7, 0.6
LONGEST = 240  # characters of an address
REACH = LONGEST + BEFORE + LONGEST_TOKEN
#: The most characters between the beginning of an address and its first number.
_LEFT = 100
#: A number as an address has it: behind a word, or before one. It looks back two characters and consumes one digit.
_ANCHOR = re.compile(
    r"[0-9](?<![\w.][0-9])(?=[0-9]{0,5}[A-Za-z]?(?:[/-][0-9]{1,5})?[A-Za-z]?,?\s(?:[0-9]{1,5}\s)?[^\W\d_])"
    r"|[0-9](?:(?<=[^\W\d_]\s[0-9])|(?<=[.:,#º°]\s[0-9])|(?<=[^\W\d_][.#/][0-9])|(?<=[^\W\d_]\s[A-Za-z#][0-9])|(?<=[.]\s[A-Za-z#][0-9])"
    r"|(?<=[:=：][\"'“][0-9])|(?<=[:=：]\s[\"'“][0-9]))"
)
_CORNER = "orner of "
#: What must stand in a text, in RE2's words.
TRIGGERS = (
    r"[\pL.:,#º°][\s\x0b\x1c-\x1f\x{80}-\x{10ffff}][A-Za-z#]?[0-9]",
    r"\pL[.#/][0-9]",
    r"[0-9][A-Za-z]?,?[\s\x0b\x1c-\x1f\x{80}-\x{10ffff}](?:[0-9]{1,5}[\s\x0b\x1c-\x1f\x{80}-\x{10ffff}])?\pL",
    r"[:=：][\s\x0b\x1c-\x1f\x{80}-\x{10ffff}]?[\"'“][0-9]",
    _CORNER,
    *cjk.TRIGGERS,
)
_ENDINGS = tuple(ENDINGS)
#: Words without a capital that may stand inside one.
_INSIDE = AFTER | SMALL
_FEW = 24  # characters that may be held without a look at them
#: With one of these in what is new or just before it, a closer look is taken.
_STIRS = re.compile(r"[^\w ,.]|[\d_]")
#: Words without a capital that an address may begin with.
_STARTS = (
    BEFORE_NAMES
    | UNITS
    | BOXES
    | ESTATES
    | SHIPS
    | {"the", "corner", "p", "po", "psc", "h", "c"}
    | {w.split()[0] for w in BEFORE_NAMES}
)


class Addresses:
    """Stateless; a reader as `personal.py` has it."""

    def find(self, text: str, start: int = 0) -> Iterator[Hit]:
        for begin, end in cjk.spans(text, start):
            yield Hit(begin, end, ENTITY, SURE, RECOGNIZER)
        done = start
        for near, far in _windows(text, start):
            r, i = Reading(text, near), 0
            while (token := r.at(i)).kind and token.start < far:
                read = _address(r, i) if token.start >= max(near, done) else None
                if read is not None:
                    i, score = read
                    done = r.tokens[i - 1].end
                    yield Hit(token.start, done, ENTITY, score, RECOGNIZER)
                else:
                    i += 1

    def settled(self, text: str, start: int = 0) -> int:
        if _is_begun(text[start : start + _FEW + 1]):
            return start
        edge = self._edge(text, start, cjk.settled(text, start))
        return next((begin for begin, end in cjk.spans(text, start) if begin < edge < end), edge)

    def _edge(self, text: str, start: int, edge: int) -> int:
        """The first index of what is open, at most `edge`, for all that is written with blanks."""
        if (quiet := _quiet(text, start)) is not None:
            return min(edge, quiet)
        r, i = Reading(text, start), 0
        while (token := r.at(i)).kind and token.start < edge:
            if token.start < start:
                i += 1
                continue
            if token.kind in ("h", "c") or token.capital:
                r.at(i + 1)
            if r.touched:
                return token.start
            read = _address(r, i)
            if r.touched:
                return token.start
            i = read[0] if read else i + 1
            if read and r.tokens[i - 1].end > edge:
                return token.start
        return edge


def _is_begun(new: str) -> bool:
    """Whether what is new is half a word, or a capital word or a number and half a word: it is held, whatever it means."""
    if not new or len(new) > _FEW or new[0] >= "\u2e80":
        return False
    blank = new.find(" ")
    return blank < 0 or (0 < blank < len(new) - 1 and (new[0].isupper() or new[0].isdigit()) and new.find(" ", blank + 1) < 0)


def _quiet(text: str, start: int) -> int | None:
    """Where the last word begins of what is nothing but words without capitals and without meaning here; None: look closer."""
    new = text[start:]
    if not new.islower() or _STIRS.search(text, max(0, start - 8)):
        return None
    words = new.replace(",", " ").replace(".", " ").split(" ")
    last = words.pop()
    if not _STARTS.isdisjoint(words) or any(word.endswith(_ENDINGS) for word in words):
        return None
    at = len(text) - len(last)
    return at if at > start or not start or text[start - 1] == " " else None


def _windows(text: str, start: int) -> Iterator[tuple[int, int]]:
    """The stretches in which an address may begin: each has a number, or a corner, not far behind."""
    near = far = -1
    anchors = [m.end() for m in _ANCHOR.finditer(text, start)]
    at = text.find(_CORNER, start)
    while at >= 0:
        insort(anchors, at + 1)
        at = text.find(_CORNER, at + 1)
    for end in anchors:
        begin = max(start, end - _LEFT)
        if begin > far:
            if far >= 0:
                yield near, far
            near = begin
        far = end
    if far >= 0:
        yield near, far


def _address(r: Reading, at: int) -> tuple[int, float] | None:
    """The number of the token behind the address that begins with this one, and its score."""
    first = r.at(at)
    if first.kind == "n":
        if not _is_known(first) and not (first.capital and _may_go_on(r.at(at + 1))) and not is_labelled(r.text, first.start):
            return None
    elif first.kind not in ("h", "c"):
        return None
    r.limit = first.start + LONGEST
    found = _read(r, at)
    r.limit = len(r.text)
    if found is None:
        return None
    end = min(r.tokens[found[0] - 1].end, first.start + _LEFT)
    return found if _ANCHOR.search(r.text, first.start, end) or r.text.find(_CORNER, first.start, end) >= 0 else None


def _is_known(token: Token) -> bool:
    """Whether an address may begin with this word, whatever follows it."""
    return token.low in _STARTS or token.low.endswith(_ENDINGS)


def _may_go_on(token: Token) -> bool:
    """Whether a name may go on with this token, or a house's number follow."""
    if token.kind == "n":
        return token.capital or token.low in _INSIDE or token.low.endswith(_ENDINGS)
    return token.kind in ("h", ".")


def _read(r: Reading, at: int) -> tuple[int, float] | None:
    first = r.at(at)
    labelled = is_labelled(r.text, first.start)
    form = street(r, at)
    found = _with_tail(r, at, form) if form is not None else None
    if labelled and (end := value(r, at)) > at:
        if found is None or end > found[0]:
            found = max(end, tail(r, end, lower=not first.capital).end), SURE
        return found[0], SURE
    if found is None and first.kind in ("h", "c") and (end := zip_code(r, at)) > at:
        return end, FAIR
    return found


def _with_tail(r: Reading, at: int, form: Street) -> tuple[int, float] | None:
    first = r.at(at)
    rest = tail(r, form.end, lower=form.lower)
    if form.level == SURE_FORM:
        return rest.end, SURE if rest.code or rest.unit or rest.country else GOOD
    last = r.at(form.end - 1).low
    unnamed = form.level == ANY_FORM and form.lower and last not in SURE_KINDS and last not in VAGUE
    whole = rest.plain or (rest.code and rest.country) if unnamed else rest.sure
    if whole or (form.level == VAGUE_FORM and (rest.code or rest.unit or rest.country)):
        return rest.end, GOOD
    text, start = r.text, first.start
    if (
        form.level == VAGUE_FORM
        and not form.lower
        and last in MIDDLING
        and first.end - first.start > 1
        and _is_field(r, at, form.end)
    ):
        return rest.end, FAIR
    if form.level == ANY_FORM and (first.kind != "h" or form.end - at < 3):
        loud = text[first.start : first.end].isupper() and first.kind == "n"
        return (rest.end, FAIR) if not form.lower and not loud and is_announced(text, start) else None
    if unnamed:
        return None
    return (rest.end, FAIR) if is_announced(text, start) or is_likely(text, start) else None


def _is_field(r: Reading, at: int, end: int) -> bool:
    """Whether the tokens from `at` to `end` fill a line, or what stands between two commas or quotation marks."""
    before = r.text[max(0, r.at(at).start - 4) : r.at(at).start].rstrip(" \t>")
    return before[-1:] in ("", "\n", ",", ";", '"', ":") and (r.at(end).gap == "\n" or r.at(end).kind in (",", ";", '"'))
