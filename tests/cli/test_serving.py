from __future__ import annotations

import socket
import threading
import urllib.request
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from tests.servers import serving


def application(log: list[str]) -> Starlette:
    @asynccontextmanager
    async def life(_: Starlette) -> AsyncIterator[None]:
        log.append("open")
        yield
        log.append("closed")

    return Starlette(routes=[Route("/", lambda _: PlainTextResponse("hello"))], lifespan=life)


def test_it_answers_on_a_real_socket_and_is_gone_afterwards() -> None:
    log: list[str] = []
    with serving(application(log)) as base:
        with urllib.request.urlopen(base + "/", timeout=10) as response:
            assert response.read() == b"hello"
        assert log == ["open"]
    assert log == ["open", "closed"]
    assert not [t for t in threading.enumerate() if t.name == "serving"]
    with pytest.raises(OSError, match="refused"):
        socket.create_connection((urlsplit(base).hostname, urlsplit(base).port), timeout=5)


def test_two_at_once() -> None:
    with serving(application([])) as one, serving(application([])) as two:
        assert one != two


def test_a_server_that_cannot_start_says_so(caplog: pytest.LogCaptureFixture) -> None:
    @asynccontextmanager
    async def broken(_: Starlette) -> AsyncIterator[None]:
        raise ValueError("no disk")
        yield

    with pytest.raises(RuntimeError, match="did not start"), serving(Starlette(lifespan=broken)):
        pass


def test_what_the_block_raises_is_what_comes_out() -> None:
    with pytest.raises(KeyError, match="mine"), serving(application([])):
        raise KeyError("mine")
