"""Texts of the project's own with values planted at known places: chats, mails, forms, logs, JSON and code in five languages.

The same seed gives the same texts. A template names in braces what is planted: an entity (`{EMAIL_ADDRESS}`), or something that
looks like a value and is none (`{order}`, `{version}`): a row of `NEAR`. What is planted is made by benchmarks/values.py.
"""

from __future__ import annotations

import base64
import json
import random
import re
import string
from collections.abc import Callable
from dataclasses import dataclass

from stdnum import luhn
from stdnum.id import npwp

from benchmarks.values import MAKERS, Dice, Make, filled, form, phone

_HOLE = re.compile(r"\{(\w+)\}")
_TOKEN = string.ascii_letters + string.digits


def _letters(dice: Dice, count: int) -> str:
    """Letters and digits, some of each."""
    return "aZ7" + "".join(dice.choices(_TOKEN, k=count - 3))


def _jwt(dice: Dice) -> str:
    """RFC 7519: two JSON objects and a signature."""
    parts = ({"alg": "HS256", "typ": "JWT"}, {"sub": str(dice.randrange(10**6)), "iat": 1_700_000_000 + dice.randrange(10**6)})
    said = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts]
    return ".".join((*said, _letters(dice, 43)))


#: Secrets in the forms of their issuers, put together here so that no scanner takes this file for a leak.
SECRETS: dict[str, Callable[[Dice], str]] = {
    "github": lambda dice: "ghp_" + _letters(dice, 36),
    "aws": lambda dice: "AKIA" + "".join(dice.choices(string.ascii_uppercase + "234567", k=16)),
    "slack": lambda dice: "xox" + f"b-{dice.randrange(10**11, 10**12)}-{dice.randrange(10**11, 10**12)}-{_letters(dice, 24)}",
    "stripe": lambda dice: "sk_" + "live_" + _letters(dice, 24),
    "google": lambda dice: "AIza" + "".join(dice.choices(_TOKEN, k=35)),
    "jwt": _jwt,
}

#: What is planted and found, by the name of its entity.
PLANTED: dict[str, Make] = {
    **{e: MAKERS[e] for e in ("EMAIL_ADDRESS", "CREDIT_CARD", "IBAN_CODE", "CRYPTO", "IP_ADDRESS", "MAC_ADDRESS", "US_SSN")},
    **{e: MAKERS[e] for e in ("US_ITIN", "UK_NHS", "UK_NINO", "IN_AADHAAR", "IN_PAN", "CA_SIN", "AU_TFN")},
    **{e: MAKERS[e] for e in ("DE_TAX_ID", "DE_SOCIAL_SECURITY", "DK_CPR", "DK_CVR", "CN_RIC", "CN_USCC", "ID_NIK")},
    "ID_NPWP": form("##.###.###.#-###.000", valid=npwp.is_valid),
    "SECRET": lambda dice: dice.choice(list(SECRETS.values()))(dice),
}
#: A language's own telephone numbers.
REGIONS = {"en": "US", "id": "ID", "zh": "CN", "da": "DK", "de": "DE"}

#: What looks like a value and is none.
NEAR: dict[str, Make] = {
    "order": form("##########", "SO-########", "#######-##"),
    "version": lambda dice: ".".join(str(dice.randrange(1, 30)) for _ in range(dice.choice([2, 3, 4]))),
    "price": lambda dice: f"{dice.randrange(1, 10_000):,}.{dice.randrange(100):02}",
    "count": lambda dice: f"{dice.randrange(10_000, 9_999_999):,}",
    "time": lambda dice: (
        f"2024-0{dice.randrange(1, 10)}-{dice.randrange(10, 29)} 1{dice.randrange(10)}:{dice.randrange(10, 60)}"
    ),
    "hash": lambda dice: dice.randbytes(20).hex(),
    "short": lambda dice: dice.randbytes(4).hex(),
    "private": lambda dice: f"192.168.{dice.randrange(256)}.{dice.randrange(1, 255)}",
    "handle": lambda dice: "@" + dice.choice(["jane", "omar_l", "mette", "budi88"]),
    "module": lambda dice: dice.choice(["app.models.user", "os.path.join", "client.chat.completions", "np.linalg.norm"]),
    "not_a_card": form("4111 #### #### ####", valid=lambda value: not luhn.is_valid(value.replace(" ", ""))),
    "not_an_iban": lambda _: "DE89 3704 0044 0532 0130 01",
    "pixels": lambda dice: f"{dice.choice([1280, 1920, 2560])}x{dice.choice([720, 1080, 1440])}",
    "range": lambda dice: f"{dice.randrange(10, 50)}-{dice.randrange(50, 99)}",
    "part": lambda dice: filled(dice, "@@-####-@"),
    "score": lambda dice: f"0.{dice.randrange(10**8, 10**9)}",
    "epoch": lambda dice: str(1_700_000_000 + dice.randrange(10**7)),
}

