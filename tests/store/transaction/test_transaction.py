"""What a transaction promises, proved on the dictionary and on the store alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import islice
from typing import Any

import pytest

from escalation.base.refusals import NotFound, NotNow
from escalation.decision.transaction import Transaction
from escalation.duty.on_call import on_call
from escalation.records.cover import CoverState
from escalation.records.crisis import CrisisState
from escalation.records.escalation import Escalation
from escalation.records.incident import IncidentState, Priority
from escalation.records.kinds import COVER, CRISIS, INCIDENT, KINDS, REPORT
from escalation.records.report import ReportState
from escalation.records.visibility import Sight
from store.database import Store
from store.transaction.journal import BACK, MOST_LINES
from tests.agreement import paris
from tests.kept import incidents_of
from tests.planner import noting
from tests.store.records import (
    MINUTE,
    NOON,
    armed,
    change,
    cover,
    crisis,
    effect,
    incident,
    line,
    problem,
    report,
)

ALL = Sight(whole=True)
FIRST = Priority(level=1)


async def do(keeper: Any, work: Callable[[Transaction], Any]) -> Any:
    return await keeper.run(work, now=NOON)


async def keep(keeper: Any, *records: Any) -> None:
    def put(tx: Transaction) -> None:
        for record in records:
            tx.put(record)

    await do(keeper, put)


async def test_a_record_comes_back_as_it_was_put(keeper: Any) -> None:
    full = incident(
        description="«é» \u202e 🔥", severity=1, alarms=armed(call=NOON + MINUTE, settle=NOON)
    )
    await keep(keeper, full, crisis(leads={"client": "cid"}), report())

    def look(tx: Transaction) -> tuple[Any, ...]:
        return (
            tx.get(INCIDENT, "acme", "INC-0001"),
            tx.get(CRISIS, "acme", "CRI-0001"),
            tx.get(REPORT, "acme", "REP-0001"),
        )

    assert await do(keeper, look) == (
        replace(full, version=1),
        crisis(leads={"client": "cid"}, version=1),
        report(version=1),
    )


@pytest.mark.parametrize(
    ("look", "code"),
    [
        (lambda tx: tx.get(INCIDENT, "acme", "INC-9999"), "unknown_incident"),
        (lambda tx: tx.get(INCIDENT, "acme", "CRI-0001"), "unknown_incident"),
        (lambda tx: tx.get(INCIDENT, "acme", "nonsense"), "unknown_incident"),
        (lambda tx: tx.get(CRISIS, "acme", "CRI-9999"), "unknown_crisis"),
        (lambda tx: tx.get(REPORT, "acme", "REP-9999"), "unknown_report"),
        (lambda tx: tx.contract("nobody"), "unknown_contract"),
        (lambda tx: tx.contract_version("acme", "v0"), "unknown_contract"),
    ],
)
async def test_what_is_not_there_is_refused(keeper: Any, look: Any, code: str) -> None:
    await keep(keeper, crisis())
    with pytest.raises(NotFound) as refusal:
        await do(keeper, look)
    assert refusal.value.code == code


async def test_org_1_no_record_is_seen_from_another_contract(keeper: Any) -> None:
    await keep(keeper, incident(), crisis(), report())

    def look(tx: Transaction) -> list[Any]:
        with pytest.raises(NotFound):
            tx.get(INCIDENT, "other", "INC-0001")
        return [*incidents_of(tx, "other"), *tx.list(CRISIS, "other"), *tx.list(REPORT, "other")]

    assert await do(keeper, look) == []


async def test_reads_see_the_transactions_own_writes(keeper: Any) -> None:
    await keep(keeper, incident(1), incident(2))

    def work(tx: Transaction) -> tuple[list[str], int]:
        first = tx.get(INCIDENT, "acme", "INC-0001")
        tx.put(replace(first, state=IncidentState.CLOSED))
        tx.put(incident(3))
        tx.append([line("incident.closed")])
        assert tx.get(INCIDENT, "acme", "INC-0001").state is IncidentState.CLOSED
        assert [n.action for n in tx.timeline("acme", "INC-0001")] == ["incident.closed"]
        found = tx.open_incidents("acme", ALL, limit=1)
        return [i.id for i in found.shown], found.total

    assert await do(keeper, work) == (["INC-0002"], 2)


async def test_what_is_gravest_and_where_a_crisis_is_open_counts_the_transactions_own_writes(
    keeper: Any,
) -> None:
    third = Priority(level=3)
    await keep(keeper, incident(1, priority=third), incident(1, contract="other", priority=third))
    await keep(keeper, crisis(1), crisis(1, contract="other", state=CrisisState.OPEN))

    def work(tx: Transaction) -> tuple[Any, ...]:
        tx.put(incident(2, priority=FIRST))
        tx.put(replace(tx.get(INCIDENT, "other", "INC-0001"), state=IncidentState.CLOSED))
        tx.put(replace(tx.get(CRISIS, "acme", "CRI-0001"), state=CrisisState.REFUSED))
        return tx.gravest({"acme": ALL, "other": ALL}), set(tx.with_open(CRISIS))

    assert await do(keeper, work) == ({"acme": 1}, {"other"})


async def test_a_list_may_be_had_of_every_kind_over_or_not(keeper: Any) -> None:
    records = (incident(1), incident(2, state=IncidentState.MERGED), crisis(1), report(1))
    await keep(keeper, *records, cover(1, state=CoverState.OVER), problem(1), change(1))

    def look(tx: Transaction) -> dict[str, list[list[str]]]:
        found = {
            kind.prefix: [
                [record.id for record in tx.list(kind, "acme", open_only=open_only)]
                for open_only in (True, False)
            ]
            for kind in KINDS
        }
        return {prefix: lists for prefix, lists in found.items() if lists != [[], []]}

    assert await do(keeper, look) == {
        "INC": [["INC-0001"], ["INC-0001", "INC-0002"]],
        "CRI": [["CRI-0001"], ["CRI-0001"]],
        "REP": [["REP-0001"], ["REP-0001"]],
        "COV": [[], ["COV-0001"]],
        "PRB": [["PRB-0001"], ["PRB-0001"]],
        "CHG": [["CHG-0001"], ["CHG-0001"]],
    }


async def test_cal_6_the_contract_in_force_has_the_covers_that_the_transaction_sees(
    keeper: Any,
) -> None:
    at = paris("2026-07-15 20:00")  # Nia's turn

    def duty(tx: Transaction) -> str:
        return on_call(tx.contract("acme"), "nights", at)

    def work(tx: Transaction) -> list[str]:
        before = duty(tx)
        tx.put(cover(1))
        return [before, duty(tx)]

    assert await do(keeper, work) == ["nia", "ned"]
    assert await do(keeper, duty) == "ned"

    def withdraw(tx: Transaction) -> None:
        tx.put(replace(tx.get(COVER, "acme", "COV-0001"), state=CoverState.WITHDRAWN))

    await do(keeper, withdraw)
    assert await do(keeper, duty) == "nia"


def ids(tx: Transaction, sight: Sight, **page: int) -> tuple[list[str], int]:
    found = tx.open_incidents("acme", sight, **{"limit": 5, **page})
    return [i.id for i in found.shown], found.total


async def test_the_gravest_open_incidents_come_first_however_many_came_since(keeper: Any) -> None:
    later = [incident(n, priority=Priority(level=4)) for n in range(2, 207)]
    over = [incident(n, state=state, priority=FIRST) for n, state in enumerate(INCIDENT.over, 300)]
    await keep(keeper, incident(1, priority=FIRST), *later, *over, incident(250))

    def look(tx: Transaction) -> list[Any]:
        return [ids(tx, ALL, limit=3), ids(tx, ALL, skip=3, limit=2), ids(tx, ALL, skip=207)]

    assert await do(keeper, look) == [
        (["INC-0250", "INC-0001", "INC-0002"], 207),  # not qualified: to be looked at first
        (["INC-0003", "INC-0004"], 207),
        ([], 207),
    ]


async def test_of_incidents_as_grave_the_older_comes_first_also_beyond_four_digits(
    keeper: Any,
) -> None:
    await keep(keeper, incident(10_000), incident(9_999), incident(2))
    found = await do(keeper, lambda tx: ids(tx, ALL))
    assert found == (["INC-0002", "INC-9999", "INC-10000"], 3)


async def test_what_changes_moves_in_the_list(keeper: Any) -> None:
    await keep(keeper, *(incident(n, priority=Priority(level=3)) for n in (1, 2, 3)))

    def change(tx: Transaction) -> None:
        tx.put(replace(tx.get(INCIDENT, "acme", "INC-0003"), priority=FIRST))
        tx.put(replace(tx.get(INCIDENT, "acme", "INC-0001"), state=IncidentState.CLOSED))

    await do(keeper, change)
    assert await do(keeper, lambda tx: ids(tx, ALL)) == (["INC-0003", "INC-0002"], 2)


async def test_con_2_only_what_somebody_sees_is_listed_and_counted(keeper: Any) -> None:
    escalation = Escalation(
        ladder="network", reason="", started_by="tom", started_at=NOON, rung_started_at=NOON
    )
    await keep(
        keeper,
        incident(1, component="vpn", client_informed=False),
        incident(2, component="v%n"),
        incident(3, component="VPN", groups=('net "1"', "netops")),
        incident(4, walks=(escalation,)),
    )
    seen = {
        "all": ALL,
        "told": Sight(informed=True),
        "nothing": Sight(),
        "component": Sight(concerns=frozenset({"component/vpn"})),
        "percent": Sight(concerns=frozenset({"component/v%n"})),
        "group": Sight(concerns=frozenset({'group/net "1"', "ladder/other"})),
        "part of a name": Sight(concerns=frozenset({"group/net"})),
        "ladder": Sight(concerns=frozenset({"ladder/network", "component/vpn"})),
    }

    def look(tx: Transaction) -> dict[str, Any]:
        return {name: ids(tx, sight) for name, sight in seen.items()}

    assert await do(keeper, look) == {
        "all": (["INC-0001", "INC-0002", "INC-0003", "INC-0004"], 4),
        "told": (["INC-0002", "INC-0003", "INC-0004"], 3),
        "nothing": ([], 0),
        "component": (["INC-0001"], 1),
        "percent": (["INC-0002"], 1),
        "group": (["INC-0003"], 1),
        "part of a name": ([], 0),
        "ladder": (["INC-0001", "INC-0004"], 2),
    }


async def test_the_gravest_incident_seen_is_told_by_contract(keeper: Any) -> None:
    await keep(
        keeper,
        incident(1, priority=FIRST, client_informed=False, component="vpn"),
        incident(2, priority=Priority(level=3)),
        incident(1, contract="other", priority=Priority(level=2)),
        incident(2, contract="other", priority=FIRST, state=IncidentState.CLOSED),
    )
    told, of_vpn = Sight(informed=True), Sight(concerns=frozenset({"component/vpn"}))
    for sights, expected in (
        ({"acme": ALL, "other": ALL}, {"acme": 1, "other": 2}),
        ({"acme": told}, {"acme": 3}),
        ({"acme": of_vpn, "other": of_vpn}, {"acme": 1}),
        ({"acme": Sight(), "other": told}, {"other": 2}),
    ):
        assert await do(keeper, lambda tx, sights=sights: tx.gravest(sights)) == expected


async def test_the_newest_incidents_on_a_component_come_first(keeper: Any) -> None:
    closed = IncidentState.CLOSED
    await do(keeper, lambda tx: [tx.next_id("acme", "INC") for _ in range(6)])
    await keep(
        keeper,
        *(incident(n, component="mail", state=closed) for n in (1, 2, 3)),
        incident(4, component="mailing"),
        incident(5, contract="other", component="mail"),
        incident(6),
    )

    def look(tx: Transaction) -> list[str]:
        tx.put(replace(tx.get(INCIDENT, "acme", "INC-0006"), component="mail"))
        return [each.id for each in tx.newest_incidents("acme", "mail", limit=3)]

    assert await do(keeper, look) == ["INC-0006", "INC-0003", "INC-0002"]
    assert await do(keeper, lambda tx: tx.newest_incidents("none", "mail", limit=3)) == []
    anywhere = await do(keeper, lambda tx: tx.newest_incidents("acme", None, limit=3))
    assert [each.id for each in anywhere] == ["INC-0006", "INC-0004", "INC-0003"]


async def test_the_contracts_with_an_open_crisis_are_told(keeper: Any) -> None:
    await keep(keeper, crisis(1, state=CrisisState.CLOSED), crisis(1, contract="other"))
    assert await do(keeper, lambda tx: set(tx.with_open(CRISIS))) == {"other"}


async def test_crises_over_are_left_out_unless_asked_for(keeper: Any) -> None:
    states = (CrisisState.ASKED, CrisisState.CLOSED, CrisisState.REFUSED, CrisisState.OPEN)
    await keep(keeper, *(crisis(n, state=state) for n, state in enumerate(states, 1)))

    def look(tx: Transaction) -> tuple[list[str], list[str]]:
        return (
            [c.id for c in tx.list(CRISIS, "acme")],
            [c.id for c in tx.list(CRISIS, "acme", open_only=False)],
        )

    assert await do(keeper, look) == (
        ["CRI-0004", "CRI-0001"],
        ["CRI-0004", "CRI-0003", "CRI-0002", "CRI-0001"],
    )


async def test_a_crisis_is_found_by_its_room(keeper: Any) -> None:
    await keep(keeper, crisis(1, room="C1"), crisis(2))

    def look(tx: Transaction) -> list[str | None]:
        tx.put(replace(tx.get(CRISIS, "acme", "CRI-0002"), room="C2"))
        found = (tx.crisis_in_room(room) for room in ("C1", "C2", "C3"))
        return [crisis and crisis.id for crisis in found]

    assert await do(keeper, look) == ["CRI-0001", "CRI-0002", None]


async def test_in_a_room_of_the_pool_the_open_crisis_is_found_else_the_newest(keeper: Any) -> None:
    over = {"room": "C1", "state": CrisisState.CLOSED}
    await keep(
        keeper,
        crisis(10_000, asked_at=NOON - MINUTE, **over),
        crisis(9_999, asked_at=NOON - MINUTE, **over),
        crisis(3, asked_at=NOON - 2 * MINUTE, **over),
        crisis(7, contract="other", asked_at=NOON - MINUTE, **over),
    )

    def look(tx: Transaction) -> list[str]:
        return [str(found and found.id) for found in (tx.crisis_in_room("C1"),)]

    def closes(tx: Transaction) -> list[str]:
        found = look(tx)
        tx.put(replace(tx.get(CRISIS, "other", "CRI-0008"), state=CrisisState.CLOSED))
        return found + look(tx)

    assert await do(keeper, look) == ["CRI-10000"]
    meets = crisis(
        8, contract="other", room="C1", state=CrisisState.OPEN, asked_at=NOON - 3 * MINUTE
    )
    await keep(keeper, meets)
    assert await do(keeper, closes) == ["CRI-0008", "CRI-10000"]
    assert await do(keeper, look) == ["CRI-10000"]


async def test_reports_come_by_deadline_and_issued_ones_are_left_out(keeper: Any) -> None:
    await keep(
        keeper,
        report(1, deadline=NOON + 3 * MINUTE),
        report(2, deadline=NOON + MINUTE),
        report(10_000, deadline=NOON + MINUTE),
        report(3, deadline=NOON, state=ReportState.ISSUED),
    )

    def look(tx: Transaction) -> tuple[list[str], list[str]]:
        return (
            [r.id for r in tx.list(REPORT, "acme")],
            [r.id for r in tx.list(REPORT, "acme", open_only=False)],
        )

    assert await do(keeper, look) == (
        ["REP-0002", "REP-10000", "REP-0001"],
        ["REP-0003", "REP-0002", "REP-10000", "REP-0001"],
    )


async def test_numbers_run_per_contract_and_kind(keeper: Any) -> None:
    asked = (("acme", "INC"), ("acme", "INC"), ("acme", "CRI"), ("other", "INC"))

    def number(tx: Transaction) -> list[str]:
        return [tx.next_id(contract, prefix) for contract, prefix in asked]

    assert await do(keeper, number) == ["INC-0001", "INC-0002", "CRI-0001", "INC-0001"]
    assert await do(keeper, lambda tx: tx.next_id("acme", "INC")) == "INC-0003"


async def test_an_outcome_is_remembered(keeper: Any) -> None:
    assert await do(keeper, lambda tx: tx.outcome_of("envelope/1")) is None
    await do(keeper, lambda tx: tx.remember("envelope/1", "INC-0001"))
    assert await do(keeper, lambda tx: tx.outcome_of("envelope/1")) == "INC-0001"


async def test_inc_10_the_timeline_says_who_when_what_and_from_where(keeper: Any) -> None:
    lines = [line("incident.opened", severity=1, people=["sam", "sue"]), line("incident.closed")]
    await do(keeper, lambda tx: tx.append([lines[0], line("other", "INC-0002"), lines[1]]))

    assert await do(keeper, lambda tx: tx.timeline("acme", "INC-0001")) == lines


async def test_the_newest_lines_of_some_actions_come_first(keeper: Any) -> None:
    every = [line("incident.noted" if n % 3 else "incident.taken", n=n) for n in range(1, 501)]
    others = [line("incident.taken", "INC-0002"), line("incident.taken", contract="other")]
    await do(keeper, lambda tx: tx.append([*every, *others]))

    def look(tx: Transaction) -> list[Any]:
        tx.append([line("incident.taken", n=501), line("incident.noted", n=502)])
        return [n.facts["n"] for n in tx.newest("acme", "INC-0001", {"incident.taken", "other"})]

    assert await do(keeper, look) == list(range(501, 0, -3))
    assert await do(keeper, lambda tx: list(tx.newest("acme", "INC-0001", ()))) == []


async def test_a_long_timeline_is_read_no_further_than_is_asked(store: Store) -> None:
    every = [line("incident.noted", n=n) for n in range(1, 1001)]
    await do(store, lambda tx: tx.append(every))
    with noting() as sent:
        newest = await store.read(
            lambda tx: list(islice(tx.newest("acme", "INC-0001", {"incident.noted"}), BACK))
        )
    assert [n.facts["n"] for n in newest] == list(range(1000, 1000 - BACK, -1))
    assert len([words for words in sent if "journal" in words]) == 1
    (before,) = [given for words, given in sent.items() if "journal" in words]
    assert MOST_LINES in before  # the first page, and no other


@pytest.mark.parametrize("trouble", [NotNow("over"), RuntimeError("a bug")])
async def test_nothing_is_saved_of_a_transaction_that_fails(keeper: Any, trouble: Any) -> None:
    await keep(keeper, incident())

    def fail(tx: Transaction) -> None:
        tx.put(replace(tx.get(INCIDENT, "acme", "INC-0001"), title="changed"))
        tx.put(incident(2))
        tx.next_id("acme", "INC")
        tx.append([line("incident.changed")])
        tx.send([effect()])
        tx.remember("key", "INC-0002")
        raise trouble

    with pytest.raises(type(trouble)):
        await do(keeper, fail)

    def look(tx: Transaction) -> tuple[Any, ...]:
        return (
            [i.title for i in incidents_of(tx, "acme")],
            tx.timeline("acme", "INC-0001"),
            tx.outcome_of("key"),
            tx.next_id("acme", "INC"),
        )

    assert await do(keeper, look) == (["VPN"], [], None, "INC-0001")


async def test_a_record_put_twice_is_saved_as_last_put(keeper: Any) -> None:
    def work(tx: Transaction) -> None:
        tx.put(incident())
        tx.put(replace(tx.get(INCIDENT, "acme", "INC-0001"), title="second"))
        tx.put(replace(tx.get(INCIDENT, "acme", "INC-0001"), cause="found"))

    await do(keeper, work)
    found = await do(keeper, lambda tx: tx.get(INCIDENT, "acme", "INC-0001"))
    assert (found.title, found.cause, found.version) == ("second", "found", 1)


async def test_a_record_keeps_the_contract_version_it_opened_under(keeper: Any) -> None:
    await keeper.contracts.put_in_force("acme", "v2", "acme Second", NOON)

    def look(tx: Transaction) -> list[tuple[str, str]]:
        found = (tx.contract("acme"), tx.contract_version("acme", "v1"))
        return [(contract.name, contract.version) for contract in found]

    assert await do(keeper, look) == [("Second", "v2"), ("First", "v1")]
