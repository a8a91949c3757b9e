"""`make rehearse`: what deploy/ describes, tried as far as a machine without Docker allows.

The Dockerfile's own steps run in an overlay of this machine, which stands for the base image, and
what they made is started as the image would be: without rights, on a root that cannot be written.
Exit codes: 0 all of it held, 1 something did not, 3 something could not be tried; each is said.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.image import Broken, rehearse_image

ROOT = Path(__file__).parent.parent
UNIT = ROOT / "deploy" / "escalade.service"
COMPOSE = ROOT / "deploy" / "compose.yaml"
BROKEN, NOT_TRIED = 1, 3


class NotHere(Exception):
    """This machine lacks what it takes."""


def need(program: str) -> str:
    """The path of a program; raises NotHere."""
    found = shutil.which(program)
    if found is None:
        raise NotHere(f"there is no {program}")
    return found


def image() -> str:
    """The Dockerfile's steps, and what they make, in namespaces of their own."""
    if os.geteuid() != 0:
        raise NotHere("it takes root")
    again = [sys.executable, "-m", "tests.rehearse"]
    inside = subprocess.run(  # noqa: S603  our own words
        [need("unshare"), "--mount", "--propagation", "private", *again, "image"],
        cwd=ROOT,
        check=False,
    )
    if inside.returncode == NOT_TRIED:
        raise NotHere("no overlay can be mounted")
    if inside.returncode:
        raise Broken("see above")
    return "built, started without rights on a root it cannot write, healthy, stopped in order"


def unit() -> str:
    """The systemd unit, by systemd itself; the program it starts is stood in for."""
    analyze = need("systemd-analyze")
    with tempfile.TemporaryDirectory(prefix="escalade-unit-") as folder:
        copy = Path(folder) / UNIT.name
        text = UNIT.read_text("utf-8")
        copy.write_text(text.replace("/opt/escalade/.venv/bin/escalade", need("true")))
        done = subprocess.run(  # noqa: S603  our own words
            [analyze, "verify", str(copy)], capture_output=True, text=True, check=False
        )
        if done.returncode or done.stderr.strip():
            raise Broken(done.stderr.strip())
        exposed = subprocess.run(  # noqa: S603  our own words
            [analyze, "security", "--offline=true", "--no-pager", str(copy)],
            capture_output=True,
            text=True,
            check=False,
        )
    return f"systemd takes it. {(exposed.stdout.strip().splitlines() or ['?'])[-1].strip()}"


def compose() -> str:
    """The compose file, by Docker's own reader."""
    docker = need("docker")
    if subprocess.run([docker, "compose", "version"], capture_output=True, check=False).returncode:  # noqa: S603  our own words
        raise NotHere("docker has no compose")
    done = subprocess.run(  # noqa: S603  our own words
        [docker, "compose", "-f", str(COMPOSE), "config", "--quiet"],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Broken(done.stderr.strip())
    return "docker compose takes it"


TRIALS: dict[str, Callable[[], str]] = {
    "deploy/Dockerfile": image,
    "deploy/escalade.service": unit,
    "deploy/compose.yaml": compose,
}


def main(trials: dict[str, Callable[[], str]] = TRIALS) -> int:
    """Try each, say how it went; the exit code."""
    code = 0
    for name, trial in trials.items():
        try:
            said = f"held: {trial()}"
        except NotHere as lack:
            said, code = f"NOT TRIED: {lack}", code or NOT_TRIED
        except Broken as fault:
            said, code = f"BROKEN: {fault}", BROKEN
        sys.stdout.write(f"{name}: {said}\n")
    return code


if __name__ == "__main__":
    sys.exit(rehearse_image(NOT_TRIED) if sys.argv[1:] == ["image"] else main())
