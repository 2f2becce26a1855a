"""Every fault of a client, with a real provider behind the whole guard: what was read is recorded, the provider's connection is
closed at once, and nothing is left behind."""

import asyncio
import json
import resource
import socket
import sqlite3
import time
from contextlib import closing

import openai
import pytest

from guardrails.audit.file import FILE
from tests.misbehaving import Client, Wire, files, guarding, misbehaving, settled_in
from tests.proxy.test_faults_upstream import (
    ANSWER,
    AT_ONCE_S,
    CHUNKED,
    EMAIL,
    HI,
    JSON,
    SSE,
    ask,
    event,
    outcome,
    piece,
    says,
    whole,
)

SHORT = {"first_byte_s": 5.0, "between_s": 5.0, "request_s": 1.0, "write_s": 1.0, "keep_alive_s": 1.0, "max_open_calls": 50}


@pytest.fixture(scope="module")
def provider():
    with misbehaving() as it:
        yield it


@pytest.fixture(scope="module")
def running(provider, tmp_path_factory):
    with guarding(provider.url, tmp_path_factory.mktemp("data"), **SHORT) as it:
        yield it


@pytest.fixture
def guard(provider, running):
    return rested(provider, running)


def rested(provider, guard):
    """The guard after a call that went well, with nothing going on."""
    provider.plays(says(whole(ANSWER)))
    assert ask(guard).status == 200
    guard.at_rest()
    return guard


def body(text: str = f"I am {EMAIL}", **fields) -> bytes:
    return json.dumps({"model": "demo", "messages": [{"role": "user", "content": text}], **fields}).encode()


def endings(guard, since: int, count: int = 1) -> list[str]:
    """How the calls since then ended; each has both records."""
    assert settled_in(lambda: len(guard.records()) >= since + 2 * count)
    records = guard.records()[since:]
    assert sorted(r["type"] for r in records) == ["decision.intent"] * count + ["decision.outcome"] * count
    return [r["ending"] for r in records if r["type"] == "decision.outcome"]


def gone_at_provider(provider) -> None:
    assert settled_in(lambda: provider.wires and all(wire.closed for wire in provider.wires), AT_ONCE_S)


# --- clients that go --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stream", [False, True], ids=["plain", "stream"])
@pytest.mark.parametrize("leave", ["close", "reset", "half"])
def test_a_client_that_goes_while_the_provider_is_silent(guard, provider, stream, leave):
    provider.plays(says(then="hang"))
    before = len(guard.records())
    with Client(guard.address) as client:
        client.post(body(stream=stream))
        assert settled_in(lambda: provider.wires and provider.wires[-1].asked)
        if leave == "half":  # RFC 9112, 9.6: who says no more may be gone; as with most servers, it counts as gone
            client.socket.shutdown(socket.SHUT_WR)
            gone_at_provider(provider)
        elif leave == "reset":
            client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    gone_at_provider(provider)
    assert endings(guard, before) == ["client_gone"]
    guard.settled()


@pytest.mark.parametrize(
    "script", [says(SSE + CHUNKED, then="hang"), says(SSE + CHUNKED + HI, then="hang")], ids=["headers", "event"]
)
def test_a_client_that_goes_in_a_stream(guard, provider, script):
    provider.plays(script)
    before = len(guard.records())
    with Client(guard.address) as client:
        client.post(body(stream=True))
        client.read_until(b"\r\n\r\n")
    gone_at_provider(provider)
    assert endings(guard, before) == ["client_gone"]
    guard.settled()


def test_a_client_that_goes_in_the_middle_of_a_plain_answer(guard, provider):
    provider.plays(says(JSON + CHUNKED + piece(ANSWER[:9]), then="hang"))
    before = len(guard.records())
    with Client(guard.address) as client:
        client.post(body())
        assert settled_in(lambda: provider.wires and provider.wires[-1].asked)
        time.sleep(0.1)
    gone_at_provider(provider)
    assert endings(guard, before) == ["client_gone"]
    guard.settled()


def test_a_client_that_goes_while_its_request_is_judged(guard, provider):
    provider.plays(says(then="hang"))
    before = len(guard.records())
    with Client(guard.address) as client:
        client.post(body(f"I am {EMAIL}. " * 20_000))
    assert endings(guard, before) == ["client_gone"]
    intent, outcome_ = guard.records()[before:]
    assert (intent["type"], outcome_["error"]["class"]) == ("decision.intent", "NotJudged")
    assert provider.wires == [], "nothing is forwarded for a client that has gone"
    guard.settled()


