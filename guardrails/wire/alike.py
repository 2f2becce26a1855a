"""The events of a stream differ in little but their text: one that differs in nothing else need not be parsed again.

A JSON parser reads from left to right (RFC 8259). Where `before` has brought it inside a string and `after` begins with the
quote that ends this string, whatever stands between them without a quote, a backslash or a control character changes the
value of that one string and nothing else. Which string it is was seen once, by parsing: `learnt` puts a word of its own
there and looks where it comes out.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from guardrails.wire import strict
from guardrails.wire.chat_chunks import Part, with_text
from guardrails.wire.sse import event

_PLAIN = re.compile(rb'[^"\\\x00-\x1f]+')
_WORD = "a word of our own"


class Alike(NamedTuple):
    """The bytes on both sides of an event's text."""

    before: bytes
    after: bytes

    def __repr__(self) -> str:
        return f"Alike({len(self.before)} + {len(self.after)} bytes)"

    def text(self, raw: bytes) -> str | None:
        """The text of an event that is alike, None where it is not."""
        if not (raw.startswith(self.before) and raw.endswith(self.after)):
            return None
        said = raw[len(self.before) : -len(self.after)]
        if len(raw) <= len(self.before) + len(self.after) or _PLAIN.fullmatch(said) is None:
            return None
        try:
            return said.decode()
        except UnicodeDecodeError:
            return None


def learnt(raw: bytes, part: Part) -> Alike | None:
    """What other events like this one look like; `part` is all that the event says, and its bytes may leave as they came."""
    said = part.text.encode("utf-8", "surrogatepass")
    at = raw.rfind(b'"' + said + b'"') + 1
    if not at or _PLAIN.fullmatch(said) is None:
        return None
    before, after = raw[:at], raw[at + len(said) :]
    tried = event(before + _WORD.encode() + after)
    same = tried.data is not None and strict.read(tried.data) == with_text(part, _WORD, edited=False, last=True)
    return Alike(before, after) if same and tried.plain else None
