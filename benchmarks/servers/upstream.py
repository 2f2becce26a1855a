"""A model without thought: answers at once, about 1 KB, or in a stream of so many word-sized chunks as `max_tokens` says.

    python -m benchmarks.servers.upstream PORT

`seed` in the body chooses the text (`texts.py`). `POST /control` sets how it behaves from then on:

    delay_ms   between two chunks; 0: one write for each chunk, one turn of the loop apart
    stamp      each chunk's `system_fingerprint` says its number and when it was written (monotonic clock, nanoseconds)
    echo       an answer repeats the addresses, or what stands in their place, that came with the request
    faults     of twenty seeds one is answered with an error, a broken or a nonsensical answer (`fault`)

Bare asyncio: it shares two cores with what is measured, and its own time must not become part of the figures.
"""

from __future__ import annotations

import asyncio
import gc
import re
import sys
import time
from dataclasses import dataclass

import httptools
import orjson
import uvloop

from benchmarks import texts

CREATED = 1_760_000_000
STREAM_HEAD = (
    b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\ncache-control: no-cache\r\n"
    b"openai-processing-ms: 5\r\nx-request-id: req_8f2c1b\r\nx-ratelimit-remaining-requests: 9999\r\n"
    b"transfer-encoding: chunked\r\n\r\n"
)
FINGERPRINT = "fp_44709d6fcb"
_LETTERS = str.maketrans("0123456789abcdef", "ghijklmnopqrstuv")  # a stamp holds no digits, which might look like a value
_DIGITS = str.maketrans("ghijklmnopqrstuv", "0123456789abcdef")
_STREAM = re.compile(rb'"stream":\s*true')
_SEED = re.compile(rb'"seed":\s*(\d+)')
_COUNT = re.compile(rb'"max_(?:completion_)?tokens":\s*(\d+)')
_ECHOED = re.compile(r"<[A-Z_]+_[0-9A-Z]{8,}>|[\w.]+@contoso\.com")
FAULTS = ("busy", "error", "cut", "garbage", "in_stream")


@dataclass(slots=True)
class State:
    delay_ms: float = 0
    stamp: bool = False
    echo: bool = False
    faults: bool = False
    last: bytes = b""  # the body of the last call, for whoever asks at /last


def stamped(number: int, now_ns: int) -> str:
    """A fingerprint that says which chunk it stands in and when that was written."""
    return "fp_" + f"{number:x}x{now_ns:x}".translate(_LETTERS)


def stamp(letters: str) -> tuple[int, int]:
    """What `stamped` wrote: number and time. Raises ValueError for anything else."""
    number, _, at = letters.removeprefix("fp_").translate(_DIGITS).partition("x")
    return int(number, 16), int(at, 16)


