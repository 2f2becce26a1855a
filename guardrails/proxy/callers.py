"""Who calls? The server's own table says: tenant, app, channel and roles come from the key, never from a header.

With an empty table everyone on this machine is the tenant `default`, and the client's credential is the provider's. With a
table a key is needed: in `x-guardrails-key` (then `authorization` stays the provider's) or where the SDKs put their key.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from guardrails.errors import Unauthorized
from guardrails.providers import Headers
from guardrails.settings import Caller


@dataclass(frozen=True, slots=True)
class Callers:
    table: dict[str, Caller] = field(repr=False)

    @classmethod
    def listed(cls, callers: Sequence[Caller]) -> Callers:
        return cls({caller.key_sha256: caller for caller in callers})

    def of(self, headers: Headers) -> tuple[Caller, bool]:
        """The caller, and whether a key of ours came where the provider's credential stands. Raises Unauthorized."""
        if not self.table:
            return Caller(), False
        sent = dict(headers)
        own = self._known(sent.get("x-guardrails-key"))
        shared = [self._known(sent.get(name)) for name in ("x-api-key", "api-key")]
        shared.append(self._known(_bearer(sent.get("authorization", ""))))
        found = next((caller for caller in (own, *shared) if caller), None)
        if found is None:
            raise Unauthorized(
                "No key that is listed under callers came with this call: send one in x-guardrails-key, or as the SDK's key."
            )
        return found, any(shared)

    def _known(self, key: str | None) -> Caller | None:
        return self.table.get(hashlib.sha256(key.encode()).hexdigest()) if key else None


def _bearer(value: str) -> str:
    scheme, _, token = value.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""
