"""The door: what it says to whom, on which port, and that every answer says how long it took."""

import hashlib
import http.client
from collections.abc import Iterator

import pytest

from guardrails import app, assembly
from guardrails.settings import Caller, Settings
from tests.processes import Served, served
from tests.servers import serving


def asked(url: str, path: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], str]:
    connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=30)
    try:
        connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read().decode()
    finally:
        connection.close()


def callers() -> tuple[Caller, ...]:
    rows = {"reader": ("metrics",), "other": ()}
    return tuple(Caller(hashlib.sha256(key.encode()).hexdigest(), roles=roles) for key, roles in rows.items())


#: Who may read /metrics on the main port: settings, the key that comes, status.
READERS = {
    "this machine, no keys": ({}, "", 200),
    "keys, and none came": ({"callers": callers()}, "", 401),
    "keys, and a wrong one came": ({"callers": callers()}, "wrong", 401),
    "keys, and one without the role came": ({"callers": callers()}, "other", 401),
    "keys, and one with the role came": ({"callers": callers()}, "reader", 200),
    "beyond this machine, without keys": ({"host": "0.0.0.0", "unsafe_no_keys": True}, "", 401),
    "there is a port of its own": ({"admin_port": 1}, "", 404),
    "there is a port of its own, and keys": ({"admin_port": 1, "callers": callers()}, "reader", 404),
}


@pytest.mark.parametrize("name", READERS)
def test_who_may_read_the_metrics(tmp_path, name):
    settings, key, status = READERS[name]
    made = Settings(upstream="demo:", data=tmp_path, **settings)
    with serving(app.build(made, assembly.assemble)) as url:
        got, _, told = asked(url, "/metrics", **({"authorization": f"Bearer {key}"} if key else {}))
        assert got == status
        assert ("guardrails_build_info" in told) == (status == 200)
        assert asked(url, "/healthz")[0] == asked(url, "/readyz")[0] == 200, "anyone may know these"


@pytest.fixture(scope="module")
def it(tmp_path_factory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("door")) as server:
        yield server


def test_the_operators_port_takes_no_calls(it):
    admin = f"http://127.0.0.1:{it.admin}"
    assert asked(admin, "/v1/chat/completions", "POST")[0] == 404
    status, headers, _ = asked(admin, "/metrics")
    assert (status, headers["content-type"]) == (200, "text/plain; version=0.0.4; charset=utf-8")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/healthz", 200),
        ("HEAD", "/readyz", 200),
        ("POST", "/healthz", 405),
        ("GET", "/v1/chat/completions", 405),
        ("POST", "/v1/chat/completions/", 404),
        ("POST", "/v1/embeddings", 404),
        ("OPTIONS", "/v1/chat/completions", 405),
        ("POST", "/v1/chat/completions", 400),
    ],
)
def test_every_answer_says_how_long_it_took(it, method, path, status):
    got, headers, _ = asked(it.url, path, method)
    assert got == status
    assert "=" in headers["x-guardrails-duration-ms"]
    assert headers["content-type"] == "application/json"


def test_a_websocket_is_not_understood(it):
    headers = {"connection": "Upgrade", "upgrade": "websocket", "sec_websocket_key": "x", "sec_websocket_version": "13"}
    assert asked(it.url, "/v1/chat/completions", **headers)[0] == 405


def test_why_it_could_not_start_is_kept_for_whoever_started_it(tmp_path):
    (tmp_path / "audit.db").write_bytes(b"not a log")
    door = app.build(Settings(upstream="demo:", data=tmp_path), assembly.assemble)
    with pytest.raises(RuntimeError, match="did not start"), serving(door):
        pass
    assert "audit.db cannot be opened" in str(door.failed)
