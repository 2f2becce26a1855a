"""One rule: what each of its keys may hold, and what may not stand together.

Where leaving a word out would change what is enforced, the file is refused; where it would not, or the rule's action itself
belongs to a later version, lint warns and says what happens instead.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from guardrails.model import SPAN_ACTIONS, Action, Mode, Result, Severity, Stage
from guardrails.policy import values
from guardrails.policy.cases import Tested, case
from guardrails.policy.detect_keys import Detect, Entities, sought
from guardrails.policy.faults import Faults, Place, one_of, shown
from guardrails.policy.messages import ANY_LANGUAGE, FIELDS, NAME
from guardrails.policy.rules import BUILTIN, Case, Condition, Rule, Sought
from guardrails.policy.source import Items, Map, Node, Text, walk
from guardrails.policy.words import (
    ACTIONS,
    ALL_STAGES,
    DEFAULT_STAGES,
    IMPOSSIBLE,
    LATER_ACTIONS,
    LATER_KINDS,
    MODES,
    ON_ERROR,
    ORIGINS,
    SEVERITIES,
    STAGES,
    plain,
)

RULE_KEYS = [
    *("id", "title", "severity", "stage", "detect", "when", "action", "mode", "message", "on_error", "stream"),
    *("tests", "controls", "known_false_positives"),
]
RULE_LATER = {
    "promote": "change mode yourself when the rule has proved itself",
    "review": "nobody is asked",
    "timeout": "detectors have no time limit of their own",
}
KINDS = {"pii": "pii", "phrases": "phrases", "regex": "regex", "unreadable": "unreadable"}
LATER_CONDITIONS = ("cel", "notice_due")
STREAMS = {"window": False, "hold": True, "pass_then_stop": False}


@dataclass(slots=True)
class Scene:
    """What the rules of one file share. `ids` is shared by all files that are loaded together."""

    faults: Faults
    entities: Entities
    ids: dict[str, Place] = field(default_factory=dict)
    mode: Mode = Mode.ENFORCE
    fail_closed: bool = True


@dataclass(frozen=True, slots=True)
class _Effect:
    """What `action` says. None: the rule is left out, its action belongs to a later version."""

    action: Action | None
    replacement: str | None = None


def rule(node: Node, scene: Scene) -> Rule | None:
    """The rule; None where something is wrong with it or it is left out."""
    faults = scene.faults
    got = values.fields(node, "a rule", RULE_KEYS, RULE_LATER, faults)
    if got is None:
        return None
    before = len(faults.errors)
    name = _id(got["id"][1], scene) if "id" in got else None
    effect = _effect(got["action"][1], faults) if "action" in got else None
    fatal = effect is None or effect.action is not None
    _missing(node, fatal, faults)
    for value in walk(node):
        if value.text.startswith("$params.") and not value.quoted:
            faults.later(value.place, shown(value.text), "write the value itself here", fatal=fatal)
    asked = sought(got["detect"][1], Detect(name or "", scene.entities, faults, fatal)) if "detect" in got else None
    asked = asked or Sought()
    if asked.unreadable and effect and effect.action in SPAN_ACTIONS:
        what = f"what cannot be read cannot be hidden in part, so {effect.action.word} does nothing about it"
        faults.error(got["action"][0].place, what, "use flag or block, in a rule of its own")
    condition = _when(got["when"][1], asked, scene, fatal) if "when" in got else Condition()
    acts = effect.action if effect and effect.action is not None else Action.FLAG  # only to read the rest: it is left out
    stages = _stages(got.get("stage"), acts, faults)
    made = Rule(
        id=name or "",
        action=acts,
        sought=asked,
        stages=stages,
        condition=condition or Condition(),
        title=(values.text(got["title"][1], "title", faults) or "") if "title" in got else "",
        severity=_chosen(got, "severity", SEVERITIES, Severity.MEDIUM, faults),
        mode=_chosen(got, "mode", MODES, scene.mode, faults),
        fail_closed=on_error(got, scene.fail_closed, faults),
        holds=_stream(got, faults) or (condition is not None and condition.at_least > 1),
        replacement=effect.replacement if effect else None,
        messages=_messages(got["message"][1], faults) if "message" in got else {},
        controls=_controls(got["controls"][1], faults) if "controls" in got else (),
        tests=_tests(got["tests"][1], name or "", stages, asked, scene) if "tests" in got else (),
        place=node.place,
    )
    if "known_false_positives" in got:
        values.texts(got["known_false_positives"][1], "known_false_positives", faults)
    if len(faults.errors) > before or effect is None or effect.action is None:
        return None
    _advise(made, node.place, faults)
    return made


def on_error(got: values.Fields, default: bool, faults: Faults) -> bool:
    """Whether a detector's failure blocks. Switching that off is called unsafe, here and in the log."""
    if "on_error" not in got:
        return default
    key, value = got["on_error"]
    closed = values.word(value, "on_error", ON_ERROR, faults)
    if closed is False:
        faults.warn(key.place, "where a detector fails, text passes unseen", "write fail_closed unless you mean it")
    return closed is not False


