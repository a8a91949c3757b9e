"""Faults of the echelons and ladders of a contract."""

from __future__ import annotations

from handlers.words.texts import msg

SENTENCES = {
    "echelons_missing": (
        msg("There is no echelon."),
        msg("Add at least one [[echelons]]."),
    ),
    "post_empty": (
        msg("At this level nobody answers for %(firm)s."),
        msg("Name the holder, then the deputies."),
    ),
    "levels_not_ascending": (
        msg("This level is not above the one before it."),
        msg("Write the levels from the lowest up, each once."),
    ),
    "level_out_of_range": (
        msg("%(value)s is not a level."),
        msg("Levels count from 1."),
    ),
    "ladder_missing": (
        msg("No ladder leads towards “%(firm)s”."),
        msg("Add one under [[ladders]], with at least one rung."),
    ),
    "towards_twice": (
        msg("Two ladders lead towards “%(value)s”."),
        msg("Keep one, with all its rungs."),
    ),
    "ladder_without_rungs": (
        msg("The ladder “%(ladder)s” has no rung."),
        msg("Add at least one [[ladders.rungs]] below it."),
    ),
    "rung_without_priority": (
        msg("This rung has no duration for priority %(priority)s."),
        msg('Add %(priority)s = "…".'),
    ),
    "settle_before_acknowledge": (
        msg("The time to settle (%(value)s) is shorter than the time to acknowledge (%(than)s)."),
        msg("Lengthen `settle` or shorten `acknowledge`."),
    ),
    "supplier_not_here": (
        msg("This ladder leads to the client: its rungs have no supplier."),
        msg("Remove `supplier`; the client's people come from the echelon."),
    ),
    "supplier_people_missing": (
        msg("This rung does not say whom “%(supplier)s” puts opposite the provider."),
        msg('Add supplier = { people = ["…"] }.'),
    ),
    "rung_unreachable": (
        msg("At level %(level)s nobody of %(firm)s can be reached."),
        msg("Name somebody there who has an e-mail address or a Slack id."),
    ),
    "case_without_priorities": (
        msg("This case holds for no priority, so it never starts anything."),
        msg("List at least one, or leave `priorities` out for all four."),
    ),
    "priority_1_not_escalated": (
        msg("A priority 1 would not start the escalation."),
        msg(
            'Add [[escalation.automatic]] with trigger = "priority_1_opened" and priorities = [1].'
        ),
    ),
    "number_too_small": (
        msg("%(value)s is too small here."),
        msg("Write 1 or more."),
    ),
}
