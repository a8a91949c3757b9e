"""Refusals before the advisory board on a change."""

from __future__ import annotations

from handlers.words.texts import msg

SENTENCES = {
    "no_board": (msg("The contract has no advisory board on changes."),),
    "board_not_for_standard": (
        msg(
            "The advisory board decides on other changes only; a standard one has its own"
            " approvals."
        ),
    ),
    "no_board_called": (msg("%(id)s is not before the advisory board."),),
    "board_called": (
        msg("%(by)s has already put %(id)s to the advisory board. You may give it another time."),
    ),
    "board_approved": (msg("The advisory board has already approved %(id)s."),),
    "board_refused": (msg("The advisory board has already refused %(id)s."),),
    "member_voted": (msg("The member has voted in person; that vote stands."),),
    "already_voted_so": (msg("You have already voted this on %(id)s."),),
    "not_on_board": (msg("%(person)s has no seat on the advisory board."),),
    "delegation_answered": (msg("You have already answered, or voted for them."),),
}
WHO = {
    "board_voter": msg("whoever votes on the advisory board"),
    "board_delegate": msg("whoever is asked to represent a member of the advisory board"),
    "board_namer": msg(
        "whoever may name who represents a member of the advisory board, of the same firm"
    ),
}
