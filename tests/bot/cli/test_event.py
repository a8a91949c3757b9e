"""`escalade event --try`: what would come of what monitoring posts; nothing is kept (EVT-1)."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.cli.app import app
from bot.clock import FlowingClock
from config.contract.file import read_contract, recall_contract
from config.defaults import EXAMPLE
from escalation.records.change import Change, ChangeOrigin, ChangeState, Window
from escalation.records.kinds import EVENT
from store.database import Store

cli = CliRunner()


def alert(component: str, **more: Any) -> dict[str, Any]:
    labels = {"alertname": "Full", "component": component, "severity": "page"}
    return {"status": "firing", "labels": labels, "annotations": {"summary": "Full"}, **more}


@pytest.fixture
def url(tmp_path: Path) -> str:
    """A database in which the directory is being changed, from an hour ago on."""
    url = f"sqlite+aiosqlite:///{tmp_path / 'escalade.db'}"
    text, now = EXAMPLE.read_text("utf-8"), FlowingClock.starting().now()
    contract, hour = read_contract(text), timedelta(hours=1)
    change = Change(
        id="CHG-0007", contract=contract.id, contract_version=contract.version, title="Patches",
        requester="claire-vasseur", origin=ChangeOrigin.SERVICE_DELIVERY,
        state=ChangeState.UNDERWAY, components=("annuaire",),
        opened_at=now - hour, started_at=now - hour,
        window=Window(start=now - hour, end=now + hour),
    )  # fmt: skip

    async def put() -> None:
        async with Store(url, read_contract=recall_contract) as store:
            await store.contracts.put_in_force(contract.id, contract.version, text, now)
            await store.run(lambda tx: tx.put(change), now=now)

    asyncio.run(put())
    return url


def tried(tmp_path: Path, *alerts: dict[str, Any], database: str, language: str = "en") -> str:
    """What is printed of a body of Alertmanager."""
    sample = tmp_path / "sample.json"
    sample.write_text(json.dumps({"groupKey": "g", "alerts": alerts}), encoding="utf-8")
    words = ["event", "--try", str(sample), "--source", "alertmanager", "--database-url", database]
    done = cli.invoke(app, words, env={"ESCALADE_LANGUAGE": language})
    assert done.exit_code == 0, done.output
    return done.output


def test_evt_1_the_trial_says_what_a_change_that_is_carried_out_holds_back(
    tmp_path: Path, url: str
) -> None:
    held = "Held back while CHG-0007 (Patches) is carried out, until "
    one, other = tried(tmp_path, alert("annuaire"), alert("wan"), database=url).split("Event 2")
    assert held in one
    assert "An incident “Full”" in one, "what comes of it if it lasts"
    assert held not in other, "that does not need it"
    assert "was not seen" not in other
    cleared = tried(tmp_path, alert("annuaire", status="resolved"), database=url)
    assert held not in cleared
    french = tried(tmp_path, alert("annuaire"), database=url, language="fr")
    assert "Mis en attente pendant le changement CHG-0007 (Patches), jusqu’au " in french

    async def kept() -> int:
        async with Store(url, read_contract=recall_contract) as store:
            return len(await store.read(lambda tx: tx.list(EVENT, "rivage", open_only=False)))

    assert asyncio.run(kept()) == 0


def test_evt_1_the_trial_holds_back_what_needs_what_is_changed(tmp_path: Path, url: str) -> None:
    contract = read_contract(EXAMPLE.read_text("utf-8"))
    for needing in contract.needed_by("annuaire"):
        assert "CHG-0007" in tried(tmp_path, alert(needing), database=url)


@pytest.mark.parametrize(
    ("database", "why"),
    [
        ("sqlite+aiosqlite:////nowhere/escalade.db", "there is no database at /nowhere/escalade"),
        ("sqlite+aiosqlite:///", "DATABASE_URL is no address"),
    ],
)
def test_evt_1_without_a_database_the_trial_says_what_it_does_not_know(
    tmp_path: Path, database: str, why: str
) -> None:
    said = tried(tmp_path, alert("annuaire"), database=database)
    assert "An incident “Full”" in said
    assert f"holds it back was not seen: {why}" in said
