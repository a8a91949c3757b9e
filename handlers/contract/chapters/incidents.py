"""Meanings of a contract's fields: the priorities, targets and ladders."""

from __future__ import annotations

from handlers.words.texts import msg

FIELDS = {
    "Priorities": {
        "": msg("How a priority, from 1 (gravest), is found."),
        "scheme": msg(
            '"criticality": criticality × severity. "ranked": urgency × impact, or the '
            "component's rank."
        ),
        "matrix": msg(
            "For each criticality: severity = priority. Write it whole, or leave it out for "
            "the usual one."
        ),
        "urgency_impact": msg(
            'For each urgency: impact = priority. Needed with scheme = "ranked".'
        ),
    },
    "IncidentRules": {
        "": msg("Targets, warnings and who is told of incidents."),
        "targets": msg("For each priority, the time to acknowledge and the time to restore."),
        "warnings": msg("At which percentages of a target a warning is given, ascending."),
        "priority_1_list": msg("The ids of those who are notified of every priority 1."),
        "verification": msg("How the requester is asked to confirm before an incident closes."),
        "closing": msg("How what is verified comes to be closed."),
        "waiting": msg("How long the client or a supplier may be waited for."),
        "communication": msg("How incidents of one origin are communicated."),
        "service_level_list": msg(
            "The ids of those who are told when a target is at risk or missed."
        ),
        "inform_every": msg("How often a requester told of a delay hears how it stands."),
        "agree_every": msg(
            "How often the client's peers are asked again whether a priority 1 may be lowered."
        ),
        "qualify_within": msg("The time to qualify an incident."),
        "unqualified_as": msg("The priority whose delays run until an incident is qualified."),
        "on_call_told": msg("The priorities of which on-call duty is told outside coverage."),
    },
    "Target": {
        "": msg("The two targets of a priority."),
        "acknowledge": msg("Time until somebody takes the incident."),
        "restore": msg("Time until the service is back."),
    },
    "Verification": {
        "": msg(
            "Before an incident closes, the requester confirms that the service can really be used."
        ),
        "chase_every": msg("How often a silent requester is reminded."),
        "may_close_after": msg("After so long a silence the incident manager may close."),
    },
    "Closing": {
        "": msg("Closing what is verified: a reminder, then it closes by itself."),
        "remind_every": msg("How often the incident managers are reminded to close."),
        "by_itself_after": msg("After so long Escalade closes what is verified."),
    },
    "Waiting": {
        "": msg("Waiting for the client or a supplier: a reminder, then an end."),
        "remind_every": msg("How often whoever is waited for is reminded."),
        "at_most": msg("After so long the incident managers are told, and it may escalate."),
    },
    "Communication": {
        "": msg("How incidents of one origin are communicated."),
        "origin": msg("Where the incidents come from."),
        "client": msg("Whether the client is told of them."),
        "people": msg("The ids of those who hear of each step."),
    },
    "Ladder": {
        "": msg("The rungs between the provider and the client, or a supplier."),
        "id": msg('Short name; "client" for the one towards the client.'),
        "towards": msg('"client" or a supplier\'s id.'),
        "rungs": msg("The steps, from the lowest level up."),
    },
    "Rung": {
        "": msg("One step: both sides are called at once, the holder, again, then each deputy."),
        "level": msg("The echelon whose people are called."),
        "acknowledge": msg("By priority: how long one call waits for an answer before the next."),
        "settle": msg("By priority: how long the rung has before the next takes over."),
        "supplier": msg(
            "On a ladder towards a supplier: the supplier's post opposite the provider's."
        ),
    },
    "EscalationRules": {
        "": msg("What escalates by itself, and at which pace."),
        "automatic": msg(
            "The cases in which an escalation starts by itself. If you write any, write all."
        ),
        "reopened_times": msg(
            'How often an incident has been reopened when the case "reopened" begins to hold.'
        ),
        "pings_per_person": msg("How often each person is called before the next one."),
        "repeat_at_top": msg(
            "At the top of the ladder with nobody left: after how long it is called anew."
        ),
        "at_top": msg(
            'What is then called anew: the whole ladder from its first level, or the "top" alone.'
        ),
        "overdue_top": msg(
            "The highest echelon that hears of what is overdue in another procedure: an action of "
            "a crisis cell, a report."
        ),
        "snooze": msg("By how much somebody called may put the next step off, once a rung."),
        "unreachable": msg("The id of whoever is told when a rung can reach nobody."),
        "reached_within_days": msg(
            "Within how many days each person of a rung must have been found or reached, in Slack "
            "or by mail; of whom that fails, whoever keeps the list is told."
        ),
    },
    "AutomaticCase": {
        "": msg("A case in which an escalation starts by itself."),
        "trigger": msg("What has to happen. A priority 1 must be among the cases."),
        "priorities": msg("For which priorities the case holds."),
        "ladder": msg("The id of the ladder to walk."),
    },
}
