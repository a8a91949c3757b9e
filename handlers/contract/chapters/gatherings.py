"""Meanings of a contract's fields: the rooms, crises and reports."""

from __future__ import annotations

from handlers.words.texts import msg

FIELDS = {
    "Rooms": {
        "": msg(
            "Standing Slack channels, by name (without “#”) or id. Escalade has to be a "
            "member of each."
        ),
        "shared": msg("The channel both firms are in."),
        "provider": msg("The provider's own: what the client is not told of stays here."),
        "crisis_pool": msg(
            "Channels shared beforehand, one of which a crisis takes. Each serves one crisis."
        ),
        "crisis_prefix": msg("How the names of the channels begin that crises open."),
    },
    "CrisisRules": {
        "": msg("How a crisis cell is convened and led."),
        "provider": msg("The provider's part."),
        "client": msg("The client's part."),
        "may_ask_from_level": msg("From which echelon up people may ask for a crisis cell."),
        "help_desk": msg(
            "The ids of those at the help desk who are told that a cell has been formed."
        ),
        "answer_within": msg(
            "How long the counterpart has to answer before their deputies are asked."
        ),
        "chase_every": msg(
            "How often mandated members are reminded until they join or name a delegate."
        ),
        "inform_every": msg(
            "How often communication leads are reminded to keep their firm informed."
        ),
        "confirm_suppliers_days": msg(
            "How often, in days, the client confirms who represents each supplier's management;"
            " without it, nobody is asked."
        ),
        "report_within": msg("After the closing of a crisis cell, how soon its report is due."),
        "report_list": msg("The ids of those who receive the report of a crisis cell."),
        "agree_every": msg(
            "How often whoever has not agreed the member list, or confirmed the lead, is asked "
            "again."
        ),
        "follow_every": msg(
            "How often an action left open is followed up once the cell has closed."
        ),
    },
    "SideCrisisRules": {
        "": msg("One firm's part in a crisis."),
        "inform": msg(
            "The ids of those whom the firm's initiator informs that a cell has been formed."
        ),
        "as_of_right": msg("Roles whose holders are members as of right."),
        "communication_lead": msg("The id of whoever keeps the firm informed."),
    },
    "ReportRules": {
        "": msg("The incident report: by when, to whom."),
        "within": msg("After the closure of a priority 1, how soon the report is due."),
        "preliminary_margin": msg("Not approved so long before that, it is issued as preliminary."),
        "reminders": msg("How long before the deadline the owner is reminded, then the ladder."),
        "overdue_every": msg(
            "After a preliminary version, how often the owner and the ladder are reminded."
        ),
        "owed_after": msg("Which indicators, when hurt, owe a report."),
        "client_list": msg("The ids of those who receive it on the client side."),
        "provider_roles": msg("Whose holders receive it at the provider."),
        "form": msg("The form it is written on."),
        "title": msg("The title of the report."),
    },
}
