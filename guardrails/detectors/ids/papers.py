"""What no country's arithmetic proves, and its name alone makes personal: papers, accounts, patients, dates of birth.

People write invented numbers where these are asked for, and hiding one harms nobody: where a check digit exists, failing it
lowers the score and no more (`decisive`), unless the form is so common that only the check tells it from something else.
"""

from __future__ import annotations

from guardrails.detectors import checksums as known
from guardrails.detectors.ids import checks
from guardrails.detectors.ids.kind import Kind, enough, stdnum

#: A number of some paper: perhaps a few letters, then digits among which letters and separators stand.
_NUMBER = r"(?:[A-Z]{1,5}[-/ ]?)?\d(?:[ .]?\d|[/-]?[A-Z0-9]){3,19}"
_TIGHT = r"(?:[A-Z]{1,4}-?)?[A-Z]?\d(?:-?[A-Z0-9]){3,19}"
_PASSPORT = (
    "passport|passport number|passport no|passport nr|passport #|passport id|passeport|n° de passeport|pasaporte|passaporte"
    "|passaporto|paspoort|paspoortnummer|pasnummer|pas nr|pas-nr|pasnr|passnummer|passi|paszport|nr paszportu|pașaport"
    "|útlevél|διαβατήριο|pasaport|pasaport no|hộ chiếu|passinumero|passnr|паспорт|загранпаспорт|جواز السفر"
    "|דרכון|หนังสือเดินทาง|travel document|travel document number|rejselegitimation"
)
_LICENCE = (
    "driver license|driver's license|drivers license|driver licence|driver's licence|drivers licence|driving licence"
    "|driving license|license|licence|dl|license no|licence no|permit|driving permit|learner permit|kørekort|kørekortnummer"
    "|körkort|körkortsnummer|førerkort|ajokortti|rijbewijs|permis de conduire|permis|patente|patente di guida"
    "|licencia de conducir|permiso de conducir|carta de condução|prawo jazdy|řidičský průkaz|sürücü belgesi|ehliyet"
    "|surat izin mengemudi|giấy phép lái xe|водительское удостоверение|в/у"
)
_PLATE = (
    "license plate|licence plate|number plate|plate|plate number|registration plate|vehicle registration|car registration|vrm"
    "|nummerplade|registreringsnummer|regnr|plaque d'immatriculation|immatriculation|plaque|matrícula|matricula|placa|patente"
    "|targa|kenteken|registreringsskylt|plaka|số xe|biển số|госномер|номер машины"
)
_BORN = (
    "dob|d.o.b|date of birth|birth date|birthdate|birthday|born|born on|birth_date"
    "|tanggal lahir|tgl lahir|tgl. lahir|lahir|lahir tanggal|kelahiran"
    "|出生|出生日期|生日|出生年月|生年月日|출생일|생년월일|วันเกิด"
    "|fødselsdato|født|født den|fødselsdag|född|fødd|födelsedatum|syntynyt|syntymäaika"
    "|geburtsdatum|geboren|geb|geboren am|geburtstag|geboortedatum|date de naissance|né le|née le|naissance"
    "|fecha de nacimiento|nacimiento|nacido el|nacida el|data de nascimento|nascimento|nascido em|nascida em"
    "|data di nascita|nato il|nata il|data urodzenia|urodzony|urodzona|doğum tarihi|ngày sinh|дата рождения|родился|родилась"
    "|تاريخ الميلاد|תאריך לידה"
)
_ACCOUNT = (
    "account|acct|a/c|bank account|account number|account no|account #|acct no|checking account|savings account|bank acct"
    "|rekening|nomor rekening|no rekening|norek|no rek|rek|rekeningnummer"
    "|konto|kontonummer|kontonr|konto nr|konto-nr|bankkonto|reg.nr. og kontonr|reg. og konto|bankkontonummer|reg.- og kontonr"
    "|kontonummeret|numéro de compte|compte bancaire|número de cuenta|cuenta bancaria|nº de cuenta"
    "|conto corrente|numero di conto|conta bancária|conta corrente|numer konta|nr konta|účet|číslo účtu|bankszámla"
    "|hesap no|hesap numarası|số tài khoản|tài khoản|номер счета|расчетный счет|계좌번호|口座番号|เลขบัญชี|เลขที่บัญชี"
)
_DAY, _MONTH, _YEAR = r"(?:0?[1-9]|[12]\d|3[01])", r"(?:0?[1-9]|1[0-2])", r"(?:1[89]\d{2}|20\d{2})"
_DATE = (
    rf"{_YEAR}[-./]{_MONTH}[-./]{_DAY}|{_DAY}[-./]{_MONTH}[-./](?:{_YEAR}|\d{{2}})|{_MONTH}[-/]{_DAY}[-/](?:{_YEAR}|\d{{2}})"
    rf"|{_YEAR}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])|{_DAY}[-.](?:[A-Z]{{3,9}})[-.]{_YEAR}"
)


