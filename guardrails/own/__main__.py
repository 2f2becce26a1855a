"""The worker: imports a team's own recognizers, and looks at one text at a time with one of them. `python -m guardrails.own`.

Standard input is a socket, and the only thing that is spoken through: what recognizers print goes nowhere, so that it can
neither break the protocol nor bring text into a log. The process ends when the other side has gone; while a recognizer is
busy, a timer of the kernel's ends it, even where Python gets no chance to run (a regular expression without end holds it).
"""

from __future__ import annotations

import operator
import os
import resource
import signal
import socket
import stat
import sys
import traceback
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import Any

from guardrails.own.frames import MOST, packed, received

LARGEST = 2**30  # bytes of a text: the server's own bounds are lower
GRACE_S = 1.0  # the server ends a late worker itself; this is for the one that is gone
SHOWN = 200  # characters of a message


class Unusable(Exception):
    """A recognizer that cannot be had: a sentence for the operator."""


def main() -> None:
    connection = _alone()
    for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):  # it ends with the server, which may still need it
        signal.signal(one, signal.SIG_IGN)
    with suppress(EOFError, OSError):
        told = received(connection, LARGEST)
        _bounded(told["memory"])
        sys.path[:0] = [place for place in told["path"] if place not in sys.path]
        _alarm(told["start"])
        try:
            made = loaded(told["names"])
        except Unusable as fault:
            connection.sendall(packed({"unusable": str(fault)}))
            return
        connection.sendall(packed({"known": [[name_of(one), list(one.supported_entities)] for one in made]}))
        while True:
            _alarm(0)
            asked = received(connection, LARGEST)
            _alarm(told["seconds"] + GRACE_S)
            connection.sendall(looked(made[asked["number"]], asked["text"]))


def loaded(names: Sequence[str]) -> list[Any]:
    """The recognizers of these names, "package.module:NAME": an object, a class, or a list of them. Raises Unusable."""
    found: list[Any] = []
    for name in names:
        made = _named(name)
        for one in made if isinstance(made, list | tuple) else [made]:
            found.append(_usable(name, _made(name, one) if isinstance(one, type) else one))
    return found


def _named(name: str) -> Any:
    module, _, attribute = name.partition(":")
    if not all(part.isidentifier() for part in (*module.split("."), attribute)):
        raise Unusable(f'there is no "{name}"; write package.module:NAME of a recognizer.')
    try:
        holds = import_module(module)
    except ModuleNotFoundError as error:
        if error.name and (module == error.name or module.startswith(f"{error.name}.")):
            raise Unusable(
                f'there is no "{name}": Python finds no module {error.name}. Write package.module:NAME of a recognizer; '
                "a module beside the place where guardrails is started, or an installed one, is found."
            ) from None
        raise Unusable(f"{module} needs the module {error.name}, which is not installed here. Install it.") from None
    except MemoryError:
        raise Unusable(f"importing {module} needs more memory than the setting max_recognizer_bytes allows.") from None
    except BaseException as error:  # noqa: BLE001 whatever its code does, the operator is told where
        raise Unusable(f"importing {module} raises {_told(error)}. Run python -c 'import {module}' to see why.") from None
    if not hasattr(holds, attribute):
        raise Unusable(f'there is no "{name}": the module {module} has no {attribute}.')
    return getattr(holds, attribute)


def _made(name: str, kind: type) -> Any:
    try:
        return kind()
    except BaseException as error:  # noqa: BLE001 likewise
        raise Unusable(f'making a recognizer of the class "{name}" raises {_told(error)}.') from None


def _usable(name: str, one: Any) -> Any:
    kind = type(one).__name__
    if not callable(getattr(one, "analyze", None)) or not hasattr(one, "supported_entities"):
        raise Unusable(f'{kind} ("{name}") has no analyze or supported_entities, as Presidio\'s recognizers have.')
    entities = one.supported_entities
    if not isinstance(entities, list | tuple) or not entities or not all(isinstance(entity, str) for entity in entities):
        raise Unusable(f'{kind} ("{name}") does not say what it finds: supported_entities must be a list of names.')
    return one


def name_of(recognizer: Any) -> str:
    return str(getattr(recognizer, "name", "") or type(recognizer).__name__)


def looked(recognizer: Any, text: str) -> bytes:
    """The answer about one text: what was found, or what was raised and where; never its message, which may hold text."""
    try:
        results = recognizer.analyze(text, list(recognizer.supported_entities), None) or ()
        found = [
            [r.entity_type, operator.index(r.start), operator.index(r.end), float(r.score)] for r in islice(results, MOST + 1)
        ]
        return packed({"found": found})
    except BaseException as error:  # noqa: BLE001 sys.exit() too: this text has not been looked at, and the next one can be
        return packed({"raised": type(error).__name__, "at": _place(error)})


def _told(error: BaseException) -> str:
    said = "".join(c if c.isprintable() else " " for c in str(error))[:SHOWN]
    return f"{type(error).__name__} at {_place(error)}" + (f" ({said})" if said else "")


def _place(error: BaseException) -> str:
    """The innermost line of Python: enough to find it, nothing about the machine."""
    frames = traceback.extract_tb(error.__traceback__, limit=-1)
    return f"{'/'.join(Path(frames[0].filename).parts[-2:])}:{frames[0].lineno}" if frames else "an unknown place"


def _alone() -> socket.socket:
    """The socket, under a number of its own; the three that everybody knows lead nowhere."""
    connection = socket.socket(fileno=os.dup(0))
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nowhere, number)
    os.close(nowhere)
    return connection


def _bounded(memory: int) -> None:
    """At most so many bytes of data; and where the machine itself runs out, this process goes before any other."""
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")


def _alarm(seconds: float) -> None:
    """The kernel ends this process after so many seconds; 0: never."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, seconds)


if __name__ == "__main__":
    if not stat.S_ISSOCK(os.fstat(0).st_mode):
        sys.exit("guardrails starts this itself, beside a server whose settings name recognizers in Python.")
    try:
        main()
    finally:
        if os.getpgrp() == os.getpid():  # what recognizers have started ends too
            os.killpg(os.getpid(), signal.SIGKILL)
        os._exit(0)  # whatever threads of theirs still do
