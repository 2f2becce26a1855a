"""Damage to the files of a log, one byte or one cut at a time, and what `verify` says of each.

What may be said: exit status 1 or 2 with a sentence; or 0, and then everything in the log reads as before. Anything else, and
any exception, is a hole.
"""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from guardrails.audit import open_log
from guardrails.audit.file import FILE
from guardrails.audit.read import Unreadable
from guardrails.audit.verify import Report, verify
from tests.audit.logs import calls, content

WAL = f"{FILE}-wal"


@dataclass(frozen=True)
class Place:
    """Bytes of a file that belong to one entry, or to its checkpoint."""

    what: str
    index: int
    start: int
    end: int


def closed(data: Path, number: int = 12) -> Path:
    """A log in one file, with several entries under each checkpoint."""

    async def run() -> None:
        log = open_log("sqlite", data)
        for i in range(number):
            await asyncio.gather(*map(log.append, calls(2, f"c{i}-")))
        await log.close()

    asyncio.run(run())
    return data


def killed(data: Path, copy: Path, number: int = 6) -> Path:
    """A log as kill -9 leaves it: a part in the file, the rest in the write-ahead log, and what its writer promised."""
    closed(data, number)

    async def run() -> None:
        log = open_log("sqlite", data)
        for i in range(number):
            await asyncio.gather(*map(log.append, calls(2, f"k{i}-")))
        shutil.copytree(data, copy)  # nobody writes now; nothing is closed
        await log.close()

    asyncio.run(run())
    for left in copy.glob("*-shm"):
        left.unlink()
    return copy


def places(data: Path) -> list[Place]:
    """Where leaf, hash and checkpoint of each entry lie in the file of a closed log."""
    raw = (data / FILE).read_bytes()
    entries, checkpoints, _ = content(data)
    found = []
    for index, leaf, digest, *_ in entries:
        start = raw.index(leaf)
        end = start + len(leaf)
        assert raw[end : end + 32] == digest
        found += [Place("leaf", index, start, end), Place("hash", index, end, end + 32)]
    for size, note in checkpoints:
        start = raw.index(note)
        found.append(Place("checkpoint", size - 1, start, start + len(note)))
    return found


def examined(data: Path, kept: Path | None = None) -> Report | None:
    """None: it could not be examined, and that was said in a sentence."""
    try:
        return verify(data, kept)
    except Unreadable:
        return None


@contextmanager
def flipped(path: Path, position: int, mask: int) -> Iterator[None]:
    """Some bits of one byte of a file are others, for as long as the block runs."""
    handle = os.open(path, os.O_RDWR)
    try:
        (byte,) = os.pread(handle, 1, position)
        os.pwrite(handle, bytes([byte ^ mask]), position)
        yield
        os.pwrite(handle, bytes([byte]), position)
    finally:
        os.close(handle)


@contextmanager
def cut(path: Path, length: int) -> Iterator[None]:
    """A file ends after so many bytes, for as long as the block runs."""
    whole = path.read_bytes()
    os.truncate(path, length)
    yield
    path.write_bytes(whole)


def holes(data: Path, path: Path, flips: Iterable[tuple[int, int]], kept: Path | None = None) -> list[tuple[int, int]]:
    """Those of these flips (position, mask) after which the log passes although it reads otherwise than before."""
    before, found = content(data), []
    _without_shm(data)
    for position, mask in flips:
        with flipped(path, position, mask):
            report = examined(data, kept)
            if report is not None and report.intact and content(data) != before:
                found.append((position, mask))
            _without_shm(data)
    return found


def _without_shm(data: Path) -> None:
    """Nobody has the log open, so its index in shared memory is made anew by whoever comes next."""
    (data / f"{FILE}-shm").unlink(missing_ok=True)
