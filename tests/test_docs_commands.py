"""What the documentation tells people to type at a shell is understood, and does what it says."""

from __future__ import annotations

import asyncio
import re
import shlex
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from bot.cli.app import app
from config.contract.file import read_contract, recall_contract
from config.defaults import EXAMPLE
from escalation.decision.commands.incident import OpenIncident
from escalation.perform import perform
from escalation.records.incident import Origin
from store.database import Store
from tests.agreement import paris
from tests.test_docs import PAGES, ROOT

NOON = paris("2026-07-15 12:00")
SPAN = re.compile(r"```\w*\n(.*?)```|`([^`\n]+)`", re.DOTALL)
OURS = re.compile(r"^(?:\.venv/bin/)?escalade( .+)$")
MAKE = re.compile(r"\bmake ([a-z]+(?:-[a-z]+)*)((?: [A-Z]+=\S+)*)")
NAMED = {"check"}  # in sentences, without its file
# what needs Slack, a server, or somebody at the screen; each has tests of its own
ELSEWHERE = {"run", "demo", "tour", "doctor", "ready", "db copy", "contract erase", "init"}


def typed() -> list[str]:
    """Every line of code in the documentation."""
    pages = [page for page in PAGES if "adr" not in page.parts and page.name != "CHANGELOG.md"]
    found = [span for page in pages for span in SPAN.findall(page.read_text("utf-8"))]
    return [line.strip() for fenced, span in found for line in (fenced or span).splitlines()]


def commands() -> list[str]:
    """What follows `escalade` in each of them, once; what a shell does with the output is cut."""
    found = filter(None, (OURS.match(line) for line in typed()))
    cut = (re.sub(r" +(#|>|\|).*$", "", match[1]).strip() for match in found)
    return [line for line in dict.fromkeys(cut) if line not in NAMED]


def name_of(line: str) -> str:
    """The command of a line: "journal verify"."""
    words = line.split()
    group = typer.main.get_command(app).commands.get(words[0])
    deep = len(words) > 1 and words[1] in getattr(group, "commands", ())
    return " ".join(words[: 2 if deep else 1])


@pytest.fixture
def router(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a contract, and the database of an installation with one incident."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ESCALADE_LANGUAGE", "en")
    for name in ("DATABASE_URL", "ESCALADE_CONTRACTS"):
        monkeypatch.delenv(name, raising=False)
    text = EXAMPLE.read_text("utf-8")
    (tmp_path / "contracts").mkdir()
    for file in ("my-contract.toml", "contracts/rivage.toml"):
        (tmp_path / file).write_text(text, "utf-8")
    (tmp_path / "duty.ics").write_text("BEGIN:VCALENDAR\nEND:VCALENDAR\n", "utf-8")
    (tmp_path / "sample.json").write_text('{"alerts": []}', "utf-8")
    (tmp_path / "var").mkdir()
    asyncio.run(_installation(text))
    return tmp_path


async def _installation(text: str) -> None:
    contract = read_contract(text)
    opening = OpenIncident(
        contract=contract.id,
        by="claire-vasseur",
        title="VPN down",
        description="Nobody can log in.",
        component="vpn",
        severity=2,
        origin=Origin.MONITORING,
    )
    async with Store("sqlite+aiosqlite:///var/escalade.db", read_contract=recall_contract) as store:
        await store.contracts.put_in_force(contract.id, contract.version, text, NOON)
        await store.run(lambda tx: perform(tx, opening, NOON), now=NOON)


def test_the_documentation_names_commands() -> None:
    assert {"run", "check", "backup", "restore", "journal verify", "db copy"} <= {
        name_of(line) for line in commands() if not line.startswith("-")
    }


@pytest.mark.parametrize("line", commands())
def test_every_command_is_understood(line: str, router: Path) -> None:
    """Its options exist and its values can be read, without doing it."""
    command = typer.main.get_command(app)
    words = shlex.split(line)
    if words == ["--help"]:
        return
    context = command.make_context("escalade", words)
    while hasattr(command, "commands"):
        rest = [*context._protected_args, *context.args]
        if not rest and command.invoke_without_command:
            return
        _, found, rest = command.resolve_command(context, rest)
        assert found is not None
        command = found
        context = command.make_context(command.name, rest, parent=context)
    assert not context.args


def test_every_command_that_needs_no_server_does_what_it_is_told(router: Path) -> None:
    """In the order of the pages, where one needs what another left: a backup, then its restore."""
    for line in commands():
        if line.startswith("-") or name_of(line) in ELSEWHERE:
            continue
        result = CliRunner().invoke(app, shlex.split(line))
        assert result.exit_code == 0, f"escalade {line}: {result.output}"
    assert (router / "var" / "escalade-new.db").exists()
    assert (router / "handed-back" / "manifest.json").exists()


def test_every_target_of_make_and_its_variables_exist() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    asked = [match for line in typed() for match in MAKE.findall(line)]
    assert len(asked) > 10
    for target, given in asked:
        assert target in targets
        for variable in re.findall(r"([A-Z]+)=", given):
            assert f"$({variable})" in makefile
