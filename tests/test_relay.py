"""What the relay does when the log cannot be written, and that nothing is forwarded before the intent is durable (law 3)."""

import asyncio
import json

import pytest

from guardrails import assembly
from guardrails.audit import Receipt
from guardrails.calls import Incoming
from guardrails.errors import AuditUnavailable
from guardrails.guard import Guard
from guardrails.providers.demo import DemoProvider, DemoReply
from guardrails.record import Record
from guardrails.relay import Relay
from guardrails.settings import Caller, Settings

EMAIL = "jane.cooper@contoso.com"


class Log:
    """A log in memory that says what it was given, and fails from the given record on."""

    name, instance = "test/log", "test"

    def __init__(self, provider, fails_at=None):
        self.provider, self.fails_at = provider, fails_at
        self.records: list[Record] = []
        self.forwarded: list[int] = []

    async def append(self, record: Record) -> Receipt:
        """As the contract has it: whoever stops waiting does not take the record back."""
        return await asyncio.shield(asyncio.ensure_future(self._write(record)))

    async def _write(self, record: Record) -> Receipt:
        await asyncio.sleep(0)
        if self.fails_at is not None and len(self.records) >= self.fails_at:
            raise AuditUnavailable("The log cannot be written: no space left. Free some, then try again.")
        self.records.append(record)
        self.forwarded.append(len(self.provider.seen))
        return Receipt(len(self.records) - 1, len(self.records))

    async def close(self) -> None:
        pass


def relay(fails_at=None) -> Relay:
    parts, provider = assembly.Parts.of(Settings()), DemoProvider()
    guard = parts.guard(parts.policy())
    return Relay(Settings(), guard, provider, Log(provider, fails_at), b"k" * 32, {"instance": "test"})


def incoming(**fields) -> Incoming:
    body = {"model": "demo-chat", "messages": [{"role": "user", "content": f"I am {EMAIL}"}], **fields}
    return Incoming("/v1/chat/completions", (), json.dumps(body).encode())


async def taken(made: Relay, call: Incoming) -> bytes:
    outgoing = await made.chat(call, Caller())
    body = outgoing.body if outgoing.chunks is None else b"".join([chunk async for chunk in outgoing.chunks])
    await made.close()
    return body


@pytest.mark.parametrize("stream", [False, True])
def test_the_intent_is_durable_before_anything_is_forwarded(stream):
    made = relay()
    asyncio.run(taken(made, incoming(stream=stream)))
    assert [r.index.type for r in made.log.records] == ["decision.intent", "decision.outcome"]
    assert made.log.forwarded == [0, 1]


@pytest.mark.parametrize("stream", [False, True])
def test_nothing_is_forwarded_when_the_intent_cannot_be_written(stream):
    made = relay(fails_at=0)
    with pytest.raises(AuditUnavailable):
        asyncio.run(taken(made, incoming(stream=stream)))
    assert not made.provider.seen


def test_no_answer_leaves_when_the_outcome_cannot_be_written():
    made = relay(fails_at=1)
    with pytest.raises(AuditUnavailable):
        asyncio.run(taken(made, incoming()))


def test_a_stream_does_not_end_well_when_the_outcome_cannot_be_written():
    body = asyncio.run(taken(made := relay(fails_at=1), incoming(stream=True)))
    assert b"audit_unavailable" in body
    assert b"[DONE]" not in body
    assert made.provider.replies[-1].closed


def test_the_outcome_is_durable_before_the_last_event():
    async def run():
        made = relay()
        outgoing = await made.chat(incoming(stream=True), Caller())
        async for chunk in outgoing.chunks:
            if b"[DONE]" in chunk:
                assert len(made.log.records) == 2
                return
        raise AssertionError("no [DONE]")

    asyncio.run(run())


@pytest.mark.parametrize("steps", [0, 1, 3])
def test_a_stream_that_is_abandoned_is_recorded_and_closed(steps):
    async def run():
        made = relay()
        outgoing = await made.chat(incoming(stream=True), Caller())
        for _ in range(steps):
            await anext(outgoing.chunks)
        await outgoing.chunks.aclose()
        await made.close()
        assert [json.loads(r.leaf()).get("ending") for r in made.log.records] == [None, "client_gone"]
        assert made.provider.replies[-1].closed

    asyncio.run(run())


def test_a_call_that_is_cancelled_while_the_provider_thinks_is_recorded():
    class Slow(DemoProvider):
        async def call(self, call):
            await asyncio.sleep(60)

    async def run():
        made = relay()
        made.provider = Slow()
        task = asyncio.create_task(made.chat(incoming(), Caller()))
        await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await made.close()
        assert [json.loads(r.leaf()).get("ending") for r in made.log.records] == [None, "client_gone"]

    asyncio.run(run())


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("body", [None, b"{"], ids=["good", "malformed"])
def test_whenever_a_call_is_cancelled_an_intent_has_its_outcome(stream, body):
    """Cancelled after each number of turns of the event loop that a call can take."""

    async def run(turns):
        made = relay()
        call = incoming(stream=stream) if body is None else Incoming("/v1/chat/completions", (), body)
        task = asyncio.create_task(taken(made, call))
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        try:
            await task
        except asyncio.CancelledError:
            await asyncio.sleep(0)
            await made.close()
        return [r.index.type for r in made.log.records]

    seen = [asyncio.run(run(turns)) for turns in range(40)]
    assert all(types in ([], ["decision.intent", "decision.outcome"]) for types in seen)
    assert seen[0] == []
    assert seen[-1]


