"""Reaching a provider: addresses, names, refusals, TLS. Real sockets; nothing leaves this machine."""

import asyncio
import socket
import ssl
from contextlib import contextmanager

import pytest
import uvloop

from guardrails.errors import SettingsError, TooLate, UpstreamError
from guardrails.providers import Call
from guardrails.providers.http import HttpProvider, address, target
from tests.misbehaving import Wire, misbehaving
from tests.providers.certificates import made

CALL = Call("POST", "/v1/chat/completions", (("content-type", "application/json"),), b"{}")
ANSWER = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}"


@pytest.mark.parametrize(
    ("base", "authority", "path"),
    [
        ("https://api.openai.com", "api.openai.com", "/v1/x"),
        ("https://api.openai.com/", "api.openai.com", "/v1/x"),
        ("https://api.openai.com/v1", "api.openai.com", "/v1/x"),
        ("https://api.openai.com/v1/", "api.openai.com", "/v1/x"),
        ("https://openrouter.ai/api/v1", "openrouter.ai", "/api/v1/x"),
        ("http://127.0.0.1:9000", "127.0.0.1:9000", "/v1/x"),
        ("http://[::1]:9000/v1", "[::1]:9000", "/v1/x"),
        ("https://x.example:443", "x.example", "/v1/x"),
        ("http://x.example:443", "x.example:443", "/v1/x"),
        ("https://r.openai.azure.com/openai/v1?api-version=preview", "r.openai.azure.com", "/openai/v1/x?api-version=preview"),
        ("https://bücher.example", "xn--bcher-kva.example", "/v1/x"),
    ],
)
def test_where_a_call_goes(base, authority, path):
    url = target(address(base), "/v1/x")
    assert (url.host_port_subcomponent, url.raw_path_qs, url.scheme) == (authority, path, base.partition(":")[0])


def test_a_query_is_added_to_the_addresss_own():
    assert str(target(address("https://x/v1?a=1"), "/v1/x?api-version=2")) == "https://x/v1/x?a=1&api-version=2"


@pytest.mark.parametrize("base", ["https://", "https://x:99999", "ftp://x", "https://" + "a" * 70 + ".example", "x", ""])
def test_an_address_that_is_none(base):
    with pytest.raises(SettingsError, match="upstream must be an address"):
        HttpProvider(base)


def test_an_address_with_a_password_is_refused_and_not_quoted():
    with pytest.raises(SettingsError, match="upstream_key") as caught:
        HttpProvider("https://me:secret@x.example")
    assert "secret" not in str(caught.value)


def test_what_is_sent_is_what_was_said_and_no_more():
    """No header of aiohttp's own: whom the provider hears is the client. Bytes above ASCII stay what they are."""
    said = (("x-name", "Jos\xc3\xa9"), ("user-agent", "me"), ("content-type", "application/json"))
    body = b"x" * 3_000_000
    with misbehaving() as provider:
        provider.plays(answers)
        called(provider.url, call=Call("POST", "/v1/x?api-version=1", said, body))
        called(provider.url, call=Call("POST", "/v1/x", (), b""))
        (first,), (second,) = provider.wires[0].heads, provider.wires[1].heads
        assert provider.wires[0].asked == [body]
    host = provider.url.removeprefix("http://").encode()
    assert first.split(b"\r\n")[0] == b"POST /v1/x?api-version=1 HTTP/1.1"
    assert sorted(first.split(b"\r\n")[1:-2]) == sorted(
        [
            *(b"Host: " + host, b"x-name: Jos\xc3\xa9", b"user-agent: me", b"content-type: application/json"),
            *(b"accept-encoding: gzip, deflate", b"Content-Length: 3000000"),
        ]
    )
    assert sorted(second.split(b"\r\n")[1:-2]) == [b"Content-Length: 0", b"Host: " + host, b"accept-encoding: gzip, deflate"]


async def answers(wire: Wire, _: bytes) -> None:
    await wire.say(ANSWER)


def called(base: str, connect_s: float = 2.0, call: Call = CALL) -> tuple[int, bytes]:
    async def run():
        provider = HttpProvider(base, connect_s)
        try:
            reply = await provider.call(call)
            body = b"".join([piece async for piece in reply.chunks()])
            await reply.close()
            return reply.status, body
        finally:
            await provider.close()

    return asyncio.run(asyncio.wait_for(run(), 20))


@contextmanager
def listening(backlog=16, family=socket.AF_INET):
    with socket.socket(family) as listener:
        listener.bind(("127.0.0.1" if family == socket.AF_INET else "::1", 0))
        if backlog is not None:
            listener.listen(backlog)
        yield listener, listener.getsockname()[1]


def test_a_provider_that_refuses():
    with listening(backlog=None) as (_, port), pytest.raises(UpstreamError, match="it refuses the connection") as caught:
        called(f"http://127.0.0.1:{port}")
    assert caught.value.status == 502


