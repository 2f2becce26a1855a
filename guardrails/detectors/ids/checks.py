"""Check digits of ids that python-stdnum does not know, or that it judges by today's date, which a detector must not know.

They are named after what they check; the contract tests compare those that python-stdnum has too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from guardrails.detectors.checksums import digits, is_date, luhn, plain, verhoeff, weighted


def danish_cpr(value: str) -> bool | None:
    """CPR-kontoret: DDMMYY, then a serial whose first digit says the century. Since 1 October 2007 numbers are given without
    the modulus 11 digit, so that failing it refuses none; True where it holds."""
    d = digits(value)
    if len(d) != 10:
        return False
    day, month, year = d[0] * 10 + d[1], d[2] * 10 + d[3], d[4] * 10 + d[5]
    if not is_date(danish_century(d[6], year) + year, month, day):
        return False
    return True if weighted(d, (4, 3, 2, 7, 6, 5, 4, 3, 2, 1)) % 11 == 0 else None


def danish_century(seventh: int, year: int) -> int:
    """0-3: 1900s; 4 and 9: 2000s up to 36, else 1900s; 5-8: 2000s up to 57, else 1800s."""
    if seventh < 4:
        return 1900
    if seventh in (4, 9):
        return 2000 if year <= 36 else 1900
    return 2000 if year <= 57 else 1800


def danish_cvr(value: str) -> bool:
    d = digits(value)
    return len(d) == 8 and d[0] > 0 and weighted(d, (2, 7, 6, 5, 4, 3, 2, 1)) % 11 == 0


#: Kemendagri: the first two digits of a region's code.
_PROVINCES = frozenset(
    {*range(11, 20), 21, *range(31, 37), *range(51, 54), *range(61, 66), *range(71, 77), 81, 82, *range(91, 98)}
)


def indonesian_nik(value: str, women: int = 40) -> bool:
    """Peraturan Presiden 26/2009: province, regency, district, DDMMYY of birth (day + 40 for women), a serial never 0000."""
    d = digits(value)
    if len(d) != 16 or d[0] * 10 + d[1] not in _PROVINCES or not any(d[2:4]) or not any(d[4:6]) or not any(d[12:]):
        return False
    day, month, year = d[6] * 10 + d[7], d[8] * 10 + d[9], d[10] * 10 + d[11]
    day -= women if day > women > 0 else 0
    return is_date(2000 + year, month, day) or is_date(1900 + year, month, day)


def indonesian_kk(value: str) -> bool:
    """A family card: the region and the date on which it was registered, so no day above 31."""
    return indonesian_nik(value, women=0)


def indonesian_npwp(value: str) -> bool:
    """PMK 112/2022: 15 digits whose ninth is Luhn's, or 16: the same behind a 0, or a person's NIK."""
    d = digits(value)
    if len(d) == 16:
        return indonesian_nik(value) or (d[0] == 0 and luhn(d[1:10]))
    return len(d) == 15 and any(d[:9]) and luhn(d[:9])


#: GB/T 2260: the first two digits of a division's code.
_DIVISIONS = frozenset(
    {*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66), 71, 81, 82, 83, 91}
)


def chinese_resident(value: str) -> bool | None:
    """GB 11643-1999: division, YYYYMMDD, serial, ISO 7064 MOD 11-2. The old form of 15 digits has no check: no opinion."""
    v = plain(value)
    if not v[:2].isdigit() or int(v[:2]) not in _DIVISIONS:
        return False
    if len(v) == 15:
        return None if v.isdigit() and is_date(1900 + int(v[6:8]), int(v[8:10]), int(v[10:12])) else False
    if re.fullmatch(r"\d{17}[\dX]", v) is None or not is_date(int(v[6:10]), int(v[10:12]), int(v[12:14])):
        return False
    check = 0
    for c in v[:17]:
        check = (check + int(c)) * 2 % 11
    return 1800 <= int(v[6:10]) < 2100 and (check + (10 if v[17] == "X" else int(v[17]))) % 11 == 1


def chinese_credit_code(value: str) -> bool:
    """GB 32100-2015: 18 characters of an alphabet without I, O, S, V, Z, weighted by the powers of 3 modulo 31."""
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    v = plain(value)
    if len(v) != 18 or any(c not in alphabet for c in v) or not v[2:8].isdigit():
        return False
    return sum(alphabet.index(c) * pow(3, i, 31) for i, c in enumerate(v[:17])) % 31 == -alphabet.index(v[17]) % 31


def hong_kong(value: str) -> bool:
    """One or two letters, six digits and a check character, weights 9 to 1 modulo 11; a missing letter counts as 36."""
    v = plain(value)
    if re.fullmatch(r"[A-Z]{1,2}\d{6}[\dA]", v) is None:
        return False
    places = [36] * (9 - len(v)) + [int(c, 36) for c in v]
    return weighted(places, range(9, 0, -1)) % 11 == 0


def taiwanese(value: str) -> bool:
    """The letter as two digits, weights 1, 9, 8, ..., 1, 1 modulo 10."""
    v = plain(value)
    if re.fullmatch(r"[A-Z][1289]\d{8}", v) is None:
        return False
    first = "ABCDEFGHJKLMNPQRSTUVXYWZIO".index(v[0]) + 10
    return (first // 10 + first % 10 * 9 + weighted(digits(v), (8, 7, 6, 5, 4, 3, 2, 1, 1))) % 10 == 0


def singaporean(value: str) -> bool:
    """NRIC and FIN: weights 2, 7, 6, 5, 4, 3, 2, with 4 added for T and G and 3 for M, and a table of letters for each."""
    v = plain(value)
    if re.fullmatch(r"[STFGM]\d{7}[A-Z]", v) is None:
        return False
    total = weighted(digits(v), (2, 7, 6, 5, 4, 3, 2)) + {"T": 4, "G": 4, "M": 3}.get(v[0], 0)
    if v[0] == "M":
        return v[8] == "XWUTRQPNJLK"[10 - total % 11]
    return v[8] == ("JZIHGFEDCBA" if v[0] in "ST" else "XWUTRQPNMLK")[total % 11]


def my_number(value: str) -> bool:
    """Japan, Ordinance 85/2014: eleven digits by 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2 modulo 11."""
    d = digits(value)
    rest = weighted(d, (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)) % 11
    return len(d) == 12 and d[11] == (0 if rest <= 1 else 11 - rest)


def vietnamese(value: str) -> bool:
    """Decree 137/2015: a province (001 to 096), a digit for century and sex, the year, a serial."""
    d = digits(value)
    return len(d) == 12 and d[0] == 0 and 1 <= d[1] * 10 + d[2] <= 96


def sri_lankan(value: str) -> bool:
    """The day of the year, plus 500 for women, from the third digit (nine digits and a letter) or the fifth (twelve digits)."""
    v = plain(value)
    day = int(v[2:5]) if len(v) == 10 else int(v[4:7])
    return 1 <= (day - 500 if day > 500 else day) <= 366


def emirati(value: str) -> bool:
    d = digits(value)
    return len(d) == 15 and d[:3] == [7, 8, 4] and luhn(d)


def saudi(value: str) -> bool:
    d = digits(value)
    return len(d) == 10 and d[0] in (1, 2) and luhn(d)


def egyptian(value: str) -> bool:
    """The century (2 or 3), YYMMDD, a governorate."""
    d = digits(value)
    if len(d) != 14 or d[0] not in (2, 3) or not (1 <= d[7] * 10 + d[8] <= 35 or d[7:9] == [8, 8]):
        return False
    return is_date(1700 + 100 * d[0] + d[1] * 10 + d[2], d[3] * 10 + d[4], d[5] * 10 + d[6])


def iranian(value: str) -> bool:
    d = digits(value)
    rest = weighted(d, range(10, 1, -1)) % 11
    return len(d) == 10 and len(set(d)) > 1 and d[9] == (rest if rest < 2 else 11 - rest)


def kazakh(value: str) -> bool:
    """YYMMDD, a digit for century and sex, a serial, and modulo 11 with weights 1 to 11 or else 3 to 11, 1, 2."""
    d = digits(value)
    if len(d) != 12 or not 1 <= d[6] <= 6 or not is_date(2000 + d[0] * 10 + d[1], d[2] * 10 + d[3], d[4] * 10 + d[5]):
        return False
    rest = weighted(d, range(1, 12)) % 11
    rest = weighted(d, (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)) % 11 if rest == 10 else rest
    return rest == d[11]


def kuwaiti(value: str) -> bool:
    d = digits(value)
    return len(d) == 12 and d[0] in (2, 3) and d[11] == 11 - weighted(d, (2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)) % 11


def norwegian(value: str) -> bool:
    """Skatteetaten: DDMMYY (day + 40 for D numbers, month + 40 for H numbers), a serial, two digits modulo 11."""
    d = digits(value)
    if len(d) != 11:
        return False
    day, month, year = d[0] * 10 + d[1], d[2] * 10 + d[3], d[4] * 10 + d[5]
    day -= 40 if day > 40 else 0
    month -= 40 if month > 40 else 0
    return (
        is_date(2000 + year, month, day)
        and weighted(d, (3, 7, 6, 1, 8, 9, 4, 5, 2, 1)) % 11 == 0
        and weighted(d, (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)) % 11 == 0
    )


def belgian(value: str) -> bool:
    """Koninklijk besluit of 3 April 1984: YYMMDD, a serial, 97 less the rest by 97; a 2 before it for births since 2000."""
    d = digits(value)
    if len(d) != 11:
        return False
    body, check, month, day = int("".join(map(str, d[:9]))), d[9] * 10 + d[10], d[2] * 10 + d[3], d[4] * 10 + d[5]
    month = month % 20  # BIS numbers add 20 or 40 to the month
    return month <= 12 and day <= 31 and check in (97 - body % 97, 97 - (2 * 10**9 + body) % 97)


def luxembourgish(value: str) -> bool:
    """Règlement grand-ducal of 21 June 2013: YYYYMMDD, a serial, Luhn over the first eleven digits, then Verhoeff over them."""
    d = digits(value)
    return (
        len(d) == 13
        and is_date(d[0] * 1000 + d[1] * 100 + d[2] * 10 + d[3], d[4] * 10 + d[5], d[6] * 10 + d[7])
        and luhn(d[:12])
        and verhoeff([*d[:11], d[12]])
    )


def polish_card(value: str) -> bool:
    """Weights 7, 3, 1, check digit behind the letters, 7, 3, 1, 7, 3; letters as 10 to 35."""
    v = plain(value)
    return re.fullmatch(r"[A-Z]{3}\d{6}", v) is not None and (
        weighted([int(c, 36) for c in v[:3] + v[4:]], (7, 3, 1, 7, 3, 1, 7, 3)) % 10 == int(v[3])
    )


def hungarian_health(value: str) -> bool:
    d = digits(value)
    return len(d) == 9 and any(d) and weighted(d, (3, 7) * 4) % 10 == d[8]


def snils(value: str) -> bool:
    """Russia: weights 9 to 1; 100 and 101 count as 0. Numbers up to 001-001-998 carry no check."""
    d = digits(value)
    if len(d) != 11:
        return False
    return weighted(d, range(9, 0, -1)) % 101 % 100 == d[9] * 10 + d[10]


def belarusian(value: str) -> bool:
    """A sex and century digit, DDMMYY, a region's letter, a serial, a country's letters; weights 7, 3, 1 modulo 10."""
    v = plain(value)
    return re.fullmatch(r"[1-6]\d{6}[ABCHKEM]\d{3}[A-Z]{2}\d", v) is not None and (
        weighted([int(c, 36) for c in v[:13]], (7, 3, 1) * 5) % 10 == int(v[13])
    )


def uruguayan(value: str) -> bool:
    d = digits(value)
    d = [0] * (8 - len(d)) + d
    return len(d) == 8 and any(d[:7]) and -weighted(d, (2, 9, 8, 7, 6, 3, 4)) % 10 == d[7]


def brazilian_worker(value: str) -> bool:
    """PIS, PASEP, NIT: weights 3, 2, 9 to 2 modulo 11."""
    d = digits(value)
    return len(d) == 11 and len(set(d)) > 1 and (11 - weighted(d, (3, 2, 9, 8, 7, 6, 5, 4, 3, 2)) % 11) % 11 % 10 == d[10]


def machine_readable(value: str) -> bool:
    """The second line of a passport (ICAO Doc 9303-4): number, nationality, birth, sex, expiry, each with its check digit."""
    v = value.upper()
    return all(_travel(v[a:b], v[b]) for a, b in ((0, 9), (13, 19), (21, 27)))


def _travel(field: str, check: str) -> bool:
    """ICAO Doc 9303-3 §4.9: weights 7, 3, 1 modulo 10, letters as 10 to 35."""
    return check.isdigit() and weighted([int(c, 36) for c in field], (7, 3, 1) * 3) % 10 == int(check)


#: What optical recognition reads for a digit.
_LOOK_ALIKE = str.maketrans("OoQDlIiSsBGZz", "0000111558622")


def as_read(value: str) -> str:
    """The digits that were meant, where a scanner read letters."""
    return value.translate(_LOOK_ALIKE)


def scanned_ssn(value: str) -> bool | None:
    """No more than four look-alike letters, and at least one: else it is a number like any other, or no number."""
    letters = sum(c.isalpha() for c in value)
    d = [c for c in as_read(value) if c.isdigit()]
    return None if 1 <= letters <= 4 and len(d) == 9 and not _is_a_row(d) else False


def _is_a_row(d: Sequence[str]) -> bool:
    return len(set(d)) == 1
