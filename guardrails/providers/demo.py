"""The demo model: a provider that needs no key and no network, in the process or as an OpenAI-shaped server.

`answer` and `events` are the pure core: a request body in, a Chat Completion or its chunks out, always the same for the
same body. What it says is scripted (`demo_scripts.py`, by `model` name); how it is cut is asked for in the request's own
field `demo`, which any model must be able to ignore:

    chunk     characters of one delta (default: a word)        ascii   escape everything beyond ASCII
    delay_ms  waiting before each event                        crlf    lines end with CR LF
    calls     how many tools are called at once                ping    a comment before each event
    bytes     cut the event stream into pieces of this size    cut     break off after so many events
    bare      demo-link answers with the bare link alone

    python -m guardrails.providers.demo --port 9000
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
from collections import deque
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from itertools import chain, zip_longest

import click
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from guardrails.providers import Call, Headers, Reply
from guardrails.providers.demo_scripts import SCRIPTS, Body, Failed, Said, option, script

CREATED = 1795219200  # 2026-11-21: the demo has no clock
SLOW_MS = 150  # what demo-slow waits before each event
REMEMBERED = 256  # calls kept in `seen`
DONE = "[DONE]"
_WORDS = re.compile(r"\s*\S+\s*?(?=\s|\Z)|\s+")


def answer(body: Body) -> Body:
    """The whole answer: a Chat Completion, or an error in OpenAI's shape."""
    said = script(body)
    if isinstance(said, Failed):
        return said.body
    choices = [_choice(body, said, index) for index in range(_count(body))]
    return {**_frame(body, "chat.completion"), "choices": choices, "usage": _usage(body, said)}


def events(body: Body) -> Iterator[Body | str]:
    """The same answer as chunks, then "[DONE]". Choices and tools interleave by their index. An error is answered whole."""
    said = script(body)
    if isinstance(said, Failed):
        yield said.body
        return
    wanted = body.get("stream_options")
    with_usage = isinstance(wanted, dict) and bool(wanted.get("include_usage"))
    frame = {**_frame(body, "chat.completion.chunk"), **({"usage": None} if with_usage else {})}
    streams = [_deltas(body, said) for _ in range(_count(body))]
    for moment in zip_longest(*streams):
        for index, part in enumerate(moment):
            if part is not None:
                delta, logprobs, finish = part
                choice = {"index": index, "delta": delta, "logprobs": logprobs, "finish_reason": finish}
                yield {**frame, "choices": [choice]}
    if with_usage:
        yield {**frame, "choices": [], "usage": _usage(body, said)}
    yield DONE


def pieces(text: str, size: int) -> list[str]:
    """A text in deltas of `size` characters; by words where `size` is 0. Joined they are the text."""
    return [text[i : i + size] for i in range(0, len(text), size)] if size > 0 else _WORDS.findall(text)


def _frame(body: Body, kind: str) -> Body:
    digest = hashlib.sha256(json.dumps(body).encode()).hexdigest()
    model = str(body.get("model") or "demo-chat")
    return {
        "id": f"chatcmpl-demo{digest[:24]}",
        "object": kind,
        "created": CREATED,
        "model": model,
        "system_fingerprint": "fp_demo",
    }


def _count(body: Body) -> int:
    n = body.get("n")
    return min(n, 128) if isinstance(n, int) and n > 0 else 1


def _usage(body: Body, said: Said) -> Body:
    """Tokens as the demo counts them: four bytes of the request, one word of the answer."""
    asked = len(json.dumps(body.get("messages"))) // 4
    spoken = [said.content or "", said.reasoning or "", *(arguments for _, arguments in said.calls)]
    told = _count(body) * sum(len(pieces(text, 0)) for text in spoken)
    return {"prompt_tokens": asked, "completion_tokens": told, "total_tokens": asked + told}


