"""A verifier is only as good as the broken logs it was tried on: every way to change a log, and bit flips anywhere."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from guardrails.audit import keys
from guardrails.audit.file import FILE
from guardrails.audit.read import Unreadable
from guardrails.audit.show import stories
from guardrails.audit.verify import Report, Verdict, verify
from guardrails.record import index_of
from guardrails.tlog import Frontier, Key, leaf_hash
from tests.audit.logs import calls, tamper, write
from tests.test_record import an_intent

CALLS = 6  # entries 0 to 12, one checkpoint each
LAST = 2 * CALLS


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("original") / "data"
    write(data, calls(CALLS))
    return data


@pytest.fixture
def data(original: Path, tmp_path: Path) -> Path:
    return shutil.copytree(original, tmp_path / "data")


def test_an_untouched_log_is_intact_but_unanchored(data: Path) -> None:
    report = verify(data)
    assert (report.verdict, report.exit_code, report.faults) == (Verdict.UNANCHORED, 0, ())
    assert (report.entries, report.checkpoints, report.open_intents) == (LAST + 1, LAST + 1, 0)
    assert "UNANCHORED" in report.verdict


def test_every_byte_of_leaf_hash_checkpoint_and_signature(data: Path) -> None:
    """One bit in each byte of one entry and its checkpoint, one after the other on one log: always reported, by its index."""
    place = 5
    columns = (
        (b"leaf", "entries", "idx", place),
        (b"hash", "entries", "idx", place),
        (b"note", "checkpoints", "size", place + 1),
    )
    with closing(sqlite3.connect(data / FILE, isolation_level=None)) as log:
        log.execute("DROP TRIGGER entries_fixed"), log.execute("DROP TRIGGER checkpoints_fixed")
        broken = verify(data).fault_count  # the two tripwires
        for raw_column, table, key, at in columns:
            column = raw_column.decode()
            value = log.execute(f"SELECT CAST({column} AS BLOB) FROM {table} WHERE {key} = ?", (at,)).fetchone()[0]
            cast = "CAST(? AS TEXT)" if column == "note" else "?"
            for position in range(len(value)):
                damaged = bytearray(value)
                damaged[position] ^= 1 << position % 8
                log.execute(f"UPDATE {table} SET {column} = {cast} WHERE {key} = ?", (bytes(damaged), at))
                report = verify(data)
                assert report.fault_count > broken, (column, position)
                assert report.first_bad == place, (column, position, report.faults)
                assert report.exit_code == 1
            log.execute(f"UPDATE {table} SET {column} = {cast} WHERE {key} = ?", (value, at))
        assert verify(data).fault_count == broken


@pytest.mark.parametrize("column", ["type", "call", "ts", "tenant", "action", "ending"])
def test_what_stands_beside_a_leaf_must_agree_with_it(column: str, data: Path) -> None:
    tamper(data, f"UPDATE entries SET {column} = {column} || 'x' WHERE idx = 4")
    assert verify(data).first_bad == 4


def delete(*places: int, renumber: bool = False, checkpoints: bool = False) -> Callable[[Path], None]:
    def change(data: Path) -> None:
        marks = ", ".join(map(str, places))
        statements = [f"DELETE FROM entries WHERE idx IN ({marks})"]
        if renumber:
            statements += [f"UPDATE entries SET idx = idx - 1 WHERE idx > {place}" for place in sorted(places, reverse=True)]
        if checkpoints:
            statements += [f"DELETE FROM checkpoints WHERE size > {LAST + 1 - len(places)}"]
        tamper(data, *statements)
        if renumber or checkpoints:
            fix_head(data)

    return change


def fix_head(data: Path) -> None:
    """What an attacker without the key can mend: the head, so that it fits the entries again."""
    with closing(sqlite3.connect(data / FILE, isolation_level=None)) as log:
        leaves = [row[0] for row in log.execute("SELECT leaf FROM entries ORDER BY idx")]
        tree = Frontier().extended(map(leaf_hash, leaves))
        log.execute("UPDATE head SET size = ?, frontier = ?", (tree.size, tree.encode()))


def swap(data: Path) -> None:
    tamper(data, "UPDATE entries SET idx = -1 WHERE idx = 6", "UPDATE entries SET idx = 6 WHERE idx = 7",
           "UPDATE entries SET idx = 7 WHERE idx = -1")  # fmt: skip
    fix_head(data)


def put(place: int, source: str) -> Callable[[Path], None]:
    """Insert a copy of another entry at `place`, moving the rest up, as well as it can be done without the key."""

    def change(data: Path) -> None:
        moves = [f"UPDATE entries SET idx = {i + 1} WHERE idx = {i}" for i in range(LAST, place - 1, -1)]
        rest = "leaf, hash, type, call, ts, tenant, action, ending"
        tamper(data, *moves, f"INSERT INTO entries (idx, {rest}) SELECT {place}, {rest} FROM entries WHERE idx = {source}")
        fix_head(data)

    return change


def exchange(data: Path) -> None:
    """A record changed with its hash, its columns and the head: only the signed roots still know."""
    with closing(sqlite3.connect(data / FILE)) as log:
        body = json.loads(log.execute("SELECT leaf FROM entries WHERE idx = 5").fetchone()[0])
    body["action"] = "allow"
    leaf = json.dumps(body, sort_keys=True, separators=(",", ":")).encode()
    columns = tuple(index_of(body))
    tamper(data, ("UPDATE entries SET leaf = ?, hash = ?, type = ?, call = ?, ts = ?, tenant = ?, action = ?, ending = ? "
                  "WHERE idx = 5", (leaf, leaf_hash(leaf), *columns)))  # fmt: skip
    fix_head(data)


CHANGES = {
    "the first is deleted": (delete(0), 0),
    "one in the middle is deleted": (delete(5), 5),
    "a batch is deleted": (delete(5, 6, 7), 5),
    "the last is deleted": (delete(LAST), LAST),
    "the last is deleted and the head mended": (delete(LAST, renumber=True), LAST),
    "the first is deleted and the rest renumbered": (delete(0, renumber=True), 0),
    "one is deleted, the rest renumbered, the head and the checkpoints mended": (delete(5, renumber=True, checkpoints=True), 5),
    "two neighbours change places": (swap, 6),
    "one is inserted": (put(5, "0"), 5),
    "one is repeated": (put(6, "5"), 6),
    "one is repeated at the end": (put(LAST + 1, str(LAST)), LAST + 1),
    "one is exchanged with all that belongs to it": (exchange, 5),
    "all are deleted": (lambda data: tamper(data, "DELETE FROM entries"), 0),
}


@pytest.mark.parametrize("name", CHANGES)
def test_changed_entries_are_reported_by_their_index(name: str, data: Path) -> None:
    change, place = CHANGES[name]
    change(data)
    report = verify(data)
    assert report.verdict is Verdict.BROKEN
    assert report.first_bad == place, report.faults


STATEMENTS = {
    "the head is shortened": "UPDATE head SET size = 3",
    "the head is gone": "DELETE FROM head",
    "the head under another number": "UPDATE head SET one = 3",
    "a second head": "INSERT INTO head (one, size, frontier) VALUES (2, 1, x'')",
    "no checkpoint": "DELETE FROM checkpoints",
    "the last checkpoint is gone": f"DELETE FROM checkpoints WHERE size = {LAST + 1}",
    "a checkpoint under another size": "UPDATE checkpoints SET size = 100 WHERE size = 5",
    "a leaf that is text": "UPDATE entries SET leaf = CAST(leaf AS TEXT) WHERE idx = 3",
    "a table that does not belong there": "CREATE TABLE more (x)",
    "an index taken away": "DROP INDEX entries_call",
    "a tripwire disarmed": "CREATE TRIGGER more BEFORE INSERT ON entries BEGIN SELECT 1; END",
}


@pytest.mark.parametrize("name", STATEMENTS)
def test_other_changes_are_reported(name: str, data: Path) -> None:
    tamper(data, STATEMENTS[name])
    assert verify(data).verdict is Verdict.BROKEN


def test_all_tripwires_taken_out_are_one_line(data: Path) -> None:
    with closing(sqlite3.connect(data / FILE, isolation_level=None)) as log:
        for name in ("entries_kept", "entries_fixed", "checkpoints_kept", "checkpoints_fixed"):
            log.execute(f"DROP TRIGGER {name}")
    (fault,) = verify(data).faults
    assert fault.what.endswith(": checkpoints_fixed, checkpoints_kept, entries_fixed, entries_kept")


def test_a_missing_tripwire_is_reported(data: Path) -> None:
    with closing(sqlite3.connect(data / FILE, isolation_level=None)) as log:
        log.execute("DROP TRIGGER entries_kept")
    report = verify(data)
    assert report.verdict is Verdict.BROKEN
    assert "entries_kept" in report.faults[0].what


# --- against a checkpoint kept elsewhere ------------------------------------------------------------------------------


def keep(data: Path, size: int, at: Path) -> Path:
    with closing(sqlite3.connect(data / FILE)) as log:
        at.write_text(log.execute("SELECT note FROM checkpoints WHERE size = ?", (size,)).fetchone()[0])
    return at


def truncate(data: Path, size: int) -> None:
    """Back to an earlier state, with everything that belongs to it: the log alone cannot tell."""
    tamper(data, f"DELETE FROM entries WHERE idx >= {size}", f"DELETE FROM checkpoints WHERE size > {size}")
    fix_head(data)


@pytest.mark.parametrize("size", [1, 7, LAST + 1])
def test_a_kept_checkpoint_anchors(size: int, data: Path, tmp_path: Path) -> None:
    report = verify(data, keep(data, size, tmp_path / "kept"))
    assert (report.verdict, report.anchored_at, report.exit_code) == (Verdict.ANCHORED, size, 0)


def test_a_cut_end_shows_only_against_a_kept_checkpoint(data: Path, tmp_path: Path) -> None:
    kept = keep(data, LAST + 1, tmp_path / "kept")
    truncate(data, 7)
    assert verify(data).verdict is Verdict.UNANCHORED
    report = verify(data, kept)
    assert (report.verdict, report.first_bad, report.exit_code) == (Verdict.TRUNCATED, 7, 1)
    write(data, calls(CALLS, "other-"))  # cut off and grown again, by who holds the key
    assert verify(data).verdict is Verdict.UNANCHORED
    assert verify(data, kept).verdict is Verdict.REWRITTEN


def test_a_log_of_another_key_under_the_same_name(data: Path, tmp_path: Path) -> None:
    kept = keep(data, LAST + 1, tmp_path / "kept")
    name = keys.public(data).name
    private = Ed25519PrivateKey.generate()
    other = keys.Signer(Key(name, private.public_key().public_bytes_raw()), private.sign)
    with closing(sqlite3.connect(data / FILE)) as log:
        leaves = [row[0] for row in log.execute("SELECT leaf FROM entries ORDER BY idx")]
    statements = []
    for size in range(1, len(leaves) + 1):
        root = Frontier().extended(map(leaf_hash, leaves[:size])).root()
        statements.append(("UPDATE checkpoints SET note = ? WHERE size = ?", (other.checkpoint(size, root), size)))
    tamper(data, *statements)
    report = verify(data)
    assert (report.verdict, report.first_bad) == (Verdict.BROKEN, 0)
    (data / "log.pub").write_text(f"{other.key}\n")  # and now the public key as well: only the outside knows better
    assert verify(data).verdict is Verdict.UNANCHORED
    assert verify(data, kept).verdict is Verdict.REWRITTEN


def test_faults_inside_are_told_with_an_anchor_too(data: Path, tmp_path: Path) -> None:
    kept = keep(data, 3, tmp_path / "kept")
    exchange(data)
    report = verify(data, kept)
    assert (report.verdict, report.anchored_at, report.first_bad) == (Verdict.BROKEN, 3, 5)


@pytest.mark.parametrize(
    "damage", [lambda text: "", lambda text: text.replace("\n13\n", "\n12\n"), lambda text: text[:-5], None]
)
def test_a_damaged_kept_checkpoint_cannot_be_used(damage: Callable[[str], str] | None, data: Path, tmp_path: Path) -> None:
    kept = keep(data, LAST + 1, tmp_path / "kept")
    if damage is None:
        kept.unlink()
    else:
        kept.write_text(damage(kept.read_text()))
    with pytest.raises(Unreadable, match="checkpoint"):
        verify(data, kept)


# --- reported without failing -----------------------------------------------------------------------------------------


def test_open_intents_and_clocks_that_run_backwards_are_reported(tmp_path: Path) -> None:
    early = "2020-01-01T00:00:00.000Z"
    write(tmp_path, [*calls(2), an_intent(call="open"), an_intent(call="early", at=early)])
    report = verify(tmp_path)
    assert report.verdict is Verdict.UNANCHORED
    assert (report.open_intents, report.first_open) == (2, 5)
    assert (report.regressions, report.first_regression) == (1, 6)


def test_two_servers_on_one_log_share_no_clock(tmp_path: Path) -> None:
    """Each takes its time before it waits for the file, so that their entries may stand slightly out of order."""
    at = "2026-11-21T10:00:00.12{}Z".format
    two = {"instance": "two"}
    write(
        tmp_path, [an_intent(at=at(3)), an_intent(at=at(2), origin=two), an_intent(at=at(4)), an_intent(at=at(3), origin=two)]
    )
    assert verify(tmp_path).regressions == 0
    write(tmp_path, [an_intent(at=at(1), origin=two)])
    report = verify(tmp_path)
    assert (report.regressions, report.first_regression) == (1, 6)  # 5: recovery closed the first call


@pytest.mark.parametrize(
    ("places", "said"),
    [
        ((5,), "entry 5 is missing; 7 entries after it were"),
        ((5, 6, 7), "the entries 5 to 7 are missing; 5 entries after it were"),
        ((11,), "entry 11 is missing; 1 entry after it was"),
    ],
)
@pytest.mark.parametrize("size", [3, LAST + 1])
def test_a_gap_is_named_also_with_a_kept_checkpoint(
    size: int, places: tuple[int, ...], said: str, data: Path, tmp_path: Path
) -> None:
    kept = keep(data, size, tmp_path / "kept")
    delete(*places)(data)
    report = verify(data, kept)
    assert (report.verdict, report.first_bad, report.missing) == (Verdict.BROKEN, places[0], places[0])
    assert report.faults[0].what == f"{said} not judged"
    assert (report.entries, report.not_judged) == (places[0], LAST + 1 - places[0] - len(places))
    assert report.anchored_at == (3 if size == 3 else None)


def test_a_gap_and_a_cut_end_are_both_told(data: Path, tmp_path: Path) -> None:
    kept = keep(data, LAST + 1, tmp_path / "kept")
    delete(5, LAST)(data)
    report = verify(data, kept)
    assert (report.verdict, report.first_bad) == (Verdict.TRUNCATED, 5)
    assert f"the file ends after {LAST}" in report.faults[1].what


# --- the file itself --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["no directory", "no file", "an empty file", "no database", "no key", "cut short"])
def test_what_cannot_be_examined_is_a_sentence(what: str, data: Path, tmp_path: Path) -> None:
    path = data / FILE
    if what == "no directory":
        data = tmp_path / "elsewhere"
    elif what == "no file":
        path.unlink()
    elif what == "no key":
        (data / "log.pub").unlink()
    else:
        whole = path.read_bytes()
        path.write_bytes({"an empty file": b"", "no database": b"x" * 9999, "cut short": whole[: len(whole) // 2]}[what])
    with pytest.raises(Unreadable) as caught:
        verify(data)
    assert str(caught.value)


def examined(data: Path) -> Report | None:
    try:
        return verify(data)
    except Unreadable:
        return None


@pytest.mark.parametrize("table", ["entries", "checkpoints"])
def test_a_schema_that_hides_the_numbers_is_no_traceback(table: str, data: Path) -> None:
    """One letter of INTEGER is another: the column is no longer the row's number, and all of it reads as NULL."""
    with closing(sqlite3.connect(data / FILE, isolation_level=None)) as log:
        log.execute("PRAGMA writable_schema = ON")
        log.execute(f"UPDATE sqlite_master SET sql = replace(sql, 'INTEGER PRIMARY', 'INTEGES PRIMARY') WHERE name = '{table}'")
    for look in (lambda: verify(data).exit_code, lambda: len(stories(data, call=None, last=2))):
        with suppress(Unreadable):
            assert look()


def test_a_read_only_medium_can_be_verified(data: Path) -> None:
    """As when the directory comes on a disc. (Root may write everywhere; then the ordinary way is what is tried.)"""
    for path in (*data.rglob("*"), data):
        path.chmod(0o500 if path.is_dir() else 0o400)
    try:
        assert verify(data).intact
    finally:
        for path in (data, *data.rglob("*")):
            path.chmod(0o700 if path.is_dir() else 0o600)
