"""The server's side of the worker that runs a team's own recognizers: one process, one text at a time, each with a deadline.

Past the deadline, and where it says what makes no sense, the worker is killed and the next one started; the text has then not
been looked at, and that is raised: a rule judges it as `error`, never as nothing found. A recognizer that raises costs nothing
but its text.

The deadline counts from the moment at which a text has its turn. Waiting for a turn is not counted, or one text could make
others fail; it is short, because few texts are judged at a time (`aside.py`). And one judgement may cost one process only:
after that its other texts are refused at once, and so is every text for which nobody waits any more.
"""

from __future__ import annotations

import logging
import math
import os
import re
import select
import signal
import site
import socket
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from guardrails.detectors.presidio import Results
from guardrails.detectors.public import is_allowed
from guardrails.errors import SettingsError
from guardrails.model import Finding, Segment
from guardrails.own.frames import MOST, packed, received

START_S = 60.0  # importing may bring models with it
END_S = 5.0
ANSWER = 4_000_000  # bytes
ROOT = str(Path(__file__).parents[2])  # where this package lies
QUIET_S = 1.0  # a recognizer that fails is told of at most once in this time
#: What of the environment a worker gets: how to find programs, packages and caches, and how to speak. No keys.
KEPT = frozenset(
    (
        *("PATH", "HOME", "USER", "LOGNAME", "LANG", "LANGUAGE", "TZ", "TMPDIR", "VIRTUAL_ENV", "LD_LIBRARY_PATH"),
        *("PYTHONPATH", "PYTHONHOME", "PYTHONUTF8", "PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX", "SYSTEMROOT"),
        *("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"),
    )
)
KEPT_FAMILIES = ("LC_", "XDG_", "RECOGNIZER_")
_ENTITY = re.compile("[A-Z][A-Z0-9_]{0,39}")
log = logging.getLogger("guardrails.own")
log.addHandler(logging.NullHandler())  # where nobody set logging up, nothing is said


class RecognizerFault(Exception):
    """A text that a recognizer has not looked at. Its class stands in records; its message names the recognizer alone."""


class RecognizerTimeout(RecognizerFault):
    """It did not answer in time, and its process was killed."""


class RecognizerDied(RecognizerFault):
    """Its process ended, or could not be started."""


class RecognizerRaised(RecognizerFault):
    """It raised an error."""


class RecognizerAnswer(RecognizerFault):
    """It answered what cannot be: places outside of the text, kinds that it does not name, no number for a score."""


class RecognizerRefused(RecognizerFault):
    """It was not asked: the same judgement has cost a process already, or nobody waits for it any more."""


class Turn(Protocol):
    """One judgement, which may ask about many texts. `wanted`: somebody still waits; `spent`: it has cost a process already."""

    wanted: bool
    spent: bool


class Known(NamedTuple):
    """A recognizer as the worker describes it."""

    name: str
    entities: tuple[str, ...]


class Found(NamedTuple):
    """A result, as Presidio's are."""

    entity_type: str
    start: int
    end: int
    score: float


class Process:
    """A worker that was started. It may not have answered yet."""

    __slots__ = ("_popen", "connection", "owner")

    def __init__(self, told: dict[str, Any]) -> None:
        self.owner = os.getpid()
        self.connection, theirs = socket.socketpair()
        with theirs:
            try:
                self._popen = subprocess.Popen(
                    [sys.executable, "-m", "guardrails.own"],
                    stdin=theirs.fileno(),
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    env=environment(os.environ),
                    start_new_session=True,
                )
            except OSError:
                self.connection.close()
                raise
        self.connection.settimeout(END_S)
        with suppress(OSError):  # it has ended: the first answer says so
            self.connection.sendall(packed(told))

    @property
    def pid(self) -> int:
        return self._popen.pid

    @property
    def silent(self) -> bool:
        """Has it nothing to say, as it should be between two texts? The end of a process is a word too.

        It is not waited for here: until `end` has done so, its number is nobody else's.
        """
        asked = select.poll()
        asked.register(self.connection, select.POLLIN)
        return not asked.poll(0)

    @property
    def ours(self) -> bool:
        """What was started before a fork is another's."""
        return self.owner == os.getpid()

    def ask(self, message: Any, seconds: float) -> Any:
        """Raises TimeoutError, EOFError, OSError, ValueError."""
        until = time.monotonic() + seconds
        self.connection.settimeout(seconds)
        self.connection.sendall(packed(message))
        return received(self.connection, ANSWER, until - time.monotonic())

    def end(self) -> None:
        """Kill it and all that it has started. In a process that was forked off it is not ours: only let it go."""
        self.connection.close()
        if not self.ours:
            self._popen.returncode = 0
            return
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._popen.pid, signal.SIGKILL)
        with suppress(subprocess.TimeoutExpired):
            self._popen.wait(END_S)


