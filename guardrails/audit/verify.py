"""Is this log what it was? Every byte is hashed again; nothing that the file says about itself is believed.

Checked: no gap in the indices; every leaf against its hash; every checkpoint's signature, and its root against the tree grown
from the leaves; the head; every projection against its leaf; the tripwires of the schema; the file's own structure. Reported,
without failing: intents with no outcome (evidence of a crash, or calls in flight) and times that run backwards in the entries
of one server. Between servers that share a log they may: each takes its times before it waits for the file.

What its writers last promised (instances.py) must be in it too: so a killed writer's last commits, which a flipped byte in the
write-ahead log can cut off, are missed. What a log cannot show by itself is that its end was not cut off together with these
promises, or all of it written anew by who holds its key. So without a checkpoint kept elsewhere the verdict carries the word
UNANCHORED.
"""

from __future__ import annotations

import itertools
import sqlite3
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

import orjson

from guardrails.audit import instances, keys
from guardrails.audit.file import SCHEMA
from guardrails.audit.read import Unreadable, snapshot
from guardrails.errors import LogBroken, SettingsError
from guardrails.record import Type, index_of
from guardrails.tlog import Checkpoint, Frontier, Key, Note, leaf_hash

ENTRIES = """SELECT idx, leaf, hash, typeof(leaf) || typeof(hash), type, call, ts, tenant, action, ending
FROM entries ORDER BY idx"""
CHECKPOINTS = "SELECT size, note FROM checkpoints ORDER BY size"
MOST_FAULTS = 20  # written out; all are counted


class Verdict(StrEnum):
    ANCHORED = "intact"
    UNANCHORED = "intact but UNANCHORED"
    BROKEN = "BROKEN"
    TRUNCATED = "TRUNCATED"
    REWRITTEN = "REWRITTEN"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is not as it must be. `index`: the entry (or the first that can be meant); None: not about an entry."""

    index: int | None
    what: str


@dataclass(frozen=True, slots=True)
class Report:
    """What was seen. `root` is that of the leaves as they are now; `first_bad` the smallest index of a fault."""

    verdict: Verdict
    entries: int
    checkpoints: int
    root: str
    key: str
    first_bad: int | None = None
    faults: tuple[Fault, ...] = ()
    fault_count: int = 0
    anchored_at: int | None = None
    open_intents: int = 0
    first_open: int | None = None
    regressions: int = 0  # entries earlier than one before them of the same server (origin.instance)
    first_regression: int | None = None
    missing: int | None = None  # the first entry of a gap: what stands behind it cannot be judged
    not_judged: int = 0  # entries behind the gap
    log: str = ""  # this log's name
    foreign: str = ""  # the name in a kept checkpoint that this log's key did not sign
    note: str = ""  # the last checkpoint whose signature and root are good: what to keep elsewhere

    @property
    def intact(self) -> bool:
        return self.verdict in (Verdict.ANCHORED, Verdict.UNANCHORED)

    @property
    def exit_code(self) -> int:
        return 0 if self.intact else 1


@dataclass(frozen=True, slots=True)
class Anchor:
    """A checkpoint that was kept elsewhere; `known`: it is signed by this log's key."""

    checkpoint: Checkpoint
    known: bool


@dataclass(frozen=True, slots=True)
class Promise:
    """The checkpoint that a writer last told its callers of. None: what stands there is damaged."""

    writer: str
    checkpoint: Checkpoint | None


@dataclass(slots=True)
class Seen:
    """What has been seen so far, from the first entry on."""

    key: Key
    anchor: Anchor | None
    promises: tuple[Promise, ...] = ()
    tree: Frontier = field(default_factory=Frontier)
    faults: list[Fault] = field(default_factory=list)
    fault_count: int = 0
    first_bad: int | None = None
    checkpoints: int = 0
    good_until: int = 0  # the size of the last checkpoint whose root fits
    wrong_root: bool = False
    changed: int = -1  # the first entry behind `good_until` that its hash gives away
    note: str = ""
    cut: bool = False  # a writer promised more than there is
    roots: dict[int, bytes] = field(default_factory=dict)  # at the sizes of the anchor and the promises
    open: dict[bytes, int] = field(default_factory=dict)
    latest: dict[str, str] = field(default_factory=dict)  # by the server that wrote it: two share no clock and no order
    regressions: int = 0
    first_regression: int | None = None
    missing: int | None = None
    not_judged: int = 0
    end: int = 0  # one more than the greatest index in the file

    def fault(self, index: int | None, what: str) -> None:
        self.fault_count += 1
        if index is not None:
            self.first_bad = index if self.first_bad is None else min(self.first_bad, index)
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(Fault(index, what))


