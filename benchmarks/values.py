"""Made-up personal data of every kind, valid by its form and check digits, the same for the same dice; no one's.

Forms are written here from the issuers' descriptions. `python-stdnum` judges the check digits where it can, so that neither
our own arithmetic nor Presidio's is asked whether it is right. In a form `#` is a digit, `@` a capital letter, `*` either,
and anything else itself.
"""

from __future__ import annotations

import random
import string
from collections.abc import Callable
from datetime import date, timedelta
from hashlib import sha256

import phonenumbers
from stdnum import luhn, verhoeff
from stdnum.au import abn, acn, tfn
from stdnum.ca import sin
from stdnum.cn import ric, uscc
from stdnum.de import idnr
from stdnum.de import vat as de_vat
from stdnum.dk import cpr, cvr
from stdnum.es import dni, nie
from stdnum.fi import hetu
from stdnum.gb import nhs
from stdnum.in_ import aadhaar, gstin
from stdnum.iso7064 import mod_97_10
from stdnum.it import codicefiscale, iva
from stdnum.kr import rrn
from stdnum.pl import pesel
from stdnum.se import orgnr, personnummer
from stdnum.sg import uen
from stdnum.th import pin
from stdnum.tr import tckimlik
from stdnum.us import itin, rtn, ssn
from stdnum.za import idnr as za_idnr

Dice = random.Random
Make = Callable[[Dice], str]
Valid = Callable[[str], bool]

TRIES = 20_000
_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_SIGNS = {"#": string.digits, "@": string.ascii_uppercase, "*": string.digits + string.ascii_uppercase}


def filled(dice: Dice, form: str) -> str:
    return "".join(dice.choice(_SIGNS[c]) if c in _SIGNS else c for c in form)


def form(*forms: str, valid: Valid = lambda _: True) -> Make:
    """What fills one of these forms until the issuer's arithmetic is satisfied."""

    def make(dice: Dice) -> str:
        chosen = dice.choice(forms)
        for _ in range(TRIES):
            value = filled(dice, chosen)
            if valid(value):
                return value
        raise ValueError(f"no valid value of the form {chosen}")

    return make


def drawn(*values: str) -> Make:
    """One of these."""
    return lambda dice: dice.choice(values)


def _day(dice: Dice, first: int = 1940, last: int = 2004) -> date:
    return date(first, 1, 1) + timedelta(days=dice.randrange((last - first) * 365))


# --- how to reach someone ----------------------------------------------------------------------------------------------------

_FIRST = "jane ann omar li dewi agus mette lars wei budi anna piet sofia ines tomas erik".split()  # noqa: SIM905 - a list of words
_LAST = "cooper hansen wijaya santoso zhang nielsen smith garcia olsen putra li jensen".split()  # noqa: SIM905 - likewise
_HOSTS = "contoso.com fabrikam.com northwind.co.uk tailspin.dk wingtip.co.id adatum.cn litware.de proseware.org".split()  # noqa: SIM905 - likewise


def email(dice: Dice) -> str:
    joint = dice.choice([".", "_", "-", "", "+"])
    number = str(dice.randrange(1, 99)) if dice.random() < 0.3 else ""
    return f"{dice.choice(_FIRST)}{joint}{dice.choice(_LAST)}{number}@{dice.choice(_HOSTS)}"


#: Where people write from, and in what form they write a number there.
_PHONES = {
    "US": ("+1 ###-###-####", "(###) ###-####", "###-###-####", "###.###.####"),
    "GB": ("+44 20 7### ####", "020 7### ####", "07### ######"),
    "ID": ("+62 812-####-####", "0812-####-####", "0813########", "+62813########"),
    "CN": ("+86 138 #### ####", "138########", "139-####-####", "+86 139########"),
    "DK": ("+45 ## ## ## ##", "## ## ## ##", "+45########"),
    "DE": ("+49 30 #######", "030 #######", "0171 #######"),
}


def phone(region: str, *, abroad: bool = False) -> Make:
    """A number that exists by its form in this region. `abroad`: with the country's prefix."""
    forms = tuple(f for f in _PHONES[region] if f.startswith("+") or not abroad)

    def valid(value: str) -> bool:
        return phonenumbers.is_valid_number(phonenumbers.parse(value, region))

    return form(*forms, valid=valid)


def card(dice: Dice) -> str:
    """Visa, Mastercard, American Express, Discover (ISO/IEC 7812): in groups or not."""
    digits = form("4###############", "51##############", "37#############", "6011############", valid=luhn.is_valid)(dice)
    gap = dice.choice([" ", "-", ""])
    groups = (4, 6, 5) if len(digits) == 15 else (4, 4, 4, 4)
    cuts = [sum(groups[:n]) for n in range(len(groups))]
    return gap.join(digits[at : at + size] for at, size in zip(cuts, groups, strict=True))


