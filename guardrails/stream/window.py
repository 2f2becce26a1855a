"""One growing text. Nothing leaves it unjudged, and how it was cut into pieces changes nothing (the chop law).

Each detector says how much of the text it has made up its mind about (`settled`). The window releases what all of them, and the
search for placeholders, have settled, never cutting through a finding. A finding therefore depends on the text alone, and
with it the decision, the edits and what comes back.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from guardrails.detectors.spread import Reader, told
from guardrails.guard import Guard, apart, invented
from guardrails.model import Action, Context, Decision, Detector, Edit, Failure, Finding, Kind, Mode, Origin, Segment, Stage
from guardrails.redact.links import Links
from guardrails.redact.masks import AFTER
from guardrails.redact.placeholders import LONGEST, SHAPE
from guardrails.redact.vault import NEAR, NOTHING, Restored, Vault, is_marked, settled

SLACK = 2048  # characters that are kept for longer than anything needs them, so that forgetting is seldom


class Release(NamedTuple):
    """`start:end` of the text may leave with these edits, counted from the text's beginning.

    `blocked_at`: a rule blocks; what lies before this index has left or may leave, nothing after it ever.
    """

    start: int
    end: int
    edits: tuple[Edit, ...] = ()
    decision: Decision | None = None
    restored: Restored = NOTHING
    blocked_at: int | None = None


@dataclass(slots=True)
class Judge:
    """What every window of one answer shares: the guard bound to the call."""

    guard: Guard
    context: Context
    vault: Vault
    detectors: Sequence[Detector] = ()
    holds: bool = False  # a rule needs the whole text before it can say anything
    reach: int = LONGEST  # characters that anything of it can look back

    def __post_init__(self) -> None:
        self.detectors = self.guard.bound(Stage.OUTPUT, self.context)
        self.reach = max([LONGEST, *(d.reach or 0 for d in self.detectors)])
        self.holds = self.guard.policy.holds(Stage.OUTPUT) or any(d.reach is None for d in self.detectors)


@dataclass(slots=True)
class Window:
    """Feed it pieces; it answers each with a Release. `path` is where the text will stand in the whole answer."""

    judge: Judge
    path: str
    _text: str = field(default="", repr=False)  # from `_base` on
    _base: int = 0
    _at: int = 0  # all before it has been released
    _starts: list[int] = field(default_factory=list)  # per detector: all before it is settled
    _found: list[Finding] = field(default_factory=list)  # settled, not released yet
    _known: Reader = field(default_factory=Reader, repr=False)  # the names that the answer has said so far
    _marked: bool = False  # `_text` may hold placeholders or masked values
    _links: Links = field(default_factory=Links, repr=False)

    def __post_init__(self) -> None:
        self._starts = [0] * len(self.judge.detectors)

    def feed(self, piece: str, *, final: bool = False) -> Release:
        self._marked = self._marked or is_marked(self._text[-NEAR:] + piece)
        self._text += piece
        known = len(self._text) if final else settled(self._text, self._at - self._base)
        failures = self._find(known, final)
        edge = self._edge(known, final)
        if not self._found and not failures and (self.judge.vault.empty or not self._marked):
            return self._as_it_came(edge)  # nothing to decide, nothing to give back
        if edge == self._at and not failures and not final:
            return Release(edge, edge)
        ready = [f for f in self._found if f.end <= edge]
        self._found = [f for f in self._found if f.end > edge]
        return self._release(edge, ready, failures)

    def _as_it_came(self, edge: int) -> Release:
        start, self._at = self._at, edge
        if not self.judge.vault.empty:
            self._links.read(self._text[start - self._base : edge - self._base])
        self._trim()
        return Release(start, edge)

    def _find(self, known: int, final: bool) -> list[Failure]:
        """Ask the detectors for what they have newly settled in the text before `known`, which stays as it is seen now."""
        text = self._text if known == len(self._text) else self._text[:known]
        text = self.judge.vault.opaque(text) if self._marked else text
        shown = Segment(self.path, text, Kind.TEXT, Origin.MODEL, Stage.OUTPUT)
        failures = []
        for number in range(len(self._starts)) if final else self._behind():
            detector, start = self.judge.detectors[number], self._starts[number] - self._base
            try:
                end = known if final else max(start, detector.settled(shown.text, start))
                if end > start and (found := [f for f in detector.find(shown, start) if f.end <= end]):
                    raw = replace(shown, text=self._text)
                    self._learn([self._counted(f) for f in invented(found, raw, self.judge.vault)], text)
            except Exception as error:  # noqa: BLE001 whatever went wrong, the rule must know that nobody looked
                failures.append(Failure(detector.name, self.path, type(error).__name__, Stage.OUTPUT))
                end = max(start, known)  # where the policy says to go on without this detector, go on
            self._starts[number] = self._base + end
        self._spread(shown, min([self._base + known, *self._starts]), final)
        return failures

    def _behind(self) -> Iterator[int]:
        """Those detectors on which it depends how much may leave, one after the other: whoever is further behind than all that
        were asked before. The others would settle what has to wait all the same, and settle it later in one go."""
        waiting = sorted(range(len(self._starts)), key=lambda number: self._starts[number])
        slowest = None
        for number in waiting:
            if slowest is not None and self._starts[number] >= slowest:
                return
            yield number
            slowest = self._starts[number] if slowest is None else min(slowest, self._starts[number])

    def _learn(self, found: Sequence[Finding], text: str) -> None:
        self._found += found
        for finding in found:
            self._known.learn(finding, text[finding.start - self._base : finding.end - self._base])

    def _spread(self, shown: Segment, edge: int, final: bool) -> None:
        """The names that were found before stand here again. Before `edge` nothing more can be learnt."""
        mentions = self._known.read(shown.text, edge, base=self._base, final=final)
        if mentions:
            found = told(mentions, shown, self._found)
            self._found += invented(found, replace(shown, text=self._text), self.judge.vault, self._base)

    def _counted(self, finding: Finding) -> Finding:
        """The finding with offsets from the beginning of the text."""
        if not self._base:
            return finding
        return replace(finding, start=finding.start + self._base, end=finding.end + self._base)

    def _edge(self, known: int, final: bool) -> int:
        """The index before which everything may leave: settled by all, no name that is only begun, and not inside a finding."""
        end = self._base + len(self._text)
        if final:
            return end
        if self.judge.holds:
            return self._at
        edge = min(self._base + known, self._known.at, *self._starts)
        if not self._found and not self._marked:
            return max(edge, self._at)
        known_end = self._base + len(self._text) - AFTER
        while (
            back := self._outside_placeholders(
                min([f.start for f in self._found if f.start < edge and (edge < f.end or known_end < f.end)], default=edge)
            )
        ) < edge:
            edge = back  # a finding may lie in a word of a placeholder's shape, and across its beginning
        return max(edge, self._at)

    def _outside_placeholders(self, edge: int) -> int:
        """Move an index that lies inside a placeholder to its beginning."""
        if not self._marked:
            return edge
        for match in SHAPE.finditer(self._text, max(0, edge - self._base - LONGEST)):
            if self._base + match.start() < edge < self._base + match.end():
                return self._base + match.start()
        return edge

    def _release(self, edge: int, ready: Sequence[Finding], failures: Sequence[Failure]) -> Release:
        judge, start, base = self.judge, self._at, self._base
        segment = Segment(self.path, self._text, origin=Origin.MODEL, stage=Stage.OUTPUT)
        decision = judge.guard.judge(Stage.OUTPUT, ready, failures, judge.context) if ready or failures else None
        blocked_at = _blocked_at(decision, start) if decision else None
        if blocked_at is not None and decision is not None:
            decision, edge = _until(decision, blocked_at), self._outside_placeholders(blocked_at)
        edits = tuple(judge.vault.hide(decision, [segment], offset=base)) if decision else ()
        while cut := [
            e.start for e in edits if e.start < edge < e.end
        ]:  # a hidden value that the block cuts through stays hidden
            edge = min(cut)
        edits = tuple(e for e in edits if e.end <= edge)
        back = NOTHING
        if not judge.vault.empty:
            back = judge.vault.restore(segment, links=self._links, start=start - base, end=edge - base)
            moved = tuple(replace(e, start=e.start + base, end=e.end + base) for e in back.edits)
            back = replace(back, edits=apart(moved, edits))
        self._at = edge
        self._trim()
        ordered = tuple(sorted((*edits, *back.edits), key=lambda e: e.start))
        return Release(start, edge, ordered, decision, back, blocked_at)

    def _trim(self) -> None:
        """Forget what lies so far back that nothing can look at it any more."""
        reach = self.judge.reach
        if len(self._text) <= reach + SLACK:
            return
        keep = self._outside_placeholders(min([self._at, *self._starts]) - reach)
        if keep - self._base > SLACK // 2:
            self._text, self._base = self._text[keep - self._base :], keep
            self._marked = is_marked(self._text)


def _blocked_at(decision: Decision, start: int) -> int | None:
    """Where the first enforced block begins; a rule that could not look blocks all that has not left yet."""
    places = [
        min((f.start for f in reason.findings), default=start)
        for reason in decision.reasons
        if reason.action is Action.BLOCK and reason.mode is Mode.ENFORCE
    ]
    return min(places, default=None)


def _until(decision: Decision, index: int) -> Decision:
    """The decision as far as a blocked text was delivered: findings behind the block depend on how the stream was cut."""
    told = [(r, tuple(f for f in r.findings if f.start <= index)) for r in decision.reasons]
    return replace(decision, reasons=tuple(replace(r, findings=kept) for r, kept in told if kept or not r.findings))
