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
from guardrails.detectors.linear import options
from guardrails.detectors.secret_kinds import LONGEST
from guardrails.detectors.secret_values import BACK, BEFORE, BREAKS, LOOK, QUOTES, Seen

QUOTED = 128  # characters of a quoted value with blanks
_WORD = re.compile(f"[^{BREAKS}]*")
_VALUE = re.compile(rf"[^{BREAKS};&,|\\]*")
_CONTENT = re.compile(r"[^<\s]*")
# Python reads a class of ASCII ten times faster than one that names other scripts, and a run faster than the way to its end.
_IN_ASCII = {
    _WORD: re.compile(r"[^\t-\r\x1c-\x20\"'`<>]*"),
    _VALUE: re.compile(r"[^\t-\r\x1c-\x20\"'`<>;&,|\\]*"),
    _CONTENT: re.compile(r"[^<\t-\r\x1c-\x20]*"),
}
_BLANK = re.compile(r"\s")
_TAG = re.compile(r"<[\w:.-]{0,40}\Z")
_NAME_BEFORE = re.compile(r"(?:[A-Za-z0-9]{1,24}[_.$-]{0,2}){1,2}(?P<joined>(?<! ))\Z|[A-Za-z]{1,24} \Z")
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
    return re2.compile(NAMES, options(room=64))


_BLANKS = r"[^\S\n\r]{0,8}"
_CLOSE = rf"(?:\\{{0,3}}[{QUOTES}]|[\])*_{OPAQUE}]){{0,4}}"
_OPEN = rf"(?:[bfru]?\\{{0,3}}(?P<quote>[\"'`\u2018\u201c\u00ab])|{OPAQUE}{{0,4}})"
_TYPE = (
    r"(?:(?::\s?|\s)(?:optional\[)?&?(?:static )?(?:str|string|secretstr|text|char|bytes|any|varchar)\]?"
    r"(?:\s?\|\s?(?:none|null|undefined))?[*?]?)?"
)
_ASSIGN = re.compile(
    rf"{_CLOSE}{_TYPE}{_BLANKS}(?::=|=>|->|={{1,3}}|!=|:{{1,2}}=?|(?<=\s)\|(?=\s)|\uff1a|\uff1d)(?:\*\*|__)?{_BLANKS}\(?{_OPEN}"
)
_CALL = re.compile(rf"{_CLOSE}\s?[,(]\s{{0,8}}{_OPEN}")
_ATTRIBUTE = re.compile(rf"[\"']?(?:,\s{{0,24}}|\s{{1,24}})[\"']?value[\"']?\s?[:=]\s?{_OPEN}")
_ELEMENT = re.compile(r"(?:\s[^<>\n]{0,60})?>")
_NEXT = re.compile(rf"{_CLOSE}(?:[^\S\n\r]{{1,4}}(?:{kinds.WHOSE}))?[^\S\n\r]{{1,4}}{_OPEN}")
_FILLED = rf"(?:[^\S\n\r]{{1,3}}[^\s:=,.;!?\"'()<>{OPAQUE}]{{1,16}}){{0,4}}?"
_SAID = rf"{_FILLED}[^\S\n\r]{{1,3}}(?:{kinds.IS})(?:[^\S\n\r]{{1,3}}(?:{kinds.STILL}))?[^\S\n\r]{{0,3}}[:=]?[^\S\n\r]{{1,4}}"
_HEADED = r"[^\S\n\r]?[:=][^\S\n\r]{1,4}"
_SPACELESS = rf"[^\S\n\r]?(?:{kinds.SPACELESS_IS})[^\S\n\r]{{0,2}}[:\uff1a]?[^\S\n\r]{{0,2}}"
_PROSE = re.compile(rf"{_CLOSE}(?:{_SAID}|{_FILLED}{_HEADED}|{_SPACELESS}){_OPEN}")
_SUFFIX = re.compile(kinds.SUFFIXES + r"(?![a-z0-9])(?!_[a-z])")
_VENDOR_SUFFIX = re.compile(kinds.VENDOR_SUFFIXES + r"(?![a-z0-9_])")
_SCHEMES = r"bearer|basic|token|api-?token|api-?key|oauth|splunk|key|genietoken"
_SCHEME = re.compile(rf"{_CLOSE}{_BLANKS}[:=,]?{_BLANKS}[\"']?(?:(?P<scheme>{_SCHEMES})[ =:]{{1,3}}[\"']?)?")
_CLI = re.compile(r"(?:(?<=\s)|(?<=[\"'\[(,])|\A)--?[A-Za-z][\w-]*\Z|(?:(?<=\s)|\A)--?\Z")
_SEGMENT = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
_LOGIN = re.compile(r"(?i:login|user(?:name)?)\s+\S{1,40}\s+\Z")
_SQL = re.compile(r"(?i:\bidentified.by|(?:\bwith|\bencrypted|\bset|\bby)\s\S{1,24})\Z")


