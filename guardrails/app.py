"""The server: its routes, and one answer for every path that is not understood."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from guardrails import __version__
from guardrails.errors import UnknownRoute
from guardrails.proxy.callers import Callers
from guardrails.proxy.hot import Hot
from guardrails.relay import Relay, error_body
from guardrails.settings import Settings

#: Every path that is guarded. A path that stands nowhere is refused, never passed on unscreened.
GUARDED = ("/v1/chat/completions",)


def build(settings: Settings, assemble: Callable[[Settings], Awaitable[Relay]]) -> FastAPI:
    """The application. `assemble` makes the relay inside the server's own loop when it starts."""
    parts: list[Relay] = []

    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        parts.append(await assemble(settings))
        try:
            yield
        finally:
            await parts.pop().close()

    app = FastAPI(title="guardrails", version=__version__, lifespan=life, docs_url=None, redoc_url=None, openapi_url=None)
    hot = Hot(lambda: parts[0], Callers.listed(settings.callers), settings.max_body_bytes)
    for path in GUARDED:
        app.router.routes.append(Route(path, hot, methods=["POST"]))

    @app.get("/healthz")
    async def alive() -> dict[str, str]:
        return {"status": "ok", "version": __version__}

    async def refused(_: Request) -> Response:
        known = ", ".join(f"POST {path}" for path in GUARDED)
        fault = UnknownRoute(
            f"This route is not guarded here, so it is refused rather than passed on unscreened. Guarded: {known}."
        )
        return Response(error_body(fault), fault.status, media_type="application/json")

    methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
    app.router.routes.append(Route("/{path:path}", refused, methods=methods))
    return app
