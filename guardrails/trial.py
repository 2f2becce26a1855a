"""The tests that stand beside rules, run through the real pipeline: what was expected, what happened, in plain words.

This file knows no pipeline. It is handed one, `examine(case) -> Outcome`, and does everything else: compare, count, report.
A test speaks of its own rule; what other rules of the policy say about the same text is not its business, but for the text
that comes out, which is what people see.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from guardrails.model import Action, Decision, Reason, Result
from guardrails.policy import Case, Policy, merge
from guardrails.policy.rules import BUILTIN


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the pipeline made of a case: a decision for each message (request; answer, where there is one)."""

    decisions: tuple[Decision, ...]
    output: str | None = field(default=None, repr=False)  # what the user gets
    leaked: int = 0  # characters of findings of blocking rules that came through all the same


Examine = Callable[[Case], Outcome]


@dataclass(frozen=True, slots=True)
class Verdict:
    """One case and what was wrong, in sentences. `result`: what its rule said; None where the pipeline broke down."""

    case: Case
    wrong: tuple[str, ...]
    result: Result | None

    @property
    def passed(self) -> bool:
        return not self.wrong

    def __str__(self) -> str:
        """`file:line:column: the test "…" of rule … fails: …`."""
        return f'{self.case.place}: the test "{self.case.name}" of the rule {self.case.rule} fails: {"; ".join(self.wrong)}'


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many passing tests saw the rule match, and how many saw it stay silent."""

    rule: str
    matched: int
    silent: int

    @property
    def whole(self) -> bool:
        return self.matched > 0 and self.silent > 0


@dataclass(frozen=True, slots=True)
class Report:
    verdicts: tuple[Verdict, ...]
    coverage: tuple[Coverage, ...]

    @property
    def passed(self) -> bool:
        return all(v.passed for v in self.verdicts)

    def lines(self) -> Iterator[str]:
        """The failures, what is not covered, the sum."""
        failed = [v for v in self.verdicts if not v.passed]
        yield from map(str, failed)
        for seen in self.coverage:
            if not seen.whole:
                lacks = [
                    word for word, count in (("that must match", seen.matched), ("that must not", seen.silent)) if not count
                ]
                yield f"The rule {seen.rule} has no passing test {', and none '.join(lacks)}."
        covered = sum(c.whole for c in self.coverage)
        yield (
            f"{len(self.verdicts) - len(failed)} of {len(self.verdicts)} tests pass; "
            f"{covered} of {len(self.coverage)} rules are tried both ways."
        )


def run(policy: Policy, examine: Examine) -> Report:
    """Every test of every rule, in the order of rules and file."""
    verdicts = tuple(_verdict(policy, case, examine) for rule in policy.rules for case in rule.tests)
    return Report(
        verdicts,
        tuple(
            Coverage(
                rule.id,
                _count(verdicts, rule.id, {Result.MATCH}),
                _count(verdicts, rule.id, {Result.NO_MATCH, Result.SKIPPED}),
            )
            for rule in policy.rules
            if not rule.id.startswith(BUILTIN)
        ),
    )


def _count(verdicts: tuple[Verdict, ...], rule: str, results: set[Result]) -> int:
    return sum(v.passed and v.case.rule == rule and v.result in results for v in verdicts)


def _verdict(policy: Policy, case: Case, examine: Examine) -> Verdict:
    try:
        outcome = examine(case)
    except Exception as error:  # noqa: BLE001 whatever broke, it is a failing test and the others still run
        return Verdict(case, (f"it could not be run ({type(error).__name__})",), None)
    decision = merge(outcome.decisions)
    result = next(r for rule, r in zip(policy.rules, decision.results, strict=True) if rule.id == case.rule)
    return Verdict(case, tuple(_differences(case, outcome, decision, result)), result)


def _differences(case: Case, outcome: Outcome, decision: Decision, result: Result) -> Iterator[str]:
    expect = case.expect
    spoke = next((r for r in decision.reasons if r.rule == case.rule and r.result is Result.MATCH), None)
    if result is Result.ERROR:
        yield f"a detector failed ({', '.join(sorted({f.detector for f in decision.errors}))})"
        return
    if expect.result is Result.NO_MATCH and spoke is not None:
        yield f"nothing should match, but {_said(spoke)}"
        return
    if expect.result is Result.MATCH and spoke is None:
        yield f"{_wanted(expect.action)} was expected, but nothing matched"
        return
    if expect.action is not None and spoke is not None and spoke.action is not expect.action:
        yield f"{expect.action.word} was expected, but {_said(spoke)}"
    found = frozenset(f.entity for f in spoke.findings) if spoke else frozenset()
    if expect.findings is not None and found != expect.findings:
        yield f"{_listed(expect.findings)} should be found, but {_listed(found)} was"
    if expect.output is not None and outcome.output != expect.output:
        yield f'the user should get "{expect.output}", but gets {_quoted(outcome.output)}'
    if expect.leaked is not None and outcome.leaked > expect.leaked:
        yield f"nothing should get through, but {outcome.leaked} characters did"


def _said(reason: Reason) -> str:
    return f"the rule says {reason.action.word} because of {_listed(frozenset(f.entity for f in reason.findings))}"


def _wanted(action: Action | None) -> str:
    return "a match" if action is None else action.word


def _listed(names: frozenset[str]) -> str:
    return ", ".join(sorted(names)) or "nothing"


def _quoted(text: str | None) -> str:
    return "nothing" if text is None else f'"{text}"'
