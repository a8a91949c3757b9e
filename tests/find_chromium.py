"""Finds the Chromium of this machine for the browser tests: `python tests/find_chromium.py`.

Where there is none, installs it on Debian for root; elsewhere says what to type, and exits 1.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
INSTALL = ("apt-get", "install", "--yes", "--no-install-recommends", "chromium")


def chromium() -> str | None:
    """The path of the browser; None where there is none."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def install() -> bool:
    """Install it where that is possible without asking: as root, on Debian or its kin."""
    if shutil.which(INSTALL[0]) is None or os.geteuid() != 0:
        return False
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (("apt-get", "update", "--quiet"), INSTALL):
        if subprocess.run(command, env=environment, check=False).returncode != 0:  # noqa: S603 - fixed words
            return False
    return True


def main() -> int:
    """0 where the browser is there in the end."""
    if chromium() is None and not install():
        sys.stderr.write(
            "The browser tests need Chromium. Install it, e.g. with\n"
            f"  sudo {' '.join(INSTALL)}\n"
            "or on Fedora: sudo dnf install chromium; on a Mac: brew install --cask chromium\n"
        )
        return 1
    return 0 if chromium() else 1


if __name__ == "__main__":
    sys.exit(main())
