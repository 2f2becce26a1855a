"""The parts of an address by themselves: a name, a postcode, a unit, a country.

Each says the number of the token behind it, or `at` itself where it does not stand there.
"""

from __future__ import annotations

import re

from guardrails.detectors.names.addresses.tokens import Reading, Token
from guardrails.detectors.names.addresses.words import COUNTRIES, DIVIDERS, DOORS, LONGEST_COUNTRY, NEVER, SMALL, UNITS

#: Postcodes of two words (lower case): UK, Canada, Ireland, then SE, CZ, SK and GR, then NL.
_PAIRS = tuple(
    (re.compile(one), re.compile(other))
    for one, other in (
        (r"[a-z]{1,2}\d[a-z\d]?\Z", r"\d[a-z]{2}\Z"),
        (r"[a-z]\d[a-z]\Z", r"\d[a-z]\d\Z"),
        (r"[ac-fhknprtv-y]\d[\dw]\Z", r"(?=[^a-z]*[a-z])[a-z\d]{4}\Z"),
        (r"\d{3}\Z", r"\d\d\Z"),
        (r"[1-9]\d{3}\Z", r"[a-z]{2}\Z"),
    )
)
_SINGLE = re.compile(
    r"(?:\d{4,6}|\d{5}-\d{3,4}|\d{4}-\d{3}|\d{2}-\d{3}|\d{3}-\d{4}|[a-z]{1,2}-\d{4,5}|\d{4}[a-z]{2}|[a-z]{1,2}\d[a-z\d]?\d[a-z]{2})\Z"
)
_SIDES = frozenset({"izq", "izda", "dcha", "der", "esq", "dto", "int", "ext"})
_FLOORS = DOORS | {"og", "etage", "piso", "lok", "em", "stock"}


def is_name(token: Token, *, lower: bool = False) -> bool:
    """Whether it may be part of a name. `lower`: capitals are not asked for."""
    return token.kind == "n" and (lower or token.capital) and token.low.partition("'")[0] not in NEVER


def is_upper(r: Reading, token: Token) -> bool:
    return r.text[token.start : token.end].isupper()


def names(r: Reading, at: int, most: int, *, lower: bool = False) -> int:
    """At most `most` words of a name on one line."""
    end = i = at
    while i - at < most:
        token = r.at(i)
        if i > at and (token.gap == "\n" or (token.gap == "" and token.kind != "." != r.at(i - 1).kind)):
            break
        if token.low in DIVIDERS:
            break
        if is_name(token, lower=lower) and (token.capital or lower or token.low not in SMALL):
            i += 1
            end = i
            if i - at > 1 and token.end - token.start == 1:  # Aalborg C
                break
        elif i > at and (token.low in SMALL or (token.kind == "." and _is_stop(r, i))):
            i += 1
        else:
            break
    return end


def _is_stop(r: Reading, at: int) -> bool:
    """Whether this stop belongs to the short word before it, and more follows."""
    before = r.at(at - 1)
    short = before.end - before.start == 1 or before.low in SMALL
    return r.at(at).gap == "" and short and r.at(at + 1).gap == " "


def postcode(r: Reading, at: int) -> int:
    first = r.at(at)
    if first.kind not in ("h", "c"):
        return at
    second = r.at(at + 1)
    if second.gap == " " and second.kind in ("h", "c", "n") and 2 <= len(second.low) <= 4:
        dutch = second.kind == "n"
        for one, other in _PAIRS:
            if one.match(first.low) and other.match(second.low) and (not dutch or is_upper(r, second)):
                return at + 2
    return at + 1 if _SINGLE.match(first.low) else at


def unit(r: Reading, at: int) -> int:
    """`Apt. 4B`, `#12`, `2. tv`, `RT 03/RW 02`, `Blok C3`, `3 OG`."""
    first = r.at(at)
    if first.kind == "#":
        return at + 2 * (r.at(at + 1).kind == "h" and r.at(at + 1).gap == "")
    if first.kind == "h" or first.low in ("st", "kl", "stuen"):
        end = _door(r, at)
        if end > at or first.kind == "h":
            return end
    if first.low.endswith(("º", "ª")) and first.kind == "c":  # 3º B, 2ª izq.
        side = r.at(at + 1)
        return at + 1 + (side.gap == " " and (side.end - side.start == 1 or side.low in _SIDES))
    return _value(r, at) if first.kind == "n" and first.low in UNITS else at


def _value(r: Reading, at: int) -> int:
    """The unit's number or letter, behind its word at `at`."""
    i = at + 1
    while r.at(i).kind in (".", ":", "#", "°", "º") and i - at < 4:
        i += 1
    if r.at(i).low in ("no", "nr", "number"):
        i += 1 + (r.at(i + 1).kind in (".", ":"))
    value = r.at(i)
    if value.gap == "\n":
        return at
    if value.kind in ("h", "c") and len(value.low) <= 8:
        return _more(r, i + 1)
    return i + 1 if value.kind == "n" and value.capital and value.end - value.start == 1 and value.gap == " " else at


def _more(r: Reading, at: int) -> int:
    """`12/3`, or the stroke of `RT 03/RW 02`."""
    while r.at(at).kind == "/" and r.at(at).gap == r.at(at + 1).gap == "" and r.at(at + 1).kind in ("h", "c"):
        at += 2
    return at + 1 if r.at(at).kind == "/" and r.at(at + 1).low in UNITS else at


def _door(r: Reading, at: int) -> int:
    """Danish floors and doors, and those that are named alike: `2. tv`, `st. th`, `1. sal tv`, `3 OG`."""
    first = r.at(at)
    dot = r.at(at + 1).kind == "." and r.at(at + 1).gap == ""
    side = r.at(at + 1 + dot)
    if side.kind == "n" and side.low in _FLOORS and side.gap != "\n" and (dot or first.kind == "h"):
        i = at + 2 + dot
        stop = r.at(i).kind == "." and r.at(i).gap == ""
        return i + stop + 1 if side.low == "sal" and r.at(i + stop).low in DOORS else i
    return at + 2 if first.low == "kl" and dot else at


def country(r: Reading, at: int) -> int:
    words: list[str] = []
    end = at
    for i in range(at, at + LONGEST_COUNTRY):
        token = r.at(i)
        if token.kind != "n" or (i > at and token.gap != " "):
            break
        words.append(token.low)
        if " ".join(words) in COUNTRIES:
            end = i + 1
    return end
