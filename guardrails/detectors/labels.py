"""What the words before a number say that it is. Whole words only: "lic" is not in "public".

The words are looked for in at most `WINDOW` characters to the left of a match and never to its right: a text that still
arrives is judged like the whole one. Of two kinds of label the nearer wins: in "call about order 123456789" it is an order.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

WINDOW = 64  # characters
NEAR = 7  # words

_WORD = re.compile(r"[^\W_]+")
_LETTER = re.compile(r"[^\W\d_]")
SPACELESS = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\ud7ff\uf900-\ufaff]")


@dataclass(frozen=True, slots=True)
class Label:
    """Names that a number may stand under: phrases by their last word, and what is written without spaces."""

    phrases: Mapping[str, tuple[tuple[str, ...], ...]]
    signs: tuple[str, ...]


class Left(NamedTuple):
    """What stands before a number, lower case: its words with the index where each ends."""

    text: str
    words: tuple[tuple[str, int], ...]
    spaceless: bool


_UNLABELLED = Left("", (), spaceless=False)


def label(names: Iterable[str]) -> Label:
    """Names as people write them: "driving licence", "ssn", "手机"."""
    phrases: dict[str, set[tuple[str, ...]]] = {}
    signs = set()
    for name in map(str.lower, names):
        words = tuple(_WORD.findall(name))
        if SPACELESS.search(name):
            signs.add(name)
        elif words:
            phrases.setdefault(words[-1], set()).add(words)
    return Label({last: tuple(sorted(p)) for last, p in phrases.items()}, tuple(sorted(signs)))


def left_of(text: str, at: int) -> Left:
    """The last `NEAR` whole words before `at`, of the same paragraph and at most `WINDOW` characters."""
    begin = max(0, at - WINDOW)
    left = text[begin:at]
    if begin and (m := _WORD.match(left)) is not None and _WORD.match(text, begin - 1, begin):
        left = left[m.end() :]  # half a word is no word
    left = left[left.rfind("\n\n") + 1 :].lower()
    if _LETTER.search(left) is None:
        return _UNLABELLED  # numbers alone name nothing
    size = len(left)
    words = [(m[0][::-1], size - m.start()) for m in islice(_WORD.finditer(left[::-1]), NEAR)]  # from the right
    return Left(left, tuple(words[::-1]), not left.isascii() and SPACELESS.search(left) is not None)


def nearest(label: Label, left: Left) -> int:
    """Where the last of these names ends in `left`; -1: none is there. Greater is nearer to the number."""
    words = left.words
    end = -1
    for i in range(len(words) - 1, -1, -1):
        word, here = words[i]
        phrases = label.phrases.get(word)
        if phrases and any(len(p) == 1 or p == tuple(w for w, _ in words[max(0, i + 1 - len(p)) : i + 1]) for p in phrases):
            end = here
            break
    if left.spaceless:
        end = max([end, *(at + len(s) for s in label.signs if (at := left.text.rfind(s)) >= 0)])
    return end


def is_other(left: Left, named: int, others: Label | None = None, *, closely: bool = False) -> bool:
    """Whether one of the last three words says that the number is something else, and none after it (`named`) disagrees.

    `closely`: nothing but such words as "number" may stand between: "order no. 4715…", not "my order, paid with 4111…".
    """
    end = nearest(others or OTHER, left)
    after = [word for word, e in left.words if e > end]
    return end > named and len(after) <= 2 and not (closely and any(word not in FILLERS for word in after))


_OTHER = """
order ordernumber orders invoice ticket tracking parcel shipment package case build version ver release commit row column line
isbn issn ean upc sku imei serial lot batch port pid loss step epoch seed timestamp bits bytes seq sequence retries timeout
receipt booking confirmation txn waybill consignment doi pmid
section sha md5 sha1 sha256 hash checksum nonce trace span npi mrn model part item sku barcode
pesanan pesanannya faktur versi resi tiket paket transaksi kuitansi nota antrean invois
ordre ordren ordrenummer ordrenr faktura fakturanummer fakturanr sag sagen sagsnummer sagsnr udgave pakke pakken pakkenummer
bestilling forsendelse sporingsnummer serienummer serienr varenummer varenr kundenummer kundenr bilag kvittering
bestellung bestellnummer rechnung rechnungsnummer auftrag auftragsnummer sendung
sendungsnummer kundennummer artikelnummer seriennummer vorgangsnummer lieferschein aktenzeichen
pedido factura commande facture ordine fattura
订单 发票 版本 编号 流水号 快递 单号 房间号 型号 运单 物流 编码 序列号 批次 合同号 收据 交易号 工单 案号 货号 条码 取件码
"""
_IDS = """
ssn social security account acct accounts passport license licence insurance routing tax member nid dea iban card policy
national rekening paspor ktp nik npwp konto kontonummer pas cpr kørekort ausweis reisepass pasaporte passeport
cvr momsnr bpjs kk rekam reg mrn patientnummer kontonr bankkonto medlem medlemsnummer polis policenr bsn pesel
账号 账户 护照 身份证 卡号
"""
_PHONE = """
phone phones telephone tel cell cellphone mobile mob call calling fax whatsapp sms contact dial ring hotline landline answering
pager voicemail switchboard cellular ph phonenumber handset
telp telpon tlp telepon teleponnya hp hpnya handphone hape nohp ponsel ponselnya hubungi wa whatsappnya
telefon telefonnummer telefonnr tlf mobil mobilen mobilnummer mobilnr mobilnummeret telefonnummeret
fastnet fastnetnummer ringe opkald kontaktnummer
handy rufnummer handynummer handynr anruf anrufen festnetz festnetznummer mobilnummer durchwahl telefonisch
teléfono móvil celular télécopie téléphone portable telefone telemóvel telefono cellulare telefoon
手机 电话 致电 传真 座机 固话 拨打 热线 来电 联系方式 電話 携帯 전화 โทร
"""
_CARD = """
kartu kartunya debit kort kortet kortnummer kortnr hævekort visakort betalingskortet kreditkortet betalingskort dankort
kreditkort karte kreditkarte kartennummer kreditkartennummer girokarte bankkarte tarjeta carte carta cartão
kartnummer kaart paid pay payment bayar dibayar betalt betal 卡 卡号 银行卡 信用卡 借记卡 储蓄卡 银联卡
"""
_FILLER = "number numbers no nr num nummer nomor nomer id ref reference code kode is was adalah er var"
#: What a payment card is called where Presidio's own words do not reach.
CARD = frozenset(_CARD.split())
#: Words that may stand between what a number is and the number.
FILLERS = frozenset(_FILLER.split())
#: Words that say a number is something else than a person's: of orders, tickets, builds, goods, measures.
OTHER = label(_OTHER.split())
#: What else of a person's a number may be called: a phone number it then is not.
IDS = label((_OTHER + _IDS).split())
#: What a phone number is called, in the languages we know.
PHONE = label(_PHONE.split())
