"""kill -9 at random moments under load: the log verifies, no forwarded call lacks its intent, nothing acknowledged is lost.

Six rounds here; all hundred with `python -m benchmarks.kill`.
"""

from __future__ import annotations

import asyncio
import os
import signal
import time
from itertools import count
from pathlib import Path

from guardrails.audit.verify import Verdict, verify
from tests.audit.killing import Round, compared, entries, kill, load, model, rounds, served
from tests.audit.logs import until


def test_killed_under_load_again_and_again(tmp_path: Path) -> None:
    seen = rounds(tmp_path / "data", tmp_path, 6, 11)
    assert seen.report.verdict is Verdict.UNANCHORED, seen.report.faults
    assert seen.report.open_intents == 0
    assert not seen.faults, seen
    assert min(seen.forwarded, seen.whole, seen.unknown) > 0


def test_a_process_that_dies_is_buried_by_one_that_lives(tmp_path: Path) -> None:
    """Two processes on one log. One is killed under load: while the other lives on, idle, what was left open gets its end."""
    data, doomed = tmp_path / "data", Round(0)
    with model(tmp_path / "forwarded") as upstream:
        living, _ = served(data, upstream)
        dying, url = served(data, upstream)
        asyncio.run(load(url, doomed, count(1), 0.4, lambda: os.killpg(dying.pid, signal.SIGKILL)))
        kill(dying)
        try:
            until(lambda: unknown(data) > 0 and verify(data).open_intents == 0)
            assert living.poll() is None
        finally:
            kill(living, signal.SIGTERM)
    doomed.ended = time.time()
    seen = compared(data, [doomed], [int(line) for line in (tmp_path / "forwarded").read_text().split()])
    assert seen.report.verdict is Verdict.UNANCHORED
    assert not seen.faults
    assert list((data / "instances").iterdir()) == []


def unknown(data: Path) -> int:
    return sum(kind == "outcome.unknown" for _, kind, _ in entries(data))
