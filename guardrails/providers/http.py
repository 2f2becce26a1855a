"""A provider behind HTTP/1.1: the bytes go out as they are, the bytes come back as they are, decompressed.

Connections are kept and used again. Nothing is ever sent twice: a call may cost money, so whether it is tried again is the
client's choice (RFC 9110, 9.2.2). Redirects are not followed (`relay.py`).
"""

from __future__ import annotations

import asyncio
import re
import socket
import ssl
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from guardrails.errors import SettingsError, TooLate, UpstreamError
from guardrails.providers import Call, Reply
from guardrails.providers.coding import ACCEPTED
from guardrails.providers.connection import Connection

IDLE_SECONDS = 15.0  # longer than that a free connection is not trusted
_UNSENDABLE = re.compile(r"[\r\n\0]")


@dataclass(frozen=True, slots=True)
class Address:
    """Where the provider is: "https://api.openai.com/v1?api-version=1" taken apart."""

    host: str
    port: int
    tls: bool
    prefix: str  # the path before /v1, "" for most
    query: str

    @property
    def authority(self) -> str:
        """The `host` header: without the port where it is the scheme's own."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (443 if self.tls else 80) else f"{host}:{self.port}"

    def target(self, path: str) -> str:
        where, _, query = path.partition("?")
        asked = "&".join(part for part in (self.query, query) if part)
        return self.prefix + where + (f"?{asked}" if asked else "")

    @classmethod
    def of(cls, base: str) -> Address:
        """Raises SettingsError."""
        try:
            parts = urlsplit(base)
            host, port = (parts.hostname or "").encode("idna").decode(), parts.port
        except (ValueError, UnicodeError):
            host, port = "", None
        if not host or parts.scheme not in ("http", "https"):
            raise SettingsError("upstream must be an address such as https://api.openai.com")
        if parts.username is not None:
            raise SettingsError("upstream must hold no user name or password: put the provider's key into upstream_key.")
        tls = parts.scheme == "https"
        return cls(host, port or (443 if tls else 80), tls, parts.path.rstrip("/").removesuffix("/v1"), parts.query)


@dataclass(slots=True)
class HttpProvider:
    """`base`: the provider's address, "https://api.openai.com" (a path before `/v1` is kept). Times are seconds."""

    base: str
    connect_s: float = 10.0
    _address: Address = field(init=False, repr=False)
    _tls: ssl.SSLContext | None = field(default=None, repr=False)
    _free: list[Connection] = field(default_factory=list, repr=False)
    _all: set[Connection] = field(default_factory=set, repr=False)

    def __post_init__(self) -> None:
        self._address = Address.of(self.base)

    @property
    def name(self) -> str:
        return self._address.host

    async def call(self, call: Call) -> Reply:
        address = self._address
        lines = [f"{call.method} {address.target(call.path)} HTTP/1.1", f"host: {address.authority}"]
        lines += [f"{name}: {value}" for name, value in call.headers]
        lines += [f"accept-encoding: {ACCEPTED}", f"content-length: {len(call.body)}", "", ""]
        if any(map(_UNSENDABLE.search, lines)):
            raise UpstreamError("A header for the provider holds a line break (upstream_key?), so nothing was sent.")
        head = "\r\n".join(lines).encode("latin-1", "replace")
        answer = (self._reusable() or await self._connect()).ask(head, call.body)
        try:
            await answer.begun()
        except BaseException:
            await answer.close()
            raise
        return answer

    async def close(self) -> None:
        for connection in tuple(self._all):
            connection.drop()
        await asyncio.sleep(0)  # transports close on the next turn of the loop

    def _reusable(self) -> Connection | None:
        while self._free:
            connection = self._free.pop()
            if connection.usable and connection.since > connection.loop.time() - IDLE_SECONDS:
                return connection
            connection.drop()
        return None

    async def _connect(self) -> Connection:
        """A new connection. Raises UpstreamError, TooLate after `connect_s`."""
        try:
            async with asyncio.timeout(self.connect_s):
                return await self._reached()
        except TimeoutError:
            raise TooLate(f"No connection to the provider within {self.connect_s:g} seconds (the setting connect_s).") from None
        except OSError as error:
            raise UpstreamError(
                f"The provider cannot be reached: {_why(error)}. Check the upstream address and the network."
            ) from None

    async def _reached(self) -> Connection:
        """The first of the host's addresses that answers. Where there are several, none may use up all the time."""
        loop, address = asyncio.get_running_loop(), self._address
        found = await loop.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
        places = list(dict.fromkeys((family, where[0]) for family, _, _, _, where in found))
        for number, (family, where) in enumerate(places, 1):
            patience = self.connect_s / len(places) if number < len(places) else None
            try:
                async with asyncio.timeout(patience):
                    return await self._opened(family, str(where))
            except OSError:  # TimeoutError is one
                if number == len(places):
                    raise
        raise OSError("no address")

    async def _opened(self, family: int, where: str) -> Connection:
        address = self._address
        if address.tls and self._tls is None:
            self._tls = ssl.create_default_context()
            self._tls.set_alpn_protocols(["http/1.1"])
        loop = asyncio.get_running_loop()
        made = Connection(loop, self._put_back, self._forget)
        await loop.create_connection(
            lambda: made,
            where,
            address.port,
            family=family,
            ssl=self._tls,
            server_hostname=address.host if address.tls else None,
        )
        self._all.add(made)
        return made

    def _put_back(self, connection: Connection) -> None:
        connection.since = now = connection.loop.time()
        self._free.append(connection)
        if self._free[0].since < now - IDLE_SECONDS:
            self._free.pop(0).drop()

    def _forget(self, connection: Connection) -> None:
        self._all.discard(connection)
        if connection in self._free:
            self._free.remove(connection)


def _why(error: OSError) -> str:
    """What went wrong, in words; of an error's own text nothing is told."""
    if isinstance(error, socket.gaierror):
        return "its host name is not known"
    if isinstance(error, ssl.SSLCertVerificationError):
        return "its certificate is not trusted here"
    if isinstance(error, ssl.SSLError):
        return "it does not speak TLS as it should"
    return "it refuses the connection" if isinstance(error, ConnectionRefusedError) else type(error).__name__
