"""What words name as a secret: `DB_PASS = "…"`, `--token …`, `Authorization: Bearer …`, "my password is …".

A label names the value right after it, in one of a few ways of naming. Each way is looked at by itself, so that none depends on
what comes after its value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

import re2

from guardrails.detectors import secret_kinds as kinds
from guardrails.detectors import secret_values as values
from guardrails.detectors.hits import OPAQUE
from guardrails.detectors.secret_kinds import LONGEST
from guardrails.detectors.secret_values import BACK, BEFORE, BREAKS, LOOK, QUOTES, Seen

QUOTED = 128  # characters of a quoted value with blanks
_WORD_END = re.compile(f"[{BREAKS}]")
_VALUE_END = re.compile(rf"[{BREAKS};&,|\\]")
_XML_END = re.compile(r"[<\s]")
_BLANK = re.compile(r"\s")
_TAG = re.compile(r"<[\w:.-]{0,40}\Z")
_NAME_BEFORE = re.compile(r"[A-Za-z]+[ _.$-]?\Z")
_NEWLINE = re.compile(r"[\n\r]")


def _written(name: str) -> str:
    """How a name is looked for: `api_key` is also `api-key`, `api key`, `apikey`."""
    return re.escape(name).replace(r"\-", "-").replace("_", "[ _.-]?")


_JOINTS = str.maketrans("", "", " _.-")
_KINDS = {
    name.translate(_JOINTS): kind
    for kind, names in (("vendor", kinds.VENDORS), ("key", kinds.KEYS), ("password", kinds.PASSWORDS))
    for name in names.split()
}


_ALL = {_written(n) for names in (kinds.PASSWORDS, kinds.KEYS, kinds.VENDORS) for n in names.split()}
#: All names in one pattern of RE2, longer ones first.
NAMES = "|".join(sorted(_ALL, key=lambda n: (-len(n), n)))


@cache
def _stems() -> Any:
    """All names in one pattern of RE2, which reads a text once however many there are; `re` would try them one by one."""
    options = re2.Options()
    options.log_errors = False
    options.never_capture = True
    options.max_mem = 64 << 20
    return re2.compile(NAMES, options)


_BLANKS = r"[^\S\n\r]{0,8}"
_CLOSE = rf"(?:\\{{0,3}}[{QUOTES}]|[\])*_{OPAQUE}]){{0,4}}"
_OPEN = rf"(?:[bfru]?\\{{0,3}}(?P<quote>[\"'`\u2018\u201c\u00ab])|{OPAQUE}{{0,4}})"
_TYPE = (
    r"(?:(?::\s?|\s)(?:optional\[)?&?(?:static )?(?:str|string|secretstr|text|char|bytes|any|varchar)\]?"
    r"(?:\s?\|\s?(?:none|null|undefined))?[*?]?)?"
)
_ASSIGN = re.compile(
    rf"{_CLOSE}{_TYPE}{_BLANKS}(?::=|=>|->|={{1,3}}|!=|:{{1,2}}=?|\uff1a|\uff1d)[*_]{{0,2}}{_BLANKS}\(?{_OPEN}"
)
_CALL = re.compile(rf"{_CLOSE}\s?[,(]\s{{0,8}}{_OPEN}")
_ATTRIBUTE = re.compile(rf"[\"']?,?\s{{1,24}}[\"']?value[\"']?\s?[:=]\s?{_OPEN}")
_ELEMENT = re.compile(r"(?:\s[^<>\n]{0,60})?>")
_NEXT = re.compile(rf"(?:\s+by)?[^\S\n\r]{{1,4}}{_OPEN}")
_FILLED = r"(?:[^\S\n\r]+[^\s:=,.;!?\"'()<>]{1,16}){0,4}?"
_PROSE = re.compile(
    rf"{_CLOSE}(?:{_FILLED}[^\S\n\r]+(?:{kinds.IS})(?:[^\S\n\r]+(?:{kinds.STILL}))?[^\S\n\r]*[:=]?[^\S\n\r]+|{_FILLED}[^\S\n\r]?[:=][^\S\n\r]+"
    rf"|[^\S\n\r]?(?:{kinds.SPACELESS_IS})[^\S\n\r]{{0,2}}[:：]?[^\S\n\r]{{0,2}}){_OPEN}"
)
_SUFFIX = re.compile(kinds.SUFFIXES + r"(?![a-z0-9])(?!_[a-z])")
_VENDOR_SUFFIX = re.compile(kinds.VENDOR_SUFFIXES + r"(?![a-z0-9_])")
_SCHEMES = r"bearer|basic|token|api-?token|api-?key|oauth|splunk|key|genietoken"
_SCHEME = re.compile(rf"{_CLOSE}{_BLANKS}[:=,]?{_BLANKS}[\"']?(?P<scheme>{_SCHEMES})?[ =:]{{0,3}}[\"']?")
_CLI = re.compile(r"(?:(?<=\s)|(?<=[\"'\[(,])|\A)--?[A-Za-z][\w-]*\Z|(?:(?<=\s)|\A)--?\Z")
_SEGMENT = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
_LOGIN = re.compile(r"(?i:login|user(?:name)?)\s+\S{1,40}\s+\Z")
_SQL = re.compile(r"(?i:\bwith|\bencrypted|\bset|\bby)\s\Z")


class _Mark(NamedTuple):
    """A label: its kind, where its word begins and ends, where its value could begin."""

    kind: str
    word: str
    begin: int
    end: int


def labelled(text: str, low: str, start: int, upto: int) -> Iterator[Seen]:
    begin = max(0, start - BACK)
    for m in _stems().finditer(low[begin : upto + 24]):
        if m.start() + begin >= upto:
            return
        mark = _Mark(_KINDS[m[0].translate(_JOINTS)], m[0], m.start() + begin, m.end() + begin)
        if _is_whole(text, mark):
            yield from (seen for seen in _beside(text, low, mark) if seen.start >= start)


def _is_whole(text: str, mark: _Mark) -> bool:
    """Whether a name begins there: `pass` is none in "compass", `dbPass` is one, long names may be glued to anything."""
    if not mark.begin or not mark.word.isascii():
        return True
    before, first = text[mark.begin - 1], text[mark.begin]
    if not (before.isascii() and before.isalpha()):
        return not before.isdigit() or len(mark.word) > 5
    if before == "n" and mark.begin > 1 and text[mark.begin - 2] == "\\":
        return True
    return (first.isupper() and before.islower()) or (len(mark.word) > 5 and mark.kind != "vendor")


def _beside(text: str, low: str, mark: _Mark) -> Iterator[Seen]:
    """The values that the label may name, one for each way of naming."""
    if mark.word in ("bearer", "authorization"):
        yield from _credentials(text, low, mark)
        return
    tail = (_VENDOR_SUFFIX if mark.kind == "vendor" else _SUFFIX).match(low, mark.end)
    if tail is None or (mark.kind != "password" and _is_other(text, mark)):
        return
    end = tail.end()
    if m := _ASSIGN.match(low, end):
        yield _valued(text, mark, m, "assigned")
        return
    if mark.kind == "vendor":
        return
    # What comes may match one way as well as another, so none of them hides the others.
    if text[end : end + 1] in (">", " ") and (m := _ELEMENT.match(low, end)) and _is_element(text, mark.begin):
        yield _element(text, mark, m.end())
    if m := _ATTRIBUTE.match(low, end):
        yield _valued(text, mark, m, "assigned")
    if (m := _CALL.match(low, end)) and m["quote"]:
        yield _valued(text, mark, m, "called")
    if mark.word not in ("pass", "creds", "pw") and (m := _PROSE.match(low, end)):
        yield _valued(text, mark, m, "told")
    if m := _NEXT.match(low, end):
        yield from _next(text, mark, m)


def _next(text: str, mark: _Mark, m: re.Match[str]) -> Iterator[Seen]:
    """`--password x`, `login me password x`, `PASSWORD 'x'`: nothing but a blank between."""
    left = text[max(0, mark.begin - BEFORE) : mark.begin]
    if _CLI.search(left):
        yield _valued(text, mark, m, "assigned")
    elif mark.kind == "password" and ((m["quote"] in ("'", '"') and len(mark.word) > 4) or _LOGIN.search(left)):
        yield _valued(text, mark, m, "assigned" if mark.word[:2] == "id" or _SQL.search(left) else "called")


def _is_other(text: str, mark: _Mark) -> bool:
    """Whether the words right before it make it something else: "public key", `eos_token`."""
    left = text[max(0, mark.begin - BEFORE) : mark.begin]
    words = _SEGMENT.findall(left)[-2:]
    return _NAME_BEFORE.search(left) is not None and any(w.lower() in kinds.OTHERS for w in words)


class _Value(NamedTuple):
    begin: int
    end: int
    open: bool  # its end is not seen yet
    quoted: bool = False


def _valued(text: str, mark: _Mark, m: re.Match[str], way: str) -> Seen:
    """The value that begins where `m` ends."""
    begin = m.end()
    if m["quote"]:
        return _judged(text, mark, way, _quoted(text, begin, m["quote"]))
    end = _end_of(_VALUE_END, text, begin)
    return _judged(text, mark, way, _Value(begin, end, end == len(text)))


_CLOSING = {"\u2018": "\u2019", "\u201c": "\u201d", "\u00ab": "\u00bb"}


def _quoted(text: str, begin: int, quote: str) -> _Value:
    """Up to the closing quote on the same line; where there is none, up to the end of the word."""
    closing = _CLOSING.get(quote, quote)
    line = min(len(text), begin + LONGEST)
    word = _end_of(_WORD_END, text, begin)
    if word - begin <= QUOTED:
        line = min(line, begin + QUOTED)
        if n := _NEWLINE.search(text, begin, line):
            line = n.start()
    end = text.find(closing, begin, line)
    while end > begin and text[end - 1] == "\\" and text[begin - 2 : begin - 1] != "\\" and end - begin < QUOTED:
        end = text.find(closing, end + 1, line)
    if end < 0:
        return _Value(begin, word, line == len(text))
    return _Value(begin, end - (end > begin and text[end - 1] == "\\"), open=False, quoted=True)


def _element(text: str, mark: _Mark, begin: int) -> Seen:
    """Only what its own tag closes."""
    end = _end_of(_XML_END, text, begin)
    if text[end : end + 2] != "</":
        return Seen(begin, end, "", 0.0, end + 2 > len(text))
    return _judged(text, mark, "assigned", _Value(begin, end, open=False, quoted=True))


def _is_element(text: str, begin: int) -> bool:
    return _TAG.search(text[max(0, begin - BEFORE) : begin]) is not None


def _judged(text: str, mark: _Mark, way: str, found: _Value) -> Seen:
    begin, end, is_open, quoted = found
    value = text[begin:end] if quoted else _stripped(text[begin:end])
    if mark.kind == "password":
        name = "Password" if _is_password(value, way, quoted=quoted) else ""
    elif mark.kind == "key":
        name = "Key" if _is_key(value, mark, way, quoted=quoted) else ""
    else:
        name = "VendorKey" if values.is_key(value, least=16) and not _BLANK.search(value) else ""
    return Seen(begin, begin + len(value), name, 0.9 if quoted else 0.85, is_open)


def _is_password(value: str, way: str, *, quoted: bool) -> bool:
    if _BLANK.search(value):
        return way == "assigned" and values.is_pass_phrase(value)
    if way == "called":
        return values.is_password(value, quoted=False, prose=True)
    return values.is_password(value, quoted=quoted, prose=way == "told" and not quoted)


def _is_key(value: str, mark: _Mark, way: str, *, quoted: bool) -> bool:
    if quoted and "salt" in mark.word:  # WordPress draws its salts from signs and blanks too
        return values.is_pass_phrase(value) or values.is_key(value)
    return values.is_key(value, least=12 if way == "called" else 8 if quoted else 10) and not _BLANK.search(value)


_TRAILING = re.compile(r"[.,:?)\]}*]+\Z")


def _stripped(value: str) -> str:
    """Without the punctuation of the sentence or the code around it."""
    return _TRAILING.sub("", value) if value[-1:] in ".,:?)]}*" else value


def _credentials(text: str, low: str, mark: _Mark) -> Iterator[Seen]:
    """`Authorization: Bearer …` (RFC 6750 §2.1), `Basic …` (RFC 7617), and `Bearer …` alone."""
    m = _SCHEME.match(low, mark.end)
    if m is None or m.end() == mark.end:
        return
    begin = m.end()
    end = _end_of(_VALUE_END, text, begin)
    value = _stripped(text[begin:end])
    basic = m["scheme"] == "basic" and values.is_basic(value)
    good = basic or (m["scheme"] != "basic" and values.is_key(value, least=12))
    yield Seen(begin, begin + len(value), "Authorization" if good else "", 0.9, end == len(text))


def _end_of(pattern: re.Pattern[str], text: str, begin: int) -> int:
    m = pattern.search(text, begin, begin + LONGEST)
    return m.start() if m else min(len(text), begin + LONGEST)


_PAIR = re.compile(
    rf"-(?<![^\s\"']-)(?:u|U|-user|-proxy-user)(?:[ =]|\", ?\")[\"']?[^{BREAKS}:$]{{1,64}}[\"']?:[\"']?"
    rf"(?P<value>[^{BREAKS}\\;|]{{4,}})"
)


def pairs(text: str, start: int, upto: int) -> Iterator[Seen]:
    """`curl -u user:password`."""
    for m in _PAIR.finditer(text, max(0, start - BACK), min(len(text), upto + LOOK)):
        first = m.start("value")
        if m.start() < upto and first >= start:
            end = _end_of(_WORD_END, text, first)
            good = values.is_password(text[first:end], quoted=False, prose=True) and not values.is_placeholder(m[0])
            yield Seen(first, end, "CurlPassword" if good else "", 0.9, end == len(text))
