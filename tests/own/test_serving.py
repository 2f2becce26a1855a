"""A server with recognizers of a team's own: what hangs becomes the documented error, others are answered, nothing is left."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from tests.own.alive import lives, workers
from tests.processes import eventually, served
from tests.proxy.test_calls import records
from tests.proxy.upstream import Answer, Prepared
from tests.running import Running, running

POLICY = "rules: [{id: odd, detect: {pii: [ODD]}, action: tokenize}]"
PLANTED = "jane.cooper@contoso.com"


def settings(tmp_path: Path, **others: Any) -> dict[str, Any]:
    (tmp_path / "p.yaml").write_text(POLICY)
    return {"recognizers": ("tests.own.odd:ODD",), "policy": (tmp_path / "p.yaml",), "recognizer_s": 0.5, **others}


def health(it: Running) -> float:
    """How long it takes to be told that the server lives."""
    began = time.monotonic()
    with urllib.request.urlopen(it.url + "/healthz", timeout=30) as answer:
        assert answer.status == 200
    return time.monotonic() - began


def answering(text: str, *, stream: bool) -> Prepared:
    """A model that says this, in pieces where it streams."""
    if not stream:
        body = {"choices": [{"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}]}
        return Prepared(Answer([json.dumps(body).encode()]))
    deltas = [({"content": text[at : at + 3]}, None) for at in range(0, len(text), 3)] + [({}, "stop")]
    chunks = [{"choices": [{"index": 0, "delta": delta, "finish_reason": end}]} for delta, end in deltas]
    events = [b"data: %s\n\n" % json.dumps(chunk).encode() for chunk in chunks]
    return Prepared(Answer([*events, b"data: [DONE]\n\n"], headers=[("content-type", "text/event-stream")]))


def ending(it: Running) -> str:
    """How the last call ended, of which both records stand in the log."""
    told = records(it.data)
    mine = [one for one in told if one.get("call") == told[-1].get("call")]
    assert [one["type"] for one in mine] == ["decision.intent", "decision.outcome"]
    assert "jane.cooper" not in json.dumps(told)
    return mine[1]["ending"]


@pytest.mark.parametrize("word", ["sleep", "regex", "raise", "die", "nan"])
def test_a_request_that_could_not_be_looked_at_is_declined(tmp_path: Path, word: str) -> None:
    with running(tmp_path / "d", **settings(tmp_path)) as it:
        for stream in (False, True):
            before = len(it.seen)
            answer = it.ask(f"do {word}", "demo-echo", stream=stream)
            assert (answer.status, answer.headers["x-guardrails-action"]) == (200, "block")
            assert "was not processed" in answer.said()
            assert len(it.seen) == before, "nothing was forwarded"
            assert ending(it) == "detector_error"
            answer = it.ask(f"an ODD text of {PLANTED}", "demo-echo", stream=stream)
            assert f"an ODD text of {PLANTED}" in answer.said()
            assert b"an ODD" not in it.seen[-1].body
            assert ending(it) == "modified"


def test_a_policy_may_go_on_without_a_recognizer_and_the_log_says_that_it_did(tmp_path: Path) -> None:
    (tmp_path / "q.yaml").write_text(POLICY.replace("tokenize", "tokenize, on_error: unsafe_ignore"))
    made = settings(tmp_path, policy=(tmp_path / "q.yaml",), only_these_policies=True)
    with running(tmp_path / "d", **made) as it:
        for text in ("do raise", "do regex"):
            assert text in it.ask(text, "demo-echo").said()
            assert ending(it) == "allowed"
            intent = [one for one in records(it.data) if one["type"] == "decision.intent"][-1]
            assert [(one["id"], one["result"]) for one in intent["rules"]] == [("odd", "error")]
            assert [one["detector"] for one in intent["errors"]] == ["pii/odd"]


@pytest.mark.parametrize("stream", [False, True])
def test_an_answer_that_could_not_be_looked_at_is_not_given(tmp_path: Path, stream: bool) -> None:
    """It is told within the deadline; the loop has answered others all the while."""
    upstream = answering("do regex", stream=stream)
    with running(tmp_path / "d", upstream, **settings(tmp_path, recognizer_s=2.0)) as it:
        it.ask("warm")
        answers: list[Any] = []
        asking = threading.Thread(target=lambda: answers.append(it.ask("hello", stream=stream)))
        asking.start()
        waits = []
        while asking.is_alive():
            waits.append(health(it))
        asking.join()
        assert max(waits) < 1.5, "the loop waited for a recognizer"
        assert len(waits) > 10
        [answer] = answers
        assert answer.status == 200
        assert "do regex" not in answer.said()
        assert ending(it) == "detector_error"


@pytest.mark.parametrize("stream", [False, True])
def test_an_answer_that_was_looked_at_is_given(tmp_path: Path, stream: bool) -> None:
    upstream = answering(f"ODD, and that of you: {PLANTED}", stream=stream)
    rules = "{id: more, stage: output, detect: {pii: [ODD]}, action: redact}"
    with running(tmp_path / "d", upstream, **settings(tmp_path)) as it:
        assert f"ODD, and that of you: {PLANTED}" in it.ask(f"I am {PLANTED}", stream=stream).said()
    (tmp_path / "q.yaml").write_text(f"rules: [{rules}]")
    with running(tmp_path / "e", upstream, **settings(tmp_path, policy=(tmp_path / "q.yaml",))) as it:
        assert f"[ODD], and that of you: {PLANTED}" in it.ask(f"I am {PLANTED}", stream=stream).said()
        assert ending(it) == "modified"


def test_what_nobody_waits_for_any_more_is_refused_and_the_place_is_free_again(tmp_path: Path) -> None:
    """A call may take `screen_s` in all; a text that hangs costs one deadline, however many there are in it."""
    texts = [{"type": "text", "text": "do sleep"} for _ in range(500)]
    with running(tmp_path / "d", **settings(tmp_path, screen_s=5.0)) as it:
        began = time.monotonic()
        answer = it.post({"model": "demo-echo", "messages": [{"role": "user", "content": texts}]})
        assert time.monotonic() - began < 5.0
        assert (answer.status, answer.headers["x-guardrails-action"]) == (200, "block")
        assert it.ask("hello").headers["x-guardrails-action"] == "allow"
    with running(tmp_path / "e", **settings(tmp_path, screen_s=0.2, recognizer_s=3.0)) as it:
        answer = it.ask("do sleep")
        assert (answer.status, answer.body["error"]["code"]) == (503, "screening_timeout")
        assert ending(it) == "detector_error"
        eventually(lambda: it.ask("hello").status == 200, "its place was never free again")


@pytest.mark.parametrize(
    ("servers", "kill", "busy"),
    [(1, signal.SIGKILL, True), (1, signal.SIGTERM, False), (2, signal.SIGTERM, True), (2, signal.SIGKILL, False)],
)
def test_no_process_outlives_the_server(tmp_path: Path, servers: int, kill: signal.Signals, busy: bool) -> None:
    """Neither after SIGTERM nor after SIGKILL, with a recognizer in an endless expression too. Each process has its worker."""
    made = {name: str(value) for name, value in settings(tmp_path).items() if name != "policy"}
    made |= {"recognizers": "tests.own.odd:ODD", "policy": str(tmp_path / "p.yaml"), "workers": str(servers)}
    with served(tmp_path, **made) as it:
        parents = it.workers() if servers > 1 else [it.process.pid]
        theirs = eventually(lambda: len(w := ours(parents)) == servers and w, "not every process has its worker")
        assert servers == 1 or not workers(it.process.pid), "their parent looks at no text"
        calls = [it.open("do regex") for _ in range(servers * 2 if busy else 0)]
        time.sleep(0.2)
        it.process.send_signal(kill)
        it.process.wait(30)
        eventually(lambda: not any(map(lives, theirs)), "a worker outlived its server")
        eventually(lambda: not ours(parents), "a worker outlived its server")
        for call in calls:
            call.close()
        said = it.errors.read_text()
    assert "jane.cooper" not in said
    assert "do regex" not in said


def ours(parents: list[int]) -> list[int]:
    return [pid for parent in parents for pid in workers(parent)]


def test_a_worker_of_a_process_that_dies_with_it(tmp_path: Path) -> None:
    """One of several processes is killed: the one that takes its place has a worker of its own, the old one is gone."""
    made = {"recognizers": "tests.own.odd:ODD", "workers": "2"}
    with served(tmp_path, **made) as it:
        first = eventually(lambda: len(w := it.workers()) == 2 and w, "two processes")[0]
        [theirs] = eventually(lambda: workers(first), "a worker")
        os.kill(first, signal.SIGKILL)
        eventually(lambda: not lives(theirs), "the worker outlived its server")
        eventually(lambda: len(ours(it.workers())) == 2, "no worker for the new process")


def test_a_recognizer_that_cannot_be_had_keeps_the_server_from_starting(tmp_path: Path) -> None:
    with served(tmp_path, recognizers="tests.own.raises:X") as it:
        assert it.process.wait(30) == 2
        said = it.errors.read_text()
    assert "Error: recognizers: importing tests.own.raises raises KeyError at own/raises.py:3 ('model')" in said
    assert "Traceback" not in said
