"""What the server says on standard error: one line for one event, as text or as JSON (RFC 8259), and never text of a call.

Our own events are constant words with facts beside them (`extra={"facts": {…}}`). Whatever other packages say may quote what a
client sent (a URL, a header, the message of an exception), so of their lines only the logger, the level, the place and the
kinds of exceptions are kept, and the message where it is one of the constants listed here. Exceptions are told by type and
place, the innermost last; their messages are not.

The standard library's logging, because uvicorn, aiohttp and asyncio speak through it: another one would only be a second.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys
import threading
import time
import traceback
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

OURS = "guardrails"
DEEPEST = 8  # frames of a traceback that are told
#: Messages of other packages that are constants and worth reading.
CONSTANT = frozenset(
    {
        "Invalid HTTP request received.",
        "Exception in ASGI application\n",
        "ASGI callable returned without starting response.",
        "ASGI callable returned without completing response.",
        "Unclosed connection",
        "Unclosed client session",
        "Unsupported upgrade request.",
    }
)
TOLD_OTHERWISE = frozenset({"Application startup failed. Exiting."})
log = logging.getLogger("guardrails.faults")
logging.getLogger(OURS).addHandler(logging.NullHandler())  # where nobody set logging up, nothing is said

Exc = tuple[type[BaseException], BaseException, TracebackType | None]


class Lines(logging.Formatter):
    """One event, one line. `shape`: "text" for people, "json" for machines."""

    def __init__(self, shape: str, worker: int | None = None) -> None:
        super().__init__()
        self.shape = shape
        self.worker = {} if worker is None else {"worker": worker}

    def format(self, record: logging.LogRecord) -> str:
        at = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created)) + f".{int(record.msecs):03}Z"
        level = record.levelname.lower()
        facts = {**self.worker, **self._facts(record)}
        if self.shape == "json":
            head = {"ts": at, "level": level, "logger": record.name, "event": said(record)}
            return json.dumps(head | facts, separators=(",", ":"), default=lambda value: type(value).__name__)
        told = " ".join(f"{name}={_plain(value)}" for name, value in facts.items())
        return f"{at} {level:7} {said(record)} {told}".rstrip()

    def _facts(self, record: logging.LogRecord) -> Mapping[str, Any]:
        facts: dict[str, Any] = dict(getattr(record, "facts", {})) if ours(record) else {}
        if not ours(record):
            facts["at"] = f"{record.module}.{record.funcName}:{record.lineno}"
        if record.exc_info and record.exc_info[0] is not None:
            facts |= raised(record.exc_info)
        return facts


def ours(record: logging.LogRecord) -> bool:
    return record.name == OURS or record.name.startswith(OURS + ".")


def said(record: logging.LogRecord) -> str:
    """The words of a record: ours are made of constants, of others only those count that are known to be."""
    if ours(record):
        return record.getMessage()
    if record.msg in CONSTANT:
        return str(record.msg).strip()
    return f"{record.name} reports something"


def raised(exc: Exc | Any) -> dict[str, Any]:
    """An exception by its type and place, and the types of those that it came from. Never a message."""
    kind, error, trace = exc
    frames = traceback.extract_tb(trace, limit=-DEEPEST)
    causes: list[str] = []
    cause = error.__cause__ or error.__context__ if error else None
    while cause is not None and len(causes) < DEEPEST:
        causes.append(_kind(type(cause)))
        cause = cause.__cause__ or cause.__context__
    told: dict[str, Any] = {"error": _kind(kind), "trace": [f"{_module(f.filename)}:{f.lineno}:{f.name}" for f in frames]}
    return told | ({"from": causes} if causes else {})


def set_up(shape: str, level: str, worker: int | None = None, to: TextIO | None = None) -> None:
    """Every logger of this process speaks through `Lines` from here on, and so does what would have ended on standard error."""
    place = logging.StreamHandler(to or sys.stderr)
    place.setFormatter(Lines(shape, worker))
    place.addFilter(_telling)
    root = logging.getLogger()
    for name in tuple(root.manager.loggerDict):  # whatever a package set up for itself goes this way too
        other = logging.getLogger(name)
        other.handlers[:], other.propagate, other.disabled = [], True, False
    root.handlers[:] = [place]
    root.setLevel(logging.WARNING)
    logging.getLogger(OURS).setLevel(level.upper())
    logging.raiseExceptions = False  # or a line that cannot be written is told with its arguments
    logging.captureWarnings(capture=True)
    threading.excepthook = _of_thread
    sys.unraisablehook = _unraisable


def _telling(record: logging.LogRecord) -> bool:
    """Not told: a task that this server itself ended, which uvicorn takes for a fault, and what is told as a sentence."""
    return record.msg not in TOLD_OTHERWISE and not (
        record.exc_info and record.exc_info[0] is not None and issubclass(record.exc_info[0], asyncio.CancelledError)
    )


def _of_thread(args: threading.ExceptHookArgs) -> None:
    log.error("a thread ended", exc_info=(args.exc_type, args.exc_value or args.exc_type(), args.exc_traceback))


def _unraisable(args: sys.UnraisableHookArgs) -> None:
    if args.exc_value is not None:
        log.error("an error that nobody could be told", exc_info=(args.exc_type, args.exc_value, args.exc_traceback))


def _kind(kind: type[BaseException]) -> str:
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


def _module(file: str) -> str:
    """The end of a path: enough to find the place, nothing about the machine."""
    return "/".join(Path(file).parts[-2:])


def _plain(value: Any) -> str:
    return (
        ",".join(map(str, value)) if isinstance(value, list) else str(value).lower() if isinstance(value, bool) else str(value)
    )
