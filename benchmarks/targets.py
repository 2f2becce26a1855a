"""The processes of a benchmark: started, waited for, ended. Each in a session of its own, so that none outlives it."""

from __future__ import annotations

import http.client
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import measure

ROOT = Path(__file__).resolve().parents[1]
#: The log must lie on a disk, where a commit costs what it costs: a folder of temporary files may be memory.
WORK = ROOT / "build" / "bench"
START_S = 90.0
PATIENCE_S = 15.0  # for what is open when a server is asked to end
QUIET_S = 0.002  # between two looks at a server that is starting


@dataclass(slots=True)
class Target:
    """A running server. `ready_s`: from the start of its process to the first answer."""

    name: str
    port: int
    process: subprocess.Popen[bytes] = field(repr=False)
    ready_s: float = 0.0
    key: str = "sk-bench"

    @property
    def pid(self) -> int:
        return self.process.pid

    def cpu_s(self) -> float:
        return measure.cpu_s(self.pid)

    def rss_kb(self) -> int:
        return measure.rss_kb(self.pid)


def free_port() -> int:
    """A port of this machine, below those that the kernel gives to clients (ip_local_port_range), who are many here."""
    while True:
        port = 20_000 + secrets.randbelow(12_000)
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port


@contextmanager
def running(  # noqa: PLR0913 what a process takes
    name: str,
    command: Sequence[str],
    port: int,
    *,
    env: Mapping[str, str] | None = None,
    path: str = "/healthz",
    key: str = "sk-bench",
    start_s: float = START_S,
    cwd: Path = ROOT,
) -> Iterator[Target]:
    """Run a server while the block runs. Raises RuntimeError, with the end of what it wrote, where it does not come up."""
    WORK.mkdir(parents=True, exist_ok=True)
    log = WORK / f"{name}.log"
    with log.open("wb") as out:
        began = time.monotonic()
        own = {name: value for name, value in os.environ.items() if not name.startswith("GUARDRAILS_")}  # no one's settings
        process = subprocess.Popen(command, cwd=cwd, env={**own, **(env or {})}, stdout=out, stderr=out, start_new_session=True)
        try:
            while not _answers(port, path):
                if process.poll() is not None or time.monotonic() > began + start_s:
                    told = log.read_text(errors="replace")[-2000:]
                    raise RuntimeError(f"{name} did not start: {' '.join(command)}\n{told}")
                time.sleep(QUIET_S)
            ready = time.monotonic() - began
            if process.poll() is not None:
                raise RuntimeError(f"{name} ended at once, and another program answers on its port {port}")
            yield Target(name, port, process, ready, key)
        finally:
            _end(process)


def _answers(port: int, path: str) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status < 500
    except OSError:
        return False
    except http.client.HTTPException:
        return False
    finally:
        connection.close()


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ask, then insist: the whole session, so that no worker is left."""
    for asked in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, asked)
        with suppress(subprocess.TimeoutExpired):
            process.wait(PATIENCE_S)


@contextmanager
def upstream() -> Iterator[Target]:
    port = free_port()
    with running("upstream", [sys.executable, "-m", "benchmarks.servers.upstream", str(port)], port) as target:
        yield target


@contextmanager
def bare(below: Target) -> Iterator[Target]:
    port = free_port()
    command = [sys.executable, "-m", "benchmarks.servers.bare", str(port), f"http://127.0.0.1:{below.port}"]
    with running("bare", command, port) as target:
        yield target


@contextmanager
def ours(below: Target, data: Path, env: Mapping[str, str] | None = None) -> Iterator[Target]:
    """The guard as its users start it, but for names: what they cost is weighed by benchmarks/names.py, and peers find none."""
    port, env = free_port(), {"GUARDRAILS_NAMES": "off", **(env or {})}
    command = [sys.executable, "-m", "guardrails", "serve", "--upstream", f"http://127.0.0.1:{below.port}"]
    with running("ours", [*command, "--port", str(port), "--data", str(data)], port, env=env) as target:
        yield target


@contextmanager
def folder() -> Iterator[Path]:
    """An empty folder on the disk of this checkout, gone afterwards."""
    WORK.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=WORK, prefix="data-") as name:
        yield Path(name)
