"""A call waits nowhere for longer than its phase allows, and a deadline that has moved does not strike."""

import asyncio

import pytest

from guardrails.deadlines import BETWEEN, FIRST_BYTE, LOG, REQUEST, WHOLE, Clock
from guardrails.errors import AuditUnavailable, GuardrailsError, SlowRequest, TooLate
from guardrails.settings import Settings

LIMITS = {"first_byte_s": 0.05, "between_s": 0.05, "request_s": 0.05, "log_s": 0.05}


def clock(**settings):
    return Clock(Settings(**LIMITS | settings))


def ran(work):
    return asyncio.run(asyncio.wait_for(work, 10))


@pytest.mark.parametrize(
    ("phase", "fault"), [(REQUEST, SlowRequest), (FIRST_BYTE, TooLate), (BETWEEN, TooLate), (LOG, AuditUnavailable)]
)
def test_a_wait_that_lasts_too_long_is_an_error_that_names_its_setting(phase, fault):
    async def run():
        with clock().wait(phase):
            await asyncio.sleep(5)

    with pytest.raises(fault, match=rf"within 0\.05 seconds \(the setting {phase.setting}\)"):
        ran(run())


def test_the_whole_call_has_a_deadline_too():
    async def run():
        it = clock(total_s=0.15)
        for _ in range(100):
            with it.wait(BETWEEN):
                await asyncio.sleep(0.02)

    with pytest.raises(TooLate, match=rf"\(the setting {WHOLE.setting}\)"):
        ran(run())


def test_what_is_written_down_is_not_ended_with_the_call():
    async def run():
        it = clock(total_s=0.01, log_s=5.0)
        with it.wait(LOG):
            await asyncio.sleep(0.1)
        it.stop()
        return True

    assert ran(run())


def test_each_piece_begins_a_new_wait():
    async def run():
        it = clock()
        with it.wait(BETWEEN):
            for _ in range(10):
                await asyncio.sleep(0.02)
                it.again()
        it.stop()
        await asyncio.sleep(0.1)
        return True

    assert ran(run())


def test_nothing_strikes_at_rest():
    async def run():
        it = clock()
        with it.wait(BETWEEN):
            it.rest()
            await asyncio.sleep(0.15)
            it.again()
            await asyncio.sleep(5)

    with pytest.raises(TooLate):
        ran(run())


def test_after_a_rest_another_task_may_wait():
    """A stream may be begun by one task and read by another: whoever waits is who is told."""

    async def run():
        it = clock()

        async def first():
            with it.wait(FIRST_BYTE):
                await asyncio.sleep(0)
            it.rest()
            await asyncio.sleep(0.2)
            return "not told"

        async def second():
            with pytest.raises(TooLate), it.wait(BETWEEN):
                await asyncio.sleep(5)
            return "told"

        beginner = asyncio.create_task(first())
        await asyncio.sleep(0.01)
        return await asyncio.gather(beginner, asyncio.create_task(second()))

    assert ran(run()) == ["not told", "told"]


def test_a_shorter_phase_after_a_longer_one():
    async def run():
        it = clock(first_byte_s=60.0)
        with it.wait(FIRST_BYTE):
            await asyncio.sleep(0)
        with it.wait(BETWEEN):
            await asyncio.sleep(5)

    with pytest.raises(TooLate, match="between_s"):
        ran(run())


def test_a_call_that_another_cancels_is_cancelled():
    """Both at once as well: whoever cancels from outside is never told that it was only a deadline."""

    async def run(after):
        async def wait():
            with clock().wait(BETWEEN):
                await asyncio.sleep(5)

        task = asyncio.create_task(wait())
        await asyncio.sleep(0)
        asyncio.get_running_loop().call_later(after, task.cancel)
        with pytest.raises((asyncio.CancelledError, TooLate)) as caught:
            await task
        return caught.type

    assert ran(run(0.01)) is asyncio.CancelledError
    for _ in range(20):
        assert ran(run(0.05)) in (asyncio.CancelledError, TooLate)


def test_after_an_error_the_task_goes_on():
    async def run():
        it = clock()
        for _ in range(3):
            with pytest.raises(GuardrailsError), it.wait(BETWEEN):
                await asyncio.sleep(5)
        await asyncio.sleep(0.01)
        task = asyncio.current_task()
        return task is not None and task.cancelling()

    assert ran(run()) == 0


def test_an_error_of_another_kind_stays_what_it_is():
    async def run():
        with clock().wait(BETWEEN):
            raise ValueError("x")

    with pytest.raises(ValueError, match="x"):
        ran(run())
