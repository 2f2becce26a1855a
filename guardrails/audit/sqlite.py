"""The log in one SQLite file. Durable before acknowledged, one signed checkpoint per commit, any number of processes.

The order of one commit, all inside one write lock: BEGIN IMMEDIATE, read the head, insert the batch, update the head, sign,
COMMIT (WAL, synchronous=FULL); only then do the waiting callers learn of it. No head is kept in memory, so a failed commit
leaves nothing to undo and another process can never be overwritten. One thread per process writes: idle, it commits at
once; busy, it takes all that queued meanwhile.

After an error of input or output nothing is tried again on the same connection (an fsync that failed once may pretend to
succeed the next time): the batch fails, the file is closed, opened anew, and its head verified before it is used.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import NoReturn

import orjson

from guardrails.audit import Receipt
from guardrails.audit.ids import now, uuid7
from guardrails.audit.instances import Instance
from guardrails.audit.keys import Signer, directory, signer, verify
from guardrails.errors import AuditUnavailable, LogBroken, SettingsError
from guardrails.record import Record, Type, genesis, outcome_unknown
from guardrails.tlog import Checkpoint, Frontier, Note, leaf_hash

FILE = "audit.db"
APPLICATION = 0x67726C67  # "grlg": what kind of SQLite file this is
VERSION = 1
LARGEST_BATCH = 512  # records in one commit
LARGEST_QUEUE = 8192  # records waiting; beyond it the log counts as unavailable
PATIENCE_US = 10_000_000  # how long to wait for another process's write lock

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

INSERT = "INSERT INTO entries (idx, leaf, hash, type, call, ts, tenant, action, ending) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A record in the queue and who waits for it."""

    record: Record
    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[Receipt]


