"""Requests that are wrong, odd or huge: each is answered by an error that says where and what to do and quotes nothing, both
records stand in the log, and the server lives on. What is odd but can be read passes, with every string in it screened."""

import base64
import http.client
import json
import time

import pytest

from guardrails.audit.read import snapshot
from tests.planted import PLANTED
from tests.proxy.upstream import SHOWN, UI, Answer, Prepared, ask
from tests.running import running

X = PLANTED["EMAIL_ADDRESS"]
HI = {"role": "user", "content": "hi"}
GOOD = b'{"model": "m", "messages": [{"role": "user", "content": "hi"}]}'
OK = Answer([b'{"id":"c","choices":[{"index":0,"message":{"role":"assistant","content":"Good."}}]}'])


@pytest.fixture(scope="module")
def guarded(tmp_path_factory):
    with running(tmp_path_factory.mktemp("data"), Prepared(OK), callers=(UI,), upstream_key="sk-provider") as it:
        yield it


def recorded(data, call, seconds=10.0):
    """The two records of a call, and that nothing of the request is in them."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with snapshot(data) as log:
            leaves = [json.loads(leaf) for (leaf,) in log.execute("SELECT leaf FROM entries ORDER BY idx")]
        found = [r for r in leaves if r.get("call") == call]
        if len(found) == 2:
            break
        time.sleep(0.02)
    assert [r["type"] for r in found] == ["decision.intent", "decision.outcome"]
    assert "jane" not in json.dumps(found)
    return found


def refused(guarded, body, *words, code="malformed_request", status=400):
    before = len(guarded.model.seen)
    back = ask(guarded.url, body, SHOWN)
    error = json.loads(back.raw)["error"]
    assert (back.status, error["code"]) == (status, code)
    assert set(error) == {"message", "type", "param", "code"}
    assert back.header("content-type") == ["application/json"]
    for word in words:
        assert word in error["message"]
    assert "jane" not in back.raw.decode()
    assert len(guarded.model.seen) == before, "nothing is forwarded"
    intent, outcome = recorded(guarded.data, back.header("x-guardrails-decision")[0])
    assert (outcome["ending"], outcome["error"]["class"]) == ("blocked", "MalformedRequest")
    assert intent["action"] == "allow"
    assert ask(guarded.url, GOOD, SHOWN).status == 200, "the server lives on"


SAID = json.dumps({"model": "m", "messages": [{"role": "user", "content": f"I am {X}"}]})
UNREADABLE = {
    "nothing": (b"", "line 1"),
    "cut off": (SAID[:-3].encode(), "line 1, column"),
    "cut inside a string": (SAID[:70].encode(), "line 1"),
    "something after it": (SAID.encode() + b" {}", "column"),
    "twice": (SAID.encode() * 2, "column"),
    "a zero byte after it": (SAID.encode() + b"\0", "column"),
    "a byte order mark": (b"\xef\xbb\xbf" + SAID.encode(), "byte order mark"),
    "UTF-16": (SAID.encode("utf-16"), "UTF-8"),
    "UTF-32": (SAID.encode("utf-32-le"), "line 1"),
    "Latin-1": (SAID.replace("I am", "caf\xe9").encode("latin-1"), "UTF-8 at byte"),
    "a comment": (SAID.replace("{", "{ // mine\n", 1).encode(), "line 1"),
    "single quotes": (SAID.replace('"', "'").encode(), "line 1"),
    "a comma at the end": (SAID[:-1].encode() + b",}", "line 1"),
    "a form": (b"model=m&messages=hi", "line 1"),
    "a list": (b"[" + SAID.encode() + b"]", "object"),
    "a string": (json.dumps(SAID).encode(), "object"),
    "a key twice": (SAID[:-1].encode() + b',"model":"other"}', "twice"),
    "a key twice, in a message": (b'{"messages":[{"role":"user","content":"hi","content":"%s"}]}' % X.encode(), "twice"),
    "a key twice, spelt two ways": (
        b'{"messages":[{"role":"user","content":"hi","\\u0063ontent":"%s"}]}' % X.encode(),
        "twice",
    ),
    "a key twice, in an extra": (SAID[:-1].encode() + b',"x":{"a":[{"b":1,"b":1}]}}', "twice"),
    "half a surrogate pair": (SAID.replace("I am", "\\ud83d").encode(), "surrogate"),
    "30 digits": (SAID[:-1].encode() + b',"seed":123456789012345678901234567890}', "64 bits"),
    "1e400": (SAID[:-1].encode() + b',"temperature":1e400}', "double"),
    "NaN": (SAID[:-1].encode() + b',"temperature":NaN}', "NaN"),
    "Infinity": (SAID[:-1].encode() + b',"temperature":-Infinity}', "NaN or Infinity"),
    "201 levels": (SAID[:-1].encode() + b',"x":' + b"[" * 200 + b"]" * 200 + b"}", "200 levels"),
    "5,000 levels": (SAID[:-1].encode() + b',"x":' + b"[" * 5000 + b"]" * 5000 + b"}", "nested"),
    "100,000 levels": (SAID[:-1].encode() + b',"x":' + b'{"a":' * 100_000 + b"1" + b"}" * 100_001, "nested"),
    "100,000 levels, never closed": (b"[" * 100_000, ""),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_cannot_be_read_is_refused_and_recorded(guarded, name):
    body, *words = UNREADABLE[name]
    refused(guarded, body, *words)


#: What has not the shape of a request, and the place that the error names.
MISSHAPEN = {
    "no messages": ({"model": X}, '"messages"'),
    "messages is null": ({"messages": None}, '"messages"'),
    "messages is an object": ({"messages": {"role": X}}, '"messages"'),
    "messages is a string": ({"messages": X}, '"messages"'),
    "messages is a number": ({"messages": 7}, '"messages"'),
    "messages is empty": ({"messages": []}, '"messages"'),
    "a message is null": ({"messages": [HI, None]}, '"messages[1]"'),
    "a message is a string": ({"messages": [X]}, '"messages[0]"'),
    "a message is a list": ({"messages": [[HI]]}, '"messages[0]"'),
    "no role": ({"messages": [HI, HI, {"content": X}]}, '"messages[2]"'),
    "role is null": ({"messages": [{"role": None, "content": X}]}, '"messages[0]"'),
    "role is a list": ({"messages": [{"role": ["user"], "content": X}]}, '"messages[0]"'),
    "a role of one's own": ({"messages": [{"role": X, "content": "hi"}]}, "user"),
    "content is a number": ({"messages": [{"role": "user", "content": 7}]}, '"messages[0].content"'),
    "content is true": ({"messages": [{"role": "user", "content": True}]}, '"messages[0].content"'),
    "content is an object": ({"messages": [{"role": "user", "content": {"text": X}}]}, '"messages[0].content"'),
    "model is a number": ({"model": 7, "messages": [HI]}, '"model"'),
    "model is null": ({"model": None, "messages": [HI]}, '"model"'),
    "stream is a string": ({"stream": "true", "messages": [HI]}, '"stream"'),
    "stream is a number": ({"stream": 1, "messages": [HI]}, '"stream"'),
}


@pytest.mark.parametrize("name", MISSHAPEN)
def test_what_has_not_the_shape_of_a_request_is_refused_and_recorded(guarded, name):
    body, where = MISSHAPEN[name]
    refused(guarded, json.dumps(body).encode(), where)


def said(**message):
    return {"messages": [HI, {"role": "assistant", "content": None, **message}]}


#: Wrong types that a provider answers itself: they pass as they are, but for what is found in them.
ODD = {
    "no content": {"messages": [{"role": "user", "x": X}]},
    "content parts of every type": {
        "messages": [{"role": "user", "content": [X, 7, None, True, [X], {"text": {"deep": X}}, {}]}]
    },
    "content is an empty list": {"messages": [{"role": "user", "content": [], "x": X}]},
    "tool_calls is a string": said(tool_calls=X),
    "tool_calls is an object": said(tool_calls={"function": {"arguments": X}}),
    "tool_calls holds strings": said(tool_calls=[X, None, 7]),
    "a function is a string": said(tool_calls=[{"id": 7, "type": [X], "function": X}]),
    "arguments are an object": said(tool_calls=[{"function": {"name": {"a": X}, "arguments": {"to": [X]}}}]),
    "function_call is a list": said(function_call=[[X]]),
    "name is an object": {"messages": [{"role": "user", "content": "hi", "name": {"first": X}}]},
    "tool_call_id is a list": {"messages": [{"role": "tool", "content": "hi", "tool_call_id": [X]}]},
    "refusal is an object": said(refusal={"why": X}),
    "audio is a string": said(audio=X),
    "an image is a number": {"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": 7, "x": X}]}]},
    "a type is a list": {"messages": [{"role": "user", "content": [{"type": [X], "text": "hi"}]}]},
    "tools is a string": {"messages": [HI], "tools": X},
    "tools holds strings": {"messages": [HI], "tools": [X, None]},
    "properties is a list": {"messages": [HI], "tools": [{"function": {"parameters": {"properties": [X]}}}]},
    "response_format is a string": {"messages": [HI], "response_format": X},
    "metadata is a list": {"messages": [HI], "metadata": [X]},
    "stop is an object": {"messages": [HI], "stop": {"at": X}},
    "user is an object": {"messages": [HI], "user": {"mail": X}},
    "prediction is a string": {"messages": [HI], "prediction": X},
    "n is a string": {"messages": [HI], "n": X},
    "temperature is an object": {"messages": [HI], "temperature": {"a": X}},
    "stream_options is a string": {"messages": [HI], "stream_options": X},
    "logit_bias names a person": {"messages": [HI], "logit_bias": {X: 1}},
    "modalities is a person": {"messages": [HI], "modalities": [X]},
    "model is a person": {"messages": [HI], "model": f"Mail {X}"},
    "stream is null": {"messages": [HI], "stream": None, "x": X},
}


def alike(came, went):
    """The same values in the same order, but for the strings and keys in which something was found."""
    if isinstance(came, str) and X in came:
        return isinstance(went, str) and X not in went
    if isinstance(came, dict):
        return isinstance(went, dict) and alike([*came.keys(), *came.values()], [*went.keys(), *went.values()])
    if isinstance(came, list):
        return isinstance(went, list) and len(came) == len(went) and all(map(alike, came, went))
    return repr(came) == repr(went)


@pytest.mark.parametrize("name", ODD)
def test_what_is_odd_passes_as_it_is_with_every_string_screened(guarded, name):
    body = json.dumps(ODD[name])
    back = ask(guarded.url, body.encode(), SHOWN)
    assert back.status == 200, back.raw
    forwarded = guarded.model.seen[-1].decode()
    assert X not in forwarded
    assert alike(json.loads(body), json.loads(forwarded))
    recorded(guarded.data, back.header("x-guardrails-decision")[0])


# --- size ------------------------------------------------------------------------------------------------------------------

WORDS = "the river runs past the old trees and the stones are blue in the evening. "
IMAGE = "data:image/png;base64," + base64.b64encode(bytes(range(256)) * 12_000).decode()
LARGE = {
    "a long text": {"messages": [{"role": "user", "content": WORDS * 14_000}]},
    "one long word": {"messages": [{"role": "user", "content": "a" * 2_000_000}]},
    "20,000 messages": {"messages": [{"role": ("user", "assistant")[i % 2], "content": f"go on {i}"} for i in range(20_000)]},
    "images": {"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": IMAGE}}] * 2}]},
    "a list of numbers": {"messages": [HI], "x": list(range(200_000))},
}


@pytest.mark.parametrize("name", LARGE)
def test_what_is_large_is_forwarded_whole(guarded, name):
    """Each below max_body_bytes; `benchmarks/` measures larger ones."""
    body = json.dumps(LARGE[name]).encode()
    back = ask(guarded.url, body, SHOWN)
    assert back.status == 200, back.raw
    assert json.loads(guarded.model.seen[-1]) == LARGE[name]
    intent, _ = recorded(guarded.data, back.header("x-guardrails-decision")[0])
    assert intent["action"] == "allow"
    if name == "images":
        assert "/messages/0/content/0/image_url/url" in json.dumps(intent), "what was not read stands in the record"


def test_what_stands_at_the_end_of_a_large_body_is_found(guarded):
    body = {
        "messages": [*({"role": "user", "content": WORDS} for _ in range(3000)), {"role": "user", "content": WORDS * 3000 + X}]
    }
    assert ask(guarded.url, json.dumps(body).encode(), SHOWN).status == 200
    assert X.encode() not in guarded.model.seen[-1]


def test_a_body_beyond_the_limit_is_413_whether_its_length_is_told_or_not(tmp_path):
    with running(tmp_path, Prepared(OK), max_body_bytes=100_000) as it:
        for body in (b"[" * 100_001, iter([b"[" * 60_000] * 2)):
            connection = http.client.HTTPConnection(it.url.removeprefix("http://"), timeout=60)
            connection.request("POST", "/v1/chat/completions", body, {"content-type": "application/json"})
            response = connection.getresponse()
            error = json.loads(response.read())["error"]
            connection.close()
            assert (response.status, error["code"]) == (413, "request_too_large")
            assert "max_body_bytes" in error["message"]
        assert ask(it.url, GOOD).status == 200
        assert len(it.model.seen) == 1


# --- what a body says of itself, and where it goes -------------------------------------------------------------------------

TYPES = {
    "a form": ("application/x-www-form-urlencoded", 415),
    "text": ("text/plain;charset=UTF-8", 415),
    "parts": ("multipart/form-data; boundary=x", 415),
    "events": ("text/event-stream", 415),
    "JSON in capitals": ("Application/JSON; Charset=utf-8", 200),
    "JSON of a kind": ("application/vnd.api+json", 200),
    "another charset": ("application/json; charset=utf-7", 200),
    "nothing": (None, 200),
}


@pytest.mark.parametrize("name", TYPES)
def test_what_the_body_says_it_is(guarded, name):
    said_, status = TYPES[name]
    before = len(guarded.model.seen)
    back = ask(guarded.url, GOOD, {**SHOWN, **({"content-type": said_} if said_ else {})})
    assert back.status == status
    if status == 200:
        assert dict(guarded.model.asked[-1])["content-type"] == "application/json", "what was checked is what is forwarded"
    else:
        assert json.loads(back.raw)["error"]["code"] == "unsupported_media_type"
        assert len(guarded.model.seen) == before


def test_a_compressed_request_is_told_to_come_uncompressed(guarded):
    back = ask(guarded.url, b"\x1f\x8b\x08\x00", {**SHOWN, "content-encoding": "gzip"})
    assert back.status == 415
    assert "uncompressed" in json.loads(back.raw)["error"]["message"]


PATHS = [
    *("/v1/models", "/v1/responses", "/v1/embeddings", "/v1/completions", "/v1/messages", "/v1/files", "/", "//", "/v1"),
    *("//v1/chat/completions", "/v1/chat/completions/", "/v1//chat/completions", "/V1/chat/completions", "/chat/completions"),
    *("/v1/chat/completions/../files", "/v1/./chat/completions", "/v1/chat/completions%2F", "/v1/chat%00/completions"),
    *("/v1/chat/completions/abc", "/v1/chat/completions;x=1", "/%2e%2e/v1/chat/completions", "/v1/chat/comple%C3%A9tions"),
]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["POST", "GET", "DELETE"])
def test_a_route_that_is_not_understood_is_refused(guarded, path, method):
    before = len(guarded.model.seen)
    back = ask(guarded.url, GOOD if method == "POST" else None, SHOWN, method, path)
    error = json.loads(back.raw)["error"]
    assert (back.status, error["code"]) == (404, "unknown_route")
    assert "/v1/chat/completions" in error["message"]
    assert len(guarded.model.seen) == before


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY"])
def test_a_method_that_is_not_understood_is_refused(guarded, method):
    before = len(guarded.model.seen)
    back = ask(guarded.url, None, SHOWN, method)
    assert (back.status, back.header("allow")) == (405, ["POST"])
    assert json.loads(back.raw)["error"]["code"] == "method_not_allowed"
    assert len(guarded.model.seen) == before


def test_head_has_a_status_and_no_body(guarded):
    back = ask(guarded.url, None, SHOWN, "HEAD")
    assert (back.status, back.raw) == (405, b"")


@pytest.mark.parametrize("query", ["?q=" + X, "?model=gpt", "?api-version=1&x=2", "?%20", "?api-version=" + "a" * 65])
def test_an_address_with_more_in_it_is_refused(guarded, query):
    before = len(guarded.model.seen)
    back = ask(guarded.url, GOOD, SHOWN, path="/v1/chat/completions" + query)
    assert (back.status, json.loads(back.raw)["error"]["code"]) == (400, "malformed_request")
    assert b"jane" not in back.raw
    assert len(guarded.model.seen) == before


def test_an_address_that_is_understood_is_passed_on(guarded):
    assert ask(guarded.url, GOOD, SHOWN, path="/v1/chat/completions?api-version=2024-10-21").status == 200


def test_a_websocket_is_not_opened(guarded):
    upgrade = {"connection": "Upgrade", "upgrade": "websocket", "sec-websocket-version": "13", "sec-websocket-key": "eA=="}
    for path in ("/v1/realtime", "/v1/chat/completions"):
        back = ask(guarded.url, None, {**SHOWN, **upgrade}, "GET", path)
        assert back.status in (400, 404, 405)
    assert ask(guarded.url, GOOD, SHOWN).status == 200
