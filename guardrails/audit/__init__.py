"""The log: records go in and are durable when `append` returns; nothing ever comes out changed. One protocol, one table.

A store decides nothing and reads no text: it hashes what `record.py` made, keeps it, and signs one checkpoint per commit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import Protocol, cast

from guardrails.errors import SettingsError
from guardrails.record import Record


@dataclass(frozen=True, slots=True)
class Receipt:
    """Where a record stands: its index, and the size of the first signed tree that holds it."""

    index: int
    size: int


class Log(Protocol):
    @property
    def name(self) -> str:
        """The origin that stands in every checkpoint."""

    @property
    def instance(self) -> str:
        """The id of this writer, for the `origin` of records."""

    @property
    def waiting(self) -> int:
        """How many records are queued and not yet being written."""

    async def append(self, record: Record) -> Receipt:
        """Durable when it returns. Raises AuditUnavailable, after some seconds at most: then the caller must act as if nothing
        was recorded.

        A caller that stops waiting does not take its record back.
        """

    async def close(self) -> None:
        """Write what is queued and let go. Idempotent; a later `append` raises AuditUnavailable."""


#: Every store by its name in the settings: a function `open_log(data: Path) -> Log`, imported when it is first asked for.
STORES: Mapping[str, str] = MappingProxyType(
    {
        "memory": "guardrails.audit.memory",
        "sqlite": "guardrails.audit.sqlite",
    }
)


def open_log(store: str, data: Path) -> Log:
    """Open (and on first use create) the log in the data directory `data`. Blocks for a moment: call it before serving."""
    if store not in STORES:
        raise SettingsError(f"there is no audit store of that name; choose one of {', '.join(sorted(STORES))}")
    return cast("Log", import_module(STORES[store]).open_log(data))
