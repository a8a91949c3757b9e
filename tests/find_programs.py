"""Finds what the tests need of this machine: `python tests/find_programs.py` names what is missing.

What is not there is installed on Debian for root; elsewhere it says what to type, and exits 1.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

NAMES = {
    "chromium": ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"),
    "tinyproxy": ("tinyproxy",),
    "pgbouncer": ("pgbouncer",),
    "alertmanager": ("prometheus-alertmanager", "alertmanager"),
}
PACKAGES = {
    "chromium": "chromium",
    "tinyproxy": "tinyproxy-bin",
    "pgbouncer": "pgbouncer",
    "alertmanager": "prometheus-alertmanager",
}
INSTALL = ("apt-get", "install", "--yes", "--no-install-recommends")
PLACES = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"))


def find(program: str) -> str | None:
    """The path of a program of NAMES; None where it is not there."""
    return next(
        (path for name in NAMES[program] if (path := shutil.which(name, path=PLACES))), None
    )


def needed(program: str) -> str:
    """The path of a program; raises RuntimeError where it is not there: no test is skipped."""
    path = find(program)
    if path is None:
        raise RuntimeError(f"{program} is not there: run `make programs`")
    return path


def install(packages: list[str]) -> bool:
    """Install them where that is possible without asking: as root, on Debian or its kin."""
    if shutil.which(INSTALL[0]) is None or os.geteuid() != 0:
        return False
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (("apt-get", "update", "--quiet"), (*INSTALL, *packages)):
        if subprocess.run(command, env=environment, check=False).returncode != 0:  # noqa: S603 - fixed words
            return False
    return True


def main() -> int:
    """0 where everything is there in the end."""
    missing = [PACKAGES[program] for program in NAMES if find(program) is None]
    if missing and not install(missing):
        sys.stderr.write(
            "The tests need a browser (Chromium), tinyproxy, PgBouncer and Alertmanager:\n"
            f"  sudo {' '.join((*INSTALL, *missing))}\n"
            "or on Fedora: sudo dnf install chromium tinyproxy pgbouncer golang-github-prometheus-"
            "alertmanager;\n"
            "on a Mac: brew install tinyproxy pgbouncer alertmanager, and --cask chromium\n"
        )
        return 1
    return 0 if all(find(program) for program in NAMES) else 1


if __name__ == "__main__":
    sys.exit(main())