class Store:
    """The file: connect, commit, recover. Used by one thread at a time; blocks."""

    def __init__(self, data: Path, keys: Signer, instance: Instance) -> None:
        self.path = data / FILE
        self.keys = keys
        self.instance = instance
        self.acknowledged = 0  # the size that callers were last told of: a file that later holds less has lost records
        self._connection: sqlite3.Connection | None = None

    def open(self) -> None:
        """Connect and make sure that the head is what was last signed. Raises LogBroken or sqlite3.Error."""
        if self._connection is not None:
            return
        connection = connect(self.path)
        try:
            _transaction(connection, partial(self._prepare, connection))
            self._check_head(connection)
        except BaseException:
            connection.close()
            raise
        self._connection = connection

    def close(self, *, clean: bool = False) -> None:
        """Let go of the file; `clean` moves the write-ahead log into it first, so that one file holds everything."""
        connection, self._connection = self._connection, None
        if connection is None:
            return
        with suppress(sqlite3.Error):
            if clean:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        with suppress(sqlite3.Error):
            connection.close()

    def commit(self, records: Sequence[Record]) -> int:
        """Append these records, durably, under one checkpoint; the size of the tree after them. All or none."""
        self.open()
        connection = self._connection
        if connection is None:
            raise AuditUnavailable("the log is closed")
        size = _transaction(connection, partial(self._append, connection, records))
        self.acknowledged = size
        return size

    def recover(self) -> int:
        """Write `outcome.unknown` for every intent whose process died without an outcome; how many.

        Safe to run in several processes at once: what is open is read and closed inside one write lock.
        """
        self.open()
        connection = self._connection
        if connection is None:
            raise AuditUnavailable("the log is closed")
        instances = [row[0] for row in connection.execute("SELECT DISTINCT instance FROM open_calls").fetchall()]
        gone = [name for name in instances if self.instance.dead(name)]
        total = sum(_transaction(connection, partial(self._bury, connection, name)) for name in gone)
        self.instance.sweep()
        return total

    # --- inside the write lock ---

    def _append(self, connection: sqlite3.Connection, records: Sequence[Record]) -> int:
        size, encoded = connection.execute("SELECT size, frontier FROM head").fetchone()
        if size < self.acknowledged:
            raise LogBroken(f"the log has {size} entries, but {self.acknowledged} were acknowledged: it was replaced or cut")
        leaves = [record.leaf() for record in records]
        hashes = [leaf_hash(leaf) for leaf in leaves]
        frontier = Frontier.decode(size, encoded).extended(hashes)
        rows = [(i, leaves[i - size], hashes[i - size], *records[i - size].index) for i in range(size, frontier.size)]
        connection.executemany(INSERT, rows)
        opened = [(r.index.call, i, self.instance.id) for i, r in enumerate(records, size) if r.index.type == Type.INTENT]
        closed = [(r.index.call,) for r in records if r.index.ending]
        if opened:
            connection.executemany("INSERT OR IGNORE INTO open_calls (call, idx, instance) VALUES (?, ?, ?)", opened)
        if closed:
            connection.executemany("DELETE FROM open_calls WHERE call = ?", closed)
        connection.execute("UPDATE head SET size = ?, frontier = ?", (frontier.size, frontier.encode()))
        note = self.keys.checkpoint(frontier.size, frontier.root())
        connection.execute("INSERT INTO checkpoints (size, note) VALUES (?, ?)", (frontier.size, note))
        return frontier.size

    def _bury(self, connection: sqlite3.Connection, name: str) -> int:
        rows = connection.execute(
            "SELECT o.call, o.idx, e.leaf FROM open_calls o JOIN entries e USING (idx) WHERE o.instance = ? ORDER BY o.idx",
            (name,),
        ).fetchall()
        lost = [self._unknown(call, index, leaf) for call, index, leaf in rows]
        for start in range(0, len(lost), LARGEST_BATCH):
            self._append(connection, lost[start : start + LARGEST_BATCH])
        connection.execute("DELETE FROM open_calls WHERE instance = ?", (name,))
        return len(lost)

    def _unknown(self, call: str, index: int, leaf: bytes) -> Record:
        try:
            body = orjson.loads(leaf)
        except orjson.JSONDecodeError:
            raise LogBroken(f"entry {index} is damaged") from None
        known = {name: str(body.get(name, "")) for name in ("tenant", "app", "route")}
        origin = {"instance": self.instance.id}
        return outcome_unknown(id=uuid7(), call=call, at=now(), intent_index=index, origin=origin, **known)

    def _prepare(self, connection: sqlite3.Connection) -> int:
        """Make the tables and the first entry of a new file; refuse a file of another kind or of a later version."""
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        if version == VERSION:
            return 0
        if version or tables:
            raise SettingsError(f"{self.path} is not a log of this version of guardrails (schema {version}, not {VERSION})")
        for statement in SCHEMA.values():
            connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {APPLICATION}")
        connection.execute(f"PRAGMA user_version = {VERSION}")
        connection.execute("INSERT INTO head (one, size, frontier) VALUES (1, 0, x'')")
        key = self.keys.key
        origin = {"instance": self.instance.id}
        return self._append(connection, [genesis(id=uuid7(), at=now(), log=key.name, key=str(key), origin=origin)])

    def _check_head(self, connection: sqlite3.Connection) -> None:
        """The head must be what this key signed last, and no shorter than what callers were told. Cheap: not a verify."""
        connection.execute("BEGIN")
        try:
            head = connection.execute("SELECT size, frontier FROM head").fetchone()
            last = connection.execute("SELECT max(idx) FROM entries").fetchone()[0]
            note = connection.execute("SELECT note FROM checkpoints ORDER BY size DESC LIMIT 1").fetchone()
        finally:
            connection.execute("ROLLBACK")
        if not head or last is None or not note:
            self._broken("entries, head or checkpoints are missing")
        try:
            signed, frontier = Note.parse(note[0]), Frontier.decode(*head)
        except (LogBroken, TypeError, AttributeError) as error:
            self._broken(f"its head or its last checkpoint is damaged ({type(error).__name__})")
        if not signed.good(self.keys.key, verify):
            self._broken("its last checkpoint is not signed by the key of this data directory")
        if Checkpoint.of(signed) != Checkpoint(self.keys.key.name, frontier.size, frontier.root()) or last + 1 != frontier.size:
            self._broken("its entries, its head and its last checkpoint do not agree")
        if frontier.size < self.acknowledged:
            self._broken(f"it has {frontier.size} entries, but {self.acknowledged} were acknowledged")

    def _broken(self, what: str) -> NoReturn:
        raise LogBroken(
            f"the log {self.path} cannot be continued: {what}; run: guardrails audit verify --data {self.path.parent}"
        )


class SqliteLog:
    """The queue before the file, and the thread between them."""

    def __init__(self, store: Store) -> None:
        self.name = store.keys.key.name
        self.instance = store.instance.id
        self._store = store
        self._queue: deque[Waiting] = deque()
        self._ready = threading.Condition()
        self._open = True
        self._thread = threading.Thread(target=self._run, name="audit-writer", daemon=True)
        self._thread.start()

    async def append(self, record: Record) -> Receipt:
        loop = asyncio.get_running_loop()
        waiting = Waiting(record, loop, loop.create_future())
        with self._ready:
            if not self._open:
                raise AuditUnavailable("the log is closed")
            if len(self._queue) >= LARGEST_QUEUE:
                raise AuditUnavailable(f"{LARGEST_QUEUE} records are waiting to be written: the log's disk does not keep up")
            self._queue.append(waiting)
            self._ready.notify()
        return await waiting.future

    async def close(self) -> None:
        with self._ready:
            self._open = False
            self._ready.notify()
        await asyncio.to_thread(self._thread.join)

    def _run(self) -> None:
        while batch := self._next():
            try:
                size = self._store.commit([waiting.record for waiting in batch])
            except Exception as error:  # noqa: BLE001  whatever it was, the callers must hear of it and the thread must live
                self._store.close()
                _answer(batch, error=_unavailable(error))
            else:
                _answer(batch, size=size)
        self._store.close(clean=True)
        self._store.instance.close()

    def _next(self) -> list[Waiting]:
        """What is queued now, at most one batch; waits while there is nothing; empty when closed and written out."""
        with self._ready:
            while self._open and not self._queue:
                self._ready.wait()
            return [self._queue.popleft() for _ in range(min(len(self._queue), LARGEST_BATCH))]


