"""Ready, or not and why: as the process, its log and its disk are."""

import json
import shutil
import time

import pytest

from guardrails import app, assembly
from guardrails.proxy import life
from guardrails.proxy.life import Life, Opened, Reason
from guardrails.settings import Settings
from guardrails.watch import Watcher
from tests.processes import eventually, served


@pytest.fixture
def ready(tmp_path) -> Life:
    return Life(tmp_path, started=True)


def test_it_is_ready_between_its_start_and_its_end(tmp_path):
    one = Life(tmp_path)
    assert one.unready() is Reason.STARTING
    one.started = True
    assert one.unready() is None
    assert one.waited() == 0
    one.drain()
    since = one.draining_since
    one.drain()
    assert one.draining_since == since, "it has begun to end once"
    assert one.unready() is Reason.SHUTTING_DOWN
    assert one.waited() >= 0


def test_a_log_that_failed_is_tried_again_after_a_pause(ready):
    parts = assembly.Parts.of(Settings(upstream="demo:", data=ready.data))
    metrics = app.measured(parts, parts.policy())
    watcher = Watcher(metrics.worker(0), failed_at=time.monotonic())
    ready.opened = Opened(None, metrics, watcher)
    assert ready.unready() is Reason.LOG_UNAVAILABLE
    watcher.failed_at -= life.PAUSE_S
    assert ready.unready() is None


def test_a_log_that_is_taken_away_is_told_and_nothing_is_served(tmp_path):
    with served(tmp_path) as it:
        assert it.ask()[0] == 200
        (it.data / "audit.db").unlink()
        refused, _, body = it.ask()
        assert (refused, json.loads(body)["error"]["code"]) == (503, "audit_unavailable")
        assert "audit.db" not in body.decode(), "a client learns nothing about the server's files"
        assert str(it.data) not in body.decode()
        status, told = it.get("/readyz")
        assert (status, json.loads(told)["reason"]) == (503, "log_unavailable")
        eventually(lambda: it.metric("guardrails_worker_ready") == 0, "the metrics say that it is ready")
        assert it.metric("guardrails_log_failures_total") >= 1
        (line,) = it.lines
        assert (line["level"], line["event"]) == ("error", "the log cannot be written, so calls are refused")
        assert "audit.db" in line["why"]


def test_a_data_directory_that_is_gone(ready):
    shutil.rmtree(ready.data)
    assert ready.unready() is Reason.LOG_UNAVAILABLE