#: Country → what stands behind its two check digits (ISO 13616 registry).
_IBANS = {"DE": "#" * 18, "DK": "#" * 14, "GB": "NWBK" + "#" * 14, "FR": "#" * 10 + "*" * 11 + "##", "NL": "ABNA" + "#" * 10}


def iban(dice: Dice) -> str:
    country = dice.choice(sorted(_IBANS))
    account = filled(dice, _IBANS[country])
    number = country + mod_97_10.calc_check_digits(account + country) + account
    return " ".join(number[n : n + 4] for n in range(0, len(number), 4)) if dice.random() < 0.5 else number


def wallet(dice: Dice) -> str:
    """A Bitcoin address, Base58Check (P2PKH)."""
    raw = b"\0" + dice.randbytes(20)
    number = int.from_bytes(raw + sha256(sha256(raw).digest()).digest()[:4])
    found = ""
    while number:
        number, rest = divmod(number, 58)
        found = _BASE58[rest] + found
    return "1" + found


def ipv4(dice: Dice) -> str:
    return f"{dice.choice([81, 91, 145, 212])}.{dice.randrange(1, 255)}.{dice.randrange(1, 255)}.{dice.randrange(1, 255)}"


def mac(dice: Dice) -> str:
    return dice.choice([":", "-"]).join(f"{n:02x}" for n in (0x3C, *dice.randbytes(5)))


# --- numbers that states give ------------------------------------------------------------------------------------------------


def dated(pattern: str, tail: str, valid: Valid) -> Make:
    """A date of birth (strftime) and what follows."""

    def make(dice: Dice) -> str:
        while True:
            value = form(_day(dice).strftime(pattern) + tail)(dice)
            if valid(value):
                return value

    return make


def _weighed(weights: tuple[int, ...]) -> Callable[[str], int]:
    return lambda value: sum(int(c) * w for c, w in zip((c for c in value if c.isdigit()), weights, strict=False))


def _dea(value: str) -> bool:
    """DEA: odd places plus twice the even ones end in the seventh digit."""
    return _weighed((1, 2, 1, 2, 1, 2))(value) % 10 == int(value[-1])


def _crossed(digits: str, weights: tuple[int, ...]) -> int:
    return sum(sum(map(int, str(int(c) * w))) for c, w in zip(digits, weights, strict=True))


def _health(value: str) -> bool:
    """§ 290 SGB V: the letter's place as two digits, then eight digits, weights 1 and 2, cross-sums."""
    return _crossed(f"{ord(value[0]) - 64:02}{value[1:9]}", (1, 2) * 5) % 10 == int(value[9])


def _pension(value: str) -> bool:
    """VKVV § 4: area, date of birth, a letter, a serial number and the check digit."""
    if not (1 <= int(value[2:4]) <= 31 and 1 <= int(value[4:6]) <= 12):
        return False
    digits = f"{value[:8]}{ord(value[8]) - 64:02}{value[9:11]}"
    return _crossed(digits, (2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1)) % 10 == int(value[11])


def _doctor(value: str) -> bool:
    return (10 - _weighed((4, 9, 4, 9, 4, 9))(value) % 10) % 10 == int(value[6])


def _document(value: str) -> bool:
    """ICAO Doc 9303-3 §4.9, without the letters that German documents never have."""
    places = [int(c, 36) for c in value]
    return sum(n * w for n, w in zip(places[:8], (7, 3, 1) * 3, strict=False)) % 10 == places[8]


def _medicare(value: str) -> bool:
    digits = [int(c) for c in value if c.isdigit()]
    return sum(n * w for n, w in zip(digits, (1, 3, 7, 9, 1, 3, 7, 9), strict=False)) % 10 == digits[8]


def _philippine(value: str) -> bool:
    digits = [int(c) for c in value if c.isdigit()]
    return sum(n * w for n, w in zip(digits, range(9, 1, -1), strict=False)) % 11 == digits[8]


def _foreigner(value: str) -> bool:
    """Korea's number for foreigners: as that of residents, two more."""
    digits = [int(c) for c in value if c.isdigit()]
    total = sum(n * w for n, w in zip(digits, (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5), strict=False))
    return digits[7] * 10 + digits[8] <= 95 and (13 - total % 11) % 10 == digits[12]


def _korean_firm(value: str) -> bool:
    """Korea's National Tax Service: weights, and what the ninth digit's product carries over."""
    digits = [int(c) for c in value if c.isdigit()]
    total = sum(n * w for n, w in zip(digits, (1, 3, 7, 1, 3, 7, 1, 3, 5), strict=False)) + digits[8] * 5 // 10
    return (10 - total % 10) % 10 == digits[9]


def _nino(value: str) -> bool:
    letters = value.replace(" ", "")[:2]
    return not set(letters) & set("DFIQUV") and letters[1] != "O" and letters not in {"BG", "GB", "NK", "KN", "NT", "TN", "ZZ"}


def _npi(value: str) -> bool:
    """CMS: Luhn with 80840, health in the USA, before the number."""
    return value[0] in "12" and luhn.is_valid("80840" + value.replace("-", "").replace(" ", ""))


