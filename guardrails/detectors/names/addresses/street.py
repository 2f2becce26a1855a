"""The line with the street: the forms in which countries write it, and how sure each is of itself.

A form says how far it goes and its `level`: 2 stands by itself, 1 needs a unit, a postcode or a word such as "lives at"
beside it, 0 is any name with a number, which needs a whole address around it or a label.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from guardrails.detectors.names.addresses.parts import is_name, names, postcode, unit
from guardrails.detectors.names.addresses.tokens import Reading
from guardrails.detectors.names.addresses.words import (
    AFTER,
    BEFORE,
    BOXES,
    COMMON_ENDINGS,
    ENDINGS,
    ESTATES,
    FORCES,
    LOOSE,
    NEVER,
    NO_STREET,
    NUMBERED,
    SHIPS,
    SHORT,
    SMALL,
    STOPPED,
    SURE,
    SURE_UNITS,
    UNITS,
    VAGUE,
)

SURE_FORM, VAGUE_FORM, ANY_FORM = 2, 1, 0
_ENDINGS, _COMMON = tuple(ENDINGS), tuple(COMMON_ENDINGS)
#: Endings that say "street" in lower case too.
_PLAIN_ENDINGS = (
    *("gade", "vej", "stræde", "vænget", "boulevarden", "allé", "parken", "gatan", "vägen", "gränd", "straße", "strasse"),
    *("gasse", "straat", "gracht", "steenweg", "steeg", "katu", "tänav"),
)
_INSIDE = AFTER | SMALL
_DIRECTIONS = frozenset(
    {"n", "s", "e", "w", "ne", "nw", "se", "sw", "north", "south", "east", "west"}
    | {"northeast", "northwest", "southeast", "southwest"}
)
_ORDINAL = re.compile(r"\d{1,3}(?:st|nd|rd|th)\Z")
_BEFORE_2 = {tuple(w.split()) for w in BEFORE if " " in w}
#: Written before a street without capitals these leave no doubt.
_PLAIN_BEFORE = frozenset({"jl", "jln", "gg", "ul", "rue", "rua", "calle", "c/", "avenida", "avda", "viale"})


class Street(NamedTuple):
    """`end`: the number of the token behind it."""

    end: int
    level: int
    lower: bool = False


def street(r: Reading, at: int) -> Street | None:
    """The surest form that begins with this token."""
    first = r.at(at)
    found: Street | None = None
    if first.kind == "h":
        found = _numbered(r, at)
    elif first.kind == "n":
        found = _unit_first(r, at) if first.low in UNITS or first.low in SHIPS or first.low in ("psc", "h") else None
        if found is None or found.level < SURE_FORM:
            found = _better(found, _named(r, at))
    return found


def _better(one: Street | None, other: Street | None) -> Street | None:
    if one is None or other is None:
        return one or other
    return max(one, other, key=lambda s: (s.level, s.end))


def _numbered(r: Reading, at: int) -> Street | None:
    """A number first: `12 Mill Lane`, `12 bis, rue Cler`, `85/77, Shan Path`."""
    i = at + 1
    if r.at(i).kind == "/" and r.at(i + 1).kind == "h":
        i += 2
    if r.at(i).kind == "n" and r.at(i).low in ("bis", "ter", "a", "b", "c") and r.at(i).gap == " " and r.at(i + 1).gap != "\n":
        i += 1 if r.at(i).low in ("bis", "ter") or r.at(i).capital else 0
    comma = r.at(i).kind == "," and r.at(i).gap == ""
    i += comma
    if r.at(i).gap != " ":
        return None
    found: Street | None = None
    for j in (i, i + 1):
        if j > i and (r.at(i).kind != "h" or r.at(j).gap != " "):
            break
        if r.at(j).kind == "n":
            found = _better(found, _before(r, j, numbered=True))
            if found is None or found.level < SURE_FORM:
                found = _better(found, _suffixed(r, j, comma))
            if not comma and (found is None or found.level < SURE_FORM):
                found = _better(found, _named(r, j))
        elif r.at(j).kind == "c" and _ORDINAL.match(r.at(j).low):
            found = _better(found, _suffixed(r, j, comma))
    if found is None and not comma:
        i += r.at(i).kind == "h" and r.at(i + 1).gap == " "
        k, plain = names(r, i, 5), names(r, i, 5, lower=True)
        if k > i and (house(r, k) or not house(r, plain)):
            return Street(house(r, k) or k, ANY_FORM)
        if plain > i:
            return Street(house(r, plain) or plain, ANY_FORM, not r.at(i).capital)
    return found


def _suffixed(r: Reading, at: int, comma: bool) -> Street | None:
    """`Mill Lane`, `Fifth Ave.`, `42nd St NW`, the number stands before."""
    found: Street | None = None
    lower = False
    for i in range(at, at + 6):
        token = r.at(i)
        if (i > at and token.gap == "\n") or (token.kind == "." and token.gap != ""):
            break
        if token.kind == ".":
            continue
        if token.kind == "n" and i > at and token.low in SURE | VAGUE:
            lower_here = lower or not token.capital
            if (token.low in SURE and not comma) or found is None or found.level < SURE_FORM:
                end = _second_street(r, _behind_suffix(r, i))
                sure = token.low in SURE and not _goes_on(r, i, token.low)
                found = _better(found, Street(end, max(0, 1 + sure - lower_here), lower_here))
            if found is not None and found.level == SURE_FORM:
                break
            continue
        if token.kind == "n" and token.low not in NEVER:
            lower = lower or (not token.capital and token.low not in SMALL)
        elif not (token.kind == "c" and _ORDINAL.match(token.low)):
            break
    return found


def _behind_suffix(r: Reading, at: int) -> int:
    """The suffix may end with a stop and be followed by a direction."""
    end = at + 1
    if r.at(end).kind == "." and r.at(end).gap == "" and r.at(at).low in SHORT and r.at(end + 1).kind in (",", "n", "h", "#"):
        end += 1
    if r.at(end).kind == "n" and r.at(end).gap == " " and r.at(end).capital and r.at(end).low in _DIRECTIONS:
        end += 1
    return end


def _goes_on(r: Reading, at: int, low: str) -> bool:
    """`5 May St Petersburg`, `3 Good Dr Smith`: an abbreviation of something else."""
    behind = r.at(at + 1)
    goes = behind.kind == "n" and behind.gap == " " and behind.capital and behind.low not in UNITS | _DIRECTIONS
    return low in ("st", "dr", "str", "walk", "drive", "grove", "gardens") and goes


def _named(r: Reading, at: int) -> Street | None:
    """A name first: `Vestergade 12`, `Gammel Kongevej 12`, `Rákóczi út 13`, `Jl. Melati No. 5`, `P.O. Box 12`."""
    first = r.at(at)
    found = _box(r, at) or _estate(r, at) or _corner(r, at) or _before(r, at, numbered=False)
    if found is not None and found.level == SURE_FORM:
        return found
    for i in range(at, at + 4):
        token = r.at(i)
        if token.kind == "." and i > at and token.gap == "":
            continue
        if token.kind != "n" or (i > at and token.gap not in (" ", "")) or token.low in NEVER:
            break
        if i > at and not (first.capital and token.capital) and not (token.low in _INSIDE or token.low.endswith(_ENDINGS)):
            break
        found = _better(found, _ending(r, i)) if i == at or first.capital else found
        if i > at and token.low in AFTER:
            dot = r.at(i + 1).kind == "." and r.at(i + 1).gap == ""
            k = i + 1 + dot
            if (dot or token.low != "u") and (end := house(r, _mark(r, k))) > 0:
                found = _better(found, Street(end, SURE_FORM if first.capital else VAGUE_FORM, not first.capital))
        if found is not None and found.level == SURE_FORM:
            return found
    if found is None and is_name(first):
        k = names(r, at, 4)
        if k > at and (end := house(r, k)) > 0:
            found = Street(_second_street(r, end), ANY_FORM)
    return found


def house(r: Reading, at: int) -> int:
    """The number of the token behind a house's number, its letter included; 0 where none stands here."""
    token = r.at(at)
    if token.kind != "h" or token.gap == "\n":
        return 0
    behind = r.at(at + 1)
    if behind.gap == "" and (behind.kind in ("%", ":", "°", "€", "$") or (behind.kind in (".", ",") and _tight(r, at + 2))):
        return 0
    if behind.kind == "n" and behind.gap == " " and len(behind.low) == 1 and behind.low in "abcdefgh":
        last = r.at(at + 2)
        if behind.capital or last.kind in (",", ".", "") or last.gap == "\n":
            return at + 2
    if behind.kind == "/" and behind.gap == "" and r.at(at + 2).kind == "h" and r.at(at + 2).gap == "":
        return at + 3
    return at + 1


