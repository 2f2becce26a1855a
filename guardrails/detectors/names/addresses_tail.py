"""What follows a street in an address: units, districts, cities, postcodes, states, countries, on the same line or the next ones.

A piece that leaves no doubt (a unit, a postcode, a country) takes what stands before it along; a bare name on a line of its
own may as well be the next thing that somebody wrote, and is taken only where such a piece follows.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from guardrails.detectors.names.addresses_tokens import Reading, Token
from guardrails.detectors.names.addresses_words import (
    COUNTRIES,
    DIVIDERS,
    DOORS,
    LONGEST_COUNTRY,
    NEVER,
    SMALL,
    SURE_UNITS,
    UNITS,
    WARDS,
)

MOST = 9  # pieces
_UK = re.compile(r"[a-z]{1,2}\d[a-z\d]?\Z")
_UK_END = re.compile(r"\d[a-z]{2}\Z")
_CANADA = re.compile(r"[a-z]\d[a-z]\Z")
_CANADA_END = re.compile(r"\d[a-z]\d\Z")
_EIRE_END = re.compile(r"[a-z\d]{4}\Z")
_EIRE = re.compile(r"[ac-fhknprtv-y]\d[\dw]\Z")
_PLAIN = re.compile(r"\d{4,6}\Z|\d{5}-\d{3,4}\Z|\d{4}-\d{3}\Z|\d{2}-\d{3}\Z|\d{3}-\d{4}\Z|[a-z]{1,2}-\d{4,5}\Z|\d{4}[a-z]{2}\Z")
_DIGITS = re.compile(r"\d+\Z")


@dataclass(slots=True)
class Tail:
    """How far it goes (the number of the token behind it), and what it holds."""

    end: int
    unit: bool = False
    plain: bool = False  # a unit in words that leave no doubt
    code: bool = False
    long: bool = False  # a postcode that is no year
    country: bool = False
    city: bool = False
    ward: bool = False

    @property
    def sure(self) -> bool:
        """Whether an unknown name and number before it must be a street."""
        return self.plain or (self.code and (self.country or (self.city and self.long)))


def is_name(token: Token, *, lower: bool = False) -> bool:
    """Whether it may be part of a name. `lower`: capitals are not asked for."""
    return token.kind == "n" and (lower or token.capital) and token.low.partition("'")[0] not in NEVER


def _is_short(token: Token) -> bool:
    """Whether a stop behind it does not end a sentence."""
    return token.end - token.start == 1 or token.low in SMALL


def names(r: Reading, at: int, most: int, *, lower: bool = False) -> int:
    """The number of the token behind at most `most` words of a name that stand on one line; `at` where there is none."""
    end = i = at
    while i - at < most:
        token = r.at(i)
        if i > at and (token.gap == "\n" or (token.gap == "" and r.at(i - 1).kind != ".")):
            break
        if token.low in DIVIDERS:
            break
        if is_name(token, lower=lower) and (token.capital or lower or token.low not in SMALL):
            i += 1
            end = i
            if i - at > 1 and token.end - token.start == 1:  # Aalborg C
                break
        elif token.kind == "n" and token.low in SMALL and i > at:
            i += 1
        elif token.kind == "." and i > at and token.gap == "" and _is_short(r.at(i - 1)) and r.at(i + 1).gap == " ":
            i += 1
        else:
            break
    return end


def postcode(r: Reading, at: int) -> int:
    """The number of the token behind a postcode; `at` where there is none."""
    first = r.at(at)
    if first.kind not in ("h", "c"):
        return at
    second = r.at(at + 1)
    near = second.gap == " " and second.kind in ("h", "c", "n")
    if near and (
        (_UK.match(first.low) and _UK_END.match(second.low))
        or (_CANADA.match(first.low) and _CANADA_END.match(second.low))
        or (_EIRE.match(first.low) and _EIRE_END.match(second.low) and not second.low.isdigit())
    ):
        return at + 2
    if near and _DIGITS.match(first.low):
        if len(first.low) == 3 and _DIGITS.match(second.low) and len(second.low) == 2:  # SE, CZ, SK, GR
            return at + 2
        if len(first.low) == 4 and second.kind == "n" and len(second.low) == 2 and r.text[second.start : second.end].isupper():
            return at + 2  # NL
    return at + 1 if _PLAIN.match(first.low) else at


def unit(r: Reading, at: int) -> int:
    """`Apt. 4B`, `#12`, `2. tv`, `RT 03/RW 02`, `Blok C3`, `3 OG`."""
    first = r.at(at)
    if first.kind == "#":
        return at + 2 if r.at(at + 1).kind == "h" and r.at(at + 1).gap == "" else at
    if first.kind == "h" or (first.kind == "n" and first.low in ("st", "kl", "stuen")):
        dot = at + (r.at(at + 1).kind == "." and r.at(at + 1).gap == "")
        behind = r.at(dot + 1)
        if behind.kind == "n" and behind.low in (*DOORS, "og", "etage", "piso", "lok", "em", "stock") and behind.gap != "\n":
            if first.kind == "n" and dot == at:
                return at
            stop = r.at(dot + 2)
            return dot + 3 if stop.kind == "." and behind.low == "sal" and r.at(dot + 3).low in DOORS else dot + 2
        if first.low == "kl" and dot > at:
            return dot + 1
        return at
    if first.kind != "n" or first.low not in UNITS:
        return at
    i = at + 1
    while r.at(i).kind in (".", ":", "#", "°", "º") and i - at < 4:
        i += 1
    if r.at(i).low in ("no", "nr", "number") and r.at(i).kind == "n":
        i += 1 + (r.at(i + 1).kind in (".", ":"))
    value = r.at(i)
    if value.gap == "\n":
        return at
    if value.kind in ("h", "c") and len(value.low) <= 8:
        i += 1
        while r.at(i).kind == "/" and r.at(i).gap == "" and r.at(i + 1).gap == "" and r.at(i + 1).kind in ("h", "c"):
            i += 2
        return i + 1 if r.at(i).kind == "/" and r.at(i + 1).low in UNITS else i
    if value.kind == "n" and len(value.low) == 1 and value.capital and value.gap == " ":
        return i + 1
    return at


def country(r: Reading, at: int) -> int:
    """The number of the token behind the name of a country; `at` where there is none."""
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


def tail(r: Reading, at: int, *, lower: bool) -> Tail:
    """`at`: the number of the token behind the street. `lower`: the street is written without capitals."""
    found = Tail(at)
    i, loose, state = at, 0, False
    if r.at(i).kind == "." and r.at(i).gap == "" and (r.at(i + 1).gap == "\n" or r.at(i + 1).low in UNITS):  # utca 13.
        i += 1
    for _ in range(MOST):
        line = r.at(i).gap == "\n"
        comma = r.at(i).kind in (",", "-", "–", "·") and (r.at(i).gap == "" or r.at(i).kind == "," or r.at(i + 1).gap == " ")
        j = i + comma
        token = r.at(j)
        line = line or token.gap == "\n"
        if token.kind in ("", "x") or token.start - (r.at(j - 1).end if j else 0) > 12:
            break
        parted = comma or line
        if (k := unit(r, j)) > j:
            sure = token.low in SURE_UNITS or token.kind in ("h", "#")
            found.end, i, loose, found.unit = k, k, 0, found.unit or sure
            found.plain = found.plain or token.low in SURE_UNITS
            continue
        if token.kind == "/" and token.gap == "" and (k := unit(r, j + 1)) > j + 1:  # RT 03/RW 02
            found.end = i = k
            continue
        if (k := postcode(r, j)) > j and not found.code:
            city = names(r, k, 3) if r.at(k).gap == " " else k
            if city == k and lower and r.at(k).gap == " " and len(r.at(k).low) > 3:
                city = names(r, k, 1, lower=True)
                city += city > k and r.at(city).kind == "n" and len(r.at(city).low) == 1 and r.at(city).gap == " "
            found.city = found.city or found.ward or loose > 0
            year = (
                token.low.isdigit()
                and len(token.low) == 4
                and comma
                and city == k
                and not (found.city or found.country or loose)
            )
            if year or r.at(k).kind == ":":
                break
            found.end, i, loose, found.code = k, k, 0, True
            found.long = not (token.low.isdigit() and len(token.low) == 4)
            found.city = found.city or state
            if city > k and r.at(city).kind != ":" and not found.city:
                found.end = i = city
                found.city = True
                found.country = country(r, k) == city
            continue
        if (k := country(r, j)) > j and (parted or found.unit or found.city or loose) and r.at(k).kind != ":":
            if token.capital or found.code or postcode(r, k) > k:
                found.end, i, loose, found.country = k, k, 0, True
                if r.at(k).kind == "(":  # Cyprus (Greek)
                    i = found.end = k + 3 if r.at(k + 2).kind == ")" else k
                continue
        if found.country:
            break
        if token.kind == "n" and token.low in WARDS and parted:
            stop = j + 1 + (r.at(j + 1).kind == ".")
            if (k := names(r, stop, 3, lower=lower)) > stop:
                found.end, i, loose, found.ward = k, k, 0, True
                continue
        upper = r.text[token.start : token.end].isupper()
        if token.kind == "n" and 2 <= len(token.low) <= 3 and (upper or token.low not in NEVER):
            coded = (upper or not token.capital) and postcode(r, j + 1) > j + 1 and (upper or len(r.at(j + 1).low) == 5)
            if coded or ((found.city or loose) and upper):
                found.city, state, i = True, True, j + 1
                if coded or not line or comma:
                    found.end, loose = j + 1, 0
                else:
                    loose += 1
                continue
        if not (parted or (found.plain and not found.city) or found.ward or found.code) or loose > 2:
            break
        k = names(r, j, 4)
        named = k > j
        if not named and (lower or not token.capital) and parted:
            k = names(r, j, 4, lower=True)
        if r.at(k).kind == ":" and k > j:  # the last word is a label
            k -= 1
            if r.at(k).gap == "\n":
                break
        if k == j or r.at(k).kind in ("@", "=", "(") or r.at(k).gap == "" and r.at(k).kind in ("n", "h", "c", "x"):
            break
        if (
            r.at(k).kind == "h"
            and r.at(k).gap == " "
            and len(r.at(k).low) <= 2
            and (r.at(k + 1).kind in (",", "") or r.at(k + 1).gap == "\n")
        ):
            k += 1  # Praha 6
        i = k
        alone = lower and k == j + 1 and len(token.low) > 3 and (r.at(k).gap == "\n" or r.at(k).kind in (",", ";", '"', ""))
        if (named or alone) and not line and not found.city and not loose:
            found.end, found.city = k, True
        elif named and found.code and not found.city:
            found.end, found.city = k, True
        else:
            loose += 1
    return found
