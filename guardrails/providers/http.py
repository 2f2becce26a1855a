"""A provider behind HTTP/1.1, by aiohttp: the bytes go out as they are, the bytes come back as they are, decompressed.

Connections are kept and used again. A POST is never sent twice: a call may cost money, so whether it is tried again is the
client's choice (RFC 9110, 9.2.2). Redirects are not followed (`relay.py`). Of an error's own text nothing is told.
"""

from __future__ import annotations

import asyncio
import io
import re
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from functools import lru_cache
from math import inf

import aiohttp
from yarl import URL

from guardrails.errors import SettingsError, TooLate, UpstreamError
from guardrails.providers import Call, Headers, Reply
from guardrails.providers.coding import ACCEPTED, Plain, decoder
from guardrails.providers.pool import Pool, watch
from guardrails.providers.proxies import proxy_for

MOST_HEADERS = 128
MOST_HEADER_BYTES = 16_384  # of one header; of the status line too
READ_AHEAD = 131_072  # aiohttp stops reading from the socket where twice as much waits to be asked for
LARGE_BODY = 1_048_576  # aiohttp sends what is larger in pieces, as it is taken

NO_ANSWER = "The provider closed the connection without an answer."
NOT_HTTP = (
    "The provider's answer is not HTTP/1.1 as it is understood here, or has too many or too large headers "
    f"({MOST_HEADERS} of {MOST_HEADER_BYTES} bytes at most). Check the upstream address."
)
BROKEN_BODY = "The connection to the provider broke in the middle of its answer."
NOT_SENT = "A header for the provider holds a line break (upstream_key?), so nothing was sent."

_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")  # RFC 9110, 5.5: no header holds any
_CONTROL_BYTES = re.compile(_CONTROL.pattern.encode())


def address(base: str) -> URL:
    """Where the provider is, "https://api.openai.com/v1?api-version=1", taken apart. Raises SettingsError."""
    try:
        url = URL(base)
        (url.raw_host or "").encode("idna")  # a label of a name has 63 letters at most
    except (ValueError, UnicodeError):
        url = URL()
    if not url.raw_host or url.scheme not in ("http", "https"):
        raise SettingsError("upstream must be an address such as https://api.openai.com")
    if url.raw_user is not None or url.raw_password is not None:
        raise SettingsError("upstream must hold no user name or password: put the provider's key into upstream_key.")
    return url


@lru_cache(maxsize=256)
def target(base: URL, path: str) -> URL:
    """Where a call goes: what stands before /v1 in the address is kept, and its query is the first."""
    where, _, query = path.partition("?")
    asked = "&".join(part for part in (base.raw_query_string, query) if part)
    prefix = base.raw_path.rstrip("/").removesuffix("/v1")
    return URL(f"{base.origin()}{prefix}{where}" + (f"?{asked}" if asked else ""), encoded=True)


@lru_cache(maxsize=1024)
def _name(raw: bytes) -> str:
    return raw.lower().decode("latin-1")


def _value(text: str) -> str:
    """aiohttp writes a header in UTF-8, and here it holds one letter for each byte that the client sent."""
    if text.isascii():
        return text
    try:
        return text.encode("latin-1").decode()
    except UnicodeError:
        return text


class HttpReply:
    """An answer whose status and headers are there. The content is decoded as it is read."""

    __slots__ = ("_decoder", "_response", "headers", "status")

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        """Raises UpstreamError."""
        raw = response.raw_headers
        # 101 switches to a protocol that nobody asked for. aiohttp lets control characters pass (RFC 9110, 5.5, forbids them).
        if response.status < 200 or _CONTROL_BYTES.search(b"".join([value for _, value in raw])):
            raise UpstreamError(NOT_HTTP)
        self.status = response.status
        self.headers: Headers = tuple([(_name(name), value.decode("latin-1")) for name, value in raw])
        self._decoder: Plain | None = decoder([value for name, value in self.headers if name == "content-encoding"])
        self._response = response
        watch(response)

    async def chunks(self) -> AsyncIterator[bytes]:
        """Raises UpstreamError where the answer breaks, after what came before."""
        content, decode = self._response.content, self._decoder
        while True:
            try:
                piece = await content.readany()
            except (aiohttp.ClientError, OSError, RuntimeError):  # aiohttp says RuntimeError of a connection that is closed
                raise UpstreamError(BROKEN_BODY) from None
            if not piece:
                break
            if decode is None:
                yield piece
            else:
                for decoded in decode.feed(piece):
                    yield decoded
        if decode is not None:
            decode.end()

    async def close(self) -> None:
        """End the call at the provider too, unless its answer is whole: then aiohttp has taken the connection back."""
        self._response.close()