def _id(node: Node, scene: Scene) -> str | None:
    name = values.identifier(node, "a rule's id", scene.faults)
    if name is None:
        return None
    if name.startswith(BUILTIN):
        scene.faults.error(node.place, f"ids that begin with {BUILTIN} are the program's own", "choose another id")
        return None
    if name in scene.ids:
        first = scene.ids[name]
        scene.faults.error(node.place, f"a second rule is called {shown(name)}", f"rename one: the first is at {first}")
        return None
    scene.ids[name] = node.place
    return name


def _missing(node: Node, fatal: bool, faults: Faults) -> None:
    """The three lines that every rule has."""
    there = node.entries if isinstance(node, Map) else {}
    for key, example in (("id", "no-cards"), ("detect", "{pii: [CREDIT_CARD]}"), ("action", "block")):
        if key not in there and (fatal or key == "id"):
            faults.error(node.place, f"the rule has no {key}", f"add for example {key}: {example}")
            return


def _effect(node: Node, faults: Faults) -> _Effect | None:
    """`block`, or `{redact: {with: "[link removed]"}}`."""
    said, options = node, None
    if isinstance(node, Map) and len(node.entries) == 1:
        said, options = next(iter(node.entries.values()))
    if not isinstance(said, Text):
        faults.error(node.place, "a rule has one action", f"write one of {', '.join(ACTIONS)}")
        return None
    word = plain(said.text)
    if word in LATER_ACTIONS:
        faults.later(said.place, f"the action {word}", "the whole rule is left out and enforces nothing", fatal=False)
        return _Effect(None)
    if word not in ACTIONS:
        faults.error(said.place, f"there is no action {shown(said.text)}", faults.nearest(word, [*ACTIONS, *LATER_ACTIONS]))
        return None
    return _Effect(ACTIONS[word], _option(ACTIONS[word], options, faults))


def _option(action: Action, node: Node | None, faults: Faults) -> str | None:
    if node is None or (isinstance(node, Text) and not node.text):
        return None
    known = {Action.REDACT: ["with"], Action.TOKENIZE: ["restore"]}.get(action, [])
    if not known and isinstance(node, Map) and node.entries:
        key = next(iter(node.entries.values()))[0]
        faults.error(key.place, f"{action.word} has no options", f"write action: {action.word}")
        return None
    got = values.fields(node, action.word, known, {}, faults) or {}
    if "restore" in got:
        values.word(got["restore"][1], "way to restore", {"on_output": True}, faults)
    return values.text(got["with"][1], "with", faults) if "with" in got else None


def _stages(got: tuple[Text, Node] | None, action: Action, faults: Faults) -> frozenset[Stage]:
    if got is None:
        return DEFAULT_STAGES.get(action, ALL_STAGES)
    chosen = set()
    for node in values.texts(got[1], "stages", faults):
        stage = values.word(node, "stage", STAGES, faults)
        if stage is not None and (action, stage) in IMPOSSIBLE:
            why, instead = IMPOSSIBLE[action, stage]
            faults.error(node.place, f"{action.word} cannot work on {stage}: {why}", instead)
        elif stage is not None:
            chosen.add(stage)
    return frozenset(chosen) or ALL_STAGES


def _when(node: Node, asked: Sought, scene: Scene, fatal: bool) -> Condition | None:
    faults = scene.faults
    for later in LATER_CONDITIONS:
        if isinstance(node, Map) and later in node.entries:
            place = node.entries[later][0].place
            faults.later(place, f"the condition {later}", "use any_finding or at_least, or take the rule out", fatal=fatal)
            return None
    got = values.fields(node, "when", ("any_finding", "at_least"), {}, faults)
    if got is None:
        return None
    at_least = values.whole(got["at_least"][1], "at_least", 1, 1000, faults) if "at_least" in got else None
    keys = ("min_score", "entity", "entities", "origin", "kind")
    finding = values.fields(got["any_finding"][1], "any_finding", keys, {}, faults) if "any_finding" in got else None
    if finding is None:
        return Condition(at_least=at_least or 1)
    low = values.number(finding["min_score"][1], "min_score", 0, 1, faults) if "min_score" in finding else None
    return Condition(
        min_score=low or 0.0,
        entities=_narrowed(finding, asked, scene),
        origins=_set(finding, "origin", ORIGINS, faults),
        kinds=_kinds(finding, fatal, faults),
        at_least=at_least or 1,
    )