@dataclass(slots=True, eq=False, weakref_slot=True)
class Worker:
    """The worker of one process of the server, started where there is none. All threads of the process may ask it.

    `names`: "package.module:NAME" each; `seconds`: for one text; `memory`: bytes; `turn`: the judgement that asks, if any.
    """

    names: tuple[str, ...]
    seconds: float = 1.0
    memory: int = 2_000_000_000
    turn: Callable[[], Turn | None] = lambda: None
    known: tuple[Known, ...] = ()
    _held: list[Process] = field(default_factory=list, repr=False)  # the process, if there is one
    _answered: bool = False  # it has said what it knows
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)
    _told_at: float = -math.inf

    def __post_init__(self) -> None:
        weakref.finalize(self, _ended, self._held)

    def ask(self) -> None:
        """Learn what the recognizers are called and find, in a process for this alone. Raises SettingsError."""
        with self._lock:
            try:
                self._start()
                answer = received(self._held[0].connection, ANSWER, START_S)
            except TimeoutError:
                raise SettingsError(
                    f"recognizers: importing {', '.join(self.names)} did not end within {START_S:g} seconds."
                ) from None
            except (OSError, EOFError, ValueError):
                raise SettingsError(
                    f"recognizers: the process that imports {', '.join(self.names)} ended without a word. "
                    f"Run python -c 'import {self.names[0].partition(':')[0]}' to see why."
                ) from None
            finally:
                _ended(self._held)
        self.known = _described(answer)

    def find(self, number: int, text: str) -> list[Found]:
        """What the recognizer of that number finds. Raises RecognizerFault."""
        name = self.known[number].name
        with self._lock:
            turn = self.turn()
            if turn is not None and (turn.spent or not turn.wanted):
                raise RecognizerRefused(name)
            try:
                answer = self._ready().ask({"number": number, "text": text}, self.seconds)
            except (OSError, EOFError, ValueError) as error:
                if turn is not None:
                    turn.spent = True
                kind = _kind(error)
                self._again(kind, name)
                raise kind(name) from None
        if isinstance(answer, dict) and "raised" in answer:
            self._tell(RecognizerRaised, name, raised=_word(answer["raised"]), at=_word(answer.get("at")))
            raise RecognizerRaised(name)
        try:
            return list(_results(answer, self.known[number].entities, len(text)))
        except (TypeError, ValueError, KeyError):
            self._tell(RecognizerAnswer, name)
            raise RecognizerAnswer(name) from None

    @property
    def pid(self) -> int | None:
        """Of the process, while there is one."""
        return self._held[0].pid if self._held else None

    def close(self) -> None:
        """End the process; another text starts it again."""
        with self._lock:
            _ended(self._held)

    def _start(self) -> None:
        told = {"names": self.names, "path": sys.path, "seconds": self.seconds, "memory": self.memory, "start": START_S}
        self._answered = False
        self._held.append(Process(told))

    def _ready(self) -> Process:
        """The process, once it has imported everything and says that it knows what it knew before."""
        if self._held and not (self._held[0].ours and (self._held[0].silent or not self._answered)):
            _ended(self._held)  # it was ended between two texts, which costs neither
        if not self._held:
            self._start()
        process = self._held[0]
        if not self._answered:
            try:
                answer = received(process.connection, ANSWER, START_S)
            except TimeoutError:
                raise EOFError from None
            try:
                same = _described(answer) == self.known
            except SettingsError:
                same = False
            if not same:
                raise EOFError
            self._answered = True
        return process

    def _again(self, kind: type[RecognizerFault], name: str) -> None:
        """Kill the process, and start the next one at once, so that it is ready for the next text."""
        once = self._answered  # else it could not even be started: to try again at once would change nothing
        _ended(self._held)
        self._tell(kind, name)
        if once:
            with suppress(OSError):
                self._start()

    def _tell(self, kind: type[RecognizerFault], name: str, **facts: object) -> None:
        now = time.monotonic()
        if now - self._told_at >= QUIET_S:
            self._told_at = now
            told = {"recognizer": name, "fault": kind.__name__, **facts}
            log.warning("a recognizer has not looked at a text", extra={"facts": told})


