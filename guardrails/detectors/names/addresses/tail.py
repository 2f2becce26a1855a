"""What follows a street: units, districts, cities, postcodes, states, countries, on the same line or the next ones.

A piece that leaves no doubt (a unit, a postcode, a country) takes what stands before it along; a bare name on a line of its
own may as well be the next thing that somebody wrote, and is taken only where such a piece follows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from guardrails.detectors.names.addresses.parts import country, is_upper, names, postcode, unit
from guardrails.detectors.names.addresses.tokens import Reading, Token
from guardrails.detectors.names.addresses.words import NEVER, SURE_UNITS, UNITS, WARDS

MOST = 9  # pieces
_ENDS = (",", ";", '"', "")  # kinds of tokens that a piece ends before
_APART = 12  # characters between two pieces: a line break, indentation, marks of a quotation


@dataclass(slots=True)
class Tail:
    """How far it goes (`end`: the number of the token behind it), and what it holds."""

    end: int
    lower: bool  # the street is written without capitals
    at: int = 0  # the token at which the next piece may begin
    loose: int = 0  # names behind `end` that wait for something sure
    state: bool = False
    unit: bool = False
    plain: bool = False  # a unit in words that leave no doubt
    code: bool = False
    long: bool = False  # a postcode that is no year
    country: bool = False
    city: bool = False
    second: bool = False
    ward: bool = False

    @property
    def sure(self) -> bool:
        """Whether an unknown name and number before it must be a street."""
        return self.plain or (self.code and (self.country or (self.city and self.long)))

    def take(self, end: int) -> bool:
        """A piece that leaves no doubt, and what waited for one."""
        self.end, self.at, self.loose = end, end, 0
        return True

    def wait(self, end: int) -> bool:
        self.at, self.loose = end, self.loose + 1
        return True


class _Piece(NamedTuple):
    """Where one may begin: the number of its first token, that token, and what parts it from what stands before."""

    at: int
    token: Token
    comma: bool
    line: bool

    @property
    def parted(self) -> bool:
        return self.comma or self.line


def tail(r: Reading, at: int, *, lower: bool) -> Tail:
    """`at`: the number of the token behind the street. `lower`: the street is written without capitals."""
    found = Tail(at, lower, at)
    stop = r.at(at)
    if (
        stop.kind == "."
        and stop.gap == ""
        and (r.at(at + 1).gap == "\n" or r.at(at + 1).kind == "," or r.at(at + 1).low in UNITS)
    ):  # utca 13.
        found.at += 1
    for _ in range(MOST):
        piece = _piece(r, found.at)
        if piece is None or not any(step(r, found, piece) for step in _STEPS):
            break
    return found


def _piece(r: Reading, at: int) -> _Piece | None:
    mark = r.at(at)
    comma = mark.kind == "," or (mark.kind in ("-", "–", "·") and (mark.gap == "" or r.at(at + 1).gap == " "))
    token = r.at(at + comma)
    if token.kind in ("", "x") or (at + comma and token.start - r.at(at + comma - 1).end > _APART):
        return None
    return _Piece(at + comma, token, comma, "\n" in (mark.gap, token.gap))


def _take_unit(r: Reading, found: Tail, piece: _Piece) -> bool:
    stroke = piece.token.kind == "/" and piece.token.gap == ""  # RT 03/RW 02
    end = unit(r, piece.at + stroke)
    if end == piece.at + stroke:
        return False
    plain = piece.token.low in SURE_UNITS
    found.plain = found.plain or plain
    found.unit = found.unit or plain or piece.token.kind in ("h", "#")
    return found.take(end)


def _take_code(r: Reading, found: Tail, piece: _Piece) -> bool:
    end = postcode(r, piece.at)
    if end == piece.at or found.code or r.at(end).kind == ":":
        return False
    city = _city(r, found, end)
    short = piece.token.low.isdigit() and len(piece.token.low) == 4
    found.city = found.city or found.ward or found.loose > 0
    if short and piece.comma and city == end and not (found.city or found.country):
        return False  # a year
    found.city = found.city or found.state
    found.code, found.long = True, not short
    if city > end and r.at(city).kind != ":" and (not found.city or (found.ward and piece.comma)):
        found.city, found.country = True, country(r, end) == city
        end = city
    return found.take(end)


def _city(r: Reading, found: Tail, at: int) -> int:
    """Behind a postcode: `8000 Aarhus C`."""
    if r.at(at).gap != " ":
        return at
    end = names(r, at, 3)
    if end == at and found.lower and len(r.at(at).low) > 3:
        end = names(r, at, 1, lower=True)
        end += end > at and r.at(end).kind == "n" and r.at(end).gap == " " and len(r.at(end).low) == 1
    return end + (end > at and _is_district(r, end))


def _is_district(r: Reading, at: int) -> bool:
    """`Praha 6`."""
    number, behind = r.at(at), r.at(at + 1)
    return number.kind == "h" and number.gap == " " and len(number.low) <= 2 and (behind.kind in _ENDS or behind.gap == "\n")


def _take_country(r: Reading, found: Tail, piece: _Piece) -> bool:
    end = country(r, piece.at)
    if end == piece.at or r.at(end).kind == ":" or not (piece.parted or found.plain or found.city or found.loose):
        return False
    if not (piece.token.capital or found.code or postcode(r, end) > end):
        return False
    found.country = True
    return found.take(end + 3 if r.at(end).kind == "(" and r.at(end + 2).kind == ")" else end)  # Cyprus (Greek)


def _take_ward(r: Reading, found: Tail, piece: _Piece) -> bool:
    if found.country or not piece.parted or piece.token.low not in WARDS:
        return False
    begin = piece.at + 1 + (r.at(piece.at + 1).kind == ".")
    end = names(r, begin, 3, lower=found.lower)
    found.ward = found.ward or end > begin
    return end > begin and found.take(end)


def _take_state(r: Reading, found: Tail, piece: _Piece) -> bool:
    """`IL 62704`, `NSW`, `, QC`."""
    token, behind = piece.token, piece.at + 1
    upper = is_upper(r, token)
    if (
        found.country
        or r.at(behind).kind == ":"
        or token.kind != "n"
        or not 2 <= len(token.low) <= 3
        or (token.low in NEVER and not upper)
    ):
        return False
    coded = (upper or (not token.capital and len(r.at(behind).low) == 5)) and postcode(r, behind) > behind
    if not coded and not (upper and (found.city or found.loose)):
        return False
    found.city = found.state = True
    return found.take(behind) if coded or piece.comma or not piece.line else found.wait(behind)


def _take_name(r: Reading, found: Tail, piece: _Piece) -> bool:
    """A city, a district, a county: sure behind a comma, and anything else only where something sure follows."""
    near = (found.plain and not found.city) or found.ward or found.code
    if found.country or found.loose > 2 or not (piece.parted or near):
        return False
    begin = piece.at
    end = names(r, begin, 4)
    named = end > begin
    if not named and piece.parted:
        end = names(r, begin, 4, lower=True)
    if end > begin and r.at(end).kind == ":":  # the last word is a label, or the whole line
        end = begin if piece.line else end - 1
    behind = r.at(end)
    if end == begin or behind.kind in ("@", "=", "(", ":") or (behind.gap == "" and behind.kind in ("n", "h", "c", "x")):
        return False
    last = behind.gap == "\n" or behind.kind in _ENDS
    alone = found.lower and end == begin + 1 and len(piece.token.low) > 3 and last
    end += _is_district(r, end)
    if named and found.city and piece.comma and not found.second and end - begin <= 2 and last:  # a county, a province
        found.second = True
        return found.take(end)
    if found.city or found.loose or not (((named or alone) and not piece.line) or (named and found.code)):
        return found.wait(end)
    found.city = True
    return found.take(end)


#: In the order in which a piece is asked what it is.
_STEPS: tuple[Callable[[Reading, Tail, _Piece], bool], ...] = (
    _take_unit,
    _take_code,
    _take_country,
    _take_ward,
    _take_state,
    _take_name,
)
