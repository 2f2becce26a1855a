"""Secrets: tokens by their form, keys and passwords by what stands before them, private keys, JWTs, passwords in links.

Whatever is found is found from the text around it alone: from a *mark* (a token's prefix, a label, a PEM line) and the value
right after it, never from what was found before. So a text that still arrives is read as the whole text will be (chop law).
A value without blanks is open until its word ends, one in quotes until its quote or 128 characters. What is long, such as a
private key, is decided by its beginning and swallowed to its end: of what it holds back nothing may be shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from guardrails.detectors import secret_kinds as kinds
from guardrails.detectors.hits import OPAQUE, Hit
from guardrails.detectors.secret_forms import jwts, links, open_key, private_keys, sign_of, tokens
from guardrails.detectors.secret_labels import NAMES, labelled, pairs
from guardrails.detectors.secret_values import BACK, BEFORE, BREAKS, LOOK, Seen

ENTITY = "SECRET"
#: What lies before a value: its mark, and what is looked at before that.
REACH = BACK + BEFORE + 16

_WORD = re.compile(f"[^{BREAKS}]*")


class Secrets:
    """All secrets of a text. Stateless."""

    REACH = REACH

    def __init__(self) -> None:
        list(self.find("-"))  # the patterns are compiled now (60 ms), not while the first call waits

    def find(self, text: str, start: int = 0) -> Iterator[Hit]:
        """One finding for each region, named by the surest; all of what overlaps is hidden, so that no rest comes to light."""
        region: Seen | None = None
        for seen in sorted(s for s in _seen(text, start, len(text)) if s.name):
            if region is None or seen.start >= region.end:
                if region is not None:
                    yield _hit(region)
                region = seen
            else:
                best = max(region, seen, key=lambda s: s.score)
                region = best._replace(start=region.start, end=max(region.end, seen.end))
        if region is not None:
            yield _hit(region)

    def settled(self, text: str, start: int = 0) -> int:
        size = len(text)
        if size - start > LOOK and any(s.growing and s.start == start for s in _seen(text, start, start + 1)):
            return start  # what is held back is looked at no closer than its end
        edge = max(start, size - LOOK, size - len(_reversed_word(text, start)))
        seen = list(_seen(text, start, size))
        edge = min([edge, open_key(text, start), *(s.start for s in seen if s.growing)])
        for s in sorted(seen, reverse=True):
            if s.name and s.start < edge < s.end:
                edge = s.start
        return edge


def stirs(text: str, start: int) -> bool:
    """False only if what arrived since `start` neither begins nor goes on with a secret, but for the text's last word."""
    return len(text) - start > LOOK or _STIRS.search(text, max(0, start - 1)) is not None


# Quotes (but in "don't"), what may stand inside a value and ends a word elsewhere, the lines around a key.
_STIRS = re.compile(
    rf"(?<![A-Za-z]{{2}})['\u2019]|['\u2019](?![A-Za-z])|[\"`\u2018\u201c\u201d\u00ab\u00bb=&?|<>{{}}\[\]\\{OPAQUE}]|[,;](?!\s)|--"
)


def _hit(seen: Seen) -> Hit:
    return Hit(seen.start, seen.end, ENTITY, seen.score, f"Secret{seen.name}")


def _reversed_word(text: str, start: int) -> str:
    """The open word at the end of the text, reversed, as far as it matters."""
    m = _WORD.match(text[max(start, len(text) - LOOK) :][::-1])
    return m[0] if m else ""


def _seen(text: str, start: int, upto: int) -> Iterator[Seen]:
    """Values at or after `start` whose marks begin before `upto`."""
    yield from tokens(text, start, upto)
    yield from jwts(text, start, upto)
    yield from private_keys(text, start, upto)
    yield from links(text, start, upto)
    yield from pairs(text, start, upto)
    yield from labelled(text, start, upto)


#: In RE2's words: one of these matches any text (as it is, in UTF-8) in which `find` finds something.
TRIGGERS = (
    "|".join(map(sign_of, kinds.FORMS)),
    f"(?i)(?:{NAMES})(?:{kinds.SUFFIXES}|{kinds.VENDOR_SUFFIXES})[^a-z0-9]",
    "eyJ[A-Za-z0-9_-]{9}",
    "-----BEGIN [A-Z0-9 ]*PRIVATE KEY",
    r"://[^\s/]*:[^\s/]+@",
    r"-(?:u|U|-user|-proxy-user)(?:[ =]|\", ?\")[\"']?[^\s:$]+:",
)
