"""A command imports what it needs when it is run: what is slow to import shows in every start."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from config.defaults import EXAMPLE

ROOT = Path(__file__).parents[3]
WORK = {"escalation", "handlers", "holidays", "babel", "dateutil", "config.contract.file"}
PROCESS = {
    "store", "sandbox", "aiohttp", "aiosmtplib", "aiosqlite", "alembic", "apscheduler", "asyncpg",
    "icalendar", "jinja2", "opentelemetry", "prometheus_client", "requests", "slack_bolt",
    "slack_sdk", "sqlalchemy", "structlog", "config.settings",
    "bot.stage.demo", "bot.operate.doctor", "bot.app.serve", "bot.app.starting", "bot.stage.tour",
    "bot.app.wiring",
}  # fmt: skip
COUNTRIES = {"holidays.countries", "holidays.countries.france"}  # the example's alone, of 250
PRINTING = """
import atexit, sys
atexit.register(lambda: print(*sys.modules, sep="\\n", file=sys.stderr))
from bot.cli import main
main()
"""


def imported(folder: Path, *words: str) -> set[str]:
    """The names of the modules that a command has imported when it ends."""
    environ = {k: v for k, v in os.environ.items() if not k.startswith(("ESCALADE_", "DATABASE_"))}
    done = subprocess.run(  # noqa: S603  our own words
        [sys.executable, "-c", PRINTING, *words],
        cwd=folder,
        env=environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    modules = set(done.stderr.splitlines())
    assert "bot.cli.app" in modules
    return modules


def test_what_fires_timers_imports_nothing_that_talks_to_slack(tmp_path: Path) -> None:
    code = "import sys, bot.cli.work.running; print(*sys.modules)"
    done = subprocess.run(  # noqa: S603  our own words
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    modules = set(done.stdout.split())
    slack_side = {
        "slack_bolt",
        "slack_sdk",
        "aiosmtplib",
        "jinja2",
        "bot.app.wiring",
        "bot.operate.doctor",
    }
    assert within({"bot.time.timer_worker", "store.queues.timers"}, modules)
    assert not within(
        slack_side | {"handlers.slack.listeners", "handlers.registry.commands"}, modules
    )


def within(packages: set[str], modules: set[str]) -> set[str]:
    return {each for each in modules if any(f"{each}.".startswith(f"{p}.") for p in packages)}


@pytest.mark.parametrize("words", ["--help", "--version", "journal --help", "rota --help"])
def test_help_imports_nothing_that_works(words: str, tmp_path: Path) -> None:
    modules = imported(tmp_path, *words.split())
    assert not within(PROCESS | WORK, modules)
    assert not within({"bot.cli.work"}, modules)


@pytest.mark.parametrize("words", [f"check {EXAMPLE}", "plan", "schema"])
def test_what_reads_a_contract_imports_no_running_bot(words: str, tmp_path: Path) -> None:
    modules = imported(tmp_path, *words.split())
    assert not within(PROCESS, modules)
    assert within({"escalation.contract"}, modules)
    assert within({"holidays.countries"}, modules) <= COUNTRIES


def test_check_reads_a_database_that_is_there(tmp_path: Path) -> None:
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "escalade.db").touch()
    assert within({"store"}, imported(tmp_path, "check", str(EXAMPLE)))
