"""Providers answer a call: bytes out, bytes in. One protocol, one table; whoever speaks HTTP or plays a model fits.

A provider neither reads nor changes text: what may leave was decided before (`relay.py`).
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Protocol

#: Header names are lower case; a name may stand more than once (set-cookie).
Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Call:
    """One request to a provider. `repr` hides what only the provider may see."""

    method: str
    path: str  # "/v1/chat/completions", with the query string where there is one
    headers: Headers = field(repr=False)
    body: bytes = field(repr=False)


class Reply(Protocol):
    """What came back. `chunks` may be read once; `close` ends the call at the provider too, read or not."""

    @property
    def status(self) -> int: ...

    @property
    def headers(self) -> Headers: ...

    def chunks(self) -> AsyncIterator[bytes]: ...

    async def close(self) -> None: ...


class Provider(Protocol):
    @property
    def name(self) -> str: ...

    async def call(self, call: Call) -> Reply:
        """Send; return when status and headers are there. Raises UpstreamError (502 refused or broken, 504 too late)."""

    async def close(self) -> None: ...