def test_an_answer_that_comes_after_the_client_has_gone(guard, provider):
    async def late(wire: Wire, _: bytes) -> None:
        await asyncio.sleep(0.3)
        await wire.say(whole(ANSWER))

    provider.plays(late)
    before = len(guard.records())
    with Client(guard.address) as client:
        client.post(body())
        assert settled_in(lambda: provider.wires and provider.wires[-1].asked)
    assert endings(guard, before) == ["client_gone"]
    gone_at_provider(provider)
    guard.settled()


def test_a_client_that_goes_before_its_request_is_whole_leaves_no_record(guard, provider):
    provider.plays(says(whole(ANSWER)))
    before = len(guard.records())
    with Client(guard.address) as client:
        client.post(body()[:20], length=500)
    guard.settled()
    assert (len(guard.records()), provider.wires) == (before, [])


# --- clients that are slow ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("chunked", [False, True])
def test_a_request_that_stops_half_way(guard, provider, chunked):
    provider.plays(says(whole(ANSWER)))
    before = len(guard.records())
    with Client(guard.address) as client:
        if chunked:
            head = b"POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n"
            client.send(head + piece(body()[:20]))
        else:
            client.post(body()[:20], length=500)
        said = client.answer()
        assert (said.status, said.error["code"], said.headers["connection"]) == (408, "request_timeout", "close")
        assert "within 1 seconds (the setting request_s)" in said.error["message"]
        assert client.ended()
    guard.settled()
    assert (len(guard.records()), provider.wires) == (before, [])


def test_a_request_that_comes_byte_by_byte(guard, provider):
    provider.plays(says(whole(ANSWER)))
    with Client(guard.address) as client:
        client.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        client.post(b"", length=len(body()))
        for number in body():
            client.send(bytes([number]))
        assert client.answer().status == 200


def test_a_request_in_chunks(guard, provider):
    provider.plays(says(whole(ANSWER)))
    head = b"POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n"
    with Client(guard.address) as client:
        client.send(head + b"".join(piece(body()[at : at + 7]) for at in range(0, len(body()), 7)) + b"0\r\n\r\n")
        assert client.answer().status == 200
    with Client(guard.address) as client:
        client.send(head + b"zz\r\n")
        assert client.answer().status == 400
    guard.settled()


