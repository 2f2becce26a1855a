"""What the outside tools are given to look at: the guard as it is served, in process and on sockets."""

from __future__ import annotations

import pytest

from guardrails.assembly import Parts
from guardrails.guard import Guard
from guardrails.settings import Settings


@pytest.fixture(scope="session")
def served() -> Guard:
    """The pipeline with the default policy and every detector that serves it."""
    parts = Parts.of(Settings())
    return parts.guard(parts.policy())
