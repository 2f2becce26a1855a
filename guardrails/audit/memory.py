"""The log in memory: the same records, tree and signatures, and nothing that outlives the process. For tests and tries."""

from __future__ import annotations

import asyncio
from pathlib import Path

from guardrails.audit import Receipt
from guardrails.audit.ids import now, uuid7
from guardrails.audit.keys import Signer, temporary
from guardrails.errors import AuditUnavailable
from guardrails.record import Record, genesis
from guardrails.tlog import Frontier, leaf_hash


class MemoryLog:
    """What is appended in one turn of the event loop is one commit, under one checkpoint."""

    def __init__(self, signer: Signer) -> None:
        self.name = signer.key.name
        self.instance = uuid7()
        self.key = signer.key
        self.leaves: list[bytes] = []
        self.checkpoints: list[str] = []
        self._signer = signer
        self._frontier = Frontier()
        self._waiting: list[tuple[Record, asyncio.Future[Receipt]]] = []
        self._open = True
        first = genesis(id=uuid7(), at=now(), log=self.name, key=str(self.key), origin={"instance": self.instance})
        self._commit([first])

    @property
    def waiting(self) -> int:
        return len(self._waiting)

    async def append(self, record: Record) -> Receipt:
        if not self._open:
            raise AuditUnavailable("the log is closed")
        loop = asyncio.get_running_loop()
        if not self._waiting:
            loop.call_soon(self._flush)
        future: asyncio.Future[Receipt] = loop.create_future()
        self._waiting.append((record, future))
        return await future

    async def close(self) -> None:
        self._flush()
        self._open = False

    def _flush(self) -> None:
        batch, self._waiting = self._waiting, []
        if not batch:
            return
        size = self._commit([record for record, _ in batch])
        for index, (_, future) in enumerate(batch, size - len(batch)):
            if not future.done():
                future.set_result(Receipt(index, size))

    def _commit(self, records: list[Record]) -> int:
        leaves = [record.leaf() for record in records]
        self._frontier = self._frontier.extended(map(leaf_hash, leaves))
        self.leaves += leaves
        self.checkpoints.append(self._signer.checkpoint(self._frontier.size, self._frontier.root()))
        return self._frontier.size


def open_log(_data: Path) -> MemoryLog:
    """A new log each time, under a key of its own."""
    return MemoryLog(temporary())
