"""Every fault of a provider, with the whole guard before it: a clear error, both records, the connection closed at once, and
nothing left behind. What is told never holds what the provider said unscreened, nor the user's text, nor a key."""

import asyncio
import gzip
import json
import resource
import time
from dataclasses import dataclass, field

import pytest

from tests.misbehaving import Client, Provider, Said, Script, Wire, guarding, misbehaving, settled_in

EMAIL, INVENTED, KEY = "jane.cooper@contoso.com", "rosa.reyes@fabrikam.com", "sk-planted-key"
RAW = "raw words of the provider"
SHORT = {"connect_s": 0.5, "first_byte_s": 0.6, "between_s": 0.6, "log_s": 5.0, "max_answer_bytes": 2_000_000}
AT_ONCE_S = 4.0  # far below what any other deadline here would end
OK = b"HTTP/1.1 200 OK\r\n"
JSON = OK + b"content-type: application/json\r\n"
SSE = OK + b"content-type: text/event-stream\r\n"
CHUNKED = b"transfer-encoding: chunked\r\n\r\n"
ANSWER = b'{"choices":[{"index":0,"message":{"role":"assistant","content":"Hi"},"finish_reason":"stop"}]}'


@pytest.fixture(scope="module")
def provider():
    with misbehaving() as it:
        yield it


@pytest.fixture(scope="module")
def guard(provider, tmp_path_factory):
    with guarding(provider.url, tmp_path_factory.mktemp("data"), **SHORT) as it:
        provider.plays(says(whole(ANSWER)))
        ask(it)
        it.at_rest()
        yield it


# --- what a provider says ---------------------------------------------------------------------------------------------