@dataclass(frozen=True, slots=True)
class Apart:
    """One of a worker's recognizers as a detector (`model.Detector`). It cannot say how far it reaches, so streams hold."""

    worker: Worker = field(repr=False)
    number: int
    allow: frozenset[str] = frozenset()  # lower case: values and domains that are no findings

    @property
    def name(self) -> str:
        return f"pii/{self.worker.known[self.number].name}"

    @property
    def entities(self) -> tuple[str, ...]:
        return self.worker.known[self.number].entities

    @property
    def reach(self) -> None:
        return None

    def settled(self, text: str, start: int = 0) -> int:  # noqa: ARG002 - nothing is, before the end
        return start

    def find(self, segment: Segment, start: int = 0) -> Iterator[Finding]:
        name = self.name
        for finding in Results(name, partial(self.worker.find, self.number), lambda _: name).find(segment, start):
            if not self.allow or not is_allowed(segment.text[finding.start : finding.end], self.allow):
                yield finding


def recognizers(worker: Worker, allow: frozenset[str] = frozenset()) -> tuple[Apart, ...]:
    """A detector for each recognizer of a worker. `allow`: values and domains that are no findings.

    Raises SettingsError where a recognizer cannot be had.
    """
    worker.ask()
    public = frozenset(value.casefold() for value in allow)
    return tuple(Apart(worker, number, public) for number in range(len(worker.known)))


def environment(whole: Any) -> dict[str, str]:
    """What a worker gets of an environment."""
    kept = {name: value for name, value in whole.items() if name in KEPT or name.startswith(KEPT_FAMILIES)}
    if ROOT not in site.getsitepackages():  # run from its source: it is to find this package too
        kept["PYTHONPATH"] = os.pathsep.join([*filter(None, [kept.get("PYTHONPATH")]), ROOT])
    return {**kept, "TLDEXTRACT_PUBLIC_SUFFIX_LIST_URLS": ""}  # Presidio's e-mail check would fetch a list from the network


def _kind(error: Exception) -> type[RecognizerFault]:
    if isinstance(error, TimeoutError):
        return RecognizerTimeout
    return RecognizerAnswer if isinstance(error, ValueError) else RecognizerDied


def _ended(held: list[Process]) -> None:
    while held:
        held.pop().end()


def _described(answer: Any) -> tuple[Known, ...]:
    """Raises SettingsError with the worker's own sentence, or where a name cannot be one."""
    if not isinstance(answer, dict) or not isinstance(answer.get("known"), list):
        said = answer.get("unusable") if isinstance(answer, dict) else None
        raise SettingsError(f"recognizers: {said or 'they do not say what they find.'}")
    known = tuple(Known(str(name), tuple(map(str, entities))) for name, entities in answer["known"])
    for name, entities in known:
        for entity in entities:
            if not _ENTITY.fullmatch(entity):
                raise SettingsError(
                    f'recognizers: {name} finds "{entity}", which cannot be named in a rule; write it like CUSTOMER_NUMBER.'
                )
        if len(name) > 64 or not name.isprintable():
            raise SettingsError("recognizers: a recognizer's name is one line of at most 64 characters.")
    return known


def _results(answer: Any, entities: Sequence[str], size: int) -> Iterator[Found]:
    """What was found, where it can be believed. Raises ValueError, TypeError or KeyError."""
    found = answer["found"]
    if not isinstance(found, list) or len(found) > MOST:
        raise ValueError("no list, or one without end")
    for entity, start, end, score in found:
        if entity not in entities or not 0 <= start < end <= size or type(start) is not int or type(end) is not int:
            raise ValueError("no place in the text, or a kind that it does not find")
        if not isinstance(score, int | float) or not 0 <= score <= 1:  # what is no number is in no order
            raise ValueError("no score")
        yield Found(entity, start, end, float(score))


def _word(told: Any) -> str:
    """The name of a class or a place in a program, as it may stand in a log."""
    said = str(told)
    return said if re.fullmatch(r"[\w./:<>-]{1,120}", said) else "unknown"
