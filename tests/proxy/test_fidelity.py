"""Where nothing is found and no notice is due, nothing changes: request and answer value for value and in key order, a stream
event by event. On real sockets before a provider that answers prepared bytes; in the process for what hypothesis thinks of.
"""

import asyncio
import gzip
import json
import zlib
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guardrails import assembly
from guardrails.calls import Incoming
from guardrails.relay import Relay
from guardrails.settings import Settings
from guardrails.wire.sse import DONE
from tests.proxy.bodies import (
    ANSWER,
    ASK,
    EVENTS,
    JSON,
    REQUEST,
    ROLE,
    STREAMS,
    TOKEN,
    USAGE,
    WORDS,
    assembled,
    chunk,
    exact,
    frame,
    others,
    raws,
    read,
    says,
    tool,
)
from tests.proxy.upstream import KEY, SHOWN, UI, Answer, Prepared, ask
from tests.running import running


@pytest.fixture(scope="module")
def guarded(tmp_path_factory):
    settings = {
        "callers": (UI,),
        "upstream_key": "sk-provider",
        "names": ("off",),
    }  # what hypothesis draws may look like a name
    with running(tmp_path_factory.mktemp("data"), Prepared(), **settings) as it:
        yield it


# --- the request -----------------------------------------------------------------------------------------------------------


def test_a_request_with_every_field_is_forwarded_value_for_value(guarded):
    back = ask(guarded.url, REQUEST, SHOWN)
    assert back.status == 200, back.raw
    assert exact(guarded.model.seen[-1]) == exact(REQUEST)
    assert dict(back.headers)["x-guardrails-action"] == "allow"
    assert dict(back.headers)["x-ai-disclosure"] == "ai;shown"


def test_what_is_forwarded_is_json_of_the_right_length_and_nothing_of_the_guards(guarded):
    ask(guarded.url, REQUEST, {**SHOWN, "content-type": "application/json; charset=utf-8", "x-stainless-lang": "python"})
    headers = dict(guarded.model.asked[-1])
    assert int(headers["content-length"]) == len(guarded.model.seen[-1])
    assert headers["content-type"].startswith("application/json")
    assert headers["x-stainless-lang"] == "python"
    assert headers["authorization"] == "Bearer sk-provider"
    assert KEY not in str(headers)
    assert not [name for name in headers if name.startswith("x-guardrails")]


# --- the answer ------------------------------------------------------------------------------------------------------------

CODINGS = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "deflate, bare": lambda raw: zlib.compress(raw, wbits=-15),
    "identity": bytes,
}


def test_a_rich_answer_comes_back_byte_for_byte(guarded):
    for pieces in ([ANSWER], [ANSWER[:100], ANSWER[100:]], [bytes([byte]) for byte in ANSWER[:300]] + [ANSWER[300:]]):
        guarded.model.answer = Answer(pieces)
        back = ask(guarded.url, REQUEST, SHOWN)
        assert back.raw == ANSWER


@pytest.mark.parametrize("coding", CODINGS)
def test_a_compressed_answer_is_read_and_comes_back_as_it_was(guarded, coding):
    named = coding.split(",", maxsplit=1)[0]
    packed = CODINGS[coding](ANSWER)
    guarded.model.answer = Answer([packed[:50], packed[50:]], headers=[JSON, ("content-encoding", named)])
    back = ask(guarded.url, REQUEST, SHOWN)
    assert back.raw == ANSWER
    assert back.header("content-encoding") == []
    assert back.header("content-length") == [str(len(ANSWER))]
    allowed = dict(guarded.model.asked[-1])["accept-encoding"].replace(" ", "").split(",")
    assert set(allowed) <= {"gzip", "deflate", "br", "zstd", "identity"}