class Odd(DemoProvider):
    """A provider whose answer is not of the shape it should have."""

    def __init__(self, answer: bytes, kind: str = "application/json", status: int = 200):
        super().__init__()
        self.answer, self.kind, self.status = answer, kind, status

    async def call(self, call):
        self.seen.append(call)
        return DemoReply(self.status, (("content-type", self.kind), ("retry-after", "7")), iter([self.answer]))


async def odd(answer, kind="application/json", status=200, **fields):
    made = relay()
    made.provider = Odd(answer, kind, status)
    outgoing = await made.chat(incoming(**fields), Caller())
    body = outgoing.body if outgoing.chunks is None else b"".join([chunk async for chunk in outgoing.chunks])
    await made.close()
    return outgoing, body, [json.loads(r.leaf()) for r in made.log.records]


@pytest.mark.parametrize(
    "answer",
    [
        b'{"choices": 5}',
        b'{"choices": [null, 3, {"message": 3}]}',
        b'{"choices": [{"message": {"content": {"a": 1}, "tool_calls": 5}}]}',
        b'{"a":' * 150 + b"1" + b"}" * 150,
        b'{"a":' * 5000 + b"1" + b"}" * 5000,
        b'{"choices": [{"message": {"content": "half \\ud83d"}}]}',
        b'{"x": -Infinity, "choices": []}',
    ],
)
def test_an_answer_of_any_shape_ends_in_a_record(answer):
    outgoing, body, records = asyncio.run(odd(answer))
    assert outgoing.status in (200, 502)
    assert body
    assert [r.get("ending") for r in records] in ([None, "modified"], [None, "upstream_error"])


def test_an_answer_with_a_repeated_key_does_not_leave_as_it_came():
    twice = b'{"choices":[{"message":{"content":"bob@evil.org"}}],"choices":[{"index":0,"message":{"content":"a"}}]}'
    _, body, _ = asyncio.run(odd(twice, response_format={"type": "json_object"}))
    assert b"bob" not in body


@pytest.mark.parametrize(
    ("answer", "kind"),
    [(b"slow down", "text/plain"), (b"", "text/html"), (b"[1]", "application/json"), (b"data: x\n\n", "text/event-stream")],
)
def test_a_providers_error_without_json_keeps_status_and_headers(answer, kind):
    outgoing, body, records = asyncio.run(odd(answer, kind, 429))
    headers = dict(outgoing.headers)
    assert (outgoing.status, headers["retry-after"], headers["content-type"]) == (429, "7", "application/json")
    assert json.loads(body)["error"]["code"] == "upstream_error"
    assert records[-1]["ending"] == "upstream_error"


def test_a_content_type_in_capitals_is_a_stream_too():
    event = b'data: {"choices":[{"index":0,"delta":{"content":"hi"},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n'
    outgoing, body, _ = asyncio.run(odd(event, "Text/Event-Stream", stream=True))
    assert outgoing.chunks is not None
    assert body.endswith(b"[DONE]\n\n")


def test_a_notice_that_was_not_shown_is_not_claimed():
    for status, answer in ((429, b"{}"), (200, b"nonsense")):
        _, _, records = asyncio.run(odd(answer, status=status))
        assert (records[-1]["disclosure"]["placement"], records[-1]["disclosure"]["shown"]) == ("none", False)
    _, _, records = asyncio.run(odd(b'{"choices":[{"message":{"content":"hi"}}]}'))
    assert (records[-1]["disclosure"]["placement"], records[-1]["disclosure"]["shown"]) == ("text", True)


def test_a_mistake_of_ours_is_an_answer_and_a_record_not_a_crash():
    class Mistaken(Guard):
        def screen(self, *_):
            raise RuntimeError(EMAIL)

    async def run():
        made = relay()
        made.guard = Mistaken(made.guard.policy, made.guard.detectors)
        outgoing = await made.chat(incoming(), Caller())
        assert outgoing.status == 500
        assert EMAIL.encode() not in outgoing.body
        leaves = [json.loads(r.leaf()) for r in made.log.records]
        assert leaves[-1]["ending"] == "aborted"
        assert leaves[-1]["error"]["class"] == "RuntimeError"
        assert EMAIL not in json.dumps(leaves)

    asyncio.run(run())


def test_what_the_relay_holds_does_not_show():
    assert "k" * 8 not in repr(relay())
    assert EMAIL not in repr(incoming())
