"""What the relay does when the log cannot be written, and that nothing is forwarded before the intent is durable (law 3)."""

import asyncio
import json

import pytest

from guardrails import assembly
from guardrails.audit import Receipt
from guardrails.calls import Incoming
from guardrails.errors import AuditUnavailable
from guardrails.providers.demo import DemoProvider
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


def test_what_the_relay_holds_does_not_show():
    assert "k" * 8 not in repr(relay())
    assert EMAIL not in repr(incoming())
