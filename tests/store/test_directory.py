"""Who is who in Slack is kept by contract, and the newer knowledge stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from store.database import Store
from store.directory import HOLD, ChannelName, Identity, Listing
from tests.store.records import MINUTE, NOON

TOM = Identity(
    team="T1",
    slack="U1",
    contract="acme",
    person="tom",
    email="tom@acme.example",
    locale="fr-FR",
    deleted=False,
    direct="D1",
    learnt_at=NOON,
)
ROOM = ChannelName(
    team="T1", contract="acme", name="incidents", channel="", sought_at=NOON, learnt_at=None
)


async def test_who_somebody_is_is_kept_for_each_contract(store: Store) -> None:
    tess = replace(TOM, contract="other", person="tess")
    await store.keep_identities([TOM, tess])

    assert await store.identities(["acme"]) == [TOM]
    assert await store.identity_of("other", "tess") == tess
    assert await store.identity_of("acme", "tess") is None


async def test_a_new_account_takes_the_place_of_the_old_one(store: Store) -> None:
    await store.keep_identities([TOM])
    anew = replace(TOM, slack="U2", direct="", learnt_at=NOON + MINUTE)
    await store.keep_identities([anew])
    assert await store.identities(["acme"]) == [anew]


async def test_an_account_that_is_another_persons_now_is_theirs_alone(store: Store) -> None:
    await store.keep_identities([TOM])
    sam = replace(TOM, person="sam", learnt_at=NOON + MINUTE)
    await store.keep_identities([sam])
    assert await store.identities(["acme"]) == [sam]


async def test_what_another_replica_learnt_later_stays(store: Store) -> None:
    gone = replace(TOM, deleted=True, learnt_at=NOON + MINUTE)
    await store.keep_identities([gone])
    await store.keep_identities([TOM])
    assert await store.identities(["acme"]) == [gone]
    back = replace(gone, deleted=False, learnt_at=NOON + 2 * MINUTE)
    await store.keep_identities([back])
    assert await store.identities(["acme"]) == [back]


async def test_con_4_whoever_the_contract_names_no_more_is_forgotten(store: Store) -> None:
    tess = replace(TOM, slack="U3", person="tess")
    elsewhere = replace(TOM, contract="other")
    await store.keep_identities([TOM, tess, elsewhere])
    await store.forget_identities("acme", but=["tess"])
    assert await store.identities(["acme", "other"]) == [tess, elsewhere]


async def test_the_channel_of_a_name_is_kept_and_replaced(store: Store) -> None:
    await store.keep_channel_names([ROOM, replace(ROOM, name="provider")])
    found = replace(ROOM, channel="C1", learnt_at=NOON + MINUTE)
    await store.keep_channel_names([found])
    kept = {each.name: each for each in await store.channel_names(["acme"])}
    assert kept == {"incidents": found, "provider": replace(ROOM, name="provider")}
    assert await store.channel_names(["other"]) == []


async def test_a_listing_is_held_by_one_and_goes_on_where_it_stopped(store: Store) -> None:
    first = await store.hold_listing("T1", "one", NOON)
    assert first == Listing(stage="", cursor="", begun_at=NOON)
    half = Listing(stage="public", cursor="bmV4dDo=", begun_at=NOON)
    await store.keep_listing("T1", "one", half, NOON)
    assert await store.hold_listing("T1", "one", NOON + MINUTE / 60) == half

    other = await store.hold_listing("T1", "two", NOON + MINUTE / 60)
    alone = store._database.one_writer
    assert other == (half if alone else None), "whoever held a file's has ended"
    later = NOON + MINUTE + HOLD
    assert await store.hold_listing("T1", "two", later) == half

    done = Listing(stage="", cursor="", begun_at=NOON)
    await store.keep_listing("T1", "two", done, later)
    assert await store.hold_listing("T1", "one", later) == done, "nobody holds what is done"


async def test_each_workspace_has_its_own_listing(store: Store) -> None:
    half = Listing(stage="mine", cursor="x", begun_at=NOON)
    await store.hold_listing("T1", "one", NOON)
    await store.keep_listing("T1", "one", half, NOON)
    fresh = await store.hold_listing("T2", "one", NOON + timedelta(seconds=1))
    assert fresh is not None
    assert not fresh.stage
