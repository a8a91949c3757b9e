from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from escalation.messages.change import ChangeCard
from escalation.messages.crisis import CrisisCall, CrisisNews
from escalation.messages.destinations import Destination
from escalation.messages.effects import Effect, Rank
from escalation.messages.incident import IncidentCard, IncidentNews, Priority1Notice
from escalation.messages.ladder import Ping
from escalation.messages.report import ReportIssued
from escalation.messages.room_actions import Invite, OpenRoom, Uninvite
from escalation.messages.undelivered import NotTold
from store.database import Store
from store.transaction.outbox import rank_anew
from store.transaction.outbox_message import OutboxMessage
from store.transaction.outbox_order import LEAST_GATHERED, MOST_GATHERED, QUIET
from store.transaction.transaction import SqlTransaction
from tests.store.records import MINUTE, NOON, card, effect

SECOND = timedelta(seconds=1)


async def send(store: Store, *effects: Effect) -> None:
    await store.run(lambda tx: tx.send(effects), now=NOON)


async def claim(
    store: Store, after: timedelta = timedelta(0), limit: int = 20
) -> list[OutboxMessage]:
    return await store.outbox.claim(NOON + after, limit=limit, lease_seconds=60)


async def sent(store: Store, message: OutboxMessage, ts: str = "1.0") -> bool:
    return await store.outbox.mark_sent(message, channel="C1", ts=ts, now=NOON)


def facts(messages: list[OutboxMessage]) -> list[object]:
    return [message.facts.get("n", str(message.to)) for message in messages]


async def test_a_message_is_what_was_sent(store: Store) -> None:
    call = CrisisCall(number=2, represents=("tom", "tess"), room="é", late=60)
    to = Destination.read("person/tom")
    given = Effect(meaning=call, contract="acme", subject="CRI-0001", to=to, urgent=True)
    await send(store, given)
    (message,) = await claim(store)
    assert message.effect == given
    assert (message.attempts, message.uncertain) == (1, False)


async def test_a_message_is_handed_out_once(store: Store) -> None:
    await send(store, effect())
    (message,) = await claim(store)
    assert await claim(store, 59 * SECOND) == []
    assert await sent(store, message)
    assert await claim(store, 60 * MINUTE) == []
    assert await store.outbox.next_at() is None


async def test_messages_to_one_destination_keep_their_order(store: Store) -> None:
    await send(store, effect(facts={"n": 1}), effect(facts={"n": 2}), effect("person/olga"))
    first = await claim(store)
    assert facts(first) == [1, "person/olga"]
    await sent(store, first[1])
    assert await claim(store) == []  # the first one is on its way
    await store.outbox.mark_retry(first[0], NOON + MINUTE, "429")
    assert await claim(store) == []  # it waits to be tried again
    (again,) = await claim(store, MINUTE)
    assert (facts([again]), again.attempts, again.uncertain) == ([1], 2, False)
    await store.outbox.mark_uncertain(again, "timeout", NOON + 2 * MINUTE)
    assert await claim(store, MINUTE) == []  # nobody knows whether it left
    (doubtful,) = await claim(store, 2 * MINUTE)
    assert doubtful.uncertain
    assert doubtful.id == first[0].id
    assert await sent(store, doubtful)
    assert facts(await claim(store)) == [2]


async def test_the_same_destination_of_two_contracts_is_two(store: Store) -> None:
    await send(store, effect(), effect(contract="other"))
    assert [message.contract for message in await claim(store)] == ["acme", "other"]


def call(to: str = "person/tom", subject: str = "INC-0001", **facts: object) -> Effect:
    return effect(to, Ping.topic, subject=subject, urgent=True, facts=facts)


async def test_calls_go_before_what_is_urgent_and_that_before_all_else(store: Store) -> None:
    await send(
        store,
        effect("person/a"),
        effect("person/b", Priority1Notice.topic, urgent=True),
        call("person/c"),
        effect("person/d"),
        call("person/d"),
    )
    messages = await claim(store, limit=4)
    assert [(str(message.to), message.rank) for message in messages] == [
        ("person/c", Rank.CALL),
        ("person/d", Rank.CALL),
        ("person/b", Rank.NOTICE),
        ("person/a", Rank.ROUTINE),
    ]
    # the call to d passed what was written to d before
    (behind,) = [message for message in messages if str(message.to) == "person/d"]
    await sent(store, behind)
    assert facts(await claim(store)) == ["person/d"]


