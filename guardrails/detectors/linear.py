"""RE2 as it is used here: linear on any text, quiet, without groups, and with room for its states.

RE2 makes the states of its automaton as texts ask for them. With too little room what was made is thrown away again and again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import re2

_HALF = re.compile("[\ud800-\udfff]")
ROOM = 16  # MB; filled only as far as texts make states
#: Inside `[...]`: all that `\w` and `\s` of `re` match, and more of what is not ASCII; RE2's own stop at ASCII.
WORD, BLANK = r"\w\x{80}-\x{10ffff}", r"\s\x0b\x1c-\x1f\x{80}-\x{10ffff}"


def options(room: int = ROOM) -> Any:
    """`room`: MB for states."""
    made = re2.Options()
    made.log_errors = False
    made.never_capture = True
    made.max_mem = room << 20
    return made


def search_set(patterns: Iterable[str], room: int = ROOM) -> Any:
    """A set whose `Match` gives the numbers of the patterns that stand somewhere in a text. Raises re2.error."""
    made = re2.Set.SearchSet(options(room))
    for pattern in patterns:
        made.Add(pattern)
    made.Compile()
    return made


def readable(text: str) -> str:
    """The text without half characters, which UTF-8 cannot write and RE2 not read; as long as it was."""
    return text if text.isascii() or not _HALF.search(text) else _HALF.sub("\ufffd", text)
