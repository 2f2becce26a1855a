"""THE PIPELINE: find, decide, edit. Pure: same message, same context, same vault, same result.

`Guard.screen` is the whole of it, in the same words for requests and answers; a stream (`stream/window.py`) calls its steps for
the part of a text that can no longer change. It never awaits: where a slow judge must be asked it returns `Pending`, and is
called again with the answers as findings.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Generic, TypeVar

from guardrails.detectors.seen import Seen, Shelf
from guardrails.detectors.spread import forward, spread
from guardrails.model import Context, Decision, Detector, Edit, Failure, Finding, Message, Pending, Segment, Stage
from guardrails.policy import Policy, decide, merge
from guardrails.redact.vault import Lookalikes, Restored, Vault, unmasked

M = TypeVar("M", bound=Message)
#: What people and places are called: nobody writes it twice in the same way.
NAMED = frozenset({"PERSON", "LOCATION", "ADDRESS", "ORGANIZATION"})


@dataclass(frozen=True, slots=True)
class Screened(Generic[M]):
    """What may go on: the edited message, the decision that made it so, and what was given back."""

    message: M
    decision: Decision
    edits: tuple[Edit, ...] = field(repr=False)
    restored: Restored = field(default_factory=Restored, repr=False)


@dataclass(frozen=True, slots=True)
class Guard:
    """A policy and the detectors it needs. `detectors` binds them to a call's countries and language. With `seen`, what a
    conversation has sent before is not searched again."""

    policy: Policy
    detectors: Callable[[Context], Sequence[Detector]] = field(repr=False)
    seen: Seen | None = field(default=None, repr=False)  # what was found in requests before
    slow: bool = False  # a detector may wait for another process: never to be asked on an event loop
    own: str = ""  # SHA-256 of the files in which a team's own recognizers are written; "" where there are none

    def screen(
        self, message: M, stage: Stage, context: Context, vault: Vault, answers: Sequence[Finding] = ()
    ) -> Screened[M] | Pending:
        """`stage` INPUT for what goes to the model, OUTPUT for what comes from it; `answers`: what an outside judge found."""
        segments, detectors = message.segments(), self.bound(stage, context)
        if stage is Stage.INPUT:
            shelf = self.seen.shelf(context, detectors) if self.seen is not None else None
            findings, failures = self.find(detectors, segments, shelf=shelf)
        else:
            findings, failures = self.find(detectors, segments, vault)
        decision = self.judge(stage, [*findings, *message.unread(), *answers], failures, context)
        edits = vault.hide(decision, segments, identifiers=stage is Stage.INPUT and self.policy.identifiers == "always")
        if stage is Stage.INPUT:
            vault.learn(segments)
            return Screened(message.edited(edits), decision, tuple(edits))
        back = restored(vault, segments, edits)
        edits = [*edits, *back.edits]
        return Screened(message.edited(edits), decision, tuple(edits), back)

    def bound(self, stage: Stage, context: Context) -> Sequence[Detector]:
        """The detectors for one direction of one call."""
        found = self.detectors(context)
        return [*found, Lookalikes()] if stage is Stage.INPUT else found

    def find(
        self,
        detectors: Sequence[Detector],
        segments: Iterable[Segment],
        vault: Vault | None = None,
        shelf: Shelf | None = None,
    ) -> tuple[list[Finding], list[Failure]]:
        """What stands in the segments. With a vault they are the model's: placeholders are opaque, the user's own values are
        no findings. A name that was found is found wherever else it stands, in an answer only behind it. A detector that fails
        gives a Failure, which is not the same as finding nothing."""
        findings: list[Finding] = []
        failures: list[Failure] = []
        read: list[Segment] = []
        for segment in segments:
            shown = veiled(segment, unmasked if vault is None else vault.opaque)
            read.append(shown)
            name = shelf.name(shown) if shelf else None
            if shelf and (known := shelf.find(name, segment)) is not None:
                findings += known
                continue
            found, failed = _search(detectors, shown)
            if vault is not None:
                found = invented(found, segment, vault)
                found += invented(forward(found, shown), segment, vault)
            findings += found
            failures += failed
            if shelf and not failed:
                shelf.keep(name, found)
        return [*findings, *(spread(findings, read) if vault is None else ())], failures

    def judge(self, stage: Stage, findings: Sequence[Finding], failures: Sequence[Failure], context: Context) -> Decision:
        """The policy's word. Each text of an answer is judged for itself, so that a stream, which sees one text at a time and
        several of them interleaved, comes to the same decision."""
        paths = sorted({f.path for f in findings} | {f.path for f in failures}) if findings or failures else ()
        if stage is Stage.INPUT or len(paths) < 2:
            return decide(self.policy, stage, findings, failures, context)
        return merge(
            [
                decide(self.policy, stage, [f for f in findings if f.path == p], [f for f in failures if f.path == p], context)
                for p in paths
            ]
        )


def _search(detectors: Iterable[Detector], segment: Segment) -> tuple[list[Finding], list[Failure]]:
    found: list[Finding] = []
    failed: list[Failure] = []
    for detector in detectors:
        try:
            found += list(detector.find(segment))  # whole, or not at all
        except Exception as error:  # noqa: BLE001 whatever went wrong, the rule must know that nobody looked
            failed.append(Failure(detector.name, segment.path, type(error).__name__, segment.stage))
    return found, failed


def veiled(segment: Segment, veil: Callable[[str], str]) -> Segment:
    """The segment as detectors see it: what is hidden already is opaque to them."""
    text = veil(segment.text)
    return segment if text is segment.text else replace(segment, text=text)


def invented(found: Iterable[Finding], segment: Segment, vault: Vault, offset: int = 0) -> list[Finding]:
    """The findings that the user did not give: a clear value that stood in the request is the user's own, and so is a name
    whose words did."""

    def given(finding: Finding) -> bool:
        value = segment.text[finding.start - offset : finding.end - offset]
        return vault.gave(value) or (finding.entity in NAMED and vault.said(value))

    return [f for f in found if not given(f)]


def restored(vault: Vault, segments: Iterable[Segment], edits: Sequence[Edit]) -> Restored:
    """What the vault gives back in these segments, but for what an edit of the policy already covers."""
    if vault.empty:
        return Restored()
    backs = [vault.restore(segment) for segment in segments]
    return Restored(
        apart([e for back in backs for e in back.edits], edits),
        sum(back.unknown for back in backs),
        sum(back.kept_back for back in backs),
    )


def apart(edits: Iterable[Edit], others: Sequence[Edit]) -> tuple[Edit, ...]:
    """The `edits` that touch none of the `others`."""
    return tuple(e for e in edits if not any(e.path == o.path and e.start < o.end and o.start < e.end for o in others))
