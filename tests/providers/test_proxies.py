"""On the way out through an HTTP proxy, as the environment says. The proxies are small and real; no name is looked up."""

import asyncio
import base64
import ssl
from contextlib import asynccontextmanager

import pytest

from guardrails.errors import SettingsError, UpstreamError
from guardrails.providers import Call
from guardrails.providers.http import HttpProvider, address
from guardrails.providers.proxies import proxy_for
from tests.providers.certificates import NAME, made

ANSWER = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}"
KEY = "Bearer sk-planted"
CALL = Call("POST", "/v1/chat/completions", (("authorization", KEY), ("content-type", "application/json")), b"{}")
NO_KEY = Call("POST", "/v1/chat/completions", (), b"{}")


@pytest.fixture(autouse=True)
def clean(monkeypatch, tmp_path):
    """No proxy but those of the test; a .netrc that has a password for everyone."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    netrc = tmp_path / "netrc"
    netrc.write_text(f"machine {NAME} login me password planted\nmachine 127.0.0.1 login me password planted\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))


@asynccontextmanager
async def serving(answer, context=None):
    server = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=context)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


async def called(base, call=CALL, times=1):
    provider = HttpProvider(base, 5.0)
    try:
        for _ in range(times):
            reply = await provider.call(call)
            said = b"".join([piece async for piece in reply.chunks()])
            await reply.close()
        return reply.status, said
    finally:
        await provider.close()


def run(use):
    return asyncio.run(asyncio.wait_for(use, 20))


@pytest.mark.parametrize("credentials", ["", "me:p%20w@"])
@pytest.mark.parametrize("call", [CALL, NO_KEY], ids=["key", "no-key"])
def test_a_provider_behind_a_proxy(monkeypatch, credentials, call):
    """Over http a proxy gets the whole address, the call and its own password; nothing of .netrc."""
    heads = []

    async def forward(reader, writer):
        while head := await reader.read(65_536):
            heads.append(head)
            writer.write(ANSWER)
        writer.close()

    async def go():
        async with serving(forward) as port:
            monkeypatch.setenv("HTTP_PROXY", f"http://{credentials}127.0.0.1:{port}")
            return await called(f"http://{NAME}/v1?api-version=1", call, times=2)

    assert run(go()) == (200, b"{}")
    for head in heads:
        first, *lines = head.partition(b"\r\n\r\n")[0].decode().split("\r\n")
        assert first == f"POST http://{NAME}/v1/chat/completions?api-version=1 HTTP/1.1"
        said = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        assert said["host"] == NAME
        assert said.get("authorization") == (KEY if call is CALL else None)
        own = f"Basic {base64.b64encode(b'me:p w').decode()}" if credentials else None
        assert said.get("proxy-authorization") == own


def tunnel(port, heads, status=b"200 OK"):
    """A proxy that connects to this port, whatever it is asked for."""

    async def pipe(reader, writer):
        try:
            while data := await reader.read(65_536):
                writer.write(data)
        except ConnectionError:
            pass
        finally:
            writer.close()

    async def connect(reader, writer):
        heads.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 " + status + b"\r\n\r\n")
        if not status.startswith(b"200"):
            writer.close()
            return
        there, back = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(pipe(reader, back), pipe(there, writer))

    return connect


def through_a_tunnel(monkeypatch, certificate, status=b"200 OK"):
    heads, asked = [], []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))

    async def answer(reader, writer):
        try:
            while request := await reader.readuntil(b"{}"):
                asked.append(request)
                writer.write(ANSWER)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def go():
        async with serving(answer, context) as port, serving(tunnel(port, heads, status)) as proxy:
            monkeypatch.setenv("HTTPS_PROXY", f"http://me:pw@127.0.0.1:{proxy}")
            said = await called(f"https://{NAME}", times=2)
            await asyncio.sleep(0.05)
            return said

    return run(go()), heads, asked


def test_a_provider_behind_a_tunnel(monkeypatch, tmp_path):
    """Over https a proxy sees the name alone, and the provider nothing of the proxy's password."""
    said, heads, asked = through_a_tunnel(monkeypatch, made(tmp_path))
    assert said == (200, b"{}")
    (head,) = heads
    assert head.startswith(f"CONNECT {NAME}:443 HTTP/1.1\r\n".encode())
    assert b"sk-planted" not in head
    assert [request.startswith(b"POST /v1/chat/completions HTTP/1.1\r\n") for request in asked] == [True, True]
    assert not any(b"proxy-" in request.lower() for request in asked)


def test_a_proxy_that_refuses(monkeypatch, tmp_path):
    with pytest.raises(UpstreamError, match="proxy on the way to the provider refused with status 407") as caught:
        through_a_tunnel(monkeypatch, made(tmp_path), b"407 Proxy Authentication Required")
    assert caught.value.status == 502


def test_a_proxy_that_nobody_reaches(monkeypatch):
    async def nobody(_, writer):
        writer.close()

    async def go():
        async with serving(nobody) as port:
            pass
        monkeypatch.setenv("HTTP_PROXY", f"http://me:pw@127.0.0.1:{port}")
        await called(f"http://{NAME}")

    with pytest.raises(UpstreamError, match="proxy on the way to the provider cannot be reached") as caught:
        run(go())
    assert "pw" not in str(caught.value)


@pytest.mark.parametrize(
    ("base", "environment", "proxy"),
    [
        ("http://x.example", {}, None),
        ("http://x.example", {"HTTP_PROXY": "http://p:3128"}, "http://p:3128"),
        ("http://x.example", {"http_proxy": "p:3128"}, "http://p:3128"),
        ("http://x.example", {"HTTPS_PROXY": "http://p:3128"}, None),
        ("http://x.example", {"ALL_PROXY": "socks5://p:1080"}, None),
        ("https://x.example", {"HTTPS_PROXY": "http://p:3128"}, "http://p:3128"),
        ("https://x.example", {"HTTPS_PROXY": ""}, None),
        ("https://x.example", {"HTTPS_PROXY": "http://p:3128", "NO_PROXY": "example"}, None),
        ("https://x.example", {"HTTPS_PROXY": "http://p:3128", "NO_PROXY": "x.example:443"}, None),
        ("https://x.example", {"HTTPS_PROXY": "http://p:3128", "NO_PROXY": "y.example"}, "http://p:3128"),
        ("https://x.example", {"HTTPS_PROXY": "http://p:3128", "NO_PROXY": "*"}, None),
        ("http://127.0.0.1:9000", {"HTTP_PROXY": "http://p:3128"}, None),
        ("http://[::1]:9000", {"HTTP_PROXY": "http://p:3128"}, None),
        ("http://localhost:9000", {"HTTP_PROXY": "http://p:3128"}, None),
        ("http://10.0.0.9", {"HTTP_PROXY": "http://p:3128"}, "http://p:3128"),
    ],
)
def test_what_the_environment_says(monkeypatch, base, environment, proxy):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    found = proxy_for(address(base))
    assert (str(found).rstrip("/") if found else None) == proxy


@pytest.mark.parametrize("value", ["socks5://p:1080", "https://p:3128", "http://", "http://p:99999", "me:pw@"])
def test_an_address_of_a_proxy_that_is_none(monkeypatch, value):
    monkeypatch.setenv("HTTPS_PROXY", value)
    with pytest.raises(SettingsError, match="HTTPS_PROXY must be an address") as caught:
        HttpProvider("https://x.example")
    assert "pw" not in str(caught.value)
