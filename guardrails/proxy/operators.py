"""What is asked beside calls: is it up, does it take calls, what did it count, what is served here; and the answer to whatever
is not known. A FastAPI application for each port, with one handler for every error, in OpenAI's shape.

The door hands over what is no call, so no call pays for the framework (docs/decisions/0009).

`/healthz` and `/readyz` say one word to anyone. `/metrics` is for operators: on a port of its own (`admin_port`) without a key;
on the main port where nobody but this machine reaches it and nobody needs a key, or with a caller's key that has the role
`metrics`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI, Request, Response
from starlette.exceptions import HTTPException
from starlette.routing import Route

from guardrails import __version__
from guardrails.errors import GuardrailsError, Unauthorized, UnknownRoute, WrongMethod
from guardrails.proxy import openapi
from guardrails.proxy.callers import Callers
from guardrails.proxy.life import Life
from guardrails.relay import error_body
from guardrails.settings import Settings, loopback

METRICS_ROLE = "metrics"
JSON = "application/json"

Endpoint = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Asked:
    """What the answers are read from. `unknown`: what is said of a path that is not served on this port."""

    settings: Settings
    callers: Callers
    life: Life
    unknown: str


def application(asked: Asked, told: Mapping[str, Endpoint], guarded: Mapping[str, Any]) -> FastAPI:
    """`told`: what answers GET and HEAD. `guarded`: the paths of calls, there for POST, which the door serves before."""
    made = FastAPI(
        openapi_url=None,  # ours is written by hand and says more: proxy/openapi.py
        redirect_slashes=False,  # a path that is not understood is refused
        exception_handlers={GuardrailsError: _failed, HTTPException: _failed, Exception: _failed},
    )
    made.state.asked = asked
    for path, endpoint in told.items():
        made.add_api_route(path, endpoint, methods=["GET", "HEAD"])
    made.router.routes.extend(Route(path, call, methods=["POST"]) for path, call in guarded.items())
    made.middleware_stack = made.build_middleware_stack()  # now, not at the first request
    return made


# --- the answers ------------------------------------------------------------------------------------------------------


async def health(request: Request) -> Response:  # noqa: ARG001 every endpoint gets it
    """The process is up."""
    return _said(200, status="ok", version=__version__)


async def ready(request: Request) -> Response:
    """It takes calls; else why not."""
    reason = _asked(request).life.unready()
    if reason is None:
        return _said(200, status="ready")
    answer = _said(503, status="unready", reason=str(reason))
    answer.headers["retry-after"] = "1"
    return answer


async def counted(request: Request) -> Response:
    """The metrics, to anyone: for the operators' own port."""
    life = _asked(request).life
    if life.opened is None:
        raise GuardrailsError("The server is starting: nothing is counted yet.")
    life.gauged()
    body, kind = life.opened.metrics.text(request.headers.get("accept", ""))
    return Response(body, headers={"content-type": kind, "vary": "accept"})


async def counted_for_operators(request: Request) -> Response:
    """The metrics, on the port of calls. Raises Unauthorized or UnknownRoute where this is no operator."""
    settings, callers = _asked(request).settings, _asked(request).callers
    if settings.admin_port:
        raise UnknownRoute(f"The metrics are at port {settings.admin_port} (admin_port).")
    open_to_all = loopback(settings.host) and not settings.callers
    if not open_to_all and (not settings.callers or METRICS_ROLE not in callers.of(tuple(request.headers.items()))[0].roles):
        raise Unauthorized("The metrics need a caller's key with the role metrics, or a port of their own (admin_port).")
    return await counted(request)


async def described(request: Request) -> Response:  # noqa: ARG001 every endpoint gets it
    """What is served, in OpenAPI."""
    return Response(openapi.body(), media_type=JSON)


# --- errors -----------------------------------------------------------------------------------------------------------


async def _failed(request: Request, error: Exception) -> Response:
    """Every error's one way out. What is no error of ours is told by type and place in the server's log, never to a client."""
    fault = error if isinstance(error, GuardrailsError) else _ours(_asked(request), error)
    return Response(error_body(fault), fault.status, dict(fault.headers), media_type=JSON)


def _ours(asked: Asked, error: Exception) -> GuardrailsError:
    if isinstance(error, HTTPException) and error.status_code == 404:
        return UnknownRoute(asked.unknown)
    if isinstance(error, HTTPException) and error.status_code == 405:
        allowed = (error.headers or {}).get("Allow", "")
        return WrongMethod(", ".join(sorted(allowed.split(", "))))
    return GuardrailsError("The guard could not answer this. Its log names the fault.")


def _asked(request: Request) -> Asked:
    found: Asked = request.app.state.asked
    return found


def _said(status: int, /, **words: str) -> Response:
    body = ",".join(f'"{name}":"{word}"' for name, word in words.items())
    return Response(f"{{{body}}}", status, media_type=JSON)
