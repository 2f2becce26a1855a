"""The SQLite log under what really happens: several processes, kill -9, a full disk, a lock held, a file exchanged."""

from __future__ import annotations

import asyncio
import json
import os
import random
import shutil
import sqlite3
import stat
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest

from guardrails.audit import Receipt, open_log
from guardrails.audit import writer as queue
from guardrails.audit.file import FILE
from guardrails.audit.verify import Verdict, verify
from guardrails.errors import AuditUnavailable, LogBroken, SettingsError
from guardrails.record import Index, Record
from tests.audit.logs import ROOT, calls, content, tamper, write, writer

ROUNDS = int(os.environ.get("KILL_ROUNDS", "5"))  # how often a writer is killed


def rows(data: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(data / FILE)) as log:
        return log.execute(query).fetchall()


def test_the_first_entry_names_the_log_and_its_key(tmp_path: Path) -> None:
    write(tmp_path / "data", [])
    ((leaf,),) = rows(tmp_path / "data", "SELECT leaf FROM entries")
    body = json.loads(leaf)  # type: ignore[arg-type]  # rows of any query are objects to the checker; a leaf is bytes
    assert body["type"] == "log.genesis"
    assert body["key"] == (tmp_path / "data" / "log.pub").read_text().strip()


def test_a_log_goes_on_where_it_stopped(tmp_path: Path) -> None:
    data = tmp_path / "data"
    assert write(data, calls(2))[-1] == Receipt(4, 5)
    assert write(data, calls(2, "later-"))[-1] == Receipt(8, 9)
    report = verify(data)
    assert (report.verdict, report.entries, report.open_intents) == (Verdict.UNANCHORED, 9, 0)
    assert stat.S_IMODE((data / FILE).stat().st_mode) == 0o600


def test_alone_each_record_has_its_commit_and_together_they_share(tmp_path: Path) -> None:
    write(tmp_path / "one", calls(10))
    write(tmp_path / "many", calls(100), together=True)
    assert verify(tmp_path / "one").checkpoints == 21  # idle: each at once
    assert verify(tmp_path / "many").checkpoints < 40  # busy: in batches


def test_the_log_is_in_one_file_after_it_was_closed(tmp_path: Path) -> None:
    data = tmp_path / "data"
    write(data, calls(3))
    assert sorted(path.name for path in data.iterdir()) == ["audit.db", "instances", "keys", "log.pub"]
    assert list((data / "instances").iterdir()) == []


@pytest.mark.parametrize("statement", ["UPDATE entries SET action = 'x' WHERE idx = 1", "DELETE FROM entries WHERE idx = 1",
                                       "UPDATE checkpoints SET note = 'x'", "DELETE FROM checkpoints"])  # fmt: skip
def test_the_tripwires_hold(statement: str, tmp_path: Path) -> None:
    write(tmp_path, calls(1))
    with pytest.raises(sqlite3.IntegrityError, match=r"entries|checkpoints"):
        tamper(tmp_path, statement, tripwires=True)


def test_several_processes_share_one_file(tmp_path: Path) -> None:
    data = tmp_path / "data"
    running = [writer(data, f"p{i}", 100) for i in range(4)]
    seen: dict[int, str] = {}
    for process in running:
        out, _ = process.communicate(timeout=100)
        assert out.endswith("done\n")
        for kind, call, index in acknowledged(out):
            assert seen.setdefault(index, f"{kind} {call}") == f"{kind} {call}"
    report = verify(data)
    assert report.verdict is Verdict.UNANCHORED
    assert len(seen) == 4 * 180
    buried = rows(data, "SELECT count(*) FROM entries WHERE type = 'outcome.unknown'")[0][0]  # one ended before another began
    assert report.entries == 1 + len(seen) + buried  # type: ignore[operator]  # a count


def acknowledged(out: str) -> list[tuple[str, str, int]]:
    lines = [
        line.split() for line in out.splitlines(keepends=True) if line.startswith(("intent", "outcome")) and line[-1] == "\n"
    ]
    return [(kind, call, int(index)) for kind, call, index in lines]


