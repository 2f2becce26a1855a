"""Reading a log without being able to change it: a connection that is read-only, in one snapshot, and never surprised.

Whatever is wrong with the file ends as `Unreadable` with a sentence, never as a traceback: a damaged file is what a verifier
is for. Text is read as bytes, since damaged text need not be UTF-8.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from guardrails.audit.file import APPLICATION, FILE, VERSION
from guardrails.errors import GuardrailsError


class Unreadable(GuardrailsError):
    """There is no log here, or its file is too damaged to be read. Exit status 2."""

    code = "log_unreadable"


#: SQLite's result codes (sqlite.org/rescode.html) that do not mean damage; an extended code begins with its primary one.
CAUSES = {
    "SQLITE_BUSY": "it is in use by another process; try again",
    "SQLITE_LOCKED": "it is in use by another process; try again",
    "SQLITE_CANTOPEN": "it cannot be opened; look at who may read the directory",
    "SQLITE_PERM": "it cannot be opened; look at who may read the directory",
    "SQLITE_READONLY": "it cannot be opened; look at who may read the directory",
    "SQLITE_IOERR": "its disk reports an error",
    "SQLITE_NOMEM": "there is not enough memory",
    "SQLITE_INTERRUPT": "the reading was interrupted",
}
#: A file that nobody can write to, such as one on a read-only medium.
UNWRITABLE = ("SQLITE_CANTOPEN", "SQLITE_READONLY")


@contextmanager
def snapshot(data: Path) -> Iterator[sqlite3.Connection]:
    """The log in `data`, as it is at this moment, also while others write. Raises Unreadable."""
    path = data / FILE
    if not path.is_file():
        raise Unreadable(f"there is no log at {path}; give its data directory with --data")
    connection: sqlite3.Connection | None = None
    try:
        connection = _open(path)
        _recognise(connection, path)
        yield connection
    except (sqlite3.Error, ArithmeticError, MemoryError, ValueError, OSError, TypeError, AttributeError) as error:
        # (The last two: where the schema is damaged, a column holds values of another kind, or none.)
        raise Unreadable(f"the log {path} cannot be read to its end: {_cause(error)}") from None
    finally:
        if connection is not None:
            with suppress(sqlite3.Error):
                connection.close()


def _cause(error: BaseException) -> str:
    name = getattr(error, "sqlite_errorname", type(error).__name__)
    cause = next((words for code, words in CAUSES.items() if name.startswith(code)), "its file is damaged")
    return f"{cause} ({name})"


def _open(path: Path) -> sqlite3.Connection:
    """Read-only; from a medium that cannot be written to, where no write-ahead log is left, as an unchanging file."""
    base = path.absolute().as_uri()
    wal = path.with_name(path.name + "-wal")
    modes = ["mode=ro"] if wal.exists() and wal.stat().st_size else ["mode=ro", "mode=ro&immutable=1"]
    for place, mode in enumerate(modes):
        connection = sqlite3.connect(f"{base}?{mode}", uri=True, timeout=5, isolation_level=None)
        try:
            connection.text_factory = bytes
            connection.execute("PRAGMA trusted_schema = OFF").fetchall()
            connection.execute("BEGIN")
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except sqlite3.OperationalError as error:
            connection.close()
            if place + 1 == len(modes) or not error.sqlite_errorname.startswith(UNWRITABLE):
                raise
        except BaseException:
            connection.close()
            raise
        else:
            return connection
    raise AssertionError("unreachable")  # the loop returns or raises in its last round


def _recognise(connection: sqlite3.Connection, path: Path) -> None:
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if (application, version) != (APPLICATION, VERSION):
        raise Unreadable(f"{path} is not a log of guardrails, or of another version of it (schema {version}, not {VERSION})")
