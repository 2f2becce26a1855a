"""What a provider may do though few do: it is passed on, screened, and connections are used again only where that is safe."""

import gzip
import json
import logging
import zlib
from concurrent.futures import ThreadPoolExecutor

import openai
import pytest

from tests.misbehaving import Wire, guarding, misbehaving, settled_in
from tests.proxy.test_faults_upstream import (
    ANSWER,
    CHUNKED,
    EMAIL,
    INVENTED,
    JSON,
    OK,
    RAW,
    SSE,
    ask,
    event,
    ids,
    outcome,
    piece,
    says,
    whole,
)
from tests.proxy.test_faults_upstream import Fault as Odd

BYE = event("Bye") + event(finish="stop")
DONE = b"data: [DONE]\n\n"


@pytest.fixture(scope="module")
def provider():
    with misbehaving() as it:
        yield it


@pytest.fixture(scope="module")
def guard(provider, tmp_path_factory):
    with guarding(provider.url, tmp_path_factory.mktemp("data"), between_s=5.0) as it:
        yield it


def packed(data: bytes, coding: str) -> bytes:
    return whole(data, "application/json", "200 OK", f"content-encoding: {coding}")


def streamed(*pieces: bytes, coding: str = "") -> bytes:
    head = SSE + (f"content-encoding: {coding}\r\n".encode() if coding else b"")
    return head + CHUNKED + b"".join(map(piece, pieces)) + b"0\r\n\r\n"


def raw_deflate(data: bytes) -> bytes:
    press = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return press.compress(data) + press.flush()


HALF = len(ANSWER) // 2
LARGE = ANSWER.replace(b"Hi", b"x" * 1_500_000)

#: `words` must stand in what the client gets.
PLAIN = [
    Odd("says 100 and 103 first", says(b"HTTP/1.1 100 C\r\n\r\nHTTP/1.1 103 E\r\nlink: x\r\n\r\n" + whole(ANSWER)), "Hi"),
    Odd("writes a header in two lines", says(JSON + b"x-a: a\r\n b\r\n\r\n" + ANSWER), "Hi"),
    Odd("ends with its connection", says(JSON + b"\r\n" + ANSWER), "Hi"),
    Odd("speaks HTTP/1.0", says(b"HTTP/1.0 200 OK\r\n\r\n" + ANSWER), "Hi"),
    Odd("sends chunks with trailers", says(JSON + CHUNKED + piece(ANSWER) + b"0\r\nx-sum: 1\r\n\r\n"), "Hi"),
    Odd("sends chunks with extensions", says(JSON + CHUNKED + b"%x;a=b\r\n%b\r\n0\r\n\r\n" % (len(ANSWER), ANSWER)), "Hi"),
    Odd("compresses with gzip", says(packed(gzip.compress(ANSWER), "gzip")), "Hi"),
    Odd("calls it x-gzip", says(packed(gzip.compress(ANSWER), "X-GZip")), "Hi"),
    Odd("sends two gzip members", says(packed(gzip.compress(ANSWER[:HALF]) + gzip.compress(ANSWER[HALF:]), "gzip")), "Hi"),
    Odd("compresses with deflate", says(packed(zlib.compress(ANSWER), "deflate")), "Hi"),
    Odd("compresses with bare deflate", says(packed(raw_deflate(ANSWER), "deflate")), "Hi"),
    Odd("names no coding", says(packed(ANSWER, "identity")), "Hi"),
    Odd("answers JSON as text", says(whole(ANSWER, "text/plain")), "Hi"),
    Odd("repeats a key", says(whole(b'{"id":"a","id":"b",' + ANSWER[1:])), "Hi"),
    Odd("says NaN", says(whole(b'{"x":NaN,' + ANSWER[1:])), "Hi"),
    Odd("says a number of 30 digits", says(whole(b'{"x":123456789012345678901234567890,' + ANSWER[1:])), "Hi"),
    Odd("says half a surrogate", says(whole(ANSWER.replace(b"Hi", b"Hi \\ud83d"))), "Hi"),
    Odd("answers 1.5 MB", says(whole(LARGE)), "xxxx"),
    Odd("answers a stream to who asked for none", says(streamed(BYE, DONE)), "Bye"),
    Odd("sends an error with 200", says(whole(b'{"error":{"message":"no","code":"x"}}')), '"message":"no"'),
]
STREAMS = [
    Odd("says no [DONE]", says(streamed(BYE)), "Bye"),
    Odd("ends without a blank line", says(streamed(event("Bye"), event(finish="stop").rstrip())), "Bye"),
    Odd("ends with its connection", says(SSE + b"\r\n" + BYE + DONE), "Bye"),
    Odd("compresses", says(streamed(gzip.compress(BYE + DONE), coding="gzip")), "Bye"),
    Odd("compresses and cuts", says(streamed(*(bytes([b]) for b in gzip.compress(BYE + DONE)), coding="gzip")), "Bye"),
    Odd("sends an event of 1.5 MB", says(streamed(event("y" * 1_500_000), BYE, DONE)), "yyyy"),
    Odd("answers JSON to who asked for a stream", says(whole(ANSWER)), "Hi"),
    Odd("says more after [DONE]", says(streamed(BYE, DONE + event(RAW))), "Bye"),
]


