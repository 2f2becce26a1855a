"""Check digits: does a value satisfy the arithmetic its issuer publishes?

Each row of `CHECKS` judges what one recognizer's pattern matched: True (holds), False (cannot be such a value), None (no
opinion). `STRONG` holds those that a random value seldom passes; a check that one number in ten passes proves little without
a word beside it. The rows are named after Presidio's recognizers and contract-tested against their validators; its classes
can't be called from here without importing spaCy.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Sequence
from datetime import date
from hashlib import sha256

Check = Callable[[str], bool | None]

_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_NOT_ALNUM = re.compile(r"[^0-9A-Za-z]")
#: Verhoeff 1969: multiplication in the dihedral group D5, and the permutation's powers.
_D5 = tuple(tuple((i + j) % 5 + 5 * (j > 4) if i < 5 else (i - j) % 5 + 5 * (j < 5) for j in range(10)) for i in range(10))
_PERMUTATION = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)


def plain(value: str) -> str:
    """Letters and digits only, upper case."""
    return _NOT_ALNUM.sub("", value).upper()


def digits(value: str) -> list[int]:
    return [int(c) for c in value if "0" <= c <= "9"]


def weighted(numbers: Sequence[int], weights: Sequence[int]) -> int:
    """The sum of products; the shorter of the two ends it."""
    return sum(n * w for n, w in zip(numbers, weights, strict=False))


def luhn(numbers: Sequence[int]) -> bool:
    """ISO/IEC 7812-1, annex B."""
    doubled = sum(n * 2 - 9 * (n > 4) for n in numbers[-2::-2])
    return bool(numbers) and (sum(numbers[-1::-2]) + doubled) % 10 == 0


def is_issued(card: str) -> bool:
    """Whether payment cards of this length begin so (ISO/IEC 7812; the networks' ranges): 13 digits are an old Visa's alone, 14
    to 16 that begin with 3 those of Diners Club, American Express and JCB. One of ten ids of other kinds passes Luhn."""
    d = digits(card)
    two, four = d[0] * 10 + d[1], d[0] * 1000 + d[1] * 100 + d[2] * 10 + d[3]
    issued = {
        13: d[0] == 4,
        14: two in (30, 36, 38, 39),
        15: two in (34, 37) or d[0] == 1 or four == 2131,
        16: d[0] != 3 or 3528 <= four <= 3589,
    }
    return issued.get(len(d), True)


def verhoeff(numbers: Sequence[int]) -> bool:
    check = 0
    for place, number in enumerate(reversed(numbers)):
        n = number
        for _ in range(place % 8):
            n = _PERMUTATION[n]
        check = _D5[check][n]
    return check == 0


def mod_11_10(numbers: Sequence[int]) -> bool:
    """ISO/IEC 7064, hybrid system MOD 11,10."""
    product = 10
    for n in numbers[:-1]:
        product = ((n + product) % 10 or 10) * 2 % 11
    return (product + numbers[-1]) % 10 == 1


_LENGTHS = """
15 NO|16 BE|18 DK FI FK FO GL NL SD|19 MK SI|20 AT BA EE KZ LT LU MN XK|21 CH HR LI LV|22 BG BH CR DE GB GE IE ME RS VA|
23 AE GI IL IQ OM SO TL|24 AD CZ ES MD PK RO SA SE SK TN VG|25 LY PT ST|26 IS TR|27 BI DJ FR GR IT MC MR SM|
28 AL AZ BY CY DO GT HU LB NI PL SV|29 BR EG PS QA UA|30 JO KW MU YE|31 MT SC|32 LC|33 RU
"""
#: ISO 13616 registry: country → length of the whole number.
IBAN_LENGTHS = {c: int(n) for n, *countries in (line.split() for line in _LENGTHS.split("|")) for c in countries}


def iban(value: str) -> bool:
    """ISO 13616: MOD 97-10 over the number with its first four characters moved to the end, letters as 10 to 35."""
    v = plain(value)
    return len(v) == IBAN_LENGTHS.get(v[:2]) and int("".join(str(int(c, 36)) for c in v[4:] + v[:4])) % 97 == 1


def bitcoin(value: str) -> bool:
    """Base58Check (P2PKH, P2SH) or Bech32 and Bech32m (BIP 173, BIP 350)."""
    return _bech32(value) if value[:3].lower() == "bc1" else _base58check(value)


def _base58check(value: str) -> bool:
    number = 0
    for c in value:
        place = _BASE58.find(c)
        if place < 0:
            return False
        number = number * 58 + place
    zeros = len(value) - len(value.lstrip("1"))
    raw = bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")
    return len(raw) == 25 and sha256(sha256(raw[:-4]).digest()).digest()[:4] == raw[-4:]


def _bech32(value: str) -> bool:
    if value not in (value.lower(), value.upper()) or len(value) > 90:
        return False
    prefix, _, data = value.lower().rpartition("1")
    places = [_BECH32.find(c) for c in data]
    if -1 in places or len(places) < 6:
        return False
    check = 1
    for n in [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix] + places:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ n
        for bit, mask in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            check ^= mask if top >> bit & 1 else 0
    return check in (1, 0x2BC830A3)


def ip(value: str) -> bool:
    parts = value.split(".")
    if len(parts) == 4 and all(part.isdecimal() and len(part) < 4 and (part[0] != "0" or part == "0") for part in parts):
        return all(int(part) < 256 for part in parts)
    try:
        ipaddress.ip_interface(value)
    except ValueError:
        return False
    return True


def mac(value: str) -> bool:
    """Not the broadcast address, and not all zeros."""
    return plain(value) not in {"F" * 12, "0" * 12}


def uuid(value: str) -> bool:
    """RFC 9562 §4: version 1 to 8, the variant of this RFC, not nil."""
    return value[14] in "12345678" and value[19].lower() in "89ab"


def us_ssn(value: str) -> bool | None:
    """SSA: no area 000 or 666, no group 00, no serial 0000; not a number known from advertisements; one kind of separator."""
    d = "".join(c for c in value if c.isdigit())
    if len({c for c in value if c in ".- "}) > 1 or len(set(d)) == 1:
        return False
    bad = d[:3] in ("000", "666") or d[3:5] == "00" or d[5:] == "0000" or d in ("123456789", "987654320", "078051120")
    return False if bad else None


def dea(value: str) -> bool:
    """US Drug Enforcement Administration registration: odd places plus twice the even ones end in the seventh digit."""
    d = digits(value)[-7:]
    return len(d) == 7 and (weighted(d, (1, 2, 1, 2, 1, 2)) - d[6]) % 10 == 0


def us_npi(value: str) -> bool:
    """CMS: Luhn over the number with 80840 (health, USA) before it."""
    d = digits(value)
    return len(set(d[:-1])) > 1 and luhn([8, 0, 8, 4, 0, *d])


def uk_nhs(value: str) -> bool:
    return weighted(digits(value), range(10, 0, -1)) % 11 == 0


def aadhaar(value: str) -> bool:
    d = digits(value)
    return len(d) == 12 and d[0] >= 2 and d != d[::-1] and verhoeff(d)


def abn(value: str) -> bool:
    d = digits(value)
    return len(d) == 11 and (weighted(d, (10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19)) - 10) % 89 == 0


def acn(value: str) -> bool:
    d = digits(value)
    return len(d) == 9 and (weighted(d, (8, 7, 6, 5, 4, 3, 2, 1)) + d[8]) % 10 == 0


def spanish(value: str) -> bool:
    """NIF and NIE: the letter is the number modulo 23; X, Y, Z at the head of an NIE stand for 0, 1, 2."""
    v = plain(value)
    number = v[:-1].translate(str.maketrans("XYZ", "012"))
    return number.isdigit() and v[-1] == "TRWAGMYFPDXBNJZSQVHLCKE"[int(number) % 23]


def fiscal_code(value: str) -> bool | None:
    """Italy, D.M. 23/12/1976: odd places by a table, even ones by value, the sum modulo 26 as a letter."""
    v = plain(value)
    odd = (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23)
    places = [int(c, 36) - 10 * c.isalpha() for c in v[:-1]]
    total = sum(odd[n] for n in places[::2]) + sum(places[1::2])
    return True if v[-1] == chr(65 + total % 26) else None


def finnish(value: str) -> bool:
    """Henkilötunnus: a date, a century sign, and the number modulo 31."""
    v = value.upper()
    century = {"+": 1800, "-": 1900, **dict.fromkeys("YXWVU", 1900)}.get(v[6:7], 2000)
    return (
        len(v) == 11
        and is_date(century + int(v[4:6]), int(v[2:4]), int(v[:2]))
        and v[10] == "0123456789ABCDEFHJKLMNPRSTUVWXY"[int(v[:6] + v[7:10]) % 31]
    )


def swedish_person(value: str) -> bool:
    d = digits(value)[-10:]
    day = d[4] * 10 + d[5] if len(d) == 10 else 0
    return len(d) == 10 and 1 <= d[2] * 10 + d[3] <= 12 and 1 <= (day - 60 if day > 60 else day) <= 31 and luhn(d)


def swedish_firm(value: str) -> bool:
    d = digits(value)
    return len(d) == 10 and d[2] >= 2 and luhn(d)


def pesel(value: str) -> bool:
    d = digits(value)
    return len(d) == 11 and weighted(d, (1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1)) % 10 == 0


def thai(value: str) -> bool:
    d = digits(value)
    return len(d) == 13 and (11 - weighted(d, range(13, 1, -1)) % 11) % 10 == d[12]


def turkish(value: str) -> bool:
    d = digits(value)
    return len(d) == 11 and d[0] > 0 and (7 * sum(d[:9:2]) - sum(d[1:8:2])) % 10 == d[9] and sum(d[:10]) % 10 == d[10]


def korean(value: str, offset: int = 11) -> bool | None:
    """Resident (offset 11) and foreigner (13) registration number. Numbers given since 2020 carry no check: no opinion."""
    d = digits(value)
    check = (offset - weighted(d, (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)) % 11) % 10
    return len(d) == 13 and (True if d[7] * 10 + d[8] <= 95 and check == d[12] else None)


def korean_firm(value: str) -> bool:
    d = digits(value)
    return len(d) == 10 and (weighted(d, (1, 3, 7, 1, 3, 7, 1, 3, 5, 1)) + d[8] * 5 // 10) % 10 == 0


def german_tax_id(value: str) -> bool:
    """§ 139b AO: no leading zero, no digit more than three times among the first ten, ISO 7064 MOD 11,10."""
    d = digits(value)
    return len(d) == 11 and d[0] != 0 and max(d[:10].count(n) for n in d[:10]) <= 3 and mod_11_10(d)


def german_vat(value: str) -> bool | None:
    d = digits(value)
    return len(d) == 9 and (mod_11_10(d) or None)


def travel_document(value: str) -> bool:
    """ICAO Doc 9303-3 §4.9: weights 7, 3, 1 modulo 10, letters as 10 to 35."""
    v = plain(value)
    return len(v) == 9 and v[8].isdigit() and weighted([int(c, 36) for c in v[:8]], (7, 3, 1) * 3) % 10 == int(v[8])


def german_identity_card(value: str) -> bool | None:
    """The old `T` series has no check digit inside."""
    v = plain(value)
    return None if len(v) == 9 and v[0] == "T" and v[1:].isdigit() else travel_document(v)


def _quersumme(numbers: Sequence[int], weights: Sequence[int]) -> int:
    return sum(sum(divmod(n * w, 10)) for n, w in zip(numbers, weights, strict=False)) % 10


def german_health(value: str) -> bool:
    """§ 290 SGB V: the letter as two digits, weights 1 and 2, cross-sums."""
    v = plain(value)
    return len(v) == 10 and _quersumme(digits(f"{ord(v[0]) - 64:02}{v[1:9]}"), (1, 2) * 5) == int(v[9])


def german_pension(value: str) -> bool:
    """§ 147 SGB VI with VKVV § 4."""
    v = plain(value)
    if len(v) != 12 or not (1 <= int(v[2:4]) % 50 <= 31 and int(v[2:4]) <= 81 and 1 <= int(v[4:6]) <= 12):
        return False
    return _quersumme(digits(f"{v[:8]}{ord(v[8]) - 64:02}{v[9:11]}"), (2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1)) == int(v[11])


def german_doctor(value: str) -> bool:
    d = digits(value)
    return len(d) == 9 and (weighted(d, (4, 9, 4, 9, 4, 9)) + d[6]) % 10 == 0


def gstin(value: str) -> bool:
    """India: a state's number, a permanent account number, an entity digit, Z and a check character."""
    return re.fullmatch(r"(?:0[1-9]|[12]\d|3[0-7])[A-Z]{5}\d{4}[A-Z][0-9A-Z]Z[0-9A-Z]", plain(value)) is not None


def philippine_tin(value: str) -> bool:
    d = digits(value)
    return len(d) in (9, 12) and weighted(d, range(9, 1, -1)) % 11 == d[8]


#: ACRA's entity types, which stand as fourth and fifth character.
_UEN = "LP LL FC PF RF MQ MM NB CC CS MB FM GS DP CP NR CM CD MD HS VH CH MH CL XL CX RP TU TC FB FN PA PB SS MC SM GA GB"
_UEN_TYPES = frozenset(_UEN.split())


def singapore_uen(value: str) -> bool:
    """ACRA: three forms, each with its weights modulo 11 and its alphabet of check characters."""
    v = value.upper()
    if len(v) == 9 and v[:8].isdigit():
        return v[8] == "XMKECAWLJDB"[weighted(digits(v), (10, 4, 9, 3, 8, 2, 7, 1)) % 11]
    if len(v) == 10 and v[:9].isdigit():
        return v[9] == "ZKCMDNERGWH"[weighted(digits(v), (10, 8, 6, 4, 9, 7, 5, 3, 1)) % 11]
    alphabet = "ABCDEFGHJKLMNPQRSTUVWX0123456789"
    if len(v) != 10 or v[0] not in "RST" or v[3:5] not in _UEN_TYPES or any(c not in alphabet for c in v):
        return False
    return v[9] == alphabet[(weighted([alphabet.index(c) for c in v], (4, 3, 5, 3, 10, 2, 2, 5, 7)) - 5) % 11]


def south_african(value: str) -> bool:
    """A date of birth, citizenship 0 to 2, and Luhn. The century is not written: a date in either will do."""
    d = digits(value)
    if len(d) != 13 or d[10] > 2 or d[11] not in (8, 9):
        return False
    year, month, day = d[0] * 10 + d[1], d[2] * 10 + d[3], d[4] * 10 + d[5]
    return (is_date(1900 + year, month, day) or is_date(2000 + year, month, day)) and luhn(d)


def is_date(year: int, month: int, day: int) -> bool:
    """Whether the Gregorian calendar has such a day."""
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _fits(pattern: str) -> Check:
    compiled = re.compile(pattern)
    return lambda value: compiled.fullmatch(plain(value)) is not None


def _unfit(pattern: str) -> Check:
    """False where the value cannot be one, no opinion otherwise."""
    compiled = re.compile(pattern)
    return lambda value: None if compiled.fullmatch(plain(value)) else False


#: Recognizer → check. Where Presidio only looks at the form once more, so do we.
CHECKS: dict[str, Check] = {
    "AbaRoutingRecognizer": lambda v: weighted(digits(v), (3, 7, 1) * 3) % 10 == 0,
    "AuAbnRecognizer": abn,
    "AuAcnRecognizer": acn,
    "AuMedicareRecognizer": lambda v: weighted(digits(v), (1, 3, 7, 9, 1, 3, 7, 9)) % 10 == digits(v)[8],
    "AuTfnRecognizer": lambda v: weighted(digits(v), (1, 4, 3, 7, 5, 8, 6, 9, 10)) % 11 == 0,
    "CaSinRecognizer": lambda v: None if luhn(digits(v)) else False,
    "CreditCardRecognizer": lambda v: luhn(digits(v)),
    "CryptoRecognizer": bitcoin,
    "DeBsnrRecognizer": _unfit(r"(?!0{9})\d{9}"),
    "DeHealthInsuranceRecognizer": german_health,
    "DeIdCardRecognizer": german_identity_card,
    "DeLanrRecognizer": german_doctor,
    "DePassportRecognizer": lambda v: travel_document(v) and not set("ABDEIOQSU") & set(plain(v)),
    "DeSocialSecurityRecognizer": german_pension,
    "DeTaxIdRecognizer": german_tax_id,
    "DeVatIdRecognizer": german_vat,
    "EsNieRecognizer": lambda v: plain(v)[0] in "XYZ" and len(plain(v)) <= 9 and spanish(v),
    "EsNifRecognizer": spanish,
    "FiPersonalIdentityCodeRecognizer": finnish,
    "IbanRecognizer": iban,
    "InAadhaarRecognizer": aadhaar,
    "InGstinRecognizer": gstin,
    "IpRecognizer": lambda v: None if ip(v) else False,
    "ItFiscalCodeRecognizer": fiscal_code,
    "ItVatCodeRecognizer": lambda v: any(digits(v)) and luhn(digits(v)),
    "KrBrnRecognizer": korean_firm,
    "KrDriverLicenseRecognizer": lambda v: int(plain(v)[:2]) in {*range(11, 27), 28},
    "KrFrnRecognizer": lambda v: korean(v, 13),
    "KrRrnRecognizer": korean,
    "MacAddressRecognizer": lambda v: None if mac(v) else False,
    "MedicalLicenseRecognizer": dea,
    "NgNinRecognizer": lambda v: verhoeff(digits(v)),
    "NhsRecognizer": uk_nhs,
    "PhTinRecognizer": lambda v: None if philippine_tin(v) else False,
    "PlPeselRecognizer": pesel,
    "SeOrganisationsnummerRecognizer": swedish_firm,
    "SePersonnummerRecognizer": swedish_person,
    "SgUenRecognizer": singapore_uen,
    "ThTninRecognizer": thai,
    "TrLicensePlateRecognizer": _fits(r"(?:0[1-9]|[1-7]\d|8[01]).+"),
    "TrNationalIdRecognizer": turkish,
    "UkDrivingLicenceRecognizer": _unfit(r"(?!9{5})[A-Z]+9*(?<=^.{5}).*"),
    "UkVehicleRegistrationRecognizer": lambda v: _uk_plate(plain(v)),
    "UsNpiRecognizer": us_npi,
    "UsSsnRecognizer": us_ssn,
    "UuidRecognizer": lambda v: None if uuid(v) else False,
    "ZaDriverLicenseRecognizer": _fits(r"(?=.{10,14}$)\d{6,10}(?=.*[A-Z])[A-Z0-9]{2,5}"),
    "ZaIdNumberRecognizer": south_african,
    "ZaCompanyRegistrationRecognizer": lambda v: any(1800 <= int(y) <= 2099 for y in re.findall(r"\d{4}(?=/)", v)),
    "ZaLicensePlateRecognizer": _fits(r"(?=.*[A-Z].*..$).{3,}(?:EC|FS|GP|LP|MP|NC|NW|WP|ZN)"),
    "ZaPassportRecognizer": _fits(r"[ADMT]\d{8}"),
    "ZaTrafficRegisterNumberRecognizer": lambda v: not south_african(v),
    "ZaIncomeTaxNumberRecognizer": _fits(r"[01239]\d{9}"),
    "ZaVatNumberRecognizer": _fits(r"4\d{9}"),
}

#: What a random value of the right form passes less often than one time in twenty.
STRONG = frozenset(
    {
        "AuAbnRecognizer",
        "CryptoRecognizer",
        "DeTaxIdRecognizer",
        "EsNieRecognizer",
        "EsNifRecognizer",
        "FiPersonalIdentityCodeRecognizer",
        "IbanRecognizer",
        "ItFiscalCodeRecognizer",
        "KrFrnRecognizer",
        "KrRrnRecognizer",
        "TrNationalIdRecognizer",
    }
)


def _uk_plate(value: str) -> bool | None:
    """DVLA, current style: the age identifier is the year (02 to 29) or the year and fifty."""
    if len(value) != 7 or not (value[:2].isalpha() and value[2:4].isdigit()):
        return None
    return 2 <= int(value[2:4]) <= 29 or 51 <= int(value[2:4]) <= 79
