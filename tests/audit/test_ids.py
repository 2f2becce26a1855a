"""Ids sort by time and are what RFC 9562 says; the time is what records write."""

from __future__ import annotations

import re
import time
import uuid

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