async def test_a_call_passes_what_is_on_its_way_to_the_same_person(store: Store) -> None:
    await send(store, effect("person/a"))
    (slow,) = await claim(store)
    await send(store, call("person/a"))
    (passing,) = await claim(store)
    assert passing.rank is Rank.CALL
    await store.outbox.mark_retry(passing, NOON + MINUTE, "429")
    await sent(store, slow)
    await send(store, effect("person/a"))
    assert await claim(store) == []  # no other passes it


async def test_what_is_done_to_the_room_of_a_crisis_keeps_its_order(store: Store) -> None:
    room = "crisis/CRI-0001"
    await send(
        store,
        effect(room, OpenRoom.topic, urgent=True),
        effect(room, Uninvite.topic, facts={"n": "away"}),
        effect(room, Invite.topic, urgent=True, facts={"n": "back"}),
        effect(room, NotTold.topic, urgent=True, facts={"n": "told"}),
    )
    seen = []
    while messages := await claim(store):
        (message,) = messages
        seen.append(message.topic)
        await sent(store, message, "")
    assert seen == ["open_room", "uninvite", "invite", "not_told"]


async def test_some_places_are_kept_for_calls(store: Store) -> None:
    notices = [effect(f"person/{n}", Priority1Notice.topic, urgent=True) for n in range(9)]
    await send(store, *notices)

    async def taken(limit: int, kept: int, *, oldest_first: bool = False) -> list[Rank]:
        messages = await store.outbox.claim(NOON, limit, kept=kept, oldest_first=oldest_first)
        for message in messages:
            await store.outbox.put_back(message, not_before=None, uncertain=False)
        return sorted(message.rank for message in messages)

    assert await taken(6, 4) == [Rank.NOTICE] * 2
    assert await taken(4, 6) == []
    await send(store, call("person/x"), call("person/y"), call("person/z"))
    assert await taken(6, 4) == [Rank.CALL] * 3 + [Rank.NOTICE] * 2
    assert await taken(6, 4, oldest_first=True) == [Rank.CALL] * 3 + [Rank.NOTICE] * 2
    assert await taken(2, 6) == [Rank.CALL] * 2


async def test_the_oldest_go_first_where_it_is_asked(store: Store) -> None:
    await send(store, effect("person/a"), call("person/b"))
    (oldest,) = await store.outbox.claim(NOON, 1, oldest_first=True)
    assert str(oldest.to) == "person/a"


# ── what goes in the same message ────────────────────────────────────────────────────────────


async def test_what_one_person_is_called_for_at_a_time_is_handed_out_together(store: Store) -> None:
    await send(store, call(n=1), call(n=2), call(n=3), effect("person/tom"), call("person/tess"))
    messages = await claim(store)
    assert [[each.facts.get("n") for each in message.with_companions] for message in messages] == [
        [1, 2, 3],
        [None],
    ]
    first, tess = messages
    await sent(store, tess)
    assert {each.claim for each in first.with_companions} == {first.claim}
    assert await store.outbox.renew(first.with_companions, NOON, 60) == {
        each.number for each in first.with_companions
    }
    await store.outbox.put_back(*first.with_companions, not_before=NOON + MINUTE, uncertain=False)
    (again,) = await claim(store, MINUTE)
    assert [each.attempts for each in again.with_companions] == [1, 1, 1]
    await store.outbox.mark_sent(*again.with_companions, channel="D1", ts="1.0", now=NOON)
    (routine,) = await claim(store, MINUTE)
    assert routine.rank is Rank.ROUTINE


async def test_few_go_one_by_one_and_many_no_more_than_a_message_holds(store: Store) -> None:
    await send(store, *(call(n=n) for n in range(LEAST_GATHERED - 1)))
    (alone,) = await claim(store)
    assert alone.companions == ()
    await sent(store, alone)
    await send(store, *(call(n=n) for n in range(MOST_GATHERED + 9)))
    (many,) = await claim(store)
    assert len(many.with_companions) == MOST_GATHERED


