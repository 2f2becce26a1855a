"""What a policy is once it has been read: rules without their YAML. Frozen; two equal policies have one digest.

`Policy.digest` is the SHA-256 of the canonical JSON of everything that decides or is shown (RFC 8785 in spirit: sorted keys, no
blanks, UTF-8). Comments, tests, owners and the order of rules in a file change nothing, so they are not in it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from guardrails.model import Action, Finding, Mode, Origin, Result, Severity, Stage, Unreadable, Watch
from guardrails.policy import messages
from guardrails.policy.faults import Fault, Place
from guardrails.policy.words import CARRIED, REQUEST

BUILTIN = "builtin-"  # begins the ids of rules that the program adds; an author's cannot begin so
LOOKALIKE = "builtin-placeholder-lookalike"
PII = "pii/"  # begins the name of every detector of personal data


@dataclass(frozen=True, slots=True)
class Sought:
    """What a rule asks to have looked for. A finding is the rule's own if one of the three claims it."""

    entities: frozenset[str] = frozenset()
    everything: bool = False  # `pii: all`: every kind of personal data that any detector knows, later ones too
    watches: tuple[Watch, ...] = ()
    detectors: frozenset[str] = frozenset()  # of the program's own detectors, by name
    regions: frozenset[str] = frozenset()  # countries whose numbers are looked for beside those of the call, ISO 3166-1 alpha-2

    @property
    def pii(self) -> bool:
        return self.everything or bool(self.entities)

    @property
    def unreadable(self) -> frozenset[Unreadable]:
        """What the rule asks for that is no text."""
        return frozenset(one for one in Unreadable if one.detector in self.detectors)

    @property
    def own(self) -> frozenset[str]:
        """The entities that this rule can name beside those of personal data."""
        return frozenset(w.entity for w in self.watches) | {one.entity for one in self.unreadable}


@dataclass(frozen=True, slots=True)
class Condition:
    """Which of its own findings count, and how many it takes. None: any."""

    min_score: float = 0.0
    entities: frozenset[str] | None = None
    origins: frozenset[Origin] | None = None
    kinds: frozenset[str] | None = None
    at_least: int = 1

    def counts(self, finding: Finding) -> bool:
        return (
            finding.score >= self.min_score
            and (self.entities is None or finding.entity in self.entities)
            and (self.origins is None or finding.origin in self.origins)
            and (self.kinds is None or finding.detector.partition("/")[0] in self.kinds)
        )


@dataclass(frozen=True, slots=True)
class Expect:
    """What a test says must come of it. None: it does not say."""

    result: Result | None = None
    action: Action | None = None
    findings: frozenset[str] | None = None  # the kinds that must be found: these and no others
    output: str | None = None  # what the user gets
    leaked: int | None = None  # characters of a finding that may come through: 0


@dataclass(frozen=True, slots=True)
class Case:
    """One test that stands beside a rule. `chunks` are how the text arrives: more than one piece is a stream."""

    rule: str
    name: str
    place: Place
    stage: Stage
    chunks: tuple[str, ...]
    expect: Expect
    language: str = "en"
    attached: tuple[Unreadable, ...] = ()  # what comes with the text and cannot be read
    model_says: str | None = None  # the model's answer to it; `{{ token.0 }}` is the first hidden value's placeholder

    @property
    def text(self) -> str:
        return "".join(self.chunks)


@dataclass(frozen=True, slots=True)
class Rule:
    id: str
    action: Action
    sought: Sought
    stages: frozenset[Stage]
    condition: Condition = Condition()
    title: str = ""
    severity: Severity = Severity.MEDIUM
    mode: Mode = Mode.ENFORCE
    fail_closed: bool = True  # what a detector's failure means: block, or (`unsafe_ignore`) go on
    holds: bool = False  # it needs the whole answer before it can say anything
    replacement: str | None = None
    messages: Mapping[str, str] = field(default_factory=dict)
    controls: tuple[str, ...] = ()
    tests: tuple[Case, ...] = ()
    place: Place | None = None

    def takes(self, finding: Finding) -> bool:
        """Whether a finding of something it asked for counts: where it looks, and under its condition."""
        return finding.stage in self.stages and self.condition.counts(finding)


