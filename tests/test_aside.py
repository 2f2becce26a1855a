"""Long work leaves the loop, a few at a time, and whoever waits for it may stop waiting."""

import asyncio
import threading
from collections.abc import Callable

import pytest

from guardrails.aside import Aside, turn


def test_what_the_work_returns_or_raises_comes_back() -> None:
    async def tried() -> int:
        aside = Aside()
        with pytest.raises(ZeroDivisionError):
            await aside.run(lambda: 1 // 0)
        return await aside.run(threading.get_ident)

    assert asyncio.run(tried()) != threading.get_ident()


def test_the_loop_goes_on_meanwhile() -> None:
    async def tried() -> bool:
        go_on = threading.Event()
        waiting = asyncio.create_task(Aside().run(lambda: go_on.wait(30)))
        await asyncio.sleep(0.01)
        go_on.set()  # only a loop that runs gets here
        return await waiting

    assert asyncio.run(tried())


def test_a_place_is_taken_until_the_work_has_ended_waited_for_or_not() -> None:
    async def tried() -> list[str]:
        aside, go_on, seen = Aside(places=1), threading.Event(), []

        def work(name: str) -> Callable[[], None]:
            return lambda: (seen.append(name), go_on.wait(30))[0]

        first = asyncio.create_task(aside.run(work("first")))
        while not seen:
            await asyncio.sleep(0.001)
        first.cancel()
        second = asyncio.create_task(aside.run(work("second")))
        await asyncio.sleep(0.05)
        assert seen == ["first"]
        go_on.set()
        await second
        assert first.cancelled()
        return seen

    assert asyncio.run(tried()) == ["first", "second"]


def test_work_that_outlives_its_loop_harms_nobody() -> None:
    go_on, ended = threading.Event(), threading.Event()

    def work() -> None:
        go_on.wait(30)
        ended.set()

    async def tried() -> None:
        task = asyncio.create_task(Aside().run(work))
        await asyncio.sleep(0.01)
        task.cancel()

    asyncio.run(tried())
    go_on.set()
    assert ended.wait(30)


def test_the_work_learns_that_nobody_waits_any_more() -> None:
    async def tried() -> list[object]:
        seen: list[object] = []
        begun, go_on = threading.Event(), threading.Event()

        def work() -> None:
            mine = turn()
            assert mine is not None
            seen.append(mine.wanted)
            begun.set()
            go_on.wait(30)
            seen.append(mine.wanted)
            mine.spent = True
            begun.clear()
            go_on.clear()

        aside = Aside()
        task = asyncio.create_task(aside.run(work))
        while not begun.is_set():
            await asyncio.sleep(0.001)
        task.cancel()
        await asyncio.sleep(0)
        go_on.set()
        while begun.is_set():
            await asyncio.sleep(0.001)
        fresh = await aside.run(turn)
        seen.append(fresh is not None and fresh.wanted and not fresh.spent)
        return seen

    assert asyncio.run(tried()) == [True, False, True]
    assert turn() is None
