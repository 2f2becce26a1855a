"""The runner of tests beside rules: it says in plain words what was expected and what happened.

The pipeline here is a few lines: it finds e-mail addresses and cards by looking for two words.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from guardrails import trial
from guardrails.model import Action, Context, Failure, Finding, Stage
from guardrails.policy import Case, Policy, decide
from tests.policy.texts import loaded, one_rule

WORDS = {"MAIL": "EMAIL_ADDRESS", "CARD": "CREDIT_CARD"}


def decided(policy: Policy, text: str, stage: Stage):
    found = [
        Finding("", text.index(word), text.index(word) + len(word), entity, 1.0, "pii/words", stage)
        for word, entity in WORDS.items()
        if word in text
    ]
    failures = [Failure("pii/words", "", "ValueError", stage)] if "FAIL" in text else []
    return decide(policy, stage, found, failures, Context(now=""))


def examiner(policy: Policy) -> trial.Examine:
    def examine(case: Case) -> trial.Outcome:
        if "CRASH" in case.text:
            raise RuntimeError(case.text)
        decisions = [decided(policy, case.text, case.stage)]
        output = case.text if case.stage is Stage.OUTPUT else None
        if case.model_says is not None:
            output = case.model_says.replace("{{ token.0 }}", "MAIL")
            decisions.append(decided(policy, case.model_says, Stage.OUTPUT))
        if output and decisions[-1].action is Action.MASK:
            output = output.replace("MAIL", "M•••")
        return trial.Outcome(tuple(decisions), output, leaked=case.text.count("LEAK"))

    return examine


def ran(*tests: str, action: str = "mask", **keys: str) -> trial.Report:
    lines = [
        f"action: {action}",
        *(f"{key}: {value}" for key, value in keys.items()),
        "tests:",
        *(f"  - {{{t}}}" for t in tests),
    ]
    policy = loaded(one_rule(*lines))
    return trial.run(policy, examiner(policy))


@pytest.mark.parametrize(
    ("test", "wrong"),
    [
        ("input: a MAIL, expect: mask", None),
        ("input: a MAIL, expect: match", None),
        ("input: nothing, expect: no_match", None),
        ("input: CARD, expect: no_match", None),  # another rule's business
        ("input: a MAIL, expect: {findings: [email]}", None),
        ("output: a MAIL, expect: {output: a M•••}", None),
        ("output: a MAIL, expect: {action: mask, leaked: 0}", None),
        ("input: MAIL, model_says: 'to {{ token.0 }}', expect: {output: to MAIL}", None),
        ("input: a MAIL, expect: no_match", "nothing should match, but the rule says mask because of EMAIL_ADDRESS"),
        ("input: nothing, expect: match", "a match was expected, but nothing matched"),
        ("input: nothing, expect: mask", "mask was expected, but nothing matched"),
        ("input: a MAIL, expect: block", "block was expected, but the rule says mask because of EMAIL_ADDRESS"),
        ("input: a MAIL, expect: {findings: [iban]}", "IBAN_CODE should be found, but EMAIL_ADDRESS was"),
        ("output: a MAIL, expect: {output: a MAIL}", 'the user should get "a MAIL", but gets "a M•••"'),
        ("output: MAIL LEAK, expect: {action: mask, leaked: 0}", "nothing should get through, but 1 characters did"),
        ("input: FAIL, expect: no_match", "a detector failed (pii/words)"),
        ("input: CRASH, expect: no_match", "it could not be run (RuntimeError)"),
    ],
)
def test_a_verdict(test, wrong):
    (verdict,) = ran(test).verdicts
    assert verdict.wrong == ((wrong,) if wrong else ())
    if wrong:
        assert str(verdict).startswith("p.yaml:6:9: the test ")
        assert str(verdict).endswith(f"of the rule r fails: {wrong}")


def test_a_rule_that_only_shadows_is_tried_like_any_other():
    assert ran("input: a MAIL, expect: mask", mode="shadow").passed


def test_coverage_counts_what_was_seen():
    report = ran("input: MAIL, expect: mask", "input: a MAIL, expect: mask", "input: b, expect: no_match")
    assert [(c.rule, c.matched, c.silent, c.whole) for c in report.coverage] == [("r", 2, 1, True)]
    assert list(report.lines()) == ["3 of 3 tests pass; 1 of 1 rules are tried both ways."]


def test_a_failing_test_covers_nothing():
    report = ran("input: MAIL, expect: no_match", "input: b, expect: no_match")
    assert not report.passed
    assert [(c.matched, c.silent) for c in report.coverage] == [(0, 1)]
    told = list(report.lines())
    assert told[0].startswith("p.yaml:6:9: ")
    assert told[1:] == [
        "The rule r has no passing test that must match.",
        "1 of 2 tests pass; 0 of 1 rules are tried both ways.",
    ]


def test_the_programs_own_rules_need_no_tests():
    report = ran("input: MAIL, expect: tokenize", action="tokenize")
    assert [c.rule for c in report.coverage] == ["r"]


def test_what_comes_out_is_not_in_a_repr():
    policy = loaded(one_rule())
    outcome = trial.Outcome((decided(policy, "MAIL", Stage.INPUT),), "secret")
    assert "secret" not in repr(outcome)
    assert replace(outcome, output=None).leaked == 0
