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
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import NoReturn

import orjson

from guardrails.audit.file import (
    APPLICATION,
    FILE,
    SCHEMA,
    VERSION,
    Batch,
    connect,
    insert,
    moved,
    patiently,
    size,
    transaction,
)
from guardrails.audit.ids import now, uuid7
from guardrails.audit.instances import Instance, promises
from guardrails.audit.keys import Signer, directory, signer, verify
from guardrails.audit.writer import LARGEST_BATCH, Writer
from guardrails.errors import AuditUnavailable, LogBroken, SettingsError
from guardrails.record import Record, genesis, outcome_unknown
from guardrails.tlog import Checkpoint, Frontier, Note, leaf_hash

__all__ = ["FILE", "Store", "open_log"]


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
        self._last = Frontier()  # the head after our last commit: a guess, which the statement that relies on it checks
        self._alone = False  # nobody else wrote between our last two commits
        self._files = (0, 0)  # the inodes that we write to
        self._left: list[sqlite3.Connection] = []  # to files that were exchanged: closing would remove the new one's -wal

    def open(self) -> sqlite3.Connection:
        """Connect and make sure that the head is what was last signed, and no writer was promised more. Raises LogBroken or
        sqlite3.Error."""
        if self._connection is not None:
            return self._connection
        self._check_end()
        connection = connect(self.path)
        try:
            transaction(connection, partial(self._prepare, connection))
            self._check_head(connection)
        except BaseException:
            connection.close()
            raise
        self._connection, self._alone = connection, False
        self._files = self._inodes()
        return connection

    def abandon(self) -> None:
        """Let go of the file, to look at it anew the next time it is used."""
        connection, self._connection = self._connection, None
        if connection is None:
            return
        if self._inodes()[0] != self._files[0]:
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
                whole = not busy and self._inodes() == self._files
        self.abandon()
        self.instance.close(remove=whole or not self.acknowledged)

    def commit(self, records: Sequence[Record]) -> int:
        """Append these records, durably, under one checkpoint; the size of the tree after them. All or none."""
        connection, written = self.open(), None
        if self._alone:  # then the head is most likely where we left it: one statement that is its own transaction
            try:
                written = patiently(partial(self._add, connection, self._last, records))
            except sqlite3.IntegrityError as error:
                if not moved(error):
                    raise
        if written is None:
            written = transaction(connection, partial(self._append, connection, records))
        self._alone, self._last = written.before == self._last, written.after
        self._promise(written.after.size, written.note)
        return written.after.size

    def recover(self) -> int:
        """Write `outcome.unknown` for every intent whose process died without an outcome; how many.

        Safe to run in several processes at once: what is open is read and closed inside one write lock.
        """
        connection = self.open()
        left = self.instance.dead()  # before the head is read: what these promised, we now promise
        instances = [row[0] for row in connection.execute("SELECT DISTINCT instance FROM open_calls").fetchall()]
        total = sum(self._end(connection, name) for name in instances if self.instance.gone(name))
        self._promise(*connection.execute("SELECT size, note FROM checkpoints ORDER BY size DESC LIMIT 1").fetchone())
        self.instance.sweep(left)
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

    def _inodes(self) -> tuple[int, int]:
        return _inode(self.path), _inode(f"{self.path}-wal")

    # --- inside the write lock ---

    def _append(self, connection: sqlite3.Connection, records: Sequence[Record]) -> Batch:
        """Behind the head as it is now."""
        size, encoded = connection.execute("SELECT size, frontier FROM head").fetchone()
        if size < self.acknowledged:
            raise LogBroken(f"the log has {size} entries, but {self.acknowledged} were acknowledged: it was replaced or cut")
        return self._add(connection, Frontier.decode(size, encoded), records)

    def _add(self, connection: sqlite3.Connection, before: Frontier, records: Sequence[Record]) -> Batch:
        hashes = [leaf_hash(record.leaf()) for record in records]
        after = before.extended(hashes)
        batch = Batch(before, after, records, hashes, self.keys.checkpoint(after.size, after.root()), self.writer)
        insert(connection, batch)
        return batch

    def _end(self, connection: sqlite3.Connection, name: str, due: Iterable[str] = ()) -> int:
        """End the open calls of the writer `name` but those in `due`; how many."""
        return transaction(connection, partial(self._bury, connection, name, frozenset(due)))

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

    def _check_end(self) -> None:
        """Before the file is opened for writing: SQLite would make it last that the end of its write-ahead log is cut off."""
        told = self._promised()
        if told and (found := size(self.path)) < told:
            self._broken(f"it has {found} entries, but {told} were acknowledged: its end was cut off")

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
        name = getattr(error, "sqlite_errorname", type(error).__name__)
        raise AuditUnavailable(
            f"the log {data / FILE} cannot be opened ({name}); run: guardrails audit verify --data {data}"
        ) from None
    except BaseException:
        store.abandon()
        instance.close()
        raise
    return Writer(store)


# --- parts ------------------------------------------------------------------------------------------------------------


def _reserve(path: Path) -> None:
    """Make the file for its owner alone. Never opened a second time beside SQLite, which would lose SQLite's locks."""
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        return
    except OSError as error:
        raise AuditUnavailable(f"the log {path} cannot be made ({error.strerror})") from None


def _inode(path: Path | str) -> int:
    """Which file bears this name now; 0: none."""
    try:
        return os.stat(path).st_ino  # noqa: PTH116  twice for every commit: pathlib is dearer
    except OSError:
        return 0
