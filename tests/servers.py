"""An ASGI app on a real socket of this machine, in a thread: `with serving(app) as base_url: ...`."""

from __future__ import annotations

from guardrails.cli.serving import serving

__all__ = ["serving"]
