"""ONE CALL, START TO FINISH. The order of things is stated here and nowhere else.

    read        the body becomes a Request, or is refused
    screen      findings, decision, edits (guard.py): what the model may see
    commit      the intent is durable in the log: nothing is forwarded before
    forward     the provider gets the edited call
    screen      the answer, in the same words; a stream goes through windows (stream/)
    commit      the outcome is durable: before the last byte leaves
    answer      the user's own values are back in their places, the notice before them

Whatever happens (a block, a fault, a client that hangs up) ends in an outcome record. A block is an answer, not an error.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol, TypeVar

from guardrails import providers
from guardrails.aside import Aside
from guardrails.audit import Log
from guardrails.calls import Call, Incoming, forwarded, micros, returned
from guardrails.deadlines import BETWEEN, FIRST_BYTE, LOG, SCREEN
from guardrails.endings import blocked_paths, ending_of, fed, is_stream, unfinished, whole_object
from guardrails.errors import AuditTooLate, AuditUnavailable, ClientError, GuardrailsError, NotJudged, UpstreamError
from guardrails.guard import Guard, Screened
from guardrails.model import Decision, Edit, Message, Origin, Pending, Stage
from guardrails.providers import Headers, Provider, Reply
from guardrails.record import Ending, Record
from guardrails.settings import Caller, Settings
from guardrails.stream.flow import Flow
from guardrails.stream.window import Judge
from guardrails.wire import chat as wire
from guardrails.wire import chat_replies, strict
from guardrails.wire.sse import DONE, Decoder, encode

HEAVY = 16_384  # bytes: to judge more may take so long (2 ms per KB) that other calls would notice
WRONG_PATH = "If it knows no such path: upstream must be its address up to /v1, such as https://api.openai.com/v1."
logger = logging.getLogger(__name__)
T = TypeVar("T")

JSON: Headers = (("content-type", "application/json"),)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What goes back to the client: a body, or chunks that may be read once."""

    status: int
    headers: Headers
    body: bytes = field(default=b"", repr=False)
    chunks: AsyncGenerator[bytes] | None = field(default=None, repr=False)


class Watch(Protocol):
    """Who counts and logs what becomes of calls (`watch.py`). Called at once, never awaited; raises nothing."""

    def judged(self, call: Call, decision: Decision, edits: Sequence[Edit]) -> None:
        """The intent is durable: what was found in the request and what was hidden."""

    def ended(self, call: Call, ending: Ending, said: Decision | None, told: Told) -> None:
        """The outcome is durable, or on its way where nobody waits for it. `said`: the decision about the answer."""

    def unwritten(self, call: Call, error: AuditUnavailable) -> None:
        """The log could not be written."""


class Closed(Protocol):
    """What is closed with a relay."""

    def close(self) -> None:
        """Raises nothing; may wait a little."""


@dataclass(frozen=True, slots=True)
class Told:
    """What the client got: status (0: nothing, it had gone), bytes, and whether as a stream."""

    status: int = 0
    sent: int = 0
    stream: bool = False


