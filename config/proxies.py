"""The proxy that a connection goes through: one rule for all that go out (docs/operations.md).

That of curl: the variable named after the scheme, else `ALL_PROXY`; none for what `NO_PROXY`
names. Unlike curl, never for this machine itself, whatever the environment says.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from ipaddress import ip_address, ip_network
from urllib.parse import urlsplit

_SCHEMES = {"wss": "https", "ws": "http"}
_PORTS = {"https": 443, "http": 80}
_SPOKEN = {"https": ("http", "https"), "http": ("http", "https"), "smtp": ("http",)}


class BadProxy(ValueError):
    """The proxy that a variable names cannot be used; `variable` is its name."""

    def __init__(self, variable: str) -> None:
        self.variable = variable
        super().__init__(f"{variable} names no proxy that can be used (http://host:port)")


def proxy_for(address: str, environ: Mapping[str, str] = os.environ) -> str | None:
    """The proxy that leads to an address (`https://…`, `wss://…`, `smtp://host:port`), if any.

    Raises BadProxy where the variable names something that is no HTTP proxy.
    """
    try:
        to = urlsplit(address)
        scheme = _SCHEMES.get(to.scheme, to.scheme)
        host, port = (to.hostname or "").rstrip("."), to.port or _PORTS.get(scheme)
    except ValueError:  # no address: nothing leads there
        return None
    if scheme not in _SPOKEN or is_this_machine(host) or _excluded(host, port, environ):
        return None
    variable, proxy = _set(scheme, environ)
    if not proxy:
        return None
    if "://" not in proxy:
        proxy = f"http://{proxy}"
    if not _usable(proxy, _SPOKEN[scheme]):
        raise BadProxy(variable)
    return proxy


def is_this_machine(host: str) -> bool:
    """Tell whether a name or address is the machine's own: loopback, or "any" of its addresses."""
    if host.lower() == "localhost" or host.lower().endswith(".localhost"):
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    address = getattr(address, "ipv4_mapped", None) or address
    return address.is_loopback or address.is_unspecified


def _set(scheme: str, environ: Mapping[str, str]) -> tuple[str, str]:
    """The variable that counts, and what it says; small letters win, also where they are empty."""
    for name in (f"{scheme}_proxy", "all_proxy"):
        for variable in (name, name.upper()):
            if variable in environ:
                if proxy := environ[variable].strip():
                    return variable, proxy
                break
    return "", ""


def _usable(proxy: str, spoken: tuple[str, ...]) -> bool:
    try:
        parts = urlsplit(proxy)
        return parts.scheme.lower() in spoken and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _excluded(host: str, port: int | None, environ: Mapping[str, str]) -> bool:
    given = environ.get("no_proxy", environ.get("NO_PROXY", ""))
    return any(_names(entry, host, port) for entry in given.replace(",", " ").split())


def _names(entry: str, host: str, port: int | None) -> bool:
    """Return whether an entry of NO_PROXY means a host: `*`, a name and all below it, a network."""
    if entry == "*":
        return True
    try:
        return ip_address(host) in ip_network(entry.strip("[]"), strict=False)
    except ValueError:
        pass
    name, colon, only = entry.rpartition(":")
    if colon and only.isdecimal():
        return int(only) == port and _names(name, host, port)
    name = entry.lower().removeprefix("*").strip(".")
    return bool(name) and f".{host.lower()}".endswith(f".{name}")