def _is_year(r: Reading, at: int) -> bool:
    token = r.at(at)
    return len(token.low) == 4 and token.low.isdigit() and token.low[:2] in ("19", "20")


def _tight(r: Reading, at: int) -> bool:
    return r.at(at).gap == "" and r.at(at).kind in ("h", "c")


def _ending(r: Reading, at: int) -> Street | None:
    """One word with its kind: `Vestergade 12`."""
    token = r.at(at)
    if not token.low.endswith(_ENDINGS) or token.low in NO_STREET or len(token.low) < 5:
        return None
    short = r.at(at + 1).kind == "." and token.low.endswith("str")
    end = house(r, at + 1 + short)
    if not end:
        return None
    end = _second_street(r, end)
    vague = (token.low.endswith(_COMMON) and not short) or _is_year(r, at + 1 + short)
    if token.capital:
        return Street(end, VAGUE_FORM if vague else SURE_FORM)
    return Street(end, SURE_FORM if token.low.endswith(_PLAIN_ENDINGS) else ANY_FORM, lower=True)


def _second_street(r: Reading, at: int) -> int:
    """`Sahantie 72 Simonds Street`: a second name of the same place."""
    k = names(r, at, 3)
    if r.at(at).gap == " " and k > at + 1 and r.at(k - 1).low in SURE | VAGUE:
        return k
    return at


