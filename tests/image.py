"""A Dockerfile's steps without Docker: each runs in an overlay of this machine, as root in it.

Only in a mount namespace of its own (`tests.rehearse`). The base image is stood in for by this
machine and the Python that runs this; every other step is the file's own, word for word.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
BASE = Path(sys.base_prefix) / "bin"
PATH = f"{BASE}:/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin"
WITHOUT_RIGHTS = ["--clear-groups", "--no-new-privs", "--bounding-set=-all", "--inh-caps=-all"]
HEALTHY_SECONDS, STOP_SECONDS = 60.0, 15.0


class Broken(Exception):
    """What deploy/ says does not work."""


@dataclass
class Stage:
    """One stage of the build, and what the file says of what it makes."""

    root: Path
    env: dict[str, str] = field(default_factory=lambda: {"PATH": PATH})
    workdir: str = "/"
    user: str = "0"
    said: dict[str, str] = field(default_factory=dict)

    def at(self, path: str) -> Path:
        """A path of the stage, as seen from outside."""
        return self.root / (Path(self.workdir) / path).as_posix().lstrip("/")

    def command(self, words: list[str], rights: list[str]) -> list[str]:
        """Words to be run in the stage."""
        inside = ["/bin/sh", "-c", 'cd "$0" && exec "$@"', self.workdir, *words]
        return ["chroot", str(self.root), *rights, *inside]


def steps(text: str) -> list[tuple[str, str]]:
    """The instructions of a Dockerfile, with what follows each."""
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    joined = re.sub(r"\s*\\\n\s*", " ", "\n".join(lines))
    found = [line.split(None, 1) for line in joined.splitlines() if line.strip()]
    return [(word.upper(), rest) for word, rest in found]


def rehearse_image(not_tried: int) -> int:
    """Build, start, look, stop; an exit code."""
    with tempfile.TemporaryDirectory(prefix="escalade-image-") as folder:
        layers = Path(folder)
        _mount("tmpfs", layers, "-t", "tmpfs")
        try:
            try:
                _overlay(layers / "probe")
            except subprocess.CalledProcessError:
                return not_tried
            try:
                _run_it(_build((ROOT / "deploy" / "Dockerfile").read_text("utf-8"), layers))
            except Broken as fault:
                sys.stderr.write(f"{fault}\n")
                return 1
            return 0
        finally:
            subprocess.run(["umount", "--recursive", "--lazy", folder], check=False)  # noqa: S603, S607  our own words


def _mount(what: str, where: Path, *options: str) -> None:
    where.mkdir(parents=True, exist_ok=True)
    subprocess.run(["mount", *options, what, str(where)], check=True, capture_output=True)  # noqa: S603, S607  our own words


def _overlay(folder: Path) -> Path:
    """This machine's root, to be written to without a trace; its own Python as `python`."""
    for part in ("upper", "work"):
        (folder / part).mkdir(parents=True)
    root = folder / "root"
    layers = f"lowerdir=/,upperdir={folder / 'upper'},workdir={folder / 'work'}"
    _mount("overlay", root, "-t", "overlay", "-o", layers)
    for place in ("proc", "dev"):
        _mount(f"/{place}", root / place, "--rbind")
    shutil.copy("/etc/resolv.conf", root / "etc" / "resolv.conf")  # it may be a mount
    for parent in BASE.parents:  # a home folder, maybe: an image's Python is anybody's
        inside = root / parent.as_posix().lstrip("/")
        inside.chmod(inside.stat().st_mode | 0o055)
    python = root / (BASE / "python").as_posix().lstrip("/")
    if not python.exists():
        python.symlink_to(f"python3.{sys.version_info.minor}")
    return root


def _build(text: str, layers: Path) -> Stage:
    stages: dict[str, Stage] = {}
    stage = Stage(layers)
    for number, (word, rest) in enumerate(steps(text)):
        if word == "FROM":
            stage = Stage(_overlay(layers / str(number)))
            stages[rest.partition(" AS ")[2] or str(number)] = stage
        elif word == "RUN":
            _in_stage(stage, ["/bin/sh", "-c", rest])
        elif word == "COPY":
            _copy(stage, rest, stages)
        elif word == "ENV":
            for name, value in re.findall(r"(\w+)=(\S+)", rest):
                stage.env[name] = value.replace("$PATH", stage.env["PATH"])
        elif word == "WORKDIR":
            stage.workdir = rest
            stage.at(".").mkdir(parents=True, exist_ok=True)
        elif word == "USER":
            stage.user = rest
        else:
            stage.said[word] = rest
    return stage


