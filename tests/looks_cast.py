"""Who looks, at what, and whom each reader may know of: written by hand, as `authority_cast` is.

Two suppliers, so that one can be asked of the other's; a guest sits in the rooms without being in
any contract.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from escalation.contract import (
    Component,
    Contract,
    Criticality,
    Ladder,
    Person,
    Post,
    Role,
    Rung,
    Supplier,
    SupportGroup,
)
from escalation.contract.processes.changes import ChangeRules
from escalation.contract.processes.problems import ProblemRules
from escalation.contract.processes.responsibilities import Responsibility
from escalation.decision.commands.change import RequestChange
from escalation.decision.commands.command import Command
from escalation.decision.commands.cover import AskCover
from escalation.decision.commands.crisis import (
    AcceptCrisis,
    AddAction,
    AddSupplier,
    AskCrisis,
    RoomOpened,
)
from escalation.decision.commands.incident import (
    CloseIncident,
    OpenIncident,
    ResolveIncident,
    TakeIncident,
    VerifyIncident,
    WaitFor,
)
from escalation.decision.commands.ladder import EscalateUp
from escalation.decision.commands.problem import OpenProblem
from escalation.plan.memory import Memory
from escalation.records.incident import Origin
from handlers.application import Caller
from handlers.words.texts import Texts
from tests.agreement import PEOPLE, TOWARDS_CLIENT, TOWARDS_NETWORK, agreement, lasting
from tests.authority_cast import CLIENTS, NETWORK, NOON, OTHER, PROVIDERS
from tests.handlers.counter import Counter
from tests.handlers.stories import Stage
from tests.kept import fork

POWER = frozenset({"pia", "raj"})
OF_POWER = (
    Person(
        id="pia", name="Pia Power", organisation="power", roles=(Role.TECHNICIAN,),
        email="pia@power.example", phone="+33400000001",
    ),
    Person(
        id="raj", name="Raj Representative", organisation="power",
        roles=(Role.SUPPLIER_REPRESENTATIVE,), email="raj@power.example", phone="+33400000002",
    ),
)  # fmt: skip
TOWARDS_POWER = Ladder(
    id="power",
    towards="power",
    rungs=(
        Rung(level=1, acknowledge=lasting("10m"), settle=lasting("30m"),
             supplier=Post(people=("pia",))),
    ),
)  # fmt: skip
CELL_ROOM = "C0CELL"


@cache
def terms() -> tuple[Contract, Contract]:
    """The contract that is looked at, and another one of the same provider."""
    acme = agreement(problems=ProblemRules(), changes=ChangeRules())
    two_suppliers = replace(
        acme,
        people=(*PEOPLE, *OF_POWER),
        suppliers=(*acme.suppliers, Supplier(id="power", name="Power Co", representative="raj")),
        components=(
            *acme.components,
            Component(id="ups", name="Batteries", criticality=Criticality.SENSITIVE, rank=3,
                      group="electricians", supplier="power"),
        ),
        groups=(
            *acme.groups,
            SupportGroup(id="electricians", name="Electricians", organisation="power",
                         members=("pia",)),
        ),
        ladders=(TOWARDS_CLIENT, TOWARDS_NETWORK, TOWARDS_POWER),
        responsibilities=(
            Responsibility(process="Incidents", activity="Restore", accountable=("sam",),
                           responsible=("technician",), informed=("cio",)),
        ),
    )  # fmt: skip
    fiona = replace(PEOPLE[0], id="fiona", name="Fiona Foreign", email="fiona@other.example")
    return two_suppliers, agreement(id=OTHER, name="Other", people=(*PEOPLE, fiona))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Somebody who asks; `user` is their Slack user, which is their id where a contract names them.

    `knows`: whom they may be told of, wherever they look.
    """

    words: str
    user: str
    knows: frozenset[str] = frozenset()


ALL = PROVIDERS | CLIENTS | NETWORK | POWER
OPPOSITE_NETWORK = frozenset({"tom", "tess", "sam", "sue"})  # echelons 1 and 2 of the provider
OPPOSITE_POWER = frozenset({"tom", "tess"})  # echelon 1
READERS = (
    Reader(words="provider, its manager", user="sam", knows=ALL),
    Reader(words="provider, a technician", user="nia", knows=ALL),
    Reader(words="client, its CIO", user="cid", knows=ALL),
    Reader(words="client, a requester", user="otto", knows=ALL),
    Reader(words="supplier", user="nora", knows=NETWORK | OPPOSITE_NETWORK),
    Reader(words="supplier, in the cell", user="rex", knows=NETWORK | OPPOSITE_NETWORK),
    Reader(words="another supplier", user="pia", knows=POWER | OPPOSITE_POWER),
    Reader(words="guest", user="U0GUEST"),
    Reader(words="stranger", user="U0STRANGER"),
    Reader(words="of another contract", user="fiona"),
)

# What there is, and whom it shows to those suppliers that it concerns.
RECORDS = {
    "INC-0001": "an incident of a supplier's component, escalated to it and to the client",
    "INC-0002": "an incident of the two firms",
    "INC-0003": "the provider's own affair",
    "INC-0099": "an incident that does not exist",
    "CRI-0001": "a cell, with the supplier's representative",
    "CRI-0002": "a cell of the two firms",
    "CRI-0099": "a crisis that does not exist",
    "REP-0001": "a report on the supplier's component",
    "REP-0099": "a report that does not exist",
    "COV-0001": "a cover of the provider's on-call duty",
    "COV-0099": "a cover that does not exist",
    "PRB-0001": "a problem of the two firms, with a work-around",
    "PRB-0099": "a problem that does not exist",
    "CHG-0001": "a change that the provider asked for",
    "CHG-0099": "a change that does not exist",
    "": "no record named",
}
# Who asked and who works on it; in the cell, who takes part: they sit in one room.
CELL = frozenset({"sam", "hana", "dan", "cid", "tom", "olga", "rex", "otto"})
SHOWS: dict[tuple[str, str], frozenset[str]] = {
    ("nora", "INC-0001"): frozenset({"rita", "tom"}),
    ("rex", "INC-0001"): frozenset({"rita", "tom"}),
    ("rex", "CRI-0001"): CELL,
}


