"""Faults of the rooms, crises and reports of a contract."""

from __future__ import annotations

from handlers.words.texts import msg

SENTENCES = {
    "not_a_room": (
        msg("“%(value)s” cannot be the name of a Slack channel."),
        msg("Use up to 80 small letters, digits, “-” and “_”, without “#”; or a channel id."),
    ),
    "room_twice": (
        msg("The room “%(value)s” is already used for another purpose."),
        msg("Give each purpose its own room: the client must not read the provider's own."),
    ),
    "not_a_room_prefix": (
        msg("“%(value)s” cannot begin the name of a Slack channel."),
        msg("Use up to 40 small letters, digits, “-” and “_”."),
    ),
    "role_unheld": (
        msg("Nobody of %(firm)s holds the role “%(role)s”."),
        msg("Give the role to somebody under [[people]], or take it off this list."),
    ),
    "communication_lead_missing": (
        msg("Nobody keeps %(firm)s informed during a crisis."),
        msg("Put the id of somebody of that firm in `communication_lead`."),
    ),
    "form_unreadable": (
        msg("The report's form “%(value)s” cannot be read."),
        msg('Put the template beside the contract file, as UTF-8 text, or set form = "default".'),
    ),
    "form_broken": (
        msg("The report's form “%(value)s” is not a template (its line %(at)s): %(detail)s."),
        msg("Correct the template; docs/contract.md says what it is given."),
    ),
    "form_fails": (
        msg("The report's form “%(value)s” fails when it is filled in: %(detail)s."),
        msg("Correct the template; docs/contract.md says what it is given."),
    ),
    "report_too_late": (
        msg(
            "%(than)s before the deadline is before the closure: the report is due %(value)s "
            "after it."
        ),
        msg("Shorten it below `within`."),
    ),
}
