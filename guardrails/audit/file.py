"""The log's file: its form, how it is opened, and how a batch of records gets into it. Of the log's meaning it knows nothing.

A batch is one statement: an INSERT into a view of this connection, which a trigger of this connection spreads over the tables.
Each statement gives up Python's lock and must get it back from a busy event loop; ten of them cost more than the writing.
"""

from __future__ import annotations

import secrets
import sqlite3
import time
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import NamedTuple, TypeVar

import orjson

from guardrails.record import Record, Type
from guardrails.tlog import Frontier

FILE = "audit.db"
APPLICATION = 0x67726C67  # "grlg": what kind of SQLite file this is
VERSION = 1
LOCK_S = 4.0  # how long to wait for another process's write lock: less than a caller waits (writer.py)

#: Everything in the file. verify.py compares it word for word, so that a tripwire that was taken away is seen.
SCHEMA: dict[str, str] = {
    "entries": """CREATE TABLE entries (
  idx INTEGER PRIMARY KEY CHECK (idx >= 0),
  leaf BLOB NOT NULL CHECK (typeof(leaf) = 'blob' AND length(leaf) BETWEEN 2 AND 65535),
  hash BLOB NOT NULL CHECK (typeof(hash) = 'blob' AND length(hash) = 32),
  type TEXT NOT NULL, call TEXT NOT NULL, ts TEXT NOT NULL, tenant TEXT NOT NULL, action TEXT NOT NULL, ending TEXT NOT NULL
)""",
    "checkpoints": """CREATE TABLE checkpoints (
  size INTEGER PRIMARY KEY CHECK (size > 0),
  note TEXT NOT NULL CHECK (length(note) < 65536)
)""",
    "head": """CREATE TABLE head (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  size INTEGER NOT NULL,
  frontier BLOB NOT NULL CHECK (length(frontier) % 32 = 0)
)""",
    # Calls whose outcome is not yet written, and by which living writer it will be. Not evidence: recovery's list of work.
    "open_calls": """CREATE TABLE open_calls (
  call TEXT PRIMARY KEY,
  idx INTEGER NOT NULL,
  instance TEXT NOT NULL
) WITHOUT ROWID""",
    "entries_call": "CREATE INDEX entries_call ON entries (call)",
    "entries_kept": "CREATE TRIGGER entries_kept BEFORE DELETE ON entries BEGIN SELECT RAISE(ABORT, 'entries are kept'); END",
    "entries_fixed": "CREATE TRIGGER entries_fixed BEFORE UPDATE ON entries BEGIN SELECT RAISE(ABORT, 'entries stay'); END",
    "checkpoints_kept": (
        "CREATE TRIGGER checkpoints_kept BEFORE DELETE ON checkpoints BEGIN SELECT RAISE(ABORT, 'checkpoints are kept'); END"
    ),
    "checkpoints_fixed": (
        "CREATE TRIGGER checkpoints_fixed BEFORE UPDATE ON checkpoints BEGIN SELECT RAISE(ABORT, 'checkpoints stay'); END"
    ),
}

