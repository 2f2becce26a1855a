"""Tests beside rules are read as they were meant."""

from __future__ import annotations

import pytest

from guardrails.model import Action, Result, Stage, Unreadable
from guardrails.policy import Expect
from tests.policy.texts import loaded, one_rule


def case(lines: str, action: str = "mask"):
    (read,) = loaded(one_rule(f"action: {action}", f"tests: [{{{lines}}}]")).rule("r").tests
    return read


@pytest.mark.parametrize(
    ("expect", "meant"),
    [
        ("no_match", Expect(Result.NO_MATCH)),
        ("match", Expect(Result.MATCH)),
        ("block", Expect(Result.MATCH, Action.BLOCK)),
        ("{action: mask}", Expect(Result.MATCH, Action.MASK)),
        (
            "{action: mask, findings: [email, IBAN_CODE]}",
            Expect(Result.MATCH, Action.MASK, frozenset({"EMAIL_ADDRESS", "IBAN_CODE"})),
        ),
        ("{findings: EMAIL_ADDRESS}", Expect(Result.MATCH, findings=frozenset({"EMAIL_ADDRESS"}))),
        ("{output: 'a b'}", Expect(output="a b")),
        ("{result: no_match, output: a}", Expect(Result.NO_MATCH, output="a")),
        ("{action: block, leaked: 0}", Expect(Result.MATCH, Action.BLOCK, leaked=0)),
    ],
)
def test_what_can_be_expected(expect, meant):
    assert case(f"output: a, expect: {expect}").expect == meant


@pytest.mark.parametrize(
    ("given", "stage", "chunks"),
    [
        ("input: a b", Stage.INPUT, ("a b",)),
        ("output: a", Stage.OUTPUT, ("a",)),
        ("tool_result: a", Stage.TOOL_RESULT, ("a",)),
        ("output_chunks: [a, 'b ', ' c']", Stage.OUTPUT, ("a", "b ", " c")),
        ("input_chunks: [a, b]", Stage.INPUT, ("a", "b")),
    ],
)
def test_how_a_text_travels(given, stage, chunks):
    read = case(f"{given}, expect: match")
    assert (read.stage, read.chunks, read.text) == (stage, chunks, "".join(chunks))


def test_a_tool_call():
    assert case("tool_call: '{}', expect: no_match", "flag").stage is Stage.TOOL_CALL


def test_a_round_trip():
    read = case("input: a, model_says: 'b {{ token.0 }}', lang: zh-Hans, name: there and back, expect: {output: c}", "tokenize")
    assert (read.rule, read.name, read.language, read.model_says) == ("r", "there and back", "zh-hans", "b {{ token.0 }}")
    assert (read.place.line, read.expect) == (5, Expect(output="c"))


def test_a_rule_about_answers_can_be_tried_from_the_request():
    (read,) = (
        loaded(one_rule("action: mask", "stage: output", "tests: [{input: a, model_says: b, expect: match}]")).rule("r").tests
    )
    assert read.model_says == "b"


def test_a_test_of_its_own_entity():
    detect = "detect: {regex: 'K-[0-9]+', entity: CUSTOMER_NUMBER}"
    (read,) = loaded(one_rule(detect, "tests: [{input: K-1, expect: {findings: [CUSTOMER_NUMBER]}}]")).rule("r").tests
    assert read.expect.findings == {"CUSTOMER_NUMBER"}


def test_a_test_without_a_name_is_called_by_its_line():
    assert case("input: a, expect: match").name == "input in line 5"


def test_a_test_of_a_later_action_is_left_out():
    policy = loaded(one_rule("tests: [{input: a, expect: regenerate}, {input: b, expect: no_match}]"))
    assert [c.text for c in policy.rule("r").tests] == ["b"]
    assert any("the action regenerate is not in this version" in str(w) for w in policy.warnings)


def test_what_comes_with_a_text():
    assert case("input: a, attach: picture, expect: match").attached == (Unreadable.IMAGE,)
    assert case("output: a, attach: [audio, Files], expect: match").attached == (Unreadable.AUDIO, Unreadable.FILE)
    assert case("input: a, expect: match").attached == ()
