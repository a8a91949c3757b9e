"""Faults of the advisory board of a contract."""

from __future__ import annotations

from handlers.words.texts import msg

SENTENCES = {
    "quorum_unreachable": (
        msg("A quorum of %(value)s cannot be; seats on the board: %(limit)s."),
        msg("Give a number from 1 to that of the seats."),
    ),
}
