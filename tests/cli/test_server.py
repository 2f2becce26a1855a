"""A server's end, in a process of its own: streams are finished, readiness goes first, what must be cut is written down."""

import http.client
import json
import os
import signal
import time

import pytest

from guardrails.audit.verify import verify
from tests.processes import PATIENCE_S, eventually, hanging, served


def test_sigterm_in_the_middle_of_a_stream(tmp_path):
    with served(tmp_path) as it:
        connection = it.open("A story about jane.cooper@contoso.com", model="demo-slow", stream=True)
        stream = connection.getresponse()
        first = stream.readline()
        it.process.send_signal(signal.SIGTERM)
        told = eventually(lambda: (got := it.get("/readyz"))[0] == 503 and got, "readiness did not go")
        assert json.loads(told[1]) == {"status": "unready", "reason": "shutting_down"}
        assert it.get("/healthz")[0] == 200
        status, headers, body = it.ask()
        assert (status, headers["retry-after"]) == (503, "1")
        assert json.loads(body)["error"]["code"] == "busy"
        whole = first + stream.read()
        assert b"jane.cooper@contoso.com" in whole or b"contoso.com" in whole
        assert whole.endswith(b"data: [DONE]\n\n")
        connection.close()
        assert it.process.wait(PATIENCE_S) == 0
        assert sum(it.endings().values()) == 1
        assert verify(it.data).intact
        assert [line["event"] for line in it.lines] == ["shutting down when the open calls are done"]


def test_after_shutdown_s_what_is_open_is_ended_and_written_down(tmp_path):
    with hanging() as upstream, served(tmp_path, upstream=upstream, shutdown_s="0.3") as it:
        plain, streamed = it.open("hello"), it.open("hello", stream=True)
        stream = streamed.getresponse()
        eventually(lambda: it.metric("guardrails_open_calls ") == 2, "the calls are not counted as open")
        assert it.metric("guardrails_open_streams ") == 1
        it.process.send_signal(signal.SIGTERM)
        answer = plain.getresponse()
        assert (answer.status, answer.getheader("retry-after")) == (503, "1")
        assert json.loads(answer.read())["error"]["code"] == "busy"
        with pytest.raises((http.client.IncompleteRead, ConnectionError)):  # half a stream does not look whole
            stream.read()
        plain.close()
        streamed.close()
        assert it.process.wait(PATIENCE_S) == 0
        assert it.endings() == {"aborted": 2}
        assert verify(it.data).intact


def test_a_second_signal_ends_at_once(tmp_path):
    with hanging() as upstream, served(tmp_path, upstream=upstream) as it:
        plain = it.open("hello")
        eventually(lambda: it.metric("guardrails_open_calls ") == 1, "the call is not open")
        it.process.send_signal(signal.SIGINT)
        time.sleep(1.2)  # signals within a second are one
        assert it.process.poll() is None
        it.process.send_signal(signal.SIGINT)
        assert it.process.wait(PATIENCE_S) == 0
        plain.close()
        assert it.endings() == {"aborted": 1}


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_terminal_that_hangs_up_ends_it_as_gracefully(tmp_path, workers):
    with hanging() as upstream, served(tmp_path, "--workers", workers, upstream=upstream, shutdown_s="0.2") as it:
        plain = it.open("hello")
        eventually(lambda: it.metric("guardrails_open_calls ") == 1, "the call is not open")
        os.killpg(it.process.pid, signal.SIGHUP)  # the whole group hears of it
        assert it.process.wait(PATIENCE_S) == 0
        plain.close()
        assert it.endings() == {"aborted": 1}
        assert verify(it.data).intact


@pytest.mark.parametrize("workers", ["1", "2"])
def test_with_nohup_it_outlives_its_terminal(tmp_path, workers):
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)  # inherited by what is started now
    try:
        with served(tmp_path, "--workers", workers) as it:
            os.killpg(it.process.pid, signal.SIGHUP)
            assert it.ask()[0] == 200
            assert it.process.poll() is None
            assert it.get("/readyz")[0] == 200
    finally:
        signal.signal(signal.SIGHUP, before)


def test_more_calls_than_may_be_open_are_told_to_come_back(tmp_path):
    with hanging() as upstream, served(tmp_path, upstream=upstream, max_open_calls="2", shutdown_s="0") as it:
        held = [it.open(f"hello {n}") for n in range(2)]
        eventually(lambda: it.metric("guardrails_open_calls ") == 2, "the calls are not open")
        status, headers, body = it.ask()
        assert (status, headers["retry-after"], json.loads(body)["error"]["code"]) == (503, "1", "busy")
        assert headers["x-guardrails-duration-ms"].startswith("total=")
        assert it.get("/readyz")[0] == 200
        assert it.metric('guardrails_requests_refused_total{status="503"}') == 1
        held.pop().close()
        eventually(lambda: it.metric("guardrails_open_calls ") == 1, "a place is not free again")
        for connection in held:
            connection.close()


def test_a_log_that_cannot_be_opened_is_one_sentence(tmp_path):
    with served(tmp_path) as it:
        it.ask()
        assert it.end() == 0
    (tmp_path / "data" / "audit.db").write_bytes(b"not a log")
    with served(tmp_path) as it:
        assert it.process.wait(PATIENCE_S) == 2
        (told,) = it.errors.read_text().splitlines()
        assert told.startswith("Error: ")
