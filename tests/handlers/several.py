"""A Front over many contracts, each with the same people."""

from __future__ import annotations

from dataclasses import dataclass

from escalation.contract import Contract
from handlers.application import Caller
from handlers.words.texts import Texts
from tests.agreement import agreement
from tests.handlers.counter import Counter
from tests.handlers.stories import Stage


@dataclass
class Several(Counter):
    """One person in many contracts."""

    contracts: tuple[Contract, ...] = ()

    async def callers(self, slack_user: str) -> list[Caller]:
        return [
            Caller(
                contract=contract,
                person=contract.person(slack_user),
                slack_user=slack_user,
                texts=Texts.of(self.language, contract.zone),
            )
            for contract in self.contracts
        ]


def several(count: int) -> Several:
    """So many contracts, without an incident in any."""
    contracts = tuple(agreement(id=f"c{n:03d}", name=f"Contract {n:03d}") for n in range(count))
    return Several(Stage(*contracts), contracts=contracts)
