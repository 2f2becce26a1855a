"""Reading a log: what cannot be read is told with its cause, and a lock is never read around."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from guardrails.audit.file import FILE
from guardrails.audit.read import Unreadable, snapshot
from tests.audit.logs import calls, write


@pytest.fixture
def data(tmp_path: Path) -> Path:
    write(tmp_path / "data", calls(2))
    return tmp_path / "data"


def test_a_log_that_is_in_use_is_not_read_around_its_lock(data: Path) -> None:
    with closing(sqlite3.connect(data / FILE, isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode = DELETE")
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(Unreadable, match="in use by another process"), snapshot(data):
            pass


@pytest.mark.parametrize("damage", [lambda raw: b"garbage " * 1000, lambda raw: raw[: len(raw) // 2 - 100]])
def test_a_damaged_file_is_called_damaged(data: Path, damage) -> None:
    (data / FILE).write_bytes(damage((data / FILE).read_bytes()))
    with pytest.raises(Unreadable, match="damaged"), snapshot(data) as log:
        log.execute("SELECT count(leaf), sum(length(leaf)) FROM entries").fetchall()


def test_no_log(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="there is no log"), snapshot(tmp_path):
        pass
