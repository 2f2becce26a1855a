"""Names in labelled fields: `Patient: jane cooper`, `"first_name": "Jane"`, `<name>Jane</name>`, `a.n. Budi`, `姓名：王小明`.

Where a separator stands, the words before it are looked up; where they say that a person's name follows, it is read. Code is
full of fields that name no one (`name: nginx`, `"name": "get_weather"`, `name = foo.bar`): what follows the bare label "name"
must hold a known given name or two words that look like one, and no value may go on like code.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from guardrails.detectors.names.people.given import RARE
from guardrails.detectors.names.people.shapes import CERTAIN, LETTER, LIKELY, WEAK, Run, han, is_given, scan, score
from guardrails.detectors.names.people.signs import Cued, Reading, Sign
from guardrails.detectors.names.people.titles import TITLES
from guardrails.detectors.names.public import is_public

#: Labels that only a person's name stands under, without spaces and signs.
_SURE = """
fullname firstname lastname givenname givennames familyname middlename surname forename maidenname christianname legalname
patientname customername clientname contactname contactperson accountholder accountholdername accountname cardholder
cardholdername nameoncard employeename studentname guestname passengername beneficiaryname recipientname sendername buyername
tenantname doctorname membername applicantname claimantname nextofkin emergencycontact personname insuredname payeename
holdername ownername yourname patient passenger beneficiary cardholdername insured claimant witness namalengkap namadepan
namabelakang namapasien namapelanggan namapenerima namapengirim namapemilik namapemohon namapelapor namakaryawan namasiswa
namaanak namaayah namaibu namasuami namaistri namapanggilan namapemilikrekening namanasabah namapembeli namapenjual pasien
fuldenavn fuldtnavn fornavn efternavn mellemnavn kontaktperson kundenavn kundensnavn patientnavn medarbejdernavn kontaktnavn
förnamn efternamn fullständigtnamn kontaktperson etternavn fulltnavn vorname nachname familienname ansprechpartner kundenname
prénom nomcomplet nomdefamille nombrecompleto apellido apellidos nomecompleto sobrenome nomedocliente nomecliente
"""
#: Labels of people under which other things stand too.
_ROLES = """
customer client contact recipient sender beneficiary employee student guest tenant landlord applicant assignee owner manager
supervisor doctor physician nurse therapist lawyer attorney author reporter reviewer approver approvedby preparedby signedby
requestedby reportedby createdby assignedto orderedby attending attendee participant organizer interviewer candidate caller
buyer seller payee payer holder billto shipto billedto soldto deliverto attn attention agent representative
referringphysician parent guardian spouse emergencycontactname username user displayname leverestil nickname alias realname
penerima pengirim pelapor pemohon kontak pelanggan nasabah pemilik karyawan siswa pembeli penjual pewawancara dokter
kunde modtager afsender medarbejder læge patientens att sagsbehandler ejer lejer mottagare avsändare mottaker
empfänger absender bearbeiter patientin destinataire expéditeur paciente cliente destinatario remitente
signedoffby reviewedby coauthoredby ackedby testedby
"""
#: Of these, those under which nearly always a person stands.
_PERSONAL_WORDS = """
customer contact recipient employee student guest tenant applicant candidate cardholder attn attention penerima pelapor
pemohon pengirim nasabah siswa karyawan kunde modtager afsender medarbejder empfänger destinataire destinatario guardian
spouse
"""
_PERSONAL = frozenset(_PERSONAL_WORDS.split())
#: Only at the beginning of a line.
_HEADERS_WORDS = """
from to cc bcc fra til von an dari kepada de para från till by
"""
_HEADERS = frozenset(_HEADERS_WORDS.split())
_BARE_WORDS = """
name nama navn namn nome nom nombre names
"""
_BARE = frozenset(_BARE_WORDS.split())
SURE, ROLES = frozenset(_SURE.split()), frozenset(_ROLES.split())
#: What may stand before a bare label: then it is still one.
_NEUTRAL_WORDS = """
the your my his her their our a and or legal real user person s
"""
_NEUTRAL = frozenset(_NEUTRAL_WORDS.split())
_ENDS = {label[-4:] for label in SURE | ROLES | _HEADERS | _BARE}
_NO_VALUES = TITLES | SURE | ROLES | _BARE  # `self.fullname = fullname`
_LAST = {label[-2:] for label in _ENDS}
_CAMEL = re.compile(rf"[{LETTER}][a-zà-öø-ÿ]*|[A-Z]+(?![a-z])")
_BACK = 48
_DECOR = " \t\"'*_\\`])”’"
_KEY = re.compile(rf"[{LETTER}]+(?:[ _.-]?[{LETTER}]+){{0,3}}")
_REVERSED = re.compile(rf"[{LETTER}]{{1,20}}(?:[ _-][{LETTER}]{{1,20}}){{0,3}}")
_SEPARATOR = re.compile(r"[:：=>|]")
_OPEN = re.compile(r"(?:=>|[=>])?(?:[ \t*_]|\\?[\"'“‘`]|\\t){0,6}")
#: A value does not go on like this.
_CODE = re.compile(
    rf"[.:/@#$%+=\[({{_\\-](?=[^\s\"'\\])|[{LETTER}\d_(\[]|\.[{LETTER}\d]| ?(?:\(\)|=|\{{|->|=>|::)| {{1,2}}[a-z]+\("
)
_QUERY = re.compile(rf"[{LETTER}]{{1,20}}(?:(?:\+|%20)[{LETTER}]{{1,20}}){{1,3}}(?=[&\s\"'#<]|\Z)")
_VALUE = re.compile(r"[^\s&\"'<>#]{0,80}")

_PLAIN = re.compile(
    r"(?<![A-Za-z.])(?:a\.n\.?|a/n|atas nama|attn?\.?|c/o|u\.p\.)[: ]{1,3}",
    re.IGNORECASE,
)
_NAMES_ZH = (
    "姓名|联系人|聯絡人|收件人|收货人|寄件人|发件人|客户|患者|病人|申请人|持卡人|收款人|付款人|户名|法人代表|负责人|监护人|投保人|被保险人|经办人"
    "|签名|名字|昵称"
)
_BARE_ZH = re.compile("(?:姓名|联系人|收件人|收货人|寄件人|发件人|户名|持卡人|主治医师|患者|病人)(?=[\u4e00-\u9fff])")
_ENDED_ZH = re.compile(r"[，。,;；、\s（(]|\Z")
_ZH = re.compile(rf"(?:{_NAMES_ZH})(?:\"|”|\*\*)? ?[:：=|>] ?[\"“*]{{0,2}} ?")


def _read(text: str, begin: int) -> Iterator[Reading]:
    for m in _SEPARATOR.finditer(text, begin):
        level = _level(text, m.start())
        if level:
            at = _OPEN.match(text, m.end()).end()  # type: ignore[union-attr] # it matches the empty text too
            yield _value(text, at, level, m[0])


def _level(text: str, at: int) -> str:
    """What the words before a separator announce: "sure", "bare", the role that they name, or nothing."""
    begin, key = _key(text, at)
    if not key or not _is_set(text, begin, at):
        return ""
    words = [w.lower() for part in re.split("[ _-]", key) for w in (_CAMEL.findall(part) if part != part.upper() else [part])]
    for size in range(min(4, len(words)), 0, -1):
        label = "".join(words[-size:])
        if label in SURE:
            return "sure"
        if label in ROLES:
            alone = size == len(words) or words[-2] in _NEUTRAL or text[begin - 1 : begin] in ("", "\n")
            return label if alone or size > 1 else ""
    if words[-1] in _BARE and (len(words) == 1 or words[-2] in _NEUTRAL):
        return "bare"
    return words[0] if len(words) == 1 and words[0] in _HEADERS and text[at] == ":" and _begins_line(text, begin) else ""


def _key(text: str, at: int) -> tuple[int, str]:
    """The words right before a separator, of which the last could be a label's, and where they begin; "": none."""
    low = max(0, at - _BACK)
    end = at
    while end > low and text[end - 1] in _DECOR:
        end -= 1
    if end - low < 2 or text[end - 2 : end].lower() not in _LAST:
        return end, ""
    m = _REVERSED.match(text[low:end][::-1])
    if m is None or m[0][3::-1].lower() not in _ENDS:
        return end, ""
    return end - len(m[0]), m[0][::-1]