def test_killed_at_any_moment_nothing_acknowledged_is_lost(tmp_path: Path) -> None:
    """kill -9 under load, again and again on the same log: it verifies, all that was acknowledged is there, and so is the
    unknown end of each call that was cut off. A checkpoint from before stays consistent."""
    data, rng = tmp_path / "data", random.Random(7)
    kept, expected = tmp_path / "kept", {}
    for round_ in range(ROUNDS):
        process = writer(data, f"r{round_}", 100_000)
        assert process.stdout is not None
        first = process.stdout.readline()
        assert first.startswith("ready")
        time.sleep(rng.uniform(0, 0.15))
        process.kill()
        for kind, call, index in acknowledged(first + process.communicate()[0]):
            expected[index] = (f"decision.{kind}", call)
        report = verify(data, kept if round_ else None)
        assert report.verdict is (Verdict.ANCHORED if round_ else Verdict.UNANCHORED), report.faults
        kept.write_text(report.note)
    write(data, [])  # recovery
    found = {i: (kind, call) for i, kind, call in rows(data, "SELECT idx, type, call FROM entries")}
    assert expected
    assert {index: found[index] for index in expected} == expected
    assert verify(data, kept).open_intents == 0
    unknown = rows(data, "SELECT call FROM entries WHERE type = 'outcome.unknown'")
    assert len(unknown) == len(set(unknown)) > 0


def test_recovery_leaves_the_calls_of_the_living_alone(tmp_path: Path) -> None:
    data = tmp_path / "data"
    process = writer(data, "living", 1)  # call 0 gets no outcome
    assert process.stdout is not None
    lines = [process.stdout.readline() for _ in range(2)]
    assert lines[1].startswith("intent")
    out, _ = process.communicate(timeout=60)
    assert "done" in out
    write(data, [])
    assert rows(data, "SELECT count(*) FROM entries WHERE type = 'outcome.unknown'") == [(1,)]

    async def main() -> None:
        first = open_log("sqlite", data)
        await first.append(calls(1, "flying-")[0])
        second = await asyncio.to_thread(open_log, "sqlite", data)  # starts while the other has a call in flight
        await second.close()
        assert rows(data, "SELECT count(*) FROM entries WHERE type = 'outcome.unknown'") == [(1,)]
        assert verify(data).open_intents == 1
        await first.append(calls(1, "flying-")[1])
        await first.close()

    asyncio.run(main())
    write(data, [])
    assert rows(data, "SELECT count(*) FROM entries WHERE type = 'outcome.unknown'") == [(1,)]
    assert verify(data).open_intents == 0


