"""What stays visible of a masked value. Masked text is a fixed point: screening it again finds nothing to change.

Every letter and digit becomes a bullet but for a few at the end that help a person to recognise their own value. A bullet,
not an asterisk: `***` is emphasis in Markdown, which most chat windows render. PCI DSS 4.0.1 (3.4.1) allows the last four of
a card.
"""

from __future__ import annotations

BULLET = "•"
#: How many letters and digits at the end stay readable.
VISIBLE = {"CREDIT_CARD": 4, "IBAN_CODE": 4, "PHONE_NUMBER": 2}


def mask(entity: str, text: str) -> str:
    """`4111 1111 1111 1111` -> `•••• •••• •••• 1111`; `jane@contoso.com` -> `j•••@•••••••.•••`."""
    if entity == "EMAIL_ADDRESS" and "@" in text:
        return text[:1] + _covered(text[1:], 0)
    keep = VISIBLE.get(entity, 0)
    return _covered(text, keep if sum(c.isalnum() for c in text) >= 2 * keep + 2 else 0)


def redacted(entity: str, words: str | None) -> str:
    """What stands where a value was removed: the author's words, or the name of what it was."""
    return words if words is not None else f"[{entity}]"


def _covered(text: str, keep: int) -> str:
    signs = sum(c.isalnum() for c in text) - keep
    covered = []
    for c in text:
        hide = c.isalnum() and signs > 0
        signs -= c.isalnum()
        covered.append(BULLET if hide else c)
    return "".join(covered)
