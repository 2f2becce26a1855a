"""The server as an application: its guarded routes, what they need, and the door before them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from guardrails import assembly, watch
from guardrails.metrics import Metrics
from guardrails.policy import Policy
from guardrails.proxy.callers import Callers
from guardrails.proxy.door import Door
from guardrails.proxy.hot import Hot
from guardrails.proxy.life import Life
from guardrails.relay import Relay
from guardrails.settings import Settings
from guardrails.watch import Watcher

#: Every path that is guarded. A path that stands nowhere is refused, never passed on unscreened.
GUARDED = ("/v1/chat/completions",)


def build(
    settings: Settings, assemble: Callable[[Settings], Awaitable[Relay]], counted: Metrics | None = None, worker: int = 0
) -> Door:
    """The application, as ASGI. `assemble` makes the relay inside the server's own loop when it starts.

    `counted`: where all workers count, and `worker` the column of this one; by default it counts for itself.
    """

    async def open_relay() -> tuple[Relay, Metrics, Watcher]:
        relay = await assemble(settings)
        metrics = counted or measured(assembly.Parts.of(settings), relay.guard.policy)
        relay.watch = watcher = Watcher(metrics.worker(worker))
        return relay, metrics, watcher

    callers = Callers.listed(settings.callers)
    door = Door(settings, Life(settings.data), callers, open_relay)
    door.hot = {path: Hot(lambda: _running(door), callers, settings.max_body_bytes) for path in GUARDED}
    return door


def measured(parts: assembly.Parts, policy: Policy, workers: int = 1) -> Metrics:
    """Where the workers of a server count, laid out for its routes and its policy. Made before they are forked."""
    return watch.measured(watch.families(GUARDED, parts.entities, policy), policy, workers)


def _running(door: Door) -> Relay:
    """The relay exists only once the server has started, and no request comes before."""
    assert door.relay is not None  # noqa: S101 uvicorn accepts nothing before the lifespan has begun
    return door.relay