@dataclass(frozen=True, slots=True)
class Disclosure:
    """How people are told that they talk to an AI. `shown` is False only where the policy says `unsafe_no_disclosure`."""

    org: str | None = None
    notice: str = "first"
    shown: bool = True


@dataclass(frozen=True, slots=True)
class Index:
    """Which rules (by number) a finding or a failure concerns, so that ten thousand rules cost what the matching few do."""

    entities: Mapping[str, tuple[int, ...]]
    everything: tuple[int, ...]
    detectors: Mapping[str, tuple[int, ...]]
    pii: tuple[int, ...]
    silent: Mapping[Stage, tuple[Result, ...]]  # the results of a message in which nothing was found

    def asked(self, detector: str, entity: str) -> tuple[int, ...]:
        if detector.startswith(PII):
            return self.entities.get(entity, ()) + self.everything
        return self.detectors.get(detector, ())

    def relied(self, detector: str) -> tuple[int, ...]:
        """The rules that cannot look when this detector fails."""
        return self.pii if detector.startswith(PII) else self.detectors.get(detector, ())


@dataclass(frozen=True, slots=True)
class Policy:
    """Everything that decides. `rules` are sorted by id; results in a decision follow their order."""

    id: str
    version: str
    digest: str
    rules: tuple[Rule, ...]
    mode: Mode = Mode.ENFORCE
    identifiers: str = "found"  # or "always": replace every identifier, found in or not
    disclosure: Disclosure = Disclosure()
    watches: tuple[Watch, ...] = ()
    warnings: tuple[Fault, ...] = field(default=(), compare=False)
    index: Index = field(default=Index({}, (), {}, (), {}), repr=False, compare=False)

    def rule(self, id: str) -> Rule:  # noqa: A002 the word of the language
        """Raises KeyError where there is no such rule."""
        for rule in self.rules:
            if rule.id == id:
                return rule
        raise KeyError(id)

    @property
    def entities(self) -> frozenset[str]:
        """Every kind of personal data that some rule names. `pii: all` names none: it takes what is found anyway."""
        return frozenset(name for rule in self.rules for name in rule.sought.entities)

    @property
    def regions(self) -> frozenset[str]:
        """Every country that some rule names. What is looked for is looked for once, for all rules."""
        return frozenset(code for rule in self.rules for code in rule.sought.regions)

    def holds(self, stage: Stage) -> bool:
        """Whether an enforced rule needs the whole text of an answer. Shadow rules add no hold-back."""
        return any(r.holds and r.mode is Mode.ENFORCE and stage in r.stages for r in self.rules)

    def message(self, rule_id: str, language: str, *, answer: bool = False, **fields: object) -> str:
        """What a person is told. `fields`: `count`, `finding_type`, `id` (the decision's reference), as far as known."""
        rule = self.rule(rule_id)
        known = {name.replace("finding_type", "finding.type"): value for name, value in fields.items()}
        known = {"title": rule.title or rule.id, "rule": rule.id, **known}
        text = messages.pick(rule.messages, language)
        if text is None:
            text = messages.blocked(language, reference=bool(known.get("id")), answer=answer)
        return messages.filled(text, known)


