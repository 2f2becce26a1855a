"""The record: what is written down about one decision. It never holds text.

A record is a leaf of the log: RFC 8785 (JCS) bytes on a restricted domain, so that plain sorted JSON writes them: ASCII keys,
integers below 2^53, no floats (scores are integer millionths, times integer microseconds), lone surrogates replaced. On that
domain `orjson` with sorted keys writes the same bytes as the reference, which the tests hold it to.

Whoever calls a builder gives strings that are already safe: names from the server's own tables, kinds, ids, RFC 6901 paths with
client-chosen keys as positions. A string that a client or a provider chose (an unknown model, a header) comes as a keyed
hash. Nothing here can tell a name from a secret; what can be bounded (length, depth, number) is bounded here.

Writing down must never fail and never drop: values outside the domain are clamped or spelt out, and a leaf that would grow
past 32 KiB keeps the first of a long list, how many more there were, and the SHA-256 of them all.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from hashlib import sha256
from typing import Any, NamedTuple

import orjson

from guardrails.model import SPAN_ACTIONS, Action, Context, Decision, Finding, Mode, Reason, Result, Stage

VERSION = 1
LARGEST_LEAF = 32 * 1024  # bytes
LARGEST_INTEGER = 2**53 - 1  # RFC 8785 section 3.2.2.3: what every reader of JSON holds exactly
LONGEST_STRING = 256  # characters
MOST = (64, 16, 4, 0)  # how many items of a list are written out, tried in turn until the leaf fits

Json = dict[str, Any]

_encoder = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode


class Type(StrEnum):
    INTENT = "decision.intent"
    OUTCOME = "decision.outcome"
    UNKNOWN = "outcome.unknown"
    GENESIS = "log.genesis"


class Ending(StrEnum):
    """How a call ended, in the end."""

    ALLOWED = "allowed"
    MODIFIED = "modified"
    BLOCKED = "blocked"
    DETECTOR_ERROR = "detector_error"
    UPSTREAM_ERROR = "upstream_error"
    CLIENT_GONE = "client_gone"
    ABORTED = "aborted"
    UNKNOWN = "unknown"


class Index(NamedTuple):
    """What a store keeps beside a leaf to find it again. A projection: always recomputable from the leaf, never hashed."""

    type: str
    call: str
    ts: str
    tenant: str
    action: str
    ending: str


@dataclass(frozen=True, slots=True)
class Record:
    """One leaf and its index. Made by the builders below, never by hand."""

    index: Index
    data: bytes = field(repr=False)

    def leaf(self) -> bytes:
        """The bytes that are hashed and kept: RFC 8785, at most 32 KiB."""
        return self.data


def index_of(document: object) -> Index:
    """The index of a parsed leaf. Any JSON value is accepted: what is no record has an empty index.

    A NUL, at which some databases end a text, is a "?" here.
    """
    body = document if isinstance(document, dict) else {}
    values = [value if isinstance(value := body.get(name), str) else "" for name in Index._fields]
    return Index(*[value.replace("\0", "?") if "\0" in value else value for value in values])


def canonical(value: object) -> bytes:
    """RFC 8785 bytes of a value of the restricted domain (`clean` makes one of anything)."""
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except TypeError:  # a lone surrogate, which UTF-8 cannot hold, becomes "?"
        return _encoder(value).encode("utf-8", "replace")


def clean(value: object, depth: int = 4) -> Any:
    """The nearest value of the restricted domain: any object in, JSON without floats out, bounded in size."""
    if type(value) is str:  # nearly all values are one of these two, and each record has some thirty of them
        return _string(value)
    if type(value) is int and -LARGEST_INTEGER <= value <= LARGEST_INTEGER:
        return value
    return _nearest(value, depth)


def _nearest(value: object, depth: int) -> Any:
    if isinstance(value, str):
        return _string(value)
    if depth and isinstance(value, Mapping):
        return {_key(k): clean(v, depth - 1) for k, v in list(value.items())[: MOST[0]]}
    if depth and isinstance(value, (list, tuple, set, frozenset)):
        items = sorted(value, key=repr) if isinstance(value, (set, frozenset)) else value
        return [clean(v, depth - 1) for v in list(items)[: MOST[0]]]
    if isinstance(value, int) and not isinstance(value, bool):
        return max(-LARGEST_INTEGER, min(LARGEST_INTEGER, int(value)))
    if isinstance(value, float):
        return repr(value)
    return value if value is None or isinstance(value, bool) else type(value).__name__


def _the_same(value: object) -> Any:
    """`clean`, remembered: of what hardly changes between records, such as their origin. The result is not to be changed."""
    if isinstance(value, dict):
        try:
            return _remembered(tuple([(name, item, type(item)) for name, item in value.items()]))  # 1 is equal to True
        except TypeError:  # something in it is no plain value
            pass
    return clean(value)


@lru_cache(maxsize=256)
def _remembered(items: tuple[tuple[Any, Any, type], ...]) -> Any:
    return clean({name: item for name, item, _ in items})


def _string(value: str) -> str:
    if len(value) <= LONGEST_STRING and value.isascii():
        return value if type(value) is str else str(value)
    short = str(value[:LONGEST_STRING])
    return short.encode("utf-8", "replace").decode("utf-8")


def intent(  # noqa: PLR0913  one keyword for each thing that is written down
    *,
    id: str,  # noqa: A002  the field's name in the record
    call: str,
    at: str,
    context: Context,
    decision: Decision,
    provider: str,
    model: str,
    bytes_in: int,
    guard_us: int,
    origin: Mapping[str, object],
    unscanned: Sequence[str] = (),
    disclosure: Mapping[str, object] | None = None,
    edits: Mapping[str, int] | None = None,
    unsafe: Sequence[str] = (),
    retention: str = "audit",
) -> Record:
    """What was decided about a request, written before it is forwarded.

    `at`: RFC 3339 in UTC with milliseconds. `origin`: at least `instance` and `config` (SHA-256). `edits`: how many edits of
    each operation were made. `unscanned`: paths of what could not be read (images, audio). `unsafe`: the `unsafe_…` settings
    in force. `model`: a name from the server's table, or a keyed hash of what the client sent.
    """
    body = _envelope(Type.INTENT, id, call, at, origin) | _caller_of(context) | _decided(decision)
    body["model"] = {"requested": clean(model), "provider": clean(provider)}
    body["io"] = {"in": {"bytes": clean(bytes_in)}}
    body["perf"] = {"guard_us": clean(guard_us)}
    lists = _lists(decision) | _unscanned(unscanned)
    return _record(body, lists, disclosure=disclosure, edits=edits, unsafe=unsafe, retention=retention)


def outcome(  # noqa: PLR0913  one keyword for each thing that is written down
    *,
    id: str,  # noqa: A002  the field's name in the record
    call: str,
    at: str,
    context: Context,
    ending: Ending,
    decision: Decision | None,
    status: int | None,
    upstream_us: int,
    total_us: int,
    bytes_out: int,
    origin: Mapping[str, object],
    restored: int = 0,
    unknown_placeholders: int = 0,
    kept_back: int = 0,
    guard_us: int = 0,
    served: str | None = None,
    disclosure: Mapping[str, object] | None = None,
    edits: Mapping[str, int] | None = None,
    tokens_in: int | None = None,
    tokens_out: int | None = None,
    error: Mapping[str, object] | None = None,
    unscanned: Sequence[str] = (),
    retention: str = "audit",
) -> Record:
    """How a call ended, written before its last byte leaves.

    `decision`: about the answer; None where none was judged. `status`: what the upstream answered. `restored`: placeholders
    given back; `unknown_placeholders`: left because this call knows no value for them; `kept_back`: left because they stood
    in a foreign URL. `served`: the model that answered, as safe a string as `model`. `error`: `stage` and `class`, no message.
    `unscanned`: paths of what could not be read in the answer.
    """
    body = _envelope(Type.OUTCOME, id, call, at, origin) | _caller_of(context)
    body |= _decided(decision) if decision else {}
    body["ending"] = str(ending)
    body["io"] = {"out": {"bytes": clean(bytes_out)}}
    body["perf"] = _known(
        guard_us=guard_us, upstream_us=upstream_us, total_us=total_us, tokens_in=tokens_in, tokens_out=tokens_out
    )
    body["placeholders"] = _known(restored=restored, unknown=unknown_placeholders, kept_back=kept_back)
    body |= _known(status=status)
    if served is not None:
        body["model"] = {"served": clean(served)}
    lists = (_lists(decision) if decision else {}) | _unscanned(unscanned)
    return _record(body, lists, disclosure=disclosure, edits=edits, error=error, retention=retention)


def outcome_unknown(  # noqa: PLR0913  one keyword for each thing that is written down
    *,
    id: str,  # noqa: A002  the field's name in the record
    call: str,
    at: str,
    intent_index: int,
    origin: Mapping[str, object],
    tenant: str = "",
    app: str = "",
    route: str = "",
    reason: str = "process_died",
    retention: str = "audit",
) -> Record:
    """What is written for an intent that nobody will end: what became of the call is not known, and that is said.

    `reason`: `process_died`, or `log_unavailable` where the log could not take the end, or took the intent too late.
    """
    body = _envelope(Type.UNKNOWN, id, call, at, origin)
    body |= {"tenant": clean(tenant), "app": clean(app), "route": clean(route)}
    body |= {"ending": str(Ending.UNKNOWN), "intent": clean(intent_index), "reason_code": clean(reason)}
    return _record(body, {}, retention=retention)


def genesis(*, id: str, at: str, log: str, key: str, origin: Mapping[str, object]) -> Record:  # noqa: A002  the field's name
    """The first entry of a log: its name and the public key (C2SP vkey) that signs its checkpoints."""
    body = _envelope(Type.GENESIS, id, "", at, origin)
    return _record(body | {"tenant": "", "log": clean(log), "key": clean(key)}, {}, retention="log")


# --- parts ------------------------------------------------------------------------------------------------------------


def _envelope(kind: Type, ident: str, call: str, at: str, origin: Mapping[str, object]) -> Json:
    return {
        "v": VERSION,
        "type": str(kind),
        "id": clean(ident),
        "call": clean(call),
        "ts": clean(at),
        "origin": _the_same(origin),
    }


def _caller_of(context: Context) -> Json:
    return _caller(context.tenant, context.app, context.route, context.channel, context.language)


@lru_cache(maxsize=256)
def _caller(tenant: str, app: str, route: str, channel: str, language: str) -> Json:
    told = {"tenant": tenant, "app": app, "route": route, "channel": channel, "language": language}
    return {name: clean(value) for name, value in told.items()}


def _decided(decision: Decision) -> Json:
    body = _judged(decision.stage, decision.action, decision.policy, decision.digest, decision.results)
    hidden = _hidden(decision.reasons) if decision.reasons else {}
    return body | {"hidden": hidden} if hidden else body


@lru_cache(maxsize=256)
def _judged(stage: Stage, action: Action, policy: str, digest: str, results: tuple[Result, ...]) -> Json:
    return {
        "stage": stage.value,
        "action": _WORDS[action],
        "policy": {"id": clean(policy), "sha256": clean(digest)},
        "rule_bits": rule_bits(results),
    }


def _lists(decision: Decision) -> dict[str, list[Json]]:
    if not decision.reasons and not decision.errors:
        return {}
    return {
        "rules": [_rule(reason) for reason in decision.reasons],
        "findings": [_finding(finding, reason) for reason in decision.reasons for finding in reason.findings],
        "errors": [
            {"detector": clean(e.detector), "path": clean(e.path), "cause": clean(e.cause), "stage": str(e.stage)}
            for e in decision.errors
        ],
    }


def _unscanned(paths: Sequence[str]) -> dict[str, list[Any]]:
    return {"unscanned": [clean(path) for path in paths]} if paths else {}


def _rule(reason: Reason) -> Json:
    return {
        "id": clean(reason.rule),
        "result": str(reason.result),
        "action": reason.action.word,
        "severity": reason.severity.name.lower(),
        "mode": str(reason.mode),
        "count": len(reason.findings),
    }


def _finding(finding: Finding, reason: Reason) -> Json:
    acts = reason.mode is Mode.ENFORCE and reason.action in SPAN_ACTIONS
    return {
        "rule": _string(reason.rule),
        "entity": _string(finding.entity),
        "path": _string(finding.path),
        "origin": finding.origin.value,
        "detector": _string(finding.detector),
        "start": clean(finding.start),
        "end": clean(finding.end),
        "score_ppm": _millionths(finding.score),
        "op": reason.action.word if acts else "none",
    }


def _hidden(reasons: Sequence[Reason]) -> dict[str, int]:
    """How many places of each entity an enforcing rule hides: counted over all findings, also where not all are written out."""
    if not reasons:
        return {}
    places = {
        (f.entity, f.path, f.start, f.end)
        for r in reasons
        if r.mode is Mode.ENFORCE and r.action in SPAN_ACTIONS
        for f in r.findings
    }
    counts: dict[str, int] = {}
    for entity in sorted(place[0] for place in places):
        counts[_key(entity)] = counts.get(_key(entity), 0) + 1
    return dict(list(counts.items())[: MOST[0]])


_WORDS = {action: action.word for action in Action}
_BITS = {Result.NO_MATCH: 0, Result.MATCH: 1, Result.ERROR: 2, Result.SKIPPED: 3}


def rule_bits(results: Sequence[Result]) -> str:
    """Base64 of two bits for each rule (0 no match, 1 match, 2 error, 3 skipped), the first rule in the highest bits.

    The policy's digest says which rule is which: results stand in the order of the rules' ids.
    """
    return _rule_bits(tuple(results))


@lru_cache(maxsize=256)
def _rule_bits(results: tuple[Result, ...]) -> str:
    """Most calls of a policy match nothing, so the same few rows of results come again and again."""
    packed = bytearray((len(results) + 3) // 4)
    for place, result in enumerate(results):
        packed[place // 4] |= _BITS[result] << (6 - 2 * (place % 4))
    return base64.b64encode(packed).decode("ascii")


def _millionths(score: float) -> int:
    return round(min(1.0, max(0.0, score)) * 1_000_000) if score == score else 0  # noqa: PLR0124  NaN is not itself


def _known(**values: int | None) -> Json:
    return {name: clean(value) for name, value in values.items() if value is not None}


def _key(key: object) -> str:
    if type(key) is str and len(key) <= LONGEST_STRING and key.isascii():
        return key
    return str(key)[:LONGEST_STRING].encode("ascii", "backslashreplace").decode("ascii")


def _record(body: Json, lists: Mapping[str, list[Any]], *, retention: str, **extra: object) -> Record:
    """The leaf, made to fit: long lists are cut to the first few, with a count and a digest of the whole."""
    body["retention"] = {"class": clean(retention)}
    body |= {name: _the_same(value) for name, value in extra.items() if value}
    full = {name: items for name, items in lists.items() if items}
    for most in MOST:
        written = canonical(body | _cut(full, most) if full else body)
        if len(written) <= LARGEST_LEAF:
            return Record(_index(body), written)
    for name, value in sorted(body.items(), key=lambda item: -len(canonical(item[1]))):
        whole = canonical(value)
        body[name] = {"bytes": len(whole), "sha256": sha256(whole).hexdigest()}
        written = canonical(body | _cut(full, 0))
        if len(written) <= LARGEST_LEAF:
            break
    return Record(index_of(body), written)


def _index(body: Json) -> Index:
    return Index(*[value.replace("\0", "?") if "\0" in (value := body.get(name, "")) else value for name in Index._fields])


def _cut(lists: Mapping[str, list[Any]], most: int) -> Json:
    out: Json = {}
    for name, items in lists.items():
        out[name] = items[:most]
        if len(items) > most:
            out[f"{name}_more"] = len(items) - most
            out[f"{name}_sha256"] = sha256(canonical(items)).hexdigest()
    return out
