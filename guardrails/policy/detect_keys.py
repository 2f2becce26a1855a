"""What a rule can ask to have looked for: one function per form, one row in `FORMS`.

A form turns its YAML into entities of personal data or into a `Watch`, which `detectors/` builds a detector for. Rules never
read text themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import re2

from guardrails.model import Unreadable, Watch
from guardrails.policy import values
from guardrails.policy.faults import Faults, shown
from guardrails.policy.groups import GROUPS
from guardrails.policy.rules import Sought
from guardrails.policy.source import Items, Map, Node, Text
from guardrails.policy.words import ENTITY_ALIASES, EU, LATER_ENTITIES, UNREADABLE, entity, plain

MAX_TERM = 1_000  # characters of one phrase or pattern

#: Forms of later versions. A judge only refines what another form found, so a rule goes on without it; without one
#: of the others a rule would look for less than its author wrote, so the file is refused.
LATER_FORMS = frozenset(
    [
        *("secrets", "urls", "lexicon", "json_schema", "length", "language", "invisible_text"),
        *("refusal", "prompt_leak", "repeated_text", "tool_calls", "names"),
    ]
)
REFINING_FORMS = frozenset({"judge"})

_OPTIONS = re2.Options()
_OPTIONS.log_errors = False
_OPTIONS.max_mem = 8 << 20

_LOOKS_AROUND = "looking ahead or back ((?= (?! (?<) is not possible here: write what must stand there into the pattern"
_REMEDIES = (
    ("perl operator", _LOOKS_AROUND),
    ("escape", r"write \\ for a backslash; going back to a group (\1) is not possible here"),
    ("missing )", r"close the bracket, or write \( if a bracket is meant"),
    ("unexpected )", r"open the bracket, or write \) if a bracket is meant"),
    ("missing ]", r"close it with ], or write \[ if a bracket is meant"),
    ("repetition", r"write something before * + ? or {…}, or \* if the sign itself is meant"),
    ("class", "write a range from low to high, as in [a-z]"),
)


@dataclass(frozen=True, slots=True)
class Entities:
    """The entities that some detector knows, and every way to write them."""

    known: frozenset[str]
    spellings: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, known: frozenset[str]) -> Entities:
        aliases = {alias: name for alias, name in ENTITY_ALIASES.items() if name in known}
        return cls(known, {plain(name): name for name in known} | aliases | {group: group for group in GROUPS})

    def read_all(self, node: Text, faults: Faults) -> frozenset[str]:
        """The kinds that a word stands for: a group's, as many as can be found here, or one."""
        if (group := GROUPS.get(plain(node.text))) is not None:
            return group & self.known
        name = self.read(node, faults)
        return frozenset([name]) if name else frozenset()

    def read(self, node: Text, faults: Faults) -> str | None:
        name = entity(node.text)
        if name in self.known:
            return name
        if name in LATER_ENTITIES:
            faults.later(node.place, shown(node.text), "take it out, or use phrases or regex", fatal=True)
            return None
        advice = faults.nearest(plain(node.text), self.spellings, "guardrails scan --kinds lists them")
        faults.error(node.place, f"no kind of personal data is called {shown(node.text)}", advice)
        return None


@dataclass(slots=True)
class Detect:
    """What is being gathered for one rule."""

    rule: str
    entities: Entities
    faults: Faults
    fatal: bool  # whether a form of a later version is an error: not where the rule is left out anyway
    found: set[str] = field(default_factory=set)
    everything: bool = False
    watches: list[Watch] = field(default_factory=list)
    unreadable: set[Unreadable] = field(default_factory=set)
    regions: frozenset[str] = frozenset()  # countries whose numbers are looked for, whatever the language


def sought(node: Node, detect: Detect) -> Sought | None:
    """All that a rule's `detect` asks for; None where there was a fault or nothing is left."""
    before = len(detect.faults.errors)
    items = node.items if isinstance(node, Items) else (node,)
    for item in items:
        _item(item, detect)
    if len(detect.faults.errors) > before:
        return None
    if not (detect.everything or detect.found or detect.watches or detect.unreadable):
        if detect.fatal:
            detect.faults.error(node.place, "the rule looks for nothing", "write for example detect: {pii: [EMAIL_ADDRESS]}")
        return None
    return Sought(
        frozenset() if detect.everything else frozenset(detect.found),
        detect.everything,
        tuple(detect.watches),
        frozenset(one.detector for one in detect.unreadable),
        detect.regions,
    )


def _item(node: Node, detect: Detect) -> None:
    faults = detect.faults
    if not isinstance(node, Map):
        faults.error(node.place, "what to look for needs its form", "write for example detect: {pii: [EMAIL_ADDRESS]}")
        return
    name = _named(node, detect)
    for form, (key, value) in node.entries.items():
        if form in FORMS:
            FORMS[form](value, name, detect)
        elif form in REFINING_FORMS:
            faults.later(key.place, shown(form), "the rule goes by its other detectors", fatal=False)
        elif form in LATER_FORMS:
            faults.later(key.place, shown(form), "use phrases or regex, or take the rule out", fatal=detect.fatal)
        elif form != "entity":
            faults.error(key.place, f"there is no way to look for {shown(form)}", faults.nearest(plain(form), [*FORMS]))


