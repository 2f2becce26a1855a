"""Ids sort by time and are what RFC 9562 says; the time is what records write."""

from __future__ import annotations

import re
import subprocess
import sys
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

from guardrails.audit.ids import now, uuid7


def test_an_id_is_a_uuid_of_version_7() -> None:
    ids = [uuid7() for _ in range(1000)]
    assert len(set(ids)) == 1000
    for text in ids:
        value = uuid.UUID(text)
        assert str(value) == text
        assert (value.version, value.variant) == (7, uuid.RFC_4122)


def test_ids_sort_by_time() -> None:
    before = time.time_ns() // 1_000_000
    stamp = int(uuid7().replace("-", "")[:12], 16)
    assert before <= stamp <= time.time_ns() // 1_000_000


def test_the_time_has_milliseconds_and_is_utc() -> None:
    assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", now())


FORKED = """
import os
from guardrails.audit.ids import uuid7
uuid7()
child = os.fork()
names = [uuid7() for _ in range(300)]
if child:
    os.waitpid(child, 0)
os.write(1, "".join(f"{name}\\n" for name in names).encode())
"""


def test_no_id_comes_twice_from_forks() -> None:
    """Chance is drawn ahead: a child must not have its parent's."""
    said = subprocess.run([sys.executable, "-c", FORKED], capture_output=True, text=True, check=True, timeout=60).stdout.split()
    assert len({name[19:] for name in said}) == len(said) == 600


def test_no_id_comes_twice_from_threads() -> None:
    with ThreadPoolExecutor(4) as pool:
        names = [name for made in pool.map(lambda _: [uuid7() for _ in range(1000)], range(4)) for name in made]
    assert len({name[19:] for name in names}) == len(names) == 4000