def _mark(r: Reading, at: int) -> int:
    """The number of the token behind `No.`, `nº`, `Kav`, `Blok`, `#`; `at` where none stands here."""
    i = at + (r.at(at).kind == "," and r.at(at).gap == "")
    token = r.at(i)
    if token.kind in ("#", "№"):
        return i + 1
    if token.kind == "n" and token.low in NUMBERED and token.gap != "\n":
        i += 1
        while r.at(i).kind in (".", ":", "º", "°"):
            i += 1
        return i
    return i if token.kind == "h" else at


def _before(r: Reading, at: int, *, numbered: bool) -> Street | None:
    """The kind first: `Calle Mayor 5`, `rue de la Paix` (`numbered`: its number stands before)."""
    token = r.at(at)
    low, i = token.low, at + 1
    if r.at(i).kind == "/" and r.at(i).gap == "" and low == "c":
        low, i = "c/", i + 1
    elif (low, r.at(i).low) in _BEFORE_2:
        low, i = f"{low} {r.at(i).low}", i + 1
    if low not in BEFORE:
        return None
    dot = r.at(i).kind == "." and r.at(i).gap == ""
    i += dot
    if r.at(i).gap == "\n" or (low in STOPPED and not dot):
        return None
    begin = i
    while i - begin < 4 and r.at(i).gap != "\n":
        if not (r.at(i).kind == "n" and r.at(i).low in SMALL) and not (i > begin and r.at(i).kind == "." and r.at(i).gap == ""):
            break
        i += 1
    lower = (not token.capital or numbered) and low not in LOOSE
    k = names(r, i, 5, lower=lower) if r.at(i).gap != "\n" else i
    if k == i:
        return None
    lower = lower and not r.at(i).capital
    sure = (low not in LOOSE or dot) and (token.capital or low != "via")
    marked = k if numbered and r.at(k).kind == "," else _mark(r, k)
    if r.at(marked - 1).kind == "," and postcode(r, marked) > marked and len(r.at(marked).low) > 4:
        marked = k
    end = _value(r, marked) if marked > k and r.at(marked - 1).kind != "," else house(r, marked)
    named = not lower or low in _PLAIN_BEFORE or r.at(i).capital
    if end:
        named_number = marked > k and r.at(marked - 1).kind != ","
        sure = sure and (named_number or not _is_year(r, marked))
        strong = (sure or (named_number and token.capital)) and (token.capital or named or marked > k)
        return Street(
            _second_street(r, end),
            SURE_FORM if strong and not (lower and low == "jalan" and marked == k) else VAGUE_FORM,
            lower,
        )
    if numbered:
        return Street(k, SURE_FORM if sure and (token.capital or r.at(i).capital) else VAGUE_FORM, lower)
    return Street(k, ANY_FORM, lower) if sure else None


def _value(r: Reading, at: int) -> int:
    """What stands behind `No.` or `Blok`: a number, or letters and digits."""
    token = r.at(at)
    if token.kind == "c" and len(token.low) <= 6 and token.gap != "\n":
        return at + 1
    return house(r, at)


