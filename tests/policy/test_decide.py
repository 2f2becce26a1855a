"""Findings in, decision out: every rule speaks for itself, an error is not a pass, and parts add up to the whole."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardrails.model import Action, Context, Failure, Finding, Mode, Origin, Result, Stage
from guardrails.policy import decide, merge, policy
from guardrails.policy.rules import LOOKALIKE
from tests.policy.texts import SMALLEST, loaded, one_rule

NOW = Context(now="2026-11-21T00:00:00.000Z")
CARD = Finding("/a", 0, 19, "CREDIT_CARD", 1.0, "pii/x")
MAIL = Finding("/a", 30, 40, "EMAIL_ADDRESS", 0.6, "pii/x")
BROKEN = Failure("pii/x", "/a", "TimeoutError")


def decided(text, findings=(), failures=(), stage=Stage.INPUT):
    return decide(loaded(text), stage, list(findings), list(failures), NOW)


def results(text, findings=(), failures=(), stage=Stage.INPUT):
    policy = loaded(text)
    decision = decide(policy, stage, list(findings), list(failures), NOW)
    return {rule.id: result for rule, result in zip(policy.rules, decision.results, strict=True)}


def test_a_rule_matches_its_own_findings_only():
    decision = decided(SMALLEST, [MAIL, CARD])
    (reason,) = decision.reasons
    assert (reason.rule, reason.action, reason.findings, reason.result) == ("no-cards", Action.BLOCK, (CARD,), Result.MATCH)
    assert decision.blocked
    assert (decision.policy, decision.results) == ("policy", (Result.MATCH,))
    assert decision.digest == loaded(SMALLEST).digest
    assert not decided(SMALLEST, [MAIL]).reasons


@pytest.mark.parametrize(
    ("lines", "finding", "matches"),
    [
        (["detect: {pii: all}"], CARD, True),
        (["detect: {pii: all}"], replace(CARD, detector="regex/r", entity="PATTERN"), False),
        (["detect: {pii: all}"], replace(CARD, detector="piiish"), False),
        (["detect: {phrases: [x]}"], replace(CARD, detector="phrases/r", entity="PHRASE"), True),
        (["detect: {phrases: [x]}"], replace(CARD, detector="phrases/s", entity="PHRASE"), False),
        (["detect: {phrases: [x]}"], replace(CARD, detector="phrases/r/2", entity="PHRASE"), False),
        (["detect: [{phrases: x}, {phrases: y}]"], replace(CARD, detector="phrases/r/2", entity="PHRASE"), True),
        (["detect: {regex: x, entity: NO}"], replace(CARD, detector="regex/r", entity="NO"), True),
        (["stage: input"], replace(MAIL, stage=Stage.TOOL_RESULT), False),
        (["stage: tool_result"], replace(MAIL, stage=Stage.TOOL_RESULT), True),
        (["when: {any_finding: {min_score: 0.6}}"], MAIL, True),
        (["when: {any_finding: {min_score: 0.61}}"], MAIL, False),
        (["when: {any_finding: {origin: [document]}}"], MAIL, False),
        (["when: {any_finding: {origin: [document]}}"], replace(MAIL, origin=Origin.DOCUMENT), True),
        (["detect: {pii: all}", "when: {any_finding: {entity: email}}"], CARD, False),
        (["detect: {pii: all}", "when: {any_finding: {entity: email}}"], MAIL, True),
        (["detect: [{pii: all}, {regex: x}]", "when: {any_finding: {kind: regex}}"], MAIL, False),
        (["when: {at_least: 2}"], MAIL, False),
    ],
)
def test_what_counts(lines, finding, matches):
    assert (results(one_rule(*lines), [finding])["r"] is Result.MATCH) is matches


def test_at_least_counts_what_the_condition_lets_through():
    text = one_rule("when: {at_least: 2, any_finding: {min_score: 0.5}}")
    weak = replace(MAIL, start=50, end=60, score=0.3)
    assert results(text, [MAIL, weak])["r"] is Result.NO_MATCH
    assert results(text, [MAIL, replace(weak, score=0.5)])["r"] is Result.MATCH
    assert results(text, [MAIL, MAIL])["r"] is Result.NO_MATCH  # one finding told twice is one


def test_a_rule_that_does_not_look_at_this_message_is_skipped():
    text = one_rule("action: mask", "stage: output")
    assert results(text) == {"r": Result.SKIPPED}
    assert results(text, stage=Stage.OUTPUT) == {"r": Result.NO_MATCH}
    assert results(text, stage=Stage.TOOL_CALL) == {"r": Result.NO_MATCH}  # a part of the same answer


def test_an_error_is_not_a_pass():
    decision = decided(SMALLEST, failures=[BROKEN])
    (reason,) = decision.reasons
    assert (reason.result, reason.action, reason.findings, decision.blocked) == (Result.ERROR, Action.BLOCK, (), True)
    assert (decision.results, decision.errors) == ((Result.ERROR,), (BROKEN,))


def test_an_error_beside_a_match_keeps_both():
    decision = decided(one_rule("action: mask"), [MAIL], [replace(BROKEN, path="/b")])
    assert [(r.result, r.action, r.findings) for r in decision.reasons] == [
        (Result.ERROR, Action.BLOCK, ()),
        (Result.MATCH, Action.MASK, (MAIL,)),
    ]
    assert decision.results == (Result.ERROR,)


@pytest.mark.parametrize(
    ("lines", "failure", "result", "blocked"),
    [
        (["on_error: unsafe_ignore"], BROKEN, Result.ERROR, False),
        (["mode: shadow"], BROKEN, Result.ERROR, False),
        (["stage: input"], replace(BROKEN, stage=Stage.TOOL_RESULT), Result.NO_MATCH, False),
        (["detect: {phrases: [x]}"], BROKEN, Result.NO_MATCH, False),
        (["detect: {phrases: [x]}"], replace(BROKEN, detector="phrases/r"), Result.ERROR, True),
        (["detect: {phrases: [x]}"], replace(BROKEN, detector="phrases/s"), Result.NO_MATCH, False),
        ([], replace(BROKEN, detector="pii/other"), Result.ERROR, True),
    ],
)
def test_which_errors_are_a_rules_own(lines, failure, result, blocked):
    text = one_rule(*lines)
    assert results(text, failures=[failure])["r"] is result
    decision = decided(text, failures=[failure])
    assert decision.blocked is blocked
    assert decision.errors == (failure,)


def test_shadow_rules_say_what_they_would_do_and_do_nothing():
    decision = decided(one_rule("mode: shadow", "action: block"), [MAIL])
    assert [(r.mode, r.action, r.result) for r in decision.reasons] == [(Mode.SHADOW, Action.BLOCK, Result.MATCH)]
    assert decision.action is Action.ALLOW


def test_a_policy_that_hides_values_hides_what_looks_like_a_placeholder():
    word = Finding("/a", 0, 24, "PLACEHOLDER", 1.0, "builtin/placeholder")
    decision = decided(one_rule(), [word])
    assert [(r.rule, r.action) for r in decision.reasons] == [(LOOKALIKE, Action.TOKENIZE)]
    assert decided(one_rule(), [replace(word, stage=Stage.OUTPUT)], stage=Stage.OUTPUT).reasons == ()
    assert [r.id for r in loaded(one_rule("action: mask")).rules] == ["r"]
    shadow = decided(one_rule("mode: shadow"), [word])
    assert [(r.rule, r.mode) for r in shadow.reasons] == [(LOOKALIKE, Mode.SHADOW)]
    assert decided(one_rule(), failures=[Failure("builtin/placeholder", "/a", "E")]).blocked


def test_which_policies_need_the_whole_answer():
    assert loaded(one_rule("action: block", "when: {at_least: 2}")).holds(Stage.OUTPUT)
    assert loaded(one_rule("action: mask", "stream: hold")).holds(Stage.OUTPUT)
    assert not loaded(one_rule("action: mask", "stream: hold", "mode: shadow")).holds(Stage.OUTPUT)
    assert not loaded(one_rule("action: mask", "stream: hold", "stage: input")).holds(Stage.OUTPUT)
    assert not loaded(one_rule("action: mask", "when: {at_least: 1}")).holds(Stage.OUTPUT)


# --- laws --------------------------------------------------------------------------------------------------------------------

POLICY = loaded(
    "rules:\n"
    "  - {id: a, detect: {pii: [email, iban]}, action: mask}\n"
    "  - {id: b, detect: [{phrases: x}, {pii: card}], action: block, stage: [output]}\n"
    "  - {id: c, detect: {pii: all}, action: flag, mode: shadow, when: {any_finding: {min_score: 0.5}}}\n"
    "  - {id: d, detect: {regex: k}, action: {redact: {with: '[x]'}}, on_error: unsafe_ignore}\n"
    "  - {id: e, detect: {pii: email}, action: tokenize}\n"
)
DETECTORS = ["pii/x", "pii/y", "phrases/b", "regex/d", "builtin/placeholder", "phrases/other"]
FINDINGS = st.builds(
    Finding,
    path=st.sampled_from(["/a", "/b"]),
    start=st.integers(0, 5),
    end=st.integers(6, 9),
    entity=st.sampled_from(["EMAIL_ADDRESS", "CREDIT_CARD", "IBAN_CODE", "PHRASE", "PHONE_NUMBER"]),
    score=st.sampled_from([0.3, 0.5, 1.0]),
    detector=st.sampled_from(DETECTORS),
    stage=st.sampled_from(list(Stage)),
    origin=st.sampled_from(list(Origin)),
)
FAILURES = st.builds(
    Failure,
    st.sampled_from(DETECTORS),
    st.sampled_from(["/a", "/b"]),
    st.sampled_from(["E", "F"]),
    st.sampled_from(list(Stage)),
)
STAGES = st.sampled_from(list(Stage))


@given(STAGES, st.lists(FINDINGS, max_size=12), st.lists(FAILURES, max_size=3), st.randoms())
def test_same_findings_same_decision_in_whatever_order(stage, findings, failures, random):
    first = decide(POLICY, stage, findings, failures, NOW)
    random.shuffle(findings)
    random.shuffle(failures)
    assert decide(POLICY, stage, findings, failures, NOW) == first
    assert len(first.results) == len(POLICY.rules)
    assert [r.rule for r in first.reasons] == sorted(r.rule for r in first.reasons)


PARTS = st.lists(st.tuples(st.lists(FINDINGS, max_size=5), st.lists(FAILURES, max_size=2)), min_size=1, max_size=5)


@given(STAGES, PARTS)
def test_decisions_about_parts_merge_into_the_decision_about_the_whole(stage, parts):
    whole = decide(POLICY, stage, [f for fs, _ in parts for f in fs], [e for _, es in parts for e in es], NOW)
    decisions = [decide(POLICY, stage, fs, es, NOW) for fs, es in parts]
    assert merge(decisions) == whole
    assert merge(decisions[::-1]) == whole
    assert merge([merge(decisions[:1]), *decisions]) == whole


@given(STAGES, st.lists(FINDINGS, max_size=8), st.lists(FAILURES, max_size=2))
def test_no_rule_hides_another(stage, findings, failures):
    """A rule says in company what it says alone."""
    whole = decide(POLICY, stage, findings, failures, NOW)
    for number, rule in enumerate(POLICY.rules):
        alone = policy([replace(rule, action=Action.FLAG)])  # flag: it brings no rule of the program's own
        decision = decide(alone, stage, findings, failures, NOW)
        assert [r.findings for r in decision.reasons] == [r.findings for r in whole.reasons if r.rule == rule.id]
        assert decision.results == (whole.results[number],)


@given(st.permutations(range(4)), st.lists(FINDINGS, max_size=6))
def test_the_order_of_the_file_does_not_decide(order, findings):
    rules = [
        "  - {id: a, detect: {pii: email}, action: mask}\n",
        "  - {id: b, detect: {pii: email}, action: block}\n",
        "  - {id: c, detect: {pii: email}, action: allow}\n",
        "  - {id: d, detect: {pii: all}, action: flag}\n",
    ]
    made = loaded("rules:\n" + "".join(rules[n] for n in order))
    plain = loaded("rules:\n" + "".join(rules))
    assert decide(made, Stage.INPUT, findings, [], NOW) == decide(plain, Stage.INPUT, findings, [], NOW)


def test_only_decisions_of_one_policy_merge():
    with pytest.raises(ValueError, match="no decision"):
        merge([])
    with pytest.raises(ValueError, match="one policy"):
        merge([decided(SMALLEST), decided(one_rule())])


def test_parts_of_an_answer_keep_its_main_stage():
    a, b = decided(SMALLEST, stage=Stage.TOOL_CALL), decided(SMALLEST, [CARD], stage=Stage.OUTPUT)
    assert merge([a, b]) == merge([b, a])
    assert merge([a, b]).stage is Stage.OUTPUT