@dataclass(slots=True)
class Relay:
    """Everything a call needs. One for the life of the server; calls share nothing of each other's."""

    settings: Settings
    guard: Guard
    provider: Provider
    log: Log
    master: bytes = field(repr=False)
    origin: Mapping[str, object] = field(default_factory=dict)
    watch: Watch | None = None
    cut: Ending = Ending.CLIENT_GONE  # what it means that a call is cancelled; ABORTED once the server itself ends it
    aside: Aside = field(default_factory=Aside, repr=False)
    workers: Sequence[Closed] = ()  # processes that end with it
    _warned: bool = field(default=False, repr=False)
    _finishing: set[asyncio.Task[Any]] = field(default_factory=set, repr=False)

    async def chat(self, incoming: Incoming, caller: Caller, *, own_key: bool = False) -> Outgoing:
        """The whole way of one call. Raises AuditUnavailable where the log cannot be written: then nothing more happens."""
        call = Call(incoming, caller, self.settings, self.guard, self.master, self.origin, self.provider.name)
        outgoing: Outgoing | None = None
        try:
            outgoing = await self._answered(call, own_key=own_key)
            return outgoing
        finally:
            if outgoing is None or outgoing.chunks is None:
                call.clock.stop()

    async def _answered(self, call: Call, *, own_key: bool) -> Outgoing:
        try:
            screened = await self._judged(call, len(call.incoming.body), partial(self._screen_request, call))
            await self._append(call, call.intent(screened.decision, screened.edits))
            if self.watch:
                self.watch.judged(call, screened.decision, screened.edits)
            if screened.decision.blocked:
                return await self._declined(call, screened.decision)
            return await self._forward(call, screened, own_key=own_key)
        except asyncio.CancelledError:
            self._afterwards(call, self.cut)
            raise
        except AuditUnavailable:
            raise
        except ClientError as fault:
            return await self._refused(call, fault, Ending.BLOCKED)
        except UpstreamError as fault:
            return await self._failed(call, fault)
        except NotJudged as fault:
            return await self._refused(call, fault, Ending.DETECTOR_ERROR)
        except Exception as error:  # noqa: BLE001 a mistake of ours: nothing leaves, and it is written down like any other end
            fault_of_ours = GuardrailsError(
                "The guard could not finish this call, so nothing of it passes. Its log names the fault."
            )
            return await self._refused(call, fault_of_ours, Ending.ABORTED, type(error).__name__)

    # --- the request ----------------------------------------------------------------------------------------------

    async def _judged(self, call: Call, size: int, judge: Callable[[], Screened[Any]]) -> Screened[Any]:
        """What `judge` says of a body of so many bytes. Raises NotJudged where that takes too long."""
        if size < HEAVY and not call.guard.slow:
            return judge()
        with call.clock.wait(SCREEN):
            return await self.aside.run(judge)

    def _screen_request(self, call: Call) -> Screened[wire.Request]:
        began = micros()
        request = wire.Request(strict.parse(call.incoming.body))
        call.understand(request)
        own = [(turn, call.known.strip(turn.text)) for turn in request.turns(Origin.MODEL)]
        request = request.edited([Edit(turn.path, *span, "") for turn, span in own if span])  # the model never sees our notice
        call.request = request
        screened = self._screened(call, request, Stage.INPUT)
        call.know_hosts()
        call.guard_us += call.spent(began)
        return screened

    def _screened(self, call: Call, message: Message, stage: Stage) -> Screened[Any]:
        screened = call.guard.screen(message, stage, call.context, call.vault)
        if isinstance(screened, Pending):
            raise GuardrailsError("A rule asks an outside judge, and none is installed here.")
        return screened

    async def _forward(self, call: Call, screened: Screened[wire.Request], *, own_key: bool) -> Outgoing:
        body = strict.dump(screened.message.body)
        headers = forwarded(call.incoming, self.settings, own_key=own_key)
        path = f"{call.incoming.path}?{call.incoming.query}" if call.incoming.query else call.incoming.path
        began = micros()
        with call.clock.wait(FIRST_BYTE):
            reply = await self.provider.call(providers.Call("POST", path, headers, body))
        call.upstream_us = call.spent(began)
        if reply.status < 400 and is_stream(reply):
            return await self._streamed(call, screened.decision, reply)
        try:
            whole = await self._read(call, reply)
        except UpstreamError as fault:
            return await self._failed(call, fault, reply if reply.status >= 400 else None)
        finally:
            await reply.close()
            call.upstream_us = call.spent(began)
        return await self._whole(call, screened.decision, reply, whole)

    async def _read(self, call: Call, reply: Reply) -> bytes:
        """The whole body. Raises UpstreamError: a redirect, one that breaks, is too large or too late."""
        if 300 <= reply.status < 400:  # whoever follows it, here or the client, would ask where nobody chose to ask
            raise UpstreamError(
                f"The provider answered with a redirect (status {reply.status}), which is neither followed nor passed on. "
                "Set upstream to the address that it points to."
            )
        parts, size = [], 0
        with call.clock.wait(BETWEEN) as clock:
            async for chunk in reply.chunks():
                size += len(chunk)
                if size > self.settings.max_answer_bytes:
                    raise self._too_large()
                parts.append(chunk)
                clock.again()
        return b"".join(parts)

    def _too_large(self) -> UpstreamError:
        most = self.settings.max_answer_bytes
        return UpstreamError(f"The provider's answer is larger than {most} bytes (the setting max_answer_bytes).")

    # --- a whole answer -------------------------------------------------------------------------------------------

    async def _whole(self, call: Call, asked: Decision, reply: Reply, whole: bytes) -> Outgoing:
        """A JSON answer, or an error of the provider: providers quote prompts in their errors, so both are screened."""
        body, failed = whole_object(whole), reply.status >= 400
        if body is None:
            hint = f" {WRONG_PATH}" if reply.status == 404 else ""
            fault = UpstreamError(f"The provider answered with status {reply.status} and no JSON object.{hint}")
            return await self._failed(call, fault, reply if failed else None)
        if reply.status == 404:
            self._warn_of_path(body)
        began = micros()
        json_mode = call.request is not None and call.request.wants_json
        answer = wire.Free(body) if failed else wire.Answer(body, json_mode)
        screened = await self._judged(call, len(whole), partial(self._screened, call, answer, Stage.OUTPUT))
        said, decision = screened.message.body, screened.decision
        if decision.blocked:
            words = call.words(decision)
            said = (
                chat_replies.error(words, "content_filter")
                if failed
                else chat_replies.refused(said, blocked_paths(decision), words)
            )
        if not failed and call.note is not None:
            call.tell(in_text=bool(call.prefix) and chat_replies.talks(said))
            said = chat_replies.with_notice(said, call.prefix, call.note if call.told == "text" else call.mute or {})
        call.guard_us += call.spent(began)
        sent = whole if said is body and not strict.repeats(whole, body) else strict.dump(said)
        ending = Ending.UPSTREAM_ERROR if failed else ending_of(asked, decision)
        error = {"stage": "upstream", "class": f"http_{reply.status}"} if failed else None
        usage = body.get("usage") if isinstance(body.get("usage"), dict) else None
        facts: dict[str, Any] = {"status": reply.status, "bytes_out": len(sent), "served": str(body.get("model") or "")}
        facts["unscanned"] = answer.places.unscanned
        outcome = call.outcome(ending, decision, screened.restored, usage=usage, error=error, **facts)
        await self._append(call, outcome, decision, Told(reply.status, len(sent)))
        return Outgoing(reply.status, (*returned(reply.headers), *call.headers(asked)), sent)

    # --- a stream -------------------------------------------------------------------------------------------------

    async def _streamed(self, call: Call, asked: Decision, reply: Reply) -> Outgoing:
        request = call.request
        json_mode, expected = (request.wants_json, request.choices) if request else (False, 1)
        call.request = None  # a thousand open streams need not remember what was asked
        flow = Flow(
            Judge(call.guard, call.context, call.vault), call.words, expected, call.prefix, call.note, call.mute, json_mode
        )
        headers = (*returned(reply.headers), *call.headers(asked))
        chunks = self._chunks(call, asked, reply, flow)
        await anext(chunks)  # it has begun: from here on it ends in a record and closes the upstream, read or not
        return Outgoing(reply.status, headers, chunks=chunks)

    async def _chunks(self, call: Call, asked: Decision, reply: Reply, flow: Flow) -> AsyncGenerator[bytes]:
        """What the client gets, piece by piece: one send for one read, the end only after the outcome is durable."""
        decoder, came, sent, fault = Decoder(), 0, 0, None
        began = micros()
        try:
            yield b""
            call.clock.rest()
            try:
                with call.clock.wait(BETWEEN) as clock:
                    async for chunk in reply.chunks():
                        clock.rest()
                        came += len(chunk)
                        out, fault = await self._fed(call, flow, decoder.raws(chunk))
                        if out:
                            sent += len(out)
                            yield out
                        if came - sent > self.settings.max_answer_bytes:  # an event without end, or all of it held back
                            fault = fault or self._too_large()
                        if fault or flow.done or flow.failed or flow.refused:
                            break
                        clock.again()
                    else:
                        out, fault = await self._fed(call, flow, [rest.raw] if (rest := decoder.rest()) else [])
                        yield out
            except UpstreamError as error:
                fault = error
            if not fault and not (flow.done or flow.failed or flow.ended):
                fault = UpstreamError("The provider's stream ended before the answer did.")
            yield b"".join(await self._waited(call, partial(flow.end, aborted=fault is not None)))
            call.clock.rest()
            call.upstream_us += call.spent(began)
            call.mistake = type(fault).__name__ if fault else ""
            ending = Ending.UPSTREAM_ERROR if fault or flow.failed else ending_of(asked, flow.decision)
            outcome = self._flowed(call, flow, reply, ending, sent)
            await self._append(call, outcome, flow.decision, Told(reply.status, sent, stream=True))
            if fault is not None:
                yield _told(fault)
            elif not flow.failed:
                yield flow.last
        except AuditUnavailable as error:
            yield _told(error)
        except Exception as error:  # noqa: BLE001 a mistake of ours ends the stream; what has left was judged
            call.mistake, (ending, told) = type(error).__name__, unfinished(error)
            self._afterwards(call, ending, flow, reply, sent)
            yield _told(told)
        finally:
            call.clock.stop()
            self._afterwards(call, self.cut, flow, reply, sent)
            await reply.close()

    async def _fed(self, call: Call, flow: Flow, raws: Iterable[bytes]) -> tuple[bytes, UpstreamError | None]:
        """What a read releases."""
        if not call.guard.slow:
            return fed(flow, raws)
        events = list(raws)
        return fed(flow, events) if flow.only_grows(events) else await self._waited(call, partial(fed, flow, events))

    async def _waited(self, call: Call, work: Callable[[], T]) -> T:
        """A stream's judgement, away from the loop where a detector may wait. Raises NotJudged where it takes too long."""
        if not call.guard.slow:
            return work()
        try:
            with call.clock.wait(SCREEN):
                return await self.aside.run(work)
        finally:
            call.clock.wait(BETWEEN).rest()

    def _flowed(self, call: Call, flow: Flow, reply: Reply, ending: Ending, sent: int) -> Record:
        if flow.noticed or flow.spoken:
            call.tell(in_text=flow.spoken)
        fault = {"stage": "upstream", "class": call.mistake or "stream"} if ending is Ending.UPSTREAM_ERROR else None
        facts: dict[str, Any] = {"status": reply.status, "bytes_out": sent, "served": flow.model, "usage": flow.usage}
        facts["unscanned"] = flow.unscanned
        return call.outcome(ending, flow.decision, flow.restored, error=fault, **facts)

    # --- answers of our own ---------------------------------------------------------------------------------------

    async def _declined(self, call: Call, decision: Decision) -> Outgoing:
        """A request that a rule blocks: answered like a model that declines, or as an error where the operator says so."""
        request, words = call.request, call.words(decision)
        failed = any(reason.result == "error" for reason in decision.reasons)
        ending, headers = Ending.DETECTOR_ERROR if failed else Ending.BLOCKED, call.headers(decision)
        if request is None or self.settings.block_as == "error":
            await self._append(call, call.outcome(ending), told=Told(400))
            return Outgoing(400, (*JSON, *headers), strict.dump(chat_replies.error(words, "content_filter")))
        if call.note is not None:
            call.tell(in_text=bool(call.prefix))
        await self._append(call, call.outcome(ending), told=Told(200, stream=request.stream))
        body = chat_replies.refusal(request, call.id, call.at, call.prefix + words, call.note)
        if not request.stream:
            return Outgoing(200, (*JSON, *headers), strict.dump(body))
        events = b"".join(encode(strict.dump(chunk)) for chunk in chat_replies.as_chunks(body)) + DONE
        return Outgoing(200, (("content-type", "text/event-stream; charset=utf-8"), *headers), events)

    async def _refused(self, call: Call, fault: GuardrailsError, ending: Ending, kind: str = "") -> Outgoing:
        """A call that cannot be read, or not be finished: nothing of it passes, and that is written down like any other."""
        call.mistake = kind or type(fault).__name__
        try:
            if not call.intended:
                await self._append(call, call.intent(call.empty()))
            if not call.finished:
                await self._append(call, call.outcome(ending), told=Told(fault.status))
        except asyncio.CancelledError:
            self._afterwards(call, ending)
            raise
        return Outgoing(fault.status, (*JSON, *call.headers(call.empty(), refused=True)), error_body(fault))

    async def _failed(self, call: Call, fault: UpstreamError, reply: Reply | None = None) -> Outgoing:
        """The provider cannot be reached or understood. What it said of status and of waiting is passed on."""
        status = reply.status if reply else fault.status
        call.mistake = f"http_{status}" if reply else type(fault).__name__
        try:
            outcome = call.outcome(Ending.UPSTREAM_ERROR, status=reply.status if reply else None)
            await self._append(call, outcome, told=Told(status))
        except asyncio.CancelledError:
            self._afterwards(call, Ending.UPSTREAM_ERROR)
            raise
        kept = tuple((k, v) for k, v in returned(reply.headers) if k != "content-type") if reply else ()
        return Outgoing(status, (*JSON, *kept, *call.headers(call.empty(), refused=True)), error_body(fault))

    # --- the log --------------------------------------------------------------------------------------------------

    async def _append(self, call: Call, record: Record, said: Decision | None = None, told: Told | None = None) -> None:
        """Durable when this returns. Raises AuditUnavailable: then nothing more may happen.

        A caller that stops waiting does not take its record back, so from here on the record counts as written.
        """
        began = micros()
        if record.index.type == "decision.intent":
            call.intended = True
        else:
            call.finished = True
        try:
            with call.clock.wait(LOG):
                await self.log.append(record)
        except AuditUnavailable as error:
            if isinstance(error, AuditTooLate):
                self._afterwards(call, Ending.ABORTED)  # an intent that is written after all gets its outcome
            if self.watch:
                self.watch.unwritten(call, error)
            raise
        call.log_us += call.spent(began)
        if self.watch and told:
            self.watch.ended(call, Ending(record.index.ending), said, told)

    def _afterwards(
        self, call: Call, ending: Ending, flow: Flow | None = None, reply: Reply | None = None, sent: int = 0
    ) -> None:
        """Write down the end of a call for which nobody waits any more. It is not cancelled with the call."""
        if call.finished:
            return
        records = []
        if not call.intended:  # the client went while its text was judged: it was read, so it is written down
            call.mistake, call.intended = NotJudged.__name__, True
            records.append(call.intent(call.empty()))
        try:
            record = self._flowed(call, flow, reply, ending, sent) if flow and reply else call.outcome(ending)
        except Exception as error:  # noqa: BLE001 whatever is odd about an answer, its end is written down
            call.mistake = type(error).__name__
            record = call.outcome(ending)
        call.finished = True
        if self.watch:
            self.watch.ended(call, ending, flow.decision if flow else None, Told(0, sent, stream=flow is not None))
        task = asyncio.get_running_loop().create_task(self._written(call, *records, record))
        self._finishing.add(task)
        task.add_done_callback(self._finishing.discard)

    async def _written(self, call: Call, *records: Record) -> None:
        try:
            for record in records:
                await self.log.append(record)
        except AuditUnavailable as error:  # the intent without an outcome is itself the evidence, and recovery says so
            if self.watch:
                self.watch.unwritten(call, error)

    def _warn_of_path(self, body: dict[str, Any]) -> None:
        """A provider that knows no such path is most often an address with too much or too little in it: told once."""
        error = body.get("error")
        if not self._warned and not (isinstance(error, dict) and error.get("code") == "model_not_found"):
            self._warned = True
            logger.warning("The provider answered 404. %s", WRONG_PATH)

    async def close(self) -> None:
        """Let the last outcomes be written, then close what was opened."""
        while self._finishing:
            await asyncio.gather(*self._finishing, return_exceptions=True)
        await self.provider.close()
        for worker in self.workers:
            await asyncio.to_thread(worker.close)
        await self.log.close()


def error_body(fault: GuardrailsError) -> bytes:
    """The body of an error in OpenAI's shape."""
    return strict.dump(chat_replies.error(fault.public, fault.code))


def _told(fault: GuardrailsError) -> bytes:
    """An error as the last event of a stream; the SDKs raise it."""
    return encode(error_body(fault))
