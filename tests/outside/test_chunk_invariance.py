"""`chunk-invariance` 0.2.0 (PyPI) against our streams: every way of cutting an answer must give what the uncut answer gives.

Its assertion drives three things: the stream machinery in process, text by text and then byte by byte of the events, and the
whole proxy on sockets, whose upstream sends the pieces as the assertion cut them. It reports clean; there is no deviation.
"""

from __future__ import annotations

import importlib
import json
import random
import sys
from collections.abc import Iterable, Iterator

import pytest

from guardrails.model import Context, Stage
from guardrails.redact.placeholders import Words
from guardrails.redact.vault import Vault
from guardrails.stream.flow import Flow
from guardrails.stream.window import Judge
from guardrails.wire.chat import Answer, Request
from guardrails.wire.sse import DONE, Decoder, encode
from tests.outside.environments import environment, packages
from tests.planted import PLANTED
from tests.running import running

CONTEXT = Context(now="2026-11-21T10:00:00.000Z", route="/v1/chat/completions")
OWN = "I am sam.lee@fabrikam.com, card 5500 0000 0000 0004."  # values of the user: they come back, all others are invented

#: The tool's own samples (its MCP server sends them where none are given), our planted values, and what surrounds values.
#: `{0}`, `{1}`: placeholders of what the user said.
SAMPLES = (
    "Contact jane.doe@example.com about the invoice.",
    "SSN on file: 987-65-4321 (fake).",
    "Card 4111 1111 1111 1111 exp 12/30 (test card).",
    "Use key sk-FAKEab12cd34ef56gh78 for the demo.",
    *(f"It is {value}, she said." for value in PLANTED.values()),
    f"{PLANTED['EMAIL_ADDRESS']},{PLANTED['EMAIL_ADDRESS']}",
    "你好，{0}，谢谢 👩‍👩‍👧 {1}",
    "Write to {0}; pay with {1} <EMAIL_ADDRESS_ and <EMAIL",
    "See https://evil.contoso.net/?q={0}&c={1} now",
    "4111 1111 1111 1111 5500 0000 0000 0004 +1 415-555-0132",
)


@pytest.fixture(scope="module")
def tool() -> Iterator[object]:
    """The package, on our path for as long as this file runs; it needs nothing itself."""
    place = str(packages(environment("chunk-invariance")))
    sys.path.append(place)
    yield importlib.import_module("chunk_invariance")
    sys.path.remove(place)


def asked(guard) -> Vault:
    """What a call knows whose user said `OWN`."""
    vault = Vault(Words.of(b"m" * 32, "default", None))
    guard.screen(Request({"messages": [{"role": "user", "content": OWN}]}), Stage.INPUT, CONTEXT, vault)
    return vault


def filled(guard, sample: str) -> str:
    """The sample with the placeholders that this call's model would write."""
    vault = Vault(Words.of(b"m" * 32, "default", None))
    seen = guard.screen(Request({"messages": [{"role": "user", "content": OWN}]}), Stage.INPUT, CONTEXT, vault)
    words = seen.message.body["messages"][0]["content"].removeprefix("I am ").removesuffix(".").split(", card ")
    return sample.replace("{0}", words[0]).replace("{1}", words[1])


