"""What is no call: one shape for every error, and nothing left to be made when the first request comes."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from guardrails import app
from guardrails.errors import TooLarge
from guardrails.proxy import operators
from guardrails.proxy.callers import Callers
from guardrails.proxy.life import Life
from guardrails.settings import Settings


def served(tmp_path: Path, **endpoints: Any) -> TestClient:
    asked = operators.Asked(Settings(data=tmp_path), Callers({}), Life(tmp_path), "Not here.")
    told = {f"/{name}": endpoint for name, endpoint in endpoints.items()}
    return TestClient(operators.application(asked, told, {"/call": None}), raise_server_exceptions=False)


async def too_large(request: operators.Request) -> operators.Response:
    raise TooLarge("More than there is room for.")


async def broken(request: operators.Request) -> operators.Response:
    raise ValueError("jane.cooper@contoso.com")


@pytest.mark.parametrize(
    ("request_line", "status", "code", "allow"),
    [
        ("GET /too_large", 413, "request_too_large", None),
        ("GET /broken", 500, "internal_error", None),
        ("POST /broken", 405, "method_not_allowed", "GET, HEAD"),
        ("GET /call", 405, "method_not_allowed", "POST"),
        ("GET /broken/", 404, "unknown_route", None),
        ("GET /docs", 404, "unknown_route", None),
        ("DELETE /", 404, "unknown_route", None),
    ],
)
def test_every_error_has_one_shape(tmp_path, request_line, status, code, allow):
    method, path = request_line.split()
    answer = served(tmp_path, too_large=too_large, broken=broken).request(method, path, follow_redirects=False)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/json")
    error = answer.json()["error"]
    assert (error["type"], error["code"], error["param"]) == (code, code, None)
    assert answer.headers.get("allow") == allow
    assert "jane" not in answer.text


def test_it_says_that_it_starts(tmp_path):
    client = served(tmp_path, **{path.strip("/").replace(".", "_"): endpoint for path, endpoint in app.ADMIN.items()})
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json(), answer.headers["retry-after"]) == (
        503,
        {"status": "unready", "reason": "starting"},
        "1",
    )
    assert client.get("/healthz").json()["status"] == "ok"
    assert client.get("/metrics").status_code == 500


FIRST = """
import asyncio, json, sys
from guardrails import app, assembly
from guardrails.settings import Settings
from pathlib import Path

async def main():
    door = app.build(Settings(upstream="demo:", data=Path(sys.argv[1]), admin_port=1), assembly.assemble)
    told, begun, end, out = asyncio.Queue(), asyncio.Event(), asyncio.Event(), []

    async def receive():
        if not begun.is_set():
            begun.set()
            return {"type": "lifespan.startup"}
        await end.wait()
        return {"type": "lifespan.shutdown"}

    life = asyncio.create_task(door({"type": "lifespan"}, receive, told.put))
    assert (await told.get())["type"] == "lifespan.startup.complete"
    before = set(sys.modules)

    async def nothing():
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        out.append(message.get("status"))

    for port, method, path in [
        (80, "GET", "/healthz"), (80, "GET", "/readyz"), (80, "GET", "/metrics"), (80, "GET", "/openapi.json"),
        (80, "GET", "/"), (80, "GET", "/v1/chat/completions"), (1, "GET", "/metrics"), (1, "POST", "/v1/chat/completions"),
    ]:
        scope = {"type": "http", "method": method, "path": path, "headers": [], "query_string": b"", "server": ("", port)}
        await door(scope, nothing, send)
    new = sorted(set(sys.modules) - before)
    end.set()
    await life
    print(json.dumps([[s for s in out if s], new]))

asyncio.run(main())
"""


def test_nothing_is_imported_at_the_first_request(tmp_path):
    ran = subprocess.run(
        [sys.executable, "-c", FIRST, str(tmp_path)], cwd=Path(__file__).parents[2], check=True, timeout=60, capture_output=True
    )
    assert json.loads(ran.stdout) == [[200, 200, 404, 200, 404, 405, 200, 404], []]
