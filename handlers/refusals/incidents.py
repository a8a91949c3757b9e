"""Refusals about an incident."""

from __future__ import annotations

from handlers.words.texts import msg

SENTENCES = {
    "unknown_incident": (msg("There is no incident %(id)s for you. Please check its number."),),
    "wrong_state": (
        msg("The incident is now: %(state)s. This is for incidents that are: %(allowed)s."),
        msg("The incident is now: %(state)s. This is not possible any more."),
    ),
    "incident_over": (msg("%(incident)s is over: %(state)s."), msg("%(id)s is over: %(state)s.")),
    "original_over": (
        msg("%(incident)s is over: %(state)s. Please name an original that is under way."),
    ),
    "merged_into_itself": (
        msg("%(incident)s cannot be a duplicate of itself. Please give the number of another one."),
    ),
    "already_merged": (msg("The incident already points at its original, %(into)s."),),
    "already_cancelled": (msg("The incident is already cancelled."),),
    "already_taken": (
        msg("%(by)s already works on this incident."),
        msg("Somebody already works on this incident."),
    ),
    "already_yours": (
        msg("You answer for it already (%(at)s)."),
        msg("You answer for it already."),
    ),
    "already_assigned": (msg("The incident is already assigned to %(person)s."),),
    "already_resolved": (
        msg("%(by)s has already resolved the incident."),
        msg("The incident is already resolved."),
    ),
    "already_verified": (msg("The incident is already verified by the requester."),),
    "already_closed": (msg("The incident is already closed."),),
    "not_resolved": (
        msg("The incident is now: %(state)s. It has to be resolved before it can be verified."),
    ),
    "not_qualified": (
        msg("The incident has no priority yet. Please set it before resolving the incident."),
    ),
    "not_verified": (
        msg(
            "%(requester)s has not verified the incident yet. Without an answer it may be closed"
            " from %(may_close_at)s."
        ),
        msg("The requester has not verified the incident yet."),
    ),
    "no_target": (msg("The incident has no time to restore, so there is no delay to announce."),),
    "delay_already_told": (msg("The requester has already been told of the delay past %(due)s."),),
    "already_waiting": (msg("The clocks already stand still, waiting for %(waiting_for)s."),),
    "wait_over": (msg("The clocks have been running again since %(at)s: %(by)s has resumed."),),
    "not_waiting": (msg("The clocks are running; there is nothing to resume."),),
    "no_lowering": (msg("No lowering of the priority of %(id)s is proposed."),),
    "group_chooses": (
        msg(
            "At severity 4 the priority is up to the group %(group)s. You may qualify the incident"
            " by another severity."
        ),
    ),
    "group_chooses_priority_only": (
        msg(
            "Your group may assign a priority to %(id)s, with a reason; severity and component are"
            " up to the provider."
        ),
    ),
    "cause_said": (msg("%(by)s has already said so of the cause."),),
    "cause_confirmed": (msg("%(by)s has already confirmed what was said of the cause."),),
    "resolver_verifies": (
        msg(
            "No client requested %(id)s, and you have resolved it: somebody else verifies it."
            " Please ask a colleague."
        ),
    ),
    "priority_unchanged": (msg("The priority is already %(priority)s."),),
    "already_current": (msg("The incident already follows the contract in force."),),
}
WHO = {
    "provider_found": msg("the provider's people, of what no client asked for"),
    "assignee": msg("the person it is assigned to"),
    "resolver": msg("whoever resolved it"),
    "awaited": msg("the firm that is waited for"),
    "responsible_group": msg("the support group responsible for the component"),
}
