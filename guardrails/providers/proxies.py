"""The HTTP proxy on the way to the provider, from HTTPS_PROXY, HTTP_PROXY and NO_PROXY, as the standard library reads them.

A provider on this machine is asked without one, as Go's programs do. Nothing is read from ~/.netrc.
"""

from __future__ import annotations

import ipaddress
from contextlib import suppress
from urllib.request import getproxies, proxy_bypass

from yarl import URL

from guardrails.errors import SettingsError


def proxy_for(address: URL) -> URL | None:
    """None: the provider is asked directly. Raises SettingsError, which quotes nothing: a password may stand there."""
    host, named = address.raw_host or "", getproxies().get(address.scheme)
    if not named or _local(host) or proxy_bypass(host) or proxy_bypass(f"{host}:{address.port}"):
        return None
    with suppress(ValueError):
        proxy = URL(named if "://" in named else f"http://{named}")
        if proxy.scheme == "http" and proxy.raw_host:
            return proxy
    raise SettingsError(f"{address.scheme.upper()}_PROXY must be an address such as http://proxy.example:3128.")


def _local(host: str) -> bool:
    with suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return host == "localhost"
