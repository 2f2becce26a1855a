"""The whole product on real sockets: the demo model as an upstream server, the guard in front of it, as `serve` builds them.
`with running(tmp_path) as it: it.post(body)`."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from guardrails import app, assembly
from guardrails.providers import demo
from guardrails.settings import Settings
from tests.servers import serving


@dataclass
class Answered:
    status: int
    headers: dict[str, str]
    raw: bytes

    @property
    def body(self) -> Any:
        return json.loads(self.raw)

    @property
    def events(self) -> list[Any]:
        lines = [line.removeprefix(b"data:").strip() for line in self.raw.splitlines() if line.startswith(b"data:")]
        return [json.loads(line) for line in lines if line != b"[DONE]"]

    def said(self, choice: int = 0) -> str:
        """The content of a choice, plain or streamed."""
        if self.headers["content-type"].startswith("application/json"):
            return next(c["message"]["content"] or "" for c in self.body["choices"] if c["index"] == choice)
        chosen = [c for e in self.events for c in e.get("choices", ()) if c["index"] == choice]
        return "".join(c["delta"].get("content") or "" for c in chosen)

    def arguments(self, choice: int = 0, call: int = 0) -> str:
        """The arguments of a tool call, plain or streamed."""
        if self.headers["content-type"].startswith("application/json"):
            message = next(c["message"] for c in self.body["choices"] if c["index"] == choice)
            return message["tool_calls"][call]["function"]["arguments"]
        deltas = [c["delta"] for e in self.events for c in e.get("choices", ()) if c["index"] == choice]
        calls = [t for d in deltas for t in d.get("tool_calls") or () if t["index"] == call]
        return "".join(t["function"].get("arguments", "") for t in calls)


@dataclass
class Running:
    """`url`: the guard; `upstream`: the model behind it; `seen`: the calls that reached the model."""

    url: str
    upstream: str
    data: Path
    model: Any = field(repr=False)

    @property
    def seen(self) -> list[Any]:
        return list(self.model.state.seen)

    def saw(self) -> Any:
        """The last body that reached the model."""
        return json.loads(self.seen[-1].body)

    def post(self, body: Any, path: str = "/v1/chat/completions", method: str = "POST", **headers: str) -> Answered:
        data = body if isinstance(body, bytes | None) else json.dumps(body).encode()
        sent = {"content-type": "application/json", **{k.replace("_", "-"): v for k, v in headers.items()}}
        request = urllib.request.Request(self.url + path, data, sent, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as response:
                return Answered(response.status, dict(response.headers), response.read())
        except urllib.error.HTTPError as error:
            with error:
                return Answered(error.code, dict(error.headers), error.read())

    def ask(self, text: str, model: str = "demo-chat", **fields: Any) -> Answered:
        return self.post({"model": model, "messages": [{"role": "user", "content": text}], **fields})


@contextmanager
def running(data: Path, upstream: Any = None, **settings: Any) -> Iterator[Running]:
    """The guard before the demo model (or another upstream app), with a log and keys in `data`."""
    model = upstream or demo.app()
    with serving(model) as below:
        made = Settings(upstream=below, data=data, **settings)
        with serving(app.build(made, assembly.assemble)) as url:
            yield Running(url, below, data, model)
