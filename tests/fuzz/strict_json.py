"""`wire/strict.py` against the standard library's reader: what is accepted means the same to both, and nothing else is."""

from __future__ import annotations

import json
import math
from typing import Any

from guardrails.errors import MalformedRequest
from guardrails.wire import strict


class Refused(Exception):
    """The oracle's own no."""


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise Refused
    return made


def same(a: Any, b: Any) -> bool:
    """Equal in type, value and order; NaN is NaN."""
    if type(a) is not type(b):
        return False
    if isinstance(a, dict):
        return list(a) == list(b) and all(same(a[k], b[k]) for k in a)
    if isinstance(a, list):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, float):
        return (a == b and math.copysign(1, a) == math.copysign(1, b)) or (math.isnan(a) and math.isnan(b))
    return bool(a == b)


def depth(value: Any) -> int:
    below = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + max(map(depth, below), default=0) if isinstance(value, dict | list) else 0


def carried(value: Any) -> bool:
    """Can every reader carry it? No integer beyond 64 bits, no number beyond a double, no half of a pair."""
    if isinstance(value, dict):
        return all(carried(k) and carried(v) for k, v in value.items())
    if isinstance(value, list):
        return all(map(carried, value))
    if isinstance(value, str):
        return not any("\ud800" <= c <= "\udfff" for c in value)
    if isinstance(value, float):
        return math.isfinite(value)
    return not isinstance(value, int) or -(2**63) <= value < 2**64


def oracle(data: bytes) -> dict[str, Any]:
    """What the body must be read as. Raises Refused."""

    def refuse(_: str) -> None:
        raise Refused

    try:
        value = json.loads(data.decode(), object_pairs_hook=once, parse_constant=refuse)
    except (ValueError, RecursionError):
        raise Refused from None
    if not isinstance(value, dict) or not carried(value) or depth(value) > strict.DEEPEST:
        raise Refused
    return value


def check(data: bytes) -> None:
    try:
        expected = oracle(data)
    except Refused:
        try:
            strict.parse(data)
        except MalformedRequest:
            pass
        else:
            raise AssertionError("accepted, and not to be") from None
    else:
        value = strict.parse(data)
        assert same(value, expected)
        assert same(json.loads(strict.dump(value)), value)
        assert same(strict.parse(strict.dump(value)), value)
    generous(data)


def generous(data: bytes) -> None:
    """`read` and `repeats`, on whatever a provider sends."""
    value = strict.read(data)
    try:
        expected = json.loads(data)
    except (ValueError, RecursionError):
        assert value is None
        return
    if depth(expected) > strict.DEEPEST:
        assert value is None
        return
    assert same(value, expected)
    if carried(value):
        assert same(json.loads(strict.dump(value)), value)
    try:
        json.loads(data, object_pairs_hook=once)
        twice = False
    except Refused:
        twice = True
    assert strict.repeats(data) is twice