def _calls(said: Said, seed: str) -> list[Body]:
    kind, words = ("custom", "input") if said.custom else ("function", "arguments")
    return [
        {
            "id": f"call_demo{hashlib.sha256(f'{seed}{i}'.encode()).hexdigest()[:20]}",
            "type": kind,
            kind: {"name": name, words: arguments},
        }
        for i, (name, arguments) in enumerate(said.calls)
    ]


def _finish(said: Said) -> str:
    return "stop" if not said.calls else "function_call" if said.legacy else "tool_calls"


def _choice(body: Body, said: Said, index: int) -> Body:
    message: Body = {"role": "assistant", "content": said.content, "refusal": None}
    if said.reasoning is not None:
        message["reasoning_content"] = said.reasoning
    if said.legacy:
        message["function_call"] = {"name": said.calls[0][0], "arguments": said.calls[0][1]}
    elif said.calls:
        message["tool_calls"] = _calls(said, f"choice{index}")
    probable = _logprobs(body, pieces(said.content, 0)) if said.content else None
    return {"index": index, "message": message, "logprobs": probable, "finish_reason": _finish(said)}


def _logprobs(body: Body, tokens: list[str]) -> Body | None:
    """Log probabilities for what a delta says, where they were asked for: the tokens spell the text."""
    if not body.get("logprobs"):
        return None
    alternatives = bool(body.get("top_logprobs"))
    rows = [{"token": token, "logprob": -0.25, "bytes": list(token.encode("utf-8", "replace"))} for token in tokens]
    return {"content": [{**row, "top_logprobs": [row] if alternatives else []} for row in rows], "refusal": None}


def _deltas(body: Body, said: Said) -> Iterator[tuple[Body, Body | None, str | None]]:
    """One choice: its role, its reasoning, its text, its tools in turns, its end."""
    size = option(body, "chunk")
    yield {"role": "assistant", "content": "" if said.content is not None else None, "refusal": None}, None, None
    for piece in pieces(said.reasoning or "", size):
        yield {"reasoning_content": piece}, None, None
    for piece in pieces(said.content or "", size):
        yield {"content": piece}, _logprobs(body, [piece]), None
    if said.legacy:
        name, arguments = said.calls[0]
        yield {"function_call": {"name": name, "arguments": ""}}, None, None
        for piece in pieces(arguments, size):
            yield {"function_call": {"arguments": piece}}, None, None
    else:
        streams = [_call_deltas(index, call, size) for index, call in enumerate(_calls(said, "choice"))]
        for delta in filter(None, chain.from_iterable(zip_longest(*streams))):
            yield {"tool_calls": [delta]}, None, None
    yield {}, None, _finish(said)


def _call_deltas(index: int, call: Body, size: int) -> Iterator[Body]:
    kind = call["type"]
    words = "input" if kind == "custom" else "arguments"
    yield {"index": index, **call, kind: {**call[kind], words: ""}}
    for piece in pieces(call[kind][words], size):
        yield {"index": index, kind: {words: piece}}


# --- the provider, and the server -------------------------------------------------------------------------------------


@dataclass(slots=True)
class DemoReply:
    """What the demo answers to one call; `finished` once every byte was taken."""

    status: int
    headers: Headers
    parts: Iterator[bytes] = field(repr=False)
    delay_s: float = 0.0
    finished: bool = False
    closed: bool = False

    async def chunks(self) -> AsyncIterator[bytes]:
        for part in self.parts:
            if self.closed:
                return
            await asyncio.sleep(self.delay_s)
            yield part
        self.finished = True

    async def close(self) -> None:
        self.closed = True


@dataclass(slots=True)
class DemoProvider:
    """The demo model in the process. `seen`: the last calls it got; `replies`: what it gave, to see which were broken off."""

    name: str = "demo"
    seen: deque[Call] = field(default_factory=lambda: deque(maxlen=REMEMBERED), repr=False)
    replies: deque[DemoReply] = field(default_factory=lambda: deque(maxlen=REMEMBERED), repr=False)

    async def call(self, call: Call) -> Reply:
        self.seen.append(call)
        reply = _reply(call)
        self.replies.append(reply)
        return reply

    async def close(self) -> None:
        """Nothing is open."""


