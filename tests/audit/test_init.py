"""The contract of a log, for every row of the table of stores."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from guardrails.audit import STORES, Log, Receipt, open_log
from guardrails.errors import AuditUnavailable, SettingsError
from tests.audit.logs import calls

stores = pytest.mark.parametrize("store", sorted(STORES))


@stores
def test_records_stand_in_the_order_in_which_they_were_appended(store: str, tmp_path: Path) -> None:
    async def main() -> None:
        log: Log = open_log(store, tmp_path / "data")
        receipts = [await log.append(record) for record in calls(3)]
        await log.close()
        assert receipts == [Receipt(i, i + 1) for i in range(1, 7)]  # 0 is the log's own first entry

    asyncio.run(main())


@stores
def test_many_at_once_each_get_a_place_of_their_own(store: str, tmp_path: Path) -> None:
    async def main() -> None:
        log = open_log(store, tmp_path / "data")
        receipts = await asyncio.gather(*map(log.append, calls(100)))
        await log.close()
        assert [receipt.index for receipt in receipts] == list(range(1, 201))
        assert all(receipt.index < receipt.size <= 201 for receipt in receipts)
        assert len({receipt.size for receipt in receipts}) < 100  # what queued meanwhile shared a commit

    asyncio.run(main())


@stores
def test_who_stops_waiting_does_not_take_the_record_back(store: str, tmp_path: Path) -> None:
    async def main() -> None:
        log = open_log(store, tmp_path / "data")
        first, second, third, _ = calls(2)
        task = asyncio.create_task(log.append(first))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert (await log.append(second)).index == 2
        assert (await log.append(third)).index == 3
        await log.close()

    asyncio.run(main())


@stores
def test_a_closed_log_takes_nothing_and_closes_again(store: str, tmp_path: Path) -> None:
    async def main() -> None:
        log = open_log(store, tmp_path / "data")
        waiting = asyncio.gather(*map(log.append, calls(5)))
        await asyncio.sleep(0)
        await log.close()
        assert len(await waiting) == 10  # what was queued is written first
        await log.close()
        with pytest.raises(AuditUnavailable, match="closed"):
            await log.append(calls(1)[0])

    asyncio.run(main())


@stores
def test_a_log_names_itself_and_its_writer(store: str, tmp_path: Path) -> None:
    async def main() -> None:
        log = open_log(store, tmp_path / "data")
        assert log.name.startswith("guardrails-log/")
        assert len(log.instance) == 36
        await log.close()

    asyncio.run(main())


def test_an_unknown_store_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="memory, sqlite"):
        open_log("paper", tmp_path)