@dataclass(slots=True)
class HttpProvider:
    """`base`: the provider's address, "https://api.openai.com" (a path before `/v1` is kept). Times are seconds."""

    base: str
    connect_s: float = 10.0
    _address: URL = field(init=False, repr=False)
    _proxy: URL | None = field(init=False, repr=False)
    _session: aiohttp.ClientSession | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        self._address = address(self.base)
        self._proxy = proxy_for(self._address)

    @property
    def name(self) -> str:
        return self._address.raw_host or ""

    async def call(self, call: Call) -> Reply:
        headers = [(name, _value(value)) for name, value in call.headers]
        if _CONTROL.search("".join([text for header in headers for text in header])):
            raise UpstreamError(NOT_SENT)
        headers.append(("accept-encoding", ACCEPTED))
        body = call.body if len(call.body) <= LARGE_BODY else io.BytesIO(call.body)
        session, url = self._session or self._open(), target(self._address, call.path)
        try:
            response = await session.request(call.method, url, headers=headers, data=body, allow_redirects=False)
        except (aiohttp.ClientError, OSError) as error:
            raise self._fault(error) from None
        try:
            return HttpReply(response)
        except UpstreamError:
            response.close()
            raise

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            await asyncio.sleep(0)  # transports close on the next turn of the loop
            self._session = None

    def _open(self) -> aiohttp.ClientSession:
        """One session for all calls, made inside the running loop.

        `trust_env` stays off: it would read ~/.netrc and send what stands there as the provider's key.
        """
        tls: ssl.SSLContext | bool = True
        if self._address.scheme == "https":
            tls = ssl.create_default_context()
            tls.set_alpn_protocols(["http/1.1"])
        self._session = aiohttp.ClientSession(
            connector=Pool(limit=0, ttl_dns_cache=60, ssl=tls),
            timeout=aiohttp.ClientTimeout(total=None, connect=self.connect_s, ceil_threshold=inf),
            cookie_jar=aiohttp.DummyCookieJar(),
            proxy=self._proxy,
            skip_auto_headers=("Accept", "Content-Type", "User-Agent"),
            auto_decompress=False,
            read_bufsize=READ_AHEAD,
            max_line_size=MOST_HEADER_BYTES,
            max_field_size=MOST_HEADER_BYTES,
            max_headers=MOST_HEADERS,
        )
        return self._session

    def _fault(self, error: Exception) -> UpstreamError:
        if isinstance(error, TimeoutError):
            return TooLate(f"No connection to the provider within {self.connect_s:g} seconds (the setting connect_s).")
        if isinstance(error, aiohttp.ClientHttpProxyError):
            return UpstreamError(f"The HTTP proxy on the way to the provider refused with status {error.status}.")
        if isinstance(error, aiohttp.ClientProxyConnectionError):
            return UpstreamError("The HTTP proxy on the way to the provider cannot be reached (HTTPS_PROXY, HTTP_PROXY).")
        if isinstance(error, aiohttp.ClientConnectorError | aiohttp.InvalidURL):
            return UpstreamError(f"The provider cannot be reached: {_why(error)}. Check the upstream address and the network.")
        return UpstreamError(NOT_HTTP if isinstance(error, aiohttp.ClientResponseError) else NO_ANSWER)


def _why(error: Exception) -> str:
    """What went wrong, in words."""
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return "its host name is not known"
    if isinstance(error, ssl.SSLCertVerificationError):
        return "its certificate is not trusted here"
    if isinstance(error, ssl.SSLError):
        return "it does not speak TLS as it should"
    cause = error.os_error if isinstance(error, aiohttp.ClientConnectorError) else error
    return "it refuses the connection" if isinstance(cause, ConnectionRefusedError) else type(cause).__name__
