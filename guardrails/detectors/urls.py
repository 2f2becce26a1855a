"""Links. A name with a scheme or `www.` is one; a bare name only where it cannot be a file, a method or a slip of the pen.

A link ends before its query: `?email=…` holds values of its own, which are found as such.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_URL = re.compile(
    r"(?<![\w@.$-])(?P<scheme>(?:https?|ftp)://)?(?P<host>(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,8}(?P<top>[a-z]{2,24}|xn--[a-z0-9-]{2,59}))"
    r"(?![\w@(-]|\.\w)(?P<rest>(?::\d{2,5})?(?:/[^()]*)?)",
    re.IGNORECASE,
)
_PLAIN = frozenset({"com", "org", "net", "edu", "gov", "mil"})
_SECOND = frozenset({"co", "com", "org", "net", "ac", "gov", "edu", "go", "or"})
WITH_SCHEME, BARE = 0.6, 0.5


def urls(text: str, domains: frozenset[str], at: int = 0) -> Iterator[tuple[int, int, float]]:
    """The `(start, end, score)` of the links of one island from `at` on. `domains`: the top-level domains that exist."""
    for m in _URL.finditer(text, at):
        top, host = m["top"].lower(), m["host"].lower()
        if top not in domains and not top.startswith("xn--"):
            continue
        labels = host.split(".")
        named = host.startswith("www.") or top in _PLAIN or (len(top) == 2 and len(labels) > 2 and labels[-2] in _SECOND)
        if m["scheme"] or named:
            end = m.start("rest") + len(m["rest"].rstrip(".:!*~_"))
            yield m.start(), end, WITH_SCHEME if m["scheme"] else BARE
