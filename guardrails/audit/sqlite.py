"""The log in one SQLite file. Durable before acknowledged, one signed checkpoint per commit, any number of processes.

The order of one commit, all inside one write lock: BEGIN IMMEDIATE, read the head, insert the batch, update the head, sign,
COMMIT (WAL, synchronous=FULL); only then do the waiting callers learn of it. No head is kept in memory, so a failed commit
leaves nothing to undo and another process can never be overwritten. One thread per process writes (writer.py).

After an error of input or output nothing is tried again on the same connection (an fsync that failed once may pretend to
succeed the next time): the batch fails, the file is closed, opened anew, and its head verified before it is used. A file that
was deleted or exchanged under us is noticed before anyone is told that a record is safe in it.
"""

from __future__ import annotations

import os
import secrets
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import NoReturn, TypeVar

import orjson

from guardrails.audit.ids import now, uuid7
from guardrails.audit.instances import Instance, promises
from guardrails.audit.keys import Signer, directory, signer, verify
from guardrails.audit.writer import LARGEST_BATCH, Writer, unavailable
from guardrails.errors import AuditUnavailable, LogBroken, SettingsError
from guardrails.record import Record, Type, genesis, outcome_unknown
from guardrails.tlog import Checkpoint, Frontier, Note, leaf_hash

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

INSERT = "INSERT INTO entries (idx, leaf, hash, type, call, ts, tenant, action, ending) VALUES "
OPEN = "INSERT OR IGNORE INTO open_calls (call, idx, instance) VALUES "


class Store:
    """The file: connect, commit, recover. Used by one thread at a time; blocks."""

    def __init__(self, data: Path, keys: Signer, instance: Instance) -> None:
        self.path = data / FILE
        self.keys = keys
        self.instance = instance
        self.name = keys.key.name
        self.writer = instance.id
        self.acknowledged = 0  # the size that callers were last told of: a file that later holds less has lost records
        self._connection: sqlite3.Connection | None = None
        self._files: tuple[int, ...] = ()  # the inodes that we write to
        self._left: list[sqlite3.Connection] = []  # to files that were exchanged: closing would remove the new one's -wal

    def open(self) -> sqlite3.Connection:
        """Connect and make sure that the head is what was last signed, and no writer was promised more. Raises LogBroken or
        sqlite3.Error."""
        if self._connection is not None:
            return self._connection
        connection = connect(self.path)
        try:
            _transaction(connection, partial(self._prepare, connection))
            self._check_head(connection)
        except BaseException:
            connection.close()
            raise
        self._connection = connection
        self._files = self._inodes()
        return connection

    def abandon(self) -> None:
        """Let go of the file, to look at it anew the next time it is used."""
        connection, self._connection = self._connection, None
        if connection is None:
            return
        if self._inodes()[:1] != self._files[:1]:
            self._left.append(connection)
            return
        with suppress(sqlite3.Error):
            connection.close()

    def close(self) -> None:
        """The end. What is in the write-ahead log is moved into the file first, so that one file holds everything; where that
        cannot be done, the last promise stays behind."""
        whole = False
        with suppress(sqlite3.Error):
            if self._connection is not None:
                busy, _, _ = self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
                whole = not busy
        self.abandon()
        self.instance.close(remove=whole or not self.acknowledged)

    def commit(self, records: Sequence[Record]) -> int:
        """Append these records, durably, under one checkpoint; the size of the tree after them. All or none."""
        connection = self.open()
        size, note = _transaction(connection, partial(self._append, connection, records))
        self._promise(size, note)
        return size

    def recover(self) -> int:
        """Write `outcome.unknown` for every intent whose process died without an outcome; how many.

        Safe to run in several processes at once: what is open is read and closed inside one write lock.
        """
        connection = self.open()
        instances = [row[0] for row in connection.execute("SELECT DISTINCT instance FROM open_calls").fetchall()]
        gone = [name for name in instances if self.instance.dead(name)]
        total = sum(self._end(connection, name) for name in gone)
        self._promise(*connection.execute("SELECT size, note FROM checkpoints ORDER BY size DESC LIMIT 1").fetchone())
        self.instance.sweep()
        return total

    def settle(self, due: set[str]) -> int:
        """Write `outcome.unknown` for this writer's own open calls but those in `due`: nobody will end them. How many."""
        return self._end(self.open(), self.writer, due)

    def _promise(self, size: int, note: str) -> None:
        """Callers are about to be told of this size: the file they will be told of must be the one that has this name."""
        if self._inodes() != self._files:
            raise AuditUnavailable(f"the log {self.path} was deleted or exchanged while it was written; put it back")
        self.instance.promise(note)
        self.acknowledged = size

    def _inodes(self) -> tuple[int, ...]:
        try:
            return os.stat(self.path).st_ino, os.stat(f"{self.path}-wal").st_ino  # noqa: PTH116  for every commit: pathlib is dearer
        except OSError:
            return ()

    # --- inside the write lock ---

    def _append(self, connection: sqlite3.Connection, records: Sequence[Record]) -> tuple[int, str]:
        size, encoded = connection.execute("SELECT size, frontier FROM head").fetchone()
        if size < self.acknowledged:
            raise LogBroken(f"the log has {size} entries, but {self.acknowledged} were acknowledged: it was replaced or cut")
        leaves = [record.leaf() for record in records]
        hashes = [leaf_hash(leaf) for leaf in leaves]
        frontier = Frontier.decode(size, encoded).extended(hashes)
        _insert(connection, INSERT, [(i, leaves[i - size], hashes[i - size], *records[i - size].index)
                                     for i in range(size, frontier.size)])  # fmt: skip
        _insert(connection, OPEN, [(r.index.call, i, self.writer) for i, r in enumerate(records, size)
                                   if r.index.type == Type.INTENT])  # fmt: skip
        for some in _parts([r.index.call for r in records if r.index.ending]):
            connection.execute(f"DELETE FROM open_calls WHERE call IN ({', '.join('?' * len(some))})", some)  # noqa: S608  marks
        connection.execute("UPDATE head SET size = ?, frontier = ?", (frontier.size, frontier.encode()))
        note = self.keys.checkpoint(frontier.size, frontier.root())
        connection.execute("INSERT INTO checkpoints (size, note) VALUES (?, ?)", (frontier.size, note))
        return frontier.size, note

    def _end(self, connection: sqlite3.Connection, name: str, due: Iterable[str] = ()) -> int:
        """End the open calls of the writer `name` but those in `due`; how many."""
        return _transaction(connection, partial(self._bury, connection, name, frozenset(due)))

    def _bury(self, connection: sqlite3.Connection, name: str, due: frozenset[str]) -> int:
        rows = connection.execute(
            "SELECT o.call, o.idx, e.leaf FROM open_calls o JOIN entries e USING (idx) WHERE o.instance = ? ORDER BY o.idx",
            (name,),
        ).fetchall()
        reason = "log_unavailable" if name == self.writer else "process_died"
        lost = [self._unknown(call, index, leaf, reason) for call, index, leaf in rows if call not in due]
        for start in range(0, len(lost), LARGEST_BATCH):
            self._append(connection, lost[start : start + LARGEST_BATCH])
        return len(lost)

    def _unknown(self, call: str, index: int, leaf: bytes, reason: str) -> Record:
        try:
            body = orjson.loads(leaf)
        except orjson.JSONDecodeError:
            raise LogBroken(f"entry {index} is damaged") from None
        known = {name: str(body.get(name, "")) for name in ("tenant", "app", "route")}
        origin = {"instance": self.writer}
        return outcome_unknown(id=uuid7(), call=call, at=now(), intent_index=index, origin=origin, reason=reason, **known)

    def _prepare(self, connection: sqlite3.Connection) -> None:
        """Make the tables and the first entry of a new file; refuse a file of another kind or of a later version."""
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        if version == VERSION:
            return
        if version or tables:
            raise SettingsError(f"{self.path} is not a log of this version of guardrails (schema {version}, not {VERSION})")
        for statement in SCHEMA.values():
            connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {APPLICATION}")
        connection.execute(f"PRAGMA user_version = {VERSION}")
        connection.execute("INSERT INTO head (one, size, frontier) VALUES (1, 0, x'')")
        key = self.keys.key
        origin = {"instance": self.writer}
        self._append(connection, [genesis(id=uuid7(), at=now(), log=key.name, key=str(key), origin=origin)])

    def _check_head(self, connection: sqlite3.Connection) -> None:
        """The head must be what this key signed last, and no shorter than what callers were told. Cheap: not a verify."""
        told = max(self.acknowledged, self._promised())  # before the snapshot: others may promise more at any moment
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
        if frontier.size < told:
            self._broken(f"it has {frontier.size} entries, but {told} were acknowledged: its end was cut off")

    def _promised(self) -> int:
        """The most that any writer of this log, living or dead, said to be safe. A damaged promise is for `verify` to tell."""
        sizes = [0]
        for raw in promises(self.path.parent).values():
            with suppress(LogBroken, UnicodeDecodeError):
                note = Note.parse(raw.decode())
                if note.good(self.keys.key, verify):
                    sizes.append(Checkpoint.of(note).size)
        return max(sizes)

    def _broken(self, what: str) -> NoReturn:
        raise LogBroken(
            f"the log {self.path} cannot be continued: {what}; run: guardrails audit verify --data {self.path.parent}"
        )


