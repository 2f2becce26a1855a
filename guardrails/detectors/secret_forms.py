"""Secrets that show what they are: tokens by their form, private keys, JWTs, passwords in links. No label is needed.

What is long is decided by its beginning and swallowed to its end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

from guardrails.detectors import secret_kinds as kinds
from guardrails.detectors import secret_values as values
from guardrails.detectors.hits import OPAQUE
from guardrails.detectors.linear import search_set
from guardrails.detectors.secret_kinds import LONGEST, Form
from guardrails.detectors.secret_values import BACK, BREAKS, LOOK, Seen

# A mark begins where a word does, or after an escape that stands for a break (`\n`, `%3D`).
_EDGE = r"(?:(?<![A-Za-z0-9])|(?<=\\[nrt])|(?<=%[0-9A-Fa-f]{2}))"


class _Way(NamedTuple):
    """How a form is looked for: where it could begin (cheap: most begin with letters of their own), then whole."""

    form: Form
    opening: re.Pattern[str]
    whole: re.Pattern[str]


@cache
def _ways() -> tuple[Any, tuple[_Way, ...]]:
    which = search_set(map(sign_of, kinds.FORMS), room=64)
    return which, tuple(_Way(f, re.compile(f.prefix or _pattern(f)), re.compile(_pattern(f))) for f in kinds.FORMS)


def sign_of(form: Form) -> str:
    """What stands in any text that holds one, in RE2's words: short, so that all of them together stay one small automaton."""
    if form.sign:
        return form.sign
    body = f"{form.body}{{{min(form.least, 10)}}}" if form.least else "[A-Za-z0-9@_+/-]{6}"
    return f"(?:^|[^A-Za-z0-9]|\\\\[nrt]|%[0-9A-Fa-f]{{2}}){form.prefix}{body}"


def _pattern(form: Form) -> str:
    if not form.least:
        body = f"(?P<body>{form.body})(?![A-Za-z0-9])"
    elif form.most is None:
        body = f"(?P<body>{form.body}{{{form.least},{LONGEST}}})"
    else:
        body = f"(?P<body>{form.body}{{{form.least},{form.most}}})(?![A-Za-z0-9])"
    return f"{_EDGE}{form.prefix}{body}"


def tokens(text: str, start: int, upto: int) -> Iterator[Seen]:
    """What has the form of a token, at or after `start` and before `upto`."""
    which, ways = _ways()
    begin, end = max(0, start - 64), min(len(text), upto + LOOK)
    for number in which.Match(text[begin:end]) or ():
        form, opening, whole = ways[number]
        at = begin
        while (m := opening.search(text, at, end)) is not None and m.start() < upto:
            at = m.start() + 1
            if (m := whole.match(text, at - 1)) is None:
                at = _run_end(text, at)  # nothing begins inside a run of letters and digits
            else:
                at = m.end()
                first = m.start("body") if form.after else m.start()
                if first >= start and _is_token(form, m["body"][: values.HEAD]):
                    yield Seen(first, m.start() + len(m[0].rstrip(".")), form.name, 1.0, at == len(text))


_RUN = re.compile("[A-Za-z0-9]*")


def _run_end(text: str, at: int) -> int:
    m = _RUN.match(text, at)
    return m.end() if m else at


def _is_token(form: Form, head: str) -> bool:
    if form.doubt and _BLANK.search(head):
        return False
    mixed = any(map(str.isdigit, head)) and any(map(str.isalpha, head))
    return mixed or not form.mixed or (not form.doubt and "xxxx" in head)


# What documents write for a token's body.
_BLANK = re.compile(r"[xX*#]{5,}|0{8,}|1{8,}|(?i:example|placeholder|redacted|your[-_]?(?:api|token|key|secret))")


_JWT = re.compile(_EDGE + r"eyJ[A-Za-z0-9_-]{9,2048}")
_JWT_REST = re.compile(rf"(?:\.[A-Za-z0-9_-]{{0,{LONGEST}}}){{1,4}}")
_JOSE = re.compile(r'\{"(?:alg|typ|kid|enc|cty|jku|jwk|x5[uct]|zip|crit|epk|iss|ver|b64|apu|apv|p2|iv|tag|url|nonce)')


