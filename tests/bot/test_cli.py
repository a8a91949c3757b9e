"""The command line, as an operator uses it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli.app import app
from bot.tour import EXAMPLE

cli = CliRunner()


def test_the_example_contract_has_no_fault() -> None:
    result = cli.invoke(app, ["check", str(EXAMPLE)])
    assert result.exit_code == 0
    assert "no fault" in result.output


def test_check_prints_every_fault_with_its_line_and_exits_1(tmp_path: Path) -> None:
    broken = EXAMPLE.read_text(encoding="utf-8")
    broken = broken.replace('language = "fr" ', 'language = "xx" ', 1)
    broken = broken.replace('representative = "gwen-morvan"', 'representative = "nobody"', 1)
    file = tmp_path / "broken.toml"
    file.write_text(broken, encoding="utf-8")
    result = cli.invoke(app, ["check", str(file)])
    assert result.exit_code == 1
    assert "xx" in result.output
    assert "nobody" in result.output
    line = 1 + broken[: broken.index('representative = "nobody"')].count("\n")
    assert f"line {line}" in result.output


def test_schema_is_json() -> None:
    result = cli.invoke(app, ["schema"])
    assert result.exit_code == 0
    assert json.loads(result.output)["type"] == "object"


def test_esc_3_plan_prints_both_firms_up_to_the_top(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ESCALADE_LANGUAGE", "en")
    result = cli.invoke(app, ["plan", "--priority", "1", "--at", "2026-07-12T23:30"])
    assert result.exit_code == 0
    for name in ("Antoine Mercier", "Bernard Chevalier", "Hélène Castel"):
        assert name in result.output


def test_plan_refuses_what_is_no_instant() -> None:
    result = cli.invoke(app, ["plan", "--at", "tomorrow"])
    assert result.exit_code == 2


def test_migrate_makes_the_database_and_the_journal_can_be_verified(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'escalade.db'}"
    assert cli.invoke(app, ["migrate", "--database-url", url]).exit_code == 0
    assert cli.invoke(app, ["journal", "verify", "--database-url", url]).exit_code == 0
    assert cli.invoke(app, ["journal", "show", "INC-0001", "--database-url", url]).exit_code == 2


def test_manifest_names_both_languages_of_the_commands() -> None:
    result = cli.invoke(app, ["manifest"])
    commands = {c["command"] for c in json.loads(result.output)["features"]["slash_commands"]}
    assert {"/incident", "/escalate", "/escalade", "/crisis", "/crise", "/report", "/rapport"} == (
        commands
    )
