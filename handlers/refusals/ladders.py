"""Refusals about an escalation."""

from __future__ import annotations

from handlers.ladder.views import ENDED
from handlers.words.texts import msg

SENTENCES = {
    "unknown_ladder": (
        msg("There is no ladder “%(ladder)s”. Please choose one of: %(known)s."),
        msg("There is no ladder “%(ladder)s” in this contract."),
    ),
    "no_escalation": (msg("No escalation of %(incident)s is under way."),),
    "escalation_over": (
        msg("The escalation of %(incident)s has been over since %(at)s: %(why)s."),
        msg("The escalation of %(incident)s is over."),
    ),
    "not_called_at_this_rung": (
        msg("Echelon %(level)s is in charge now: %(people)s. Please speak to them."),
        msg("Echelon %(level)s is in charge now, and you are not called for it."),
    ),
    "not_of_this_ladder": (msg("Your firm does not take part in the ladder “%(ladder)s”."),),
    "already_at_the_top": (
        msg("The highest echelon, %(level)s, already has it: %(people)s."),
        msg("The highest echelon, %(level)s, already has it."),
    ),
    "already_at_the_bottom": (msg("Echelon %(level)s is the lowest; there is none below."),),
    "rung_is_past": (
        msg("The escalation has since gone on to echelon %(level)s: %(people)s."),
        msg("The escalation has since gone on to echelon %(level)s."),
    ),
    "already_acknowledged": (
        msg("%(by)s has acknowledged it already (%(at)s)."),
        msg("It is already acknowledged."),
    ),
    "already_escalated": (
        msg("It has been escalated meanwhile, to echelon %(level)s: %(people)s."),
        msg("It has been escalated meanwhile, to echelon %(level)s."),
    ),
    "already_settled_here": (
        msg("%(by)s has said so for your side already (%(at)s). Still awaited: %(people)s."),
        msg("%(by)s has said so for your side already (%(at)s)."),
    ),
    "already_called": (msg("%(person)s is already called."),),
    "already_snoozed": (
        msg("The next step was put off on %(at)s; this can be done once at each echelon."),
    ),
}
WHO = {
    "client_peer": msg("the client's counterparts of that echelon"),
    "echelon": msg("the people of the echelons"),
    "supplier_ladder": msg("the people of the supplier's ladder"),
    "side_of_the_walk": msg("the people of the two firms that escalate"),
    "called_at_this_rung": msg("the people whom an escalation calls at its present echelon"),
}
FACTS = {"why": ENDED}
