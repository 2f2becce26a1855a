"""Several workers on one port: they count together, one that is killed is replaced, nothing that was acknowledged is lost."""

import http.client
import os
import signal
import sqlite3
import threading

from guardrails.audit.verify import verify
from tests.processes import PATIENCE_S, eventually, hanging, served

CALLERS = 8


def load(it, stop: threading.Event) -> tuple[list[threading.Thread], list[str], list[str]]:
    """Clients that call until told to stop: the ids of the calls that were answered, and how others failed."""
    answered: list[str] = []
    failed: list[str] = []

    def call() -> None:
        while not stop.is_set():
            try:
                status, headers, _ = it.ask("Write to jane.cooper@contoso.com")
            except (OSError, http.client.HTTPException) as error:
                failed.append(type(error).__name__)
            else:
                assert status == 200
                answered.append(headers["x-guardrails-decision"])

    threads = [threading.Thread(target=call) for _ in range(CALLERS)]
    for thread in threads:
        thread.start()
    return threads, answered, failed


def test_a_worker_is_killed_under_load(tmp_path):
    with served(tmp_path, "--workers", "2") as it:
        eventually(lambda: it.metric("guardrails_worker_ready") == 2, "not all workers came up")
        before = it.workers()
        assert len(before) == 2
        stop = threading.Event()
        threads, answered, failed = load(it, stop)
        eventually(lambda: len(answered) > 40, "no calls were answered")
        os.kill(before[0], signal.SIGKILL)
        killed_at = len(answered)
        eventually(lambda: len(set(it.workers()) - set(before)) == 1, "no other worker took its place")
        eventually(lambda: it.metric("guardrails_worker_ready") == 2, "the other worker did not come up")
        eventually(lambda: len(answered) > killed_at + 40, "the others did not go on")
        stop.set()
        for thread in threads:
            thread.join(PATIENCE_S)
        assert it.metric("guardrails_worker_restarts_total") == 1
        counted = it.metric("guardrails_calls_total")
        assert it.end() == 0
        assert not it.workers()
        (died,) = [line for line in it.lines if line["event"].startswith("a worker died")]
        assert (died["by"], died["pid"]) == ("SIGKILL", before[0])
        assert verify(it.data).intact
        with sqlite3.connect(it.data / "audit.db") as log:
            ended = dict(log.execute("SELECT call, ending FROM entries WHERE ending <> ''"))
            (open_calls,) = log.execute("SELECT count(*) FROM open_calls").fetchone()
        assert open_calls == 0, "the dead worker's calls have an outcome"
        assert {ended[call] for call in answered} == {"modified"}
        unknown = [call for call, ending in ended.items() if ending == "unknown"]
        assert len(unknown) <= len(failed), "only a call whose client saw it break may be unknown"
        assert len(answered) <= counted <= len(ended), "what a dead worker counted stays counted"


def test_the_workers_end_with_their_parent(tmp_path):
    with hanging() as upstream, served(tmp_path, "--workers", "2", upstream=upstream, shutdown_s="0.2") as it:
        held = it.open("hello")
        eventually(lambda: it.metric("guardrails_open_calls ") == 1, "the call is not open")
        workers = eventually(lambda: len(pids := it.workers()) == 2 and pids, "not all workers came up")
        it.process.kill()
        it.process.wait(PATIENCE_S)
        eventually(lambda: not any(map(alive, workers)), "the workers go on without their parent")
        held.close()
        assert it.endings() == {"aborted": 1}


def test_a_log_that_cannot_be_opened_is_told_once(tmp_path):
    (tmp_path / "data").mkdir(mode=0o700)
    (tmp_path / "data" / "audit.db").write_bytes(b"not a log")
    with served(tmp_path, "--workers", "3") as it:
        assert it.process.wait(PATIENCE_S) == 2
        (told,) = it.errors.read_text().splitlines()
        assert told.startswith("Error: ")


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        with open(f"/proc/{pid}/stat") as stat:  # noqa: PTH123 read and closed at once
            return stat.read().rsplit(")", 1)[1].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False
