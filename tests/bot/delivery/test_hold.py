"""A message whose lease has ended is another dispatcher's: it is never sent by the first."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from bot.clock import MovedClock
from bot.delivery import dispatcher, writing
from bot.delivery.dispatcher import LEASE_MARGIN_SECONDS, LEASE_SECONDS, Dispatcher
from bot.delivery.hold import Ends, Hold
from bot.observe.metrics import Metrics
from bot.observe.tracing import Tracing
from bot.slack.budget import SlackBudget
from bot.slack.budgeted_client import ERRAND, BudgetedClient, Errand
from bot.slack.calls import NotYet
from escalation.messages.effects import Rank
from handlers.words.rendered import Rendered
from tests.agreement import paris
from tests.bot.delivery.stand import CALL, A, Stand

PAST = timedelta(seconds=LEASE_SECONDS + 1)


def another(stand: Stand) -> Dispatcher:
    """The dispatcher of another replica."""
    return Dispatcher(
        store=stand.store,
        clock=stand.clock,
        directory=stand.slack,  # type: ignore[arg-type]  # a part of it
        perform=stand._perform,
    )


async def test_a_lease_counts_from_when_it_was_asked_for(
    stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer to a claim comes late: meanwhile another one claims, looks, and sends."""
    await stand.put(A, message=CALL, urgent=True)
    claim, other, late = stand.store.outbox.claim, another(stand), True

    async def slowly(*arguments: Any, **options: Any) -> Any:
        nonlocal late
        first, late = late, False
        claimed = await claim(*arguments, **options)
        if first:
            stand.clock.move(PAST)
            await other.deliver_waiting()
        return claimed

    monkeypatch.setattr(stand.store.outbox, "claim", slowly)
    await stand.dispatcher.deliver_waiting()
    assert stand.tried == [A], "once, by the other one"
    assert await stand.waits() is None


async def test_what_took_too_long_to_write_surely_did_not_leave(
    stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    await stand.put(A, message=CALL, urgent=True)
    times = iter([PAST, timedelta(0)])

    def render(*_: Any, **__: Any) -> Rendered:
        stand.clock.move(next(times))
        return Rendered(text="x")

    monkeypatch.setattr(writing, "render", render)
    looked: list[Any] = []
    monkeypatch.setattr(stand.slack, "conversations_history", looked.append)
    await stand.dispatcher.deliver_waiting()
    stand.clock.move(timedelta(seconds=1))
    await stand.dispatcher.deliver_waiting()
    assert stand.tried == [A]
    assert not looked, "nobody looks for what cannot be there"


async def test_what_hangs_before_it_is_sent_is_let_go_and_tried_again(
    stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatcher, "LEASE_SECONDS", LEASE_MARGIN_SECONDS + 0.05)
    await stand.put(A)
    write, hangs = stand.dispatcher._writing.write, [3600.0]

    async def slowly(outgoing: Any) -> Any:
        if hangs:
            await dispatcher.asyncio.sleep(hangs.pop())
        return await write(outgoing)

    monkeypatch.setattr(stand.dispatcher._writing, "write", slowly)
    await stand.dispatcher.deliver_waiting()
    stand.clock.move(timedelta(seconds=1))
    await stand.dispatcher.deliver_waiting()
    assert stand.tried == [A]


async def test_a_message_is_ours_until_a_margin_before_its_lease_ends(
    stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As long as it is renewed; nothing renews what another one has by now."""
    await stand.put(A)
    ours: list[bool] = []
    post, margin = stand.slack.chat_postMessage, timedelta(seconds=LEASE_MARGIN_SECONDS)
    most = timedelta(seconds=LEASE_SECONDS) - margin

    async def posting(**options: Any) -> dict[str, Any]:
        errand = ERRAND.get()
        assert errand is not None
        stand.clock.move(most - timedelta(seconds=1))
        ours.append(errand.held())
        await stand.dispatcher.renew()
        stand.clock.move(most - timedelta(seconds=1))
        ours.append(errand.held())
        stand.clock.move(timedelta(seconds=2))
        ours.append(errand.held())
        stand.clock.move(margin)
        [taken] = await stand.store.outbox.claim(stand.clock.now())
        assert taken.uncertain, "the other one looks for it"
        await stand.dispatcher.renew()
        ours.append(errand.held())
        return await post(**options)

    monkeypatch.setattr(stand.slack, "chat_postMessage", posting)
    await stand.dispatcher.deliver_waiting()
    assert ours == [True, True, False, False]


async def test_no_call_is_made_for_a_message_that_is_no_longer_held() -> None:
    budget = SlackBudget()
    client = BudgetedClient(
        budget=budget,
        clock=MovedClock(paris("2026-07-15 10:00")),
        metrics=Metrics(),
        tracing=Tracing(None),
        token="xoxb-1",
        base_url="http://127.0.0.1:9/",
    )
    token = ERRAND.set(Errand("1", Rank.CALL, held=lambda: False))
    try:
        with pytest.raises(NotYet, match="no longer held"):
            await client.chat_postMessage(channel="C1", text="x")
    finally:
        ERRAND.reset(token)


@pytest.mark.parametrize("sending", [False, True])
async def test_what_is_sent_together_is_held_together(sending: bool) -> None:
    """Of two that leave as one, a lost one is left out before they are written, never after."""
    clock = MovedClock(paris("2026-07-14 03:00"))
    both = [SimpleNamespace(number=1), SimpleNamespace(number=2)]
    ends = Ends(clock.now() + PAST, asyncio.get_running_loop().time() + PAST.total_seconds())
    hold = Hold(SimpleNamespace(with_companions=both), ends, clock)
    with suppress(TimeoutError):
        async with hold.bound:
            hold.sending = sending
            hold.renewed({1}, ends)
            assert hold.stands() is not sending
