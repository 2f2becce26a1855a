"""Which writers are alive, and what each of them last promised. Each holds an flock(2) on a file of its own for as long as its
process lives, however it ends.

So recovery can tell a call that is in flight in another living process (its file is locked) from one whose process died (the
kernel let the lock go). The lock belongs to the open file, not to a clock or a process id that could be used again. A data
directory belongs to one machine: flock over a network file system is not relied on, as SQLite's own locks are not.

In its file stands the last checkpoint that the writer told its callers of, written after the commit was durable and before they
heard of it. A killed process leaves it behind: the end of SQLite's write-ahead log, where a flipped byte passes for a crash and
cuts off the last commits, cannot be lost without being missed here. (It is not synced: after a power cut it may be an earlier
one, never a later.)
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from guardrails.audit.ids import uuid7
from guardrails.audit.keys import directory

FOLDER = "instances"


class Instance:
    """This writer's sign of life. `close` takes it away, and so does the end of the process."""

    def __init__(self, data: Path) -> None:
        self.folder = directory(data / FOLDER)
        self.id = uuid7()
        self._path = self.folder / self.id
        self._file = self._locked()
        self._length = 0

    def _locked(self) -> int:
        while True:
            handle = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
            fcntl.flock(handle, fcntl.LOCK_EX)
            try:
                if self._path.stat().st_ino == os.fstat(handle).st_ino:
                    return handle
            except FileNotFoundError:  # `sweep` of another process came between open and flock
                pass
            os.close(handle)

    def promise(self, checkpoint: str) -> None:
        """Leave this checkpoint behind: what callers are about to be told. Raises OSError."""
        raw = checkpoint.encode()
        os.pwrite(self._file, raw, 0)
        if len(raw) < self._length:
            os.ftruncate(self._file, len(raw))
        self._length = len(raw)

    def gone(self, other: str) -> bool:
        """Whether the writer `other` is gone. Itself it never is."""
        return self._bury(other, remove=False)

    def dead(self) -> list[str]:
        """The writers whose files lie here although they are gone."""
        return [path.name for path in self.folder.iterdir() if self.gone(path.name)]

    def sweep(self, dead: Iterable[str]) -> None:
        """Remove the files of these dead, once recovery has written what they left open and has seen what they promised."""
        for name in dead:
            self._bury(name, remove=True)

    def _bury(self, other: str, *, remove: bool) -> bool:
        path = self.folder / Path(other).name
        if other == self.id:
            return False
        try:
            handle = os.open(path, os.O_RDWR)
        except FileNotFoundError:
            return True
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if remove:  # while the lock is held: a writer that is just starting waits for it and then looks again
                path.unlink(missing_ok=True)
        except BlockingIOError:
            return False
        finally:
            os.close(handle)
        return True

    def close(self, *, remove: bool = True) -> None:
        """Let go. `remove=False` leaves the promise for the next who recovers."""
        if self._file < 0:
            return
        if remove:
            with suppress(OSError):  # a directory that cannot be written any more: the file stays, and nobody holds it
                self._path.unlink(missing_ok=True)
        os.close(self._file)
        self._file = -1


def promises(data: Path) -> dict[str, bytes]:
    """What the writers of this log, living or dead, last promised: a checkpoint's bytes by the writer's id, perhaps damaged.

    Read them before the log: a living writer may promise more at any moment. Raises OSError.
    """
    folder = data / FOLDER
    if not folder.is_dir():
        return {}
    found: dict[str, bytes] = {}
    for path in sorted(folder.iterdir()):
        with suppress(FileNotFoundError):  # its writer closed just now
            if content := path.read_bytes():
                found[path.name] = content
    return found
