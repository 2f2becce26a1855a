"""A real server under load, killed with -9 at a random moment and started again on the same data directory, again and again.

How a call that was forwarded is matched with its intent, although nobody may ever have seen its decision's id: each call of a
run carries a number in its `seed`, which reaches the model unchanged, and trailing spaces that give its body a length that no
other call of its round has. The model writes down each number before it answers; an intent says how many bytes its request
had (`io.in.bytes`) and which process took it (`origin.instance`, a UUIDv7 and so a time: one process serves one round).

An answer that a client got whole, to its last byte, is matched by its header `x-guardrails-decision`.

    python -m tests.audit.killing FILE      the model behind the guard; prints its port
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import uvicorn

from guardrails.audit.file import FILE
from guardrails.audit.verify import Report, verify
from guardrails.providers import demo

ROOT = Path(__file__).parents[2]
CLIENTS = 12
ENDED = {"decision.outcome", "outcome.unknown"}
TEXTS = (
    "Write a reminder to jane.cooper@contoso.com about the bill.",
    "What is a good name for a boat?",
    "Call +1 415-555-0132 and say that the card 4111 1111 1111 1111 has expired.",
)


@dataclass
class Round:
    """What the clients saw while one process lived. `sent`: the length of the body by the call's number."""

    began: float
    ended: float = 0.0
    sent: dict[int, int] = field(default_factory=dict)
    headers: dict[int, str] = field(default_factory=dict)  # the decision, once the answer's head came
    whole: dict[int, str] = field(default_factory=dict)  # the decision, once its last byte came


@dataclass
class Seen:
    """The log after all rounds against what clients and model saw: everything here should be empty, but for the counts."""

    report: Report
    forwarded: int = 0
    whole: int = 0
    unknown: int = 0
    without_intent: list[int] = field(default_factory=list)
    ambiguous: list[int] = field(default_factory=list)
    without_outcome: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)  # a decision of which a client was told, and of which the log knows nothing
    not_one_ending: list[str] = field(default_factory=list)

    @property
    def faults(self) -> list[object]:
        return [*self.without_intent, *self.ambiguous, *self.without_outcome, *self.lost, *self.not_one_ending]


