"""Content codings of an answer (RFC 9110, 8.4.1): gzip and deflate, which are all that is asked for, in bounded pieces.

A few bytes can stand for gigabytes. So what comes out comes in pieces, and whoever reads them counts and may stop.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence

from guardrails.errors import UpstreamError

ACCEPTED = "gzip, deflate"
PIECE = 65_536


class Plain:
    """The bytes that were compressed with gzip or deflate."""

    __slots__ = ("_coding", "_stream")

    def __init__(self, coding: str) -> None:
        self._coding = coding
        self._stream: zlib._Decompress | None = None  # an empty body is empty, whatever it is said to be

    def feed(self, data: bytes) -> Iterator[bytes]:
        """What these bytes stand for, at most PIECE bytes at a time. Raises UpstreamError."""
        full = False  # the last piece was as large as it may be: more may be to come though all was read
        while data or full:
            stream = self._stream
            if stream is None or stream.eof:  # a gzip file may hold several members (RFC 1952, 2.2)
                stream = self._stream = zlib.decompressobj(_bits(self._coding, data[0]))
            try:
                out = stream.decompress(data, PIECE)
            except zlib.error:
                raise UpstreamError(f"The provider's answer is said to be compressed with {self._coding} and is not.") from None
            data = stream.unconsumed_tail or stream.unused_data
            full = len(out) == PIECE and not stream.eof
            if out:
                yield out

    def end(self) -> None:
        """Nothing more comes. Raises UpstreamError where something is missing."""
        if self._stream is not None and not self._stream.eof:
            raise UpstreamError(f"The provider's answer, compressed with {self._coding}, ends before it is complete.")


def decoder(codings: Sequence[str]) -> Plain | None:
    """What undoes the `content-encoding` headers of an answer; None where there is nothing to undo. Raises UpstreamError."""
    named = [one for value in codings for one in value.lower().replace(" ", "").split(",") if one not in ("", "identity")]
    if not named:
        return None
    coding = named[0].removeprefix("x-")
    if len(named) > 1 or coding not in ("gzip", "deflate"):
        raise UpstreamError(f"The provider compressed its answer in a way that was not asked for (accepted: {ACCEPTED}).")
    return Plain(coding)


def _bits(coding: str, first: int) -> int:
    """`deflate` means the zlib format (RFC 1950); some send it bare (RFC 1951). The first byte tells."""
    if coding == "gzip":
        return 16 + zlib.MAX_WBITS
    return zlib.MAX_WBITS if first & 0x0F == 8 else -zlib.MAX_WBITS
