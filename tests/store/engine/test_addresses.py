"""Addresses of PostgreSQL: accepted as libpq means them, or refused in words."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest

from store.engine.addresses import Address
from store.errors import UnusableDatabase
from tests.tinyproxy import CERTIFICATES

ROOT = str(CERTIFICATES / "authority.pem")


def parsed(url: str, **environ: str) -> Address:
    return Address.parse(url, environ)


@pytest.mark.parametrize("scheme", ["postgresql+asyncpg", "postgresql", "postgres"])
def test_an_address_says_who_where_and_what(scheme: str) -> None:
    address = parsed(f"{scheme}://escalade:s3same@db.example:6432/escalade")
    assert address.hosts == (("db.example", 6432),)
    assert (address.user, address.password, address.database) == ("escalade", "s3same", "escalade")
    assert address.name == "postgresql://escalade@db.example:6432/escalade"
    assert "s3same" not in repr(address)
    assert "dsn" not in address.arguments(), "PGSSLMODE decides, else TLS where the server has it"


@pytest.mark.parametrize(
    ("written", "password"),
    [
        ("p%40ss", "p@ss"),
        ("p@ss", "p@ss"),
        ("a@b@c", "a@b@c"),
        ("100%", "100%"),
        ("100%25", "100%"),
        ("a%2Fb%3Fc%23d%3Ae", "a/b?c#d:e"),
        ("a:b", "a:b"),
        ("", ""),
        ("p+s", "p+s"),
        ("%C3%A9", "é"),
    ],
)
def test_a_password_is_what_it_was(written: str, password: str) -> None:
    address = parsed(f"postgresql://escalade:{written}@h/d")
    assert (address.hosts, address.user) == ((("h", 5432),), "escalade")
    assert address.arguments()["password"] == password


@pytest.mark.parametrize(
    ("where", "hosts"),
    [
        ("h1:1,h2:2/d", (("h1", 1), ("h2", 2))),
        ("h1,h2:2/d", (("h1", 5432), ("h2", 2))),
        ("[::1]:1,[fd00::2]/d", (("::1", 1), ("fd00::2", 5432))),
        ("/d?host=h1,h2&port=1,2", (("h1", 1), ("h2", 2))),
        ("/d?host=h1&host=h2&port=7", (("h1", 7), ("h2", 7))),
        ("/d?host=h1:1&host=h2:2", (("h1", 1), ("h2", 2))),
        ("/d?host=/run/postgresql", (("/run/postgresql", 5432),)),
        ("%2Frun%2Fpostgresql/d", (("/run/postgresql", 5432),)),
        ("/d", ()),
    ],
)
def test_several_hosts_and_sockets(where: str, hosts: tuple[tuple[str, int], ...]) -> None:
    assert parsed(f"postgresql://{where}").hosts == hosts
    assert parsed(f"postgresql+asyncpg://u:p@{where}").hosts == hosts


def test_tls_is_said_in_either_way_or_by_the_environment() -> None:
    for said in ("sslmode=require", "ssl=require", "ssl=require&sslmode=require"):
        given = parsed(f"postgresql://h/d?{said}").arguments()
        assert given["dsn"] == "postgresql:///?sslmode=require"
    given = parsed(f"postgresql://h/d?sslmode=verify-full&sslrootcert={ROOT}").arguments()
    assert "sslmode=verify-full" in given["dsn"]
    assert "authority.pem" in given["dsn"]
    assert "sslmode=require" in parsed("postgresql://h/d", PGSSLMODE="require").arguments()["dsn"]
    given = parsed("postgresql://h/d?sslmode=disable", PGSSLMODE="require").arguments()
    assert given["dsn"] == "postgresql:///?sslmode=disable"


def test_the_authorities_of_the_machine_prove_a_server() -> None:
    for url in (
        "postgresql://h/d?sslrootcert=system",
        "postgresql://h/d?sslmode=verify-full&sslrootcert=system",
    ):
        context = parsed(url).arguments()["ssl"]
        assert context.verify_mode is ssl.CERT_REQUIRED
        assert context.check_hostname
    assert refused("postgresql://h/d?sslmode=require&sslrootcert=system")[0] == "value"


def test_what_the_session_is_asked_for_is_passed_on_and_what_the_bot_decides_is_not() -> None:
    address = parsed(
        "postgresql://h/d?application_name=e&options=endpoint%3Dx&connect_timeout=10"
        "&keepalives=1&target_session_attrs=read-write&channel_binding=prefer"
    )
    assert address.session() == {"application_name": "e", "options": "endpoint=x"}
    assert address.arguments()["target_session_attrs"] == "read-write"
    assert "dsn" not in address.arguments()


def refused(url: str, **environ: str) -> tuple[str, dict[str, str]]:
    with pytest.raises(UnusableDatabase) as caught:
        parsed(url, **environ)
    return caught.value.why, caught.value.facts


@pytest.mark.parametrize(
    ("url", "why", "option"),
    [
        ("mysql://h/d", "scheme", None),
        ("postgresql+psycopg2://h/d", "scheme", None),
        ("h/d", "scheme", None),
        ("postgresql://h", "no_name", None),
        ("postgresql://h/", "no_name", None),
        ("postgresql://u:a/b@h/d", "garbled", None),
        ("postgresql://u:a?b@h/d", "garbled", None),
        ("postgresql://u:a#b@h/d", "garbled", None),
        ("postgresql://h:port/d", "garbled", None),
        ("postgresql://h:0/d", "garbled", None),
        ("postgresql://h:99999/d", "garbled", None),
        ("postgresql://h1,,h2/d", "garbled", None),
        ("postgresql://[::1/d", "garbled", None),
        ("postgresql://h1,h2/d?host=&port=1,2,3", "garbled", None),
        ("postgresql://h/d?sslmode", "garbled", None),
        ("postgresql://h/d?pgbouncer=true", "option", "pgbouncer"),
        ("postgresql://h/d?sslmode=strict", "value", "sslmode"),
        ("postgresql://h/d?ssl=true", "value", "sslmode"),
        ("postgresql://h/d?ssl=require&sslmode=disable", "twice", "ssl/sslmode"),
        ("postgresql://h/d?target_session_attrs=standby", "value", "target_session_attrs"),
        ("postgresql://h/d?channel_binding=require", "binding", "channel_binding"),
        ("postgresql://h/d?sslrootcert=/nowhere/ca.pem", "file", "sslrootcert"),
        ("postgresql://h/d?sslkey=/nowhere/key", "file", "sslkey"),
    ],
)
def test_the_rest_is_refused(url: str, why: str, option: str | None) -> None:
    found, facts = refused(url)
    assert found == why
    assert facts.get("option") == option


def test_what_the_environment_says_is_refused_by_its_variable(tmp_path: Path) -> None:
    url = "postgresql://h/d"
    assert refused(url, PGSSLMODE="strict")[1]["option"] == "PGSSLMODE"
    assert refused(url, PGCHANNELBINDING="require")[1]["option"] == "PGCHANNELBINDING"
    assert refused(url, PGSSLROOTCERT=str(tmp_path / "none"))[1]["option"] == "PGSSLROOTCERT"
