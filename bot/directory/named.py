"""Tell who is named by which contracts, looked up at once: not contract by contract."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from escalation.contract import Contract, Person

Place = tuple[int, Contract, Person]  # the contract, the how-manieth it is, and whom it names


class Named:
    """The people of these contracts, by their Slack id and by their address."""

    def __init__(self, contracts: Sequence[Contract] = ()) -> None:
        self.contracts = contracts
        self._by_user: dict[str, list[Place]] = defaultdict(list)
        self._by_email: dict[str, list[Place]] = defaultdict(list)
        for number, contract in enumerate(contracts):
            for person in reversed(contract.people):  # of two with one address the first counts
                place = (number, contract, person)
                if person.slack:
                    self._by_user[person.slack].append(place)
                elif person.email:
                    self._by_email[person.email.lower()].append(place)

    def of(self, user: str, email: str) -> list[tuple[Contract, Person]]:
        """Return whom each contract means by a user who has that address, in the contracts' order.

        A Slack id says more than an address.
        """
        found: dict[int, tuple[Contract, Person]] = {}
        for number, contract, person in (
            *self._by_email.get(email, ()),
            *self._by_user.get(user, ()),
        ):
            found[number] = contract, person
        return [found[number] for number in sorted(found)]