def _ssn(value: str) -> bool:
    return ssn.is_valid(value) and value[0] != "9"


def resident(dice: Dice) -> str:
    """China's resident identity number (GB 11643-1999): region, birthday, order, check character."""
    body = dice.choice(["110105", "310104"]) + _day(dice).strftime("%Y%m%d") + filled(dice, "###")
    return next(body + c for c in "0123456789X" if ric.is_valid(body + c))


def nik(dice: Dice) -> str:
    """Indonesia: province, regency and district, day (women: plus 40), month, year, order."""
    day = _day(dice)
    place = dice.choice(["317404", "327305", "357801"])
    return f"{place}{day.day + 40 * dice.randrange(2):02}{day:%m%y}000{dice.randrange(1, 10)}"


def pan(dice: Dice) -> str:
    return filled(dice, "@@@P@####@")


MAKERS: dict[str, Make] = {
    "EMAIL_ADDRESS": email,
    "PHONE_NUMBER": phone("US", abroad=True),
    "CREDIT_CARD": card,
    "IBAN_CODE": iban,
    "CRYPTO": wallet,
    "IP_ADDRESS": ipv4,
    "MAC_ADDRESS": mac,
    "US_SSN": form("###-##-####", valid=_ssn),
    "US_ITIN": form("9##-7#-####", "9##-8#-####", valid=itin.is_valid),
    "US_ROUTING": form("0########", "1########", valid=rtn.is_valid),
    "US_NPI": form("1#########", "1###-###-###", valid=_npi),
    "US_DEA": form("A@#######", "B@#######", valid=_dea),
    "CA_SIN": form("###-###-###", "### ### ###", valid=lambda v: sin.is_valid(v) and v[0] in "1245679"),
    "UK_NHS": form("### ### ####", valid=nhs.is_valid),
    "UK_NINO": form("@@######A", "@@ ## ## ## C", valid=_nino),
    "AU_ABN": form("## ### ### ###", valid=abn.is_valid),
    "AU_ACN": form("### ### ###", valid=acn.is_valid),
    "AU_TFN": form("### ### ###", valid=tfn.is_valid),
    "AU_MEDICARE": form("2### ##### 1", "5### ##### 2", valid=_medicare),
    "DE_TAX_ID": form("###########", valid=idnr.is_valid),
    "DE_VAT_ID": form("DE#########", valid=de_vat.is_valid),
    "DE_HEALTH_INSURANCE": form("@#########", valid=_health),
    "DE_SOCIAL_SECURITY": form("##1508##@###", "##2311##@###", valid=_pension),
    "DE_LANR": form("#########", valid=_doctor),
    "DE_DOCUMENT": form("L01X0####", "C0#X#####", valid=_document),
    "ES_NIF": form("########@", valid=dni.is_valid),
    "ES_NIE": form("X#######@", "Y#######@", valid=nie.is_valid),
    "FI_PERSONAL_IDENTITY_CODE": dated("%d%m%y", "-###*", hetu.is_valid),
    "IN_AADHAAR": form("#### #### ####", "####-####-####", "############", valid=aadhaar.is_valid),
    "IN_PAN": pan,
    "IN_GSTIN": form("27@@@P@####@1Z*", valid=gstin.is_valid),
    "IT_VAT_CODE": form("###########", valid=iva.is_valid),
    "IT_FISCAL_CODE": form("RSSMRA85T10A562@", "BNCLRA70A41F205@", "VRDGPP13R10B293@", valid=codicefiscale.is_valid),
    "KR_BRN": form("###-##-#####", valid=_korean_firm),
    "KR_RRN": dated("%y%m%d", "-1######", rrn.is_valid),
    "KR_FRN": dated("%y%m%d", "-5######", _foreigner),
    "NG_NIN": form("###########", valid=verhoeff.is_valid),
    "PH_TIN": form("###-###-###", "###-###-###-000", valid=_philippine),
    "PL_PESEL": dated("%y%m%d", "#####", pesel.is_valid),
    "SE_ORGANISATIONSNUMMER": form("55####-####", valid=orgnr.is_valid),
    "SE_PERSONNUMMER": dated("%y%m%d", "-####", personnummer.is_valid),
    "SG_UEN": form("########@", "T##LL####@", valid=uen.is_valid),
    "TH_TNIN": form("1100########@".replace("@", "#"), valid=pin.is_valid),
    "TR_NATIONAL_ID": form("###########", valid=tckimlik.is_valid),
    "ZA_ID_NUMBER": dated("%y%m%d", "####08#", za_idnr.is_valid),
    "DK_CPR": dated("%d%m%y", "-####", cpr.is_valid),
    "DK_CVR": form("########", valid=cvr.is_valid),
    "CN_RIC": resident,
    "CN_USCC": form("91110105MA00*****#", "91310000MA1K****##", valid=uscc.is_valid),
    "ID_NIK": nik,
}