MOVED = "the head has moved"
#: Made anew for each connection and never in the file. Leaves and hashes come as one blob each, the rest as JSON:
#: rows [index, start, length, start of the hash, type, call, ts, tenant, action, ending], opened [call, index], closed "call".
BATCH = (
    """CREATE TEMP VIEW batch AS SELECT 0 AS was, x'' AS before, 0 AS size, x'' AS frontier, '' AS note,
x'' AS leaves, x'' AS hashes, '' AS rows, '' AS opened, '' AS closed, '' AS writer""",
    f"""CREATE TEMP TRIGGER batch_written INSTEAD OF INSERT ON batch BEGIN
SELECT RAISE(ABORT, '{MOVED}') WHERE NOT EXISTS (SELECT 1 FROM head WHERE size = NEW.was AND frontier = NEW.before);
INSERT INTO entries (idx, leaf, hash, type, call, ts, tenant, action, ending)
  SELECT json_extract(value, '$[0]'), substr(NEW.leaves, json_extract(value, '$[1]'), json_extract(value, '$[2]')),
    substr(NEW.hashes, json_extract(value, '$[3]'), 32), json_extract(value, '$[4]'), json_extract(value, '$[5]'),
    json_extract(value, '$[6]'), json_extract(value, '$[7]'), json_extract(value, '$[8]'), json_extract(value, '$[9]')
  FROM json_each(NEW.rows);
INSERT OR IGNORE INTO open_calls (call, idx, instance)
  SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'), NEW.writer FROM json_each(NEW.opened);
DELETE FROM open_calls WHERE call IN (SELECT value FROM json_each(NEW.closed));
UPDATE head SET size = NEW.size, frontier = NEW.frontier;
INSERT INTO checkpoints (size, note) VALUES (NEW.size, NEW.note);
END""",  # noqa: S608  a constant of ours
)
INSERT = """INSERT INTO batch (was, before, size, frontier, note, leaves, hashes, rows, opened, closed, writer)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""


class Batch(NamedTuple):
    """Records that follow on the head `before`, their leaf hashes, and the head and the checkpoint that come of it."""

    before: Frontier
    after: Frontier
    records: Sequence[Record]
    hashes: Sequence[bytes]
    note: str
    writer: str  # who will write the endings of the calls that begin in it


def insert(connection: sqlite3.Connection, batch: Batch) -> None:
    """Add a batch. Raises sqlite3.IntegrityError, of which `moved` is true, where its `before` is not the head any more."""
    before, after, records, hashes, note, writer = batch
    start, rows, opened, closed = 1, [], [], []
    for place, record in enumerate(records):
        index, length = record.index, len(record.data)
        rows.append((before.size + place, start, length, 32 * place + 1, *index))
        start += length
        if index.type == Type.INTENT:
            opened.append((index.call, before.size + place))
        if index.ending:
            closed.append(index.call)
    leaves = b"".join([record.data for record in records])
    lists = [orjson.dumps(part).decode() for part in (rows, opened, closed)]
    heads = (before.size, before.encode(), after.size, after.encode(), note)
    connection.execute(INSERT, (*heads, leaves, b"".join(hashes), *lists, writer))


def moved(error: sqlite3.Error) -> bool:
    """Whether a batch failed only because another process was faster."""
    return isinstance(error, sqlite3.IntegrityError) and str(error) == MOVED


def size(path: Path) -> int:
    """How many entries the head tells of, read without changing anything. Raises sqlite3.Error."""
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=LOCK_S)) as connection:
        if not connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'head'").fetchone()[0]:
            return 0
        found: int = connection.execute("SELECT size FROM head").fetchone()[0]
    return found


def connect(path: Path) -> sqlite3.Connection:
    """A connection that writes durably. Our own retry waits for the lock: SQLite's sleeps too long (timeout=0)."""
    place = f"{path.absolute().as_uri()}?mode=rw"  # never made anew: a log that was deleted must not begin again by itself
    connection = sqlite3.connect(place, uri=True, timeout=0, isolation_level=None, check_same_thread=False)
    try:
        patiently(lambda: connection.execute("PRAGMA journal_mode = WAL").fetchone())
        for pragma in ("synchronous = FULL", "fullfsync = ON", "checkpoint_fullfsync = ON", "trusted_schema = OFF"):
            connection.execute(f"PRAGMA {pragma}").fetchall()
        for statement in BATCH:
            connection.execute(statement)
    except BaseException:
        connection.close()
        raise
    return connection


Result = TypeVar("Result")


def transaction(connection: sqlite3.Connection, work: Callable[[], Result]) -> Result:
    """Run `work` between BEGIN IMMEDIATE and COMMIT. Raises what went wrong, after ROLLBACK."""
    patiently(lambda: connection.execute("BEGIN IMMEDIATE"))
    try:
        result = work()
        connection.execute("COMMIT")
    except BaseException:
        with suppress(sqlite3.Error):
            connection.execute("ROLLBACK")
        raise
    return result


def patiently(step: Callable[[], Result]) -> Result:
    """Try until no other process holds the lock: at most LOCK_S, with jitter up to a millisecond."""
    until = time.monotonic() + LOCK_S
    while True:
        try:
            return step()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep((50 + secrets.randbelow(950)) / 1_000_000)
