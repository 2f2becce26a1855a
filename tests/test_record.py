"""A record is exact, bounded and free of text, whatever it is given; RFC 8785's reference writes the same bytes."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from hashlib import sha256

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from guardrails import record
from guardrails.model import Action, Context, Decision, Failure, Finding, Mode, Origin, Reason, Result, Severity, Stage
from guardrails.record import Ending, Record

AT = "2026-11-21T10:00:00.123Z"
ORIGIN = {"instance": "one", "config": "ab" * 32}
CONTEXT = Context(now=AT, tenant="acme", app="shop", route="/v1/chat/completions", channel="web", language="da")
FINDING = Finding("/messages/0/content", 5, 28, "EMAIL_ADDRESS", 0.85, "pattern/1", origin=Origin.USER)
REASON = Reason("hide-mail", Action.TOKENIZE, (FINDING,), Severity.HIGH)
DECISION = Decision(Stage.INPUT, "default", "cd" * 32, (REASON,), results=(Result.NO_MATCH, Result.MATCH, Result.ERROR))


def an_intent(decision: Decision = DECISION, **changes: object) -> Record:
    given = {
        "id": "i1", "call": "c1", "at": AT, "context": CONTEXT, "decision": decision, "provider": "demo", "model": "demo-1",
        "bytes_in": 120, "guard_us": 900, "origin": ORIGIN,
    }  # fmt: skip
    return record.intent(**(given | changes))  # type: ignore[arg-type]  # a table of keywords


def an_outcome(**changes: object) -> Record:
    given = {
        "id": "o1", "call": "c1", "at": AT, "context": CONTEXT, "ending": Ending.MODIFIED, "decision": None, "status": 200,
        "upstream_us": 5, "total_us": 9, "bytes_out": 300, "origin": ORIGIN,
    }  # fmt: skip
    return record.outcome(**(given | changes))  # type: ignore[arg-type]  # a table of keywords


def test_an_intent_says_what_was_decided_and_where() -> None:
    written = an_intent(edits={"tokenize": 1}, unscanned=["/messages/0/content/1"], unsafe=["unsafe_skip"])
    body = json.loads(written.leaf())
    assert body["type"] == "decision.intent"
    assert body["policy"] == {"id": "default", "sha256": "cd" * 32}
    assert body["action"] == "tokenize"
    assert body["hidden"] == {"EMAIL_ADDRESS": 1}
    assert body["rules"] == [
        {"id": "hide-mail", "result": "match", "action": "tokenize", "severity": "high", "mode": "enforce", "count": 1}
    ]
    (finding,) = body["findings"]
    assert (finding["start"], finding["end"], finding["score_ppm"], finding["op"]) == (5, 28, 850_000, "tokenize")
    assert body["unsafe"] == ["unsafe_skip"]
    assert written.index == record.index_of(body)
    assert written.index[:5] == ("decision.intent", "c1", AT, "acme", "tokenize")


def test_an_outcome_says_how_it_ended() -> None:
    written = an_outcome(restored=2, kept_back=1, tokens_in=7, error={"stage": "upstream", "class": "Timeout"}, served="m")
    body = json.loads(written.leaf())
    assert body["ending"] == written.index.ending == "modified"
    assert body["placeholders"] == {"restored": 2, "unknown": 0, "kept_back": 1}
    assert body["perf"] == {"guard_us": 0, "upstream_us": 5, "total_us": 9, "tokens_in": 7}
    assert body["error"] == {"stage": "upstream", "class": "Timeout"}
    assert "rules" not in body
    assert "action" not in body  # nothing was judged, so nothing was decided


def test_a_shadow_rule_hides_nothing_and_says_so() -> None:
    body = json.loads(an_intent(replace(DECISION, reasons=(replace(REASON, mode=Mode.SHADOW),))).leaf())
    assert body["action"] == "allow"
    assert "hidden" not in body
    assert body["findings"][0]["op"] == "none"


def test_recovery_and_the_first_entry() -> None:
    lost = record.outcome_unknown(id="u", call="c1", at=AT, intent_index=4, origin=ORIGIN, tenant="acme")
    assert (lost.index.type, lost.index.call, lost.index.ending) == ("outcome.unknown", "c1", "unknown")
    first = record.genesis(id="g", at=AT, log="example.com/log", key="example.com/log+0+x", origin=ORIGIN)
    assert json.loads(first.leaf())["log"] == "example.com/log"


@pytest.mark.parametrize(
    ("results", "bits"),
    [
        ([], b""),
        ([Result.MATCH], b"\x40"),
        ([Result.NO_MATCH, Result.MATCH, Result.ERROR, Result.SKIPPED], b"\x1b"),
        ([Result.SKIPPED] * 5, b"\xff\xc0"),
    ],
)
def test_rule_bits(results: list[Result], bits: bytes) -> None:
    assert record.rule_bits(results) == base64.b64encode(bits).decode()


def findings(number: int, path: str = "/messages/0/content") -> tuple[Finding, ...]:
    return tuple(Finding(path, i, i + 1, "EMAIL_ADDRESS", 0.5, "pattern/1") for i in range(number))


@pytest.mark.parametrize(("number", "written"), [(64, 64), (65, 64), (500, 64)])
def test_findings_beyond_64_are_counted_and_sealed(number: int, written: int) -> None:
    body = json.loads(an_intent(replace(DECISION, reasons=(replace(REASON, findings=findings(number)),))).leaf())
    assert len(body["findings"]) == written
    assert body.get("findings_more", 0) == number - written
    assert body["hidden"] == {"EMAIL_ADDRESS": number}
    assert body["rules"][0]["count"] == number
    if number > written:
        everything = [dict(body["findings"][0], start=i, end=i + 1) for i in range(number)]
        assert body["findings_sha256"] == sha256(record.canonical(everything)).hexdigest()


def test_nothing_is_too_large_to_be_written() -> None:
    """Long paths, thousands of rules, and mappings of any depth: the leaf fits and still names its call."""
    long = "/a" * 5_000
    reasons = tuple(Reason("r" * 900 + str(i), Action.MASK, findings(300, long + str(i))) for i in range(200))
    decision = Decision(
        Stage.INPUT, "p" * 900, "d" * 900, reasons, (Failure("d" * 999, long, "E"),) * 500, (Result.MATCH,) * 200_000
    )
    deep: dict[str, object] = {f"k{i}": {f"k{j}": "\x01" * 999 for j in range(99)} for i in range(99)}
    written = an_intent(decision, disclosure=deep, origin=deep, unscanned=[long] * 999, model="m" * 99_999)
    assert len(written.leaf()) <= record.LARGEST_LEAF
    body = json.loads(written.leaf())
    assert (body["call"], body["type"], body["action"]) == ("c1", "decision.intent", "mask")
    assert body["findings_more"] > 0
    assert record.index_of(body) == written.index


text = st.text(st.characters(exclude_categories=()), max_size=30)  # lone surrogates and controls included
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | text | st.binary(max_size=3),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(text, inner, max_size=4) | st.tuples(inner),
    max_leaves=12,
)


@given(anything)
def test_the_reference_writes_the_same_bytes(value: object) -> None:
    cleaned = record.clean(value)
    assert record.canonical(cleaned) == rfc8785.dumps(cleaned)


@given(st.dictionaries(text, anything, max_size=4), text, st.integers(), text, st.floats())
def test_any_value_can_be_written_down(extra: dict[str, object], name: str, number: int, path: str, score: float) -> None:
    context = Context(now=AT, tenant=name, app=name, route=name, channel=name, language=name)
    finding = Finding(path, number, number, name, score, name)
    decision = Decision(Stage.INPUT, name, name, (Reason(name, Action.REDACT, (finding,)),), (Failure(name, path, name),))
    for written in (
        an_intent(decision, context=context, disclosure=extra, origin=extra, model=name, bytes_in=number, unscanned=[path]),
        an_outcome(context=context, decision=decision, error=extra, tokens_in=number, status=number, served=name),
    ):
        body = json.loads(written.leaf())
        assert written.leaf() == rfc8785.dumps(body)
        assert written.index == record.index_of(body)
        assert all(part.encode() is not None for part in written.index)


def test_half_a_character_becomes_a_question_mark_everywhere() -> None:
    written = an_intent(context=replace(CONTEXT, tenant="a\ud800b"), disclosure={"lang": "\udfff"})
    body = json.loads(written.leaf())
    assert (written.index.tenant, body["tenant"], body["disclosure"]) == ("a?b", "a?b", {"lang": "?"})


def test_the_words_of_the_rule_s_author_are_not_written_down() -> None:
    reason = Reason("r", Action.REPLACE, (FINDING,), replacement="Ask jane.cooper@contoso.com")
    assert b"jane" not in an_intent(replace(DECISION, reasons=(reason,))).leaf()


@pytest.mark.parametrize("value", [None, 3, "x", [], {"call": 7, "type": []}])
def test_what_is_no_record_has_an_empty_index(value: object) -> None:
    assert record.index_of(value) == ("",) * 6
