"""Work out how a priority is found (Rules INC-2, INC-3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches

from escalation.base.evolve import replace
from escalation.base.refusals import BadValue, NotFound
from escalation.contract import Component, Contract
from escalation.contract.names import folded
from escalation.records.incident import Priority

SEVERITIES = (1, 2, 3, 4)
LOWEST = 4


def assess(
    contract: Contract,
    *,
    component: str | None,
    severity: int | None,
    urgency: int | None = None,
    impact: int | None = None,
) -> Priority:
    """The priority the contract gives, and the row and column it was read at.

    Scheme "criticality" (Rule INC-2): the component's criticality × the severity. Severity 4
    gives 4, unless the contract's own matrix has a column for it; the support group's right to
    assign another is a person's decision, not this rule's.

    Scheme "ranked" (Rule INC-3): urgency × impact where they are given, which are so together; else
    the component's rank. What the scheme does not use, `require_of_scheme` refuses.

    Raises NotFound("unknown_component") and BadValue.
    """
    found = None if component is None else find_component(contract.components, component)
    if severity is not None and severity not in SEVERITIES:
        raise BadValue("severity_out_of_range", given=severity)
    if contract.priorities.scheme == "criticality":
        return _by_criticality(contract, found, severity)
    if urgency is not None and impact is not None:
        return _by_urgency(contract, urgency, impact)
    if urgency is not None or impact is not None:
        raise BadValue("value_missing", field="urgency" if urgency is None else "impact")
    return _by_rank(found)


def require_of_scheme(
    contract: Contract, *, severity: int | None, urgency: int | None, impact: int | None
) -> None:
    """Refuse a value that the contract's scheme does not use, rather than pass it over (INC-3)."""
    scheme = contract.priorities.scheme
    given = {"urgency": urgency, "impact": impact} if scheme == "criticality" else {}
    for field, value in (given or {"severity": severity}).items():
        if value is not None:
            raise BadValue("not_of_scheme", field=field, used=scheme)


def of_contract(contract: Contract, found: Priority) -> Priority:
    """A priority found under another version; the gentlest where this one has fewer (INC-3)."""
    return replace(found, level=min(found.level, max(contract.incidents.targets)))


def find_component(components: Sequence[Component], name: str) -> Component:
    """The one of these components with that id or name, whatever the case and accents.

    Raises NotFound("unknown_component"), whose `known` holds the closest ids, or all of a short
    catalogue.
    """
    wanted = folded(name)
    named = {folded(component.name): component for component in components}
    named |= {folded(component.id): component for component in components}
    if wanted in named:
        return named[wanted]
    close = get_close_matches(wanted, named, n=5, cutoff=0.5)
    known = [named[key].id for key in close] or [each.id for each in components[:10]]
    raise NotFound("unknown_component", component=name, known=list(dict.fromkeys(known)))


def _by_criticality(
    contract: Contract, component: Component | None, severity: int | None
) -> Priority:
    if severity is None:
        raise BadValue("priority_not_computable", missing="severity")
    if component is None:
        if severity == LOWEST:
            return Priority(level=LOWEST, column=str(severity))
        raise BadValue("priority_not_computable", missing="component")
    if component.criticality is None:
        raise BadValue("priority_not_computable", missing="component")
    row = contract.priorities.matrix[component.criticality]
    level = row.get(severity, LOWEST) if severity == LOWEST else row[severity]
    return Priority(level=level, row=component.criticality.value, column=str(severity))


def _by_urgency(contract: Contract, urgency: int, impact: int) -> Priority:
    table = contract.priorities.urgency_impact
    if urgency not in table:
        raise BadValue("urgency_out_of_range", given=urgency, known=_known(table))
    if impact not in table[urgency]:
        raise BadValue("impact_out_of_range", given=impact, known=_known(table[urgency]))
    return Priority(
        level=table[urgency][impact], row=f"urgency_{urgency}", column=f"impact_{impact}"
    )


def _by_rank(component: Component | None) -> Priority:
    if component is None or component.rank is None:
        raise BadValue("priority_not_computable", missing="urgency" if component else "component")
    return Priority(level=component.rank, row="rank", column=str(component.rank))


def _known(table: Mapping[int, object]) -> list[str]:
    return [str(value) for value in sorted(table)]
