"""A small contract for the tests of the rules: everybody has a readable name and a clear place."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from escalation.base.durations import Duration
from escalation.contract import (
    CLIENT,
    PROVIDER,
    AutomaticCase,
    Component,
    Contract,
    CrisisRules,
    Criticality,
    Echelon,
    EscalationRules,
    IncidentRules,
    Ladder,
    Party,
    Person,
    Post,
    Priorities,
    ReportRules,
    Role,
    Rooms,
    Rota,
    Rung,
    SideCrisisRules,
    Site,
    SiteContact,
    Supplier,
    SupportGroup,
    Target,
    Trigger,
)

PARIS = ZoneInfo("Europe/Paris")


def paris(text: str) -> datetime:
    """An instant of the wall clock in Paris, e.g. "2026-07-15 10:00", as aware UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=PARIS).astimezone(UTC)


def lasting(*texts: str) -> dict[int, Duration]:
    """Durations for priorities 1, 2, 3, 4; the last one given serves the rest."""
    return {p: Duration.parse(texts[min(p, len(texts)) - 1]) for p in (1, 2, 3, 4)}


PEOPLE = (
    # provider, level by level
    Person(id="tom", name="Tom Leader", organisation=PROVIDER, roles=(Role.TEAM_LEADER,),
           email="tom@provider.example", phone="+33100000001"),
    Person(id="tess", name="Tess Deputy", organisation=PROVIDER, roles=(Role.TECHNICIAN,),
           email="tess@provider.example", phone="+33100000002"),
    Person(id="sam", name="Sam Delivery", organisation=PROVIDER,
           roles=(Role.SERVICE_DELIVERY_MANAGER, Role.INCIDENT_MANAGER),
           email="sam@provider.example", phone="+33100000003", language="en"),
    Person(id="sue", name="Sue Deputy", organisation=PROVIDER, roles=(Role.INCIDENT_MANAGER,),
           email="sue@provider.example", phone="+33100000004"),
    Person(id="dan", name="Dan Director", organisation=PROVIDER,
           roles=(Role.DIRECTOR_OF_OPERATIONS,), email="dan@provider.example",
           phone="+33100000005"),
    Person(id="bea", name="Bea Board", organisation=PROVIDER, roles=(Role.EXECUTIVE,),
           email="bea@provider.example", phone="+33100000006"),
    Person(id="hal", name="Hal Helpdesk", organisation=PROVIDER, roles=(Role.HELP_DESK,),
           email="hal@provider.example", phone="+33100000007"),
    Person(id="ned", name="Ned Night", organisation=PROVIDER, roles=(Role.TECHNICIAN,),
           email="ned@provider.example", phone="+33100000008"),
    Person(id="nia", name="Nia Night", organisation=PROVIDER, roles=(Role.TECHNICIAN,),
           email="nia@provider.example", phone="+33100000009"),
    # client, level by level
    Person(id="olga", name="Olga Operations", organisation=CLIENT, roles=(Role.OPERATIONS_LEAD,),
           email="olga@client.example", phone="+33200000001"),
    Person(id="otto", name="Otto Deputy", organisation=CLIENT, roles=(Role.REQUESTER,),
           email="otto@client.example", phone="+33200000002"),
    Person(id="hana", name="Hana Head", organisation=CLIENT, roles=(Role.SERVICE_OWNER,),
           email="hana@client.example", phone="+33200000003"),
    Person(id="cid", name="Cid Cio", organisation=CLIENT, roles=(Role.CIO,),
           email="cid@client.example", phone="+33200000004"),
    Person(id="eve", name="Eve Executive", organisation=CLIENT, roles=(Role.EXECUTIVE,),
           email="eve@client.example", phone="+33200000005"),
    Person(id="rita", name="Rita Requester", organisation=CLIENT, roles=(Role.REQUESTER,),
           email="rita@client.example", phone="+33200000006", language="fr"),
    # the network supplier
    Person(id="nora", name="Nora Network", organisation="network", roles=(Role.TECHNICIAN,),
           email="nora@network.example", phone="+33300000001"),
    Person(id="rex", name="Rex Representative", organisation="network",
           roles=(Role.SUPPLIER_REPRESENTATIVE,), email="rex@network.example",
           phone="+33300000002"),
)  # fmt: skip

ECHELONS = (
    Echelon(level=1, name="Operations", provider=Post(people=("tom", "tess"), on_call=("nights",)),
            client=Post(people=("olga", "otto"))),
    Echelon(level=2, name="Service", provider=Post(people=("sam", "sue")),
            client=Post(people=("hana",))),
    Echelon(level=3, name="Management", provider=Post(people=("dan",)),
            client=Post(people=("cid",))),
    Echelon(level=4, name="Executive board", provider=Post(people=("bea",)),
            client=Post(people=("eve",))),
)  # fmt: skip