async def test_what_may_have_left_goes_with_its_like_alone(store: Store) -> None:
    await send(store, *(call(n=n) for n in range(3)))
    (first,) = await claim(store)
    for message in first.with_companions:
        await store.outbox.mark_uncertain(message, "timeout", NOON)
    await send(store, *(call(n=n) for n in range(3, 6)))
    (doubtful,) = await claim(store)
    assert [message.facts["n"] for message in doubtful.with_companions] == [0, 1, 2]
    assert all(message.uncertain for message in doubtful.with_companions)


@pytest.mark.parametrize(
    ("to", "topic"),
    [
        ("room/shared", IncidentNews.topic),
        ("crisis/CRI-0001", CrisisNews.topic),
        ("person/tom", ReportIssued.topic),
    ],
)
async def test_rooms_and_files_have_a_message_each(store: Store, to: str, topic: str) -> None:
    await send(store, *(effect(to, topic) for _ in range(5)))
    (message,) = await claim(store)
    assert message.companions == ()


async def test_what_could_not_be_written_steps_aside_and_goes_alone(store: Store) -> None:
    await send(store, *(call(n=n) for n in range(4)))
    (first,) = await claim(store)
    await store.outbox.step_aside(first, NOON, "a bug")
    await store.outbox.put_back(*first.companions, not_before=None, uncertain=False)
    (others,) = await claim(store)
    assert [message.facts["n"] for message in others.with_companions] == [1, 2, 3]
    await store.outbox.mark_sent(*others.with_companions, channel="D1", ts="1.0", now=NOON)
    (aside,) = await claim(store)
    assert (aside.facts["n"], aside.rank) == (0, Rank.ASIDE)


async def test_none_passes_another_of_its_rank(store: Store) -> None:
    issued = effect("person/tom", ReportIssued.topic)
    before, behind = (
        [effect("person/tom", IncidentNews.topic, facts={"n": n + m}) for m in range(3)]
        for n in (0, 3)
    )
    await send(store, *before, issued, *behind)
    seen = []
    while messages := await claim(store):
        (message,) = messages
        seen.append([each.facts.get("n") for each in message.with_companions])
        await store.outbox.mark_sent(*message.with_companions, channel="D1", ts="1.0", now=NOON)
    assert seen == [[0, 1, 2], [None], [3, 4, 5]]


async def test_what_knew_of_no_ranks_is_ranked_at_the_start(store: Store) -> None:
    context = effect("person/tom", Priority1Notice.topic, urgent=True)
    room = effect("crisis/CRI-0001", OpenRoom.topic, urgent=True)
    await send(store, effect("person/ann"), call("person/bob"), context, room, card())

    def forget(tx: SqlTransaction) -> None:
        tx.connection.execute(text("UPDATE outbox SET rank = 2"))
        rank_anew(tx.connection)

    await store.run(forget, now=NOON)
    ranks = {(str(message.to), message.rank) for message in await claim(store)}
    assert ranks == {
        ("person/ann", Rank.ROUTINE), ("person/bob", Rank.CALL), ("person/tom", Rank.NOTICE),
        ("crisis/CRI-0001", Rank.NOTICE), ("room/shared", Rank.ROUTINE),
    }  # fmt: skip


# ── cards ────────────────────────────────────────────────────────────────────────────────────


async def test_the_update_of_a_card_that_waits_overwrites_it(store: Store) -> None:
    await send(
        store,
        card(facts={"n": 1}),
        card(facts={"n": 2}),
        card(subject="INC-0002", facts={"n": "other card"}),
        card("room/provider", facts={"n": "other room"}),
        card(facts={"n": 3}),
    )
    first = {message.facts["n"]: message for message in await claim(store)}
    assert set(first) == {3, "other card", "other room"}
    await send(store, card(facts={"n": 4}))
    assert await claim(store) == []  # the one before is on its way
    await sent(store, first[3])
    (again,) = await claim(store)
    assert again.facts == {"n": 4}
    assert again.number > first[3].number


def told(*, anew: bool = False, urgent: bool = False) -> Effect:
    """A card for a person, who has something new to do where it is `anew`."""
    given = {"contract": "acme", "subject": "CHG-0001", "to": Destination.read("person/tess")}
    return Effect(meaning=ChangeCard(anew=anew), urgent=urgent, **given)