def may_know(reader: Reader, subject: str) -> frozenset[str]:
    """Whom this reader may be told of where they ask about that record.

    Where none is named it is the only one that they see, of each kind.
    """
    meant = (subject,) if subject.startswith("INC") else ("INC-0001", "CRI-0001")
    return reader.knows.union(*(SHOWS.get((reader.user, each), frozenset()) for each in meant))


# Firms, groups and components that are not theirs, as they are shown and as they are chosen.
OF_BOTH_FIRMS = ("Mail", "Wiki", "Kiosk", '"value": "mail"')
NOT_THEIRS = {
    "nora": ("Power Co", "Electricians", "Batteries", '"value": "power"', "a battery"),
    "pia": ("Network Co", "Network operations", "VPN", '"value": "network"'),
}
NOT_THEIRS["rex"] = NOT_THEIRS["nora"]


# Which records each reader may know of; INC-0004 is the one that the report is about.
INCIDENTS = {
    "P": frozenset({"INC-0001", "INC-0002", "INC-0003", "INC-0004"}),
    "C": frozenset({"INC-0001", "INC-0002", "INC-0004"}),
    "S": frozenset({"INC-0001", "INC-0004"}),
}
CELLS = frozenset({"CRI-0001", "CRI-0002"})
REPORT = frozenset({"REP-0001"})
COVER = frozenset({"COV-0001"})
PROBLEM = frozenset({"PRB-0001"})
CHANGE = frozenset({"CHG-0001"})
SEES = {
    "sam": INCIDENTS["P"] | CELLS | REPORT | COVER | PROBLEM | CHANGE,
    "nia": INCIDENTS["P"] | REPORT | COVER | PROBLEM | CHANGE,
    "cid": INCIDENTS["C"] | CELLS | REPORT | PROBLEM | CHANGE,
    # an action of each cell is his, and the work-around is shown with INC-0002
    "otto": INCIDENTS["C"] | CELLS | PROBLEM | CHANGE,
    "nora": INCIDENTS["S"],
    "rex": INCIDENTS["S"] | {"CRI-0001"},
}


def sees(reader: Reader) -> frozenset[str]:
    """The records that this reader may know of."""
    return SEES.get(reader.user, frozenset())


@cache
def ground() -> Memory:
    """The records, each as `RECORDS` says."""
    memory = Memory(*terms())

    def do(kind: type[Command], by: str, **values: Any) -> str:
        return memory.do(kind(contract="acme", by=by, **values), NOON)

    def opened(by: str, component: str, severity: int = 4, **values: Any) -> str:
        return do(
            OpenIncident, by, title=f"{component} down", component=component,
            severity=severity, **values,
        )  # fmt: skip

    one = opened("rita", "vpn", severity=1)
    do(TakeIncident, "tom", incident=one)
    do(EscalateUp, "tom", incident=one, ladder="network", reason="we are stuck")
    do(WaitFor, "tom", incident=one, waiting_for="power", reason="a battery")
    two = opened("rita", "mail", severity=2)
    opened("hal", "wiki", origin=Origin.MONITORING)
    four = opened("rita", "vpn", severity=1)
    do(TakeIncident, "tom", incident=four)
    do(ResolveIncident, "tom", incident=four, cause_gone=True, cause="a plug", cure="plugged in")
    do(VerifyIncident, "rita", incident=four, fixed=True)
    do(CloseIncident, "sam", incident=four)
    for number, incident in (("CRI-0001", one), ("CRI-0002", two)):
        do(AskCrisis, "sam", reason="all is down", incident=incident)
        do(AcceptCrisis, "hana", crisis=number)
        do(RoomOpened, "escalade", crisis=number, room=CELL_ROOM + number, name=number.lower())
        do(AddAction, "sam", crisis=number, text="call", owner="otto")
    do(AskCover, "ned", person="nia")
    do(AddSupplier, "sam", crisis="CRI-0001", supplier="network")
    do(OpenProblem, "sam", title="mail leaks", component="mail", workaround="restart it")
    do(RequestChange, "sam", title="larger disks", components=("mail",))
    return memory


class Routers(Counter):
    """A Front over the ground, where each person is under the contract that names them.

    Who is mentioned, "<@U0EVE>", is the person of that id.
    """

    async def person_of(self, contract: Contract, slack_user: str) -> Person | None:
        """The person mentioned."""
        return await super().person_of(contract, slack_user.removeprefix("U0").lower())

    async def callers(self, slack_user: str) -> list[Caller]:
        """The place this user has: in the contract that is looked at, or in the other one."""
        contract = next((each for each in terms() if each.knows(slack_user)), None)
        if contract is None:
            return []
        person = contract.person(slack_user)
        texts = Texts.of(self.language, contract.zone)
        return [Caller(contract=contract, person=person, slack_user=slack_user, texts=texts)]


def application() -> Routers:
    """A router of one's own, that nobody else's acts reach."""
    stage = Stage(terms()[0], at=NOON)
    stage.memory = fork(ground())
    return Routers(stage)