def _is_set(text: str, begin: int, at: int) -> bool:
    """Whether the words from `begin` stand where the separator asks for: in a tag, or in a cell of a table."""
    if text[at : at + 2] == "==":
        return False
    if text[at] == ">":
        return text[begin - 1 : begin] == "<"
    if text[at] == "|":
        return text[at + 1 : at + 2] == " " and "| " in text[max(0, begin - 3) : begin]
    return True


def _begins_line(text: str, at: int) -> bool:
    before = text[max(0, at - 8) : at].rstrip(" \t>*")
    return before[-1:] in ("\r", "\n") if before else at <= 8


def _value(text: str, at: int, level: str, separator: str) -> Reading:
    if separator == "=" and text[at - 1] == "=" and (value := _QUERY.match(text, at)) is not None:
        words = re.split(r"\+|%20", value[0])
        sure = score([w.capitalize() for w in words]) if level != "sure" else CERTAIN
        whole = _VALUE.match(text, at)
        return Reading(at, value.end(), sure, going=whole is not None and whole.end() == len(text))
    if "\u4e00" <= text[at : at + 1] <= "\u9fff":
        run = han(text, at, RARE)
        return Reading(run.begin, run.stop, LIKELY if run.spans else 0.0, run.going)
    run = scan(text, at, lower=True)
    whole = _VALUE.match(text, at) if separator == "=" else None
    going = run.going or (whole is not None and whole.end() == len(text))
    stop = run.stop
    if run.spans and text[stop : stop + 2] == ", " and len(run.spans) == 1:
        first = scan(text, stop + 1, most=2)
        going = going or first.going
        if first.spans and is_given(text[slice(*first.spans[0])]):
            run, stop = Run(run.begin, first.spans + run.spans, first.stop, first.going), first.stop
    return Reading(run.begin, stop, _score(text, run, stop, level), going)


