"""The incidents of a contract that somebody sees, for the memory to look for them (Rule CON-2).

What a supplier's people see depends on what an incident concerns: each concern is one word, made
of what it is and its id in the contract.
"""

from __future__ import annotations

from collections.abc import Iterable

from escalation.base.value import Value
from escalation.contract import CLIENT, ESCALADE, PROVIDER, Contract
from escalation.records.incident import Incident


class Sight(Value):
    """Incidents that are seen: all, those the client was told of, or of one of these concerns."""

    whole: bool = False
    informed: bool = False
    concerns: frozenset[str] = frozenset()

    def sees(self, incident: Incident) -> bool:
        """Tell whether this incident, of the contract of the sight, is among them."""
        if self.whole or (self.informed and incident.client_informed):
            return True
        return bool(self.concerns & concerns_of(incident))


def concerns_of(incident: Incident) -> frozenset[str]:
    """List what an incident concerns: its component, support groups taking part, ladders walked."""
    return frozenset(
        {
            _component(incident.component or ""),
            *(_group(group) for group in incident.groups),
            *(_ladder(escalation.ladder) for escalation in incident.walks),
        }
    )


def sight_of(contract: Contract, person_id: str) -> Sight:
    """Find what somebody sees of a contract's incidents (CON-2, INC-7); nothing for a stranger."""
    if person_id == ESCALADE:
        return Sight(whole=True)
    if not contract.knows(person_id):
        return Sight()
    firm = contract.person(person_id).organisation
    if firm in {PROVIDER, CLIENT}:
        return Sight(whole=firm == PROVIDER, informed=firm == CLIENT)
    groups = {group.id for group in contract.groups if group.organisation == firm}
    return Sight(
        concerns=frozenset(
            {
                *(_component(c.id) for c in contract.components if c.supplier == firm),
                *(_component(c.id) for c in contract.components if c.group in groups),
                *(_group(group) for group in groups),
                *(_ladder(x.id) for x in contract.ladders if x.towards == firm),
            }
        )
    )


def on_components(components: Iterable[str]) -> Sight:
    """The incidents of these components."""
    return Sight(concerns=frozenset(map(_component, components)))


def _component(component: str) -> str:
    return f"component/{component}"


def _group(group: str) -> str:
    return f"group/{group}"


def _ladder(ladder: str) -> str:
    return f"ladder/{ladder}"
