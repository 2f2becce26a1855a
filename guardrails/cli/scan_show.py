"""What `guardrails scan` prints: findings for people or for programs, how far it is, and the sum.

Findings go to standard output, everything else to standard error. Colours and the line that moves are for terminals alone.
A file's own control characters never reach a terminal.
"""

from __future__ import annotations

import json
import os
import stat
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import click
from rich.cells import cell_len
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TaskProgressColumn, TextColumn
from rich.table import Column
from rich.text import Text

from guardrails.cli.scan_text import AROUND, DISGUISE, Hit
from guardrails.model import Finding

QUIET_S = 1.0  # seconds: work that takes no longer needs no line that moves
TICK_S = 0.1
BAR = 20  # columns of the bar
FAR = BAR + 8  # and of what stands beside it
INTERRUPTED = 130  # 128 + SIGINT, as a shell reports it
_JOINERS = "\u200c\u200d"  # they make one sign of several, as in many emoji


def printable(text: str) -> str:
    """The text with nothing in it that steers a terminal, character for character."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c in _JOINERS else "\t" if c == "\t" else "\ufffd" for c in text)


def name(path: str) -> str:
    """A path as it can be printed: a name that is not UTF-8, or that steers a terminal, too."""
    return printable(os.fsencode(path).decode("utf-8", "replace"))


def as_data(f: Finding) -> dict[str, Any]:
    return {"entity": f.entity, "start": f.start, "end": f.end, "score": round(f.score, 3), "detector": f.detector}


def stdout() -> Console:
    """Standard output, in colours where that is a terminal and NO_COLOR (no-color.org) is not set."""
    if os.environ.get("NO_COLOR"):
        return Console(highlight=False, soft_wrap=True, color_system=None)
    return Console(highlight=False, soft_wrap=True)


def around() -> int:
    """Characters of a line to show on either side of a finding: with them it takes about two lines of a terminal."""
    console = stdout()
    return max(24, console.width // 2) if console.is_terminal else AROUND


class Show(Protocol):
    """Shows the findings of one file after the other."""

    def hit(self, path: str, hit: Hit) -> None:
        """One finding, in the order of the text."""

    def end(self, path: str, *, whole: bool) -> None:
        """No more of this file. `whole`: all of it has been read."""


@dataclass(slots=True)
class Json:
    """One line for each file, once all of it has been read."""

    progress: Moving
    _found: list[Finding] = field(default_factory=list)

    def hit(self, path: str, hit: Hit) -> None:  # noqa: ARG002 one shape for both
        self._found.append(hit.finding)

    def end(self, path: str, *, whole: bool) -> None:
        row, self._found = {"path": name(path), "findings": [as_data(f) for f in self._found]}, []
        if whole:
            self.progress.aside()
            click.echo(json.dumps(row, ensure_ascii=False))


@dataclass(slots=True)
class Lines:
    """A line for each finding, `file:line:first-last KIND score`, and once below those of one line that line, with them marked.

    Columns count from 1, both are part of it; where it ends in a later line, `first-line:last`. Of a long line the part around
    the findings is shown.
    """

    progress: Moving
    console: Console = field(default_factory=stdout)
    _group: list[Hit] = field(default_factory=list, repr=False)
    _path: str = ""

    def hit(self, path: str, hit: Hit) -> None:
        if self._group and not self._joins(hit):
            self._flush()
        self._path = path
        self._group.append(hit)

    def _joins(self, hit: Hit) -> bool:
        """Does the part of the line that it is shown with overlap what is shown already?"""
        last = self._group[-1]
        return hit.line == last.line and hit.begin <= last.begin + len(last.shown) and len(self._group) < 200

    def end(self, path: str, *, whole: bool) -> None:  # noqa: ARG002 what was found was found
        self._flush()

    def _flush(self) -> None:
        if not self._group:
            return
        self.progress.aside()
        group, self._group = self._group, []
        disguised = {(h.finding.start, h.finding.end) for h in group if h.finding.entity == DISGUISE}
        open_ends = {(h.finding.start, h.finding.end) for h in group if h.finding.entity != DISGUISE}
        for hit in group:
            span = (hit.finding.start, hit.finding.end)
            if hit.finding.entity != DISGUISE or span not in open_ends:
                self._place(hit, in_disguise=span in disguised and hit.finding.entity != DISGUISE)
        self._line(group)

    def _place(self, hit: Hit, *, in_disguise: bool) -> None:
        last = f"{hit.last_line}:{hit.last_column}" if hit.last_line > hit.line else str(hit.last_column)
        what = f"{hit.finding.entity} {hit.finding.score:.2f}{', written in disguise' if in_disguise else ''}"
        self._print(Text.assemble((f"{name(self._path)}:{hit.line}:{hit.column}-{last}", "bold"), " ", (what, "cyan")))

    def _line(self, group: Sequence[Hit]) -> None:
        begin, parts, at = group[0].begin, [], group[0].begin
        for hit in group:
            parts.append(hit.shown[max(0, at - hit.begin) :])
            at = max(at, hit.begin + len(hit.shown))
        head = "  …" if group[0].cut[0] else "  "
        text = Text(head + printable("".join(parts)) + ("…" if group[-1].cut[1] else ""))
        for hit in group:
            text.stylize("bold red", hit.finding.start - begin + len(head), hit.finding.end - begin + len(head))
        self._print(text)

    def _print(self, text: Text) -> None:
        if self.console.is_terminal:
            self.console.print(text, soft_wrap=True)
        else:
            click.echo(text.plain)


@dataclass(slots=True)
class Moving:
    """How far it is, on one line of standard error, where that is a terminal and the work takes a while.

    No thread draws it: it moves when something was read, and makes way before anything else is printed (`aside`).
    """

    total: int | None = None  # bytes; None: nobody knows
    files: int = 1
    _console: Console = field(default_factory=lambda: Console(stderr=True), repr=False)
    _bar: Progress | None = field(default=None, repr=False)
    _next: float = field(default_factory=lambda: time.monotonic() + QUIET_S)
    _done: int = 0
    _file: str = ""
    _number: int = 0
    _shown: bool = False
    _may: bool = False

    def __post_init__(self) -> None:
        self._may = self._console.is_terminal and not self._console.is_dumb_terminal and not _piped()

    def file(self, path: str) -> None:
        self._file, self._number = name(path), self._number + 1
        self.read(0)

    def read(self, size: int) -> None:
        """So many bytes more have been read."""
        self._done += size
        if self._may and time.monotonic() >= self._next:
            self._draw()

    def skip(self, size: int) -> None:
        """So many bytes need not be read."""
        self._done += size

    def aside(self) -> None:
        """Make way for something else."""
        if self._bar and self._shown:
            self._bar.stop()
            self._shown = False

    def _draw(self) -> None:
        bar = self._bar or self._made()
        of = f"{self._number} of {self.files}: " if self.files > 1 else ""
        what = of + _tail(self._file, self._console.width - len(of) - FAR)
        bar.update(bar.task_ids[0], completed=self._done, description=what, total=self.total)
        if not self._shown:
            bar.start()
            self._shown = True
        bar.refresh()
        self._next = time.monotonic() + TICK_S

    def _made(self) -> Progress:
        what = TextColumn("{task.description}", table_column=Column(no_wrap=True, overflow="ellipsis", ratio=1), markup=False)
        far = (BarColumn(bar_width=BAR), TaskProgressColumn()) if self.total else (DownloadColumn(),)
        self._bar = Progress(what, *far, console=self._console, transient=True, auto_refresh=False, expand=True)
        self._bar.add_task("", total=self.total)
        return self._bar


Hides = Callable[[Finding], bool]


@dataclass(slots=True)
class Sum:
    """What is said at the end, and what the exit status rests on."""

    files: int = 0  # that were read
    kinds: Counter[str] = field(default_factory=Counter)
    hit: int = 0  # files in which something was found
    binary: int = 0  # files of a folder that are no text
    unread: int = 0  # files that were asked for and could not be read, or not wholly
    disguised: int = 0
    stopped: bool = False
    _samples: dict[tuple[str, float], Finding] = field(default_factory=dict)

    def add(self, finding: Finding) -> None:
        if finding.entity == DISGUISE:
            self.disguised += 1
        else:
            self.kinds[finding.entity] += 1
            self._samples.setdefault((finding.entity, finding.score), finding)

    def missed(self, *, binary: bool, counts: bool) -> None:
        self.binary += binary
        self.unread += counts

    def read(self, *, whole: bool, hit: bool) -> None:
        self.files += whole or hit
        self.hit += hit

    def stop(self, *, hit: bool) -> None:
        """Interrupted in the middle of a file. `hit`: something had been found in it."""
        self.read(whole=False, hit=hit)
        self.stopped = True

    @property
    def status(self) -> int:
        if self.stopped:
            return INTERRUPTED
        return 2 if self.unread else 1 if self.kinds or self.disguised else 0

    def lines(self, hides: Callable[[], Hides]) -> list[str]:
        """A few sentences. `hides`: asked for once something was found, whether the policy hides it."""
        number = self.kinds.total()
        found = (
            f"{number} finding{'' if number == 1 else 's'}" if number else "nothing found" if self.stopped else "Nothing found"
        )
        where = f" in {self.hit} of {_files(self.files)}" if number else f" in {_files(self.files)}"
        kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(self.kinds.items(), key=lambda item: (-item[1], item[0])))
        disguise = f"; written in disguise: {self.disguised}" if self.disguised else ""
        so_far = "Stopped; so far: " if self.stopped else ""
        said = (
            []
            if not (self.files or self.stopped)
            else [f"{so_far}{found}{where if self.files > 1 else ''}{': ' if kinds else ''}{kinds}{disguise}."]
        )
        if number:
            covers = hides()
            passed = {f.entity for f in self._samples.values() if not covers(f)}
            said += [f"Among these, the policy in force does not hide: {', '.join(sorted(passed))}."] if passed else []
        said += [f"Left out as no text: {_files(self.binary)}."] if self.binary else []
        said += [] if said or self.unread else ["Nothing to read."]
        return said


def _tail(path: str, cells: int) -> str:
    """As much of the end of a path as there is room for."""
    if cell_len(path) <= cells:
        return path
    return "…" + next((path[n:] for n in range(len(path)) if cell_len(path[n:]) < cells), "")


def _piped() -> bool:
    """Does another program read what is found? It may be a pager, which has the whole screen."""
    try:
        return stat.S_ISFIFO(os.fstat(sys.stdout.fileno()).st_mode)
    except (OSError, ValueError):
        return True


def _files(number: int) -> str:
    return f"{number} file{'' if number == 1 else 's'}"


def told(line: str, progress: Moving | None = None) -> None:
    """A line about a file, on standard error."""
    if progress:
        progress.aside()
    sys.stdout.flush()  # so that both stand in the right order where both go to one place
    click.echo(line, err=True)
