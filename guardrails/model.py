"""THE NOUNS. Read this first: every other file imports these words, and this file imports nothing of the project.

A call's body is a `Message`. It shows its text as `Segment`s; `Detector`s find things in them (`Finding`, offsets only);
the policy turns findings and `Context` into a `Decision`; the decision becomes `Edit`s; what was decided is written down
as a record (`record.py`). Everything is frozen: nothing that was found or decided changes afterwards.

Offsets are Python string indices (Unicode code points) into the text of the segment that `path` names.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import Protocol, Self


class Stage(StrEnum):
    """Which way a text travels: the field's input and output rails, and the two directions of tools."""

    INPUT = "input"
    OUTPUT = "output"
    TOOL_CALL = "tool_call"
    TOOL_RESULT = "tool_result"


class Kind(StrEnum):
    """What a segment's text is, which decides how an edit may look."""

    TEXT = "text"  # prose, or a string leaf of JSON
    NUMBER = "number"  # a JSON number of seven or more digits, as it was written
    KEY = "key"  # a key of a JSON object that the client chose
    ID = "id"  # an identifier: replaced whole by a keyed hash or not at all


class Origin(StrEnum):
    """Who wrote a text. A rule may ask for it; text of a tool or a document is not to be trusted."""

    USER = "user"
    SYSTEM = "system"
    TOOL_RESULT = "tool_result"
    DOCUMENT = "document"
    MODEL = "model"


class Unreadable(StrEnum):
    """What is no text, so that nobody here can say what stands in it. A message says itself where it holds such a thing."""

    IMAGE = "image"
    AUDIO = "audio"
    VIDEO = "video"
    FILE = "file"
    DATA = "data"  # long base64 of no kind that is known
    TOKEN_IDS = "token_ids"  # noqa: S105 no password
    REASONING = "reasoning"  # a model's own, sealed or encrypted

    @property
    def entity(self) -> str:
        return f"UNREADABLE_{self.name}"

    @property
    def detector(self) -> str:
        return f"unreadable/{self}"


class Action(IntEnum):
    """What a rule asks for, ordered by gravity: of several the greatest wins (POLICY: actions)."""

    ALLOW = 0
    FLAG = 1
    SAMPLE = 2
    APPEND_NOTICE = 3
    MASK = 4
    TOKENIZE = 5
    HASH = 6
    REDACT = 7
    STRIP_TOOL = 8  # the tool-call form of redact
    REROUTE = 9
    REGENERATE = 10
    REPLACE = 11
    REVIEW = 12
    DENY_TOOL = 13  # the tool-call form of block
    BLOCK = 14

    @property
    def word(self) -> str:
        """The word used in YAML, records and headers: `Action.MASK.word == "mask"`."""
        return self.name.lower()


#: The actions that change the characters of a finding and nothing else.
SPAN_ACTIONS = frozenset({Action.MASK, Action.TOKENIZE, Action.HASH, Action.REDACT})


class Severity(IntEnum):
    """How grave a rule's author thinks a match is; ties between rules go to the most severe."""

    INFO = 0
    LOW = 1
    MEDIUM = 2
    HIGH = 3
    CRITICAL = 4


class Result(StrEnum):
    """What became of one rule in one decision. An error is not a pass: it is a result of its own."""

    NO_MATCH = "no_match"
    MATCH = "match"
    ERROR = "error"
    SKIPPED = "skipped"


class Mode(StrEnum):
    """Whether a rule acts, or only writes down what it would have done."""

    ENFORCE = "enforce"
    SHADOW = "shadow"


@dataclass(frozen=True, slots=True)
class Segment:
    """One string of a message that may hold text.

    `path` is a JSON Pointer (RFC 6901) in which every key that the client chose is written as its position (`~2`, the
    third key of its object), so that a path never carries text. Two more steps that no pointer can hold: `~json` enters
    a JSON document inside a string, `~key` names a key itself instead of its value.
    """

    path: str
    text: str = field(repr=False)
    kind: Kind = Kind.TEXT
    origin: Origin = Origin.USER
    stage: Stage = Stage.INPUT


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """Something found at `start:end` of the segment at `path`. Never the text itself."""

    path: str
    start: int
    end: int
    entity: str  # Presidio's upper-case name: EMAIL_ADDRESS
    score: float  # 0 to 1
    detector: str  # the name of the detector that found it
    stage: Stage = Stage.INPUT
    origin: Origin = Origin.USER


