"""What stays visible of a masked value. Masked text is a fixed point: screening it again finds nothing to change.

Every character becomes a bullet but for a few at the end that help a person to recognise their own value. A bullet, not an
asterisk: `***` is emphasis in Markdown, which most chat windows render. PCI DSS 4.0.1 (3.4.1) allows the last four of a card.
That shape (`MASKED`) is opaque to detectors, so that the visible end of one value never makes a new one together with what
follows it. So are `[EMAIL_ADDRESS]`, which stands
where a value was removed (it has no digits, so nothing of a form fits in), and keyed hashes.
"""

from __future__ import annotations

import re

BULLET = "•"
#: How many letters and digits at the end stay readable.
VISIBLE = {"CREDIT_CARD": 4, "IBAN_CODE": 4, "PHONE_NUMBER": 2}
AFTER = 3  # characters behind a masked value that say whether it goes on
_NEXT = r"\s.\-\u2010-\u2015/("  # may stand between the groups of one number
MASKED = re.compile(
    rf"(?<!{BULLET}){BULLET}{{4,}}+[A-Za-z0-9]{{0,4}}+"
    rf"(?![A-Za-z\u00c0-\u024f_@{BULLET}]|\d|[.+\-]\w|[{_NEXT}]{{1,2}}\d)"  # else it is a value that goes on
    r"|\[[A-Z]{2,24}(?:_[A-Z]{1,24}){0,5}\]"
    r"|(?<![A-Za-z0-9_])hash_[0-9A-Z]{16}(?![A-Za-z0-9_])"
)
_TAIL = re.compile(rf"{BULLET}[A-Za-z0-9]{{0,4}}[{_NEXT}+]{{0,2}}\Z")
_NAME = re.compile(r"\[[A-Z_]*\Z")
_HASH = re.compile(r"(?<![A-Za-z0-9_])h(?:a(?:s(?:h(?:_[0-9A-Z]{0,16})?)?)?)?\Z")


def is_marked(text: str) -> bool:
    """May the text hold one of these shapes?"""
    return BULLET in text or "[" in text or "hash_" in text


def mask(entity: str, text: str, after: str = "") -> str:
    """`4111 1111 1111 1111` -> `•••••••••••••••1111`, `jane@contoso.com` -> `••••••••••••••••`.

    `after`: the next `AFTER` characters. Where they would go on with what stays visible, nothing does.
    """
    signs = [c for c in text if c.isalnum()]
    keep = VISIBLE.get(entity, 0)
    end = "".join(signs[-keep:]) if keep and len(signs) >= 2 * keep + 2 else ""
    end = end if end.isascii() else ""
    masked = BULLET * (len(text) - len(end)) + end
    whole = not end or ((m := MASKED.match(masked + after)) is not None and m.end() == len(masked))
    return masked if whole else BULLET * len(text)


def redacted(entity: str, words: str | None) -> str:
    """What stands where a value was removed: the author's words, or the name of what it was."""
    return words if words is not None else f"[{entity}]"


def settled(text: str, start: int = 0) -> int:
    """The first index at or after `start` where the end of a growing text may still become such a shape, or cease to be one."""
    size = len(text)
    ends = [m.start() for m in (_NAME.search(text, max(start, size - 150)), _HASH.search(text, max(start, size - 21))) if m]
    if tail := _TAIL.search(text, max(start, size - 7)):
        ends.append(max(start, len(text[: tail.start() + 1].rstrip(BULLET))))
    return min(ends, default=size)