def test_a_request_that_waits_to_be_let_in(guard, provider):
    provider.plays(says(whole(ANSWER)))
    with Client(guard.address) as client:
        client.post(b"", "expect: 100-continue", length=len(body()))
        assert client.read_until(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
        client.send(body())
        assert client.answer().status == 200


def test_a_body_that_is_longer_than_it_says(guard, provider):
    """What stands behind the length is another request, and this one is none."""
    provider.plays(says(whole(ANSWER)))
    with Client(guard.address) as client:
        client.post(body() + b"more of it\r\n\r\n", length=len(body()))
        assert client.answer().status == 200 or client.ended()
        assert client.ended()
    guard.settled()


def test_two_requests_at_once_on_one_connection(guard, provider):
    async def echo(wire: Wire, asked: bytes) -> None:
        await asyncio.sleep(0.05)
        await wire.say(whole(ANSWER.replace(b"Hi", json.loads(asked)["messages"][0]["content"].encode())))

    provider.plays(echo)
    with Client(guard.address) as client:
        client.post(body("one"))
        client.post(body("two"))
        assert [json.loads(client.answer().body)["choices"][0]["message"]["content"][-3:] for _ in "12"] == ["one", "two"]


def test_connections_without_a_request(guard):
    idle = [Client(guard.address) for _ in range(100)]
    assert all(client.ended() for client in idle)
    for client in idle:
        client.socket.close()
    guard.settled()


# --- clients that do not read -----------------------------------------------------------------------------------------


async def endless(wire: Wire, _: bytes) -> None:
    await wire.say(SSE + CHUNKED)
    while True:
        await wire.say(piece(event("Hello there, this is one of very many words. ") * 50))


def test_a_client_that_does_not_read_its_stream(guard, provider):
    provider.plays(endless)
    before, most = len(guard.records()), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with Client(guard.address, receive_buffer=4096) as client:
        client.post(body(stream=True))
        assert settled_in(lambda: provider.wires and provider.wires[-1].closed)
        assert endings(guard, before) == ["client_gone"]
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - most < 40_000, "kilobytes"
    guard.settled()


@pytest.mark.parametrize("keep", ["keep-alive", "close"])
def test_a_client_that_does_not_read_its_answer(guard, provider, keep):
    provider.plays(says(whole(ANSWER[:-1] + b',"x":"' + b"a" * 8_000_000 + b'"}')))
    with Client(guard.address, receive_buffer=4096) as client:
        before = len(guard.records())
        client.post(body(), f"connection: {keep}")
        endings(guard, before)
        assert settled_in(lambda: files() <= guard.files + 1), "the guard's end is closed"
    guard.settled()


def test_a_client_that_reads_slowly_gets_all(guard, provider):
    large = ANSWER[:-1] + b',"x":"' + b"a" * 6_000_000 + b'"}'
    provider.plays(says(whole(large)))
    with Client(guard.address, receive_buffer=65_536) as client:
        client.post(body())
        got, began = b"", time.monotonic()
        while len(got) < 6_000_000:
            client.socket.settimeout(5)
            data = client.socket.recv(65_536)
            assert data, f"closed after {len(got)} bytes"
            got += data
            if time.monotonic() - began < 1.0:
                time.sleep(0.02)
    guard.settled()


# --- the whole time, the log, too many ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def running_hastily(provider, tmp_path_factory):
    limits = {"total_s": 1.5, "log_s": 1.5, "max_open_calls": 2}
    with guarding(provider.url, tmp_path_factory.mktemp("hasty"), **limits) as it:
        yield it


@pytest.fixture
def hasty(provider, running_hastily):
    return rested(provider, running_hastily)


@pytest.mark.parametrize("stream", [False, True], ids=["plain", "stream"])
def test_a_call_that_goes_on_for_ever_ends(hasty, provider, stream):
    async def dripping(wire: Wire, _: bytes) -> None:
        await wire.say((SSE if stream else JSON) + CHUNKED)
        while True:
            await wire.say(piece(event("more ") if stream else b" "))
            await asyncio.sleep(0.1)

    provider.plays(dripping)
    began = time.monotonic()
    said = ask(hasty, stream=stream)
    assert 1.4 < time.monotonic() - began < 6
    assert said.status == (200 if stream else 504)
    error = json.loads(said.body.rstrip().rpartition(b"data: ")[2])["error"]
    assert error["message"] == "The call was not finished within 1.5 seconds (the setting total_s)."
    assert outcome(hasty, said)["ending"] == "upstream_error"
    gone_at_provider(provider)
    hasty.settled()


def test_a_log_that_takes_nothing(hasty, provider, caplog):
    provider.plays(says(whole(ANSWER)))
    before = len(hasty.records())
    with closing(sqlite3.connect(hasty.data / FILE, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        said = ask(hasty)
        assert (said.status, said.error["code"]) == (503, "audit_unavailable")
        assert "log_s" not in said.error["message"], "how it is set up is for the operator to know"
        assert provider.wires == [], "nothing is forwarded before the intent is durable"
        other.execute("ROLLBACK")
    assert endings(hasty, before) == ["aborted"]
    assert ask(hasty).status == 200
    assert hasty.heard.words == ["the log cannot be written, so calls are refused"]
    (told,) = [record.facts["why"] for record in caplog.records if record.levelname == "ERROR"]
    assert "within 1.5 seconds (the setting log_s)" in told


def test_too_many_calls(hasty, provider):
    provider.plays(says(then="hang"))
    clients = [Client(hasty.address) for _ in range(2)]
    for client in clients:
        client.post(body())
    assert settled_in(lambda: sum(bool(wire.asked) for wire in provider.wires) == 2)
    said = ask(hasty)
    assert (said.status, "retry-after" in said.headers) == (503, True)
    assert set(said.error) == {"message", "type", "code", "param"}
    for client in clients:
        client.socket.close()
    hasty.settled()


# --- what the official SDK makes of it ----------------------------------------------------------------------------------


def test_the_official_sdk_raises(guard, provider):
    messages = [{"role": "user", "content": "Hi"}]
    with openai.OpenAI(base_url=guard.url + "/v1", api_key="sk-x", max_retries=0) as sdk:
        provider.plays(says(JSON))
        with pytest.raises(openai.InternalServerError) as caught:
            sdk.chat.completions.create(model="demo", messages=messages)
        assert (caught.value.status_code, caught.value.code) == (502, "upstream_error")
        provider.plays(says(SSE + CHUNKED + HI))
        with pytest.raises(openai.APIError, match="in the middle of its answer"):
            list(sdk.chat.completions.create(model="demo", messages=messages, stream=True))
    guard.settled()
