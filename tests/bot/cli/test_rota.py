"""`escalade rota`: on-call duty from and to calendars, as an operator uses it (Rule CAL-1)."""

from __future__ import annotations

import asyncio
import tomllib
from collections.abc import Iterator
from datetime import datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from typer.testing import CliRunner, Result

from bot.cli.app import app
from config.contract.file import read_contract, recall_contract
from config.defaults import EXAMPLE
from escalation.decision.commands.cover import AcceptCover, AskCover
from escalation.duty.on_call import on_call
from escalation.perform import perform
from store.database import Store
from tests.agreement import paris

PERIOD = ("--from", "2026-08-01", "--until", "2026-09-01")
ONE = "SUMMARY:On Call - Lea Guillou - Nights\nDTSTART:20260822T070000Z\nDTEND:20260824T070000Z"
ZONE = "SUMMARY:Léa\nDTSTART;TZID=Customized Time Zone:20260822T090000\nDURATION:P2D"


def rota(*words: str, language: str = "en") -> Result:
    return CliRunner().invoke(app, ["rota", *words], env={"ESCALADE_LANGUAGE": language})


def imported(
    folder: Path, *events: str, options: tuple[str, ...] = (), language: str = "en"
) -> Result:
    file = folder / "duty.ics"
    body = "".join(f"BEGIN:VEVENT\n{each}\nEND:VEVENT\n" for each in events)
    file.write_text(f"BEGIN:VCALENDAR\nVERSION:2.0\n{body}END:VCALENDAR\n", "utf-8")
    words = ("import", str(EXAMPLE), "operations", str(file), *PERIOD, *options)
    return rota(*words, language=language)


def test_cal_1_what_a_calendar_changes_is_pasted_into_the_contract(tmp_path: Path) -> None:
    result = imported(tmp_path, ONE)
    assert result.exit_code == 0, result.output
    assert result.stderr == (
        "1 swap: put it in the place of the rota's overrides from 1 Aug 2026, 00:00 to "
        "1 Sept 2026, 00:00. As the rota's turns: 0. Events outside the period: 0; cancelled: 0.\n"
    )
    (line,) = tomllib.loads(f"overrides = [\n{result.stdout}]")["overrides"]
    assert line["person"] == "lea-guillou"
    assert line["start"] == paris("2026-08-22 09:00")
    text = EXAMPLE.read_text("utf-8")
    there = text.index("\n]", text.index("overrides = [")) + 1
    contract = read_contract(f"{text[:there]}{result.stdout}{text[there:]}")
    assert on_call(contract, "operations", paris("2026-08-23 12:00")) == "lea-guillou"


def test_cal_1_what_cannot_be_read_is_said_with_its_file_line_event_and_remedy(
    tmp_path: Path,
) -> None:
    result = imported(tmp_path, ONE.replace("Lea Guillou", "Lee Gillou"), ZONE)
    assert (result.exit_code, result.stdout) == (2, "")
    first, second = result.stderr.split(f"{tmp_path / 'duty.ics'}, ")[1:]
    assert first.startswith(
        "line 3, On Call - Lee Gillou - Nights, 2026-08-22\n  Neither its title"
    )
    assert "→ Did you mean" in first
    assert second.startswith("line 8, Léa, 2026-08-22\n  It is in the time zone “Customized")
    assert "--zone Europe/Paris" in second
    french = imported(tmp_path, ZONE, language="fr").stderr
    assert f"{tmp_path / 'duty.ics'}, ligne 3, Léa, 2026-08-22\n" in french
    assert "fuseau horaire" in french


def test_cal_1_a_zone_that_nobody_knows_is_given(tmp_path: Path) -> None:
    result = imported(tmp_path, ZONE, options=("--zone", "Europe/London"))
    (line,) = tomllib.loads(f"overrides = [\n{result.stdout}]")["overrides"]
    assert line["start"] == paris("2026-08-22 10:00")
    for unknown in ("Customized Time Zone", "Europe", "/etc/passwd"):
        refused = imported(tmp_path, ZONE, options=("--zone", unknown))
        assert (refused.exit_code, unknown in refused.stderr) == (2, True)


def test_cal_1_a_rota_goes_out_and_comes_back_unchanged(tmp_path: Path) -> None:
    file = tmp_path / "duty.ics"
    result = rota("export", str(EXAMPLE), "operations", *PERIOD, "--to", str(file))
    assert result.exit_code == 0, result.output
    back = rota("import", str(EXAMPLE), "operations", str(file), *PERIOD)
    assert (back.exit_code, back.stdout) == (0, "")
    assert "0 swaps: put them" in back.stderr
    assert "turns: 0." not in back.stderr
    printed = rota("export", str(EXAMPLE), "operations", *PERIOD).stdout
    assert printed.count("BEGIN:VEVENT") == file.read_bytes().count(b"BEGIN:VEVENT") > 3


