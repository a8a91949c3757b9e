"""Meanings of a contract's fields: the advisory board on changes."""

from __future__ import annotations

from handlers.words.texts import msg

FIELDS = {
    "ChangeRules": {
        "board": msg("The advisory board on changes (CAB). Without it, no change is put to one."),
    },
    "BoardRules": {
        "": msg("The advisory board on changes (CAB). Without it, no change is put to one."),
        "members": msg("Who has a seat: people, or roles, for everybody who holds one."),
        "quorum": msg(
            "How many seats must have voted; with somebody of each firm that has a seat."
        ),
        "papers_before": msg(
            "How long the papers are out before the board decides; sooner only once all have voted."
        ),
        "decide_within": msg(
            "How long the board then has; after it those who have voted decide, and without a"
            " quorum it is overdue."
        ),
        "remind_every": msg("How often whoever has not voted is reminded."),
    },
}