TOWARDS_CLIENT = Ladder(
    id=CLIENT,
    towards=CLIENT,
    rungs=tuple(
        Rung(
            level=level,
            acknowledge=lasting("5m", "15m", "1h coverage", "4h coverage"),
            settle=lasting("1h", "2h", "8h coverage", "3 working days"),
        )
        for level in (1, 2, 3, 4)
    ),
)

TOWARDS_NETWORK = Ladder(
    id="network",
    towards="network",
    rungs=(
        Rung(level=1, acknowledge=lasting("10m"), settle=lasting("30m"),
             supplier=Post(people=("nora",))),
        Rung(level=2, acknowledge=lasting("10m"), settle=lasting("1h"),
             supplier=Post(people=("rex",))),
    ),
)  # fmt: skip


def agreement(**changes: Any) -> Contract:
    """The contract "acme", with any field replaced."""
    contract = Contract(
        id="acme",
        name="Acme outsourcing",
        version="v1",
        provider=Party(name="Provider Ltd"),
        client=Party(name="Client Agency"),
        people=PEOPLE,
        echelons=ECHELONS,
        suppliers=(Supplier(id="network", name="Network Co", representative="rex"),),
        components=(
            Component(id="vpn", name="VPN", criticality=Criticality.STRATEGIC, rank=1,
                      group="netops", supplier="network"),
            Component(id="mail", name="Mail", criticality=Criticality.FAIRLY_STRATEGIC, rank=2),
            Component(id="wiki", name="Wiki", criticality=Criticality.SENSITIVE, rank=3),
            Component(id="kiosk", name="Kiosk", criticality=Criticality.HARDLY_SENSITIVE, rank=3),
        ),
        groups=(
            SupportGroup(id="netops", name="Network operations", organisation="network",
                         members=("nora",), competences=("network",)),
        ),
        sites=(
            Site(id="brest", name="Brest office", address="3 rue du Port",
                 contacts=(SiteContact(name="Maud Bris", phone="+33200000010"),)),
            Site(id="noumea", name="Nouméa office", timezone="Pacific/Noumea",
                 contacts=(SiteContact(name="Luc Roche", phone="+687000001",
                                       email="luc@client.example"),)),
        ),
        rotas=(Rota(id="nights", people=("ned", "nia"), starts=date(2026, 1, 5)),),
        ladders=(TOWARDS_CLIENT, TOWARDS_NETWORK),
        rooms=Rooms(shared="incidents", provider="provider-incidents"),
        escalation=EscalationRules(
            automatic=(
                AutomaticCase(trigger=Trigger.PRIORITY_1_OPENED),
                AutomaticCase(trigger=Trigger.ACKNOWLEDGEMENT_MISSED, priorities=(1, 2, 3)),
                AutomaticCase(trigger=Trigger.TARGET_MISSED, priorities=(1, 2)),
                AutomaticCase(trigger=Trigger.REOPENED),
            ),
            unreachable="dan",
        ),
        incidents=IncidentRules(
            targets={
                1: Target(acknowledge=Duration.parse("15m"), restore=Duration.parse("4h")),
                2: Target(acknowledge=Duration.parse("30m"), restore=Duration.parse("8h")),
                3: Target(acknowledge=Duration.parse("4h coverage"),
                          restore=Duration.parse("20h coverage")),
                4: Target(acknowledge=Duration.parse("8h coverage"),
                          restore=Duration.parse("10 working days")),
            },
            priority_1_list=("sam", "hana", "cid"),
        ),
        crisis=CrisisRules(
            provider=SideCrisisRules(
                inform=("dan", "bea"),
                as_of_right=(Role.DIRECTOR_OF_OPERATIONS, Role.SERVICE_DELIVERY_MANAGER),
                communication_lead="tom",
            ),
            client=SideCrisisRules(
                inform=("eve",),
                as_of_right=(Role.SERVICE_OWNER, Role.CIO),
                communication_lead="olga",
            ),
            help_desk=("hal",),
        ),
        report=ReportRules(client_list=("hana", "cid")),
    )  # fmt: skip
    return replace(contract, **changes)


URGENCY_IMPACT = {1: {1: 1, 2: 2, 3: 3}, 2: {1: 2, 2: 3, 3: 3}, 3: {1: 3, 2: 3, 3: 3}}


def ranked(**changes: Any) -> Contract:
    """One in which the client ranks components; three priorities, and no criticality (INC-3)."""
    contract = agreement()
    rules, ladders = contract.incidents, []
    for ladder in contract.ladders:
        rungs = (
            replace(each, acknowledge=_three(each.acknowledge), settle=_three(each.settle))
            for each in ladder.rungs
        )
        ladders.append(replace(ladder, rungs=tuple(rungs)))
    contract = replace(
        contract,
        components=tuple(replace(each, criticality=None) for each in contract.components),
        priorities=Priorities(scheme="ranked", urgency_impact=URGENCY_IMPACT),
        incidents=replace(rules, targets=_three(rules.targets)),
        ladders=tuple(ladders),
    )
    return replace(contract, **changes)


def _three(of_priority: dict[int, Any]) -> dict[int, Any]:
    return {level: of_priority[level] for level in (1, 2, 3)}
