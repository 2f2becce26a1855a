"""Values that are no one's: loopback, private and documentation addresses, reserved example domains, the operator's own."""

from __future__ import annotations

import ipaddress
import re

#: RFC 2606 §3 and RFC 6761: names reserved for examples and tests.
EXAMPLES = frozenset(
    {"example", "example.com", "example.net", "example.org", "test", "invalid", "localhost", "local", "internal", "localdomain"}
)
_RANGES = """
0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.168.0.0/16
192.0.2.0/24 198.51.100.0/24 203.0.113.0/24 198.18.0.0/15 255.255.255.255/32
::/127 fc00::/7 fe80::/10 2001:db8::/32 3fff::/20
"""
#: This host and network (RFC 1122), private (RFC 1918, 4193, 6598), loopback, link-local (RFC 3927, 4291), documentation
#: (RFC 5737, 3849, 9637), benchmarks (RFC 2544), broadcast.
NETWORKS = tuple(ipaddress.ip_network(n) for n in _RANGES.split())
_HOST = re.compile(r"(?:[a-z][a-z0-9+.-]*://)?(?:[^/@]*@)?\[?([^/:\]]+)", re.IGNORECASE)


def is_public(entity: str, value: str) -> bool:
    """Whether a value of this kind is one that everybody may know."""
    if entity == "IP_ADDRESS":
        return _is_public_address(value)
    if entity == "EMAIL_ADDRESS":
        return under(value.rpartition("@")[2], EXAMPLES)
    if entity == "URL":
        m = _HOST.match(value)
        return m is not None and (under(m[1], EXAMPLES) or _is_public_address(m[1]))
    return False


def is_allowed(value: str, allow: frozenset[str]) -> bool:
    """Whether the operator named this value, or the domain that an address or a link is at (lower case, both)."""
    plain = value.casefold()
    if plain in allow:
        return True
    if "@" in plain:
        return under(plain.rpartition("@")[2], allow)
    m = _HOST.match(plain)
    return "." in plain and m is not None and under(m[1], allow)


def under(domain: str, names: frozenset[str]) -> bool:
    """Whether a domain is one of these names or lies below one: `mail.example.com` is under `example.com`."""
    labels = domain.lower().rstrip(".").split(".")
    return any(".".join(labels[i:]) in names for i in range(len(labels)))


#: The same of IPv4 as numbers: the networks' addresses and masks.
_NUMBERS = tuple((int(n.network_address), int(n.netmask)) for n in NETWORKS if n.version == 4)


def _is_public_address(value: str) -> bool:
    parts = value.split(".")
    if len(parts) == 4 and all(part.isdecimal() and len(part) < 4 for part in parts):
        number = int.from_bytes(bytes(min(255, int(part)) for part in parts))
        return any(number & mask == network for network, mask in _NUMBERS)
    try:
        address = ipaddress.ip_interface(value.partition("%")[0]).ip
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None) or address
    return any(mapped.version == n.version and mapped in n for n in NETWORKS)
