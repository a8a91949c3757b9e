"""Where nobody acts, the plan must come true."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import Connection, select

from escalation.contract import CLIENT, Contract, Role
from escalation.messages.ladder import Ping
from escalation.plan import run_ahead as plans
from store.schema.tables import outbox
from tests.simulation.world import World


async def plan_comes_true(world: World, rng: Random, say: Callable[[str], None]) -> list[str]:
    """Open one incident, leave it alone, and compare what happens with what the plan says."""
    await world.rest()  # it gets to know people and rooms
    contract: Contract = world.contracts[0]
    component = rng.choice([c.id for c in contract.components if c.criticality == "strategic"])
    severity = rng.choice((1, 2, 3))
    hours = timedelta(hours=rng.choice((1, 5, 20)))
    # on no rung: whoever stands there and opened it has the point already (Rule ESC-5)
    requester = next(
        p for p in contract.holders(Role.REQUESTER, CLIENT) if not contract.level_of(p.id)
    )
    user = world.workspace.user_by_email(requester.email)
    assert user is not None
    begun = world.clock.now()
    line = f'open "Plan" component={component} severity={severity}'
    say(f"nobody acts for {hours}: {line}")
    await world.server.person(user.id).command("/incident", line, channel=contract.rooms.shared)
    await world.rest()
    foreseen = plans.plan(contract, priority=severity, at=begun, component=component, horizon=hours)
    await world.until(begun + hours + timedelta(seconds=5))

    def told(connection: Connection) -> list[Any]:
        return list(connection.execute(select(outbox).order_by(outbox.c.id)))

    return differences(foreseen, await world.look(told), begun)


def differences(foreseen: Iterable[Any], messages: Iterable[Any], begun: datetime) -> list[str]:
    """Which calls were foreseen and not written, and which were written and not foreseen."""
    calls = Counter(
        (round((row.at - begun).total_seconds() / 60), row.destination.partition("/")[2])
        for row in messages
        if row.topic == Ping.topic
    )
    planned = Counter(
        (round((step.at - begun).total_seconds() / 60), step.who)
        for step in foreseen
        if step.how == Ping.topic
    )
    gone = [f"the plan says {each}, and it did not happen" for each in sorted(planned - calls)]
    new = [f"{each} happened, and the plan does not say so" for each in sorted(calls - planned)]
    return [f"plan_is_what_happened: {each}" for each in gone + new]
