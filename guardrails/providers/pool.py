"""aiohttp's pool of connections, and three things that it leaves open.

- No connection is used again on which something came unasked: the next call would take it for its answer.
- What is given up is closed at once, whatever was still to be sent.
- Whoever reads an answer is told when its connection ends, also where chunks that are none ended it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial

import aiohttp
from aiohttp.client_proto import ResponseHandler
from aiohttp.client_reqrep import ClientRequest
from aiohttp.connector import Connection
from aiohttp.tracing import Trace

MOST_TRIES = 3  # so many at once have spoken unasked: a provider that speaks first is none


class Pool(aiohttp.TCPConnector):
    async def connect(self, req: ClientRequest, traces: list[Trace], timeout: aiohttp.ClientTimeout) -> Connection:
        """A connection on which nothing has been said. Raises ClientConnectionError."""
        for _ in range(MOST_TRIES):
            connection = await super().connect(req, traces, timeout)
            protocol = connection.protocol
            if protocol is not None and not protocol.should_close:
                connection.add_callback(partial(_left, protocol))
                return connection
            connection.close()
        raise aiohttp.ClientConnectionError


def watch(response: aiohttp.ClientResponse) -> None:
    """Whoever waits for more of this answer waits no longer than its connection lives."""
    connection = response.connection
    closed = connection.protocol.closed if connection is not None and connection.protocol is not None else None
    if connection is not None and closed is not None:
        told = partial(_lost, response.content)
        closed.remove_done_callback(_seen)
        closed.add_done_callback(_seen)
        closed.add_done_callback(told)
        connection.add_callback(partial(_ended, closed, told))


def _left(protocol: ResponseHandler) -> None:
    """A call has ended. A transport that is closed, not aborted, waits for a peer that does not read."""
    transport = protocol.transport
    if transport is not None and (protocol.should_close or transport.get_write_buffer_size()):
        transport.abort()


def _ended(closed: asyncio.Future[None], told: Callable[[asyncio.Future[None]], None]) -> None:
    closed.remove_done_callback(told)


def _seen(closed: asyncio.Future[None]) -> None:
    """asyncio complains of an error that nobody has looked at, also of a connection that was free."""
    closed.exception()


def _lost(content: aiohttp.StreamReader, _: asyncio.Future[None]) -> None:
    if not content.is_eof() and content.exception() is None:
        content.set_exception(aiohttp.ClientPayloadError())