def _kinds(got: values.Fields, fatal: bool, faults: Faults) -> frozenset[str] | None:
    for kind in walk(got["kind"][1]) if "kind" in got else ():
        if plain(kind.text) in LATER_KINDS:
            faults.later(kind.place, shown(kind.text), f"write {one_of([*KINDS])}", fatal=fatal)
            return frozenset()
    return _set(got, "kind", KINDS, faults)


def _narrowed(got: values.Fields, asked: Sought, scene: Scene) -> frozenset[str] | None:
    """`entity` or `entities`: of what the rule asks for, only these."""
    given = [got[key] for key in ("entity", "entities") if key in got]
    if not given:
        return None
    own = asked.own
    names: set[str] = set()
    for node in (t for _, value in given for t in values.texts(value, "entities", scene.faults)):
        said = frozenset([node.text]) if node.text in own else scene.entities.read_all(node, scene.faults)
        sought = said if asked.everything else said & (asked.entities | own)
        if said and not sought:
            scene.faults.error(node.place, f"the rule does not look for {node.text}, so this never matches", "add it to detect")
        names |= sought
    return frozenset(names)


def _set(got: values.Fields, key: str, table: Mapping[str, values.V], faults: Faults) -> frozenset[values.V] | None:
    if key not in got:
        return None
    chosen = (values.word(node, key, table, faults) for node in values.texts(got[key][1], key, faults))
    return frozenset(value for value in chosen if value is not None)


def _chosen(got: values.Fields, key: str, table: Mapping[str, values.V], default: values.V, faults: Faults) -> values.V:
    if key not in got:
        return default
    value = values.word(got[key][1], key, table, faults)
    return default if value is None else value


def _stream(got: values.Fields, faults: Faults) -> bool:
    if "stream" not in got:
        return False
    key, value = got["stream"]
    if isinstance(value, Text) and plain(value.text) == "pass_then_stop":
        faults.later(key.place, "stream: pass_then_stop", "text is held back until it is judged (window)", fatal=False)
    return values.word(value, "stream", STREAMS, faults) or False


def _messages(node: Node, faults: Faults) -> dict[str, str]:
    """One text for everyone, or a text for each language."""
    if isinstance(node, Text):
        _template(node, faults)
        return {ANY_LANGUAGE: node.text}
    if not isinstance(node, Map):
        faults.error(node.place, "message is a text or a group of languages", 'write message: {en: "…", da: "…"}')
        return {}
    found = {}
    for key, value in node.entries.values():
        language = values.language(key, faults)
        said = values.text(value, "a message", faults)
        if language and said is not None and isinstance(value, Text):
            _template(value, faults)
            found[language] = said
    return found


def _template(node: Text, faults: Faults) -> None:
    for name in NAME.findall(node.text):
        if name not in FIELDS:
            what = f"{{{{ {name} }}}} is nothing that a message can name"
            faults.error(node.place, what, faults.nearest(name, [*FIELDS]))
    if "{{" in NAME.sub("", node.text):
        faults.error(node.place, "{{ is opened and not closed", "write for example {{ count }}")


def _controls(node: Node, faults: Faults) -> tuple[str, ...]:
    found = values.texts(node, "controls", faults)
    for control in found:
        if not re.fullmatch(r"[a-z0-9.-]+:\S+", control.text):
            faults.error(control.place, f"{shown(control.text)} names no control", "write it as list:number, as in gdpr:art32")
    return tuple(sorted({c.text for c in found}))


def _tests(node: Node, name: str, stages: frozenset[Stage], asked: Sought, scene: Scene) -> tuple[Case, ...]:
    if not isinstance(node, Items):
        scene.faults.error(node.place, "tests are a list", "begin each test with a hyphen: - {input: …, expect: …}")
        return ()
    tested = Tested(name, stages, asked, scene.entities, scene.faults)
    read = (case(item, tested) for item in node.items)
    return tuple(c for c in read if c is not None)


def _advise(made: Rule, place: Place, faults: Faults) -> None:
    """What an auditor will ask for. Not needed to run."""
    expected = {c.expect.result for c in made.tests}
    lacks = [
        *([] if expected - {Result.NO_MATCH} else ["no test that must match"]),
        *([] if Result.NO_MATCH in expected else ["no test that must not match"]),
        *([] if made.controls else ["no controls"]),
    ]
    if lacks:
        faults.advise(place, f"the rule {made.id} has {', '.join(lacks)}", "add what is missing before others rely on it")