def whole(guard):
    """The unstreamed answer, as the client gets it."""

    def answered(text: str) -> str:
        body = {"choices": [{"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}]}
        screened = guard.screen(Answer(body), Stage.OUTPUT, CONTEXT, asked(guard))
        return screened.message.body["choices"][0]["message"]["content"]

    return answered


def event(delta: object, finish: str | None = None) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return encode(json.dumps({"id": "c", "object": "chat.completion.chunk", "choices": [choice]}, ensure_ascii=False).encode())


def events(pieces: Iterable[str]) -> bytes:
    return b"".join([*(event({"content": piece}) for piece in pieces), event({}, "stop"), DONE])


def flowed(guard, pieces: Iterable[bytes]) -> Iterator[bytes]:
    """What leaves for the client when the upstream's bytes arrive in these pieces."""
    flow, decoder = Flow(Judge(guard, CONTEXT, asked(guard)), lambda _: "BLOCKED"), Decoder()
    for piece in pieces:
        yield from flow.feed(decoder.raws(piece))
    yield from flow.end()


def said(stream: bytes) -> str:
    """The text an SDK puts together."""
    datas = [e.data for e in Decoder().feed(stream) if e.data and e.data != b"[DONE]"]
    return "".join(c["delta"].get("content") or "" for data in datas for c in json.loads(data)["choices"])


def streamed(guard):
    """A stream whose upstream sends one event for each chunk."""
    return lambda chunks: [said(b"".join(flowed(guard, [events(chunks)])))]


def test_the_tool_can_fail(tool, served):
    """Its own wrong design, and ours: each chunk judged for itself."""
    examples = importlib.import_module("chunk_invariance.examples")
    with pytest.raises(tool.ChunkInvarianceError):
        tool.assert_chunk_invariant(examples.design_a, examples.redact, "use sk-AbCd1234 now")
    assert tool.assert_chunk_invariant(examples.hold_back, examples.redact, "use sk-AbCd1234 now", splits=3)

    def forgetful(chunks: Iterable[str]) -> Iterator[str]:
        return ("".join(streamed(served)([chunk])) for chunk in chunks)

    with pytest.raises(tool.ChunkInvarianceError):
        tool.assert_chunk_invariant(forgetful, whole(served), f"It is {PLANTED['EMAIL_ADDRESS']}, she said.")


@pytest.mark.parametrize("number", range(len(SAMPLES)))
def test_every_cut_in_two(tool, served, number):
    text = filled(served, SAMPLES[number])
    assert tool.assert_chunk_invariant(streamed(served), whole(served), text) == len(text)


def test_the_samples_test_something(served):
    """A sample that the filter does not change tests nothing. Of the tool's own, one holds what is no finding by default: an
    address under example.com, which is nobody's (RFC 2606). In ours, nothing is given back inside a link to a host that the
    user did not name."""
    unchanged = [n for n, sample in enumerate(SAMPLES) if whole(served)(text := filled(served, sample)) == text]
    assert unchanged == [0, 13]


@pytest.mark.parametrize("text", ["a@contoso.com, 81.2.69.142", "+1 415-555-0132", "536-90-4399 you"])
def test_every_cut_in_three(tool, served, text):
    assert tool.assert_chunk_invariant(streamed(served), whole(served), text, splits=3) > len(text)


def test_many_cuts(tool, served):
    """Character by character, and random cuts."""
    chance = random.Random(7)
    for sample in SAMPLES:
        text = filled(served, sample)
        cuts = [sorted(chance.sample(range(1, len(text)), min(9, len(text) - 1))) for _ in range(5)]
        splits = [list(text), *([text[a:b] for a, b in zip([0, *c], [*c, len(text)], strict=True)] for c in cuts)]
        assert tool.assert_chunk_invariant(streamed(served), whole(served), text, splits=splits) == len(splits)


def test_every_cut_of_the_bytes(tool, served):
    """The bytes of the events, cut at every place: inside a character, a line end, a value. The same bytes leave."""
    text = filled(served, f"你好 {{0}} {PLANTED['IBAN_CODE']}, ok")
    stream = events(text[n : n + 9] for n in range(0, len(text), 9)).replace(b"\n\n", b"\r\n\r\n")
    once = b"".join(flowed(served, [stream]))
    assert said(once) == whole(served)(text)
    assert tool.assert_chunk_invariant(lambda chunks: flowed(served, chunks), lambda _: once, stream) == len(stream)


class Cut:
    """An upstream that answers with the pieces it was told to, or, unstreamed, with all of them at once."""

    pieces: list[str]

    async def __call__(self, scope, receive, send) -> None:
        if scope["type"] != "http":
            return
        asked = b""
        while (message := await receive())["type"] == "http.request":
            asked += message.get("body", b"")
            if not message.get("more_body"):
                break
        if not json.loads(asked).get("stream"):
            message = {"role": "assistant", "content": "".join(self.pieces)}
            body = json.dumps({"choices": [{"index": 0, "message": message, "finish_reason": "stop"}]}).encode()
            await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]})
            await send({"type": "http.response.body", "body": body})
            return
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/event-stream")]})
        for piece in self.pieces:
            await send({"type": "http.response.body", "body": event({"content": piece}), "more_body": True})
        await send({"type": "http.response.body", "body": event({}, "stop") + DONE})


def test_the_whole_proxy(tool, tmp_path):
    """On sockets, with the notice and the log: a stream's text is the unstreamed answer's, however the upstream cut it."""
    upstream = Cut()
    with running(tmp_path, upstream) as it:

        def streamed_there(chunks: Iterable[str]) -> list[str]:
            upstream.pieces = list(chunks)
            return [it.ask(OWN, stream=True).said()]

        def whole_there(text: str) -> str:
            upstream.pieces = [text]
            return it.ask(OWN).said()

        for text in (f"It is {PLANTED['PHONE_NUMBER']} or b@contoso.com.", "{0} 536-90-4399"):
            assert tool.assert_chunk_invariant(streamed_there, whole_there, text) == len(text)
            assert whole_there(text) != text