class _Mark(NamedTuple):
    """A label: its kind, where its word begins and ends, where its value could begin."""

    kind: str
    word: str
    begin: int
    end: int


class _Page:
    """A text, in lower case too, whose words are read to their ends once, however many labels stand in one."""

    __slots__ = ("_ends", "low", "text")

    def __init__(self, text: str, upto: int) -> None:
        self.text = text
        self.low = _lower(text[: upto + 2 * BACK])
        self._ends: dict[re.Pattern[str], tuple[int, int]] = {}

    def end(self, pattern: re.Pattern[str], begin: int) -> int:
        """Where the run of `pattern` from `begin` on ends, at most `LONGEST` characters away."""
        since, end = self._ends.get(pattern, (0, -1))
        if not since <= begin <= end:
            m = (_IN_ASCII[pattern] if self.text.isascii() else pattern).match(self.text, begin)
            end = m.end() if m else begin
            self._ends[pattern] = (begin, end)
        return min(end, begin + LONGEST)

    def before(self, mark: _Mark) -> str:
        return self.text[max(0, mark.begin - BEFORE) : mark.begin]


def _lower(text: str) -> str:
    """In lower case and as long as it was: `İ` has two characters in lower case."""
    low = text.lower()
    return low if len(low) == len(text) else "".join(c if len(c.lower()) > 1 else c.lower() for c in text)


def labelled(text: str, start: int, upto: int) -> Iterator[Seen]:
    """The values at or after `start` whose labels begin before `upto`."""
    page, begin = _Page(text, upto), max(0, start - BACK)
    for m in _stems().finditer(page.low[begin : upto + 24]):
        if m.start() + begin >= upto:
            return
        mark = _Mark(_KINDS[m[0].translate(_JOINTS)], m[0], m.start() + begin, m.end() + begin)
        if _is_whole(text, mark):
            yield from (seen for seen in _beside(page, mark) if seen.start >= start)


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


def _beside(page: _Page, mark: _Mark) -> Iterator[Seen]:
    """The values that the label may name, one for each way of naming."""
    if mark.word in ("bearer", "authorization"):
        yield from _credentials(page, mark)
        return
    tail = (_VENDOR_SUFFIX if mark.kind == "vendor" else _SUFFIX).match(page.low, mark.end)
    if tail is None or (mark.kind != "password" and _is_other(page.before(mark))):
        return
    if len(mark.word) < 5 and "bent" in tail.re.groupindex and tail["bent"]:
        return  # `pwn` is no form of `pw`
    end = tail.end()
    if m := _ASSIGN.match(page.low, end):
        yield _valued(page, mark, m, "assigned")
        return
    if mark.kind == "vendor":
        return
    # What comes may match one way as well as another, so none of them hides the others.
    if (m := _ELEMENT.match(page.low, end)) and _TAG.search(page.before(mark)):
        yield _element(page, mark, m.end())
    if m := _ATTRIBUTE.match(page.low, end):
        yield _valued(page, mark, m, "assigned")
    if (m := _CALL.match(page.low, end)) and m["quote"]:
        yield _valued(page, mark, m, "called")
    if m := _PROSE.match(page.low, end):
        yield _valued(page, mark, m, "told")
    if m := _NEXT.match(page.low, end):
        yield from _next(page, mark, m)


def _next(page: _Page, mark: _Mark, m: re.Match[str]) -> Iterator[Seen]:
    """`--password x`, `login me password x`, `PASSWORD 'x'`: nothing but a blank between."""
    left, quoted = page.before(mark), m["quote"] in ("'", '"')
    if _CLI.search(left) or (mark.kind == "password" and quoted and _SQL.search(left + mark.word)):
        yield _valued(page, mark, m, "assigned")
    elif mark.kind == "key" or len(mark.word) > 4 or not mark.word.isascii():
        yield _valued(page, mark, m, "told" if _LOGIN.search(left) else "called" if quoted else "bare")


def _is_other(left: str) -> bool:
    """Whether what stands right before it makes it something else: "public key", `eos_token`."""
    m = _NAME_BEFORE.search(left)
    if m is None:
        return False
    words = [w.lower() for w in _SEGMENT.findall(m[0])]
    return not kinds.OTHERS.isdisjoint(words[-2:]) if m["joined"] is not None else words[-1] in kinds.OTHER_WORDS


class _Value(NamedTuple):
    begin: int
    end: int
    growing: bool  # its end is not seen yet
    quoted: bool = False


def _valued(page: _Page, mark: _Mark, m: re.Match[str], way: str) -> Seen:
    """The value that begins where `m` ends."""
    begin = m.end()
    if m["quote"]:
        return _judged(page, mark, way, _quoted(page, begin, m["quote"]))
    end = page.end(_VALUE, begin)
    return _judged(page, mark, way, _Value(begin, end, end == len(page.text)))


