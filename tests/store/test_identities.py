"""Who is who in Slack is kept by contract, and the newer knowledge stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import Engine, event

from store.database import Store
from store.identities import HOLD, ChannelName, Identity, Learnt, Listing
from tests.store.records import MINUTE, NOON, effect

Change = tuple[str, str, str]  # person, which account they were, which they are

TOM = Identity(
    team="T1",
    slack="U1",
    contract="acme",
    person="tom",
    home="T1",
    email="tom@acme.example",
    locale="fr-FR",
    deleted=False,
    direct="D1",
    learnt_at=NOON,
)
ROOM = ChannelName(
    team="T1", contract="acme", name="incidents", channel="", sought_at=NOON, learnt_at=None
)


async def keep(store: Store, *identities: Identity, users: tuple[str, ...] = ()) -> list[Change]:
    """Keep these, and that the other `users` are nobody of the contract."""
    learnt = Learnt(
        team="T1",
        contracts=sorted({"acme", *(each.contract for each in identities)}),
        users={*users, *(each.slack for each in identities)},
        identities=identities,
    )
    changes = await store.directory.keep(learnt, NOON)
    return [(change.person, change.was, change.account) for change in changes]


async def test_who_somebody_is_is_kept_for_each_contract(store: Store) -> None:
    tess = replace(TOM, contract="other", person="tess")
    await keep(store, TOM, tess)

    assert await store.directory.identities(["acme"]) == [TOM]
    assert await store.directory.identity_of("other", "tess") == tess
    assert await store.directory.identity_of("acme", "tess") is None


async def test_a_new_account_takes_the_place_of_the_old_one(store: Store) -> None:
    await keep(store, TOM)
    anew = replace(TOM, slack="U2", direct="", learnt_at=NOON + MINUTE)
    await keep(store, anew)
    assert await store.directory.identities(["acme"]) == [anew]


async def test_an_account_that_is_another_persons_now_is_theirs_alone(store: Store) -> None:
    await keep(store, TOM)
    sam = replace(TOM, person="sam", learnt_at=NOON + MINUTE)
    await keep(store, sam)
    assert await store.directory.identities(["acme"]) == [sam]


async def test_only_contracts_that_are_concerned_are_looked_at(store: Store) -> None:
    await keep(store, TOM, replace(TOM, contract="other", person="tess"))
    many = sorted({"acme", "other", *(f"c{number}" for number in range(500))})
    learnt = Learnt(team="T1", contracts=many, users={"U1"}, identities=[TOM])
    statements: list[str] = []

    def count(_c: object, _k: object, statement: str, *_: object) -> None:
        statements.append(statement)

    event.listen(Engine, "before_cursor_execute", count)
    try:
        [change] = await store.directory.keep(learnt, NOON)
    finally:
        event.remove(Engine, "before_cursor_execute", count)
    assert (change.contract, change.person, change.account) == ("other", "tess", "")
    assert len([each for each in statements if "identities" in each]) < 10


async def test_what_another_replica_learnt_later_stays(store: Store) -> None:
    gone = replace(TOM, deleted=True, learnt_at=NOON + MINUTE)
    await keep(store, gone)
    await keep(store, TOM)
    assert await store.directory.identities(["acme"]) == [gone]
    back = replace(gone, deleted=False, learnt_at=NOON + 2 * MINUTE)
    await keep(store, back)
    assert await store.directory.identities(["acme"]) == [back]


async def test_con_4_whoever_the_contract_names_no_more_is_forgotten(store: Store) -> None:
    tess = replace(TOM, slack="U3", person="tess")
    elsewhere = replace(TOM, contract="other")
    await keep(store, TOM, tess, elsewhere)
    await store.directory.forget_others("acme", but=["tess"])
    assert await store.directory.identities(["acme", "other"]) == [tess, elsewhere]


async def test_the_channel_of_a_name_is_kept_and_replaced(store: Store) -> None:
    await store.directory.keep_channel_names([ROOM, replace(ROOM, name="provider")])
    found = replace(ROOM, channel="C1", learnt_at=NOON + MINUTE)
    await store.directory.keep_channel_names([found])
    kept = {each.name: each for each in await store.directory.channel_names(["acme"])}
    assert kept == {"incidents": found, "provider": replace(ROOM, name="provider")}
    assert await store.directory.channel_names(["other"]) == []


async def test_a_listing_is_held_by_one_and_goes_on_where_it_stopped(
    store: Store, database: str
) -> None:
    first = await store.directory.hold_listing("T1", "one", NOON)
    assert first == Listing(stage="", cursor="", begun_at=NOON)
    half = Listing(stage="public", cursor="bmV4dDo=", begun_at=NOON)
    await store.directory.keep_listing("T1", "one", half, NOON)
    assert await store.directory.hold_listing("T1", "one", NOON + MINUTE / 60) == half

    other = await store.directory.hold_listing("T1", "two", NOON + MINUTE / 60)
    alone = database.startswith("sqlite")
    assert other == (half if alone else None), "whoever held a file's has ended"
    later = NOON + MINUTE + HOLD
    assert await store.directory.hold_listing("T1", "two", later) == half

    done = Listing(stage="", cursor="", begun_at=NOON)
    await store.directory.keep_listing("T1", "two", done, later)
    assert await store.directory.hold_listing("T1", "one", later) == done, (
        "nobody holds what is done"
    )


async def test_each_workspace_has_its_own_listing(store: Store) -> None:
    half = Listing(stage="mine", cursor="x", begun_at=NOON)
    await store.directory.hold_listing("T1", "one", NOON)
    await store.directory.keep_listing("T1", "one", half, NOON)
    fresh = await store.directory.hold_listing("T2", "one", NOON + timedelta(seconds=1))
    assert fresh is not None
    assert not fresh.stage


async def test_con_3_whose_account_is_another_one_is_journalled_and_told(store: Store) -> None:
    assert await keep(store, TOM) == [], "the first is no change"
    assert await keep(store, replace(TOM, locale="en-GB")) == []
    lost = await keep(store, users=("U1",))
    assert lost == [("tom", "U1", "")]
    assert await keep(store, users=("U1",)) == [], "it is told once"
    [kept] = await store.directory.identities(["acme"])
    assert not kept.home, "it counts no more, and shows when another account is his"

    assert await keep(store, replace(TOM, slack="U2")) == [("tom", "U1", "U2")]
    sam = replace(TOM, slack="U2", person="sam")
    assert await keep(store, sam) == [("sam", "", "U2"), ("tom", "U2", "")]

    lines = [line async for line in store.journal.export("acme")]
    facts = [line["facts"] for line in lines if line["action"] == "identity.changed"]
    assert facts == [
        {"person": "tom", "was": "U1", "account": None},
        {"person": "tom", "was": "U1", "account": "U2"},
        {"person": "sam", "was": None, "account": "U2"},
        {"person": "tom", "was": "U2", "account": None},
    ]


async def test_esc_10_who_was_found_in_slack_or_had_a_message_since_is_reached(
    store: Store,
) -> None:
    def account(name: str, **changes: Any) -> Identity:
        return replace(TOM, slack=f"U-{name}", person=name, **changes)

    await keep(
        store,
        account("found"),
        account("long-ago", learnt_at=NOON - 2 * MINUTE),
        account("closed", deleted=True),
        account("closed-mailed", deleted=True),
    )
    ways = ("person/closed", "mail/closed-mailed", "person/no-account", "person/long-ago")
    effects = [effect(way) for way in ways]
    await store.run(lambda tx: tx.send(effects), now=NOON)
    for message in await store.outbox.claim(NOON, limit=10, lease_seconds=60):
        if str(message.to) != "person/long-ago":
            await store.outbox.mark_sent(message, channel="C1", ts="1.0", now=NOON)

    people = {"found", "long-ago", "closed", "closed-mailed", "no-account", "nobody"}
    since = NOON - MINUTE
    assert await store.read(lambda tx: tx.reached("acme", people, since)) == {
        "found",
        "closed-mailed",
        "no-account",
    }
    later = NOON + MINUTE
    assert await store.read(lambda tx: tx.reached("acme", people, later)) == set()
    assert await store.read(lambda tx: tx.reached("other", people, since)) == set()
