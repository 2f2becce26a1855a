"""What stands before an address and says that one comes: `address:`, `lives at`, `kirim ke`, `"street": "`, `zip code is`.

Looked for in at most `BEFORE` characters to the left, so that a growing text reads like the whole one. What stands under a
label is an address up to the end of its line or quotation marks, as far as it has words and a number or a street's name.
"""

from __future__ import annotations

import re

from guardrails.detectors.names.addresses.parts import is_name, postcode
from guardrails.detectors.names.addresses.tokens import Reading, Token
from guardrails.detectors.names.addresses.words import BEFORE as KINDS
from guardrails.detectors.names.addresses.words import ENDINGS, NEVER, SHORT, SMALL, SURE, UNITS

BEFORE = 72  # characters
_NAMES = (
    r"address(?:es)?|adresse[nr]?|adress|adres|alamat|dirección|direccion|domicilio|endereço|endereco|indirizzo|morada|osoite"
    r"|cím|lakcím|domicile|anschrift|wohnort|bopæl|bopælsadresse|διεύθυνση|адрес|kediaman|domisili"
)
_FIELDS = (
    rf"{_NAMES}|addr|street|streetname|address[ _-]?line|line|jalan|gade|vej|straße|strasse|rue|calle|rua|via|ulica|gatuadress"
)
#: `shipping_address`, `address1`, `Adresse 2`.
_LABEL = re.compile(
    rf"(?<![^\W_])(?:{_FIELDS})[ _-]?(?:line)?[ _-]?\d?[\"'*_`]{{0,3}}\s?[:=：][*_]{{0,2}}\s{{0,3}}[\"'“`]?\Z", re.IGNORECASE
)
_NOT_POSTAL = re.compile(
    r"(?<![^\W_])(?:e-?mail|ip|mac|web|memory|mem|url|base|start|net(?:work)?|bus|wallet|contract|virtual|physical)"
    r"[ _-]?\w{0,8}\W{0,4}\Z",
    re.IGNORECASE,
)
#: Of these the nearest words are an address, whatever it looks like.
_SURE_CUE = re.compile(
    rf"(?<![^\W_])(?:(?:{_NAMES})(?![^\W_])[^.!?;@]{{0,44}}"
    r"(?:(?<=[ :])(?:is|are|was|to|with|at|as|er|adalah|di|ist|lautet|est|es|è|é|är)|[:=：])"
    r"|(?:lives?|lived|living|reside[sd]?|residing) (?:at|on)|bor (?:på|i)|tinggal di|beralamat(?:kan)? di) ?\s{0,4}\Z",
    re.IGNORECASE,
)
_GOES = (
    r"(?:sen[dt]|ship(?:ped)?|deliver(?:ed|y)?|return(?:ed)?|taxi|mail(?:ed)?|post(?:ed)?|forward(?:ed)?|arrived|letter|one|address"
    r"|move|leveres)[^.\n!?;]{0,28} (?:to|at|til:?)"
)
_STAYS = (
    r"(?:stay(?:s|ed|ing)?|located|is|meet(?:ing)?(?: me| us)?|moved?|based|tenant|house|home|shop|store|drop(?:ped)?|pick) "
    r"(?:at|in|on|to|up at)"
)
_ABROAD = (
    r"send(?:es)? (?:den |det |pakken )?til|lejeren på|flytte[tr]? (?:fra|til)|hjem til"
    r"|kirim(?:kan|in)? ke|penyewa di|antar(?:kan)? ke|rumah(?:ku|nya)? di"
    r"|wohn\w{1,3} in|habite|vive en|vivo en|moro na|abito in|mieszkam przy"
)
_CUE = re.compile(rf"(?<![^\W_])(?:{_STAYS}|{_GOES}|{_ABROAD}) ?\Z", re.IGNORECASE)
_ZIP = re.compile(
    r"(?<![^\W_])(?:zip|zip[ _-]?code|postal[ _-]?code|post[ _-]?code|kode ?pos|postnummer|postnr|plz|postleitzahl|cep|cap"
    r"|code postal|código postal|邮编|邮政编码|郵遞區號)[\"'*]{0,2}(?: is| er|\s?[:=：是为])\s{0,2}[\"']?\Z",
    re.IGNORECASE,
)
_ENDINGS = tuple(ENDINGS)
#: What code is made of: nothing there is an address, at all or directly behind a word.
_NEVER, _NOT_AT_ONCE = ("=", "{"), ("@", "(", "<", "x")
_STOPS = frozenset('";|<>{}[]“”()=@\t*`')
MOST = 160  # characters of a value


def _left(text: str, at: int) -> str:
    return text[max(0, at - BEFORE) : at]


def is_announced(text: str, at: int) -> bool:
    """Whether an address is what the words before `at` announce."""
    return _SURE_CUE.search(_left(text, at)) is not None and not _NOT_POSTAL.search(_left(text, at))


def is_likely(text: str, at: int) -> bool:
    """Whether the words before `at` say that somebody or something is, lives or goes there."""
    return _CUE.search(_left(text, at)) is not None


def zip_code(r: Reading, at: int) -> int:
    """The number of the token behind a postcode under its label; `at` where there is none."""
    token = r.at(at)
    if _ZIP.search(_left(r.text, token.start)) is None:
        return at
    end = postcode(r, at)
    return end if end > at else at + (token.kind == "h" and len(token.low) >= 3)


def is_labelled(text: str, at: int) -> bool:
    near = text[max(0, at - 8) : at]
    if not near.rstrip("\"'“`*_ \n").endswith((":", "=", "：")):
        return False
    left = _left(text, at)
    m = _LABEL.search(left)
    return m is not None and not _NOT_POSTAL.search(left[: m.start()])


def _is_short(token: Token) -> bool:
    return token.end - token.start == 1 or token.low in SMALL or token.low in SHORT or token.low in KINDS or token.low in UNITS


def value(r: Reading, at: int) -> int:
    """The number of the token behind the value that begins at `at`, where it reads like an address; `at` where it does not."""
    first = r.at(at)
    if first.kind not in ("h", "n", "c"):
        return at
    end, digits, named, streets, commas = at, False, False, False, 0
    i = at
    while i - at < 40 and r.at(i).end - first.start <= MOST:
        token = r.at(i)
        if not token.kind or (i > at and token.gap == "\n"):
            break
        if token.kind in _STOPS or token.kind == "x":
            if token.kind in _NEVER or (token.gap == "" and token.kind in _NOT_AT_ONCE):
                return at
            break
        if token.kind == "." and r.at(i + 1).gap == " " and r.at(i + 1).capital and not _is_short(r.at(i - 1)):
            break
        if token.kind in (",", "-", "–") and r.at(i + 1).low in NEVER - SMALL:
            break
        commas += token.kind == ","
        digits = digits or token.kind in ("h", "c")
        named = named or (is_name(token, lower=True) and len(token.low) > 2)
        streets = streets or (
            token.kind == "n" and (token.low in SURE or token.low in KINDS or token.low.endswith(_ENDINGS)) and i > at
        )
        i += 1
        if token.kind in ("h", "c", "n"):
            end = i
    plain = first.kind == "n" and not first.capital and not commas and not streets
    return end if named and (digits or streets) and end - at > 1 and not plain else at
