"""The words that stand for hidden values: made without state, the same for the same value, and no way back without the key.

`<EMAIL_ADDRESS_7K2M9QX4>` is the entity and 40 bits of HMAC-SHA-256 (RFC 2104) over entity, JSON type and exact text, in
Crockford's base 32. So a truncated, branched or parallel history gets the same words with no server state, and the prompt
cache of the provider keeps working. The price stands in docs/decisions/0003-placeholders.md.
"""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass, field
from functools import lru_cache

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford: no I, L, O, U
SHORT, LONG = 8, 16  # characters of five bits; the long form only where two values of one call fall on the same short one

SHAPE = re.compile(
    rf"<[A-Z][A-Z0-9_]{{0,47}}_(?:[{ALPHABET}]{{{LONG}}}|[{ALPHABET}]{{{SHORT}}})>"
    rf"|(?<![A-Za-z0-9_])anon_[{ALPHABET}]{{16}}(?![A-Za-z0-9_])"
)
#: The end of a growing text that may still become a placeholder.
OPEN = re.compile(rf"(?:<(?:[A-Z]\w{{0,{48 + LONG}}})?|(?<![A-Za-z0-9_])a(?:n(?:o(?:n(?:_[{ALPHABET}]{{0,16}})?)?)?)?)\Z")
LONGEST = 1 + 48 + 1 + LONG + 1


@dataclass(frozen=True, slots=True)
class Words:
    """Makes the words of one conversation of one tenant. Two tenants never share one."""

    key: bytes = field(repr=False)
    tenant_key: bytes = field(repr=False)

    @classmethod
    def of(cls, master: bytes, tenant: str, conversation: str | None) -> Words:
        """Keys derived from the data directory's key (HMAC as the KDF of NIST SP 800-108, one block)."""
        tenant_key, key = _keys(master, tenant)
        return cls(_mac(tenant_key, "conversation", conversation) if conversation else key, tenant_key)

    def placeholder(self, entity: str, text: str, *, number: bool = False, long: bool = False) -> str:
        code = _code(_mac(self.key, "number" if number else "string", entity, text), LONG if long else SHORT)
        return f"<{entity[:48]}_{code}>"

    def identifier(self, text: str) -> str:
        """A keyed hash for a whole identifier: `[A-Za-z0-9_-]{1,64}`, the same for the same tenant in every conversation."""
        return "anon_" + _code(_mac(self.tenant_key, "identifier", text), 16)

    def hashed(self, entity: str, text: str) -> str:
        """A keyed hash that is never given back."""
        return "hash_" + _code(_mac(self.tenant_key, "hash", entity, text), 16)


@lru_cache(maxsize=1024)
def _keys(master: bytes, tenant: str) -> tuple[bytes, bytes]:
    """A tenant's key, and the key of its words outside a conversation."""
    tenant_key = _mac(master, "tenant", tenant)
    return tenant_key, _mac(tenant_key, "words")


def _mac(key: bytes, *parts: str) -> bytes:
    """HMAC over the parts, each with its length before it, so that no two lists of parts run together."""
    data = b"".join(len(raw).to_bytes(8, "big") + raw for raw in (p.encode("utf-8", "surrogatepass") for p in parts))
    return hmac.digest(key, data, "sha256")


def _code(mac: bytes, characters: int) -> str:
    number = int.from_bytes(mac[:16], "big") >> (128 - 5 * characters)
    return "".join(ALPHABET[(number >> (5 * i)) & 31] for i in reversed(range(characters)))