def jwts(text: str, start: int, upto: int) -> Iterator[Seen]:
    """A JOSE header and at least a payload: signed or not (RFC 7515, RFC 7519 §6), encrypted (RFC 7516)."""
    at = text.find("eyJ", start, upto + 2)
    while at >= 0:
        m = _JWT.match(text, at)
        if m is not None and _JOSE.match(values.decoded(text[at : at + 16]) or ""):
            yield from _jwt(text, m)
            at = m.end()
        at = text.find("eyJ", at + 1, upto + 2)


def _jwt(text: str, m: re.Match[str]) -> Iterator[Seen]:
    at, end = m.span()
    rest = _JWT_REST.match(text, end)
    if rest is None:
        if end == len(text):
            yield Seen(at, end, "", 0.0, growing=True)
    elif values.is_jose_header(m[0]):
        last = at + len(text[at : rest.end()].rstrip("."))
        yield Seen(at, last, "Jwt" if last - end > 8 else "", 1.0, rest.end() == len(text))


_BEGIN = re.compile(r"-----BEGIN (?:[A-Z0-9]{1,12} ){0,4}PRIVATE KEY(?: BLOCK)?-----")
_BEGUN = re.compile(r"-{2,5}(?:B(?:E(?:G(?:I(?:N(?: [A-Z0-9]{0,12}){0,7}-{0,5})?)?)?)?)?\Z")
_SKIP = rf"(?:\s|\\+[nrt]|[\\\"'`,+|>*#{OPAQUE}])"
# Lines of base64, the headers of RFC 1421 and RFC 4880, what quotes them in code. A word of prose is shorter.
_LINES = re.compile(
    rf"(?:{_SKIP}{{1,64}}(?:(?:Proc-Type|DEK-Info|Version|Comment|Hash|Charset|MessageID)(?::[^\n\\]{{0,100}})|[A-Za-z0-9+/=]{{16,{LONGEST}}}))"
    rf"{{1,2048}}(?:(?:{_SKIP}{{1,64}}[A-Za-z0-9+/=]{{1,15}}){{1,2}}(?={_SKIP}{{0,64}}-----END)|{_SKIP}{{1,64}}[A-Za-z0-9+/=]{{1,15}}\Z)?{_SKIP}{{0,64}}"
)
_END = re.compile(r"-----END [A-Z0-9 ]{1,60}-----")
_SHORT = re.compile(rf"[^\0]{{16,{LOOK}}}?(?=-----END )")


def private_keys(text: str, start: int, upto: int) -> Iterator[Seen]:
    """PEM (RFC 7468, RFC 1421), OpenSSH and PGP (RFC 4880) private keys, whole."""
    at = text.find("-----BEGIN ", start, upto + 10)
    while at >= 0:
        if m := _BEGIN.match(text, at):
            yield _key(text, at, m.end())
        at = text.find("-----BEGIN ", at + 1, upto + 10)


def _key(text: str, at: int, end: int) -> Seen:
    size, last = len(text), min(len(text), at + LONGEST)
    body = _LINES.match(text, end, last) or _SHORT.match(text, end, last)
    if body is None:
        return Seen(at, end, "", 0.0, size - end <= LOOK + 16)
    if closing := _END.match(text, body.end()):
        return Seen(at, closing.end(), "PrivateKey", 1.0, growing=False)
    stop = at + len(text[at : body.end()].rstrip())
    return Seen(at, stop, "PrivateKey" if stop - end >= 32 else "", 1.0, size - body.end() <= 80 and size < at + LONGEST)


def open_key(text: str, start: int) -> int:
    """Where a line begins that may yet become that of a private key; the end of the text where none does."""
    m = _BEGUN.search(text, max(start, len(text) - 80))
    return m.start() if m else len(text)


_LINK = re.compile(
    rf"://[^{BREAKS}:/?#@]{{0,64}}(?:@[^{BREAKS}:/?#@]{{1,64}})?:(?P<value>[^{BREAKS}/?\\]{{1,128}})@(?=[\w\[{{.-])"
)


def links(text: str, start: int, upto: int) -> Iterator[Seen]:
    """`scheme://user:password@host` (RFC 3986 §3.2.1)."""
    at = text.find("://", max(0, start - BACK), upto + 2)
    while at >= 0:
        if (m := _LINK.match(text, at)) and m.start("value") >= start and _is_in_link(m["value"]):
            yield Seen(*m.span("value"), "UrlPassword", 1.0, m.end() == len(text))
        at = text.find("://", at + 3, upto + 2)


def _is_in_link(value: str) -> bool:
    return len(value) >= 3 and not values.is_placeholder(value) and not value.isdigit()