def test_a_compressed_stream_flows(guarded):
    stream = STREAMS["interleaved"]
    packer = zlib.compressobj(wbits=31)
    pieces = [packer.compress(e) + packer.flush(zlib.Z_SYNC_FLUSH) for e in raws(stream)] + [packer.flush()]
    guarded.model.answer = Answer(pieces, headers=[EVENTS, ("content-encoding", "gzip")])
    assert assembled(ask(guarded.url, ASK, SHOWN).raw) == assembled(stream)


HEADERS = [
    ("retry-after", "7"),
    ("retry-after-ms", "7000"),
    ("x-ratelimit-limit-requests", "60"),
    ("x-ratelimit-remaining-tokens", "149984"),
    ("x-ratelimit-reset-requests", "1s"),
    ("openai-organization", "org-x"),
    ("openai-processing-ms", "12"),
    ("openai-version", "2020-10-01"),
    ("x-request-id", "req_abc"),
    ("x-should-retry", "true"),
    ("cf-ray", "8f-FRA"),
    ("x-vendor", "one"),
    ("x-vendor", "two"),
    ("set-cookie", "a=1; Path=/"),
    ("set-cookie", "b=2"),
    ("cache-control", "no-store"),
    ("x-latin", "caf\xe9"),
]


@pytest.mark.parametrize("stream", [False, True], ids=["plain", "stream"])
@pytest.mark.parametrize("status", [200, 201, 400, 401, 402, 403, 404, 408, 409, 413, 422, 429, 500, 502, 503, 504, 529])
def test_status_and_headers_come_back_as_the_provider_sent_them(guarded, status, stream):
    failed = status >= 400
    body = b'{"error": {"message": "Try later", "type": "x", "param": null, "code": 1.0, "x_more": [{}]}}' if failed else ANSWER
    kind, sent = (EVENTS, STREAMS["plain"]) if stream and not failed else (JSON, body)
    guarded.model.answer = Answer([sent], status, [kind, *HEADERS])
    back = ask(guarded.url, ASK if stream else REQUEST, SHOWN)
    assert (back.status, back.raw) == (status, sent)
    for name in {name for name, _ in HEADERS}:
        assert back.header(name) == [v for k, v in HEADERS if k == name], name
    assert back.header("content-type") == [kind[1]]


# --- streams ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", STREAMS)
def test_a_stream_leaves_as_it_came(guarded, name):
    stream = STREAMS[name]
    guarded.model.answer = Answer(raws(stream), headers=[EVENTS])
    out = ask(guarded.url, ASK, SHOWN).raw
    assert sorted(raws(out)) == sorted(raws(stream)), "every event byte for byte"
    assert others(out) == others(stream)
    assert repr(assembled(out)) == repr(assembled(stream))
    assert raws(out)[-1] == raws(stream)[-1]


def test_an_event_that_leaves_in_two_keeps_its_log_probabilities(guarded):
    """Its first word is settled, its last is not: what is not text goes with the last piece, and goes once."""
    probable = b'"logprobs":{"content":[' + TOKEN + b"," + TOKEN + b"]}"
    split = chunk({"content": "two words"}, usage={"total_tokens": 1}).replace(b'"logprobs": null', probable)
    stream = b"".join(map(frame, [ROLE, split, chunk({"content": " more"}), chunk({}, finish="stop")])) + DONE
    guarded.model.answer = Answer(raws(stream), headers=[EVENTS])
    out = ask(guarded.url, ASK, SHOWN).raw
    assert len(raws(out)) == len(raws(stream)) + 1
    assert repr(assembled(out)) == repr(assembled(stream))
    assert out.count(b'"total_tokens"') == 1


def test_a_stream_in_pieces_of_any_size(guarded):
    stream = STREAMS["interleaved"]
    for size in (1, 2, 3, 7, 64, 1000):
        guarded.model.answer = Answer([stream[i : i + size] for i in range(0, len(stream), size)], headers=[EVENTS])
        assert sorted(raws(ask(guarded.url, ASK, SHOWN).raw)) == sorted(raws(stream))


