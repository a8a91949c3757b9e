"""Faults of the priorities and targets of a contract."""

from __future__ import annotations

from handlers.words.texts import msg

SENTENCES = {
    "matrix_row_missing": (
        msg("The matrix says nothing for the criticality “%(row)s”."),
        msg("Add the line: %(row)s = { 1 = …, 2 = …, 3 = … }."),
    ),
    "matrix_cell_missing": (
        msg("The row “%(row)s” says nothing for column %(column)s."),
        msg("Add %(column)s = and a priority from 1 to 4."),
    ),
    "matrix_not_monotone": (
        msg("Priority %(graver)s is graver than %(than)s, though the case is a lesser one."),
        msg("Make it %(than)s or more: a lesser case never gets a graver priority."),
    ),
    "priority_out_of_range": (
        msg("%(value)s is not a priority."),
        msg("Priorities go from 1 to 4."),
    ),
    "rank_out_of_range": (
        msg("“%(component)s” has the rank %(value)s."),
        msg("Ranks go from 1 (P1) to 3 (P3)."),
    ),
    "criticality_missing": (
        msg("“%(component)s” has no criticality, and the scheme in use is “criticality”."),
        msg(
            'Add criticality = "strategic", "fairly_strategic", "sensitive" or "hardly_sensitive".'
        ),
    ),
    "rank_missing": (
        msg("“%(component)s” has no rank, and the scheme in use is “ranked”."),
        msg("Add rank = 1, 2 or 3."),
    ),
    "urgency_table_missing": (
        msg("The scheme in use is “ranked”, and there is no table of urgency × impact."),
        msg("Add [priorities.urgency_impact]."),
    ),
    "targets_missing": (
        msg("Priority %(priority)s has no targets."),
        msg('Add %(priority)s = { acknowledge = "…", restore = "…" }.'),
    ),
    "restore_before_acknowledge": (
        msg("Restoring (%(value)s) would be due before acknowledging (%(than)s)."),
        msg("Correct one of the two."),
    ),
    "warning_out_of_range": (
        msg("A warning at %(value)s %% is not before the breach."),
        msg("Warnings go from 1 to 99."),
    ),
    "warnings_not_ascending": (
        msg("The warning at %(value)s %% does not come after the one before it."),
        msg("Write them from the smallest to the greatest, such as [50, 75, 90]."),
    ),
    "list_empty": (
        msg("This list names nobody."),
        msg("Name at least one."),
    ),
}
