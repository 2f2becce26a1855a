"""jiagu (Chinese) as a process: rows {"text"} in, rows {"spans", "cpu_s"} out. Its environment has nothing of this project."""

from __future__ import annotations

import json
import sys
import time
from typing import Any

ENTITIES = {"PER": "PERSON", "LOC": "LOCATION", "ORG": "ORGANIZATION"}


def spans(jiagu: Any, text: str) -> list[list[Any]]:
    """Its tags are those of its words, in the order of the text."""
    words = jiagu.seg(text)
    found: list[list[Any]] = []
    at, open_ = 0, None
    for word, tag in zip(words, jiagu.ner(words), strict=False):
        start = text.find(word, at)
        if start < 0:
            continue
        at = start + len(word)
        kind = ENTITIES.get(tag[2:])
        if tag[:1] == "I" and open_ is not None and open_[2] == kind:
            open_[1] = at
        else:
            open_ = [start, at, kind] if kind else None
            found += [open_] if open_ else []
    return found


def main() -> None:
    answers, sys.stdout = sys.stdout, sys.stderr  # what it prints itself is no answer
    import jiagu  # noqa: PLC0415 - it prints while it is imported

    for line in sys.stdin:
        text = json.loads(line)["text"]
        began = time.process_time()
        found = spans(jiagu, text)
        answers.write(json.dumps({"spans": found, "cpu_s": time.process_time() - began}) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