def verify(data: Path, kept: Path | None = None) -> Report:
    """Verify the log in the directory `data`, against the checkpoint in the file `kept` if there is one.

    Raises Unreadable where it could not be examined: no log, no key, a file damaged beyond reading.
    """
    try:
        key = keys.public(data)
    except SettingsError as error:
        raise Unreadable(str(error)) from None
    seen = Seen(key, _anchor(kept, key) if kept else None, _promises(data, key))
    with snapshot(data) as log:
        if _walk(log, seen):
            _head(log, seen)
        _file(log, seen)
    _kept_promises(seen)
    return _report(seen)


def _anchor(path: Path, key: Key) -> Anchor:
    try:
        note = Note.parse(path.read_text("utf-8"))
        checkpoint = Checkpoint.of(note)
    except (OSError, UnicodeDecodeError):
        raise Unreadable(f"the checkpoint {path} cannot be read") from None
    except LogBroken as error:
        raise Unreadable(f"the checkpoint {path} is damaged: {error}") from None
    signers = {(name, ident) for name, ident, _ in note.signatures}
    if (key.name, key.id) in signers and not note.good(key, keys.verify):
        raise Unreadable(f"the checkpoint {path} is damaged: its signature is not good")
    return Anchor(checkpoint, (key.name, key.id) in signers and checkpoint.origin == key.name)


def _promises(data: Path, key: Key) -> tuple[Promise, ...]:
    """Read before the log, which only grows. A living writer may be writing at this moment: then it is read again."""
    for last in (False, False, True):
        try:
            found = instances.promises(data)
        except OSError as error:
            raise Unreadable(f"what the log's writers promised cannot be read: {error.strerror}") from None
        promised = tuple(Promise(writer, _promise(raw, key)) for writer, raw in found.items())
        if last or all(promise.checkpoint for promise in promised):
            break
        time.sleep(0.01)
    return promised


def _promise(raw: bytes, key: Key) -> Checkpoint | None:
    try:
        note = Note.parse(raw.decode())
        checkpoint = Checkpoint.of(note)
    except (LogBroken, UnicodeDecodeError):
        return None
    return checkpoint if note.good(key, keys.verify) and checkpoint.origin == key.name else None


def _kept_promises(seen: Seen) -> None:
    """Is everything there that callers were told of?"""
    for promise in seen.promises:
        name, checkpoint = promise.writer, promise.checkpoint
        if checkpoint is None:
            seen.fault(None, f"the last promise of the writer {name} (in {instances.FOLDER}) is damaged")
        elif checkpoint.size > seen.end:
            seen.cut = True
            cut = f"the writer {name} told its callers of {checkpoint.size} entries, but the file ends after {seen.end}"
            seen.fault(seen.end, f"{cut}: its end was cut off")
        elif seen.roots.get(checkpoint.size, checkpoint.root) != checkpoint.root:
            seen.fault(None, f"the first {checkpoint.size} entries are not those that the writer {name} told its callers of")