_CLOSING = {"\u2018": "\u2019", "\u201c": "\u201d", "\u00ab": "\u00bb"}


def _quoted(page: _Page, begin: int, quote: str) -> _Value:
    """Up to the closing quote on the same line; where there is none, up to the end of the word."""
    text, closing = page.text, _CLOSING.get(quote, quote)
    word = page.end(_WORD, begin)
    if word - begin >= QUOTED:
        return _Value(begin, word, word == len(text), quoted=True)
    line = min(len(text), begin + QUOTED)
    if n := _NEWLINE.search(text, word, line):
        line = n.start()
    end = text.find(closing, begin, line)
    while end > begin and text[end - 1] == "\\" and text[begin - 2 : begin - 1] != "\\" and end - begin < QUOTED:
        end = text.find(closing, end + 1, line)
    if end < 0:
        return _Value(begin, word, line == len(text))
    return _Value(begin, end - (end > begin and text[end - 1] == "\\"), growing=False, quoted=True)


def _element(page: _Page, mark: _Mark, begin: int) -> Seen:
    """Only what its own tag closes."""
    text, end = page.text, page.end(_CONTENT, begin)
    if text[end : end + 2] != "</":
        return Seen(begin, end, "", 0.0, end + 2 > len(text))
    return _judged(page, mark, "assigned", _Value(begin, end, growing=False, quoted=True))


def _judged(page: _Page, mark: _Mark, way: str, found: _Value) -> Seen:
    begin, end, growing, quoted = found
    end = end if quoted else _without_punctuation(page.text, begin, end)
    head = page.text[begin : min(end, begin + QUOTED)]
    if mark.kind == "password":
        name = "Password" if _is_password(head, way, quoted=quoted) else ""
    elif mark.kind == "key":
        name = "Key" if _is_key(head, mark, way, quoted=quoted) else ""
    else:
        name = "VendorKey" if values.is_key(head, least=16) and not _BLANK.search(head) else ""
    undecided = name != "" or end - begin < QUOTED
    return Seen(begin, end, name, 0.9 if quoted else 0.85, growing and undecided)


def _is_password(value: str, way: str, *, quoted: bool) -> bool:
    if _BLANK.search(value):
        return way == "assigned" and values.is_pass_phrase(value)
    if way == "bare":
        return values.is_strong(value)
    if way == "called":
        return values.is_password(value, quoted=False, prose=True)
    return values.is_password(value, quoted=quoted, prose=way == "told" and not quoted)


_LEAST = {"called": 12, "bare": 16}


def _is_key(value: str, mark: _Mark, way: str, *, quoted: bool) -> bool:
    if quoted and "salt" in mark.word:  # WordPress draws its salts from signs and blanks too
        return values.is_pass_phrase(value) or values.is_key(value)
    return values.is_key(value, least=_LEAST.get(way, 8 if quoted else 10)) and not _BLANK.search(value)


def _without_punctuation(text: str, begin: int, end: int) -> int:
    """The end without the punctuation of the sentence or the code around it."""
    least = max(begin, end - 8)
    if text.endswith("**", least, end):
        end -= 2
    while end > least and text[end - 1] in ".,:?)]}":
        end -= 1
    return end


def _credentials(page: _Page, mark: _Mark) -> Iterator[Seen]:
    """`Authorization: Bearer …` (RFC 6750 §2.1), `Basic …` (RFC 7617), and `Bearer …` alone."""
    m = _SCHEME.match(page.low, mark.end)
    if m is None or m.end() == mark.end:
        return
    begin, text = m.end(), page.text
    last = page.end(_VALUE, begin)
    end = _without_punctuation(text, begin, last)
    head = text[begin : min(end, begin + values.HEAD)]
    good = values.is_basic(head) if m["scheme"] == "basic" else values.is_key(head, least=12)
    good = good or (mark.word == "authorization" and m["scheme"] != "basic" and values.is_credential(head))
    yield Seen(begin, end, "Authorization" if good else "", 0.9, last == len(text) and (good or end - begin < QUOTED))


_PAIR = re.compile(
    rf"-(?<![^\s\"']-)(?:u|U|-user|-proxy-user)(?:[ =]|\", ?\")[\"']?[^{BREAKS}:$]{{1,64}}[\"']?:[\"']?"
    rf"(?P<value>[^{BREAKS}\\;|]{{4,}})"
)


def pairs(text: str, start: int, upto: int) -> Iterator[Seen]:
    """`curl -u user:password`."""
    page = _Page(text, 0)
    for m in _PAIR.finditer(text, max(0, start - BACK), min(len(text), upto + LOOK)):
        first = m.start("value")
        if m.start() < upto and first >= start:
            end = page.end(_WORD, first)
            good = values.is_password(text[first:end], quoted=False, prose=True) and not values.is_placeholder(m[0])
            yield Seen(first, end, "CurlPassword" if good else "", 0.9, end == len(text))
