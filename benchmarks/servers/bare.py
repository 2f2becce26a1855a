"""A pass-through that guards nothing: what a proxy in Python costs at least. Starlette before aiohttp, as the guard has it.

    python -m benchmarks.servers.bare PORT UPSTREAM

Each body and each event is parsed and written again, since whoever reads nothing can decide nothing. One send for each read
from the upstream. uvicorn runs it with the settings that `guardrails serve` gives it.
"""

from __future__ import annotations

import socket
import sys
from collections.abc import AsyncIterator

import aiohttp
import orjson
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

FORWARDED = ("authorization", "content-type", "accept", "user-agent")
KEPT_BACK = ("content-length", "transfer-encoding", "connection", "content-encoding", "date")


def build(upstream: str) -> Starlette:
    sessions: list[aiohttp.ClientSession] = []

    def session() -> aiohttp.ClientSession:
        if not sessions:
            connector = aiohttp.TCPConnector(limit=0, ttl_dns_cache=60)
            timeout = aiohttp.ClientTimeout(total=None, sock_connect=10, sock_read=300)
            sessions.append(aiohttp.ClientSession(connector=connector, timeout=timeout, cookie_jar=aiohttp.DummyCookieJar()))
        return sessions[0]

    async def passed(request: Request) -> Response:
        body = orjson.dumps(orjson.loads(await request.body()))
        headers = {name: value for name, value in request.headers.items() if name in FORWARDED}
        answer = await session().post(upstream + request.url.path, data=body, headers=headers)
        kept = {name: value for name, value in answer.headers.items() if name.lower() not in KEPT_BACK}
        if answer.content_type == "text/event-stream":
            return StreamingResponse(_events(answer), answer.status, kept)
        whole = await answer.read()
        answer.release()
        return Response(orjson.dumps(orjson.loads(whole)), answer.status, kept)

    async def alive(_: Request) -> Response:
        return Response(b"{}", media_type="application/json")

    return Starlette(routes=[Route("/v1/chat/completions", passed, methods=["POST"]), Route("/healthz", alive)])


async def _events(answer: aiohttp.ClientResponse) -> AsyncIterator[bytes]:
    rest = b""
    try:
        async for read in answer.content.iter_any():
            *whole, rest = (rest + read).split(b"\n\n")
            if whole:
                yield b"".join([_again(event) for event in whole])
    finally:
        answer.release()  # closes a connection whose answer was not read to its end


def _again(event: bytes) -> bytes:
    data = event.removeprefix(b"data: ")
    return b"data: " + (data if data == b"[DONE]" else orjson.dumps(orjson.loads(data))) + b"\n\n"


def main(port: int, upstream: str) -> None:
    listener = socket.create_server(("127.0.0.1", port), backlog=2048)
    config = uvicorn.Config(
        build(upstream), log_level="warning", access_log=False, server_header=False, timeout_graceful_shutdown=30
    )
    uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2].rstrip("/"))