def _walk(log: sqlite3.Connection, seen: Seen) -> bool:
    """Grow the tree from the leaves and meet each checkpoint at its size. False: a gap, behind which nothing can be judged."""
    notes = ((size if isinstance(size, int) else -1, note) for size, note in log.execute(CHECKPOINTS))
    note = next(notes, None)
    wanted = {promise.checkpoint.size for promise in seen.promises if promise.checkpoint}
    wanted |= {seen.anchor.checkpoint.size} if seen.anchor else set()
    rows = log.execute(ENTRIES)
    hashes: list[bytes] = []
    for idx, leaf, stored, forms, *columns in rows:
        place = seen.tree.size + len(hashes)
        if idx != place:
            seen.tree = seen.tree.extended(hashes)
            _gap(seen, idx, rows)
            return False
        raw = leaf if isinstance(leaf, bytes) and forms == b"blobblob" else b""  # text of the same bytes is a change, too
        hashes.append(leaf_hash(raw))
        _entry(seen, place, raw, columns, same=hashes[-1] == stored)
        if place + 1 in wanted or len(hashes) == 1000 or (note and note[0] <= place + 1):
            seen.tree, hashes = seen.tree.extended(hashes), []
            if seen.tree.size in wanted:
                seen.roots[seen.tree.size] = seen.tree.root()
            while note and note[0] <= seen.tree.size:
                _checkpoint(seen, *note)
                note = next(notes, None)
    seen.tree = seen.tree.extended(hashes)
    seen.end = seen.tree.size
    while note:
        _checkpoint(seen, *note)
        note = next(notes, None)
    return True


def _gap(seen: Seen, following: object, rows: Iterable[tuple[object, ...]]) -> None:
    """An entry is not where it must be. No tree grows over a gap, so what stands behind it is not judged, only counted.

    In a damaged file an index may be anything.
    """
    place = seen.missing = seen.tree.size
    seen.end = place
    for index in itertools.chain([following], (row[0] for row in rows)):
        seen.not_judged += 1
        seen.end = max(seen.end, index + 1) if isinstance(index, int) else seen.end
    if not isinstance(following, int) or following < place:
        gap = f"entry {place} is not where it must be: the next one in the file is numbered {following}"
    elif following == place + 1:
        gap = f"entry {place} is missing"
    else:
        gap = f"the entries {place} to {following - 1} are missing"
    rest = "1 entry after it was" if seen.not_judged == 1 else f"{seen.not_judged} entries after it were"
    seen.fault(place, f"{gap}; {rest} not judged")


def _entry(seen: Seen, idx: int, leaf: bytes, columns: Iterable[object], *, same: bool) -> None:
    """One leaf: against its hash, against what the file keeps beside it, and what it says of its call."""
    if not same:
        seen.changed = idx if seen.changed < seen.good_until else seen.changed
        seen.fault(idx, f"entry {idx} is not what its hash says: the record or the hash was changed")
    try:
        body = orjson.loads(leaf)
        index = index_of(body)
    except (orjson.JSONDecodeError, RecursionError):
        seen.fault(idx, f"entry {idx} is not a record")
        return
    if tuple(columns) != tuple(part.encode("utf-8", "replace") for part in index):
        seen.fault(idx, f"entry {idx} is listed as something that it is not: its columns differ from its record")
    call = index.call.encode("utf-8", "replace")
    if index.type == Type.INTENT:
        seen.open.setdefault(call, idx)
    elif index.ending:
        seen.open.pop(call, None)
    _time(seen, idx, index.ts, body)


def _time(seen: Seen, idx: int, ts: str, body: object) -> None:
    """The times of one server run forwards, unless its clock was set back."""
    origin = body.get("origin") if isinstance(body, dict) else None
    server = str(origin.get("instance", "")) if isinstance(origin, dict) else ""
    latest = seen.latest.get(server, "")
    if ts < latest:
        seen.regressions += 1
        seen.first_regression = idx if seen.first_regression is None else seen.first_regression
    seen.latest[server] = max(latest, ts)


def _checkpoint(seen: Seen, size: int, raw: object) -> None:
    """One checkpoint: signature, log, size, root. After one wrong root all later ones are wrong too: said once."""
    seen.checkpoints += 1
    if size < 0:
        seen.fault(None, "a checkpoint is not under a size")
        return
    try:
        note = Note.parse(raw.decode("utf-8") if isinstance(raw, bytes) else "")
        checkpoint = Checkpoint.of(note)
    except (LogBroken, UnicodeDecodeError):
        seen.fault(size - 1, f"the checkpoint over {size} entries is damaged")
        return
    if not note.good(seen.key, keys.verify):
        seen.fault(size - 1, f"the checkpoint over {size} entries is not signed by this log's key")
    elif (checkpoint.origin, checkpoint.size) != (seen.key.name, size):
        seen.fault(size - 1, f"the checkpoint over {size} entries is one of another log or size")
    elif size > seen.tree.size:
        seen.fault(seen.tree.size, f"a checkpoint was signed over {size} entries, but there are {seen.tree.size}")
    elif checkpoint.root == seen.tree.root():
        seen.good_until, seen.note = size, str(note)
    elif not seen.wrong_root:
        seen.wrong_root = True
        first = max(seen.good_until, seen.changed)  # where a hash says which one it is, it is not the first that can be meant
        seen.fault(first, f"the signed root does not fit: one of the entries {seen.good_until} to {size - 1} was changed")