def test_an_error_in_the_middle_of_a_stream_is_passed_on_as_it_came(guarded):
    error = b'event: error\ndata: {"error": {"message": "Overloaded, try again", "code": 503.0, "x": [null]}}\n\n'
    guarded.model.answer = Answer([frame(ROLE), *map(frame, WORDS), error], headers=[EVENTS])
    out = ask(guarded.url, ASK, SHOWN).raw
    assert raws(out)[-1] == error
    assert raws(out)[:-1] == [frame(ROLE), *map(frame, WORDS)]


# --- in the process: whatever hypothesis thinks of -------------------------------------------------------------------------


@dataclass
class Given:
    """A provider and its reply in one: it says what it is told to, in these pieces."""

    name: str = "given"
    status: int = 200
    headers: tuple[tuple[str, str], ...] = (JSON,)
    pieces: list[bytes] = field(default_factory=list)
    got: bytes = b""

    async def call(self, call):
        self.got = call.body
        return self

    async def chunks(self):
        for piece in self.pieces:
            yield piece

    async def close(self):
        """Nothing is open."""


@dataclass
class Log:
    name: str = "test/log"
    instance: str = "test"
    records: list = field(default_factory=list)

    async def append(self, record):
        self.records.append(record)

    async def close(self):
        """Nothing is open."""


@pytest.fixture(scope="module")
def inside():
    """The whole pipeline with no socket: `inside(body, pieces)` gives what was forwarded and what came back."""
    parts, provider = assembly.Parts.of(Settings(names=("off",))), Given()
    relay = Relay(Settings(), parts.guard(parts.policy()), provider, Log(), b"k" * 32, {"instance": "test"})
    headers = tuple(SHOWN.items())

    async def call(body):
        outgoing = await relay.chat(Incoming("/v1/chat/completions", headers, body), UI)
        assert outgoing.status == 200, outgoing.body
        if outgoing.chunks is None:
            return outgoing.body
        return b"".join([piece async for piece in outgoing.chunks])

    with asyncio.Runner() as runner:

        def run(body, pieces, *, stream=False):
            provider.pieces, provider.headers = pieces, (EVENTS if stream else JSON,)
            back = runner.run(call(body))
            return provider.got, back

        yield run


HARMLESS = (
    "river",
    "stone",
    "blue",
    "walks",
    "caf\xe9",
    "quick green",
    "你好",
    "\U0001f642",
    "a\nb",
    'so "so"',
    "back\\slash",
    "",
    " ",
    "x/y",
    "\x00",
)
TEXTS = st.lists(st.sampled_from(HARMLESS), max_size=4).map(" ".join)
KEYS = st.sampled_from(["kind", "x_note", "a", "b", "c", "deep er", "", "caf\xe9"])
PLAIN = st.none() | st.booleans() | st.integers(-99999, 99999) | st.sampled_from([0.5, 1.0, -0.0, 1e-7, 1e300]) | TEXTS
VALUES = st.recursive(PLAIN, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3), max_leaves=6)
EXTRAS = st.dictionaries(KEYS, VALUES, max_size=3)
PARTS = st.lists(st.builds(lambda text, more: {**more, "type": "text", "text": text}, TEXTS, EXTRAS), max_size=2)
CALLS = st.lists(
    st.builds(
        lambda arguments, more: {"id": "call_a", "type": "function", **more, "function": {"name": "f", "arguments": arguments}},
        VALUES.map(json.dumps) | TEXTS,
        EXTRAS,
    ),
    max_size=2,
)
MESSAGES = st.builds(
    lambda role, content, more: {**more, "role": role, "content": content},
    st.sampled_from(["system", "developer", "user", "assistant", "tool"]),
    TEXTS | PARTS | st.none() | VALUES.map(json.dumps),
    EXTRAS,
) | st.builds(lambda calls, more: {"role": "assistant", "content": None, **more, "tool_calls": calls}, CALLS, EXTRAS)