@pytest.mark.parametrize("when", ["in one decision", "while it waits", "as it comes back"])
async def test_esc_7_whoever_has_something_new_to_do_is_told_whatever_changes_meanwhile(
    store: Store, when: str
) -> None:
    call, update = told(anew=True, urgent=True), told()
    if when == "in one decision":
        await send(store, call, update)
    else:
        await send(store, call)
        held = await claim(store) if when == "as it comes back" else []
        await send(store, update)
        for each in held:
            await store.outbox.put_back(each, not_before=None, uncertain=False)
    (message,) = await claim(store)
    assert (message.effect.meaning, message.urgent) == (ChangeCard(anew=True), True)
    await sent(store, message)
    await send(store, update, call)
    (message,) = await claim(store)
    assert (message.effect.meaning, message.urgent) == (ChangeCard(anew=True), True)
    await sent(store, message)
    await send(store, update)
    (message,) = await claim(store)
    assert (message.effect.meaning, message.urgent) == (ChangeCard(), False), "once"


async def test_a_card_keeps_its_place_while_it_changes(store: Store) -> None:
    await send(store, card(facts={"n": 1}))
    (held,) = await claim(store)
    await send(store, card(facts={"n": 2}))  # it changes while it is in a dispatcher's hands
    await store.outbox.put_back(held, not_before=NOON + MINUTE, uncertain=False)
    await send(store, card(facts={"n": 3}))  # and while it waits
    assert await store.outbox.next_at() == NOON + MINUTE
    (back,) = await claim(store, MINUTE)
    assert (back.id, back.number, back.at) == (held.id, held.number, held.at)
    assert back.facts == {"n": 3}
    assert back.attempts == 1
    await sent(store, back)
    assert await claim(store, MINUTE) == []


@pytest.mark.parametrize("held", [False, True])
async def test_a_card_that_somebody_clicks_in_waits_no_longer_with_the_others(
    store: Store, held: bool
) -> None:
    await send(store, card(facts={"n": 1}))
    (message,) = await claim(store)
    if not held:
        await store.outbox.put_back(message, not_before=NOON + MINUTE, uncertain=False)
    await send(store, replace(card(facts={"n": 2}), awaited=True))
    if held:
        await store.outbox.put_back(message, not_before=NOON + MINUTE, uncertain=False)
    (clicked,) = await claim(store)
    assert (clicked.facts, clicked.rank) == ({"n": 2}, Rank.NOTICE)
    await store.outbox.put_back(clicked, not_before=NOON + MINUTE, uncertain=False)
    await send(store, card(facts={"n": 3}))  # this changes nothing about its place
    assert await claim(store) == []


async def test_a_card_of_a_time_to_come_does_not_wait_for_it(store: Store) -> None:
    await send(store, card())
    set_back = NOON - 60 * MINUTE
    (message,) = await store.outbox.claim(set_back, quiet=QUIET)
    assert message.collapse


async def test_an_update_waits_for_the_one_that_may_have_left(store: Store) -> None:
    await send(store, card(facts={"n": 1}))
    (held,) = await claim(store)
    await store.outbox.mark_uncertain(held, "timeout", NOON + MINUTE)
    await send(store, card(facts={"n": 2}))
    assert await claim(store) == []
    assert await store.outbox.next_at() == NOON + MINUTE
    (doubtful,) = await claim(store, MINUTE)
    assert doubtful.uncertain
    await sent(store, doubtful)
    assert facts(await claim(store, MINUTE)) == [2]


async def test_a_card_rests_for_a_moment_unless_somebody_looks_at_it(store: Store) -> None:
    await send(store, card(facts={"n": "quiet"}))
    assert await store.outbox.claim(NOON, quiet=QUIET) == []
    assert await store.outbox.next_at() == NOON + QUIET
    (quiet,) = await store.outbox.claim(NOON + QUIET, quiet=QUIET)
    await sent(store, quiet)
    await send(store, card(facts={"n": "seen"}))
    await send(store, replace(card(facts={"n": "clicked"}), awaited=True))
    await send(store, card(facts={"n": "and changed"}))
    assert await store.outbox.next_at() == NOON
    (looked_at,) = await store.outbox.claim(NOON, quiet=QUIET)
    assert looked_at.facts == {"n": "and changed"}


