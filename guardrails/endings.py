"""What a provider sent and how a call ended, read off decisions and events. Pure; `relay.py` states the order."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from guardrails.errors import GuardrailsError, NotJudged, UpstreamError
from guardrails.model import Decision
from guardrails.providers import Reply
from guardrails.record import Ending
from guardrails.stream.flow import Flow
from guardrails.wire import strict


def unfinished(error: Exception) -> tuple[Ending, GuardrailsError]:
    """How a stream ends that could not be judged to its end, and what the client is told."""
    if isinstance(error, NotJudged):
        return Ending.DETECTOR_ERROR, error
    return Ending.ABORTED, GuardrailsError("The guard could not finish this answer, so it ends here. Its log names the fault.")


def fed(flow: Flow, raws: Iterable[bytes]) -> tuple[bytes, UpstreamError | None]:
    """What a read releases. An event that cannot be read ends the stream, after what came before it."""
    out: list[bytes] = []
    try:
        out.extend(flow.feed(raws))  # keeps what has come when it raises
    except UpstreamError as fault:
        return b"".join(out), fault
    return b"".join(out), None


def whole_object(body: bytes) -> dict[str, Any] | None:
    """The JSON object of an answer, read as generously as can be: a provider's half surrogates are passed on as they are."""
    value = strict.read(body)
    return value if isinstance(value, dict) else None


def is_stream(reply: Reply) -> bool:
    return any(name == "content-type" and value.lower().startswith("text/event-stream") for name, value in reply.headers)


def ending_of(asked: Decision, answered: Decision) -> Ending:
    """How an answered call ended: the graver of its two decisions."""
    if answered.blocked:
        return Ending.DETECTOR_ERROR if answered.errors else Ending.BLOCKED
    changed = asked.changes or answered.changes
    return Ending.MODIFIED if changed else Ending.ALLOWED


def blocked_paths(decision: Decision) -> set[str]:
    """Where the enforced blocks of an answer lie; a detector's failure lies where it failed."""
    found = {f.path for r in decision.reasons if r.action == decision.action for f in r.findings}
    return found | {e.path for e in decision.errors}