def test_cal_6_covers_of_the_database_are_in_the_export(tmp_path: Path) -> None:
    text, url = EXAMPLE.read_text("utf-8"), f"sqlite+aiosqlite:///{tmp_path / 'escalade.db'}"
    contract, at = read_contract(text), paris("2026-08-26 12:00")
    asker = on_call(contract, "operations", at)
    taker = next(p for p in contract.rota("operations").people if p != asker)
    asked = AskCover(
        contract=contract.id, by=asker, person=taker, rota="operations",
        start=paris("2026-08-26 18:00"), end=paris("2026-08-27 08:00"),
    )  # fmt: skip
    accepted = AcceptCover(contract=contract.id, by=taker, cover="COV-0001")

    async def write() -> None:
        async with Store(url, read_contract=recall_contract) as store:
            await store.contracts.put_in_force(contract.id, contract.version, text, at)
            for command in (asked, accepted):
                await store.run(lambda tx, given=command: perform(tx, given, at), now=at)

    asyncio.run(write())
    words = ("export", str(EXAMPLE), "operations", *PERIOD)
    plainly, covered = rota(*words), rota(*words, "--database-url", url)
    said = f"{contract.name_of(taker)} covers for {contract.name_of(asker)}."
    assert covered.exit_code == 0, covered.output
    assert said in covered.stdout.replace("\r\n ", "").replace("\n ", "")
    assert "DTSTART:20260826T160000Z" in covered.stdout
    assert "DTSTART:20260826T160000Z" not in plainly.stdout
    missing = rota(*words, "--database-url", f"{url}.gone")
    assert (missing.exit_code, missing.stdout) != (0, plainly.stdout)


def test_cal_1_an_export_leaves_out_who_is_absent_and_says_who_stands_in() -> None:
    contract = read_contract(EXAMPLE.read_text("utf-8"))
    away = next(
        p for p in contract.people if p.id in contract.rota("managers").people and p.absences
    )
    absence = away.absences[0]
    period = ("--from", absence.first.isoformat(), "--until", absence.last.isoformat())
    printed = rota("export", str(EXAMPLE), "managers", *period).stdout
    events = printed.split("BEGIN:VEVENT")[1:]
    replaced = [
        event for event in events if f"In the place of {away.name}\\, who is away." in event
    ]
    assert replaced
    assert not any(f"SUMMARY:{away.name}" in event for event in replaced)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("import", str(EXAMPLE), "nights", "x.ics"), "no rota nights; it has: operations, manag"),
        (("export", str(EXAMPLE), "nights"), "no rota nights; it has: operations, managers"),
        (("export", str(EXAMPLE), "operations", "--from", "soon"), "soon is not an instant"),
        (("export", str(EXAMPLE), "operations", "--from", "2026-09-01", "--until", "2026-08-01"),
         "The end of the period is not after its beginning"),
    ],
)  # fmt: skip
def test_cal_1_mistakes_on_the_line_are_said(words: tuple[str, ...], said: str) -> None:
    result = rota(*words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr


def test_cal_1_without_dates_it_is_the_year_from_now_on() -> None:
    printed = rota("export", str(EXAMPLE), "operations").stdout
    starts = [line[8:] for line in printed.splitlines() if line.startswith("DTSTART:")]
    begins = [datetime.strptime(each, "%Y%m%dT%H%M%SZ") for each in starts]  # noqa: DTZ007  the pattern says UTC
    assert 358 <= (begins[-1] - begins[0]).days <= 373


class _Feed(BaseHTTPRequestHandler):
    body = b""

    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/duty.ics" else 404)
        self.end_headers()
        self.wfile.write(self.body if self.path == "/duty.ics" else b"not here")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def feed() -> Iterator[str]:
    body = f"BEGIN:VEVENT\n{ONE}\nEND:VEVENT\n"
    _Feed.body = f"BEGIN:VCALENDAR\nVERSION:2.0\n{body}END:VCALENDAR\n".encode()
    with HTTPServer(("127.0.0.1", 0), _Feed) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_cal_6_a_rota_comes_in_from_a_feed(feed: str) -> None:
    result = rota("import", str(EXAMPLE), "operations", f"{feed}/duty.ics", *PERIOD)
    assert result.exit_code == 0, result.output
    (line,) = tomllib.loads(f"overrides = [\n{result.stdout}]")["overrides"]
    assert line["person"] == "lea-guillou"


def test_cal_6_a_feed_that_cannot_be_read_gives_nothing_and_keeps_its_address(feed: str) -> None:
    for address in (f"{feed}/secret-token", "http://127.0.0.1:9/secret-token"):
        result = rota("import", str(EXAMPLE), "operations", address, *PERIOD)
        assert result.exit_code == 2
        assert result.stdout == ""
        assert "127.0.0.1" in result.stderr
        assert "secret-token" not in result.stderr