@contextmanager
def model(seen: Path) -> Iterator[str]:
    """The model in a process of its own, and its address."""
    command = [sys.executable, "-m", "tests.audit.killing", str(seen)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        finally:
            process.kill()


def served(data: Path, upstream: str, *options: str) -> tuple[subprocess.Popen[str], str]:
    """A guard in a process group of its own, and its address; "" where it was killed before it listened."""
    process = subprocess.Popen(
        _command(data, upstream, options), cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    assert process.stdout is not None
    first = process.stdout.readline()
    return process, first.split()[3].removesuffix("/v1") if first.endswith("\n") else ""


def _command(data: Path, upstream: str, options: Sequence[str]) -> list[str]:
    places = ["--upstream", upstream, "--port", "0", "--data", str(data)]
    return [sys.executable, "-m", "guardrails", "serve", *places, *options]


def kill(process: subprocess.Popen[Any], sign: int = signal.SIGKILL) -> None:
    """The whole group, and wait for it."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, sign)
    process.wait(60)
    if process.stdout is not None:
        process.stdout.close()


async def load(url: str, round_: Round, numbers: Iterator[int], until: float, stop: Any) -> None:
    """Plain and streamed calls from CLIENTS clients, until `until` seconds are over; then `stop()`, while they go on."""
    timeout = aiohttp.ClientTimeout(total=20)
    async with aiohttp.ClientSession(timeout=timeout, connector=aiohttp.TCPConnector(limit=0)) as session:
        clients = [asyncio.create_task(_client(session, url, round_, numbers)) for _ in range(CLIENTS)]
        await asyncio.sleep(until)
        stop()
        await asyncio.gather(*clients)


async def _client(session: aiohttp.ClientSession, url: str, round_: Round, numbers: Iterator[int]) -> None:
    for number in numbers:
        stream = number % 2 == 0
        body: dict[str, Any] = {"model": "demo-echo", "messages": [{"role": "user", "content": TEXTS[number % 3]}]}
        body |= {"seed": number, "stream": stream, "demo": {"delay_ms": number % 3}}
        raw = json.dumps(body).encode()
        raw += b" " * (512 + len(round_.sent) - len(raw))
        round_.sent[number] = len(raw)
        try:
            async with session.post(f"{url}/v1/chat/completions", data=raw, headers=JSON) as answer:
                decision = answer.headers["x-guardrails-decision"]
                round_.headers[number] = decision
                whole = await answer.read()
        except (aiohttp.ClientError, ConnectionError, TimeoutError):
            return
        if answer.status == 200 and (not stream or whole.endswith(b"data: [DONE]\n\n")):
            round_.whole[number] = decision


JSON = {"content-type": "application/json"}


def rounds(data: Path, folder: Path, number: int, seed: int, *options: str) -> Seen:
    """So many rounds on one log, and what is then in it. Every tenth process is killed while it starts."""
    rng, done, counter = random.Random(seed), [], iter(range(1, 1_000_000))
    seen = folder / "forwarded"
    with model(seen) as upstream:
        for place in range(number):
            one = Round(time.time())
            if place % 10 == 7:
                _killed_early(data, upstream, rng.uniform(0.05, 1.2), *options)
            else:
                process, url = served(data, upstream, *options)
                assert url, "it did not start"
                asyncio.run(load(url, one, counter, rng.uniform(0.02, 0.7), lambda p=process: os.killpg(p.pid, signal.SIGKILL)))
                kill(process)
            one.ended = time.time()
            done.append(one)
        process, url = served(data, upstream, *options)  # the last one recovers, and ends in peace
        assert url, "it did not start after the last kill"
        kill(process, signal.SIGTERM)
    return compared(data, done, [int(line) for line in seen.read_text().split()])


def _killed_early(data: Path, upstream: str, after: float, *options: str) -> None:
    process = subprocess.Popen(_command(data, upstream, options), cwd=ROOT, stdout=subprocess.DEVNULL, start_new_session=True)
    time.sleep(after)
    kill(process)


def compared(data: Path, done: list[Round], forwarded: list[int]) -> Seen:
    intents: dict[tuple[int, int], list[str]] = {}  # by the round and the length of the request
    calls: dict[str, list[str]] = {}
    for leaf, kind, call in entries(data):
        if kind == "decision.intent":
            body = json.loads(leaf)
            born = int(body["origin"]["instance"].replace("-", "")[:12], 16) / 1000
            place = next(i for i, one in enumerate(done) if one.began - 0.002 <= born <= one.ended)
            intents.setdefault((place, body["io"]["in"]["bytes"]), []).append(call)
        calls.setdefault(call, []).append(kind)
    seen = Seen(verify(data), forwarded=len(forwarded), unknown=sum(k.count("outcome.unknown") for k in calls.values()))
    places = {number: place for place, one in enumerate(done) for number in one.sent}
    for number in forwarded:
        found = intents.get((places[number], done[places[number]].sent[number]), [])
        (seen.without_intent if not found else seen.ambiguous if len(found) > 1 else []).append(number)
    for one in done:
        seen.whole += len(one.whole)
        seen.lost += [decision for decision in one.headers.values() if decision not in calls]
        seen.without_outcome += [d for d in one.whole.values() if "decision.outcome" not in calls.get(d, ())]
    for call, kinds in calls.items():
        counted = Counter(kinds)
        if call and (counted["decision.intent"] != 1 or sum(counted[kind] for kind in ENDED) != 1):
            seen.not_one_ending.append(call)
    return seen


def entries(data: Path) -> list[tuple[bytes, str, str]]:
    with closing(sqlite3.connect(f"{(data / FILE).absolute().as_uri()}?mode=ro", uri=True)) as log:
        return log.execute("SELECT leaf, type, call FROM entries ORDER BY idx").fetchall()


def main(seen: str) -> None:
    """The demo model, which writes down the number of each call before it answers."""
    below, file = demo.app(), os.open(seen, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    async def noting(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await below(scope, receive, send)
            return
        messages, more = [], True
        while more:
            messages.append(await receive())
            more = messages[-1].get("more_body", False)
        body = b"".join(message.get("body", b"") for message in messages)
        if messages[-1]["type"] != "http.disconnect":
            os.write(file, f"{json.loads(body)['seed']}\n".encode())
        waiting = iter(messages)

        async def again() -> Any:
            return next(waiting, None) or await receive()

        with suppress(ConnectionError):
            await below(scope, again, send)

    listener = socket.create_server(("127.0.0.1", 0), backlog=512)
    print(listener.getsockname()[1], flush=True)  # noqa: T201 whoever started it reads the port
    uvicorn.Server(uvicorn.Config(noting, log_level="critical", lifespan="off")).run(sockets=[listener])


if __name__ == "__main__":
    main(sys.argv[1])
