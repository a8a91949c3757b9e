"""Faults of the problem management of a contract."""

from __future__ import annotations

from handlers.words.texts import msg

SENTENCES = {
    "problem_table_gap": (
        msg("The table of priorities of problems says nothing for %(value)s."),
        msg("Give each of high, medium and low, for the client, one for each of the provider."),
    ),
    "recurs_once": (
        msg("One incident does not recur."),
        msg("Count at least 2 incidents."),
    ),
    "not_per_cent": (
        msg("%(value)s is not a percentage."),
        msg("Give a whole number from 0 (whatever their words) to 100."),
    ),
}