def test_a_lock_held_by_another_is_waited_for(tmp_path: Path) -> None:
    data = tmp_path / "data"
    write(data, [])

    async def main() -> None:
        log = open_log("sqlite", data)
        with closing(sqlite3.connect(data / FILE, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            waiting = asyncio.gather(*map(log.append, calls(2)))
            done, _ = await asyncio.wait([waiting], timeout=0.2)
            assert not done
            other.execute("ROLLBACK")
            assert [receipt.index for receipt in await waiting] == [1, 2, 3, 4]
        await log.close()

    asyncio.run(main())


def test_one_bad_record_fails_its_batch_whole_and_the_log_goes_on(tmp_path: Path) -> None:
    data = tmp_path / "data"
    large = Record(Index("x", "x", "x", "x", "x", ""), b"x" * 70_000)  # the schema refuses it

    async def main() -> None:
        log = open_log("sqlite", data)
        results = await asyncio.gather(log.append(large), *map(log.append, calls(2)), return_exceptions=True)
        assert isinstance(results[0], AuditUnavailable)
        assert "SQLITE_CONSTRAINT" in str(results[0])
        written = [result for result in results if isinstance(result, Receipt)]
        assert rows(data, "SELECT count(*) FROM entries") == [(1 + len(written),)]  # no part of a failed batch
        assert isinstance(await log.append(calls(1, "next-")[0]), Receipt)
        await log.close()

    asyncio.run(main())
    assert verify(data).intact


def test_after_an_error_the_file_is_opened_anew_and_its_head_verified(tmp_path: Path) -> None:
    data = tmp_path / "data"
    large = Record(Index("x", "x", "x", "x", "x", ""), b"x" * 70_000)

    async def main() -> None:
        log = open_log("sqlite", data)
        await log.append(calls(1)[0])
        tamper(data, "UPDATE checkpoints SET note = 'x' WHERE size = 2")
        with pytest.raises(AuditUnavailable, match="CONSTRAINT"):
            await log.append(large)
        with pytest.raises(AuditUnavailable, match="audit verify"):
            await log.append(calls(1)[1])
        await log.close()

    asyncio.run(main())


FULL = """
import asyncio, resource, signal, sys
from pathlib import Path
from guardrails.audit import open_log
from guardrails.errors import AuditUnavailable
from tests.audit.logs import calls

async def main(data):
    log = open_log("sqlite", data)
    for record in calls(3):
        await log.append(record)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    size = (data / "audit.db-wal").stat().st_size
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + 20_000, resource.RLIM_INFINITY))
    written = failed = 0
    for record in calls(20, "full-"):
        try:
            await log.append(record)
            written += 1
        except AuditUnavailable as error:
            failed += 1
            sentence = str(error)
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    await log.append(calls(1, "again-")[0])
    await log.close()
    print(written, failed, sentence)

asyncio.run(main(Path(sys.argv[1])))
"""


def test_a_full_disk_refuses_and_recovers_by_itself(tmp_path: Path) -> None:
    """A file that may not grow: the writes fail as on a full disk. What was refused is not there, what was told is."""
    data = tmp_path / "data"
    ran = subprocess.run(
        [sys.executable, "-c", FULL, str(data)], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert ran.returncode == 0, ran.stderr
    written, failed, *sentence = ran.stdout.split()
    assert int(failed) > 0
    assert "nothing" in sentence
    assert verify(data).entries == 1 + 6 + int(written) + 1
    assert verify(data).intact


def test_a_queue_that_does_not_drain_is_unavailable(tmp_path: Path) -> None:
    data = tmp_path / "data"
    write(data, [])

    async def main() -> None:
        log = open_log("sqlite", data)
        record = calls(1)[0]
        with closing(sqlite3.connect(data / FILE, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            waiting = [asyncio.create_task(log.append(record)) for _ in range(queue.LARGEST_QUEUE + queue.LARGEST_BATCH + 1)]
            await asyncio.sleep(0)
            failed = [task for task in waiting if task.done()]
            other.execute("ROLLBACK")
        results = await asyncio.gather(*waiting, return_exceptions=True)
        assert failed
        assert all(isinstance(result, (Receipt, AuditUnavailable)) for result in results)
        await log.close()

    asyncio.run(main())


def test_a_loop_that_is_gone_loses_no_record(tmp_path: Path) -> None:
    """An append from another event loop, closed before the answer could reach it: the record is written all the same."""
    data = tmp_path / "data"

    async def main() -> None:
        log = open_log("sqlite", data)
        with closing(sqlite3.connect(data / FILE, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")

            def short() -> None:
                loop = asyncio.new_event_loop()
                coroutine = log.append(calls(1)[0])
                loop.call_soon(loop.stop)
                task = loop.create_task(coroutine)
                loop.run_forever()
                task._log_destroy_pending = False  # type: ignore[attr-defined]  # it is left pending on purpose
                loop.close()

            thread = threading.Thread(target=short)
            thread.start()
            thread.join()
            other.execute("ROLLBACK")
        assert (await log.append(calls(1)[1])).index == 2
        await log.close()

    asyncio.run(main())
    assert verify(data).entries == 3


def test_a_log_that_was_exchanged_under_the_writer_is_not_continued(tmp_path: Path) -> None:
    """An older copy put in place of the file: what callers were told is missing, so nothing more is taken."""
    data, old = tmp_path / "data", tmp_path / "old.db"
    write(data, calls(1))
    shutil.copy(data / FILE, old)

    async def main() -> None:
        log = open_log("sqlite", data)
        await log.append(calls(1, "new-")[0])
        tamper(data, "DELETE FROM entries WHERE idx > 2", "DELETE FROM checkpoints WHERE size > 3",
               ("UPDATE head SET size = 3, frontier = ?", tuple(row[1] for row in older(old))))  # fmt: skip
        with pytest.raises(AuditUnavailable, match="acknowledged"):
            await log.append(calls(1, "more-")[0])
        await log.close()

    asyncio.run(main())


def older(path: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as log:
        return log.execute("SELECT size, frontier FROM head").fetchall()


@pytest.mark.parametrize(
    "damage",
    ["DELETE FROM entries WHERE idx = 2", "UPDATE head SET size = 2", "DELETE FROM head", "DELETE FROM checkpoints",
     "UPDATE checkpoints SET note = 'x'", "UPDATE head SET frontier = zeroblob(64)",
     "UPDATE checkpoints SET note = substr(note, 1, length(note) - 6) || 'AAAAA='"],
)  # fmt: skip
def test_a_damaged_log_is_not_continued(damage: str, tmp_path: Path) -> None:
    write(tmp_path, calls(1))
    tamper(tmp_path, damage)
    before = content(tmp_path)
    with pytest.raises(LogBroken, match="audit verify"):
        open_log("sqlite", tmp_path)
    assert content(tmp_path) == before


def test_a_file_of_another_kind_is_left_alone(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / FILE)) as other:
        other.execute("CREATE TABLE mine (x)")
    with pytest.raises(SettingsError, match="not a log"):
        open_log("sqlite", tmp_path)
    (tmp_path / FILE).write_bytes(b"not a database, surely" * 100)
    with pytest.raises(AuditUnavailable, match="SQLITE_NOTADB"):
        open_log("sqlite", tmp_path)