TEMPLATES: dict[str, tuple[str, ...]] = {
    "en": (
        "Hi, could you change my e-mail to {EMAIL_ADDRESS}? The old one is closed.",
        "My number is {PHONE_NUMBER}, call me after six, order {order} is still not here.",
        "Please charge the card {CREDIT_CARD} for order no. {order}, it is ${price}.",
        "SSN: {US_SSN}\nITIN: {US_ITIN}\nE-mail: {EMAIL_ADDRESS}",
        "Dear team,\n\nwe moved to version {version} on {time}. Questions to {EMAIL_ADDRESS}.\n\nBest wishes",
        "Wire it to {IBAN_CODE} today, order {order}, and confirm to {EMAIL_ADDRESS}.",
        "The patient, NHS number {UK_NHS}, NI number {UK_NINO}, was seen at ten.",
        "Aadhaar {IN_AADHAAR}, PAN {IN_PAN}: both are needed for the form.",
        "My social insurance number is {CA_SIN} and my tax file number is {AU_TFN}.",
        "Send the coins to my bitcoin wallet {CRYPTO} before noon.",
        "Login from {IP_ADDRESS} on the laptop with MAC {MAC_ADDRESS}; inside it was {private}.",
        '{"user": {"email": "{EMAIL_ADDRESS}", "phone": "{PHONE_NUMBER}"}, "order": "{order}", "version": "{version}"}',
        "{time} INFO login ok user={EMAIL_ADDRESS} ip={IP_ADDRESS} trace={hash} ms={range}",
        "{time} WARN retry 3 of 5, build {version}, commit {short}, order {order}, score {score}",
        'api_key = "{SECRET}"  # taken from the page of settings',
        'export TOKEN={SECRET}\ncurl -H "Authorization: Bearer $TOKEN" https://contoso.example/api',
        "from {module} import Session\n# {count} rows, {pixels} pixels, part {part}, since {epoch}",
        "Order {order} for {handle} has left; {count} others wait, the newest is {short}.",
        "The number {not_a_card} is no card and {not_an_iban} is no account.",
        "It is {price} now and was {price} in 2019; {range} pieces of {part} are left.",
        "We trained it for {count} steps at {score}, see commit {hash}.",
        "| name | contact |\n|---|---|\n| Jane | {EMAIL_ADDRESS} |\n| Omar | {PHONE_NUMBER} |",
    ),
    "id": (
        "Halo, tolong ganti email saya menjadi {EMAIL_ADDRESS}, yang lama sudah ditutup.",
        "Nomor HP saya {PHONE_NUMBER}, hubungi setelah jam enam, pesanan {order} belum sampai.",
        "NIK: {ID_NIK}\nNPWP: {ID_NPWP}\nEmail: {EMAIL_ADDRESS}",
        "Saya bayar dengan kartu kredit {CREDIT_CARD}, totalnya Rp {count}.",
        "Transfer ke {IBAN_CODE} ya, nomor pesanan {order}.",
        "NIK saya {ID_NIK}, mohon dicek di sistem.",
        "Kami pindah ke versi {version} pada {time}, ada {count} baris.",
        "Pesanan {order} sudah dikirim, harganya {price} untuk {range} buah.",
        "Akun {handle} memakai modul {module}, komit {short}.",
        '{"nama": "Budi", "telepon": "{PHONE_NUMBER}", "pesanan": "{order}"}',
    ),
    "zh": (
        "您好，请把我的邮箱改成 {EMAIL_ADDRESS}，旧的已经停用。",
        "我的手机号是{PHONE_NUMBER}，请六点以后打，订单{order}还没到。",
        "身份证号：{CN_RIC}\n邮箱：{EMAIL_ADDRESS}",
        "统一社会信用代码：{CN_USCC}，联系电话：{PHONE_NUMBER}。",
        "请用信用卡 {CREDIT_CARD} 支付，一共{price}元。",
        "从{IP_ADDRESS}登录失败，版本{version}，时间{time}。",
        "订单号{order}已发货，共{count}件，单价{price}元。",
        "版本 {version} 于 {time} 发布，提交 {short}，分辨率 {pixels}。",
        '{"姓名": "王", "电话": "{PHONE_NUMBER}", "订单": "{order}"}',
    ),
    "da": (
        "Hej, vil I rette min mail til {EMAIL_ADDRESS}? Den gamle er lukket.",
        "Mit telefonnummer er {PHONE_NUMBER}, ring efter klokken seks, ordre {order} mangler stadig.",
        "CPR-nummer: {DK_CPR}\nMail: {EMAIL_ADDRESS}",
        "Mit cpr er {DK_CPR}, og firmaets CVR-nr. er {DK_CVR}.",
        "Betal til konto {IBAN_CODE}, ordrenummer {order}, i alt {price} kr.",
        "Træk beløbet på kortet {CREDIT_CARD}, tak.",
        "Vi gik over til version {version} den {time}, der er {count} linjer.",
        "Ordre {order} er sendt, prisen er {price} for {range} styk.",
        "Login fra {IP_ADDRESS}, programmets version er {version}, del {part}.",
    ),
    "de": (
        "Bitte ändern Sie meine E-Mail auf {EMAIL_ADDRESS}, die alte gibt es nicht mehr.",
        "Meine Telefonnummer ist {PHONE_NUMBER}, die Bestellung {order} fehlt noch.",
        "Steuer-ID: {DE_TAX_ID}\nRentenversicherungsnummer: {DE_SOCIAL_SECURITY}\nE-Mail: {EMAIL_ADDRESS}",
        "Überweisen Sie auf {IBAN_CODE}, Rechnung {order}, Betrag {price} Euro.",
        "Anmeldung von {IP_ADDRESS} um {time}, Version {version}.",
        "Die Bestellung {order} ist unterwegs, {count} weitere warten, Teil {part}.",
    ),
}


