"""The tests that stand beside a rule, read and checked; `trial.py` runs them through the real pipeline.

tests:
  - {name: valid iban, input: "Pay DE89370400440532013000", expect: {action: tokenize, findings: [IBAN_CODE]}}
  - {name: not an iban, input: "Pay DE89370400440532013001", expect: no_match}
  - name: round trip
    input: "Mail ana@contoso.com"
    model_says: "Sent to {{ token.0 }}"
    expect: {output: "Sent to ana@contoso.com"}
  - {name: no pictures, input: "What is this?", attach: image, expect: block}
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from guardrails.model import Action, Result, Stage, Unreadable
from guardrails.policy import values
from guardrails.policy.detect_keys import Entities
from guardrails.policy.faults import Faults, one_of
from guardrails.policy.messages import NAME
from guardrails.policy.rules import Case, Expect, Sought
from guardrails.policy.source import Map, Node, Text
from guardrails.policy.words import ACTIONS, LATER_ACTIONS, UNREADABLE, plain

#: The keys that give a test its text, and how that text travels.
TEXTS = {
    "input": Stage.INPUT,
    "input_chunks": Stage.INPUT,
    "output": Stage.OUTPUT,
    "output_chunks": Stage.OUTPUT,
    "tool_result": Stage.TOOL_RESULT,
    "tool_call": Stage.TOOL_CALL,
}
#: Where something that is no text can come with the text.
ATTACHED_TO = ("input", "tool_result", "output")
CASE_KEYS = ("name", *TEXTS, "attach", "model_says", "lang", "expect")
CASE_LATER = {"context": "the test runs for the default caller", "turns": "only the text of this turn is tried"}
TOKEN = re.compile(r"token\.([0-9]{1,2})")
_RESULTS: Mapping[str, Result] = {"match": Result.MATCH, "no_match": Result.NO_MATCH}


@dataclass(frozen=True, slots=True)
class Tested:
    """What a test is checked against: its rule, as far as it has been read."""

    rule: str
    stages: frozenset[Stage]
    sought: Sought
    entities: Entities
    faults: Faults


def case(node: Node, tested: Tested) -> Case | None:
    """One test; None where something is wrong with it, or it waits for a later version."""
    faults, stages = tested.faults, tested.stages
    got = values.fields(node, "a test", CASE_KEYS, CASE_LATER, faults)
    if got is None:
        return None
    given = [key for key in TEXTS if key in got]
    attached = _attached(got, given, faults) if "attach" in got else ()
    if len(given) != 1:
        what = "a test has one text" if given else "the test has no text"
        faults.error(got[given[1]][0].place if given else node.place, what, f"write one of {one_of([*TEXTS])}")
        return None
    if "expect" not in got:
        faults.error(node.place, "the test does not say what must happen", "add expect: no_match, or expect: {action: …}")
        return None
    stage = TEXTS[given[0]]
    says = values.text(got["model_says"][1], "model_says", faults) if "model_says" in got else None
    if says is not None:
        _tokens(got["model_says"], says, stage, faults)
    reached = {stage} | ({Stage.OUTPUT} if says is not None else set())
    if not reached & stages:
        what = f"the rule does not look at {stage}, so this test says nothing"
        faults.error(got[given[0]][0].place, what, f"test with {one_of([k for k in TEXTS if TEXTS[k] in stages])}")
    expect = _expect(got["expect"][1], Stage.OUTPUT in reached, tested)
    chunks = _chunks(got[given[0]][1], given[0], faults)
    if expect is None or chunks is None:
        return None
    named = values.text(got["name"][1], "name", faults) if "name" in got else None
    spoken = got["lang"][1] if "lang" in got else None
    return Case(
        rule=tested.rule,
        name=named or f"{stage} in line {node.place.line}",
        place=node.place,
        stage=stage,
        chunks=chunks,
        expect=expect,
        language=(values.language(spoken, faults) if isinstance(spoken, Text) else None) or "en",
        attached=attached,
        model_says=says,
    )


def _attached(got: values.Fields, given: list[str], faults: Faults) -> tuple[Unreadable, ...]:
    """A picture, a sound, a file that comes with the text."""
    key, value = got["attach"]
    found = []
    for node in values.texts(value, "things to attach", faults):
        one = values.word(node, "unreadable thing", UNREADABLE, faults)
        if one is Unreadable.TOKEN_IDS and "output" in given:
            faults.error(node.place, "no answer comes as token ids", "attach them to an input")
        elif one:
            found.append(one)
    if given and not set(given) <= set(ATTACHED_TO):
        faults.error(key.place, f"nothing can be attached to {given[0]}", f"write {one_of(ATTACHED_TO)} instead")
    return tuple(found)


def _chunks(node: Node, key: str, faults: Faults) -> tuple[str, ...] | None:
    if key.endswith("_chunks"):
        return tuple(piece.text for piece in values.texts(node, "chunks", faults)) or None
    said = values.text(node, key, faults)
    return None if said is None else (said,)


def _tokens(field: tuple[Text, Node], says: str, stage: Stage, faults: Faults) -> None:
    key, value = field
    if stage is not Stage.INPUT:
        faults.error(key.place, "model_says is the answer to an input", "write input: instead, or take model_says out")
    for name in NAME.findall(says):
        if not TOKEN.fullmatch(name):
            faults.error(value.place, f'"{{{{ {name} }}}}" means nothing here', "write {{ token.0 }} for the first value")


def _expect(node: Node, answers: bool, tested: Tested) -> Expect | None:
    """`no_match`, `match`, an action's word, or a group of what must come of it."""
    faults = tested.faults
    if isinstance(node, Text):
        if plain(node.text) in _RESULTS:
            return Expect(_RESULTS[plain(node.text)])
        action = _action(node, faults)
        return None if action is None else Expect(Result.MATCH, action)
    got = values.fields(node, "expect", ("result", "action", "findings", "output", "leaked"), {}, faults)
    if got is None:
        return None
    action = _action(got["action"][1], faults) if "action" in got else None
    result = values.word(got["result"][1], "result", _RESULTS, faults) if "result" in got else None
    found = _findings(got["findings"][1], tested) if "findings" in got else None
    output = values.text(got["output"][1], "output", faults) if "output" in got else None
    if "output" in got and not answers:
        faults.error(got["output"][0].place, "this test has no answer whose text could be expected", "add model_says")
    leaked = values.whole(got["leaked"][1], "leaked", 0, 0, faults) if "leaked" in got else None
    if "action" in got and action is None:
        return None
    if isinstance(node, Map) and not got:
        faults.error(node.place, "the test does not say what must happen", "write no_match, or {action: …}")
    matched = Result.MATCH if action is not None or found else None
    return Expect(result or matched, action, found, output, leaked)


def _action(node: Node, faults: Faults) -> Action | None:
    if isinstance(node, Text) and plain(node.text) in LATER_ACTIONS:
        faults.later(node.place, f"the action {plain(node.text)}", "the test is left out", fatal=False)
        return None
    if isinstance(node, Text) and plain(node.text) not in ACTIONS:
        words = [*_RESULTS, *ACTIONS]
        faults.error(node.place, "this is nothing that can be expected", faults.nearest(plain(node.text), words))
        return None
    return values.word(node, "action", ACTIONS, faults)


def _findings(node: Node, tested: Tested) -> frozenset[str]:
    own = tested.sought.own
    said = values.texts(node, "findings", tested.faults)
    named = (t.text if t.text in own else tested.entities.read(t, tested.faults) for t in said)
    return frozenset(name for name in named if name)
