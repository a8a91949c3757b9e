"""The command line, as an operator uses it."""

from __future__ import annotations

import asyncio
import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli.app import app
from bot.stage.demo import in_one_language
from config.contract.file import read_contract, recall_contract
from config.defaults import EXAMPLE
from store.database import Store
from tests.store.records import NOON, line

cli = CliRunner()
ENGLISH = {"ESCALADE_LANGUAGE": "en"}


def test_the_example_contract_has_no_fault() -> None:
    result = cli.invoke(app, ["check", str(EXAMPLE)])
    assert result.exit_code == 0
    assert "no fault" in result.output


def test_cal_2_check_says_where_known_holidays_end_and_finds_no_fault(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("escalation.duty.public_holidays.last_known_year", lambda _country: 2025)
    result = cli.invoke(app, ["check", str(EXAMPLE)], env=ENGLISH)
    assert result.exit_code == 0
    assert "rivage: the public holidays of FR are known up to 2025" in result.output


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
    monkeypatch.delenv("COLUMNS", raising=False)
    result = cli.invoke(app, ["plan", "--priority", "1", "--at", "2026-07-12T23:30"])
    assert result.exit_code == 0
    for name in ("Antoine Mercier", "Bernard Chevalier", "Hélène Castel"):
        assert name in result.output


def test_plan_without_a_file_is_of_the_one_contract_of_the_settings(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    ours = EXAMPLE.read_text(encoding="utf-8")
    name = 'name = "Infogérance Littoral"'
    (tmp_path / "ours.toml").write_text(re.sub("(?m)^name = .*$", name, ours, count=1), "utf-8")
    monkeypatch.setenv("ESCALADE_CONTRACTS", str(tmp_path))
    assert "Infogérance Littoral" in cli.invoke(app, ["plan"]).output

    monkeypatch.setenv("ESCALADE_CONTRACTS", f"{tmp_path / 'ours.toml'}, {EXAMPLE}")
    assert "Infogérance Littoral" not in cli.invoke(app, ["plan"]).output


def test_plan_prints_a_name_as_it_is_written(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    file = tmp_path / "ours.toml"
    ours = EXAMPLE.read_text(encoding="utf-8").replace("Antoine Mercier", "Antoine [/b] [red]")
    file.write_text(ours, encoding="utf-8")
    result = cli.invoke(app, ["plan", str(file), "--at", "2026-07-12T23:30"])
    assert result.exit_code == 0
    assert "Antoine [/b] [red]" in result.output


def test_plan_keeps_to_the_width_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "90")
    assert 80 < max(map(len, cli.invoke(app, ["plan"]).output.splitlines())) <= 90


@pytest.mark.parametrize(
    ("language", "first"),
    [
        (
            "en",
            "  Thomas Lacroix is called again (call 2) (Boréale Infogérance, echelon 1, it is\n",
        ),
        (
            "fr",
            "  Thomas Lacroix reçoit un appel (Boréale Infogérance, échelon 1, incident de\n",
        ),
    ],
)
def test_a_plan_is_readable_in_80_columns(language: str, first: str) -> None:
    env = {"COLUMNS": "80", "ESCALADE_LANGUAGE": language}
    shown = cli.invoke(app, ["plan", "--at", "2026-07-14T03:00"], env=env).output
    assert first in shown
    assert max(map(len, shown.splitlines())) <= 80
    assert "…" not in shown


def test_plan_speaks_the_language_asked_for_and_takes_a_time_of_today() -> None:
    for language, word in (("fr", "Quand"), ("en", "When")):
        asked = ["plan", "--at", "03:00", "--language", language]
        shown = cli.invoke(app, asked, env=ENGLISH | {"COLUMNS": "160"}).output
        assert word in shown
        assert "03:00" in shown


def test_org_3_the_demonstration_lets_everybody_read_one_language() -> None:
    text = EXAMPLE.read_text("utf-8")
    for language in ("en", "fr"):
        contract = read_contract(in_one_language(text, language))
        assert {contract.language_of(each) for each in (None, *contract.people)} == {language}


def test_plan_refuses_what_is_no_instant() -> None:
    result = cli.invoke(app, ["plan", "--at", "tomorrow"])
    assert result.exit_code == 2


def test_plan_as_data_says_when_who_why_and_under_which_clock() -> None:
    result = cli.invoke(app, ["plan", "--at", "2026-07-14T03:00", "--ladder", "client", "--json"])
    steps = json.loads(result.output)
    calls = [s for s in steps if s["how"] == "ping" and s["side"] == "provider"]
    assert calls[0]["at"] == "2026-07-14T03:00:00+02:00"
    assert calls[0]["why"] == "trigger:priority_1_opened"
    assert calls[1]["after_seconds"] > 0
    assert calls[1]["clock"] == "round the clock"


def test_plan_speaks_french(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ESCALADE_LANGUAGE", "fr")
    monkeypatch.delenv("COLUMNS", raising=False)
    result = cli.invoke(app, ["plan", "--at", "2026-07-14T03:00"])
    assert "échelon" in result.output.lower()
    assert "Why" not in result.output


def test_check_speaks_the_language_asked_and_tells_of_files_that_are_not_there() -> None:
    result = cli.invoke(app, ["check", "--language", "fr", str(EXAMPLE), "nowhere.toml"])
    assert result.exit_code == 1
    assert "nowhere.toml" in result.output
    assert "pas pu être lu" in result.output
    assert f"{EXAMPLE} :" in result.output.replace("\xa0", " ").replace("\u202f", " ")


def test_check_says_so_where_there_is_nothing_to_check(tmp_path: Path) -> None:
    result = cli.invoke(app, ["check", "--language", "en", str(tmp_path)])
    assert result.exit_code == 1
    assert f"no contract file (*.toml) in {tmp_path}" in result.output


def test_con_2_check_finds_what_only_shows_between_two_files(tmp_path: Path) -> None:
    copy = tmp_path / "copy.toml"
    copy.write_bytes(EXAMPLE.read_bytes())
    result = cli.invoke(app, ["check", "--language", "en", str(EXAMPLE), str(copy)])
    assert result.exit_code == 1
    assert "rivage-incidents" in result.output


def test_http_needs_an_address_for_the_manifest() -> None:
    assert cli.invoke(app, ["manifest", "--http"]).exit_code == 2
    url = "https://bot.example/slack/events"
    printed = json.loads(cli.invoke(app, ["manifest", "--http", "--url", url]).output)
    assert printed["settings"]["event_subscriptions"]["request_url"] == url


def test_journal_of_a_contract_nobody_knows(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'escalade.db'}"
    cli.invoke(app, ["migrate", "--database-url", url])
    words = ["journal", "verify", "--contract", "nobody", "--database-url", url]
    assert cli.invoke(app, words).exit_code == 2


def test_calls_that_nobody_answers_for_weeks_leave_the_timeline_readable(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'escalade.db'}"
    text = EXAMPLE.read_text(encoding="utf-8")
    contract = read_contract(text)

    async def call() -> None:
        calls = [
            line(action, contract=contract.id, person="antoine-mercier", number=n, topic="ping")
            for n in range(1, 3001)
            for action in ("ladder.pinged", "message.delivered")
        ]
        opened, noted = (line(f"incident.{x}", contract=contract.id) for x in ("opened", "noted"))
        async with Store(url, read_contract=recall_contract) as store:
            await store.contracts.put_in_force(contract.id, contract.version, text, NOON)
            await store.run(lambda tx: tx.append([opened, *calls, noted]), now=NOON)

    asyncio.run(call())
    show = ["journal", "show", "INC-0001", "--database-url", url]
    shown = cli.invoke(app, show, env=ENGLISH).output.splitlines()
    assert len(shown) == 1 + 10 + 1 + 10 + 1
    assert "incident.opened" in shown[0]
    assert '"number": 5' in shown[10]
    assert shown[11].startswith("… 5980 more lines of calls, until ")
    assert '"number": 2996' in shown[12]
    assert "incident.noted" in shown[-1]
    assert len(cli.invoke(app, [*show, "--every"], env=ENGLISH).output.splitlines()) == 6002


def test_con_3_a_cut_shows_by_a_seal_that_was_noted_outside(tmp_path: Path) -> None:
    file = tmp_path / "escalade.db"
    url = f"sqlite+aiosqlite:///{file}"
    text = EXAMPLE.read_text(encoding="utf-8")
    contract = read_contract(text)

    async def write() -> list[str]:
        seals = []
        async with Store(url, read_contract=recall_contract) as store:
            await store.contracts.put_in_force(contract.id, contract.version, text, NOON)
            for _ in range(3):
                noted = line("incident.noted", contract=contract.id)
                await store.run(lambda tx, noted=noted: tx.append([noted]), now=NOON)
                seals += await store.journal.last_seals()
        return seals

    cli.invoke(app, ["migrate", "--database-url", url])
    second, third, last = asyncio.run(write())
    verify = ["journal", "verify", "--database-url", url]
    noted = cli.invoke(app, [*verify, "--noted", last, "--noted", second], env=ENGLISH)
    assert noted.exit_code == 0, noted.output
    assert f"rivage: line 2 carries the noted seal {second}" in noted.output
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("DELETE FROM journal WHERE number = 4")
        connection.execute("UPDATE journal_heads SET number = 3, seal = ?", [third])
    assert cli.invoke(app, verify).exit_code == 0, "nothing in the database can show it"
    cut = cli.invoke(app, [*verify, "--noted", last], env=ENGLISH)
    assert (cut.exit_code, f"No line carries the seal {last}" in cut.output) == (1, True)
    copied = cli.invoke(app, [*verify, "--noted", f" {third.upper()}\n"])
    assert copied.exit_code == 0, "as it comes from a mail"
    for bad in ("", "hello", third[:20]):
        no_seal = cli.invoke(app, [*verify, "--noted", bad], env=ENGLISH)
        assert (no_seal.exit_code, f"“{bad}” is no seal" in no_seal.output) == (2, True)
    for other in ("littoral", "rivage"):
        known = cli.invoke(app, [*verify, "--noted", third, "--contract", other])
        assert known.exit_code == (other != "rivage")


def test_a_journal_without_a_line_is_not_called_whole(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'escalade.db'}"
    assert cli.invoke(app, ["migrate", "--database-url", url]).exit_code == 0
    verified = cli.invoke(app, ["journal", "verify", "--database-url", url], env=ENGLISH)
    assert (verified.exit_code, "The journal is empty" in verified.output) == (2, True)
    exported = cli.invoke(app, ["journal", "export", "rivage", "--database-url", url])
    assert exported.exit_code == 2
    assert cli.invoke(app, ["journal", "show", "INC-0001", "--database-url", url]).exit_code == 2


def test_manifest_names_both_languages_of_the_commands() -> None:
    result = cli.invoke(app, ["manifest"])
    commands = {c["command"] for c in json.loads(result.output)["features"]["slash_commands"]}
    assert commands == {
        "/incident",
        "/escalate",
        "/escalade",
        "/crisis",
        "/crise",
        "/report",
        "/rapport",
        "/oncall",
        "/astreinte",
        "/problem",
        "/probleme",
        "/change",
        "/changement",
    }


def test_manifest_declares_the_names_that_the_settings_give() -> None:
    environment = {"ESCALADE_COMMAND_PREFIX": "ops-", "ESCALADE_COMMANDS": "panne=incident,crisis"}
    result = cli.invoke(app, ["manifest"], env=environment)
    commands = [c["command"] for c in json.loads(result.output)["features"]["slash_commands"]]
    assert commands == ["/ops-panne", "/ops-crisis"]
    assert cli.invoke(app, ["manifest"], env={"ESCALADE_COMMANDS": "panne=nothing"}).exit_code == 2


def test_the_database_is_also_known_from_its_file_as_the_bot_knows_it(
    tmp_path: Path,
) -> None:
    address = tmp_path / "database-url"
    address.write_text(f"sqlite+aiosqlite:///{tmp_path}/kept.db\n", "utf-8")
    env = {"DATABASE_URL_FILE": str(address), "ESCALADE_LANGUAGE": "en"}
    assert cli.invoke(app, ["migrate"], env=env).exit_code == 0
    assert (tmp_path / "kept.db").exists()

    other = f"sqlite+aiosqlite:///{tmp_path}/other.db"
    assert cli.invoke(app, ["migrate", "--database-url", other], env=env).exit_code == 0
    assert (tmp_path / "other.db").exists(), "what is said on the line goes before"

    (tmp_path / "empty").touch()
    for changes, words in (
        ({"DATABASE_URL_FILE": str(tmp_path / "gone")}, "gone, which cannot be read"),
        ({"DATABASE_URL_FILE": str(tmp_path / "empty")}, "empty, which is empty"),
        ({"DATABASE_URL": other}, "both set"),
    ):
        refused = cli.invoke(app, ["migrate"], env=env | changes)
        assert refused.exit_code == 2
        assert words in refused.output


def test_a_copy_must_know_where_to() -> None:
    env = {"ESCALADE_LANGUAGE": "en"}
    refused = cli.invoke(app, ["db", "copy", "--from", "sqlite+aiosqlite:///x.db"], env=env)
    assert refused.exit_code == 2
    assert "Say where to" in refused.output


def test_a_plan_says_that_its_calls_go_on() -> None:
    shown = cli.invoke(app, ["plan", "--priority", "1"], env={"ESCALADE_LANGUAGE": "en"})
    assert "Calls go on in the same way" in shown.output


TURNS = 'people = ["thomas-lacroix", "lea-guillou", "ines-moreau"]'
CHANGE = "{ starts = 2027-01-04, people = ["


def checked(folder: Path, text: str, *, language: str = "en") -> str:
    """What `check` says of a file beside a database where the example is in force."""
    url = f"sqlite+aiosqlite:///{folder / 'escalade.db'}"

    async def put() -> None:
        example = EXAMPLE.read_text(encoding="utf-8")
        async with Store(url, read_contract=recall_contract) as store:
            await store.contracts.put_read([(read_contract(example), example)], NOON)

    asyncio.run(put())
    file = folder / "edited.toml"
    file.write_text(text, encoding="utf-8")
    result = cli.invoke(app, ["check", "--language", language, "--database-url", url, str(file)])
    assert result.exit_code == 0, result.output
    return result.output


def test_cal_6_check_says_whose_duty_an_edited_list_changes_now(tmp_path: Path) -> None:
    example = EXAMPLE.read_text(encoding="utf-8")
    edited = example.replace(TURNS, 'people = ["lea-guillou", "ines-moreau", "thomas-lacroix"]')
    edited = edited.replace(CHANGE, CHANGE.replace("2027", "2099"))
    said = checked(tmp_path, edited)
    assert "rivage: this version changes whose duty it is, and names no day to come" in said
    assert re.search(r"operations, NOW and until .*: \w+ [\w-]+ instead of \w+", said), said


def test_cal_6_check_is_silent_of_a_file_that_is_in_force(tmp_path: Path) -> None:
    assert "no day to come" not in checked(tmp_path, EXAMPLE.read_text(encoding="utf-8"))


def test_org_10_check_says_what_a_file_changes_beside_what_is_in_force(tmp_path: Path) -> None:
    edited = EXAMPLE.read_text(encoding="utf-8").replace('restore = "4h" }', 'restore = "2h" }', 1)
    said = checked(tmp_path, edited)
    assert "For what opens from then on" in said
    assert "incidents.targets.1.restore: 4 h → 2 h" in said


def test_org_10_two_files_are_compared_in_words(tmp_path: Path) -> None:
    example, file = EXAMPLE.read_text(encoding="utf-8"), tmp_path / "edited.toml"
    file.write_text(example.replace("+33 1 99 00 01 01", "+33 6 39 98 01 99"), encoding="utf-8")
    result = cli.invoke(app, ["compare", "--language", "fr", str(EXAMPLE), str(file)])
    assert result.exit_code == 0, result.output
    assert (
        "people.mathis-berger.phone\u00a0: +33 1 99 00 01 01 → +33 6 39 98 01 99" in result.output
    )
    same = cli.invoke(app, ["compare", str(file), str(file)], env=ENGLISH)
    assert "nothing changes for anybody" in same.output


def test_compare_refuses_faults_and_other_contracts(tmp_path: Path) -> None:
    example, file = EXAMPLE.read_text(encoding="utf-8"), tmp_path / "edited.toml"
    file.write_text(example.replace('id = "rivage"', 'id = "other"', 1), encoding="utf-8")
    two = cli.invoke(app, ["compare", str(EXAMPLE), str(file)], env=ENGLISH)
    assert two.exit_code == 2
    assert "rivage and other are two contracts" in two.output
    file.write_text(example.replace('language = "fr" ', 'language = "xx" ', 1), encoding="utf-8")
    faulty = cli.invoke(app, ["compare", str(EXAMPLE), str(file)], env=ENGLISH)
    assert faulty.exit_code == 1
    assert "edited.toml, line" in faulty.output


def test_cal_6_check_says_whom_a_change_ahead_moves_and_when(tmp_path: Path) -> None:
    example = EXAMPLE.read_text(encoding="utf-8")
    ahead = '{ starts = 2099-01-05, people = ["ines-moreau"] },\n]\noverrides'
    said = checked(tmp_path, example.replace("]\noverrides", ahead), language="fr")
    assert "operations\u00a0: à partir du 5 janv. 2099, 09:00 se relaient" in said
    assert "Inès Moreau, et non Thomas Lacroix" in said
    assert "sans donner de jour" not in said


def test_check_of_a_file_goes_on_where_the_database_cannot_be_read(tmp_path: Path) -> None:
    file = tmp_path / "escalade.db"
    file.write_text("no database", encoding="utf-8")
    arguments = ["check", "--language", "en", "--database-url", f"sqlite+aiosqlite:///{file}"]
    result = cli.invoke(app, [*arguments, str(EXAMPLE)])
    assert result.exit_code == 0
    assert "The database cannot be read" in result.output
    result = cli.invoke(app, ["check", "--database-url", "mysql://db/x", str(EXAMPLE)], env=ENGLISH)
    assert result.exit_code == 0
    assert "DATABASE_URL is no address" in result.output
