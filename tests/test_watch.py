"""What operators see: exact numbers, one line for each call, and nothing that anybody said."""

import http.client
import json
import re
import socket

import pytest

from guardrails.relay import Told
from guardrails.watch import FAULTS, fault
from tests.planted import PLANTED
from tests.processes import free_port, served

VALUES = (*PLANTED.values(), "Halibut-Zebra-77")
EVERYWHERE = " and ".join(VALUES)


def raw(port: int, data: bytes) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as wire:
        wire.sendall(data)
        wire.settimeout(10)
        while wire.recv(65_536):
            pass


def plant(it) -> None:
    """Say the values wherever a client or a provider can say something."""
    it.ask(EVERYWHERE, model=EVERYWHERE)
    it.ask(EVERYWHERE, stream=True, user=EVERYWHERE)
    it.ask(EVERYWHERE, model="demo-error-400")
    it.ask(EVERYWHERE, model="demo-error-429", metadata={EVERYWHERE: EVERYWHERE})
    it.ask(EVERYWHERE, model="demo-tools", tools=[{"type": "function", "function": {"name": EVERYWHERE}}])
    connection = http.client.HTTPConnection("127.0.0.1", it.port, timeout=30)
    sent = {
        "x-guardrails-language": EVERYWHERE,
        "x-guardrails-conversation": EVERYWHERE,
        "x-a": EVERYWHERE,
        "cookie": EVERYWHERE,
    }
    sent |= {"authorization": f"Bearer {EVERYWHERE}", "x-guardrails-channel": EVERYWHERE}
    body = json.dumps({"model": "demo-chat", "messages": [{"role": EVERYWHERE, "content": [{"type": EVERYWHERE}]}]})
    address = EVERYWHERE.replace(" ", "%20")
    for method, path, text in (
        ("POST", "/v1/chat/completions", body),
        ("POST", "/v1/chat/completions", EVERYWHERE),
        ("POST", f"/v1/chat/completions?q={address}", body),
        ("POST", f"/v1/{address}", body),
        ("GET", f"/metrics?{address}", ""),
        ("DELETE", f"/{address}", ""),
    ):
        connection.request(method, path, text, sent)
        connection.getresponse().read()
    connection.close()
    line = EVERYWHERE.encode()
    raw(it.port, b"GET /" + line + b" HTTP/1.1\r\n\r\n")
    raw(it.port, b"GET / HTTP/1.1\r\n" + line + b": x\r\n\r\n")
    raw(it.port, b"GET / HTTP/1.1\r\nx: " + line * 1000 + b"\r\nconnection: close\r\n\r\n")
    raw(
        it.port,
        b"POST /v1/chat/completions HTTP/1.1\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n" + line + b"\r\n",
    )


def said_of_clients(text: str) -> list[str]:
    """Which of the values stand in it: whole, or their most telling part."""
    telling = {value: re.split(r"[@ ]", value)[0] if "@" in value else value for value in VALUES}
    return [value for value, part in telling.items() if value in text or part in text or part.replace(" ", "%20") in text]


@pytest.mark.parametrize("shape", ["json", "text"])
def test_no_text_in_logs_and_metrics(tmp_path, shape):
    with served(tmp_path, "--log-level", "info", "--log-format", shape) as it:
        plant(it)
        counted = it.get("/metrics")[1]
        refused = it.metric("guardrails_requests_refused_total")
        calls = it.metric("guardrails_calls_total")
    told = it.errors.read_text()
    assert calls >= 7
    assert refused >= 4
    assert told.count("/v1/chat/completions") == calls, "one line for each call"
    assert not said_of_clients(told)
    assert not said_of_clients(counted)
    assert len(counted.splitlines()) < 400, "the series stay few"


def test_a_provider_that_is_not_there(tmp_path):
    with served(tmp_path, upstream=f"http://127.0.0.1:{free_port()}") as it:
        status, _, _ = it.ask(EVERYWHERE)
        assert status == 502
        assert it.metric('guardrails_upstream_errors_total{class="unreachable"}') == 1
        (line,) = it.lines
    assert (line["level"], line["event"], line["ending"], line["status"]) == ("warning", "call", "upstream_error", 502)
    assert not said_of_clients(json.dumps(line))


def test_numbers_and_lines(tmp_path):
    with served(tmp_path, "--log-level", "info") as it:
        for text in ("hello", "mail jane.cooper@contoso.com and bob@contoso.com"):
            _, headers, _ = it.ask(text)
        it.ask("hello", stream=True)
        it.ask("hello", model="demo-error-429")
        wanted = {
            'guardrails_calls_total{ending="allowed",route="/v1/chat/completions",status="2xx",stream="false"}': 1,
            'guardrails_calls_total{ending="modified",route="/v1/chat/completions",status="2xx",stream="false"}': 1,
            'guardrails_calls_total{ending="allowed",route="/v1/chat/completions",status="2xx",stream="true"}': 1,
            'guardrails_calls_total{ending="upstream_error",route="/v1/chat/completions",status="4xx",stream="false"}': 1,
            "guardrails_calls_total": 4,
            'guardrails_findings_total{action="tokenize",entity="EMAIL_ADDRESS",stage="input"}': 2,
            "guardrails_edits_total": 2,
            'guardrails_rule_results_total{mode="enforce",result="match",rule="hide-personal-data"}': 1,
            'guardrails_upstream_errors_total{class="rate_limited"}': 1,
            'guardrails_disclosures_total{placement="text"}': 3,
            'guardrails_phase_seconds_count{phase="total"}': 4,
            "guardrails_log_failures_total": 0,
            "guardrails_open_calls": 0,
            "guardrails_log_queue_records": 0,
            "guardrails_worker_ready": 1,
            "guardrails_build_info": 1,
        }
        assert {name: it.metric(name) for name in wanted} == wanted
        assert 0 < it.metric('guardrails_phase_seconds_sum{phase="total"}') < 60
    lines = [line for line in it.lines if line["event"] == "call"]
    assert [line["ending"] for line in lines] == ["allowed", "modified", "allowed", "upstream_error"]
    assert lines[1]["call"] == headers["x-guardrails-decision"]
    keys = {"call", "route", "tenant", "ending", "status", "action", "stream", "bytes_in", "bytes_out", "total_ms", "log_ms"}
    assert all(keys <= set(line) for line in lines)
    assert (lines[1]["action"], lines[2]["stream"], lines[3]["level"]) == ("tokenize", True, "warning")


def test_every_failure_has_a_class():
    told = [Told(status, stream=stream) for status in (400, 401, 404, 429, 500, 502, 503, 504, 200) for stream in (True, False)]
    assert {fault(one) for one in told} == set(FAULTS)
