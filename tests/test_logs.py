"""Lines on standard error: one event each, readable by people or machines, and never a word of what others say."""

import asyncio
import io
import json
import logging
import sys
import threading
import warnings
from collections.abc import Callable, Iterator

import pytest

from guardrails import logs
from tests.planted import PLANTED

SECRET = PLANTED["EMAIL_ADDRESS"]


@pytest.fixture
def speaking() -> Iterator[Callable[[str], io.StringIO]]:
    """Logging set up as a server does, and afterwards as it was."""
    root, ours = logging.getLogger(), logging.getLogger("guardrails")
    before = (root.handlers[:], root.level, ours.level, threading.excepthook, logging.raiseExceptions)
    unraisable = sys.unraisablehook

    def begin(shape: str, level: str = "info") -> io.StringIO:
        to = io.StringIO()
        logs.set_up(shape, level, 1, to)
        return to

    yield begin
    root.handlers[:], _ = before[0], root.setLevel(before[1])
    ours.setLevel(before[2])
    threading.excepthook, logging.raiseExceptions = before[3], before[4]
    sys.unraisablehook = unraisable
    logging.captureWarnings(capture=False)


def fail() -> None:
    try:
        raise KeyError(SECRET)
    except KeyError as error:
        raise ValueError(f"cannot read {SECRET}") from error


def test_our_own_events_with_their_facts(speaking):
    to = speaking("json")
    logging.getLogger("guardrails.calls").info("call", extra={"facts": {"status": 200, "stream": True}})
    told = json.loads(to.getvalue())
    assert {"level": "info", "event": "call", "status": 200, "stream": True, "worker": 1}.items() <= told.items()
    assert told["ts"].endswith("Z")
    to = speaking("text")
    logging.getLogger("guardrails.calls").info("call", extra={"facts": {"status": 200, "stream": True}})
    assert to.getvalue().endswith("info    call worker=1 status=200 stream=true\n")


def test_our_own_words_may_be_put_together_of_constants(speaking):
    to = speaking("json")
    logging.getLogger("guardrails.relay").warning("The provider answered %d.", 404)
    assert json.loads(to.getvalue())["event"] == "The provider answered 404."


def test_a_package_that_set_up_its_own_goes_this_way_too(speaking):
    stubborn, own = logging.getLogger("stubborn"), io.StringIO()
    stubborn.addHandler(logging.StreamHandler(own))
    stubborn.propagate = False
    to = speaking("json")
    stubborn.error(SECRET)
    assert own.getvalue() == ""
    assert json.loads(to.getvalue())["event"] == "stubborn reports something"


SAYINGS: dict[str, Callable[[], object]] = {
    "an argument": lambda: logging.getLogger("uvicorn.error").warning("got %s", SECRET),
    "a message": lambda: logging.getLogger("aiohttp.client").error(f"no {SECRET}"),
    "an extra": lambda: logging.getLogger("x").error("no", extra={"facts": {"url": SECRET}}),
    "the root": lambda: logging.error(SECRET),
    "a warning": lambda: warnings.warn(SECRET, ResourceWarning, stacklevel=1),
    "too few arguments": lambda: logging.getLogger("x").error("%s %s", *[SECRET]),
}


@pytest.mark.parametrize("shape", ["text", "json"])
@pytest.mark.parametrize("saying", SAYINGS)
def test_what_others_say_is_not_repeated(speaking, saying, shape):
    to = speaking(shape)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        SAYINGS[saying]()
    assert to.getvalue().count("\n") == 1
    assert SECRET not in to.getvalue()
    assert "reports something" in to.getvalue()


@pytest.mark.parametrize("shape", ["text", "json"])
def test_exceptions_are_told_by_type_and_place(speaking, shape):
    to = speaking(shape)
    try:
        fail()
    except ValueError:
        logging.getLogger("uvicorn.error").exception("Exception in ASGI application\n")
        logging.getLogger("guardrails.faults").exception("it could not be closed")
    assert SECRET not in to.getvalue()
    assert to.getvalue().count("ValueError") == 2
    assert to.getvalue().count("tests/test_logs.py:") >= 4
    assert "KeyError" in to.getvalue()
    assert "Exception in ASGI application" in to.getvalue()


def test_a_thread_that_dies_and_a_task_that_nobody_awaits(speaking):
    to = speaking("json")
    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()

    async def forgotten() -> None:
        task = asyncio.ensure_future(asyncio.to_thread(fail))
        await asyncio.wait([task])

    asyncio.run(forgotten())
    told = [json.loads(line) for line in to.getvalue().splitlines()]
    assert [line["error"] for line in told] == ["ValueError", "ValueError"]
    assert SECRET not in to.getvalue()


def test_a_call_that_the_server_ends_is_no_fault(speaking):
    to = speaking("json")
    logging.getLogger("uvicorn.error").error("Exception in ASGI application\n", exc_info=asyncio.CancelledError(SECRET))
    assert to.getvalue() == ""


def test_levels(speaking):
    to = speaking("json", "warning")
    logging.getLogger("guardrails.calls").info("call")
    logging.getLogger("uvicorn.error").info("Started server process")
    assert to.getvalue() == ""
