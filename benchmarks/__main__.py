"""Every benchmark, one after the other: `make bench`, `make bench ONLY=proxy`, `make bench ONLY="proxy peers" QUICK=1`.

    python -m benchmarks [--only NAME]... [--quick] [--offline]

Each is a process of its own and leaves its figures in build/bench/NAME.json. Ends with 1 where a bound was missed,
with 2 where something could not be measured.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.targets import ROOT, WORK


@dataclass(frozen=True, slots=True)
class Row:
    """A benchmark. `judged`: it knows `--quick` and `--json` and has bounds; `always`: it runs where none is named."""

    name: str
    judged: bool = True
    always: bool = True
    installs: bool = False  # something of others, from the package index


ROWS = (
    Row("detection"),
    Row("names"),
    Row("linearity"),
    Row("proxy"),
    Row("peers", installs=True),
    Row("streams"),
    Row("soak"),
    Row("audit"),
    Row("kill", judged=False),
    Row("hotspots", always=False),
)


def run(row: Row, *, quick: bool, offline: bool) -> tuple[int, list[str]]:
    """The benchmark's status, and the bounds that it missed."""
    file = WORK / f"{row.name}.json"
    file.unlink(missing_ok=True)
    options = [*(["--quick"] if quick else []), "--json", str(file)] if row.judged else []
    options += ["--offline"] if offline and row.installs else []
    print(f"\n== benchmarks/{row.name}.py", flush=True)
    done = subprocess.run([sys.executable, "-m", f"benchmarks.{row.name}", *options], cwd=ROOT, check=False)
    figures = json.loads(file.read_text())["figures"] if file.exists() else []
    return done.returncode, [
        f"{row.name}: {f['name']}: {f['value']:.3g} {f['unit']}" for f in figures if f["verdict"] == "MISSED"
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", action="append", choices=[row.name for row in ROWS], default=[])
    parser.add_argument("--quick", action="store_true", help="smaller and fewer rounds: noisier")
    parser.add_argument("--offline", action="store_true", help="a peer that cannot be installed is not a missed bound")
    chosen = parser.parse_args(arguments)
    rows = [row for row in ROWS if row.name in chosen.only or (row.always and not chosen.only)]
    ended = [run(row, quick=chosen.quick, offline=chosen.offline) for row in rows]
    missed = [line for _, lines in ended for line in lines]
    print("\n" + ("\n".join(["Bounds missed:", *missed]) if missed else "No bound was missed."))
    worst = [status for status, _ in ended if status not in (0, 1)]
    return 2 if worst else int(bool(missed) or any(status for status, _ in ended))


if __name__ == "__main__":
    sys.exit(main())