@pytest.mark.parametrize("odd", **ids(PLAIN))
def test_an_odd_answer_is_an_answer(guard, provider, odd):
    check_passed(guard, provider, odd, stream=False)


@pytest.mark.parametrize("odd", **ids(STREAMS))
def test_an_odd_stream_is_a_stream(guard, provider, odd):
    said = check_passed(guard, provider, odd, stream=True)
    if said.headers["content-type"].startswith("text/event-stream"):
        assert said.body.endswith(DONE)
        assert RAW.encode() not in said.body


def check_passed(guard, provider, odd, *, stream):
    provider.plays(odd.script)
    said = ask(guard, stream=stream)
    assert (said.status, said.whole) == (200, True)
    assert odd.words.encode() in said.body
    assert "content-encoding" not in said.headers
    assert outcome(guard, said)["ending"] == "modified", "the user's address was hidden"
    return said


# --- errors of the provider, which quote what was asked -----------------------------------------------------------------


def quoting(status: str, *headers: str, kind: str = "application/json", template: str = "") -> object:
    """A script that answers with an error in which the request and an invented address stand."""

    async def script(wire: Wire, body: bytes) -> None:
        asked = json.loads(body)["messages"][0]["content"]
        text = f"You asked: {asked}. Ask {INVENTED}."
        error = {"error": {"message": text, "type": "t", "param": None, "code": "c"}, "more": {"echo": [asked]}}
        said = template.format(text) if template else json.dumps(error)
        await wire.say(whole(said.encode(), kind, status, *headers))
        wire.end()

    return script


KEPT = {"retry-after": "7", "x-ratelimit-remaining-requests": "0", "x-request-id": "req_1", "openai-processing-ms": "3"}


@pytest.mark.parametrize("stream", [False, True], ids=["plain", "stream"])
@pytest.mark.parametrize("status", ["400 Bad", "401 Who", "413 Large", "418 Tea", "429 Many", "500 Oh", "503 Busy", "529 Full"])
def test_an_error_that_quotes_the_prompt(guard, provider, status, stream):
    provider.plays(quoting(status, *(f"{name}: {value}" for name, value in KEPT.items())))
    said = ask(guard, stream=stream)
    assert said.status == int(status[:3])
    assert {name: said.headers[name] for name in KEPT} == KEPT
    assert f"I am {EMAIL}" in said.error["message"], "the user's own value is given back"
    assert json.loads(said.body)["more"]["echo"] == [f"I am {EMAIL}"]
    assert INVENTED.encode() not in said.body, "another's is masked"
    assert EMAIL.encode() not in provider.wires[0].asked[0]
    written = outcome(guard, said)
    assert (written["ending"], written["error"]["class"]) == ("upstream_error", f"http_{status[:3]}")
    assert EMAIL not in json.dumps(written)


