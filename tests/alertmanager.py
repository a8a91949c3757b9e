"""A real Alertmanager for the tests: Debian's, on loopback, which posts to one address."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.find_programs import needed
from tests.postgres import free_port

SETTINGS = """\
route:
  receiver: escalade
  group_by: [alertname]
  group_wait: 100ms
  group_interval: 500ms
  repeat_interval: 1h
receivers:
  - name: escalade
    webhook_configs:
      - url: {url}
        http_config: {{authorization: {{credentials: {key}}}}}
"""


@contextmanager
def alertmanager(folder: Path, *, url: str, key: str) -> Iterator[str]:
    """Run one until the block ends; the address that alerts are posted to."""
    port, settings = free_port(), folder / "alertmanager.yml"
    settings.write_text(SETTINGS.format(url=url, key=key), encoding="utf-8")
    server = subprocess.Popen(  # noqa: S603  our own words
        [
            needed("alertmanager"),
            f"--config.file={settings}",
            f"--storage.path={folder / 'alerts'}",
            f"--web.listen-address=127.0.0.1:{port}",
            "--cluster.listen-address=",
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield f"http://127.0.0.1:{port}/api/v2/alerts"
    finally:
        server.terminate()
        server.wait()