def open_log(data: Path) -> SqliteLog:
    """Open (and on first use make) the log in the directory `data`, and write what a process that died left open.

    Blocks. Raises SettingsError (keys, directory), LogBroken (what is there cannot be continued), AuditUnavailable (disk).
    """
    directory(data)
    keys = signer(data)
    _reserve(data / FILE)
    try:
        instance = Instance(data)
    except OSError as error:
        raise AuditUnavailable(f"the directory {data} cannot be written ({error.strerror})") from None
    store = Store(data, keys, instance)
    try:
        store.recover()
    except (sqlite3.Error, OSError) as error:
        store.close()
        instance.close()
        raise _unavailable(error) from None
    except BaseException:
        store.close()
        instance.close()
        raise
    return SqliteLog(store)


def connect(path: Path) -> sqlite3.Connection:
    """A connection that writes durably. Our own retry waits for the lock: SQLite's sleeps too long (timeout=0)."""
    connection = sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)
    try:
        _patiently(lambda: connection.execute("PRAGMA journal_mode = WAL").fetchone())
        for pragma in ("synchronous = FULL", "fullfsync = ON", "checkpoint_fullfsync = ON", "trusted_schema = OFF"):
            connection.execute(f"PRAGMA {pragma}").fetchall()
    except BaseException:
        connection.close()
        raise
    return connection


# --- parts ------------------------------------------------------------------------------------------------------------


def _reserve(path: Path) -> None:
    """Make the file for its owner alone. Never opened a second time beside SQLite, which would lose SQLite's locks."""
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        return
    except OSError as error:
        raise AuditUnavailable(f"the log {path} cannot be made ({error.strerror})") from None


def _transaction(connection: sqlite3.Connection, work: Callable[[], int]) -> int:
    """Run `work` between BEGIN IMMEDIATE and COMMIT. Raises what went wrong, after ROLLBACK."""
    _patiently(lambda: connection.execute("BEGIN IMMEDIATE"))
    try:
        result = work()
        connection.execute("COMMIT")
    except BaseException:
        with suppress(sqlite3.Error):
            connection.execute("ROLLBACK")
        raise
    return result


def _patiently(step: Callable[[], object]) -> None:
    """Try until no other process holds the lock: at most PATIENCE_US, with jitter up to a millisecond."""
    until = time.monotonic_ns() + PATIENCE_US * 1000
    while True:
        try:
            step()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic_ns() > until:
                raise
            time.sleep((50 + secrets.randbelow(950)) / 1_000_000)
        else:
            return


def _answer(batch: Sequence[Waiting], *, size: int = 0, error: AuditUnavailable | None = None) -> None:
    """Tell every waiting caller, with one call into each event loop. A loop that is gone needs no answer."""
    first = size - len(batch)
    loops: dict[asyncio.AbstractEventLoop, list[tuple[asyncio.Future[Receipt], int]]] = {}
    for index, waiting in enumerate(batch, first):
        loops.setdefault(waiting.loop, []).append((waiting.future, index))
    for loop, futures in loops.items():
        with suppress(RuntimeError):  # the loop was closed meanwhile; the records are written all the same
            loop.call_soon_threadsafe(_resolve, futures, size, error)


def _resolve(futures: Sequence[tuple[asyncio.Future[Receipt], int]], size: int, error: AuditUnavailable | None) -> None:
    for future, index in futures:
        if future.done():  # the caller stopped waiting
            continue
        if error is None:
            future.set_result(Receipt(index, size))
        else:
            future.set_exception(AuditUnavailable(*error.args))  # one for each: a traceback belongs to one caller


def _unavailable(error: Exception) -> AuditUnavailable:
    if isinstance(error, (AuditUnavailable, LogBroken, SettingsError)):
        return AuditUnavailable(str(error))
    name = getattr(error, "sqlite_errorname", type(error).__name__)
    return AuditUnavailable(f"the log could not be written ({name}); nothing was recorded")