def _box(r: Reading, at: int) -> Street | None:
    token, i = r.at(at), at
    if token.low in BOXES:
        i = at + 1
        sure = len(token.low) > 3
    elif token.low in ("p", "po"):
        while r.at(i).kind == "." or r.at(i).low in ("p", "o", "po"):
            i += 1
            if i - at > 5:
                return None
        if r.at(i).low not in ("box", "bag"):
            return None
        i, sure = i + 1, True
    else:
        return None
    i += r.at(i).kind in ("#", ":")
    if r.at(i).kind not in ("h", "c") or r.at(i).gap == "\n":
        return None
    end = i + 1
    if r.at(end).kind == "h" and r.at(end).gap == " " and len(r.at(end).low) <= 3 and len(r.at(i).low) <= 3:
        end += 1
    return Street(_second_street(r, end), SURE_FORM if sure else ANY_FORM)


def _estate(r: Reading, at: int) -> Street | None:
    """`Perumahan Griya Indah Blok C3 No. 7`: level 0, and what follows says the rest."""
    if r.at(at).low not in ESTATES:
        return None
    i = at + 1 + (r.at(at + 1).kind == ".")
    k = names(r, i, 5, lower=not r.at(at).capital)
    if k == i or r.at(i).gap == "\n":
        return None
    end = unit(r, k + (r.at(k).kind == ","))
    marked = end > k + (r.at(k).kind == ",")
    return Street(end if marked else k, SURE_FORM if marked else ANY_FORM, not r.at(at).capital)


def _unit_first(r: Reading, at: int) -> Street | None:
    """`Flat 3, 12 Mill Lane`, `Unit 4818 Box 0262` and `USS Frías`, which are a forces' post office."""
    token = r.at(at)
    forces = _forces(r, at)
    if forces is not None:
        return forces
    i = at
    if token.low == "h" and r.at(at + 1).kind == "." and r.at(at + 2).low == "no":
        i = at + 3 + (r.at(at + 3).kind == ".")
        if r.at(i).kind not in ("h", "c"):
            return None
        end = i + 1 + 2 * (r.at(i + 1).kind == "/" and r.at(i + 2).kind in ("h", "c"))
        sure = True
    else:
        end, sure = unit(r, at), token.low in SURE_UNITS
    if end == at:
        return None
    i = end + (r.at(end).kind == ",")
    if r.at(i).kind in ("h", "n") and r.at(i).gap != "":
        inner = _numbered(r, i) if r.at(i).kind == "h" else (_named(r, i) or _suffixed(r, i, comma=False))
        if inner is not None and inner.end > i:
            return Street(inner.end, min(SURE_FORM, inner.level + sure), inner.lower)
    return Street(end, ANY_FORM, not token.capital)


def _forces(r: Reading, at: int) -> Street | None:
    """USPS Publication 28, 237: `PSC 802 Box 74`, `APO AE 09499`."""
    i = at
    while i - at < 6 and r.at(i).low not in FORCES:
        token = r.at(i)
        if token.kind not in ("n", "h", ",", ".", "c"):
            return None
        i += 1
    if i == at or r.at(i).low not in FORCES or r.at(i + 1).low not in ("aa", "ae", "ap"):
        return None
    return Street(i + 2 + (r.at(i + 2).kind in ("h", "c") and r.at(i + 2).gap == " "), SURE_FORM)


def _corner(r: Reading, at: int) -> Street | None:
    """`the corner of Mill Lane and Church Street`."""
    if r.at(at).low not in ("corner", "the"):
        return None
    i = at + (r.at(at).low == "the")
    if r.at(i).low != "corner" or r.at(i + 1).low != "of":
        return None
    i += 2
    last, joined, kinds = i, False, 0
    while i - at < 18:
        token = r.at(i)
        if token.gap == "\n" or token.kind not in ("n", "h", ".", "c"):
            break
        if token.kind == "n" and token.low == "and":
            joined = True
        elif token.kind == "n" and not (token.capital or token.low in SMALL or token.low in BEFORE):
            break
        elif joined and token.kind != ".":
            last = i + 1
        street_word = token.low in SURE | VAGUE | BEFORE | AFTER or token.low.endswith(_ENDINGS)
        kinds += token.kind == "h" or (token.kind == "n" and street_word)
        i += 1
    return Street(last, SURE_FORM) if joined and kinds and last > at + 3 else None