def _score(text: str, run: Run, stop: int, level: str) -> float:
    words = run.words(text)
    if not words or words[0].lower() in _NO_VALUES or is_public(" ".join(words)) or _CODE.match(text, stop):
        return 0.0
    if level == "sure":
        if words[0][0].isupper():
            return CERTAIN if len(words) > 1 or is_given(words[0]) else LIKELY
        return (CERTAIN if is_given(words[0]) else WEAK) if len(words[0]) > 1 and _is_closed(text, stop) else 0.0
    if words[0][0].isupper() or len(words) > 1:
        sure = score(words)
        return sure if sure > WEAK or ((level == "bare" or level in _PERSONAL) and len(words) < 4) else 0.0
    return WEAK if level != "bare" and is_given(words[0]) and _is_closed(text, stop) else 0.0


def _is_closed(text: str, stop: int) -> bool:
    return stop >= len(text) or text[stop] in "\"'”’,;|<&)]}\n\r\\." or text[stop : stop + 2] in {" (", " |", " -", " \n"}


def _read_plain(text: str, begin: int) -> Iterator[Reading]:
    for m in _PLAIN.finditer(text, begin):
        run = scan(text, m.end(), lower=True, most=4)
        words = run.words(text)
        sure = 0.0
        if words and words[0].lower() not in TITLES and not is_public(" ".join(words)) and not _CODE.match(text, run.stop):
            sure = score(words) or (LIKELY if words[0][0].isupper() and m[0][0] in "aA" and "tt" not in m[0] else 0.0)
        yield Reading(run.begin, run.stop, sure, run.going)


def _read_zh(text: str, begin: int) -> Iterator[Reading]:
    for m in _ZH.finditer(text, begin):
        run = han(text, m.end(), RARE)
        if run.spans or run.going:
            yield Reading(run.begin, run.stop, CERTAIN if run.spans else 0.0, run.going)
        elif (latin := scan(text, m.end(), lower=True)).spans or latin.going:
            yield Reading(latin.begin, latin.stop, score(latin.words(text)), latin.going)


def _read_bare_zh(text: str, begin: int) -> Iterator[Reading]:
    for m in _BARE_ZH.finditer(text, begin):
        run = han(text, m.end(), RARE)
        ended = bool(run.spans) and _ENDED_ZH.match(text, run.stop, run.stop + 1) is not None
        yield Reading(run.begin, run.stop, LIKELY if ended else 0.0, run.going)


_BEHIND = r"[ \t\"'*_\\`\])”’]*[:：=>|]"
SIGNS: tuple[Sign, ...] = (
    Cued(
        "NameLabel",
        (
            rf"(?i)(?:{'|'.join(sorted({re.escape(label[-4:]) for label in SURE | ROLES | _BARE}))}){_BEHIND}",
            rf"(?i)(?:^|[\n\r>*\t])[ \t>*]*(?:{'|'.join(sorted(_HEADERS))}){_BEHIND}",
        ),
        _read,
        back=88,
    ),
    Cued("NameLabel", (r"(?i)(?:^|[^a-z.])(?:a\.n|a/n|atas nama|att[n.: ]|c/o|u\.p\.)",), _read_plain, back=24),
    Cued("NameLabel", (_NAMES_ZH,), _read_zh, back=24),
    Cued("NameLabel", (f"{_NAMES_ZH}|主治医师",), _read_bare_zh, back=16),
)
