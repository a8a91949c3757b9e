"""Words for why an escalation began, or climbed."""

from __future__ import annotations

from handlers.words.texts import msg

TRIGGERS = {
    "trigger:priority_1_opened": msg("it is a priority 1"),
    "trigger:acknowledgement_missed": msg("nobody acknowledged in time"),
    "trigger:target_at_risk": msg("a target is at risk"),
    "trigger:target_missed": msg("a target was missed"),
    "trigger:reopened": msg("the incident was reopened"),
    "trigger:not_qualified": msg("the incident was not qualified in time"),
    "trigger:waiting_too_long": msg("somebody was waited for too long"),
}
WHYS = {
    "nobody_answered": msg("nobody answered at the echelon below"),
    "not_settled": msg("it was not settled in time"),
    "nobody_reachable": msg("nobody could be reached at the echelon below"),
    "called_anew": msg("nobody answered at the top: the ladder is called anew"),
}
SILENT = {  # the same, where it is known of whom nobody answered
    "nobody_answered": msg("nobody of %(firms)s answered at the echelon below"),
    "called_anew": msg("nobody of %(firms)s answered at the top: the ladder is called anew"),
}
TAKEN = {
    "started": msg("you have started it"),
    "assigned": msg("you work on the incident"),
    "opened": msg("you have opened the incident"),
    "other_ladder": msg("you have taken the incident in another escalation"),
    "kept": msg("you have taken it already"),
    "cell": msg("you lead the crisis cell"),
}
