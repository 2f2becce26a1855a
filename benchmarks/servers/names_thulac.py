"""THULAC (Chinese) as a process: rows {"text"} in, rows {"spans", "cpu_s"} out. Its environment has nothing of this project."""

from __future__ import annotations

import json
import sys
import time
from typing import Any

#: Its parts of speech: names of people, of places, of organisations.
ENTITIES = {"np": "PERSON", "ns": "LOCATION", "ni": "ORGANIZATION"}


def spans(words: list[Any], text: str) -> list[list[Any]]:
    found, at = [], 0
    for word, tag in words:
        start = text.find(word, at)
        if start < 0:
            continue
        at = start + len(word)
        if tag in ENTITIES:
            found.append([start, at, ENTITIES[tag]])
    return found


def main() -> None:
    answers, sys.stdout = sys.stdout, sys.stderr  # what it prints itself is no answer
    import thulac  # noqa: PLC0415 - it prints when it is loaded

    tagger = thulac.thulac()
    for line in sys.stdin:
        text = json.loads(line)["text"]
        began = time.process_time()
        found = [
            [s + at, e + at, kind]
            for at, part in _lines(text)
            for s, e, kind in spans(tagger.cut(part), part)
        ]  # fmt: skip
        answers.write(json.dumps({"spans": found, "cpu_s": time.process_time() - began}) + "\n")
        answers.flush()


def _lines(text: str) -> list[tuple[int, str]]:
    """It takes a text of one line."""
    found, at = [], 0
    for line in text.splitlines(keepends=True):
        if line.strip():
            found.append((at, line.rstrip()))
        at += len(line)
    return found


if __name__ == "__main__":
    main()
