"""A pass-through that guards nothing: what a proxy in Python costs at least. Starlette before aiohttp, as the guard has it.

    python -m benchmarks.servers.bare PORT UPSTREAM [own]

"own": before the guard's own connection to a provider (`guardrails/providers/http.py`) in place of aiohttp, which shows what of
the guard's figures is owed to that alone.

Each body and each event is parsed and written again, since whoever reads nothing can decide nothing. One send for each read
from the upstream. uvicorn runs it with the settings that `guardrails serve` gives it.
"""

from __future__ import annotations

import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass

import aiohttp
import orjson
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from guardrails.providers import Call
from guardrails.providers.http import HttpProvider

FORWARDED = ("authorization", "content-type", "accept", "user-agent")
KEPT_BACK = ("content-length", "transfer-encoding", "connection", "content-encoding", "date")


def build(upstream: str, client: str = "aiohttp") -> Starlette:
    ask = CLIENTS[client](upstream)

    async def passed(request: Request) -> Response:
        body = orjson.dumps(orjson.loads(await request.body()))
        headers = {name: value for name, value in request.headers.items() if name in FORWARDED}
        answer = await ask(request.url.path, headers, body)
        kept = {name: value for key, value in answer.headers if (name := key.lower()) not in KEPT_BACK}
        if kept.get("content-type", "").startswith("text/event-stream"):
            return StreamingResponse(_events(answer), answer.status, kept)
        whole = b"".join([read async for read in answer.reads])
        await answer.end()
        return Response(orjson.dumps(orjson.loads(whole)), answer.status, kept)

    async def alive(_: Request) -> Response:
        return Response(b"{}", media_type="application/json")

    return Starlette(routes=[Route("/v1/chat/completions", passed, methods=["POST"]), Route("/healthz", alive)])


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Iterable[tuple[str, str]]
    reads: AsyncIterator[bytes]
    end: Callable[[], Awaitable[None]]


Ask = Callable[[str, dict[str, str], bytes], Awaitable[Answer]]


def _aiohttp(upstream: str) -> Ask:
    sessions: list[aiohttp.ClientSession] = []

    async def ask(path: str, headers: dict[str, str], body: bytes) -> Answer:
        if not sessions:
            connector = aiohttp.TCPConnector(limit=0, ttl_dns_cache=60)
            timeout = aiohttp.ClientTimeout(total=None, sock_connect=10, sock_read=300)
            sessions.append(aiohttp.ClientSession(connector=connector, timeout=timeout, cookie_jar=aiohttp.DummyCookieJar()))
        answer = await sessions[0].post(upstream + path, data=body, headers=headers)

        async def end() -> None:
            answer.release()  # closes a connection whose answer was not read to its end

        return Answer(answer.status, answer.headers.items(), answer.content.iter_any(), end)

    return ask


def _own(upstream: str) -> Ask:
    provider = HttpProvider(upstream)

    async def ask(path: str, headers: dict[str, str], body: bytes) -> Answer:
        answer = await provider.call(Call("POST", path, tuple(headers.items()), body))
        return Answer(answer.status, answer.headers, answer.chunks(), answer.close)

    return ask


CLIENTS: dict[str, Callable[[str], Ask]] = {"aiohttp": _aiohttp, "own": _own}


async def _events(answer: Answer) -> AsyncIterator[bytes]:
    rest = b""
    try:
        async for read in answer.reads:
            *whole, rest = (rest + read).split(b"\n\n")
            if whole:
                yield b"".join([_again(event) for event in whole])
    finally:
        await answer.end()


def _again(event: bytes) -> bytes:
    data = event.removeprefix(b"data: ")
    return b"data: " + (data if data == b"[DONE]" else orjson.dumps(orjson.loads(data))) + b"\n\n"


def main(port: int, upstream: str, client: str = "aiohttp") -> None:
    listener = socket.create_server(("127.0.0.1", port), backlog=2048)
    config = uvicorn.Config(
        build(upstream, client), log_level="warning", access_log=False, server_header=False, timeout_graceful_shutdown=30
    )
    uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2].rstrip("/"), *sys.argv[3:])
