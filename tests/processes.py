"""`guardrails serve` as a process of its own, as an operator starts it, and a provider that hangs.

`with served(tmp_path, "--workers", "2") as it: it.ask("hello")`.
"""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
PATIENCE_S = 30.0


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def eventually(true: Callable[[], Any], what: str) -> Any:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        if told := true():
            return told
        time.sleep(0.02)
    raise AssertionError(what)


@dataclass
class Served:
    process: subprocess.Popen[bytes]
    port: int
    admin: int
    data: Path
    errors: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def lines(self) -> list[Any]:
        """What it said on standard error, as JSON."""
        return [json.loads(line) for line in self.errors.read_text().splitlines()]

    def get(self, path: str, port: int = 0) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port or self.admin}{path}", timeout=PATIENCE_S) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()

    def ask(self, text: str = "hello", **fields: Any) -> tuple[int, dict[str, str], bytes]:
        connection = self.open(text, **fields)
        try:
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()
        finally:
            connection.close()

    def open(self, text: str = "hello", **fields: Any) -> http.client.HTTPConnection:
        """A call that was sent and whose answer was not read."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)
        body = {"model": "demo-chat", "messages": [{"role": "user", "content": text}], **fields}
        connection.request("POST", "/v1/chat/completions", json.dumps(body), {"content-type": "application/json"})
        return connection

    def metric(self, name: str) -> float:
        """The sum of a metric's series that begin with `name`."""
        told = [line for line in self.get("/metrics")[1].splitlines() if line.startswith(name)]
        return sum(float(line.rsplit(" ", 1)[1]) for line in told)

    def workers(self) -> list[int]:
        told = subprocess.run(
            ["ps", "-o", "pid=", "--ppid", str(self.process.pid)], capture_output=True, text=True, check=False
        )
        return [int(pid) for pid in told.stdout.split()]

    def endings(self) -> Counter[str]:
        """How the calls in the log ended."""
        with sqlite3.connect(self.data / "audit.db") as log:
            return Counter(ending for (ending,) in log.execute("SELECT ending FROM entries WHERE ending <> ''"))

    def end(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE_S)


@contextmanager
def served(tmp: Path, *options: str, upstream: str = "demo:", **environment: str) -> Iterator[Served]:
    port, admin, data, errors = free_port(), free_port(), tmp / "data", tmp / "errors"
    command = [sys.executable, "-m", "guardrails", "serve", "--upstream", upstream, "--data", str(data), "--port", str(port)]
    command += ["--admin-port", str(admin), "--log-format", "json", *options]
    own = {f"GUARDRAILS_{name.upper()}": value for name, value in environment.items()}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GUARDRAILS_")}
    with errors.open("wb") as written:
        process = subprocess.Popen(
            command,
            cwd=tmp,
            env={**kept, **own, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.DEVNULL,
            stderr=written,
            start_new_session=True,
        )
    it = Served(process, port, admin, data, errors)
    try:
        eventually(lambda: process.poll() is not None or _ready(it), "the server did not come up")
        yield it
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                process.wait(PATIENCE_S)
        with suppress(ProcessLookupError):  # whatever a failing test left: the process and its workers are a group of their own
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(PATIENCE_S)


def _ready(it: Served) -> bool:
    try:
        return it.get("/readyz")[0] == 200
    except OSError:
        return False


CHOICE = b'{"index":0,"delta":{"content":"On "}}'
EVENT = b'data: {"id":"x","object":"chat.completion.chunk","created":1,"model":"m","choices":[%s]}' % CHOICE


@contextmanager
def hanging() -> Iterator[str]:
    """A provider that takes calls and does not answer them; of a stream it sends one event. Yields its address."""
    listener = socket.create_server(("127.0.0.1", 0))
    taken: list[socket.socket] = []

    def play(wire: socket.socket) -> None:
        with suppress(OSError):
            came = b""
            while b"\r\n\r\n" not in came or b"messages" not in came:
                came += wire.recv(65_536)
            if b'"stream": true' in came or b'"stream":true' in came:
                head = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
                wire.sendall(head + b"%x\r\n%s\n\n\r\n" % (len(EVENT) + 2, EVENT))

    def take() -> None:
        with suppress(OSError):
            while True:
                wire, _ = listener.accept()
                taken.append(wire)
                threading.Thread(target=play, args=(wire,), daemon=True).start()

    thread = threading.Thread(target=take, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        for wire in taken:
            with suppress(OSError):
                wire.shutdown(socket.SHUT_RDWR)
            wire.close()
        thread.join(PATIENCE_S)