def _reply(call: Call) -> DemoReply:
    path = call.path.partition("?")[0]
    if path == "/v1/models":
        models = [{"id": name, "object": "model", "created": CREATED, "owned_by": "demo"} for name in SCRIPTS]
        return _json_reply(200, {"object": "list", "data": models})
    if path != "/v1/chat/completions":
        return _json_reply(404, _error(f"The demo model has no {path}.", "unknown_url"))
    body = _parsed(call.body)
    if body is None:
        return _json_reply(400, _error("The body is not a JSON object.", "invalid_json"))
    said = script(body)
    if isinstance(said, Failed):
        return _json_reply(said.status, said.body, said.headers)
    headers = (("openai-processing-ms", "1"), ("x-request-id", "req_demo"))
    if not body.get("stream"):
        return _json_reply(200, answer(body), headers, bool(option(body, "ascii")))
    delay = option(body, "delay_ms", SLOW_MS if body.get("model") == "demo-slow" else 0) / 1000
    kind = ("content-type", "text/event-stream; charset=utf-8")
    return DemoReply(200, (kind, ("cache-control", "no-cache"), *headers), _stream(body), delay)


def _parsed(raw: bytes) -> Body | None:
    try:
        body = json.loads(raw)
    except ValueError:
        return None
    return body if isinstance(body, dict) else None


def _json_reply(status: int, body: Body, headers: Headers = (), ascii_only: bool = False) -> DemoReply:
    data = json.dumps(body, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass")
    return DemoReply(status, (("content-type", "application/json"), *headers), iter([data]))


def _error(message: str, code: str) -> Body:
    return {"error": {"message": message, "type": "invalid_request_error", "param": None, "code": code}}


def _stream(body: Body) -> Iterator[bytes]:
    """The event stream (the `text/event-stream` of the HTML standard, §9.2), whole events or cut by `demo.bytes`."""
    sent = _frames(body)
    size = option(body, "bytes")
    if size <= 0:
        yield from sent
        return
    whole = b"".join(sent)
    for i in range(0, len(whole), size):
        yield whole[i : i + size]


def _frames(body: Body) -> Iterator[bytes]:
    end = "\r\n" if option(body, "crlf") else "\n"
    ping = f": ping{end}{end}" if option(body, "ping") else ""
    limit = option(body, "cut", -1)
    for count, event in enumerate(events(body)):
        if count == limit:
            return
        data = event if isinstance(event, str) else json.dumps(event, ensure_ascii=bool(option(body, "ascii")))
        yield f"{ping}data: {data}{end}{end}".encode("utf-8", "surrogatepass")


def app(provider: DemoProvider | None = None) -> Starlette:
    """The demo as an OpenAI-shaped server. `app.state.seen`: the raw bodies and headers it received, newest last."""
    model = provider or DemoProvider()

    async def any_route(request: Request) -> Response:
        headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in request.headers.raw)
        query = f"?{request.url.query}" if request.url.query else ""
        reply = await model.call(Call(request.method, request.url.path + query, headers, await request.body()))
        response = StreamingResponse(reply.chunks(), reply.status)
        response.raw_headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in reply.headers]
        return response

    made = Starlette(routes=[Route("/{path:path}", any_route, methods=["GET", "POST"])])
    made.state.seen = model.seen
    made.state.replies = model.replies
    return made


@click.command(help="Serve the demo model on this machine, in OpenAI's shape.")
@click.option("--port", type=click.IntRange(0, 65535), default=9000, show_default=True)
def main(port: int) -> None:
    import uvicorn  # noqa: PLC0415  only the command needs a server

    click.echo(f"The demo model answers on http://127.0.0.1:{port}/v1 ({', '.join(SCRIPTS)})")
    uvicorn.run(app(), host="127.0.0.1", port=port, log_level="warning")


if __name__ == "__main__":
    main()
