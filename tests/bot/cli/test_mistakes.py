"""What is typed wrong is said in the operator's language, with where to look."""

from __future__ import annotations

import json
import re
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from typer.testing import CliRunner

from bot.cli.app import app, main
from bot.operate.handing_back import BadExport, check_export
from config.defaults import EXAMPLE
from handlers.words.texts import Texts

FRENCH = Texts("fr", ZoneInfo("UTC"))


def ended(
    words: str, language: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> tuple[object, str]:
    monkeypatch.setattr("sys.argv", ["escalade", *words.split()])
    monkeypatch.setenv("ESCALADE_LANGUAGE", language)
    with pytest.raises(SystemExit) as end:
        main()
    return end.value.code, capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "english", "french"),
    [
        ("check --fast x.toml", "There is no option --fast here.", "L’option --fast n’existe pas"),
        ("check", "'files' is missing.", "Il manque 'files'."),
        ("plan --priority 9", "'--priority': this is not possible (", "ce n’est pas possible ("),
    ],
)
def test_a_mistake_on_the_line_is_said_in_the_operators_language(
    words: str,
    english: str,
    french: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, said = ended(words, "en", monkeypatch, capsys)
    assert (code, english in said) == (2, True), said
    assert f"`escalade {words.split(maxsplit=1)[0]} --help` says what it takes." in said
    code, said = ended(words, "fr", monkeypatch, capsys)
    assert (code, french in said) == (2, True), said


def test_a_command_ends_with_its_own_code(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert ended(f"check {tmp_path}", "en", monkeypatch, capsys)[0] == 1
    assert ended("schema", "en", monkeypatch, capsys)[0] is None


def test_check_goes_on_where_the_address_of_the_database_cannot_be_read(tmp_path: Path) -> None:
    env = {"DATABASE_URL_FILE": str(tmp_path / "gone"), "ESCALADE_LANGUAGE": "en"}
    result = CliRunner().invoke(app, ["check", str(EXAMPLE)], env=env)
    assert result.exit_code == 0, result.output
    assert "no fault found" in result.output
    assert "Not compared with what is in force: DATABASE_URL_FILE is to name the file" in (
        result.output
    )
    env["ESCALADE_LANGUAGE"] = "fr"
    said = CliRunner().invoke(app, ["check", str(EXAMPLE)], env=env).output
    assert "DATABASE_URL_FILE doit indiquer le fichier" in said


def test_an_export_that_is_not_whole_says_why_in_each_language(tmp_path: Path) -> None:
    (tmp_path / "odd.txt").write_text("x", "utf-8")
    manifest = {
        "contract": "x",
        "exported_at": "",
        "files": {},
        "journal": {"seal": "", "lines": 0},
    }
    (tmp_path / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    with pytest.raises(BadExport) as bad:
        check_export(tmp_path)
    assert str(bad.value) == "missing, or not in the manifest: odd.txt"
    assert re.fullmatch("manquants.* : odd.txt", bad.value.words(FRENCH).replace("\u00a0", " "))
