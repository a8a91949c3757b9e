"""The tour: the whole story of the example contract, step by step."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.stage.change_tour import ChangeTour
from bot.stage.demo import in_one_language
from bot.stage.stage import Stage
from bot.stage.telling import run
from bot.stage.tour import NIGHT, Tour
from config.defaults import EXAMPLE
from handlers.words.texts import Texts


async def test_the_tour_tells_the_whole_story_and_leaves_report_and_journal(
    tmp_path: Path,
) -> None:
    told: list[str] = []
    database, out = f"sqlite+aiosqlite:///{tmp_path}/tour.db", tmp_path / "out"
    contract = in_one_language(EXAMPLE.read_text(encoding="utf-8"), "en")
    async with Stage(contracts=[contract], at=NIGHT, database=database) as stage:
        tour = Tour(stage, told.append)
        await tour.play()
        await tour.keep(out)

    [report] = out.glob("REP-0002*.html")
    page = report.read_text(encoding="utf-8")
    assert page.lstrip().startswith("<!doctype html>")
    assert "Plus de VPN sur tous les sites" in page

    lines = [json.loads(line) for line in (out / "journal.jsonl").read_text("utf-8").splitlines()]
    assert [line["number"] for line in lines] == list(range(1, len(lines) + 1))
    actions = [line["action"] for line in lines]
    story = [
        "incident.opened",
        "crisis.room_opened",
        "incident.resolved",
        "incident.verified",
        "incident.closed",
        *("report.approved", "report.issued") * 2,  # the cell's own, then the incident's
    ]
    assert [action for action in actions if action in story] == story
    instants = [datetime.fromisoformat(line["at"]) for line in lines]
    assert instants == sorted(instants)
    readme = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
    excerpt = readme.partition("begins and ends like this")[2].split("```")[1].strip().split("\n")
    shown = [line for line in excerpt[:-1] if line != "…"]
    assert shown == [line for line in told if line in shown], "as README says"
    assert shown[:4] == told[:4]


def test_the_tour_of_a_change_misses_no_step(tmp_path: Path) -> None:
    assert run(ChangeTour, tmp_path, Texts("en", ZoneInfo("UTC"))) == 0
    assert (tmp_path / "journal.jsonl").exists()


def test_a_step_that_did_not_happen_ends_the_tour(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    class Hasty(ChangeTour):
        async def play(self) -> None:
            await self.problem_taken()

    assert run(Hasty, tmp_path, Texts("en", ZoneInfo("UTC"))) == 1
    assert "MISSED" in capsys.readouterr().out
