"""`detectors/widths.py`: no match of a pattern that RE2 accepts is wider than was said."""

from __future__ import annotations

import re2

from guardrails.detectors.widths import width
from tests.fuzz.drawing import Draw

BITS = (
    *("a", "b", "1", ".", r"\d", r"\w", r"\b", r"\B", r"\.", r"\x61", r"\x{62}", r"\pL", r"\p{Greek}", "[ab]", "[^a]"),
    *("[]a]", "[^]a]", "[[:alpha:]]", r"[\]a]", "[a-c1]", "(", "(?:", "(?i)", "(?P<n>", ")", "|", "*", "+", "?", "{2}"),
    *("{1,3}", "{2,}", "??", "^", "$", r"\A", r"\z", r"\Qa*b\E", r"\Q", r"\E", "{", "}", "]", "é", " ", r"\C", r"\012"),
    *("(?s)", "(?-s:", "(?i:"),
)
OPTIONS = re2.Options()
OPTIONS.log_errors = False
OPTIONS.max_mem = 8 << 20


def check(data: bytes) -> None:
    draw = Draw(data)
    pattern = "".join(draw.one(BITS) for _ in range(draw.number(14)))
    try:
        compiled = re2.compile(pattern, OPTIONS)
    except re2.error:
        return
    most = width(pattern)
    text = draw.text(20) + "".join(draw.one(("a", "b", "1", "aab", "*", "é")) for _ in range(30))
    text = text.encode("utf-8", "replace").decode()
    longest = max((m.end() - m.start() for m in compiled.finditer(text)), default=0)
    assert most is None or longest <= most