def policy(  # noqa: PLR0913 a policy has these parts
    rules: Iterable[Rule],
    *,
    id: str = "policy",  # noqa: A002 the word of the language
    version: str = "",
    identifiers: str = "found",
    disclosure: Disclosure = Disclosure(),
    warnings: Iterable[Fault] = (),
) -> Policy:
    """Put rules together: add the program's own, sort, index, digest."""
    given = list(rules)
    whole = tuple(sorted([*given, *_builtin(given)], key=lambda r: r.id))
    shadow = bool(given) and all(r.mode is Mode.SHADOW for r in given)
    made = Policy(
        id=id,
        version=version,
        digest="",
        rules=whole,
        mode=Mode.SHADOW if shadow else Mode.ENFORCE,
        identifiers=identifiers,
        disclosure=disclosure,
        watches=tuple(sorted((w for r in whole for w in r.sought.watches), key=lambda w: w.name)),
        warnings=tuple(sorted(warnings)),
        index=_index(whole),
    )
    return replace(made, digest=hashlib.sha256(canonical(made)).hexdigest())


def _builtin(rules: Iterable[Rule]) -> list[Rule]:
    """Who hides values behind placeholders must hide what only looks like one: else a guessed word would bring back a value."""
    modes = {r.mode for r in rules if r.action is Action.TOKENIZE}
    if not modes:
        return []
    return [
        Rule(
            id=LOOKALIKE,
            title="Text that looks like a placeholder",
            action=Action.TOKENIZE,
            sought=Sought(detectors=frozenset({"builtin/placeholder"})),
            stages=REQUEST,
            mode=Mode.ENFORCE if Mode.ENFORCE in modes else Mode.SHADOW,
        )
    ]


def _index(rules: tuple[Rule, ...]) -> Index:
    entities: dict[str, list[int]] = {}
    detectors: dict[str, list[int]] = {}
    for number, rule in enumerate(rules):
        if not rule.sought.everything:
            for name in rule.sought.entities:
                entities.setdefault(name, []).append(number)
        for name in rule.sought.detectors | {w.name for w in rule.sought.watches}:
            detectors.setdefault(name, []).append(number)
    return Index(
        entities={name: tuple(numbers) for name, numbers in entities.items()},
        everything=tuple(n for n, rule in enumerate(rules) if rule.sought.everything),
        detectors={name: tuple(numbers) for name, numbers in detectors.items()},
        pii=tuple(n for n, rule in enumerate(rules) if rule.sought.pii),
        silent={
            stage: tuple(Result.NO_MATCH if rule.stages & carried else Result.SKIPPED for rule in rules)
            for stage, carried in CARRIED.items()
        },
    )


def canonical(made: Policy) -> bytes:
    """The policy as the bytes that its digest names."""
    form = {
        "id": made.id,
        "version": made.version,
        "identifiers": made.identifiers,
        "disclosure": {"org": made.disclosure.org, "notice": made.disclosure.notice, "shown": made.disclosure.shown},
        "rules": [_form(rule) for rule in made.rules],
    }
    return json.dumps(form, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _form(rule: Rule) -> dict[str, object]:
    sought, condition = rule.sought, rule.condition
    return {
        "id": rule.id,
        "title": rule.title,
        "severity": rule.severity.name.lower(),
        "stage": sorted(rule.stages),
        "mode": rule.mode,
        "action": rule.action.word,
        "replacement": rule.replacement,
        "fail_closed": rule.fail_closed,
        "holds": rule.holds,
        "messages": dict(rule.messages),
        "controls": list(rule.controls),
        "detect": {
            "pii": "all" if sought.everything else sorted(sought.entities),
            "regions": sorted(sought.regions),
            "detectors": sorted(sought.detectors),
            "watches": [
                [w.name, w.kind, list(w.terms), w.entity, w.ignore_case] for w in sorted(sought.watches, key=lambda w: w.name)
            ],
        },
        "when": {
            "min_score": condition.min_score,
            "entities": _sorted(condition.entities),
            "origins": _sorted(condition.origins),
            "kinds": _sorted(condition.kinds),
            "at_least": condition.at_least,
        },
    }


def _sorted(words: frozenset[str] | frozenset[Origin] | None) -> list[str] | None:
    return None if words is None else sorted(words)