@dataclass(frozen=True, slots=True)
class Watch:
    """What a rule's author asks to have looked for with words of their own; `detectors/` builds the detector for it.

    Its findings carry `name` as their detector and `entity` as their kind.
    """

    name: str  # "phrases/<rule id>" or "regex/<rule id>": the rule knows its own findings by it
    kind: str  # a row of the table in detectors/__init__.py: phrases, regex
    terms: tuple[str, ...] = field(repr=False)  # the phrases or the patterns
    entity: str = "PHRASE"
    ignore_case: bool = True


@dataclass(frozen=True, slots=True)
class Failure:
    """A detector that could not do its work on one segment; `cause` is the class of the error, never its message."""

    detector: str
    path: str
    cause: str
    stage: Stage = Stage.INPUT


@dataclass(frozen=True, slots=True)
class Reason:
    """One rule that spoke: what it asks for and what it rests on. `result` is MATCH, or ERROR where it could not look."""

    rule: str
    action: Action
    findings: tuple[Finding, ...] = ()
    severity: Severity = Severity.MEDIUM
    result: Result = Result.MATCH
    mode: Mode = Mode.ENFORCE
    replacement: str | None = None  # the author's own words for redact and replace


@dataclass(frozen=True, slots=True)
class Decision:
    """What the policy says about one message at one stage. A block is such a value, never an exception."""

    stage: Stage
    policy: str  # id of the policy
    digest: str  # SHA-256 of its canonical form, hexadecimal
    reasons: tuple[Reason, ...] = ()
    errors: tuple[Failure, ...] = ()
    results: tuple[Result, ...] = ()  # one for each rule of the policy, in the order of their ids

    @property
    def action(self) -> Action:
        """The strongest action in force; shadow rules have no say."""
        if not self.reasons:
            return Action.ALLOW
        return max((r.action for r in self.reasons if r.mode is Mode.ENFORCE), default=Action.ALLOW)

    @property
    def blocked(self) -> bool:
        return self.action is Action.BLOCK

    @property
    def changes(self) -> bool:
        """Does it change what passes, without blocking it?"""
        return any(r.action in SPAN_ACTIONS and r.mode is Mode.ENFORCE for r in self.reasons)


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace `start:end` of the segment at `path` (LSP's TextEdit). Edits of one path never overlap.

    `number`: the replacement is the whole value and stands in JSON as a number, not as a string.
    """

    path: str
    start: int
    end: int
    replacement: str = field(repr=False)
    number: bool = False


@dataclass(frozen=True, slots=True)
class Context:
    """What is known about a call beside its text. It comes from the server's own table of callers, not from the client.

    `now` is an RFC 3339 time in UTC: the pipeline has no clock of its own.
    """

    now: str
    tenant: str = "default"
    app: str = ""
    route: str = ""
    channel: str = ""
    language: str = "en"  # BCP 47
    countries: frozenset[str] = frozenset()  # ISO 3166-1 alpha-2, upper case
    roles: frozenset[str] = frozenset()
    labels: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """Something only a slow outside judge can answer. Its `repr` hides the text."""

    id: str
    rule: str
    path: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Pending:
    """The pipeline cannot decide yet: ask these, then screen again with the answers as findings."""

    questions: tuple[Question, ...]


class Message(Protocol):
    """A body in one dialect of the wire."""

    def segments(self) -> Sequence[Segment]:
        """Every string that may hold text, in the order of the body."""

    def unread(self) -> Sequence[Finding]:
        """What cannot be read (`Unreadable`). Offsets are 0 where it is a whole value, and no segment stands at its path."""

    def edited(self, edits: Sequence[Edit]) -> Self:
        """The same body with these edits applied; `edited([])` equals it value for value and in key order."""


class Detector(Protocol):
    """Finds things in one text at a time, and knows how much of a growing text it has made up its mind about.

    The contract that makes streams safe (`stream.py`), for every text `t`, every continuation `c`, `s = settled(t, start)`:
    no finding of `t + c` starts before `s` and ends after it; the findings that end at or before `s` are those of `t`.
    """

    @property
    def name(self) -> str:
        """Stands in findings and records; changes with the detector's version."""

    @property
    def reach(self) -> int | None:
        """The most characters that one finding and its context can span; None: it needs the whole text (streams hold)."""

    def find(self, segment: Segment, start: int = 0) -> Iterable[Finding]:
        """The findings at or after `start`, where none crosses `start`; reads at most `reach` characters before it."""

    def settled(self, text: str, start: int = 0) -> int:
        """The first index, at or after `start`, whose findings could still change if more text came."""
