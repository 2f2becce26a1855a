"""The doctor names what is in the way, one thing at a time, says what to do, changes nothing, and says nothing of keys."""

import contextlib
import http.server
import json
import os
import resource
import socket
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from guardrails.audit import keys
from guardrails.audit.sqlite import open_log
from guardrails.cli import checks, main
from guardrails.cli.doctor import doctor as examine
from guardrails.cli.serve import serve
from guardrails.errors import LogBroken
from tests.processes import served


@pytest.fixture
def data(tmp_path) -> Path:
    """A data directory with a log."""
    import asyncio  # noqa: PLC0415 used here alone

    folder = tmp_path / "data"
    keys.master(folder)

    async def made() -> None:
        await open_log(folder).close()

    asyncio.run(made())
    return folder


class Provider(http.server.BaseHTTPRequestHandler):
    status = 401
    date = ""
    asked: list[tuple[str, dict[str, str]]]

    def do_GET(self) -> None:
        self.asked.append((self.path, dict(self.headers)))
        self.send_response_only(self.status)
        self.send_header("content-length", "2")
        if self.date:
            self.send_header("date", self.date)
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def provider() -> Iterator[type[Provider]]:
    class Own(Provider):
        asked = []  # noqa: RUF012 one list for each test

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Own)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    Own.address = f"http://127.0.0.1:{server.server_port}"
    yield Own
    server.shutdown()
    server.server_close()
    thread.join()


def doctor(*options: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["doctor", "--port", "0", *options])
    assert not result.exception or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output


def contents(data: Path) -> dict[str, tuple[bytes, int]]:
    """Every file but those that SQLite makes for its readers."""
    kept = [path for path in data.rglob("*") if path.is_file() and not path.name.endswith(("-shm", "-wal"))]
    return {str(path): (path.read_bytes(), path.stat().st_mode) for path in kept}


def test_all_is_well(data, provider):
    before = contents(data)
    status, told = doctor("--data", str(data), "--upstream", provider.address + "/v1")
    assert status == 0
    assert "✗" not in told
    assert "head of 1 entries is signed" in told
    assert "status 401" in told
    ((path, headers),) = provider.asked
    assert path == "/v1/models"
    assert not {"authorization", "x-api-key"} & {name.lower() for name in headers}
    assert contents(data) == before, "it changes nothing"


def test_before_the_first_start(tmp_path):
    status, told = doctor("--data", str(tmp_path / "new"), "--upstream", "demo:")
    assert status == 0
    assert "the first start makes it" in told
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    ("answers", "path", "expected"),
    [
        (200, "", (0, "✓ The provider at")),
        (403, "/v1", (0, "✓ The provider at")),
        (404, "/v1", (0, "last /v1 is taken off")),
        (301, "", (0, "redirects")),
        (503, "", (0, "status page")),
        (200, "/v1/chat/completions", (1, "without, /v1")),
        (200, "/v1/v1", (1, "without, /v1")),
    ],
)
def test_the_provider(tmp_path, provider, answers, path, expected):
    provider.status = answers
    status, told = doctor("--data", str(tmp_path / "d"), "--upstream", provider.address + path)
    assert status == expected[0]
    assert expected[1] in told


def test_a_provider_behind_a_proxy(tmp_path, provider, monkeypatch):
    """It is asked on the way that calls take, with the proxy's password, which nobody is shown."""
    monkeypatch.setenv("HTTP_PROXY", provider.address.replace("http://", "http://me:planted@"))
    monkeypatch.delenv("NO_PROXY", raising=False)
    status, told = doctor("--data", str(tmp_path / "d"), "--upstream", "http://provider.invalid/v1")
    assert "Calls go through the HTTP proxy 127.0.0.1 (from HTTP_PROXY)." in told
    assert (status, "✓ The provider at" in told, "planted" in told) == (0, True, False)
    ((path, headers),) = provider.asked
    assert (path, headers["proxy-authorization"]) == ("http://provider.invalid/v1/models", "Basic bWU6cGxhbnRlZA==")
    monkeypatch.setenv("HTTP_PROXY", "socks5://me:planted@x")
    status, told = doctor("--data", str(tmp_path / "d"), "--upstream", "http://provider.invalid/v1")
    assert (status, "HTTP_PROXY must be an address" in told, "planted" in told) == (1, True, False)


def test_the_clock(tmp_path, provider):
    provider.date = "Mon, 01 Jan 2001 00:00:00 GMT"
    status, told = doctor("--data", str(tmp_path / "d"), "--upstream", provider.address)
    assert status == 0
    assert "ahead of the provider's" in told


def test_providers_that_cannot_be_reached(tmp_path, provider):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        number = closed.getsockname()[1]
    for address, words in (
        (f"http://127.0.0.1:{number}", "Nobody listens at"),
        ("http://no-such-name.invalid", "is not known to this machine"),
        (provider.address.replace("http:", "https:"), "does not speak TLS"),
    ):
        status, told = doctor("--data", str(tmp_path / "d"), "--upstream", address)
        assert (status, words in told) == (1, True), told


def spoil_keys(data: Path) -> None:
    (data / "keys" / "master.key").chmod(0o644)


def spoil_head(data: Path) -> None:
    with sqlite3.connect(data / "audit.db") as log:
        log.execute("UPDATE head SET size = size + 1")
    log.close()


def spoil_file(data: Path) -> None:
    (data / "audit.db").write_bytes(b"not a log")


def spoil_signature(data: Path) -> None:
    (data / "log.pub").write_text(str(keys.temporary().key) + "\n")


