"""Policy files in, one policy out, or every fault that keeps them from being used. Nothing is ever half-loaded.

Several files make one policy: rules together, ids unique, the stricter of two settings. A file says what it is by its keys;
the smallest is `rules:` with one rule of three lines.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from guardrails.model import Mode
from guardrails.policy import values
from guardrails.policy.detect_keys import Entities
from guardrails.policy.faults import BrokenPolicy, Fault, Faults, Place, shown
from guardrails.policy.rule_keys import Scene, on_error, rule
from guardrails.policy.rules import Disclosure, Policy, Rule, policy
from guardrails.policy.source import Items, Map, Node, Text, documents
from guardrails.policy.words import IDENTIFIERS, MODES, STATUSES, plain

TOP_KEYS = ("apiVersion", "kind", "metadata", "mode", "defaults", "rules", "identifiers", "disclosure")
#: Left out without loosening anything: each of them could only have made the policy apply to less.
TOP_LATER = {
    "scope": "the policy applies to every call",
    "exceptions": "the rules apply to everyone",
    "params": "write values into the rules themselves",
}
TOP_FATAL = {
    "extends": "put the rules of both into one file",
    "include": "name both files when you start",
    "overlays": "put the rules into this file",
}
METADATA_KEYS = ("id", "version", "title", "owner", "approvers", "status", "review_by")
OFF = ("off", "false", "no", "none")
HOW_TO_SWITCH_OFF = "write disclosure: {unsafe_no_disclosure: true} if someone else tells people that they talk to an AI"


@dataclass(slots=True)
class _Gathered:
    """What the files say together."""

    rules: list[Rule] = field(default_factory=list)
    names: set[tuple[str, str]] = field(default_factory=set)  # id and version of each file that says them
    identifiers: str = "found"
    disclosure: tuple[Place, Disclosure] | None = None


def load(text: str, name: str, *, entities: frozenset[str]) -> Policy:
    """The policy in `text`; `name` is what faults call the file. `entities`: every entity that some detector can find.

    Raises BrokenPolicy (a PolicyError) with all faults.
    """
    return load_all([(name, text)], entities=entities)


def load_all(sources: Sequence[tuple[str, str]], *, entities: frozenset[str]) -> Policy:
    """One policy of several files, given as (name, text). Their order has no meaning."""
    made, faults = _read(sources, entities)
    if made is None:
        raise BrokenPolicy(faults.errors.values())
    return made


def lint(sources: Sequence[tuple[str, str]], *, entities: frozenset[str]) -> tuple[Fault, ...]:
    """Errors, warnings and advice about files that are to be used together, in the order of their places."""
    _, faults = _read(sources, entities)
    return tuple(sorted([*faults.errors.values(), *faults.warnings]))


def _read(sources: Sequence[tuple[str, str]], entities: frozenset[str]) -> tuple[Policy | None, Faults]:
    faults, gathered = Faults(), _Gathered()
    known, ids = Entities.of(entities), dict[str, Place]()
    for name, text in sorted(sources):
        found = documents(text, name, faults)
        if not found and not any(place.file == name for place in faults.errors):
            faults.error(Place(name, 1, 1), "the file is empty", "begin with rules: and a rule below it")
        for node in found:
            _document(node, Scene(faults, known, ids), gathered)
    if faults.errors:
        return None, faults
    names = sorted(gathered.names)
    made = policy(
        gathered.rules,
        id="+".join(sorted({i for i, _ in names if i}))[:128] or "policy",
        version="+".join(v for _, v in names if v),
        identifiers=gathered.identifiers,
        disclosure=gathered.disclosure[1] if gathered.disclosure else Disclosure(),
        warnings=faults.warnings,
    )
    return made, faults


def _document(node: Node, scene: Scene, gathered: _Gathered) -> None:
    faults = scene.faults
    if isinstance(node, Items):
        faults.error(node.place, "the file begins with a list", "write rules: above it and indent it")
        return
    if not isinstance(node, Map):
        faults.error(node.place, "this is no policy", "begin with rules: and a rule below it")
        return
    if not _is_policy(node, faults):
        return
    for name in METADATA_KEYS:
        if name in node.entries:
            faults.error(node.entries[name][0].place, f"{name} stands in the wrong place", f"write metadata: {{{name}: …}}")
    got = values.fields(node, "a policy", (*TOP_KEYS, *TOP_FATAL), TOP_LATER, faults)
    if got is None:
        return
    for key in TOP_FATAL.keys() & got.keys():
        faults.later(got[key][0].place, shown(key), TOP_FATAL[key], fatal=True)
    scene.mode = (values.word(got["mode"][1], "mode", MODES, faults) if "mode" in got else None) or Mode.ENFORCE
    if "defaults" in got:
        later = {"timeout": "detectors have no time limit of their own"}
        defaults = values.fields(got["defaults"][1], "defaults", ["on_error"], later, faults)
        scene.fail_closed = on_error(defaults or {}, True, faults)
    _metadata(got, node.place, gathered, faults)
    if "identifiers" in got and values.word(got["identifiers"][1], "identifiers", IDENTIFIERS, faults) == "always":
        gathered.identifiers = "always"
    if "disclosure" in got:
        _disclosure(got["disclosure"], "scope" in node.entries, gathered, faults)
    if "rules" in got:
        gathered.rules += _rules(got["rules"][1], scene)
    elif not {"rules", "disclosure", "identifiers", *TOP_FATAL} & node.entries.keys() and not faults.errors:
        faults.error(node.place, "the policy has no rules", "add rules: and a rule below it")


def _is_policy(node: Map, faults: Faults) -> bool:
    """`apiVersion` and `kind` may be left out; where they stand they must be right."""
    for key, right in (("apiVersion", "guard/v1"), ("kind", "Policy")):
        if key not in node.entries:
            continue
        value = node.entries[key][1]
        said = value.text if isinstance(value, Text) else ""
        if key == "kind" and said == "Overlay":
            faults.later(value.place, "an Overlay", "put its rules into the policy", fatal=True)
            return False
        if said != right:
            faults.error(value.place, f"{key} cannot be {shown(said)}", f"write {right}, or take the line out")
            return False
    return True


def _rules(node: Node, scene: Scene) -> list[Rule]:
    if not isinstance(node, Items):
        scene.faults.error(node.place, "rules are a list", "begin each rule with a hyphen: - id: …")
        return []
    if not node.items:
        scene.faults.warn(node.place, "there is no rule, so nothing is enforced", "add a rule, or take the file out")
    return [made for item in node.items if (made := rule(item, scene)) is not None]


def _metadata(got: values.Fields, place: Place, gathered: _Gathered, faults: Faults) -> None:
    said = values.fields(got["metadata"][1], "metadata", METADATA_KEYS, {}, faults) if "metadata" in got else {}
    said = said or {}
    name = values.identifier(said["id"][1], "a policy's id", faults) if "id" in said else None
    version = values.text(said["version"][1], "version", faults) if "version" in said else None
    gathered.names.add((name or "", version or ""))
    for key in ("title", "owner"):
        if key in said:
            values.text(said[key][1], key, faults)
    if "approvers" in said:
        values.texts(said["approvers"][1], "approvers", faults)
    if "status" in said:
        values.word(said["status"][1], "status", STATUSES, faults)
    if "review_by" in said:
        value = said["review_by"][1]
        if not (isinstance(value, Text) and re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", value.text)):
            faults.error(value.place, "review_by is a day", "write it as 2027-03-31")
    lacks = [key for key in ("owner", "review_by") if key not in said]
    if lacks:
        faults.advise(place, f"metadata has no {', no '.join(lacks)}", "say who answers for it, and when it is looked at")


def _disclosure(got: tuple[Text, Node], scoped: bool, gathered: _Gathered, faults: Faults) -> None:
    key, node = got
    if isinstance(node, Text):
        off = plain(node.text) in OFF
        what = "people must be told that they talk to an AI" if off else "disclosure is a group of lines like key: value"
        faults.error(node.place, what, HOW_TO_SWITCH_OFF if off else 'write disclosure: {org: "Acme"}')
        return
    said = values.fields(node, "disclosure", ("org", "notice", "unsafe_no_disclosure"), {}, faults)
    if said is None:
        return
    org = values.text(said["org"][1], "org", faults) if "org" in said else None
    if "notice" in said:
        _notice(said["notice"][1], faults)
    off = "unsafe_no_disclosure" in said and bool(
        values.word(said["unsafe_no_disclosure"][1], "unsafe_no_disclosure", {"true": True, "false": False}, faults)
    )
    if off and scoped:
        faults.error(said["unsafe_no_disclosure"][0].place, "this would hold outside of the scope too", "take one of them out")
    elif off:
        faults.warn(
            said["unsafe_no_disclosure"][0].place, "nobody is told that they talk to an AI", "see the EU AI Act, art. 50"
        )
    made = Disclosure(org=org, shown=not off)
    if gathered.disclosure and gathered.disclosure[1] != made:
        first = gathered.disclosure[0]
        faults.error(key.place, "disclosure is said twice, differently", f"keep one: the first is at {first}")
    else:
        gathered.disclosure = (key.place, made)


def _notice(node: Node, faults: Faults) -> None:
    if isinstance(node, Text) and plain(node.text) in OFF:
        faults.error(node.place, "people must be told that they talk to an AI", HOW_TO_SWITCH_OFF)
    else:
        values.word(node, "notice", {"first": "first"}, faults)