@pytest.mark.parametrize(
    ("kind", "template"), [("text/html", "<p>{}</p>"), ("text/event-stream", "data: {}\n\n"), ("a/b", '"{}"')]
)
def test_an_error_that_is_no_json_object_is_replaced(guard, provider, kind, template):
    provider.plays(quoting("503 Busy", "retry-after: 9", kind=kind, template=template))
    said = ask(guard)
    assert (said.status, said.headers["retry-after"], said.headers["content-type"]) == (503, "9", "application/json")
    assert said.error["message"] == "The provider answered with status 503 and no JSON object."
    assert outcome(guard, said)["ending"] == "upstream_error"


def test_an_error_that_breaks_keeps_what_it_said_of_waiting(guard, provider):
    provider.plays(says(b"HTTP/1.1 429 Many\r\nretry-after: 5\r\ncontent-length: 99\r\n\r\n{"))
    said = ask(guard)
    assert (said.status, said.headers["retry-after"]) == (429, "5")
    assert "in the middle of its answer" in said.error["message"]


def test_the_official_sdk_sees_the_providers_error(guard, provider):
    provider.plays(quoting("429 Many", "retry-after: 7"))
    with (
        openai.OpenAI(base_url=guard.url + "/v1", api_key="sk-x", max_retries=0) as sdk,
        pytest.raises(openai.RateLimitError) as e,
    ):
        sdk.chat.completions.create(model="demo", messages=[{"role": "user", "content": f"I am {EMAIL}"}])
    assert e.value.response.headers["retry-after"] == "7"
    assert EMAIL in str(e.value)


def test_an_error_inside_a_stream_that_quotes_the_prompt(guard, provider):
    async def script(wire: Wire, body: bytes) -> None:
        asked = json.loads(body)["messages"][0]["content"]
        error = {"error": {"message": f"You asked: {asked}. Ask {INVENTED}.", "type": "server_error", "code": None}}
        await wire.say(streamed(event("Hello"), f"data: {json.dumps(error)}\n\n".encode()))
        wire.end()

    provider.plays(script)
    said = ask(guard, stream=True)
    error = json.loads(said.body.rstrip().rpartition(b"data: ")[2])["error"]
    assert f"You asked: I am {EMAIL}" in error["message"]
    assert (INVENTED in error["message"], b"[DONE]" in said.body, b"Hello" in said.body) == (False, False, True)
    assert outcome(guard, said)["ending"] == "upstream_error"


# --- the path and what stands behind it -----------------------------------------------------------------------------------


def test_a_path_that_the_provider_does_not_know_is_explained(guard, provider, caplog):
    caplog.set_level(logging.WARNING, "guardrails")
    provider.plays(says(whole(b"404 page not found", "text/plain", "404 Not Found")))
    said = ask(guard)
    assert said.status == 404
    assert "upstream must be its address up to /v1, such as https://api.openai.com/v1" in said.error["message"]
    body = b'{"error":{"message":"Invalid URL (POST /v1/v1/chat/completions)","type":"invalid_request_error","code":null}}'
    provider.plays(says(whole(body, "application/json", "404 Not Found")))
    assert [ask(guard).body for _ in "12"] == [body, body], "the provider's words stay as they are"
    assert sum("upstream must be its address" in r.getMessage() for r in caplog.records) == 1, "and the log says it once"


def test_a_model_that_the_provider_does_not_know_is_not_a_wrong_path(tmp_path, provider, caplog):
    body = b'{"error":{"message":"no such model","type":"invalid_request_error","code":"model_not_found"}}'
    provider.plays(says(whole(body, "application/json", "404 Not Found")))
    with guarding(provider.url, tmp_path) as guard:
        assert ask(guard).status == 404
    assert not any("upstream must be" in r.getMessage() for r in caplog.records)


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("?api-version=2024-06-01", 200),
        ("?api-version=preview", 200),
        ("?", 200),
        (f"?api-version={EMAIL}", 400),
        ("?api-version=1&user=x", 400),
        ("?key=sk-1", 400),
        ("?api-version=1%0d%0ax:y", 400),
    ],
)
def test_what_stands_behind_the_path(guard, provider, query, status):
    provider.plays(says(whole(ANSWER)))
    said = ask(guard, path="/v1/chat/completions" + query)
    assert said.status == status
    if status == 200:
        line = provider.wires[0].heads[0].split(b"\r\n")[0]
        assert line == f"POST /v1/chat/completions{query.rstrip('?')} HTTP/1.1".encode()
    else:
        assert "Understood: api-version" in said.error["message"]
        assert (provider.wires, EMAIL in said.body.decode()) == ([], False)


