"""Bodies in and out. What was checked is what is forwarded, so a body that two parsers could read differently is refused.

RFC 8259 leaves open what a repeated key, a number beyond the range of its reader or a lone surrogate mean. An upstream that
reads the first of two equal keys where we read the last would see text that nobody screened: such bodies are refused, with
a sentence that says where to look. Floats and their like are kept value for value (IEEE 754 double), keys in their order.
"""

from __future__ import annotations

import json
import math
import re
from codecs import BOM_UTF8
from contextlib import suppress
from typing import Any, NoReturn

import orjson

from guardrails.errors import MalformedRequest

_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
_ZEROS = bytes.maketrans(b"123456789", b"000000000")
_LONG = 19  # digits: from here on an integer may lie beyond 64 bits
DEEPEST = 200  # levels: no dialect needs a tenth of them, and every walk of ours can stand them
_MIN_INT, _MAX_INT = -(2**63), 2**64 - 1


def parse(body: bytes) -> dict[str, Any]:
    """The JSON object in `body`. Raises MalformedRequest; the message names the fault and never quotes the body."""
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        value = _slowly(body)  # says what is wrong, and where
        if _too_deep(body, value):
            raise MalformedRequest(f"The body is nested deeper than {DEEPEST} levels.") from None
        raise MalformedRequest(
            "The body holds half of a surrogate pair (a \\uD800 to \\uDFFF escape with no partner), which is no character. "
            "Send whole characters; cut text between characters, not inside them."
            if _SURROGATE.search(body)
            else "The body is not valid JSON (RFC 8259)."
        ) from None
    if not isinstance(value, dict):
        raise MalformedRequest("The body must be a JSON object, beginning with {.")
    if _too_deep(body, value):
        raise MalformedRequest(f"The body is nested deeper than {DEEPEST} levels.")
    return value if _complete(body, value) and not _long_digits(body) else _slowly(body)


def read(body: bytes) -> Any:
    """Any JSON of a provider: generous where it can be passed on as it is; None where it cannot be read, or is too deep."""
    try:
        value = orjson.loads(body)
        if _long_digits(body):
            with suppress(ValueError, RecursionError):  # so long that Python refuses it too: the double must do
                value = json.loads(body)
    except orjson.JSONDecodeError:
        try:
            value = json.loads(body)
        except (ValueError, RecursionError):
            return None
    return None if _too_deep(body, value) else value


def repeats(body: bytes, value: Any = None) -> bool:
    """Does an object of this readable body hold a key twice? Then its bytes must not leave: others read another value.

    `value`: what `read` made of it, where that is at hand.
    """
    try:
        if _complete(body, orjson.loads(body) if value is None else value):
            return False
    except (TypeError, orjson.JSONDecodeError):
        pass  # half of a surrogate pair, NaN: for the slow reader
    try:
        json.loads(body, object_pairs_hook=_object)
    except MalformedRequest:
        return True
    return False


def _complete(body: bytes, value: Any) -> bool:
    """Is every string of `body` in `value`? Then no key stood twice in it: of two equal keys a reader keeps one.

    Told by counting quotation marks, at a tenth of the cost of looking at each key. Each string has two and one for each \\" in
    it, in the body and when written again; only the spelling \\u0022, which is none, leaves it open. False may mean either.
    """
    if b"\\" in body and b"\\u0022" in body:
        return False
    return orjson.dumps(value).count(b'"') == body.count(b'"')


def _long_digits(body: bytes) -> bool:
    """Do so many digits stand in a row somewhere that an integer may not fit into 64 bits? orjson reads it as a double then."""
    if b"000" not in body[:: _LONG // 3].translate(_ZEROS):  # a row that long covers three neighbours among every sixth byte
        return False
    return b"0" * _LONG in body.translate(_ZEROS)


def _slowly(body: bytes) -> Any:
    """The body read by the standard library, which shows each object's pairs, each number's digits, the place of a fault."""
    if body.startswith(BOM_UTF8):
        raise MalformedRequest(
            "The body begins with a byte order mark, which JSON has no place for (RFC 8259, 8.1). Leave it out."
        )
    try:
        return json.loads(
            body.decode("utf-8"),
            object_pairs_hook=_object,
            parse_constant=_constant,
            parse_int=_integer,
            parse_float=_float,
        )
    except UnicodeDecodeError as error:
        raise MalformedRequest(f"The body is not valid UTF-8 at byte {error.start}. Send it as UTF-8.") from None
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise MalformedRequest(f"The body is not valid JSON at {where}: {error.msg}.") from None
    except RecursionError:
        raise MalformedRequest("The body is nested too deeply to be read.") from None


def _too_deep(body: bytes, value: Any) -> bool:
    if len(body) <= 2 * DEEPEST or body.count(b"[") + body.count(b"{") <= DEEPEST:
        return False
    level, depth = [value], 0
    while level:
        depth += 1
        if depth > DEEPEST:
            return True
        level = [c for v in level for c in (v.values() if isinstance(v, dict) else v) if isinstance(c, dict | list)]
    return False


def dump(value: Any) -> bytes:
    """The body as UTF-8 JSON. Falls back to escapes for lone surrogates, and to long digits, that an upstream sent us."""
    try:
        return orjson.dumps(value)
    except (TypeError, orjson.JSONEncodeError):
        return json.dumps(value, separators=(",", ":")).encode()


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise MalformedRequest("The body holds an object in which the same key stands twice. Send each key once.")
    return made


def _constant(_: str) -> NoReturn:
    raise MalformedRequest("The body holds NaN or Infinity, which JSON has no way to write (RFC 8259). Send null or a string.")


def _integer(digits: str) -> int:
    if len(digits) > 20 or not _MIN_INT <= (number := int(digits)) <= _MAX_INT:
        raise MalformedRequest("The body holds an integer beyond 64 bits, which readers round. Send it as a string.")
    return number


def _float(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise MalformedRequest("The body holds a number beyond the range of a double. Send it as a string.")
    return number