def test_a_name_that_nobody_knows():
    with pytest.raises(UpstreamError, match=r"its host name is not known|the setting connect_s"):
        called("http://no-such-host.invalid")


def test_a_provider_that_takes_no_connection():
    """A queue that is full answers nothing: the first packet of a connection is dropped."""
    with listening(backlog=0) as (_, port):
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(("127.0.0.1", port))
        try:
            with pytest.raises(TooLate, match=r"within 0\.3 seconds \(the setting connect_s\)") as caught:
                called(f"http://127.0.0.1:{port}", 0.3)
            assert caught.value.status == 504
        finally:
            for one in waiting:
                one.close()


def test_a_provider_that_never_shakes_hands():
    with listening() as (_, port), pytest.raises(TooLate, match="the setting connect_s"):
        called(f"https://127.0.0.1:{port}", 0.3)


@pytest.mark.parametrize("name", ["x-a", "authorization"])
@pytest.mark.parametrize("value", ["a\r\nx-b: c", "a\nb", "a\rb", "a\0b", "a\x7fb"])
def test_a_header_that_holds_another_is_not_sent(name, value):
    with listening() as (listener, port):
        with pytest.raises(UpstreamError, match="nothing was sent"):
            called(f"http://127.0.0.1:{port}", call=Call("POST", "/v1", ((name, value),), b""))
        listener.setblocking(False)
        with pytest.raises(BlockingIOError):
            listener.accept()


# --- TLS --------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    return made(tmp_path_factory.mktemp("tls"))


LOOPS = {"asyncio": asyncio.new_event_loop, "uvloop": uvloop.new_event_loop}


def called_over_tls(certificate, scheme="https", answers=1, loop="asyncio"):
    """Calls to a TLS server: what the calls gave, and over how many connections they went."""

    async def run():
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        connections = []

        async def serve(reader, writer):
            connections.append(writer)
            try:
                while await reader.readuntil(b"{}"):
                    writer.write(ANSWER)
            except (asyncio.IncompleteReadError, ConnectionError):
                writer.close()

        server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
        provider = HttpProvider(f"{scheme}://127.0.0.1:{server.sockets[0].getsockname()[1]}", 5.0)
        said = []
        try:
            for _ in range(answers):
                reply = await provider.call(CALL)
                said.append(b"".join([piece async for piece in reply.chunks()]))
        finally:
            await provider.close()
            server.close()
            await asyncio.sleep(0.05)
        return said, len(connections)

    with asyncio.Runner(loop_factory=LOOPS[loop]) as runner:
        return runner.run(asyncio.wait_for(run(), 20))


@pytest.mark.parametrize("loop", LOOPS)
def test_tls(certificate, monkeypatch, loop):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    assert called_over_tls(certificate, answers=3, loop=loop) == ([b"{}"] * 3, 1)


@pytest.mark.parametrize("loop", LOOPS)
def test_a_certificate_that_nobody_vouches_for(certificate, loop):
    with pytest.raises(UpstreamError, match="its certificate is not trusted here"):
        called_over_tls(certificate, loop=loop)


def test_a_provider_that_speaks_no_tls():
    async def run():
        async def serve(reader, writer):
            await reader.read(10)
            writer.write(b"HTTP/1.1 400 Bad\r\n\r\n")
            writer.close()

        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        provider = HttpProvider(f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}", 5.0)
        try:
            with pytest.raises(UpstreamError, match="cannot be reached"):
                await provider.call(CALL)
        finally:
            await provider.close()
            server.close()

    asyncio.run(asyncio.wait_for(run(), 20))


def test_a_provider_that_speaks_tls_where_none_was_asked_for(certificate):
    with pytest.raises(UpstreamError, match=r"not HTTP|without an answer"):
        called_over_tls(certificate, scheme="http")


@pytest.mark.skipif(not socket.has_ipv6, reason="this machine has no IPv6")
def test_the_second_address_of_a_host_is_tried(tmp_path):
    """localhost is ::1 and 127.0.0.1 on most machines; whichever listens is found."""
    for family in (socket.AF_INET, socket.AF_INET6):
        try:
            with listening(family=family) as (listener, port):
                found = {info[0] for info in socket.getaddrinfo("localhost", port, type=socket.SOCK_STREAM)}
                if family not in found:
                    continue
                listener.settimeout(5)

                async def run(port=port, listener=listener):
                    provider = HttpProvider(f"http://localhost:{port}", 5.0)
                    task = asyncio.create_task(provider.call(CALL))
                    peer, _ = await asyncio.to_thread(listener.accept)
                    peer.sendall(ANSWER)
                    reply = await task
                    await provider.close()
                    peer.close()
                    return reply.status

                assert asyncio.run(run()) == 200
        except OSError:
            continue