def _head(log: sqlite3.Connection, seen: Seen) -> None:
    rows = log.execute("SELECT one, size, frontier FROM head").fetchall()
    if [tuple(row) for row in rows] != [(1, seen.tree.size, seen.tree.encode())]:
        seen.fault(None, "the head of the log does not fit its entries")
    last = log.execute("SELECT max(size) FROM checkpoints").fetchone()[0]
    last = last if isinstance(last, int) else 0
    if last < seen.tree.size or not seen.tree.size:
        seen.fault(last, f"the entries from {last} on are under no signed checkpoint")


def _file(log: sqlite3.Connection, seen: Seen) -> None:
    """The tripwires, and the structure of the file: an index that was changed would make `show` tell a different story."""
    present = dict(log.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall())
    wanted = {name.encode(): sql.encode() for name, sql in SCHEMA.items()}
    gone = [name.decode() for name in sorted(wanted) if wanted[name].startswith(b"CREATE TRIGGER") and name not in present]
    if gone:
        seen.fault(None, f"tripwires against changes were taken out of the file: {', '.join(gone)}")
    for name in sorted(wanted.keys() | present.keys(), key=repr):
        if wanted.get(name) != present.get(name) and name.decode("utf-8", "replace") not in gone:
            shown = name.decode("ascii", "replace") if name in wanted else "something that does not belong there"
            seen.fault(None, f"the schema of the file was changed: {shown}")
    for (line,) in log.execute(f"PRAGMA integrity_check({MOST_FAULTS})"):
        if line != b"ok":
            seen.fault(None, "the structure of the file is damaged (SQLite: integrity_check)")
            break


def _report(seen: Seen) -> Report:
    verdict, anchored_at = _judged(seen)
    return Report(
        verdict=verdict,
        entries=seen.tree.size,
        checkpoints=seen.checkpoints,
        root=seen.tree.root().hex(),
        key=str(seen.key),
        first_bad=seen.first_bad,
        faults=tuple(seen.faults),
        fault_count=seen.fault_count,
        anchored_at=anchored_at,
        open_intents=len(seen.open),
        first_open=min(seen.open.values(), default=None),
        regressions=seen.regressions,
        first_regression=seen.first_regression,
        missing=seen.missing,
        not_judged=seen.not_judged,
        log=seen.key.name,
        foreign="" if seen.anchor is None or seen.anchor.known else seen.anchor.checkpoint.origin,
        note=seen.note,
    )


def _judged(seen: Seen) -> tuple[Verdict, int | None]:
    """The verdict, and over how many entries the checkpoint kept elsewhere bears it out."""
    broken = Verdict.TRUNCATED if seen.cut else Verdict.BROKEN
    inside = broken if seen.fault_count else Verdict.UNANCHORED
    if seen.anchor is None:
        return inside, None
    size = seen.anchor.checkpoint.size
    if not seen.anchor.known:
        seen.fault(None, "the checkpoint kept elsewhere is signed by another key: not this log, or all of it written anew")
        return Verdict.REWRITTEN, None
    if size > seen.end:
        seen.fault(seen.end, f"the checkpoint kept elsewhere covers {size} entries, but the file ends after {seen.end}")
        return Verdict.TRUNCATED, None
    if size > seen.tree.size:
        seen.fault(None, f"the checkpoint kept elsewhere covers {size} entries: with the gap it cannot be compared")
        return Verdict.BROKEN, None
    if size and seen.roots.get(size) != seen.anchor.checkpoint.root:
        seen.fault(None, f"the first {size} entries are not those that the checkpoint kept elsewhere covers")
        return Verdict.REWRITTEN, None
    return (broken if seen.fault_count else Verdict.ANCHORED, size) if size else (inside, None)