def take_away(data: Path) -> None:
    with contextlib.closing(sqlite3.connect(data / "audit.db")) as log:
        (note,) = log.execute("SELECT note FROM checkpoints ORDER BY size DESC LIMIT 1").fetchone()
    (data / "instances" / "killed").write_bytes(note if isinstance(note, bytes) else note.encode())
    (data / "audit.db").unlink()
    with pytest.raises(LogBroken, match="acknowledged"):
        open_log(data)
    for file in data.glob("audit.db*"):
        file.unlink()


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (take_away, "will not begin another"),
        (spoil_keys, "chmod 600"),
        (spoil_head, "guardrails audit verify"),
        (spoil_file, "guardrails audit verify"),
        (spoil_signature, "not what its key signed last"),
    ],
)
def test_what_is_wrong_with_the_data(data, spoil, words):
    spoil(data)
    status, told = doctor("--data", str(data), "--upstream", "demo:")
    assert (status, words in told) == (1, True), told


def test_a_log_that_was_taken_away_after_it_was_closed(data):
    (data / "audit.db").unlink()
    status, told = doctor("--data", str(data), "--upstream", "demo:")
    assert (status, "and no log: the next start begins an empty one" in told) == (0, True), told


def test_it_takes_every_option_of_serve():
    takes = {name for option in examine.params for name in option.opts}
    assert {name for option in serve.params for name in option.opts} <= takes


def test_a_data_directory_that_is_a_file(tmp_path):
    (tmp_path / "file").write_text("")
    status, told = doctor("--data", str(tmp_path / "file"), "--upstream", "demo:")
    assert (status, "is no directory" in told) == (1, True)


def test_settings_and_policies(tmp_path):
    (tmp_path / "s.yaml").write_text("upstrem: http://x\n")
    status, told = doctor("--config", str(tmp_path / "s.yaml"))
    assert (status, 'did you mean "upstream"' in told) == (1, True)
    assert "provider" not in told, "what depends on the settings is not looked at"
    (tmp_path / "p.yaml").write_text("rules:\n  - id: a\n    detect: {pii: [EMAIL_ADRESS]}\n    action: block\n")
    status, told = doctor("--data", str(tmp_path / "d"), "--upstream", "demo:", "--policy", str(tmp_path / "p.yaml"))
    assert (status, "p.yaml:3:20:" in told) == (1, True)
    assert doctor("--config", str(tmp_path / "nowhere.yaml"))[0] == 2


def test_callers_without_a_key_for_the_provider(tmp_path, provider):
    (tmp_path / "s.yaml").write_text(f"upstream: {provider.address}\ncallers: [{{key_sha256: '{'0' * 64}'}}]\n")
    status, told = doctor("--data", str(tmp_path / "d"), "--config", str(tmp_path / "s.yaml"))
    assert (status, "GUARDRAILS_UPSTREAM_KEY" in told) == (0, True)


def test_a_recognizer_that_cannot_be_had(data: Path, tmp_path: Path) -> None:
    for name, words in (("nowhere:X", "Python finds no module nowhere"), (str(tmp_path / "own.yaml"), "No such file")):
        (tmp_path / "guardrails.yaml").write_text(json.dumps({"recognizers": [name], "upstream": "demo:", "data": str(data)}))
        status, said = doctor("--config", str(tmp_path / "guardrails.yaml"))
        assert status == 1
        assert "What is looked for cannot be had: " in said
        assert words in said.replace("\n", " ")


def test_ports(tmp_path, provider):
    taken = provider.address.rsplit(":", 1)[1]
    status, told = doctor("--data", str(tmp_path / "d"), "--upstream", "demo:", "--port", taken)
    assert (status, "Another program listens" in told) == (1, True)
    with served(tmp_path) as it:
        status, told = doctor("--data", str(it.data), "--upstream", "demo:", "--port", str(it.port))
        assert (status, f"runs on 127.0.0.1:{it.port} and is ready" in told) == (0, True), told


def test_few_files(tmp_path):
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(512, before[0]), before[1]))
    try:
        status, told = doctor("--data", str(tmp_path / "d"), "--upstream", "demo:")
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
    assert (status, "ulimit -n 2064" in told) == (0, True)


def test_for_programs(tmp_path):
    os.environ.pop("GUARDRAILS_X", None)
    status, told = doctor("--data", str(tmp_path / "d"), "--upstream", "demo:", "--format", "json")
    report = json.loads(told)
    assert (status, report["well"]) == (0, True)
    assert set(checks.CHECKS) - {"credentials"} <= {row["check"] for row in report["checks"]}
    assert {row["state"] for row in report["checks"]} <= {"ok", "advice", "fault"}
    assert all(row["do"] for row in report["checks"] if row["state"] != "ok")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("aiohttp<4,>=3.12", ("aiohttp", "<4,>=3.12")),
        ("ruff>=0.9; extra == 'dev'", None),
        ("uvloop>=0.21; sys_platform != 'win32'", ("uvloop", ">=0.21")),
        ("regex>=2024.11", ("regex", ">=2024.11")),
    ],
)
def test_requirements(line, expected):
    assert checks._requirement(line) == expected


@pytest.mark.parametrize(
    ("bounds", "words"),
    [("<4,>=3", "is needed"), (">=999", "is needed"), ("<2", "is needed"), (">=8,<10", ""), ("", "")],
)
def test_bounds(bounds, words):
    """click is 8.x here."""
    told = checks._unmet("click", bounds)
    assert words in told
    assert bool(words) == bool(told)
    assert "not installed" in checks._unmet("no-such-package-here", bounds)
