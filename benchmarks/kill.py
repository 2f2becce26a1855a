"""kill -9 of a server under load, a hundred times on one log: what was forwarded, what was acknowledged, what is lost.

    python -m benchmarks.kill [ROUNDS] [SEED]       about three minutes; exit status 1 where anything is missing

The tests run six rounds of the same (tests/audit/test_kill.py); how calls and records are matched stands in
tests/audit/killing.py.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from tests.audit.killing import rounds


def main(number: int = 100, seed: int = 1) -> int:
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="guardrails-kill-") as folder:
        seen = rounds(Path(folder) / "data", Path(folder), number, seed)
    report = seen.report
    print(f"{number} rounds (seed {seed}) in {time.monotonic() - began:.0f} s: the log is {report.verdict}")
    print(f"  {report.entries} entries under {report.checkpoints} checkpoints; calls left open: {report.open_intents}")
    print(f"  forwarded calls: {seen.forwarded}; without an intent: {len(seen.without_intent)}")
    print(f"  answers that came whole: {seen.whole}; without an outcome: {len(seen.without_outcome)}")
    print(f"  acknowledged and lost: {len(seen.lost)}")
    print(f"  calls whose end is not known: {seen.unknown}; without exactly one end: {len(seen.not_one_ending)}")
    return 0 if report.intact and not seen.faults and not report.open_intents else 1


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