def fault(seed: int) -> str:
    """How the call with this seed is to fail, if faults are on: "" for 19 of 20."""
    return FAULTS[seed // 20 % len(FAULTS)] if seed % 20 == 0 else ""


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


def _response(status: bytes, body: bytes, more: bytes = b"") -> bytes:
    return b"HTTP/1.1 %b\r\ncontent-type: application/json\r\nx-request-id: req_8f2c1b\r\n%bcontent-length: %d\r\n\r\n%b" % (
        status,
        more,
        len(body),
        body,
    )


def _plain(seed: int, said: str) -> bytes:
    return orjson.dumps(
        {
            "id": f"chatcmpl-{seed:x}",
            "object": "chat.completion",
            "created": CREATED,
            "model": "gpt-4o-mini-2024-07-18",
            "choices": [
                {
                    "index": 0,
                    "message": {"role": "assistant", "content": said, "refusal": None, "annotations": []},
                    "logprobs": None,
                    "finish_reason": "stop",
                }
            ],
            "usage": {"prompt_tokens": 180, "completion_tokens": 120, "total_tokens": 300},
            "service_tier": "default",
            "system_fingerprint": FINGERPRINT,
        }
    )


def _events(seed: int, said: list[str]) -> list[tuple[bytes, bytes]]:
    """The stream's events, each in two parts: what stands before its fingerprint, and what stands after."""
    head = b'data: {"id":"chatcmpl-%x","object":"chat.completion.chunk","created":%d,' % (seed, CREATED)
    head += b'"model":"gpt-4o-mini-2024-07-18","service_tier":"default","system_fingerprint":"'
    tail = b'},"logprobs":null,"finish_reason":null}],"usage":null}\n\n'
    begun = b'","choices":[{"index":0,"delta":{"role":"assistant","content":"","refusal":null' + tail
    ended = b'","choices":[{"index":0,"delta":{},"logprobs":null,"finish_reason":"stop"}],"usage":null}\n\n'
    used = b'","choices":[],"usage":{"prompt_tokens":180,"completion_tokens":%d,"total_tokens":%d}}\n\n' % (
        len(said),
        len(said) + 180,
    )
    deltas = [b'","choices":[{"index":0,"delta":{"content":%b%b' % (orjson.dumps(piece), tail) for piece in said]
    return [(head, after) for after in (begun, *deltas, ended, used)]


class Client(asyncio.Protocol):
    """One connection."""

    def __init__(self, state: State, loop: asyncio.AbstractEventLoop) -> None:
        self.state, self.loop = state, loop
        self.parser = httptools.HttpRequestParser(self)
        self.transport: asyncio.Transport | None = None
        self.path, self.body = b"", b""
        self.events: list[tuple[bytes, bytes]] = []
        self.number, self.began, self.last, self.wrong = 0, 0.0, 0, ""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport  # type: ignore[assignment]  # a server's transport can write

    def connection_lost(self, _: Exception | None) -> None:
        self.transport = None

    def data_received(self, data: bytes) -> None:
        self.parser.feed_data(data)

    def on_url(self, url: bytes) -> None:
        self.path, self.body = url, b""

    def on_body(self, body: bytes) -> None:
        self.body += body

    def on_message_complete(self) -> None:
        if self.path.endswith(b"/control"):
            for name, value in orjson.loads(self.body).items():
                setattr(self.state, name, value)
            self._write(_response(b"200 OK", b"{}"))
        elif self.path.endswith(b"/last"):
            self._write(_response(b"200 OK", self.state.last))
        elif self.path.endswith(b"/chat/completions"):
            self._answer()
        else:
            self._write(_response(b"200 OK", b'{"object":"list","data":[]}'))

    def _answer(self) -> None:
        body, state = self.body, self.state
        state.last = body
        found = _SEED.search(body)
        seed = int(found[1]) if found else 0
        wrong = fault(seed) if state.faults else ""
        echoed = " ".join(_ECHOED.findall(body.decode("utf-8", "replace"))) if state.echo else ""
        if wrong == "busy":
            self._write(
                _response(
                    b"429 Too Many Requests", b'{"error":{"message":"Slow down","code":"rate_limit"}}', b"retry-after: 7\r\n"
                )
            )
        elif wrong == "error":
            self._write(_response(b"500 Internal Server Error", b'{"error":{"message":"It broke","code":null}}'))
        elif wrong == "garbage":
            self._write(_response(b"200 OK", b"<html>Bad gateway</html>"))
        elif not _STREAM.search(body):
            said = texts.answer(seed)
            whole = _response(b"200 OK", _plain(seed, f"{echoed} {said}" if echoed else said))
            self._write(whole[:-200] if wrong else whole)
            if wrong:
                self._hang_up()
        else:
            count = _COUNT.search(body)
            said_pieces = texts.streamed(seed, int(count[1]) if count else 200)
            if echoed:
                said_pieces[:0] = [echoed[i : i + 4] for i in range(0, len(echoed), 4)] + [" "]
            self.events, self.number = _events(seed, said_pieces), 0
            self.wrong = wrong
            self.last = len(self.events) // 2 if wrong else len(self.events)
            self.began = self.loop.time()
            self._write(STREAM_HEAD)
            self._next()

    def _next(self) -> None:
        """Write the next event, and come back for the one after it."""
        if self.transport is None:
            return
        state, number = self.state, self.number
        if number == self.last:
            if number < len(self.events) and self.wrong == "in_stream":
                self._write(_chunk(b'data: {"error":{"message":"The engine is overloaded","code":null}}\n\n') + b"0\r\n\r\n")
            elif number < len(self.events):
                self._hang_up()
            else:
                self._write(_chunk(b"data: [DONE]\n\n") + b"0\r\n\r\n")
            return
        head, after = self.events[number]
        mark = stamped(number, time.monotonic_ns()) if state.stamp else FINGERPRINT
        self._write(_chunk(b"%b%b%b" % (head, mark.encode(), after)))
        self.number = number + 1
        if state.delay_ms:
            self.loop.call_at(self.began + self.number * state.delay_ms / 1000, self._next)
        else:
            self.loop.call_soon(self._next)

    def _write(self, data: bytes) -> None:
        if self.transport is not None:
            self.transport.write(data)

    def _hang_up(self) -> None:
        if self.transport is not None:
            self.transport.close()


async def serve(port: int) -> None:
    loop, state = asyncio.get_running_loop(), State()
    server = await loop.create_server(lambda: Client(state, loop), "127.0.0.1", port, backlog=4096)
    await server.serve_forever()


if __name__ == "__main__":
    gc.freeze()
    gc.set_threshold(100_000)  # a pause here would be counted as the server's
    uvloop.run(serve(int(sys.argv[1])))
