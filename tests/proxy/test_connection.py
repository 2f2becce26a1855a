"""What comes before a call is bounded: large headers, many headers, slow headers, and what is no HTTP at all."""

import json
import socket
import time
from collections.abc import Iterator

import pytest

from tests.processes import PATIENCE_S, Served, served

REQUEST_S = 1.0


@pytest.fixture(scope="module")
def it(tmp_path_factory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("connection"), request_s=str(REQUEST_S), max_header_bytes="65536") as server:
        yield server


def send(it: Served, *pieces: bytes, pause: float = 0.0) -> bytes:
    """What comes back until the server closes, or has said one whole answer."""
    with socket.create_connection(("127.0.0.1", it.port), timeout=PATIENCE_S) as wire:
        try:
            for piece in pieces:
                wire.sendall(piece)
                time.sleep(pause)
        except OSError:
            pass  # it has closed, and what it said can still be read
        came = b""
        try:
            while more := wire.recv(65_536):
                came += more
        except ConnectionResetError:
            pass
        return came


def fault(answer: bytes) -> tuple[int, str]:
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head.split()[1]), json.loads(body)["error"]["code"]


HEAD = b"POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\n"


@pytest.mark.parametrize(
    ("name", "pieces"),
    [
        ("one of a megabyte", [HEAD + b"x-a: " + b"a" * 1_000_000 + b"\r\n\r\n"]),
        ("one that never ends", [HEAD + b"x-a: ", *[b"a" * 16_384] * 256]),
        ("a name that never ends", [HEAD, *[b"a" * 16_384] * 256]),
        ("just too much", [HEAD + b"x-a: " + b"a" * 65_600 + b"\r\n\r\n"]),
        ("many", [HEAD + b"".join(b"x-%d: a\r\n" % n for n in range(300)) + b"\r\n"]),
        ("an address of 100 kB", [b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nhost: x\r\n\r\n"]),
    ],
)
def test_headers_too_large(it, name, pieces):
    answer = send(it, *pieces)
    if answer:  # a client that goes on sending may see its connection reset before it reads
        assert fault(answer) == (431, "headers_too_large")
    assert it.get("/healthz")[0] == 200
    assert it.metric("guardrails_worker_resident_bytes") < 150e6


def test_headers_just_large_enough(it):
    head = b"GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\nx-a: " + b"a" * 65_000 + b"\r\n\r\n"
    assert send(it, head).startswith(b"HTTP/1.1 200")
    assert send(it, head[:30_000], head[30_000:], pause=0.05).startswith(b"HTTP/1.1 200")


def test_slow_headers(it):
    began = time.monotonic()
    assert fault(send(it, HEAD)) == (408, "request_timeout")
    assert fault(send(it, *[bytes([byte]) for byte in HEAD + b"x-a: b\r\n" * 15], pause=0.01)) == (408, "request_timeout")
    assert time.monotonic() - began > REQUEST_S


def test_a_connection_that_says_nothing_is_closed(it):
    assert send(it) == b""


def test_a_slow_body(it):
    head = HEAD + b"content-length: 100\r\ncontent-type: application/json\r\n\r\n{"
    assert fault(send(it, head))[0] == 408


@pytest.mark.parametrize("said", [b"hello\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"GET / HTTP/9\r\n\r\n"])
def test_what_is_no_http(it, said):
    assert fault(send(it, said)) == (400, "malformed_request")


def test_garbage_behind_a_request_does_not_stand_inside_its_answer(it):
    whole = send(it, b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\nrubbish\r\n\r\n")
    assert whole.startswith(b"HTTP/1.1 200")
    assert whole.endswith(b"}")
    assert whole.count(b"HTTP/1.1 ") == 1


def test_what_is_refused_here_is_counted(it):
    before = it.metric('guardrails_requests_refused_total{status="431"}')
    assert send(it, HEAD + b"x-a: " + b"a" * 65_600 + b"\r\n\r\n")
    assert it.metric('guardrails_requests_refused_total{status="431"}') == before + 1


def test_pipelined_requests_are_answered_in_turn(it):
    one = b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n"
    whole = send(it, one * 20 + one.replace(b"host: x", b"host: x\r\nconnection: close"))
    assert whole.count(b"HTTP/1.1 200") == 21
