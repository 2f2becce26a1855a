"""A provider that answers prepared bytes, piece by piece, and remembers what it got; and a client that shows what came back."""

from __future__ import annotations

import hashlib
import http.client
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from guardrails.disclosure.notices import current
from guardrails.settings import Caller

KEY = "sk-a-caller-that-draws-the-notice"
#: A caller that draws the notice itself, and what it sends: then nothing is due, and nothing is stripped.
UI = Caller(hashlib.sha256(KEY.encode()).hexdigest(), ui=True)
SHOWN = {"x-guardrails-key": KEY, "x-guardrails-notice-shown": f"first@{current('first', 'en').digest}"}


@dataclass(frozen=True)
class Answer:
    pieces: Sequence[bytes] = field(repr=False)
    status: int = 200
    headers: Sequence[tuple[str, str]] = (("content-type", "application/json"),)


@dataclass
class Prepared:
    """An ASGI application. `answer` is what it says next; `seen` the bodies, `asked` the headers that came."""

    answer: Answer = Answer([b'{"choices":[]}'])
    seen: list[bytes] = field(default_factory=list, repr=False)
    asked: list[list[tuple[str, str]]] = field(default_factory=list, repr=False)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            raise RuntimeError("it has no lifespan")
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        self.seen.append(body)
        self.asked.append([(k.decode(), v.decode("latin-1")) for k, v in scope["headers"]])
        headers = [(k.encode(), v.encode("latin-1")) for k, v in self.answer.headers]
        await send({"type": "http.response.start", "status": self.answer.status, "headers": headers})
        for piece in self.answer.pieces:
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b""})


@dataclass(frozen=True)
class Back:
    status: int
    headers: list[tuple[str, str]]
    raw: bytes

    def header(self, name: str) -> list[str]:
        return [v for k, v in self.headers if k == name]


def ask(url: str, body: bytes, headers: dict[str, str] | None = None, method: str = "POST", path: str = "") -> Back:
    """One call, with nothing added to what is given but its length and JSON's type."""
    connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=60)
    try:
        sent = {"content-type": "application/json"} if headers is None else headers
        connection.request(method, path or "/v1/chat/completions", body, sent)
        response = connection.getresponse()
        return Back(response.status, [(k.lower(), v) for k, v in response.getheaders()], response.read())
    finally:
        connection.close()
