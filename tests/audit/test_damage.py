"""A flipped byte anywhere: in a leaf, a hash, a checkpoint or a signature it is reported with its index; elsewhere in the files
it is told in a sentence, or nothing has changed. Each file is also cut off, page by page.

Positions are sampled here. Every byte once, with a bit of its own: EVERY_BYTE=1 (some minutes).
"""

from __future__ import annotations

import os
import random
import shutil
from contextlib import suppress
from pathlib import Path

import pytest
from click.testing import CliRunner

from guardrails.audit import instances, open_log
from guardrails.audit.file import FILE
from guardrails.audit.read import Unreadable
from guardrails.audit.show import stories
from guardrails.audit.verify import Verdict, verify
from guardrails.cli import main
from guardrails.errors import GuardrailsError
from tests.audit.damage import WAL, closed, cut, examined, flipped, holes, killed, places
from tests.audit.logs import content

EVERY = "EVERY_BYTE" in os.environ
RNG = random.Random(23)


def flips(size: int, sample: int) -> list[tuple[int, int]]:
    """Every position once, or a sample of them: the first and the last with several bits, the others with one of its own."""
    if EVERY:
        return [(position, 1 << position % 8) for position in range(size)]
    ends = [*range(min(100, size)), *range(max(size - 8, 100), size)]
    return [(p, 1 << bit) for p in ends for bit in (0, 7)] + [
        (RNG.randrange(size), 1 << RNG.randrange(8)) for _ in range(sample)
    ]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return closed(tmp_path_factory.mktemp("whole") / "data")


@pytest.fixture(scope="module")
def torn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("torn")
    return killed(folder / "data", folder / "copy")


@pytest.fixture
def data(whole: Path, tmp_path: Path) -> Path:
    return shutil.copytree(whole, tmp_path / "data")


@pytest.fixture
def dead(torn: Path, tmp_path: Path) -> Path:
    return shutil.copytree(torn, tmp_path / "dead")


def test_in_leaf_hash_checkpoint_and_signature_by_its_index(data: Path) -> None:
    """In the bytes of the file, for every entry and every checkpoint of the log."""
    path = data / FILE
    for place in places(data):
        inside = range(place.start, place.end)
        for position in inside if EVERY else RNG.sample(inside, 6):
            with flipped(path, position, 1 << position % 8):
                report = verify(data)
                assert report.exit_code == 1
                assert report.first_bad == place.index, (place, position - place.start, report.faults)


def test_anywhere_in_the_file(data: Path) -> None:
    size = (data / FILE).stat().st_size
    assert holes(data, data / FILE, flips(size, 300)) == []


def test_anywhere_in_the_header_and_the_schema(data: Path) -> None:
    """Where a letter decides what a column is. What `show` says is tried too."""
    for position in [*range(0, 108, 1 if EVERY else 3), *range(1500, 4096, 1 if EVERY else 7)]:
        for left in data.glob("*-shm"):
            left.unlink()
        with flipped(data / FILE, position, 1 << position % 8):
            report = examined(data)
            with suppress(Unreadable):
                stories(data, call=None, last=2)
        assert report is None or report.exit_code in (0, 1)
    assert holes(data, data / FILE, [(p, 1 << p % 8) for p in range(1500, 4096, 1 if EVERY else 13)]) == []


def test_anywhere_in_what_a_killed_writer_left(dead: Path) -> None:
    """A flip in the write-ahead log passes for a crash and cuts off the last commits: their writer's promise misses them."""
    assert holes(dead, dead / WAL, flips((dead / WAL).stat().st_size, 250)) == []
    assert holes(dead, dead / FILE, flips((dead / FILE).stat().st_size, 100)) == []


def test_a_cut_end_of_the_write_ahead_log_is_called_so(dead: Path) -> None:
    entries = verify(dead).entries
    size = (dead / WAL).stat().st_size
    with flipped(dead / WAL, size // 2, 1):
        report = verify(dead)
        assert (report.verdict, report.exit_code) == (Verdict.TRUNCATED, 1)
        assert report.first_bad == report.entries < entries
        assert f"told its callers of {entries} entries" in report.faults[-1].what
        with pytest.raises(GuardrailsError, match="end was cut off"):
            open_log("sqlite", dead)
    assert verify(dead).intact


def test_in_a_promise(dead: Path) -> None:
    (promise,) = (dead / instances.FOLDER).iterdir()
    for position in range(0, promise.stat().st_size, 1 if EVERY else 3):
        with flipped(promise, position, 1 << position % 8):
            report = verify(dead)
            assert report.exit_code == 1, position
            assert promise.name in report.faults[0].what
    for length in range(1, promise.stat().st_size, 1 if EVERY else 15):
        with cut(promise, length):
            assert verify(dead).exit_code == 1


def test_in_the_public_key_and_in_a_kept_checkpoint(data: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.write_text(verify(data).note)
    for path in (data / "log.pub", kept):
        for position in range(path.stat().st_size):
            with flipped(path, position, 1 << position % 8):
                report = examined(data, kept)
                space = path.name == "log.pub" and path.read_text("latin-1")[position].isspace()
                assert space or report is None or report.exit_code == 1, (path, position)


def test_in_the_private_keys_a_server_says_so_or_is_the_same(data: Path) -> None:
    before = content(data)
    for path in sorted((data / "keys").iterdir()):
        for position in range(0, path.stat().st_size, 1 if EVERY else 5):
            with flipped(path, position, 1 << position % 8):
                assert verify(data).intact
                assert content(data) == before
    path = data / "keys" / "log-signing.key"
    for position in range(path.stat().st_size - 1):
        with flipped(path, position, 1), pytest.raises(GuardrailsError, match=r"log-signing|log\.pub"):
            open_log("sqlite", data)


@pytest.mark.parametrize(("name", "step"), [(FILE, 4096), (FILE, 1009), (WAL, 4120), (WAL, 997)])
def test_cut_off(name: str, step: int, data: Path, dead: Path) -> None:
    folder = dead if name == WAL else data
    before, size = content(folder), (folder / name).stat().st_size
    for length in range(0, size, step):
        for left in folder.glob("*-shm"):
            left.unlink()
        with cut(folder / name, length):
            report = examined(folder)
            assert report is None or not report.intact or content(folder) == before, length
            for left in folder.glob("*-shm"):
                left.unlink()


def test_to_people_it_is_a_sentence_and_an_exit_status(data: Path, dead: Path) -> None:
    """A sample through the command itself: 0, 1 or 2, and never a traceback."""
    seen = set()
    for folder, name in ((data, FILE), (dead, WAL), (dead, FILE)):
        size = (folder / name).stat().st_size
        for position in [*range(0, 100, 7), *(RNG.randrange(size) for _ in range(25))]:
            for left in folder.glob("*-shm"):
                left.unlink()
            with flipped(folder / name, position, 1 << RNG.randrange(8)):
                result = CliRunner().invoke(main, ["audit", "verify", "--data", str(folder)])
            assert result.exception is None or isinstance(result.exception, SystemExit)
            assert result.exit_code in (0, 1, 2)
            assert result.output.strip()
            seen.add(result.exit_code)
    assert seen == {0, 1, 2}
