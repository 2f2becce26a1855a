"""Which writers are alive. Each holds an flock(2) on a file of its own for as long as its process lives, however it ends.

So recovery can tell a call that is in flight in another living process (its file is locked) from one whose process died (the
kernel let the lock go). The lock belongs to the open file, not to a clock or a process id that could be used again. A data
directory belongs to one machine: flock over a network file system is not relied on, as SQLite's own locks are not.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from guardrails.audit.ids import uuid7
from guardrails.audit.keys import directory


class Instance:
    """This writer's sign of life. `close` takes it away, and so does the end of the process."""

    def __init__(self, data: Path) -> None:
        self.folder = directory(data / "instances")
        self.id = uuid7()
        self._path = self.folder / self.id
        self._file = self._locked()

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

    def dead(self, other: str) -> bool:
        """Whether the writer `other` is gone. Itself it never is."""
        return self._bury(other, remove=False)

    def sweep(self) -> None:
        """Remove the files of the dead, once recovery has written what they left open."""
        for path in self.folder.iterdir():
            self._bury(path.name, remove=True)

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

    def close(self) -> None:
        if self._file >= 0:
            self._path.unlink(missing_ok=True)
            os.close(self._file)
            self._file = -1
