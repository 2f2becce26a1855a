"""Told to schemathesis (SCHEMATHESIS_HOOKS), in its own environment: what JSON Schema cannot say of a body that is refused.

It imports nothing of the project.
"""

from __future__ import annotations

from typing import Any

import schemathesis  # in the environment of that name


@schemathesis.hook
def filter_body(_: Any, body: Any) -> bool:
    """No integers beyond 64 bits, nothing deeper than 200 levels: two readers could read them differently."""
    level, depth = [body], 0
    while level:
        depth += 1
        if any(type(v) is int and not -(2**63) <= v < 2**64 for v in level):
            return False
        level = [c for v in level if isinstance(v, dict | list) for c in (v.values() if isinstance(v, dict) else v)]
    return depth <= 200