def open_log(data: Path) -> Writer:
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
        store.abandon()
        instance.close()
        raise unavailable(error) from None
    except BaseException:
        store.abandon()
        instance.close()
        raise
    return Writer(store)


def connect(path: Path) -> sqlite3.Connection:
    """A connection that writes durably. Our own retry waits for the lock: SQLite's sleeps too long (timeout=0)."""
    place = f"{path.absolute().as_uri()}?mode=rw"  # never made anew: a log that was deleted must not begin again by itself
    connection = sqlite3.connect(place, uri=True, timeout=0, isolation_level=None, check_same_thread=False)
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


Result = TypeVar("Result")


def _transaction(connection: sqlite3.Connection, work: Callable[[], Result]) -> Result:
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


def _insert(connection: sqlite3.Connection, statement: str, rows: Sequence[tuple[object, ...]]) -> None:
    """Many rows with few statements: each one costs a turn of Python's lock, for which a busy event loop makes it wait."""
    for some in _parts(rows):
        marks = ", ".join([f"({', '.join('?' * len(some[0]))})"] * len(some))
        connection.execute(statement + marks, [value for row in some for value in row])


Item = TypeVar("Item")


def _parts(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    """Cut into pieces of 64, 32, 16, 8, 4, 2, 1: few different sizes, so that SQLite's prepared statements are used again."""
    start, size = 0, 64
    while start < len(items):
        while size > len(items) - start:
            size //= 2
        yield items[start : start + size]
        start += size


def _patiently(step: Callable[[], object]) -> None:
    """Try until no other process holds the lock: at most LOCK_S, with jitter up to a millisecond."""
    until = time.monotonic() + LOCK_S
    while True:
        try:
            step()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep((50 + secrets.randbelow(950)) / 1_000_000)
        else:
            return
