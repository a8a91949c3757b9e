"""A real proxy for the tests: Debian's tinyproxy, on loopback, and what it was asked for."""

from __future__ import annotations

import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.find_programs import needed
from tests.postgres import free_port

START_SECONDS = 20.0
ELSEWHERE = "0x7f000001"  # 127.0.0.1 to whoever connects, and no loopback to whoever reads
CERTIFICATES = Path(__file__).parent / "certificates"


@dataclass(frozen=True, slots=True)
class Tinyproxy:
    """A proxy that runs; `url` is what HTTPS_PROXY and its kin are set to."""

    url: str
    log: Path

    def asked(self) -> list[str]:
        """What it was asked for, in order: `CONNECT host:443`, `POST http://host/path`."""
        said = self.log.read_text(encoding="utf-8", errors="replace")
        return re.findall(r"Request \(file descriptor \d+\): (\S+ \S+) HTTP", said)


@contextmanager
def tinyproxy(folder: Path, *, user: str = "", password: str = "") -> Iterator[Tinyproxy]:
    """Run one until the block ends; with a user it lets nobody else through."""
    port, log, settings = free_port(), folder / "proxy.log", folder / "proxy.conf"
    lines = [
        f"Port {port}",
        "Listen 127.0.0.1",
        "Timeout 60",
        f'LogFile "{log}"',
        "LogLevel Info",
        "MaxClients 50",
        *([f"BasicAuth {user} {password}"] if user else []),
    ]
    settings.write_text("\n".join([*lines, ""]), encoding="utf-8")
    server = subprocess.Popen(  # noqa: S603  our own words
        [needed("tinyproxy"), "-d", "-c", str(settings)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait(server, log)
        name = f"{user}:{password}@" if user else ""
        yield Tinyproxy(f"http://{name}127.0.0.1:{port}", log)
    finally:
        server.terminate()
        server.wait()


def _wait(server: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while not log.exists() or "Accepting connections" not in log.read_text("utf-8"):
        if server.poll() is not None or time.monotonic() > end:
            raise RuntimeError("tinyproxy did not start")
        time.sleep(0.02)
