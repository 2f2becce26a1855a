"""A name right before a value says what it is; words that look like names, and names of other things, say nothing."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guardrails.detectors.ids import KINDS
from guardrails.detectors.personal import Personal, PersonalDetector
from tests.detectors.id_values import ROWS
from tests.detectors.streams import cuts_of, streamed, values, whole


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "NPI: 4417093302 is on the form", [("US_NPI", "4417093302")]),
        ("en", "DEA number BX1234567", [("MEDICAL_LICENSE", "BX1234567")]),
        ("en", "Her passport no. is K7R402118.", [("PASSPORT", "K7R402118")]),
        ("en", "US passport 531204477", [("US_PASSPORT", "531204477")]),
        ("en", '{"national_id": "NID-402117733"}', [("NATIONAL_ID", "NID-402117733")]),
        ("en", "| SSN | 536-90-4399 |", [("US_SSN", "536-90-4399")]),
        ("en", "**SSN:** 536904399", [("US_SSN", "536904399")]),
        ("en", "scanned: SSN S36-9O-4399", [("US_SSN", "S36-9O-4399")]),
        ("en", "my driver's license number is F255-9215-0094", [("US_DRIVER_LICENSE", "F255-9215-0094")]),
        ("en", "License: DL-K20417-17", [("DRIVER_LICENSE", "DL-K20417-17")]),
        ("en", "routing no. 987654320", [("ABA_ROUTING_NUMBER", "987654320")]),
        ("en", "account number 4410 2288 19", [("BANK_ACCOUNT", "4410 2288 19")]),
        ("en", "charged to card 4000-1234-5678-9012", [("CREDIT_CARD", "4000-1234-5678-9012")]),
        ("en", "card number 6759649826438453", [("CREDIT_CARD", "6759649826438453")]),
        ("en", "raise the limit of my card # 5018 6466 7909 please", [("CREDIT_CARD", "5018 6466 7909")]),
        ("en", "passport (no. K7R402118)", [("PASSPORT", "K7R402118")]),
        ("en", "CVV: 482", [("CARD_SECURITY_CODE", "482")]),
        ("en", "MRN MRN-2045518", [("MEDICAL_RECORD_NUMBER", "MRN-2045518")]),
        ("en", "patient id: 20455187", [("MEDICAL_RECORD_NUMBER", "20455187")]),
        ("en", "Member ID: XGH-882031457", [("HEALTH_INSURANCE_ID", "XGH-882031457")]),
        ("en", "DOB: 04/17/1986", [("DATE_OF_BIRTH", "04/17/1986")]),
        ("en", "She was born 1986-04-17.", [("DATE_OF_BIRTH", "1986-04-17")]),
        ("en", "tax id 84-1234567", [("US_EIN", "84-1234567")]),
        ("en", "NINO: QQ 12 34 56 C", []),  # no such prefix
        ("en", "national insurance number AB 12 34 56 C", [("UK_NINO", "AB 12 34 56 C")]),
        ("en", "license plate: 7ABC123", [("LICENSE_PLATE", "7ABC123")]),
        ("en", "IMEI 490154203237518", [("IMEI", "490154203237518")]),
        ("en", "employee ID E-40417", [("EMPLOYEE_ID", "E-40417")]),
        ("en", "BSN 111222333, PESEL 44051401359", [("NL_BSN", "111222333"), ("PL_PESEL", "44051401359")]),
        ("en", "the CPF (Brazil): 529.982.247-25", [("BR_CPF", "529.982.247-25")]),
        ("id", "NIK: 3173024505920003", [("ID_NIK", "3173024505920003")]),
        ("id", "nomor KTP saya 3173024505920003", [("ID_NIK", "3173024505920003")]),
        ("id", "3173024505920003 itu milik siapa?", [("ID_NIK", "3173024505920003")]),
        ("id", "Nomor Kartu Keluarga: 3173020505120003", [("ID_KK", "3173020505120003")]),
        ("id", "NPWP 01.312.166.0-091.000", [("ID_NPWP", "01.312.166.0-091.000")]),
        ("id", "NPWP saya adalah 013121660091000", [("ID_NPWP", "013121660091000")]),
        ("id", "no BPJS Kesehatan 0001234567890", [("ID_BPJS", "0001234567890")]),
        ("id", "nomor BPJS ketenagakerjaan: 12345678901", [("ID_BPJS", "12345678901")]),
        ("id", "no rekening 1234567890 a.n. Budi", [("BANK_ACCOUNT", "1234567890")]),
        ("id", "tanggal lahir: 17-08-1990", [("DATE_OF_BIRTH", "17-08-1990")]),
        ("id", "paspor nomor A1234567", [("ID_PASSPORT", "A1234567")]),
        ("id", "nomor polisi B 1234 XYZ", [("LICENSE_PLATE", "B 1234 XYZ")]),
        ("id", "nomor rekam medis 00-12-34-56", [("MEDICAL_RECORD_NUMBER", "00-12-34-56")]),
        ("zh", "身份证号是11010519491231002X。", [("CN_RIC", "11010519491231002X")]),
        ("zh", "他把11010519491231002X发给了我", [("CN_RIC", "11010519491231002X")]),
        ("zh", "统一社会信用代码：91350100M000100Y43", [("CN_USCC", "91350100M000100Y43")]),
        ("zh", "护照号码为E12345678，请核对", [("CN_PASSPORT", "E12345678")]),
        ("zh", "银行卡号6222 0212 3456 7890 128", [("CREDIT_CARD", "6222 0212 3456 7890 128")]),
        ("zh", "账号：1234 5678 9012 34567", [("BANK_ACCOUNT", "1234 5678 9012 34567")]),
        ("zh", "我的SSN是536-90-4399", [("US_SSN", "536-90-4399")]),
        ("zh", "往来港澳通行证C12345678", [("CN_HKMO_PERMIT", "C12345678")]),
        ("zh", "病历号：2024001234", [("MEDICAL_RECORD_NUMBER", "2024001234")]),
        ("da", "CPR-nummer: 070761-4285", [("DK_CPR", "070761-4285")]),
        ("da", "070761-4285 bor i Aarhus", [("DK_CPR", "070761-4285")]),
        ("da", "cpr 0707614285", [("DK_CPR", "0707614285")]),
        ("da", "cpr-nr. er 010107-4000", [("DK_CPR", "010107-4000")]),
        ("da", "CVR-nr. 13585628", [("DK_CVR", "13585628")]),
        ("da", "konto 1234 5678901234", [("BANK_ACCOUNT", "1234 5678901234")]),
        ("da", "Født den 17.08.1990 i Odense", [("DATE_OF_BIRTH", "17.08.1990")]),
        ("da", "pasnummer 208341177", [("PASSPORT", "208341177")]),
        ("da", "kørekort nr. 23104417", [("DRIVER_LICENSE", "23104417")]),
        ("de", "Steuer-ID: 86 095 742 719", [("DE_TAX_ID", "86 095 742 719")]),
        ("de", "geboren am 17.08.1990", [("DATE_OF_BIRTH", "17.08.1990")]),
        ("de", "AHV-Nr. 756.9217.0769.85", [("CH_SSN", "756.9217.0769.85")]),
        ("de", "Kennzeichen B-MA-1234", [("DE_KFZ", "B-MA-1234")]),
        ("ko", "주민등록번호는 900101-1234567", [("KR_RRN", "900101-1234567")]),
        ("ru", "СНИЛС: 112-233-445 95", [("RU_SNILS", "112-233-445 95")]),
    ],
)  # fmt: skip
def test_named(personal: Personal, language: str, text: str, expected: list[tuple[str, str]]) -> None:
    assert values(personal.for_context(language=language), text) == expected


NEAR_MISSES = {
    "en": """
        the pin 1234567 bent in the lock
        cc 20456123 on the email
        his id 88213 said so
        a tin 12345678 years old
        ein 1234567 Stück
        pan 12345 degrees to the left
        nie 87654321 gesehen
        rc 590312124 is out
        ik 36805280108 weet het niet
        cn 5835678256247 servers
        run 123456785 failed again
        social media had 536904 likes in 2024
        Order a new passport in 2024, or 2025.
        I lost my passport. 12345678 people did.
        passport control opened 12 gates
        The card 2024 was blank
        card 1234 5678 9012 345
        account for 12345 things
        account managers met 4 times
        insurance costs 12,345.67 a year
        the license expires 2027
        MIT License 2.0, Apache License 2.0
        license 3.11.7 of the interpreter
        routing table 10 has 24 rows
        the patient 3 of 40
        chart 12 on page 40
        policy 2024/17 applies
        section 12.3.4, member states 27
        born in 1984, died in 2031
        born to run 10000 metres
        visa in 30 days, visa waiver 90 days
        plate 12 is cracked
        the medical record shows 120/80
        reference number 20456123
        SSN rules of 2024
        the SSN 000-12-3456 is impossible
        SSN 123-45-67890
        IMEI-like 904970394893056
        IBAN rules 2024
        tracking number 1Z9999999999999999
        NPI 12345
        uid 1000, gid 1000
        vid 0x1d6b pid 0x0002
        sim 12 of 40 runs
        UTC 1700000000
        student loans 20456
    """,
    "id": """
        pin 123456 dan 654321
        kk 12 orang datang
        sim salabim 2024
        nik 12345
        nomor pesanan 3173024505920003
        resi 0001234567890
        rekening koran 2024
        plat merah 2024
        lahir kembali 3 kali
        paspor dibuat tahun 2024
        kartu 12 halaman
        versi 01.312.166.0
    """,
    "zh": """
        身份证有18位数字
        订单号11010519491231002
        账号已经存在12年
        护照办理需要10天
        生日快乐2024
        出生人口956万
        工号制2024年开始
        卡号不能超过19位
        病历号从2024年起
        驾照考了3次
    """,
    "da": """
        konto 12 i regnskabet
        cpr-registeret fra 1968
        cvr 12345678
        cpr 310290-1234
        pas på 123456 ting
        født i 1984
        kortet koster 299 kr
        kørekort i 2024
        faktura 070761-4285
        sag nr. 0707614285
        reg. 2024
        journalen fra 2024
    """,
    "de": """
        ein 12345678 Euro teures Haus
        nie 12345678 Mal
        Pass 2024 beantragt
        Konto seit 2019
        geboren 1984 in Bonn
        geb. 1984
        Rechnung 4715812047
        Ausweis seit 2020
        Führerschein Klasse B 2024
        Kennzeichen D
    """,
}
MISSES = [(language, line.strip()) for language, lines in NEAR_MISSES.items() for line in lines.strip().splitlines()]


@pytest.mark.parametrize(("language", "text"), MISSES)
def test_near_misses(personal: Personal, language: str, text: str) -> None:
    assert values(personal.for_context(language=language), text) == []


def test_there_are_enough_of_them() -> None:
    assert len(MISSES) >= 60


LINES = [[part.strip() for part in line.split("|")] for line in ROWS.strip().splitlines()]
VALUES = [value for _, _, *row in LINES for value in row]
NAMED = [f"{kind.labels[0]}: {row[2]}" for kind, row in zip(KINDS, LINES, strict=True)]
NAMES = [
    *["SSN", "NPI:", "passport no. ", "BSN ", "CPR-nr.", "身份证号", "护照号码是", "NIK: ", "card ", "MRN ", "konto ", "DOB: "],
    *[
        "account",
        "tax id",
        "order",
        "driver's license number is ",
        "**SSN:** ",
        "NID-",
        "DL-",
        "주민등록번호는 ",
        "НДС ",
        "ИНН ",
    ],
]
BETWEEN = [" ", ". ", ", ", "\n", ": ", "| ", "(", ")", "-", "\uff0c"]
PIECES = st.sampled_from(NAMES) | st.sampled_from(VALUES) | st.sampled_from(NAMED) | st.sampled_from(BETWEEN)
texts = st.lists(PIECES | st.text(max_size=2), max_size=14).map("".join)


@settings(max_examples=200, deadline=None)
@given(text=texts, cuts=st.lists(st.integers(0, 400), max_size=8))
def test_a_stream_finds_what_the_whole_text_holds(english: PersonalDetector, text: str, cuts: list[int]) -> None:
    assert streamed(english, text, cuts_of(text, cuts)) == whole(english, text)


def test_byte_by_byte(english: PersonalDetector) -> None:
    text = "Jane's SSN is 536-90-4399, passport K7R402118; NPI: 4417093302. 身份证号是11010519491231002X。cpr 070761-4285 "
    text += "DL-K20417-17."
    assert streamed(english, text, range(len(text))) == whole(english, text)
    assert len(whole(english, text)) == 6
