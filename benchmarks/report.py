"""Figures against their bounds, as a table for people and as JSON for programs. A missed bound is the end's status 1."""

from __future__ import annotations

import argparse
import json
import math
import os
import platform
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Figure:
    """A number. `bound`: it must be at most that, or at least where `more` is better; none: it is told, not judged."""

    name: str
    value: float
    unit: str = ""
    bound: float | None = None
    aim: float | None = None
    more: bool = False
    note: str = ""

    @property
    def verdict(self) -> str:
        if self.bound is None:
            return ""
        if not self._within(self.bound):
            return "MISSED"
        return "good" if self.aim is None or self._within(self.aim) else "ok, aim missed"

    def _within(self, limit: float) -> bool:
        if math.isnan(self.value):
            return False
        return self.value >= limit if self.more else self.value <= limit


@dataclass(slots=True)
class Report:
    title: str
    figures: list[Figure] = field(default_factory=list)
    raw: dict[str, Any] = field(default_factory=dict)
    before: float = field(default_factory=lambda: os.getloadavg()[0])  # what else ran here in the minute before

    def add(self, name: str, value: float, unit: str = "", **more: Any) -> None:
        self.figures.append(Figure(name, value, unit, **more))

    @property
    def missed(self) -> list[Figure]:
        return [f for f in self.figures if f.verdict == "MISSED"]

    def table(self) -> str:
        rows = [("figure", "value", "bound", "aim", "verdict", "")]
        for f in self.figures:
            sign = "≥" if f.more else "≤"
            rows.append(
                (
                    f.name,
                    f"{shown(f.value)} {f.unit}".strip(),
                    f"{sign} {shown(f.bound)}" if f.bound is not None else "",
                    f"{sign} {shown(f.aim)}" if f.aim is not None else "",
                    f.verdict,
                    f.note,
                )
            )
        widths = [max(len(row[n]) for row in rows) for n in range(5)]
        lines = [
            f"{r[0]:<{widths[0]}}  {r[1]:>{widths[1]}}  {r[2]:>{widths[2]}}  {r[3]:>{widths[3]}}  {r[4]:<{widths[4]}}  {r[5]}"
            for r in rows
        ]
        return "\n".join(line.rstrip() for line in [f"# {self.title}", *self._noise(), *lines])

    def _noise(self) -> list[str]:
        """CPU ratios bear company; latencies do not."""
        return (
            [f"This machine was busy when the run began (load {self.before:.1f}): do not trust times."]
            if self.before > 0.7
            else []
        )

    def as_data(self) -> dict[str, Any]:
        figures = [{**asdict(f), "verdict": f.verdict} for f in self.figures]
        machine = {
            "python": platform.python_version(),
            "system": platform.platform(),
            "cores": os.cpu_count(),
            "load": self.before,
        }
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        return {"title": self.title, "at": now, "machine": machine, "figures": figures, "raw": self.raw}

    def save(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(self.as_data(), indent=1) + "\n")

    def end(self, file: Path | None) -> int:
        """Print the table, write the file if one is asked for, and say which bounds were missed: the status to end with."""
        print(self.table(), flush=True)
        if file is not None:
            self.save(file)
        if self.missed:
            print("\nMissed: " + "; ".join(f.name for f in self.missed), flush=True)
        return 1 if self.missed else 0


def shown(value: float | None) -> str:
    """Three digits that matter."""
    if value is None:
        return ""
    if math.isnan(value) or value == 0:
        return str(value)
    return f"{value:.{max(0, 2 - math.floor(math.log10(abs(value))))}f}"


def options(doc: str | None) -> argparse.ArgumentParser:
    """What every benchmark understands."""
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="smaller and fewer rounds: noisier")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every figure to this file")
    return parser