def _card(value: str) -> bool:
    """Luhn; a card's number is no year and no row of one digit."""
    d = known.digits(value)
    return len(set(d)) > 2 and known.luhn(d)


TRAVEL = (
    Kind("US_PASSPORT", "US", r"[A-Z]\d{8}|\d{9}", "passport|passport number|passport no|us passport|american passport"
         "|passport #"),
    Kind("UK_PASSPORT", "GB", r"\d{9}", "uk passport|british passport|british passport number"),
    Kind("PASSPORT", None, r"(?:[A-Z]{1,3} ?)?\d(?: ?\d|[A-Z]){5,10}|[A-Z]\d[A-Z]\d{5,7}", _PASSPORT, enough(5)),
    Kind("PASSPORT", None, r"[A-Z0-9]{9}\d[A-Z]{3}\d{6}\d[FMX]\d{6}\d[A-Z0-9]{0,16}", "mrz", checks.machine_readable, alone=0.9,
         everywhere=True),
    Kind("VISA_NUMBER", None, r"[A-Z]{0,3}\d{6,12}[A-Z]?",
         "visa number|visa no|visa nr|visum nummer|nomor visa|签证号|签证号码",
         enough(6)),
    Kind("DRIVER_LICENSE", None, _TIGHT, _LICENCE, enough(5)),
    Kind(
        "US_DRIVER_LICENSE", "US", r"[A-Z]\d{4,14}|\d{7,12}|[A-Z]{2}\d{6}[A-Z]?|[A-Z]\d{3}-\d{4}-\d{4}",
        "driver license|driver's license|drivers license|driver license number|dl|dl number|dl no|driver's license number",
    ),
    Kind("UK_DRIVING_LICENCE", "GB", r"[A-Z9]{5}\d(?:0[1-9]|1[0-2]|5[1-9]|6[0-2])(?:0[1-9]|[12]\d|3[01])\d[A-Z9]{2}\d[A-Z]{2}",
         "driving licence|driving licence number|driver number|dvla"),
    Kind("UK_VEHICLE_REGISTRATION", "GB", r"[A-HJ-PR-Y]{2}\d{2}[ -]?[A-Z]{3}",
         "registration|reg|number plate|vehicle registration|car registration|vrm"),
    Kind("LICENSE_PLATE", None, r"[A-Z]{1,3}[- ]?\d{2,4}(?:[- ]?[A-Z]{1,3})?|\d{1,4}[- ]?[A-Z]{1,3}[- ]?\d{0,4}", _PLATE,
         enough(2)),
)  # fmt: skip

BIRTH = (Kind("DATE_OF_BIRTH", None, _DATE, _BORN),)

IDENTITY = (
    Kind(
        "NATIONAL_ID", None, _NUMBER,
        "national id|national id number|national id no|national identity number|nid|nin|national identification number|id card"
        "|id card number|id card no|identity card|identity card number|identity document|personal identification number"
        "|personal id number|citizen id|civil id|kartu identitas|nomor identitas|identitetskort|id-kort|legitimation"
        "|证件号|证件号码|identificación|documento de identidad|carte d'identité|carta d'identità|identiteitskaart", enough(6),
    ),
    Kind(
        "TAX_ID", None, _NUMBER,
        "tax id|tax identification number|taxpayer id|taxpayer identification number|tax number|tax no|tin|tax-id|vat id"
        "|vat number|vat no|numéro fiscal|número fiscal|nomor pajak|skattenummer|税务登记号|纳税人识别号", enough(9),
    ),
    Kind("VAT_ID", None,
         r"(?:ATU|BE|BG|CY|CZ|DK|EE|EL|ES|FI|FR|HR|HU|IE|IT|LT|LU|LV|MT|NL|PL|PT|RO|SE|SI|SK|XI) ?[0-9A-Z]{8,12}",
         "vat|vat id|vat number|vat no|vat reg|tva|n° tva|btw|btw-nummer|iva|uid|alv|moms|ust-idnr|áfa|pvm|ddv|dph|pdv",
         stdnum("eu.vat")),
    Kind("EMPLOYEE_ID", None, _TIGHT,
         "employee id|employee number|employee no|staff id|staff number|personnel number|nomor pegawai|id karyawan"
         "|nomor induk karyawan|medarbejdernummer|medarbejdernr|personalnummer|员工编号|工号|员工号", enough(4)),
    Kind("STUDENT_ID", None, _TIGHT,
         "student id|student number|student no|nim|nomor induk mahasiswa|studienummer|studienr|matrikelnummer|学号", enough(5)),
    Kind("IMEI", None, r"\d{2}-?\d{6}-?\d{6}-?\d|\d{8}-\d{6}-\d{1,2}", "imei|imei number|imei no|imei nr|imei1|imei2",
         stdnum("imei")),
)  # fmt: skip