def whole(body: bytes, kind: str = "application/json", status: str = "200 OK", *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"content-type: {kind}", f"content-length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


def piece(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


def event(text: str = "", finish: str | None = None, index: int = 0) -> bytes:
    choice = {"index": index, "delta": {"content": text} if text else {}, "finish_reason": finish}
    return b"data: " + json.dumps({"model": "demo", "choices": [choice]}).encode() + b"\n\n"


def says(*pieces: bytes, then: str = "close", pause: float = 0.0) -> Script:
    """Say these, with a pause after each; then hang, reset, or close."""

    async def script(wire: Wire, _: bytes) -> None:
        await wire.say(*pieces, pause=pause)
        if then == "hang":
            await wire.hang()
        elif then == "reset":
            await asyncio.sleep(0.05)  # what was said has arrived
            wire.reset()
        elif then == "close":
            wire.end()

    return script


@dataclass
class Fault:
    """`status`, `words`: what the client gets (`status` 200 of a stream: the words stand in an event of it)."""

    name: str
    script: Script = field(repr=False)
    words: str
    status: int = 502
    cls: str = "UpstreamError"  # in the record


#: Before or in the headers: the same for a plain call and for a stream.
EARLY = [
    Fault("accepts and hangs", says(then="hang"), "no answer within 0.6 seconds (the setting first_byte_s)", 504, "TooLate"),
    Fault("hangs in its headers", says(JSON, then="hang"), "(the setting first_byte_s)", 504, "TooLate"),
    Fault("closes without an answer", says(), "closed the connection without an answer"),
    Fault("resets without an answer", says(then="reset"), "closed the connection without an answer"),
    Fault("resets in its headers", says(JSON, then="reset"), "closed the connection without an answer"),
    Fault("closes in its headers", says(OK + b"content-ty"), "closed the connection without an answer"),
    Fault("says what is not HTTP", says(RAW.encode() + b"\r\n\r\n", then="hang"), "not HTTP"),
    Fault("speaks HTTP/2", says(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", then="hang"), "not HTTP"),
    Fault("has a status of letters", says(b"HTTP/1.1 OK 200\r\n\r\n", then="hang"), "not HTTP"),
    Fault("has a zero in a header", says(OK + b"x-a: a\0b\r\n\r\n", then="hang"), "not HTTP"),
    Fault("has a header without a name", says(OK + b": a\r\n\r\n", then="hang"), "not HTTP"),
    Fault("has a control in a header", says(OK + b"x-a: a\x1bb\r\n\r\n", then="hang"), "not HTTP"),
    Fault("has a return in a header", says(OK + b"x-a: a\rx-b: b\r\n\r\n", then="hang"), "not HTTP"),
    Fault("has two lengths", says(JSON + b"content-length: 2\r\ncontent-length: 3\r\n\r\n{}", then="hang"), "not HTTP"),
    Fault("has length and chunks", says(JSON + b"content-length: 2\r\n" + CHUNKED + b"{}", then="hang"), "not HTTP"),
    Fault(
        "has a large header",
        says(OK + b"x-a: " + b"a" * 300_000, then="hang"),
        "large headers (128 of 16384 bytes",
    ),
    Fault("has many headers", says(OK + b"x-a: a\r\n" * 30_000, then="hang"), "large headers (128 of 16384 bytes"),
    Fault("says 100 for ever", says(*[b"HTTP/1.1 100 Continue\r\n\r\n"] * 9000, then="hang"), "first_byte_s", 504, "TooLate"),
    Fault("says 100 and hangs", says(b"HTTP/1.1 100 Continue\r\n\r\n", then="hang"), "first_byte_s", 504, "TooLate"),
    Fault("breaks its chunks at once", says(JSON + CHUNKED + piece(ANSWER) + b"zz\r\n", then="hang"), "not HTTP"),
    Fault("sends more than it promises", says(JSON + b"content-length: 20\r\n\r\n" + ANSWER, then="hang"), "not HTTP"),
    Fault("switches protocols", says(b"HTTP/1.1 101 S\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n", then="hang"), "not HTTP"),
    Fault("redirects", says(whole(b"", "text/html", "307 T", "location: https://evil.example/v1")), "redirect"),
    Fault("redirects for good", says(whole(b"{}", "application/json", "301 M", "location: /x")), "redirect"),
    Fault("says 204", says(b"HTTP/1.1 204 No Content\r\n\r\n"), "status 204 and no JSON object"),
    Fault("says 304", says(b"HTTP/1.1 304 Not Modified\r\n\r\n"), "redirect"),
    Fault("says HTML", says(whole(f"<html>{RAW}</html>".encode(), "text/html")), "no JSON object"),
    Fault(
        "compresses as nobody asked", says(whole(b"x", "application/json", "200 OK", "content-encoding: br")), "not asked for"
    ),
    Fault("compresses twice", says(whole(b"x", "application/json", "200 OK", "content-encoding: gzip, gzip")), "not asked for"),
]

GZIP = gzip.compress(ANSWER)


def packed(body: bytes, coding: str = "gzip") -> bytes:
    return whole(body, "application/json", "200 OK", f"content-encoding: {coding}")


#: In a JSON body.
PLAIN = [
    Fault(
        "hangs after the headers",
        says(JSON + CHUNKED, then="hang"),
        "within 0.6 seconds (the setting between_s)",
        504,
        "TooLate",
    ),
    Fault("hangs in the body", says(JSON + CHUNKED + piece(ANSWER[:20]), then="hang"), "between_s", 504, "TooLate"),
    Fault("resets in the body", says(JSON + CHUNKED + piece(ANSWER[:20]), then="reset"), "in the middle of its answer"),
    Fault("promises more than it sends", says(JSON + b"content-length: 999\r\n\r\n" + ANSWER), "in the middle"),
    Fault(
        "sends more than it promised",
        says(JSON + b"content-length: 20\r\n\r\n", ANSWER, then="hang", pause=0.05),
        "no JSON object",
    ),
    Fault("never ends its chunks", says(JSON + CHUNKED + piece(ANSWER)), "in the middle of its answer"),
    Fault("breaks its chunks", says(JSON + CHUNKED + piece(ANSWER), b"zz\r\n", then="hang", pause=0.05), "in the middle"),
    Fault("cuts a body without length", says(JSON + b"\r\n" + ANSWER[:30]), "no JSON object"),
    Fault("sends a list", says(whole(b"[1]")), "no JSON object"),
    Fault("sends a word", says(whole(b'"word"')), "no JSON object"),
    Fault("sends nothing", says(whole(b"")), "no JSON object"),
    Fault("sends half of its JSON", says(whole(ANSWER[:40])), "no JSON object"),
    Fault("sends broken UTF-8", says(whole(b'{"choices": "\xff\xfe"}')), "no JSON object"),
    Fault("nests too deep", says(whole(b'{"a":' * 5000 + b"1" + b"}" * 5000)), "no JSON object"),
    Fault("sends too much", says(JSON + CHUNKED + piece(b" " * 3_000_000), then="hang"), "the setting max_answer_bytes"),
    Fault("sends a bomb", says(packed(gzip.compress(b" " * 100_000_000))), "the setting max_answer_bytes"),
    Fault("says gzip and sends none", says(packed(ANSWER)), "said to be compressed with gzip and is not"),
    Fault("cuts its gzip", says(packed(GZIP[:-9])), "ends before it is complete"),
    Fault("breaks its deflate", says(packed(b"\x78\x9c" + b"\xff" * 20, "deflate")), "said to be compressed with deflate"),
]

HI = piece(event("Hello there, "))
ENDLESS = b'data: {"choices":[{"index":0,"delta":{"content":"'

#: In a stream: status 200 has been said, so an event tells.
STREAMED = [
    Fault("hangs after the headers", says(SSE + CHUNKED, then="hang"), "(the setting between_s)", 200, "TooLate"),
    Fault("hangs between events", says(SSE + CHUNKED + HI, then="hang"), "between_s", 200, "TooLate"),
    Fault("hangs in an event", says(SSE + CHUNKED + HI + piece(b'data: {"cho'), then="hang"), "between_s", 200, "TooLate"),
    Fault("resets", says(SSE + CHUNKED + HI, then="reset"), "in the middle of its answer", 200),
    Fault("ends early", says(SSE + CHUNKED + HI + b"0\r\n\r\n"), "ended before the answer did", 200),
    Fault("ends at once", says(SSE + CHUNKED + b"0\r\n\r\n"), "ended before the answer did", 200),
    Fault("closes without length", says(SSE + b"\r\n" + event("Hello")), "ended before the answer did", 200),
    Fault("never ends its chunks", says(SSE + CHUNKED + HI), "in the middle of its answer", 200),
    Fault("breaks its chunks", says(SSE + CHUNKED + HI, b"zz\r\n", then="hang", pause=0.05), "in the middle", 200),
    Fault("sends what is no JSON", says(SSE + CHUNKED + HI + piece(f"data: {RAW}\n\n".encode())), "not a JSON object", 200),
    Fault("sends a list", says(SSE + CHUNKED + HI + piece(b"data: [1]\n\n")), "not a JSON object", 200),
    Fault("sends broken UTF-8", says(SSE + CHUNKED + piece(b'data: {"a": "\xff"}\n\n')), "not a JSON object", 200),
    Fault("sends one endless event", says(SSE + CHUNKED + HI + piece(ENDLESS + b"a" * 3_000_000), then="hang"), "max_", 200),
    Fault("sends a bomb", says(
        SSE + b"content-encoding: gzip\r\n" + CHUNKED + piece(gzip.compress(ENDLESS + b"a" * 100_000_000)), then="hang"
    ), "max_answer_bytes", 200),
]  # fmt: skip


# --- asking and looking ---------------------------------------------------------------------------------------------


def ask(guard, *, stream: bool = False, path: str = "/v1/chat/completions", **fields) -> Said:
    body = {"model": "demo", "messages": [{"role": "user", "content": f"I am {EMAIL}"}], "stream": stream, **fields}
    with Client(guard.address) as client:
        client.post(json.dumps(body).encode(), f"authorization: Bearer {KEY}", path=path)
        return client.answer()


def outcome(guard, said: Said):
    """The outcome of a call that has both of its records."""
    call = said.headers["x-guardrails-decision"]
    found = [r for r in guard.records() if r.get("call") == call]
    assert [r["type"] for r in found] == ["decision.intent", "decision.outcome"]
    return found[1]


def closed(provider: Provider, since: float) -> None:
    """The guard has closed its connection at once: nothing else would close it."""
    assert settled_in(lambda: all(wire.closed for wire in provider.wires), AT_ONCE_S)
    assert all(wire.closed - since < AT_ONCE_S for wire in provider.wires)


def quiet(text: bytes) -> bool:
    return not any(word.encode() in text for word in (EMAIL, KEY, RAW, INVENTED, "evil.example"))


def ids(faults):
    return {"argvalues": faults, "ids": [fault.name.replace(" ", "-") for fault in faults]}


@pytest.mark.parametrize("stream", [False, True], ids=["plain", "stream"])
@pytest.mark.parametrize("fault", **ids(EARLY))
def test_a_provider_that_fails_before_its_answer(guard, provider, fault, stream):
    provider.plays(fault.script)
    check_told(guard, provider, fault, ask(guard, stream=stream))


@pytest.mark.parametrize("fault", **ids(PLAIN))
def test_a_provider_that_fails_in_its_answer(guard, provider, fault):
    provider.plays(fault.script)
    check_told(guard, provider, fault, ask(guard))


def check_told(guard, provider, fault, said):
    ended = time.monotonic()
    assert (said.status, said.whole) == (fault.status, True)
    assert set(said.error) == {"message", "type", "code", "param"}
    assert said.error["code"] == ("upstream_timeout" if fault.status == 504 else "upstream_error")
    assert fault.words in said.error["message"]
    assert quiet(said.body + json.dumps(said.headers).encode())
    written = outcome(guard, said)
    assert (written["ending"], written["error"]["class"]) == ("upstream_error", fault.cls)
    closed(provider, ended)
    guard.settled()


@pytest.mark.parametrize("fault", **ids(STREAMED))
def test_a_stream_that_fails(guard, provider, fault):
    provider.plays(fault.script)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    said = ask(guard, stream=True)
    ended = time.monotonic()
    assert (said.status, said.whole) == (200, True)
    last = said.body.rstrip().rpartition(b"data: ")[2]
    error = json.loads(last)["error"]
    assert set(error) == {"message", "type", "code", "param"}
    assert fault.words in error["message"]
    assert b"[DONE]" not in said.body
    assert quiet(said.body)
    written = outcome(guard, said)
    assert (written["ending"], written["error"]["class"]) == ("upstream_error", fault.cls)
    closed(provider, ended)
    guard.settled()
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 60_000, "kilobytes"
