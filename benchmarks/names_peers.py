"""Programs of others that find names with what is in their own packages: no model is fetched when they run.

Each runs in an environment of its own under build/ (`venvs.py`, npm), as a process that is given rows {"text"} and answers
each with a row of [start, end, entity]. What cannot be installed or started here is Absent, with the reason.

Looked at and left out: the models of spaCy, Stanza and Flair are not on the index; LAC does not build with today's tools;
nlp-id and FoolNLTK fetch what they need when they are first used; wink-nlp and scrubadub find no names without more.
"""

from __future__ import annotations

import atexit
import json
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from benchmarks import venvs
from benchmarks.names_marks import Span, Spans

HERE = Path(__file__).parent / "servers"


class Absent(Exception):
    """This engine is not to be had here; the message says why."""


@dataclass(frozen=True, slots=True)
class Peer:
    name: str
    requirement: str
    language: str
    script: str
    npm: bool = False

    def spans(self) -> Spans:
        """Raises Absent."""
        return Process(self.name, self._node() if self.npm else self._python()).spans

    def _python(self) -> list[str]:
        try:
            folder = venvs.installed(f"names-{self.name}", self.requirement, command="python")
        except (venvs.Unobtainable, OSError) as error:
            raise Absent(str(error)) from None
        return [str(folder / "python"), str(HERE / self.script)]

    def _node(self) -> list[str]:
        node, npm = shutil.which("node"), shutil.which("npm")
        if not node or not npm:
            raise Absent("Node.js is not installed")
        folder = venvs.FOLDER / f"names-{self.name}"
        if not (folder / "node_modules" / self.name).exists():
            print(f"Installing {self.requirement}: once", flush=True)
            folder.mkdir(parents=True, exist_ok=True)
            install = [npm, "install", "--prefix", str(folder), "--no-audit", "--no-fund", "--ignore-scripts", self.requirement]
            done = subprocess.run(install, capture_output=True, text=True, check=False)
            if done.returncode:
                raise Absent(f"{self.requirement}: npm failed")
        shutil.copy(HERE / self.script, folder / self.script)  # a module is looked for beside the file that asks for it
        return [node, str(folder / self.script)]


class Process:
    """A peer that runs. It ends with this process."""

    def __init__(self, name: str, command: list[str]) -> None:
        try:
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, encoding="utf-8"
            )
        except OSError as error:
            raise Absent(f"{name} does not start: {error.strerror}") from None
        atexit.register(self.end)
        self.name = name
        self.cpu_s = 0.0
        self.spans("Jane Cooper. 王小明。", "")  # models are loaded by the first text

    def spans(self, text: str, _: str) -> list[Span]:
        """Raises Absent where it has ended."""
        asked, answers = _pipes(self._process)
        try:
            asked.write(json.dumps({"text": text}) + "\n")
            asked.flush()
            answer = json.loads(answers.readline())
        except (OSError, ValueError):
            raise Absent(f"{self.name} has ended") from None
        self.cpu_s += answer["cpu_s"]
        return [(start, end, entity, 1.0) for start, end, entity in answer["spans"]]

    def end(self) -> None:
        self._process.kill()
        self._process.wait()


def cpu_s(spans: Spans) -> float:
    """The CPU that an engine has used so far, in seconds; a difference of two is what counts."""
    peer = getattr(spans, "__self__", None)
    return peer.cpu_s if isinstance(peer, Process) else time.process_time()


def _pipes(process: subprocess.Popen[str]) -> tuple[IO[str], IO[str]]:
    assert process.stdin is not None
    assert process.stdout is not None
    return process.stdin, process.stdout


PEERS = (
    Peer("compromise", "compromise@14.17.0", "en", "names_compromise.mjs", npm=True),
    Peer("jiagu", "jiagu==0.2.3", "zh", "names_jiagu.py"),
    Peer("thulac", "thulac==0.2.2", "zh", "names_thulac.py"),
)
