"""Meanings of a contract's fields: problem management."""

from __future__ import annotations

from handlers.words.texts import msg

FIELDS = {
    "Contract": {
        "problems": msg("Problem management. Without this chapter, nothing of it is offered."),
    },
    "ProblemRules": {
        "": msg("Problem management. Without this chapter, nothing of it is offered."),
        "decided_at_level": msg(
            "At which echelon both firms decide the priority of a problem together."
        ),
        "analysis_within": msg("How long the analysis of a problem may take."),
        "remind_every": msg(
            "How often whoever is awaited is reminded; so long before it is due, too."
        ),
        "watched_for": msg(
            "How long after the fix no linked incident may come back before it is closed."
        ),
        "priorities": msg("Impact on the client, then on the provider, then the priority."),
        "recurrence": msg("When incidents that recur are proposed as a problem."),
    },
    "Recurrence": {
        "": msg("When incidents that recur are proposed as a problem."),
        "incidents": msg("How many like incidents of one component it takes."),
        "within": msg("Within which time they are counted."),
        "like": msg(
            "What percentage of the words of the shorter title the other one must have too."
        ),
    },
}
