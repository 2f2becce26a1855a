"""Making logs for tests: in this process, or with a writer of its own that can be killed."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from guardrails.audit import Receipt, open_log
from guardrails.audit.file import FILE
from guardrails.record import Record
from tests.test_record import an_intent, an_outcome

ROOT = Path(__file__).parents[2]


def calls(number: int, prefix: str = "call-") -> list[Record]:
    """An intent and an outcome for each of so many calls."""
    return [
        make(call=f"{prefix}{i}", id=f"{prefix}{i}-{make.__name__}") for i in range(number) for make in (an_intent, an_outcome)
    ]


def write(data: Path, records: list[Record], *, together: bool = False) -> list[Receipt]:
    """Append to the log in `data`, one after the other (one commit each) or all at once, and close it."""

    async def run() -> list[Receipt]:
        log = open_log("sqlite", data)
        if together:
            receipts = list(await asyncio.gather(*map(log.append, records)))
        else:
            receipts = [await log.append(record) for record in records]
        await log.close()
        return receipts

    return asyncio.run(run())


def tamper(data: Path, *statements: str | tuple[str, tuple[object, ...]], tripwires: bool = False) -> None:
    """Change the file as somebody with full access would: without the tripwires, which are put back afterwards."""
    with closing(sqlite3.connect(data / FILE, isolation_level=None)) as log:
        triggers = [] if tripwires else log.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            log.execute(f"DROP TRIGGER {name}")
        log.execute("PRAGMA ignore_check_constraints = ON")
        for statement in statements:
            log.execute(*((statement,) if isinstance(statement, str) else statement))
        for _, sql in triggers:
            log.execute(sql)
        log.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def content(data: Path) -> list[object]:
    """All that the log says, to compare."""
    with closing(sqlite3.connect(f"{(data / FILE).absolute().as_uri()}?mode=ro", uri=True)) as log:
        log.text_factory = bytes
        tables = ("entries", "checkpoints", "head")
        return [log.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall() for table in tables]


WRITER = """
import asyncio, sys
from pathlib import Path
from guardrails.audit import open_log
from tests.test_record import an_intent, an_outcome

async def main(data, name, number, writers):
    log = open_log("sqlite", Path(data))
    print("ready", log.instance, flush=True)
    numbers = iter(range(number))
    async def one():
        for i in numbers:
            call = f"{name}-{i}"
            first = await log.append(an_intent(call=call))
            print("intent", call, first.index, flush=True)
            if i % 5:
                second = await log.append(an_outcome(call=call))
                print("outcome", call, second.index, flush=True)
    await asyncio.gather(*(one() for _ in range(writers)))
    await log.close()
    print("done", flush=True)

asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])))
"""


def writer(data: Path, name: str, number: int, writers: int = 8) -> subprocess.Popen[str]:
    """A process that appends `number` calls (every fifth without an outcome) and prints what was acknowledged."""
    command = [sys.executable, "-c", WRITER, str(data), name, str(number), str(writers)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def until(true: Callable[[], bool], seconds: float = 30) -> None:
    """Wait for something that another process or thread does."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not come"
        time.sleep(0.05)