def spelt(value, ascii_only):
    return json.dumps(value, ensure_ascii=ascii_only).encode()


@settings(deadline=None)
@given(st.lists(MESSAGES, min_size=1, max_size=4), EXTRAS, EXTRAS, st.booleans())
def test_any_request_is_forwarded_value_for_value(inside, messages, before, after, ascii_only):
    sent = spelt({**before, "model": "m", "messages": messages, "stream": False, "temperature": 1.0} | after, ascii_only)
    got, _ = inside(sent, [b'{"choices": []}'])
    assert exact(got) == exact(sent)


SAID = st.builds(
    lambda index, content, reasoning, calls, more: {
        "index": index,
        "message": {"role": "assistant", "content": content, **more, "reasoning_content": reasoning, "tool_calls": calls},
        **more,
        "finish_reason": "stop",
    },
    st.integers(0, 3),
    TEXTS | st.none(),
    TEXTS,
    CALLS,
    EXTRAS,
)


@settings(deadline=None)
@given(st.lists(SAID, max_size=3), EXTRAS, st.booleans())
def test_any_answer_comes_back_byte_for_byte(inside, choices, extras, ascii_only):
    answer = spelt({**extras, "id": "c", "object": "chat.completion", "created": 1735689600, "choices": choices}, ascii_only)
    _, back = inside(ASK, [answer])
    assert back == answer


@st.composite
def streams(draw):
    """Two choices that say several texts in pieces of any size, with whatever else a provider sends between."""
    lines = []
    for index in (0, 1):
        events = [chunk({"role": "assistant", "content": ""}, index)]
        for name in ("reasoning_content", "content"):
            text = draw(TEXTS)
            cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=5)))
            pieces = [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]
            events += [
                chunk({name: piece}, index, **draw(st.sampled_from([{}, {"obfuscation": "x"}, {"x_a": {"b": 1.0}}])))
                for piece in pieces
            ]
        events += [
            chunk(tool(n, piece)) if not index else chunk({}, 1)
            for n, piece in draw(st.sampled_from([[], [(0, '{"a'), (1, "[]"), (0, '":1}')]]))
        ]
        lines.append([*map(frame, events), frame(chunk({}, index, "stop"))])
    aside = st.sampled_from([b": ping\n\n", b":\r\n\r\n", b"event: x\nid: 7\n\n", frame(b'{"choices":[]}'), b"\n\n"])
    out = []
    while any(lines):
        out.append(draw(st.sampled_from([line for line in lines if line])).pop(0))
        out += draw(st.lists(aside, max_size=1))
    end = draw(st.sampled_from([b"\n", b"\r\n", b"\r"]))
    stream = b"".join([*out, frame(USAGE), DONE])
    return stream if b"\r" in stream else stream.replace(b"\n", end)


@settings(deadline=None)
@given(streams(), st.lists(st.integers(0, 2000), max_size=12))
def test_any_stream_says_the_same_and_the_rest_of_it_is_untouched(inside, stream, cuts):
    cuts = sorted({c % (len(stream) + 1) for c in cuts})
    pieces = [stream[a:b] for a, b in zip([0, *cuts], [*cuts, len(stream)], strict=True)]
    _, out = inside(ASK, pieces, stream=True)
    assert repr(assembled(out)) == repr(assembled(stream))
    assert others(out) == others(stream)
    came = set(raws(stream))
    assert all(says(read(raw)) for raw in raws(out) if raw not in came), "only an event that brings text may leave in two"


@pytest.mark.parametrize("name", ["several data lines", "all three line ends", "names, ids, times"])
def test_cut_in_two_anywhere(inside, name):
    stream = STREAMS[name]
    for at in range(len(stream) + 1):
        _, out = inside(ASK, [stream[:at], stream[at:]], stream=True)
        assert sorted(raws(out)) == sorted(raws(stream)), at