def _named(node: Map, detect: Detect) -> str | None:
    """The author's own name for what phrases or patterns find; it stands in placeholders and records."""
    if "entity" not in node.entries:
        return None
    key, value = node.entries["entity"]
    said = value.text if isinstance(value, Text) else ""
    name = plain(said).upper()
    if not re2.fullmatch("[A-Z][A-Z0-9_]{0,39}", name):
        detect.faults.error(value.place, f"{shown(said)} cannot be an entity's name", "write it like CUSTOMER_NUMBER")
    elif "pii" in node.entries:
        detect.faults.error(key.place, "personal data has its own names", "take entity: out")
    elif "unreadable" in node.entries:
        detect.faults.error(key.place, "what cannot be read has its own names", "take entity: out")
    return name


def _pii(node: Node, _: str | None, detect: Detect) -> None:
    if isinstance(node, Map):
        later = {"record_floor": "what the rule matches is recorded"}
        got = values.fields(node, "pii", ["types", "regions"], later, detect.faults)
        if got is None:
            return
        if "types" not in got:
            detect.faults.error(node.place, "pii does not say which kinds", "write pii: all, or pii: [EMAIL_ADDRESS]")
            return
        if "regions" in got:
            detect.regions |= _regions(got["regions"][1], detect.faults)
        node = got["types"][1]
    for item in values.texts(node, "kinds of personal data", detect.faults):
        if plain(item.text) == "all":
            detect.everything = True
        else:
            detect.found |= detect.entities.read_all(item, detect.faults)


def _regions(node: Node, faults: Faults) -> frozenset[str]:
    """Countries, ISO 3166-1 alpha-2, upper case; `EU` is all of its members."""
    found: set[str] = set()
    for item in values.texts(node, "countries", faults):
        code = item.text.strip().upper()
        if code == "EU":
            found |= EU
        elif re2.fullmatch("[A-Z]{2}", code):
            found.add("GB" if code == "UK" else code)
        else:
            faults.error(
                item.place, f"{shown(item.text)} is no country's code", "write two letters, such as ID, CN or DK, or EU"
            )
    return frozenset(found)


def _phrases(node: Node, entity_name: str | None, detect: Detect) -> None:
    terms = [t for t in values.texts(node, "phrases", detect.faults) if _short(t, detect)]
    _watch("phrases", entity_name or "PHRASE", terms, True, detect)


def _regex(node: Node, entity_name: str | None, detect: Detect) -> None:
    patterns = [t for t in values.texts(node, "patterns", detect.faults) if _short(t, detect) and compiles(t, detect.faults)]
    _watch("regex", entity_name or "PATTERN", patterns, False, detect)


def _unreadable(node: Node, _: str | None, detect: Detect) -> None:
    for item in values.texts(node, "things that cannot be read", detect.faults):
        if plain(item.text) == "all":
            detect.unreadable.update(Unreadable)
        elif one := values.word(item, "unreadable thing", UNREADABLE, detect.faults):
            detect.unreadable.add(one)


def _short(term: Text, detect: Detect) -> bool:
    if len(term.text) <= MAX_TERM:
        return True
    detect.faults.error(term.place, f"this has more than {MAX_TERM:,} characters", "divide it into several")
    return False


def compiles(pattern: Text, faults: Faults) -> bool:
    """Whether RE2 takes a pattern that fits something."""
    try:
        empty = re2.compile(pattern.text, _OPTIONS).search("")
    except re2.error as error:
        said = error.args[0].decode(errors="replace") if isinstance(error.args[0], bytes) else str(error)
        remedy = next((cure for sign, cure in _REMEDIES if sign in said), "see the syntax page of RE2")
        faults.error(pattern.place, f"the pattern is not understood ({said})", remedy)
        return False
    if empty:
        faults.error(pattern.place, "the pattern also fits where nothing stands, so everywhere", "use + instead of *")
        return False
    return True


def _watch(kind: str, name: str, terms: list[Text], ignore_case: bool, detect: Detect) -> None:
    """One watch for each item of `detect`: the first is `phrases/<rule>`, the next `phrases/<rule>/2`."""
    if not terms:
        return
    number = 1 + sum(w.kind == kind for w in detect.watches)
    title = f"{kind}/{detect.rule}" + (f"/{number}" if number > 1 else "")
    detect.watches.append(Watch(title, kind, tuple(sorted({t.text for t in terms})), name, ignore_case))


FORMS: Mapping[str, Callable[[Node, str | None, Detect], None]] = {
    "pii": _pii,
    "phrases": _phrases,
    "regex": _regex,
    "unreadable": _unreadable,
}