def _copy(stage: Stage, rest: str, stages: dict[str, Stage]) -> None:
    whence, (source, to) = ROOT, rest.split()[-2:]
    if rest.startswith("--from="):
        whence = stages[rest.split(maxsplit=1)[0].removeprefix("--from=")].root
    found, target = whence / source.lstrip("/"), stage.at(to)
    if found.is_dir():
        skip = shutil.ignore_patterns("__pycache__")
        shutil.copytree(found, target, symlinks=True, ignore=skip, dirs_exist_ok=True)
    else:
        target.mkdir(parents=True, exist_ok=True) if to.endswith("/") else None
        shutil.copy(found, target)


def _in_stage(stage: Stage, words: list[str]) -> None:
    ours = {name: value for name, value in os.environ.items() if name.startswith("PIP_")}
    done = subprocess.run(stage.command(words, []), env=stage.env | ours, check=False)  # noqa: S603  our own words
    if done.returncode:
        raise Broken(f"RUN {words[-1]}: exit code {done.returncode}")


# ── what it made ─────────────────────────────────────────────────────────────────────────────────


def _run_it(stage: Stage) -> None:
    passwd = (stage.root / "etc" / "passwd").read_text()
    entry = next(
        (line.split(":") for line in passwd.splitlines() if f":{stage.user}:" in line), None
    )
    if entry is None:
        raise Broken(f"nobody is {stage.user}")
    rights = ["setpriv", f"--reuid={entry[2]}", f"--regid={entry[3]}", *WITHOUT_RIGHTS]
    contracts = stage.root / "etc" / "escalade" / "contracts"
    contracts.mkdir(parents=True)
    shutil.copy(ROOT / "config" / "examples" / "agence-rivage.toml", contracts)
    for writable in ("/tmp", stage.said["VOLUME"]):  # noqa: S108  as compose and Kubernetes give it
        owner = f"uid={entry[2]},gid={entry[3]},mode=700"
        _mount("tmpfs", stage.root / writable.lstrip("/"), "-t", "tmpfs", "-o", owner)
    subprocess.run(["mount", "-o", "remount,ro", str(stage.root)], check=True)  # noqa: S603, S607  our own words

    def started(words: list[str], **more: Any) -> subprocess.Popen[bytes]:
        return subprocess.Popen(stage.command(words, rights), env=stage.env, **more)  # noqa: S603  our own words

    for path, writes in (("/opt/escalade/x", False), ("/x", False), ("/var/lib/escalade/x", True)):
        done = started(["touch", path], stderr=subprocess.DEVNULL).wait()
        if (done == 0) is not writes:
            raise Broken(f"{path} can{'not' if writes else ''} be written")
    if started(["python", "-c", "import sandbox"], stderr=subprocess.DEVNULL).wait() == 0:
        raise Broken("the local workspace is in the image")
    entrypoint, health = json.loads(stage.said["ENTRYPOINT"]), stage.said["HEALTHCHECK"]
    ask = json.loads(health[health.index("CMD ") + 4 :])
    with subprocess.Popen(  # a workspace to speak to, as the bench has it
        [sys.executable, "-m", "bench.process", "workspace", "{}"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as workspace:
        assert workspace.stdout is not None
        place = json.loads(workspace.stdout.readline())
        stage.env |= {
            "SLACK_API_URL": place["api_url"],
            "SLACK_BOT_TOKEN": place["bot_token"],
            "SLACK_APP_TOKEN": place["app_token"],
        }
        bot = started([*entrypoint, *json.loads(stage.said["CMD"])])
        try:
            _healthy(bot, lambda: started(ask).wait() == 0)
            bot.terminate()
            if (code := bot.wait(STOP_SECONDS)) != 0:
                raise Broken(f"told to stop, it ended with {code}")
        except subprocess.TimeoutExpired:
            raise Broken(f"told to stop, it went on for {STOP_SECONDS:.0f} seconds") from None
        finally:
            bot.kill()
            assert workspace.stdin is not None
            workspace.stdin.close()


def _healthy(bot: subprocess.Popen[bytes], healthy: Any) -> None:
    end = time.monotonic() + HEALTHY_SECONDS
    while not healthy():
        if bot.poll() is not None:
            raise Broken(f"it ended with {bot.returncode}")
        if time.monotonic() > end:
            raise Broken("its health check never passed")
        time.sleep(0.5)
