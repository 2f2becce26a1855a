"""What the words before a number say that it is. Whole words only: "lic" is not in "public".

The words are looked for in at most `WINDOW` characters to the left of a match and never to its right: a text that still
arrives is judged like the whole one. Of two kinds of label the nearer wins: in "call about order 123456789" it is an order.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

WINDOW = 64  # characters
NEAR = 7  # words

_WORD = re.compile(r"[^\W_]+")
_SPACELESS = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\ud7ff\uf900-\ufaff]")

Label = re.Pattern[str] | None


def label(names: Iterable[str]) -> Label:
    """Names as people write them ("driving licence", "ssn", "手机") as one pattern; None where there is none."""
    whole, signs = set(), set()
    for name in names:
        parts = _WORD.findall(name.lower())
        if _SPACELESS.search(name):
            signs.add(re.escape(name.lower()))
        elif parts:
            whole.add(r"[\W_]+".join(map(re.escape, parts)))
    options = sorted(signs)
    if whole:
        options.append(rf"(?<![^\W_])(?:{'|'.join(sorted(whole, key=lambda w: (-len(w), w)))})(?![^\W_])")
    return re.compile("|".join(options)) if options else None


def left_of(text: str, at: int) -> str:
    """The last `NEAR` whole words before `at`, lower case, of the same paragraph and at most `WINDOW` characters."""
    begin = max(0, at - WINDOW)
    left = text[begin:at]
    if begin and (m := _WORD.match(left)) is not None and _WORD.match(text, begin - 1):
        left = left[m.end() :]  # half a word is no word
    left = left[left.rfind("\n\n") + 1 :]
    found = [m.start() for m in _WORD.finditer(left)]
    return (left[found[-NEAR] :] if len(found) > NEAR else left).lower()


def nearest(label: Label, left: str) -> int:
    """Where the last of these labels ends in `left`; -1: none is there. Greater is nearer to the number."""
    if label is None:
        return -1
    end = -1
    for m in label.finditer(left):
        end = m.end()
    return end


_OTHER = """
order ordernumber orders invoice ticket tracking parcel shipment package case build version ver release commit row column line
isbn issn ean upc sku imei serial lot batch port pid loss step epoch seed timestamp bits bytes seq sequence retries timeout
section sha md5 sha1 sha256 hash checksum nonce trace span npi mrn model part item sku barcode
pesanan faktur versi resi tiket paket
ordre ordrenummer ordrenr faktura fakturanummer sag sagsnummer udgave pakke
bestellung bestellnummer rechnung rechnungsnummer auftrag auftragsnummer sendung
pedido factura commande facture ordine fattura
订单 发票 版本 编号 流水号 快递 单号 房间号 型号
"""
_IDS = """
ssn social security account acct accounts passport license licence insurance routing tax member nid dea iban card policy
national rekening paspor ktp nik npwp konto kontonummer pas cpr kørekort ausweis reisepass pasaporte passeport
账号 账户 护照 身份证 卡号
"""
_PHONE = """
phone phones telephone tel cell cellphone mobile mob call calling fax whatsapp sms contact dial ring hotline landline answering
telp telepon hp ponsel hubungi wa
telefon telefonnummer telefonnr tlf mobil mobilnummer mobilnr
handy rufnummer handynummer
teléfono móvil celular télécopie téléphone portable telefone telemóvel telefono cellulare telefoon
手机 电话 致电 传真 電話 携帯 전화 โทร
"""
#: Words that say a number is something else than a person's: of orders, tickets, builds, goods, measures.
OTHER = label(_OTHER.split())
#: What else of a person's a number may be called: a phone number it then is not.
IDS = label((_OTHER + _IDS).split())
#: What a phone number is called, in the languages we know.
PHONE = label(_PHONE.split())


def is_other(left: str, named: int, others: Label = OTHER) -> bool:
    """Whether one of the last three words says that the number is something else, and none after it (`named`) disagrees."""
    end = nearest(others, left)
    return end > named and len(_WORD.findall(left, end)) <= 2
