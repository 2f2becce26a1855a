"""Does a value beside a label look like a secret? A password is any word that is not plain prose; a key looks drawn by lot.

Decided from the first `HEAD` characters, so that a stream knows after so many whether to swallow what follows.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from typing import NamedTuple

from guardrails.detectors.hits import OPAQUE
from guardrails.detectors.secret_kinds import NOTHING

HEAD = 64  # characters of a value that decide
#: Characters before a value in which its mark begins: a label, what joins it to its value, its quote.
BACK = 240
#: Before a mark: the rest of an identifier, the word before it.
BEFORE = 48
#: What begins so far before the end of a text is decided: no form of fixed length is longer, no value is judged by more.
LOOK = 180
QUOTES = "\"'`\u2018\u2019\u201c\u201d\u00ab\u00bb"
_SPACELESS = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\ud7ff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003ffff"
#: What no value without quotes goes across, as the inside of a class.
BREAKS = rf"\s{QUOTES}<>{OPAQUE}{_SPACELESS}"


class Seen(NamedTuple):
    """A value and what it may be. `name`: empty where it is no secret yet. `growing`: more text could change that."""

    start: int
    end: int
    name: str
    score: float
    growing: bool


_ALNUM_TURN = re.compile(r"(?<=[A-Za-z])(?=\d)|(?<=\d)(?=[A-Za-z])")
_WORDS = re.compile(r"[A-Z]?[a-z]{4,}")
_SEGMENT = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_HYPHENATED = re.compile(r"[A-Za-z]*\d*(?:[-_/.:'’][A-Za-z]*\d*)+")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
_CAMEL = re.compile(r"(?:[a-z]+|[A-Z][a-z]{2,})(?:[A-Z][a-z]{2,})+")
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
# What documents write where a secret would stand, and what programs fill in.
_HOLES = ("${", "$(", "{{", "#{", "%(", "<%", "...", "\u2026", "____", "00000000", "11111111")
_WORDS_FOR_IT = (
    *(
        "your",
        "example",
        "placeholder",
        "changeme",
        "change_me",
        "change-me",
        "changeit",
        "change_it",
        "change-it",
        "replace",
        "insert",
    ),
    *("redacted", "dummy", "fake", "sample", "todo", "abcdefgh", "12345678901"),
)
_BLACKED = re.compile(r"[xX*#\u2022\u00b7]{4}")
_FIELD = re.compile(r"\{[A-Za-z_]?[\w.]*\}")
_VARIABLE = re.compile(r"<|(?:\[.*\]|\{[^{}]*\}?|\$\$?[A-Za-z_]\w*|%\w+%?|@\w+@)\Z")
_CODE = re.compile(
    r"[A-Za-z_][\w.$]*(?:::|->|\()|[A-Za-z_][\w.]*\[|[\[({<]|[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+\Z|\A(?:new|await|return)\Z"
)
_PATH = re.compile(
    r"(?:\A|@)(?:https?:|file:|data:)?//|\A(?:\.{1,2}|~)?/[\w.-]+(?:/|\Z)|\A[A-Za-z]:\\|\A[\w-]+(?:/[\w-]+){2,}\.\w{1,5}\Z"
)
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_UNIT = (
    r"chars?|characters?|digits?|letters?|words?|h|hrs?|hours?|d|days?|st|nd|rd|th|mins?|s|secs?|ms|k|kb|mb|gb|x|bits?"
    r"|bytes?|fa|am|pm|tokens?|%"
)
_NAMED = r"sha|md|aes|rsa|utf|base|bcrypt|oauth|http|tls|ssl|v|win|x|argon|pbkdf|ed|step|option|level|type|day|week|top"
_MEASURE = re.compile(rf"(?i:(?:{_NAMED})-?\d[\d.]*|\d+(?:\.\d+)?[- ]?(?:{_UNIT}))")
_PROSE_LABEL = re.compile(
    r"(?i:pass(?:word|wort|e|code|phrase)|secret|token|contrase|kennwort|api.?key|credential|sandi|senha|user.?name)"
)


def is_placeholder(value: str) -> bool:
    """Whether it stands for a secret that is somewhere else: `${TOKEN}`, `<password>`, `xxxx`, `your-api-key`."""
    head = value[:HEAD]
    low = head.lower()
    return (
        low.rstrip(".!,:") in NOTHING
        or len(set(head)) < 3
        or any(hole in head for hole in _HOLES)
        or any(word in low for word in _WORDS_FOR_IT)
        or _BLACKED.search(head) is not None
        or _VARIABLE.match(head) is not None
        or ("{" in head and _FIELD.search(head) is not None)
    )


def is_drawn(value: str) -> bool:
    """Whether letters and digits (or letters of both cases) change so often that no one writes words like it."""
    head = value[:HEAD]
    size = len(head)
    if size < 8 or len(set(head.lower())) < min(7, size // 2 + 1):
        return False
    if _UUID.fullmatch(head):
        return True
    if 5 * sum(map(len, _WORDS.findall(head))) >= 4 * size:
        return False
    turns = len(_ALNUM_TURN.findall(head))
    if turns:
        return turns + len(_HUMP.findall(head)) >= max(2, (size + 4) // 5)
    return size >= 16 and 5 * len(_HUMP.findall(head)) >= size


def is_password(value: str, *, quoted: bool, prose: bool) -> bool:
    """`prose`: the label stood in a sentence, where a plain word is no password. Values without blanks only."""
    head = value[:HEAD]
    if len(head) < (5 if prose else 4) or is_placeholder(head) or _PATH.search(head):
        return False
    letters = any(c.isalpha() for c in head)
    digits = any(c.isdigit() for c in head)
    odd = sum(not c.isalnum() and c not in "._-/:'’" for c in head[:-1])
    if quoted:
        return _is_quoted_password(head, letters=letters, digits=digits, odd=odd)
    if _CODE.match(head) or _ADDRESS.fullmatch(head) or _MEASURE.fullmatch(head):
        return False
    if prose:
        return letters and (((digits or odd > 0) and len(head) >= (6 if digits else 5)) or _is_of_odd_case(head))
    if not letters:
        return (digits and len(head) >= 6 and (odd > 0 or head.isdigit())) or odd > 2
    return digits or odd > 0 or is_drawn(head) or _is_of_odd_case(head)


def is_strong(value: str) -> bool:
    """A password that nothing but a blank parts from its label: "wifi password blue7horse"."""
    head = value[:HEAD]
    if not is_password(head, quoted=False, prose=True) or _HYPHENATED.fullmatch(head):
        return False
    signs = any(c in "!@#$%^&*?~" for c in head[:-1])
    return any(c.isdigit() for c in head) and len(head) >= (6 if signs else 8)


def _is_of_odd_case(head: str) -> bool:
    """Letters alone, upper and lower as no one writes words: `bQaWvQqddZ`."""
    return head.isalpha() and head.isascii() and len(head) >= 8 and 3 * len(_SEGMENT.findall(head)) >= len(head)


def _is_quoted_password(head: str, *, letters: bool, digits: bool, odd: int) -> bool:
    if digits or odd:
        return letters or odd > 0 or len(head) >= 6
    named = _PROSE_LABEL.search(head) is not None or _CAMEL.fullmatch(head) is not None
    return len(head) >= 6 and head.isalpha() and head.isascii() and not named


def is_key(value: str, *, least: int = 8) -> bool:
    """What stands beside "token", "secret", "api key"."""
    head = value[:HEAD]
    if len(value) < least or is_placeholder(head) or _CODE.match(head) or _PATH.search(head) or _ADDRESS.fullmatch(head):
        return False
    return is_drawn(head) and not _MEASURE.fullmatch(head)


def is_credential(value: str) -> bool:
    """What a header named "Authorization" holds: anything long with letters and digits that stands for itself."""
    head = value[:HEAD]
    if len(head) < 12 or is_placeholder(head) or _CODE.match(head) or _PATH.search(head):
        return False
    return any(map(str.isdigit, head)) and any(map(str.isalpha, head)) and not _HYPHENATED.fullmatch(head)


def is_pass_phrase(value: str) -> bool:
    """A quoted value with blanks: mostly signs and digits (WordPress salts), never a sentence."""
    head = value[:HEAD]
    odd = sum(not c.isalpha() and c != " " for c in head)
    return (
        len(head) >= 8
        and 10 * odd >= 3 * len(head)
        and not is_placeholder(head)
        and OPAQUE not in head
        and any(c.isalnum() for c in head)
    )


def is_basic(value: str) -> bool:
    """RFC 7617: base64 of `user:password`."""
    text = decoded(value)
    return text is not None and ":" in text and text.isprintable() and not is_placeholder(text)


def decoded(value: str) -> str | None:
    """Text of base64 in either alphabet, padded or not (RFC 4648); None where it is none."""
    plain = value.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return None


def is_jose_header(value: str) -> bool:
    """RFC 7515 §4, RFC 7516 §4: a JSON object that names an algorithm or a type."""
    text = decoded(value)
    if text is None:
        return False
    try:
        header = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return isinstance(header, dict) and not header.keys().isdisjoint({"alg", "typ", "enc", "kid"})
