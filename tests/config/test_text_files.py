"""Files as editors, shells and systems leave them: read, or refused with the line."""

from __future__ import annotations

import codecs
from pathlib import Path

import pytest

from bot.app.serve import contract_texts
from config.contract.file import contract_files, read_contract, read_contracts
from config.environment import read_settings
from config.faults import ContractFaults, SettingsFaults
from config.text_files import NoText, read_text, trimmed
from tests.config.broken import said
from tests.config.test_settings import APP, BOT, ENOUGH

EXAMPLE = Path("config/examples/agence-rivage.toml")
TEXT = EXAMPLE.read_text("utf-8")
FORMS = {
    "plain": TEXT.encode(),
    "mark": codecs.BOM_UTF8 + TEXT.encode(),
    "utf-16": codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"),
    "utf-16 of the other end": codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
    "utf-32": codecs.BOM_UTF32_LE + TEXT.encode("utf-32-le"),
    "windows": TEXT.replace("\n", "\r\n").encode(),
    "windows, marked": codecs.BOM_UTF8 + TEXT.replace("\n", "\r\n").encode(),
    "lone returns": TEXT.replace("\n", "\r").encode(),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_contract_is_the_same_version_however_it_was_saved(form: str, tmp_path: Path) -> None:
    file = tmp_path / "rivage.toml"
    file.write_bytes(FORMS[form])
    (contract,) = read_contracts([file])
    assert contract.version == read_contract(TEXT).version
    assert [given.text for given in contract_texts([file])] == [TEXT]


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("# premier\n# deuxième".encode("cp1252"), 2),
        ("# one\n# two".encode("utf-16-le"), 1),
        (codecs.BOM_UTF16_LE + b"a\x00\n\x00b", 2),
        (b"id = 'a'\n\nname = 'a\x00b'", 3),
        (b"\xff", 1),
    ],
)
def test_what_is_no_text_is_refused_with_its_line(
    content: bytes, line: int, tmp_path: Path
) -> None:
    file = tmp_path / "a.toml"
    file.write_bytes(content)
    with pytest.raises(ContractFaults) as caught:
        read_contracts([file])
    (found,) = caught.value.faults
    assert (found.code, found.line) == ("file_not_utf8", line)
    with pytest.raises(NoText):
        read_text(file)


def test_two_contracts_that_are_marked_are_held_together(tmp_path: Path) -> None:
    for name in ("a.toml", "b.toml"):
        (tmp_path / name).write_bytes(FORMS["utf-16"])
    with pytest.raises(ContractFaults) as caught:
        read_contracts(contract_files([tmp_path]))
    assert "contract_twice" in {f.code for f in caught.value.faults}


def test_of_a_folder_only_contract_files_are_read(tmp_path: Path) -> None:
    for name in (
        "rivage.toml", "LITTORAL.TOML", "rivage.toml~", "rivage.toml.bak", "#rivage.toml#",
        ".rivage.toml.swp",
        "._rivage.toml", "~$rivage.toml", ".hidden.toml", "rivage.toml.orig", "rivage.txt",
    ):  # fmt: skip
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / ".#rivage.toml").symlink_to("somebody@somewhere.1234")
    (tmp_path / "folder.toml").mkdir()
    (tmp_path / "..data").mkdir()
    (tmp_path / "gone.toml").symlink_to("nowhere.toml")  # of a mount: said when it is read
    found = [file.name for file in contract_files([tmp_path])]
    assert found == ["LITTORAL.TOML", "gone.toml", "rivage.toml"]


@pytest.mark.parametrize(
    "content",
    [
        f"{BOT}\n".encode(),
        f"{BOT}  \r\n\r\n".encode(),
        codecs.BOM_UTF8 + f" {BOT}\n".encode(),
        codecs.BOM_UTF16_LE + f"{BOT}\r\n".encode("utf-16-le"),
        f"\u200b\u00a0{BOT}\u00a0\ufeff\n".encode(),
    ],
)
def test_a_secret_is_read_whatever_stands_around_it(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_bytes(content)
    environ = {k: v for k, v in ENOUGH.items() if k != "SLACK_BOT_TOKEN"}
    settings = read_settings(environ | {"SLACK_BOT_TOKEN_FILE": str(file)})
    assert settings.slack_bot_token.get_secret_value() == BOT
    settings = read_settings(ENOUGH | {"SLACK_APP_TOKEN": f"\ufeff{APP}\u200b \n"})
    assert settings.slack_app_token.get_secret_value() == APP


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (f"{BOT}\nxoxb-2-very-secret".encode(), "setting_many_lines"),
        (f"{BOT}\x1b[0m".encode(), "setting_many_lines"),
        (f'"{BOT}"'.encode(), "setting_token"),
        (f"SLACK_BOT_TOKEN={BOT}".encode(), "setting_token"),
        (f"{BOT} and more".encode(), "setting_token"),
        (f"{BOT}\u200bx".encode(), "setting_token"),
        (b"xoxb-\xe9-very-secret", "setting_no_text"),
        (BOT.encode("utf-16-le"), "setting_no_text"),
        (b"\n", "setting_missing"),
    ],
)
def test_a_file_that_holds_no_secret_is_refused_in_words(
    content: bytes, code: str, tmp_path: Path
) -> None:
    file = tmp_path / "token"
    file.write_bytes(content)
    environ = {k: v for k, v in ENOUGH.items() if k != "SLACK_BOT_TOKEN"}
    with pytest.raises(SettingsFaults) as caught:
        read_settings(environ | {"SLACK_BOT_TOKEN_FILE": str(file)})
    assert ("SLACK_BOT_TOKEN", code) in {(f.place, f.code) for f in caught.value.faults}
    assert "very-secret" not in said(caught.value.faults) + str(caught.value)


def test_what_nobody_sees_is_taken_off_both_ends_only() -> None:
    assert trimmed("\ufeff \u200b a\u200bb \u2060\u00a0\n") == "a\u200bb"
    assert trimmed(" \ufeff ") == ""
