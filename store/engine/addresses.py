"""The addresses of PostgreSQL, as providers print them: read once, the same for every connection.

What libpq knows is accepted, or refused in words: nothing is passed over that somebody relies on.
The environment (`PGSSLMODE` and its kin) counts where the address says nothing, as with libpq.
"""

from __future__ import annotations

import os
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from store.errors import UnusableDatabase

SCHEMES = ("postgresql+asyncpg", "postgresql", "postgres")
PORT = 5432
MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
SESSIONS = ("any", "read-write", "primary", "prefer-standby")
SYSTEM = "system"  # the authorities that this machine trusts

_FILES = ("sslrootcert", "sslcert", "sslkey", "sslcrl")
_OF_TLS = (*_FILES, "sslpassword", "sslnegotiation", "ssl_min_protocol_version")
_OF_THE_SESSION = ("application_name", "options", "search_path")
_OUR_OWN = (  # how long a way is waited for, and when it is given up, the bot says itself
    "connect_timeout",
    "keepalives",
    "keepalives_idle",
    "keepalives_interval",
    "keepalives_count",
    "tcp_user_timeout",
    "fallback_application_name",
    "gssencmode",
    "load_balance_hosts",
)
_PLACES = ("host", "port", "user", "password", "dbname")
_VARIABLES = {
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
    "sslcrl": "PGSSLCRL",
    "target_session_attrs": "PGTARGETSESSIONATTRS",
    "channel_binding": "PGCHANNELBINDING",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """The address of a PostgreSQL database, and how to connect to it."""

    hosts: tuple[tuple[str, int], ...]
    user: str | None
    password: str | None = field(repr=False)
    database: str
    options: Mapping[str, str] = field(repr=False)

    @classmethod
    def parse(cls, url: str, environ: Mapping[str, str] = os.environ) -> Address:
        """The address that a URL gives; raises UnusableDatabase, which says what is wrong."""
        scheme, _, rest = url.partition("://")
        if scheme not in SCHEMES:
            raise UnusableDatabase
        try:
            parts = urlsplit(f"postgresql://{rest}")
            given = _options(parts.query)
        except UnusableDatabase:
            raise
        except ValueError:
            raise UnusableDatabase("garbled") from None
        who, at, where = parts.netloc.rpartition("@")
        if parts.fragment or "@" in parts.path or "@" in parts.query.partition("=")[0]:
            raise UnusableDatabase("garbled")  # a password with a bare "/", "?" or "#"
        user, colon, password = who.partition(":")
        database = unquote(parts.path.removeprefix("/")) or given.get("dbname", "")
        if not database:
            raise UnusableDatabase("no_name")
        return cls(
            hosts=_hosts(where or given.get("host", ""), given.get("port", "")),
            user=unquote(user) if at and user else given.get("user"),
            password=unquote(password) if colon else given.get("password"),
            database=database,
            options=_checked({k: v for k, v in given.items() if k not in _PLACES}, environ),
        )

    @property
    def name(self) -> str:
        """The address as it may be shown: who, where and what, without the password."""
        where = ",".join(f"{host}:{port}" for host, port in self.hosts)
        return f"postgresql://{f'{self.user}@' if self.user else ''}{where}/{self.database}"

    def arguments(self) -> dict[str, Any]:
        """Return what `asyncpg.connect` is to be given to come here."""
        tls = {name: v for name, v in self.options.items() if name in ("sslmode", *_OF_TLS)}
        given: dict[str, Any] = {
            "user": self.user,
            "password": self.password,
            "database": self.database,
            "host": [host for host, _ in self.hosts] or None,
            "port": [port for _, port in self.hosts] or None,
        }
        if tls.get("sslrootcert") == SYSTEM:
            given["ssl"] = ssl.create_default_context()
        elif tls:  # only from an address does the driver take these
            given["dsn"] = f"postgresql:///?{urlencode(tls)}"
        if "target_session_attrs" in self.options:
            given["target_session_attrs"] = self.options["target_session_attrs"]
        return given

    def session(self) -> dict[str, str]:
        """Return what the address asks of the server for each session."""
        return {name: v for name, v in self.options.items() if name in _OF_THE_SESSION}


def _options(query: str) -> dict[str, str]:
    """Return what stands after the "?": several hosts may be said one by one."""
    found: dict[str, str] = {}
    for name, value in parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query)):
        key = {"database": "dbname", "ssl": "sslmode"}.get(name, name)
        if key == "host" and key in found:
            found[key] += f",{value}"
        elif found.setdefault(key, value) != value:
            raise UnusableDatabase("twice", option="ssl/sslmode" if key == "sslmode" else name)
    return found


def _hosts(where: str, ports: str) -> tuple[tuple[str, int], ...]:
    if not where:
        return ()  # PGHOST, else what libpq looks for on this machine
    hosts = [_host(part) for part in where.split(",")]
    given = ports.split(",") if ports else []
    if len(given) == 1:
        given *= len(hosts)
    try:
        if given and len(given) != len(hosts):
            raise ValueError
        found = tuple(
            (host, int(port or (given[i] if given else PORT)))
            for i, (host, port) in enumerate(hosts)
        )
        if not all(host and 0 < port < 65536 for host, port in found):
            raise ValueError
    except ValueError:
        raise UnusableDatabase("garbled") from None
    return found


def _host(part: str) -> tuple[str, str]:
    """A host and its port, which may be missing: `h`, `h:5432`, `[::1]:5432`, `/run/postgresql`."""
    part = unquote(part)
    if part.startswith("/"):
        return part, ""
    if part.startswith("["):
        host, _, port = part[1:].partition("]")
        return host, port.removeprefix(":")
    host, _, port = part.partition(":")
    return host, port


def _checked(given: dict[str, str], environ: Mapping[str, str]) -> dict[str, str]:
    """The options, with what the environment adds; raises UnusableDatabase."""
    for option in given:
        if option not in (*_VARIABLES, *_OF_TLS, *_OF_THE_SESSION, *_OUR_OWN):
            raise UnusableDatabase("option", option=option)
    said_by = {name: name for name in given}
    for name, variable in _VARIABLES.items():
        if name not in given and environ.get(variable, "").strip():
            given[name], said_by[name] = environ[variable].strip(), variable
    if given.get("sslrootcert") == SYSTEM:
        given.setdefault("sslmode", "verify-full")
        _one_of(given, said_by, "sslmode", ("verify-full",))
    _one_of(given, said_by, "sslmode", MODES)
    _one_of(given, said_by, "target_session_attrs", SESSIONS)
    _one_of(given, said_by, "sslnegotiation", ("postgres", "direct"))
    if given.pop("channel_binding", "") == "require":
        raise UnusableDatabase("binding", option=said_by["channel_binding"])
    for name in _FILES:
        file = given.get(name, "")
        if file and not (name == "sslrootcert" and file == SYSTEM) and not _readable(file):
            raise UnusableDatabase("file", option=said_by[name], file=file)
    return given


def _one_of(
    given: Mapping[str, str], said_by: Mapping[str, str], name: str, allowed: tuple[str, ...]
) -> None:
    if name in given and given[name] not in allowed:
        option, value = said_by.get(name, name), given[name]
        raise UnusableDatabase("value", option=option, value=value, allowed=", ".join(allowed))


def _readable(file: str) -> bool:
    try:
        with Path(file).open("rb"):
            return True
    except (OSError, ValueError):
        return False