MONEY = (
    Kind("IBAN_CODE", None, r"[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?", "iban|iban number|iban no|iban nr"
         "|iban code",
         known.iban, decisive=False),
    Kind("US_BANK_NUMBER", "US", r"\d{8,17}", "account|acct|bank account|account number|account no|account #|checking account"
         "|savings account|acct no"),
    Kind("BANK_ACCOUNT", None, r"\d(?:[ -]?\d){6,19}", _ACCOUNT, enough(7)),
    Kind("BANK_ACCOUNT", "DK", r"\d{4}[ -]?\d{6,10}", "konto|kontonummer|kontonr|konto nr|bankkonto|reg.nr. og kontonr"
         "|reg. og konto|reg. nr. og kontonr|reg.nr. og konto nr", enough(10)),
    Kind("ABA_ROUTING_NUMBER", "US", r"\d{4}-?\d{4}-?\d", "routing|routing number|routing no|aba|aba number"
         "|aba routing number|rtn"
         "|aba routing|routing transit number", stdnum("us.rtn"), decisive=False),
    Kind("SORT_CODE", "GB", r"\d{2}[- ]\d{2}[- ]\d{2}|\d{6}", "sort code|sortcode|sort-code"),
    Kind("CARD_SECURITY_CODE", None, r"\d{3,4}", "cvv|cvc|cvv2|cvc2|cvv code|cvc code|card security code|security code|csc"
         "|kontrolcifre|sikkerhedskode|kode cvv|安全码"),
    Kind("CREDIT_CARD", None, r"[2-6]\d(?:[ -]?\d){10,17}",
         "card|card number|card no|card #|credit card|debit card|credit card number|debit card number|bank card|visa|mastercard"
         "|amex|kartu kredit|kartu debit|nomor kartu|kartu|kreditkort|betalingskort|kortnummer|dankort|kreditkarte|tarjeta"
         "|carte bancaire|carte de crédit|信用卡|信用卡号|卡号|银行卡|银行卡号", _card),
    Kind("CREDIT_CARD", None, r"(?:[34]\d{3}|5[1-5]\d{2}|6[05]\d{2}|2[2-7]\d{2})([ -])\d{4}\1\d{4}\1\d{4}",
         "card|card number|card no|credit card|debit card|credit card number|bank card", _card, decisive=False),
)  # fmt: skip

HEALTH = (
    Kind("US_NPI", "US", r"\d{10}|\d{4}[ -]\d{3}[ -]\d{3}", "npi|npi number|npi no|national provider identifier|provider npi"
         "|npi #", known.us_npi, decisive=False),
    Kind("MEDICAL_LICENSE", "US", r"[A-Z][A-Z9]\d{7}", "dea|dea number|dea no|dea registration|dea #|dea license", known.dea,
         decisive=False),
    Kind("MEDICAL_LICENSE", None, _TIGHT,
         "medical license|medical licence|medical license number|medical licence number|physician license|nursing license"
         "|autorisations-id|autorisationsid|gmc number|gmc no|gmc|执业证号|str number", enough(5)),
    Kind("MEDICAL_RECORD_NUMBER", None, _NUMBER,
         "mrn|medical record|medical record number|medical record no|medical record #|patient id|patient number|patient no"
         "|hospital number|chart number|nomor rekam medis|no rekam medis|rekam medis|no rm|patientnummer|patient-id|journalnr"
         "|病历号|病案号|住院号|门诊号|就诊卡号|patientennummer|historia clínica|numéro de dossier médical|patientnr",
         enough(5)),
    Kind("HEALTH_INSURANCE_ID", None, _NUMBER,
         "insurance id|insurance number|insurance no|insurance policy|policy number|policy no|member id|member number|member no"
         "|subscriber id|subscriber number|health plan id|health insurance number|health insurance id|health insurance"
         "|insurance member id|insurance policy number|nomor polis|no polis|nomor asuransi|policenummer|police nr|policenr"
         "|forsikringsnummer|sygesikringsnummer|保单号|保险单号|医疗保险号|versicherungsnummer|numéro d'assuré"
         "|ehic|european health insurance card|blå sygesikringskort", enough(5)),
)  # fmt: skip

KINDS = (*TRAVEL, *BIRTH, *IDENTITY, *MONEY, *HEALTH)

#: A name glued to its number by a hyphen is part of what the issuer writes: `MRN-1027057`.
GLUED = {
    "nid": "NATIONAL_ID", "dl": "DRIVER_LICENSE", "mrn": "MEDICAL_RECORD_NUMBER", "npi": "US_NPI", "dea": "MEDICAL_LICENSE",
    "ssn": "US_SSN", "tax": "TAX_ID", "tin": "TAX_ID", "emp": "EMPLOYEE_ID", "pol": "HEALTH_INSURANCE_ID", "nik": "ID_NIK",
}  # fmt: skip
