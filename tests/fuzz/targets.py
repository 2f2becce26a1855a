"""The table of targets: a name, and a `check(data)` that raises where something is wrong with what those bytes mean to it."""

from __future__ import annotations

from collections.abc import Callable

from tests.fuzz import alike_events, bodies, documents, events, finding, streams, strict_json, widths

TARGETS: dict[str, Callable[[bytes], None]] = {
    "alike_events": alike_events.check,
    "bodies": bodies.check,
    "documents": documents.check,
    "events": events.check,
    "finding": finding.check,
    "streams": streams.check,
    "strict_json": strict_json.check,
    "widths": widths.check,
}
