"""Recognizers that do what they should not, as a text tells them to. They import nothing of Presidio, so they start quickly."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from itertools import repeat
from types import SimpleNamespace
from typing import Any


def result(entity: Any = "ODD", start: Any = 0, end: Any = 3, score: Any = 0.9) -> SimpleNamespace:
    return SimpleNamespace(entity_type=entity, start=start, end=end, score=score)


def spin() -> None:
    while True:
        pass


def raised() -> None:
    raise ValueError("jane.cooper@contoso.com")


def noise() -> list[SimpleNamespace]:
    """Prints wherever anything could be read, and reads where anything could come from."""
    for stream in (sys.stdout, sys.stderr):
        stream.write("jane.cooper@contoso.com\n" * 10_000)
    for number in (1, 2):
        os.write(number, b"\0\0\0\2{}")
    sys.stdin.read()
    return [result()]


def deep() -> None:
    deep()


def threads() -> list[SimpleNamespace]:
    for _ in range(20):
        threading.Thread(target=time.sleep, args=(3600,)).start()
    return [result()]


def children() -> list[SimpleNamespace]:
    subprocess.Popen(["sleep", f"9{os.getppid()}"])  # told apart from what others try at the same time
    return [result()]


def much() -> list[SimpleNamespace]:
    kept = bytearray(b"x") * 3_000_000_000
    return [result(end=len(kept))]


def endless() -> Iterator[SimpleNamespace]:
    return repeat(result())


def environment() -> list[SimpleNamespace]:
    """Found only where it can see what is none of its business."""
    return [result()] if any("SECRET" in value for value in os.environ.values()) else []


DOES: dict[str, Callable[[], Any]] = {
    "spin": spin,
    "sleep": lambda: time.sleep(3600),
    "regex": lambda: re.match(r"(a+)+$", "a" * 64 + "b"),  # holds the interpreter, so that nothing in Python could stop it
    "raise": raised,
    "die": lambda: os._exit(3),
    "exit": lambda: sys.exit(0),
    "deep": deep,
    "noise": noise,
    "threads": threads,
    "children": children,
    "much": much,
    "environment": environment,
    "nothing": lambda: None,
    "beyond": lambda: [result(end=10**9)],
    "before": lambda: [result(start=-1)],
    "backwards": lambda: [result(start=3, end=1)],
    "empty": lambda: [result(end=0)],
    "half": lambda: [result(end=1.5)],
    "words": lambda: [result(start="0")],
    "unnamed": lambda: [result(entity="PERSON")],
    "no entity": lambda: [result(entity=None)],
    "nan": lambda: [result(score=float("nan"))],
    "endless score": lambda: [result(score=float("inf"))],
    "sure": lambda: [result(score=1.5)],
    "no score": lambda: [result(score=None)],
    "no result": lambda: [object()],
    "a text": lambda: "ODD",
    "a number": lambda: 5,
    "endless": endless,
}


class Odd:
    """Does what the text says; finds the first three characters of any other that holds ODD."""

    name = "odd"
    supported_entities = ("ODD",)

    def analyze(self, text: str, entities: list[str], nlp_artifacts: object = None) -> Any:
        assert entities == ["ODD"]
        for word, does in DOES.items():
            if text == f"do {word}":
                return does()
        return [result(start=m.start(), end=m.end(), score=0.5) for m in re.finditer("ODD", text)]


class Tame(Odd):
    name = "tame"
    supported_entities = ("TAME",)

    def analyze(self, text: str, entities: list[str], nlp_artifacts: object = None) -> Any:
        return [result("TAME", m.start(), m.end()) for m in re.finditer("tame", text)]


ODD = Odd()
BOTH = [Odd, Tame()]
NAMELESS = SimpleNamespace(analyze=lambda *_: [], supported_entities=["X"])
UNSAID = SimpleNamespace(analyze=lambda *_: [], supported_entities=[])
LOWER = SimpleNamespace(analyze=lambda *_: [], supported_entities=["lower"])
NOTHING = object()


class Broken(Odd):
    def __init__(self) -> None:
        raise OSError("no model")