# --- connections ------------------------------------------------------------------------------------------------------


def afresh(guard, provider, script):
    """No connection is kept from before."""
    provider.plays(says(whole(ANSWER)))
    ask(guard)
    assert settled_in(lambda: not provider.open)
    provider.plays(script)


def keeps(*pieces: bytes):
    """A script that leaves the connection open for the next request."""

    async def script(wire: Wire, _: bytes) -> None:
        await wire.say(*pieces)

    return script


@pytest.mark.parametrize(
    ("script", "stream"),
    [
        (keeps(whole(ANSWER)), False),
        (keeps(packed(gzip.compress(ANSWER), "gzip")), False),
        (keeps(JSON + CHUNKED + piece(ANSWER) + b"0\r\n\r\n"), False),
        (keeps(whole(b'{"error":{}}', "application/json", "429 Many")), False),
        (keeps(b"HTTP/1.1 100 C\r\n\r\n" + whole(ANSWER)), False),
        (keeps(streamed(BYE, DONE)), True),
        (keeps(SSE + CHUNKED + piece(BYE + DONE), b"0\r\n\r\n"), True),
        (keeps(whole(b"")), False),
    ],
)
def test_a_connection_whose_answer_was_whole_is_used_again(guard, provider, script, stream):
    afresh(guard, provider, script)
    for _ in range(3):
        ask(guard, stream=stream)
    assert [len(wire.asked) for wire in provider.wires] == [3]


@pytest.mark.parametrize(
    ("script", "stream"),
    [
        (keeps(whole(ANSWER, "application/json", "200 OK", "connection: close")), False),
        (keeps(b"HTTP/1.0 200 OK\r\ncontent-length: %d\r\n\r\n" % len(ANSWER) + ANSWER), False),
        (keeps(whole(ANSWER) + b"more"), False),
        (keeps(whole(ANSWER) + whole(ANSWER)), False),
        (keeps(OK + b"content-length: x\r\n\r\n"), False),
        (keeps(SSE + CHUNKED + piece(BYE + DONE)), True),
        (keeps(SSE + CHUNKED + piece(b"data: [1]\n\n") + piece(BYE)), True),
        (keeps(whole(b"x", "text/plain", "307 T", "location: /y") + b"z"), False),
    ],
)
def test_a_connection_that_is_in_doubt_is_never_used_again(guard, provider, script, stream):
    afresh(guard, provider, script)
    for _ in range(3):
        ask(guard, stream=stream)
    assert [len(wire.asked) for wire in provider.wires] == [1, 1, 1]
    assert settled_in(lambda: all(wire.closed for wire in provider.wires))


def test_a_connection_that_the_provider_closes_while_it_is_idle_is_forgotten(guard, provider):
    for _ in range(5):
        provider.plays(says(whole(ANSWER)))  # closes after its answer, without having said so
        assert ask(guard).status == 200
        assert settled_in(lambda: all(wire.closed for wire in provider.wires))


def test_calls_at_the_same_time_have_connections_of_their_own(guard, provider):
    """What one connection answers never goes to another call."""

    async def echo(wire: Wire, body: bytes) -> None:
        await wire.say(whole(ANSWER.replace(b"Hi", json.dumps(json.loads(body)["n"]).encode())))

    provider.plays(echo)
    with ThreadPoolExecutor(16) as pool:
        got = list(pool.map(lambda n: ask(guard, n=n).body, range(100)))
    said = [json.loads(body)["choices"][0]["message"]["content"] for body in got]
    assert [words.rpartition("\n")[2] for words in said] == [str(n) for n in range(100)]
