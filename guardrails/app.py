"""The server as an application: its routes, what they need, and the door before them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from guardrails import assembly, watch
from guardrails.metrics import Metrics
from guardrails.policy import Policy
from guardrails.proxy import operators
from guardrails.proxy.callers import Callers
from guardrails.proxy.door import Door
from guardrails.proxy.hot import Hot
from guardrails.proxy.life import Life, Opened
from guardrails.relay import Relay
from guardrails.settings import Settings
from guardrails.watch import Watcher

#: Every path that is guarded, for POST. A path that stands nowhere is refused, never passed on unscreened.
GUARDED = ("/v1/chat/completions",)
#: What is told to whoever asks (GET, HEAD), on the port of calls …
TOLD = {
    "/healthz": operators.health,
    "/readyz": operators.ready,
    "/metrics": operators.counted_for_operators,
    "/openapi.json": operators.described,
}
#: … and on the operators' own.
ADMIN = {"/healthz": operators.health, "/readyz": operators.ready, "/metrics": operators.counted}

UNGUARDED = "This route is not guarded here, so it is refused rather than passed on unscreened. Guarded: {}."
NO_CALLS = "This port is for operators: {}."


def build(
    settings: Settings, assemble: Callable[[Settings], Awaitable[Relay]], counted: Metrics | None = None, worker: int = 0
) -> Door:
    """The application, as ASGI. `assemble` makes the relay inside the server's own loop when it starts.

    `counted`: where all workers count, and `worker` the column of this one; by default it counts for itself.
    """

    async def opened() -> Opened:
        relay = await assemble(settings)
        metrics = counted or measured(assembly.Parts.of(settings), relay.guard.policy)
        relay.watch = watcher = Watcher(metrics.worker(worker))
        return Opened(relay, metrics, watcher)

    def relay() -> Relay:
        """It exists only once the server has started, and no request comes before."""
        assert life.opened is not None  # noqa: S101 uvicorn accepts nothing before the lifespan has begun
        return life.opened.relay

    life, callers = Life(settings.data), Callers.listed(settings.callers)
    hot = {path: Hot(relay, callers, settings.max_body_bytes) for path in GUARDED}
    here = UNGUARDED.format(", ".join(f"POST {path}" for path in GUARDED))
    there = NO_CALLS.format(", ".join(f"GET {path}" for path in ADMIN))
    others = operators.application(operators.Asked(settings, callers, life, here), TOLD, hot)
    admin = operators.application(operators.Asked(settings, callers, life, there), ADMIN, {}) if settings.admin_port else others
    return Door(settings, life, opened, hot, others, admin)


def measured(parts: assembly.Parts, policy: Policy, workers: int = 1) -> Metrics:
    """Where the workers of a server count, laid out for its routes and its policy. Made before they are forked."""
    return watch.measured(watch.families(GUARDED, parts.entities, policy), policy, workers)
