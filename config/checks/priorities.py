"""Check how priorities are found, and that each has its targets (INC-2, INC-3, INC-8, INC-9)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import pairwise

from config.checks.durations import positive, shorter_first
from config.checks.references import people
from config.faults import Fault, Where, fault
from escalation.contract import Contract, Criticality

LEVELS = (1, 2, 3, 4)
FEWEST = (1, 2, 3)
SEVERITIES = (1, 2, 3)
RANKS = (1, 2, 3)
_MATRIX: Where = ("priorities", "matrix")
_TABLE: Where = ("priorities", "urgency_impact")

Row = tuple[str, Mapping[int, int]]  # as the file names it, from gravest to mildest


def priorities_of(contract: Contract) -> tuple[int, ...]:
    """The priorities there are: four; three suffice where the client ranks (Rule INC-3)."""
    ranked = contract.priorities.scheme == "ranked" and 4 not in contract.incidents.targets
    return FEWEST if ranked else LEVELS


def matrix(contract: Contract) -> Iterator[Fault]:
    """The matrix is whole, and never graver for a lesser severity or criticality (Rule INC-2)."""
    table = contract.priorities.matrix
    for criticality in Criticality:
        if criticality not in table:
            yield fault("matrix_row_missing", _MATRIX, row=criticality.value)
    rows = [(c.value, table[c]) for c in Criticality if c in table]
    yield from _cells(_MATRIX, rows, needed=SEVERITIES, possible=LEVELS)
    yield from _monotone(_MATRIX, rows)


def ranked_scheme(contract: Contract) -> Iterator[Fault]:
    """The scheme in use has what it needs: ranks, and a table that is whole (Rule INC-3)."""
    for i, component in enumerate(contract.components):
        where: Where = ("components", i, "rank")
        if component.rank is not None and component.rank not in RANKS:
            yield fault("rank_out_of_range", where, value=component.rank, component=component.name)
        if component.criticality is None and contract.priorities.scheme == "criticality":
            here: Where = ("components", i, "criticality")
            yield fault("criticality_missing", here, component=component.name)
        if component.rank is None and contract.priorities.scheme == "ranked":
            yield fault("rank_missing", where, component=component.name)
    table = contract.priorities.urgency_impact
    if not table and contract.priorities.scheme == "ranked":
        yield fault("urgency_table_missing", _TABLE)
    impacts = sorted({impact for row in table.values() for impact in row})
    rows = [(str(urgency), table[urgency]) for urgency in sorted(table)]
    yield from _cells(
        _TABLE, rows, needed=impacts, possible=impacts, priorities=priorities_of(contract)
    )
    yield from _monotone(_TABLE, rows)


def _cells(
    where: Where,
    rows: Sequence[Row],
    *,
    needed: Collection[int],
    possible: Collection[int],
    priorities: Collection[int] = LEVELS,
) -> Iterator[Fault]:
    for name, row in rows:
        for column in needed:
            if column not in row:
                yield fault("matrix_cell_missing", (*where, name), row=name, column=column)
        for column, level in row.items():
            here: Where = (*where, name, str(column))
            if column not in possible:
                allowed = tuple(possible)
                yield fault("key_not_allowed", here, value=column, allowed=allowed, suggestion="")
            elif level not in priorities:
                yield fault("priority_out_of_range", here, value=level)


def _monotone(where: Where, rows: Sequence[Row]) -> Iterator[Fault]:
    for name, row in rows:
        for milder, worse in pairwise(sorted(row, reverse=True)):
            if row[milder] < row[worse]:
                yield fault(
                    "matrix_not_monotone",
                    (*where, name, str(milder)),
                    other=(*where, name, str(worse)),
                    graver=row[milder],
                    than=row[worse],
                )
    for (worse_name, worse_row), (name, row) in pairwise(rows):
        for column in sorted(worse_row.keys() & row.keys()):
            if row[column] < worse_row[column]:
                yield fault(
                    "matrix_not_monotone",
                    (*where, name, str(column)),
                    other=(*where, worse_name, str(column)),
                    graver=row[column],
                    than=worse_row[column],
                )


def targets(contract: Contract) -> Iterator[Fault]:
    """Each of the priorities has its targets, none of them empty (Rule INC-9)."""
    where: Where = ("incidents", "targets")
    given = contract.incidents.targets
    for level in priorities_of(contract):
        if level not in given:
            yield fault("targets_missing", where, priority=level)
    for level, target in given.items():
        here: Where = (*where, str(level))
        if level not in LEVELS:
            yield fault("key_not_allowed", here, value=level, allowed=LEVELS, suggestion="")
        yield from positive((*here, "acknowledge"), target.acknowledge)
        yield from positive((*here, "restore"), target.restore)
        yield from shorter_first(
            "restore_before_acknowledge",
            (*here, "restore"),
            (*here, "acknowledge"),
            target.restore,
            target.acknowledge,
        )


def warnings(contract: Contract) -> Iterator[Fault]:
    """Warnings come before the breach, one after another (Rule INC-9)."""
    given = contract.incidents.warnings
    for i, percent in enumerate(given):
        if not 1 <= percent <= 99:
            yield fault("warning_out_of_range", ("incidents", "warnings", i), value=percent)
        if i and given[i - 1] >= percent:
            yield fault("warnings_not_ascending", ("incidents", "warnings", i), value=percent)


def told_outside(contract: Contract) -> Iterator[Fault]:
    """Check that what is said of priorities outside coverage names priorities (Rule INC-18)."""
    rules = contract.incidents
    if rules.unqualified_as not in priorities_of(contract):
        where: Where = ("incidents", "unqualified_as")
        yield fault("priority_out_of_range", where, value=rules.unqualified_as)
    for i, level in enumerate(rules.on_call_told):
        if level not in LEVELS:
            yield fault("priority_out_of_range", ("incidents", "on_call_told", i), value=level)


def priority_1_list(contract: Contract) -> Iterator[Fault]:
    """A priority 1 is notified to somebody (Rule INC-8)."""
    where: Where = ("incidents", "priority_1_list")
    if not contract.incidents.priority_1_list:
        yield fault("list_empty", where)
    yield from people(contract, where, contract.incidents.priority_1_list)


CHECKS = (matrix, ranked_scheme, targets, warnings, told_outside, priority_1_list)