@dataclass(frozen=True, slots=True)
class Written:
    """A text and what was planted in it: `(start, end, entity)` in order."""

    language: str
    text: str
    planted: tuple[tuple[int, int, str], ...]


def written(language: str, template: str, dice: Dice) -> Written:
    text, planted, at = "", [], 0
    for hole in _HOLE.finditer(template):
        text += template[at : hole.start()]
        at = hole.end()
        name = hole[1]
        if name in NEAR:
            text += NEAR[name](dice)
            continue
        value = phone(REGIONS[language])(dice) if name == "PHONE_NUMBER" else PLANTED[name](dice)
        planted.append((len(text), len(text) + len(value), name))
        text += value
    return Written(language, text + template[at:], tuple(planted))


def texts(seed: int = 4, each: int = 12) -> list[Written]:
    """`each` texts of every template; longer ones of several, so that one value stands beside another."""
    dice = random.Random(seed)
    found = [written(lang, t, dice) for lang, rows in TEMPLATES.items() for t in rows for _ in range(each)]
    for language in TEMPLATES:
        for _ in range(each):
            found.append(_joined([w for w in dice.sample(found, 40) if w.language == language][:4], language))
    return found


def _joined(parts: list[Written], language: str) -> Written:
    text, planted = "", []
    for part in parts:
        planted += [(s + len(text), e + len(text), name) for s, e, name in part.planted]
        text += part.text + "\n\n"
    return Written(language, text, tuple(planted))