async def test_a_card_in_the_room_of_a_crisis_waits_until_the_room_is_there(store: Store) -> None:
    room = "crisis/CRI-0001"
    await send(store, card(room), effect(room, OpenRoom.topic, urgent=True))
    (opening,) = await claim(store)
    assert opening.topic == OpenRoom.topic
    assert await claim(store) == []
    await sent(store, opening, "")
    (shown,) = await claim(store)
    assert shown.collapse


async def test_plain_messages_never_collapse(store: Store) -> None:
    await send(store, *(effect(facts={"n": n}) for n in (1, 2)))
    (message,) = await claim(store)
    await sent(store, message)
    assert facts(await claim(store)) == [2]


async def test_a_dispatcher_that_never_came_back_leaves_its_message_uncertain(store: Store) -> None:
    await send(store, effect())
    (lost,) = await claim(store)
    assert await store.outbox.next_at() == NOON + MINUTE
    (found,) = await claim(store, MINUTE)
    assert found.uncertain
    assert found.id == lost.id
    # the lost dispatcher is back: it may only say that the message left
    assert not await store.outbox.mark_retry(lost, NOON, "late")
    assert not await store.outbox.mark_failed(lost, "late", NOON)
    assert await sent(store, lost)
    assert not await sent(store, found)


async def test_an_uncertain_message_rests_as_long_as_is_said(store: Store) -> None:
    await send(store, effect())
    (message,) = await store.outbox.claim(NOON)
    await store.outbox.mark_uncertain(message, "timeout", NOON + MINUTE)
    assert await store.outbox.next_at() == NOON + MINUTE
    assert await store.outbox.claim(NOON + MINUTE - SECOND) == []
    (again,) = await store.outbox.claim(NOON + MINUTE)
    assert again.uncertain


@pytest.mark.parametrize("how", ["failed", "dropped"])
async def test_a_message_set_aside_lets_the_next_one_pass(store: Store, how: str) -> None:
    await send(store, effect(facts={"n": 1}), effect(facts={"n": 2}))
    (message,) = await claim(store)
    mark = store.outbox.mark_failed if how == "failed" else store.outbox.mark_dropped
    assert await mark(message, "why", NOON)
    assert facts(await claim(store)) == [2]


async def test_where_a_card_stands_is_remembered(store: Store) -> None:
    assert await store.outbox.post_of("acme", "room/shared", IncidentCard.topic, "INC-0001") is None
    for ts in ("1.0", "2.0"):
        await send(store, card())
        (message,) = await claim(store)
        await sent(store, message, ts)
    where = ("acme", "room/shared", IncidentCard.topic, "INC-0001")
    assert await store.outbox.post_of(*where) == ("C1", "2.0", "")
    assert await store.outbox.post_of("other", *where[1:]) is None


async def test_what_a_card_says_is_remembered_until_nobody_knows(store: Store) -> None:
    where = ("acme", "room/shared", IncidentCard.topic, "INC-0001")
    await send(store, card())
    (message,) = await claim(store)
    await store.outbox.mark_sent(message, channel="C1", ts="1.0", now=NOON, shown="d1")
    assert await store.outbox.post_of(*where) == ("C1", "1.0", "d1")
    await send(store, card())
    (message,) = await claim(store)
    await store.outbox.mark_failed(message, "it may have been done", NOON)
    assert await store.outbox.post_of(*where) == ("C1", "1.0", "")


async def test_what_leaves_nothing_to_see_leaves_no_post(store: Store) -> None:
    await send(store, effect("crisis/CRI-0001", OpenRoom.topic))
    (message,) = await claim(store)
    await store.outbox.mark_sent(message, channel="C9", ts="", now=NOON)
    assert await store.outbox.post_of("acme", "crisis/CRI-0001", OpenRoom.topic, "INC-0001") is None


async def test_it_is_known_when_to_look_again(store: Store) -> None:
    assert await store.outbox.next_at() is None
    await send(store, effect(), effect())
    assert await store.outbox.next_at() == NOON
    (message,) = await claim(store)
    await store.outbox.mark_retry(message, NOON + 5 * MINUTE, "503")
    assert await store.outbox.next_at() == NOON + 5 * MINUTE  # the second waits behind it
