"""The log's disk and files fail while a server runs: callers are refused in time, nothing that was acknowledged is lost, and
when the fault is over the log goes on by itself.

A disk of its own (tmpfs) needs the right to mount; where that is missing, those tests are skipped, and the limit on a file's
size in test_sqlite.py stands in for them.
"""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from guardrails.audit import open_log
from guardrails.audit.file import FILE
from guardrails.audit.instances import Instance
from guardrails.audit.keys import signer
from guardrails.audit.sqlite import Store
from guardrails.audit.verify import verify
from guardrails.audit.writer import Writer
from guardrails.errors import AuditUnavailable, GuardrailsError
from tests.audit.killing import entries
from tests.audit.logs import calls, until, write
from tests.running import running
from tests.test_record import an_intent, an_outcome


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 3 MB."""
    place = tmp_path / "disk"
    place.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", place], capture_output=True, check=False).returncode:
        pytest.skip("mounting a disk is not allowed here")
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", place], check=True)


def endings(data: Path) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for _, kind, call in entries(data):
        found.setdefault(call, []).append(kind)
    return found


def test_a_full_disk_refuses_calls_and_frees_them_when_there_is_room(disk: Path) -> None:
    data, filler = disk / "data", disk / "filler"
    with running(data) as it:
        before = [it.ask(f"number {i}") for i in range(3)]
        filler.write_bytes(b"")
        with filler.open("ab", buffering=0) as file:
            for size in (65536, 4096, 512, 1):
                try:
                    while file.write(b"x" * size):
                        pass
                except OSError:
                    continue
        forwarded, refused = len(it.seen), []
        for i in range(600):  # what SQLite has set aside takes a few more
            answer = it.ask(f"full {i}")
            if answer.status == 503:
                refused.append(answer)
                if len(refused) == 3:
                    break
            else:
                before.append(answer)
        assert len(refused) == 3
        assert refused[-1].body["error"]["code"] == "audit_unavailable"
        assert len(it.seen) - forwarded <= len(before) - 3 + 1  # at most one was forwarded whose outcome found no room
        filler.unlink()
        after = [it.ask(f"again {i}") for i in range(3)]
        assert [answer.status for answer in before + after] == [200] * len(before + after)
        until(lambda: verify(data).open_intents == 0)
    report, told = verify(data), endings(data)
    assert report.intact
    for answer in before + after:
        assert told[answer.headers["x-guardrails-decision"]] == ["decision.intent", "decision.outcome"]
    assert all(len(kinds) == 2 for call, kinds in told.items() if call)


def test_a_read_only_disk_is_told_before_anything_is_served(disk: Path) -> None:
    write(disk / "data", calls(1))
    subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
    with pytest.raises(GuardrailsError, match=r"cannot be|could not be"):
        open_log("sqlite", disk / "data")
    assert verify(disk / "data").intact


def test_a_lock_that_another_process_keeps_is_not_waited_for_longer_than_patience(tmp_path: Path) -> None:
    data = tmp_path / "data"
    write(data, calls(1))

    async def main() -> None:
        log = Writer(Store(data, signer(data), Instance(data)), patience_s=0.3, look_s=0.2)
        assert (await log.append(an_intent(call="before"))).index == 3
        with closing(sqlite3.connect(data / FILE, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            for name in ("first", "second"):
                with pytest.raises(AuditUnavailable, match="not answered"):
                    await log.append(an_intent(call=name))
            other.execute("ROLLBACK")
        await log.append(an_outcome(call="before"))
        await asyncio.to_thread(until, lambda: verify(data).open_intents == 0)
        await log.close()

    asyncio.run(main())
    assert endings(data)["first"] == ["decision.intent", "outcome.unknown"]  # it was already on its way
    assert "second" not in endings(data)


def test_a_file_that_was_deleted_takes_nothing_more(tmp_path: Path) -> None:
    data = tmp_path / "data"

    async def main() -> None:
        log = open_log("sqlite", data)
        await log.append(calls(1)[0])
        (data / FILE).unlink()
        for _ in range(3):
            with pytest.raises(AuditUnavailable):
                await log.append(calls(1)[1])
        assert not (data / FILE).exists(), "a log that was deleted does not begin anew by itself"
        await log.close()

    asyncio.run(main())
    with pytest.raises(GuardrailsError, match="acknowledged"):  # nor at the next start
        open_log("sqlite", data)


def test_a_file_that_was_moved_away_is_used_again_when_it_is_back(tmp_path: Path) -> None:
    data = tmp_path / "data"

    async def main() -> None:
        log = open_log("sqlite", data)
        for record in calls(3):
            await log.append(record)
        (data / FILE).rename(data / "away")
        with pytest.raises(AuditUnavailable, match="deleted or exchanged"):
            await log.append(an_intent(call="meanwhile"))
        with pytest.raises(AuditUnavailable):
            await log.append(an_intent(call="meanwhile too"))
        (data / "away").rename(data / FILE)
        for record in calls(3, "back-"):
            await log.append(record)
        await log.close()

    asyncio.run(main())
    report = verify(data)
    assert report.intact
    assert report.entries >= 13


def test_an_older_copy_in_place_of_the_file_is_not_written_to(tmp_path: Path) -> None:
    data = tmp_path / "data"
    write(data, calls(1))
    shutil.copy(data / FILE, tmp_path / "old")

    async def main() -> None:
        log = open_log("sqlite", data)
        await log.append(calls(1, "new-")[0])
        (data / f"{FILE}-wal").unlink()
        (tmp_path / "old").rename(data / FILE)
        old = (data / FILE).read_bytes()
        for _ in range(2):
            with pytest.raises(AuditUnavailable):
                await log.append(calls(1, "new-")[1])
        assert (data / FILE).read_bytes() == old
        await log.close()

    asyncio.run(main())


def test_a_write_ahead_log_that_was_deleted_loses_nothing(tmp_path: Path) -> None:
    """Its content is still in the process: it is moved into the file, and the log goes on."""
    data = tmp_path / "data"

    async def main() -> None:
        log = open_log("sqlite", data)
        for record in calls(3):
            await log.append(record)
        (data / f"{FILE}-wal").unlink()
        with pytest.raises(AuditUnavailable):
            await log.append(an_intent(call="meanwhile"))
        assert (await log.append(an_intent(call="next"))).index >= 7
        await log.append(an_outcome(call="next"))
        await log.close()

    asyncio.run(main())
    assert verify(data).intact
    assert endings(data)["call-2"] == ["decision.intent", "decision.outcome"]
