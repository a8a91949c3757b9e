"""Nights on which clocks change, leap days and year ends, through the whole bot.

What happens when nobody acts is what the plan said (design, decision 8), to the microsecond.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.stage.stage import Stage
from escalation.messages.ladder import Ping
from escalation.plan.run_ahead import plan
from tests.scenarios.scene import RIVAGE, Scene

pytestmark = pytest.mark.databases_in_turn

PARIS = ZoneInfo("Europe/Paris")
AHEAD = timedelta(hours=2)


def at(text: str, *, fold: int = 0) -> datetime:
    """An instant of the wall clock in Paris; `fold` 1 is the second time it shows that hour."""
    return datetime.fromisoformat(text).replace(tzinfo=PARIS, fold=fold).astimezone(UTC)


NIGHTS = {
    "spring, an hour is skipped": at("2026-03-29T01:30"),
    "autumn, before the hour is repeated": at("2026-10-25T01:30"),
    "autumn, the first 02:30": at("2026-10-25T02:30"),
    "autumn, the second 02:30": at("2026-10-25T02:30", fold=1),
    "the eve of a leap day": at("2028-02-28T23:30"),
    "a leap day": at("2028-02-29T10:00"),
    "the end of a leap day": at("2028-02-29T23:50"),
    "the end of a year": at("2026-12-31T23:50"),
    "an on-call hand-over that morning": at("2026-03-30T07:00"),
}
CALL = tuple[datetime, str, str, int]


async def what_happened(scene: Scene) -> list[CALL]:
    """The calls of the first incident, from its journal."""
    return [
        (line.at, str(line.facts["side"]), str(line.facts["person"]), int(line.facts["number"]))
        for line in await scene.timeline("INC-0001")
        if line.action == "ladder.pinged"
    ]


def what_was_planned(scene: Scene, start: datetime, priority: int, ahead: timedelta) -> list[CALL]:
    """The calls of the plan."""
    steps = plan(scene.contract, priority=priority, at=start, component="vpn", horizon=ahead)
    return [
        (step.at, step.side, step.who, int(step.number or 0))
        for step in steps
        if step.how == Ping.topic
    ]


@pytest.mark.parametrize("start", NIGHTS.values(), ids=NIGHTS.keys())
async def test_cal_3_esc_7_the_ladder_calls_at_the_instants_of_the_plan(
    database: str, start: datetime
) -> None:
    async with Stage(contracts=[RIVAGE], at=start, database=database) as stage:
        scene = Scene(stage, stage.contract)
        await scene.opens("yasmine-haddad", '"Plus de VPN" component=vpn severity=1')
        await stage.after(seconds=AHEAD.total_seconds())
        happened = await what_happened(scene)
        assert happened == what_was_planned(scene, start, 1, AHEAD)
        assert len(happened) > 8
        for call_at, _, person, _ in happened:
            arrived = [float(m["ts"]) for m in scene.reads(person)]
            assert any(abs(ts - call_at.timestamp()) < 1 for ts in arrived)


@pytest.mark.parametrize(
    "start", [at("2026-03-27T16:00"), at("2026-10-23T16:00"), at("2026-12-31T16:00")]
)
async def test_cal_3_waits_on_coverage_hours_cross_the_change_as_planned(
    database: str, start: datetime
) -> None:
    ahead = timedelta(days=5)
    async with Stage(contracts=[RIVAGE], at=start, database=database) as stage:
        scene = Scene(stage, stage.contract)
        await scene.opens("yasmine-haddad", '"VPN lent" component=vpn severity=3')
        await stage.after(seconds=ahead.total_seconds())
        incident = await scene.incident()
        assert incident.level == 3
        assert await what_happened(scene) == what_was_planned(scene, start, 3, ahead)
        warned = [
            (line.at, line.action)
            for line in await scene.timeline("INC-0001")
            if line.action.startswith("incident.target_")
        ]
        assert warned
        hours = {when.astimezone(PARIS).time() for when, _ in warned}
        assert all(hour.hour in range(7, 19) for hour in hours)


async def test_esc_7_a_stop_over_the_repeated_hour_keeps_the_instants_of_the_plan(
    database: str,
) -> None:
    start = at("2026-10-25T02:30")
    async with Stage(contracts=[RIVAGE], at=start, database=database) as stage:
        scene = Scene(stage, stage.contract)
        await scene.opens("yasmine-haddad", '"Plus de VPN" component=vpn severity=1')
        await stage.after(minutes=7)
        await stage.stop_bot()
        stage.clock.move_to(start + timedelta(minutes=62))
        await stage.start_bot()
        await stage.until(start + AHEAD)
        planned = what_was_planned(scene, start, 1, AHEAD)
        happened = await what_happened(scene)
        back = start + timedelta(minutes=62)
        before = [call for call in planned if call[0] < start + timedelta(minutes=7)]
        assert [call for call in happened if call[0] < back] == before
        caught_up = [call for call in happened if call[0] == back]
        assert caught_up, "what came due meanwhile is called at once"
        grid = timedelta(minutes=5)
        after = [call for call in happened if call[0] > back]
        assert len(after) > 8
        assert all((call[0] - start) % grid == timedelta() for call in after), "no drift"
