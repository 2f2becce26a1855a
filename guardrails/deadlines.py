"""How long each part of a call may wait. No await of a call is without a deadline, and no call outlives `total_s`.

One timer of the event loop for each call: a deadline that moves away is only written down, and looked at when the timer fires.
What is late is cancelled where it waits, and the cancellation becomes an error that says what was waited for, how long, and
which setting changes it. While the client takes a piece of a stream nothing here runs: `write_s` is watched by the connection.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from math import inf
from types import TracebackType
from typing import Self

from guardrails.errors import AuditTooLate, GuardrailsError, NotJudged, SlowRequest, TooLate
from guardrails.settings import Settings


@dataclass(frozen=True, slots=True)
class Phase:
    """`setting`: how many seconds it may last, by the name in the settings."""

    setting: str
    words: str
    fault: type[GuardrailsError] = TooLate
    in_all: bool = True  # does it also end when the whole call has lasted too long?


REQUEST = Phase("request_s", "The request was not whole", SlowRequest, in_all=False)
SCREEN = Phase("screen_s", "The text was not judged", NotJudged, in_all=False)
FIRST_BYTE = Phase("first_byte_s", "The provider sent no answer")
BETWEEN = Phase("between_s", "The provider sent nothing more of its answer")
WHOLE = Phase("total_s", "The call was not finished")
LOG = Phase("log_s", "The log has not taken the record", AuditTooLate, in_all=False)  # an end is written down, late or not


class Clock:
    """One call's. `with clock.wait(PHASE): await …` raises the phase's error in place of the await that lasts too long."""

    __slots__ = ("_end", "_fires", "_loop", "_phase", "_settings", "_task", "_timer", "_until", "late")

    def __init__(self, settings: Settings, loop: asyncio.AbstractEventLoop | None = None) -> None:
        self.late = False
        self._settings = settings
        self._loop = loop
        self._task: asyncio.Task[object] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._phase = WHOLE
        self._end: float | None = None  # when the whole call must be over, from its first wait on
        self._until = self._fires = inf

    def wait(self, phase: Phase) -> Self:
        self._phase = phase
        return self

    def __enter__(self) -> Self:
        self.again()
        return self

    def __exit__(self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None) -> None:
        self._until = inf
        if self.late and kind is asyncio.CancelledError and self._task is not None:
            self.late = False
            if self._task.uncancel() == 0:  # else somebody else cancelled it as well
                raise self._fault() from None

    def again(self) -> None:
        """A new wait begins: the time of the phase runs from here."""
        loop = self._loop = self._loop or asyncio.get_running_loop()
        now = loop.time()
        self._task = self._task or asyncio.current_task(loop)
        phase = self._phase
        until = now + getattr(self._settings, phase.setting)
        if self._end is None:
            self._end = now + self._settings.total_s
        if phase.in_all:
            until = min(until, self._end)
        self._until = until
        if until < self._fires:
            self._arm(loop)

    def rest(self) -> None:
        """Nothing is waited for here until `again`, which another task may call."""
        self._until, self._task = inf, None

    def stop(self) -> None:
        """The call is over."""
        self._until = inf
        if self._timer is not None:
            self._timer.cancel()
            self._timer, self._fires = None, inf

    def _arm(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._fires = self._until
        self._timer = loop.call_at(self._until, self._fire)

    def _fire(self) -> None:
        self._timer, self._fires = None, inf
        if self._loop is None or self._task is None or self._until == inf:
            return
        if self._until > self._loop.time():
            self._arm(self._loop)
        else:
            self.late = True
            self._task.cancel()

    def _fault(self) -> GuardrailsError:
        phase = self._phase
        if phase.in_all and self._loop and self._end and self._loop.time() >= self._end:
            phase = WHOLE
        seconds = getattr(self._settings, phase.setting)
        return phase.fault(f"{phase.words} within {seconds:g} seconds (the setting {phase.setting}).")
