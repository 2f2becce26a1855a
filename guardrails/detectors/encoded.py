"""Values inside base64 (RFC 4648 §4 and §5): decoded, looked at, and found where they were written.

A short run is hidden whole; of a long one the groups of four characters that hold the value. What decodes to anything but text
(images, keys, hashes) is left alone, which is seen from its first bytes.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import re
from collections.abc import Callable, Iterator

from guardrails.detectors.hits import Hit
from guardrails.detectors.linear import readable

FEWEST = 14  # characters without padding; a SSN has 15
MOST = 8192  # of a run; what is longer is data, which counts as not scanned
WHOLE = 256
#: What must stand in a text, in RE2's words.
TRIGGERS = (rf"[A-Za-z0-9+/_-]{{{FEWEST}}}",)

_RUN = re.compile(rf"(?<![A-Za-z0-9+/_=-])[A-Za-z0-9+/_-]{{{FEWEST},{MOST}}}={{0,2}}(?![A-Za-z0-9+/_-])")
_BACKWARDS = re.compile(rf"={{0,2}}[A-Za-z0-9+/_-]{{{FEWEST - 2},{MOST + 1}}}")
_INSIDE = re.compile("[A-Za-z0-9+/_=-]+")
_STANDARD = bytes.maketrans(b"-_", b"+/")
_TEXT = re.compile("[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]*")
_VALUE = re.compile(r"[0-9@]")

Look = Callable[[str, int], list[Hit]]


class Encoded:
    """`look`: finds what stands in a text that is not encoded, at or after an index."""

    def __init__(self, look: Look) -> None:
        self._look = look

    def find(self, text: str, start: int = 0) -> Iterator[Hit]:
        for m in _RUN.finditer(text, start):
            run = m[0]
            if not _is_text(run):
                continue
            raw = _decoded(run)
            inside = raw.decode("utf-8", "surrogateescape")  # a byte that is no text is one character, so bytes can be counted
            if not _VALUE.search(inside):
                continue
            for hit in self._look(readable(inside), 0):
                first, last = (len(inside[:at].encode("utf-8", "surrogateescape")) for at in (hit.start, hit.end))
                begin, end = (0, len(run)) if len(run) <= WHOLE else (first // 3 * 4, min(len(run), -(-last // 3) * 4))
                yield hit._replace(start=m.start() + begin, end=m.start() + end)

    def beginning(self, text: str, start: int, upto: int) -> int:
        """The last index up to `upto` at which `find` may begin: not inside a run that it decodes."""
        m = _INSIDE.match(text[max(start, upto - MOST) : upto][::-1])
        begin = upto - m.end() if m else upto
        if begin == upto or not _INSIDE.match(text, upto) or (run := _RUN.match(text, begin)) is None:
            return upto
        return begin if run.end() > upto and _is_text(run[0]) else upto

    def settled(self, text: str, start: int = 0) -> int:
        m = _BACKWARDS.match(text[max(start, len(text) - MOST - 3) :][::-1])
        if m is None or m.end() > MOST:
            return len(text)
        begin = len(text) - m.end()
        return begin if _is_text(text[begin:]) else len(text)


def _is_text(run: str) -> bool:
    """Whether the first bytes of a run are text (UTF-8, RFC 3629): of bytes by chance hardly any are."""
    head = _decoded(run[:24])
    try:
        shown = codecs.utf_8_decode(head, "strict", False)[0]
    except UnicodeDecodeError:
        return False
    return bool(shown) and _TEXT.fullmatch(shown) is not None


def _decoded(run: str) -> bytes:
    """The bytes of as many whole groups as there are; none where it is no base64."""
    plain = run.rstrip("=").encode().translate(_STANDARD)
    if len(plain) % 4 == 1:
        plain = plain[:-1]
    try:
        return base64.b64decode(plain + b"=" * (-len(plain) % 4))
    except binascii.Error:
        return b""
