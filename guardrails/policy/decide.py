"""Findings in, decision out. Pure: same policy digest, same findings, same context, same decision (law 7).

Every rule is asked and gives match, no_match, error or skipped; no rule hides another, so the order of a file has no meaning.
An error is not a pass: where a detector failed, each rule that relied on it gets a reason of its own, which blocks
unless its author wrote `on_error: unsafe_ignore`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from guardrails.model import Action, Context, Decision, Failure, Finding, Reason, Result, Stage
from guardrails.policy.rules import Policy, Rule

#: Of two results of one rule the graver one stands.
_GRAVITY = {Result.SKIPPED: 0, Result.NO_MATCH: 1, Result.MATCH: 2, Result.ERROR: 3}
_STAGES = list(Stage)


def decide(
    policy: Policy,
    stage: Stage,
    findings: Sequence[Finding],
    failures: Sequence[Failure],
    context: Context,  # noqa: ARG001 no rule asks about the caller yet (scope, roles); the promise of law 7 names it
) -> Decision:
    """`stage` is the message's main stage; which rule looks at a finding depends on the finding's own."""
    if not findings and not failures:
        return Decision(stage, policy.id, policy.digest, results=tuple(policy.index.silent[stage]))
    matched: dict[int, list[Finding]] = {}
    for finding in sorted(set(findings)):
        for number in policy.index.asked(finding.detector, finding.entity):
            if policy.rules[number].takes(finding):
                matched.setdefault(number, []).append(finding)
    reasons: list[Reason] = []
    results = list(policy.index.silent[stage])
    for number, found in matched.items():
        rule = policy.rules[number]
        if len(found) >= rule.condition.at_least:
            reasons.append(_reason(rule, Result.MATCH, rule.action, found))
            results[number] = Result.MATCH
    for number in {n for f in failures for n in policy.index.relied(f.detector) if f.stage in policy.rules[n].stages}:
        rule = policy.rules[number]
        reasons.append(_reason(rule, Result.ERROR, Action.BLOCK if rule.fail_closed else Action.ALLOW, ()))
        results[number] = Result.ERROR
    return Decision(stage, policy.id, policy.digest, _ordered(reasons), _known(failures), tuple(results))


def merge(decisions: Sequence[Decision]) -> Decision:
    """What several decisions about parts of one message say together. For rules that do not hold (`Rule.holds`), deciding on
    parts and merging is the same as deciding on the whole, in any order and grouping.

    Raises ValueError where there is none, or they are of different policies.
    """
    if not decisions:
        raise ValueError("There is no decision to merge.")
    first = decisions[0]
    if any((d.policy, d.digest) != (first.policy, first.digest) for d in decisions):
        raise ValueError("Only decisions of one policy can be merged.")
    if len(decisions) == 1:
        return first
    reasons: dict[tuple[str, Result], list[Reason]] = {}
    for reason in (r for d in decisions for r in d.reasons):
        reasons.setdefault((reason.rule, reason.result), []).append(reason)
    return Decision(
        min((d.stage for d in decisions), key=_STAGES.index),
        first.policy,
        first.digest,
        _ordered(_joined(same) for same in reasons.values()),
        _known(f for d in decisions for f in d.errors),
        tuple(max(each, key=_GRAVITY.__getitem__) for each in zip(*(d.results for d in decisions), strict=True)),
    )


def _reason(rule: Rule, result: Result, action: Action, findings: Iterable[Finding]) -> Reason:
    return Reason(rule.id, action, tuple(findings), rule.severity, result, rule.mode, rule.replacement)


def _joined(same: Sequence[Reason]) -> Reason:
    """Reasons of one rule and one result differ in nothing but their findings."""
    one = same[0]
    findings = tuple(sorted({f for reason in same for f in reason.findings}))
    return Reason(one.rule, one.action, findings, one.severity, one.result, one.mode, one.replacement)


def _ordered(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    return tuple(sorted(reasons, key=lambda r: (r.rule, r.result)))


def _known(failures: Iterable[Failure]) -> tuple[Failure, ...]:
    return tuple(sorted(set(failures), key=lambda f: (f.detector, f.path, f.stage, f.cause)))
