"""A provider behind HTTP: the bytes go out as they are, the bytes come back as they are, decompressed.

aiohttp, because a call costs a tenth of what the other clients take (docs/decisions/0002-dependencies.md).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import aiohttp
from multidict import CIMultiDict
from yarl import URL

from guardrails.errors import UpstreamError
from guardrails.providers import Call, Headers, Reply


@dataclass(slots=True)
class HttpReply:
    response: aiohttp.ClientResponse = field(repr=False)
    read: bool = False

    @property
    def status(self) -> int:
        return self.response.status

    @property
    def headers(self) -> Headers:
        return tuple((name.lower(), value) for name, value in self.response.headers.items())

    async def chunks(self) -> AsyncIterator[bytes]:
        try:
            async for chunk in self.response.content.iter_any():
                yield chunk
        except TimeoutError:
            raise UpstreamError("The provider stopped sending in the middle of its answer.") from None
        except (aiohttp.ClientError, OSError):
            raise UpstreamError("The connection to the provider broke in the middle of its answer.") from None
        self.read = True

    async def close(self) -> None:
        """End the call at the provider too: a connection with an unread answer is not used again."""
        if self.read:
            self.response.release()
        else:
            self.response.close()


@dataclass(slots=True)
class HttpProvider:
    """`base`: the provider's address, "https://api.openai.com" (a path before `/v1` is kept)."""

    base: str
    connect_s: float = 10.0
    first_byte_s: float = 120.0
    between_s: float = 60.0
    _session: aiohttp.ClientSession | None = field(default=None, repr=False)

    @property
    def name(self) -> str:
        return URL(self.base).host or "http"

    async def call(self, call: Call) -> Reply:
        session = self._open()
        url = URL(self.base.rstrip("/").removesuffix("/v1") + call.path, encoded=True)
        headers = CIMultiDict(call.headers)
        try:
            return HttpReply(await session.request(call.method, url, headers=headers, data=call.body, allow_redirects=False))
        except TimeoutError:
            fault = UpstreamError(f"The provider did not answer within {self.first_byte_s:g} seconds.")
            fault.status = 504
            raise fault from None
        except (aiohttp.ClientError, OSError) as error:
            kind = type(error).__name__
            raise UpstreamError(
                f"The provider cannot be reached ({kind}). Check the upstream address and the network."
            ) from None

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            await asyncio.sleep(0)  # aiohttp closes transports on the next turn of the loop
            self._session = None

    def _open(self) -> aiohttp.ClientSession:
        """One session for all calls, made inside the running loop."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0, ttl_dns_cache=60),
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=self.connect_s, sock_read=self.first_byte_s),
                cookie_jar=aiohttp.DummyCookieJar(),
                skip_auto_headers=("User-Agent",),
                auto_decompress=True,
            )
        return self._session
