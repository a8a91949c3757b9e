"""Channels that contracts name twice, under whatever names or ids (Rules INC-7, CON-2). No I/O.

A contract file shows only how rooms are spelled: one may give a name where another gives the id of
the same channel.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from escalation.contract import Contract


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """A use that a contract names a channel for: "shared", "provider" or "crisis_pool"."""

    contract: str
    purpose: str
    name: str

    def __str__(self) -> str:
        return f"{self.contract}: rooms.{self.purpose} = {self.name}"


def uses_of(contract: Contract) -> Iterator[Use]:
    """All channels that a contract names."""
    rooms = contract.rooms
    for purpose, names in (
        ("shared", (rooms.shared,)),
        ("provider", (rooms.provider,)),
        ("crisis_pool", rooms.crisis_pool),
    ):
        for name in names:
            yield Use(contract=contract.id, purpose=purpose, name=name)


def named_twice(
    contracts: Iterable[Contract], channel_of: Callable[[str], str | None]
) -> dict[str, list[Use]]:
    """The channels that are named more than once, by their ids, with what for.

    `channel_of` gives the id of a channel, by its id or name; None where it is not known.
    """
    uses: dict[str, list[Use]] = defaultdict(list)
    for contract in contracts:
        for use in uses_of(contract):
            if (channel := channel_of(use.name)) is not None:
                uses[channel].append(use)
    return {channel: each for channel, each in uses.items() if len(each) > 1}
