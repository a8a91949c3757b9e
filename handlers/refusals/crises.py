"""Refusals about a crisis."""

from __future__ import annotations

from handlers.words.texts import msg

SENTENCES = {
    "unknown_crisis": (msg("There is no crisis %(id)s for you. Please check its number."),),
    "crisis_asked": (msg("The crisis %(id)s is asked for, and not accepted yet."),),
    "crisis_refused": (
        msg("%(by)s has declined the request %(id)s."),
        msg("The request %(id)s was declined. You may ask again, with a new reason."),
    ),
    "crisis_closed": (msg("The crisis %(id)s is closed."),),
    "crisis_open": (msg("The crisis %(id)s is already open."),),
    "crisis_exists": (msg("There is already a crisis for %(incident)s: %(id)s."),),
    "already_accepted": (
        msg("%(by)s has already accepted the request %(id)s."),
        msg("The request %(id)s is already accepted."),
    ),
    "already_refused": (
        msg("%(by)s has already declined the request %(id)s."),
        msg("The request %(id)s is already declined."),
    ),
    "nobody_to_ask": (
        msg(
            "From echelon %(level)s up, nobody of %(side)s can be asked at the moment. Please"
            " telephone them yourself."
        ),
        msg("Nobody of the other firm can be asked at the moment. Please telephone them yourself."),
    ),
    "not_asked": (
        msg("This request was made to somebody else, who answers it: %(people)s."),
        msg("This request was made to somebody else; it is theirs to answer."),
    ),
    "not_initiator": (
        msg("This is up to the initiators of %(id)s: %(people)s. Please ask them."),
        msg("This is up to the two initiators of %(id)s. Please ask them."),
    ),
    "not_lead": (
        msg("This is up to those who lead %(id)s: %(leads)s. Please ask them."),
        msg("This is up to those who lead %(id)s. Please ask them."),
    ),
    "not_communication_lead": (
        msg("This is up to the communication lead of %(side)s: %(people)s. Please ask them."),
        msg("This is up to the communication lead of %(side)s. Please ask them."),
        msg("This is up to the communication lead. Please ask them."),
    ),
    "already_communication_lead": (msg("%(person)s is already the communication lead."),),
    "no_hand_over": (msg("No hand-over of the lead of %(id)s is proposed at the moment."),),
    "not_taking_over": (
        msg("This is up to those who take over the lead: %(leads)s."),
        msg("This is up to those who take over the lead."),
    ),
    "already_confirmed": (msg("You have already confirmed the hand-over of %(id)s."),),
    "one_lead_each": (msg("Please name one person of each firm."),),
    "not_higher": (
        msg(
            "%(person)s is of echelon %(level)s; that firm leads at echelon %(present)s."
            " Please name somebody of a higher echelon."
        ),
    ),
    "not_peer": (
        msg(
            "%(person)s is of echelon %(level)s; the other firm would lead at echelon"
            " %(other)s. Please name somebody of that echelon."
        ),
    ),
    "nobody_to_lead": (
        msg(
            "Nobody of %(side)s can lead at echelon %(level)s at the moment. Please name somebody."
        ),
    ),
    "already_leading": (msg("They lead %(id)s already."),),
    "already_member": (msg("%(person)s is already a member of the cell."),),
    "not_a_member": (msg("%(person)s is not a member of the cell."),),
    "mandated_member": (
        msg("%(person)s is mandated and stays on the list; a delegate may be named."),
    ),
    "already_agreed": (msg("Your side has already agreed the member list."),),
    "own_delegate": (msg("A delegate is somebody else. Please name another person."),),
    "already_delegate": (msg("%(person)s already is the delegate."),),
    "already_agreed_to_close": (
        msg("Your side has already agreed to close %(id)s; it waits for the other side."),
    ),
    "unknown_action": (msg("There is no action number %(number)s in this cell."),),
    "action_done": (msg("Action %(number)s is already done."),),
    "action_cancelled": (msg("Action %(number)s is cancelled."),),
    "action_unchanged": (
        msg("Say what changes in action %(number)s: who does it, by when, or what is to be done."),
    ),
}
WHO = {
    "crisis_level": msg("the people of the echelon that the contract sets for crises"),
    "crisis_lead": msg("those who lead the cell"),
    "proposed_lead": msg("those proposed to lead the cell"),
    "asked": msg("those asked for the cell"),
    "member": msg("the members of the cell"),
    "communication_lead": msg("the communication lead"),
    "action_owner": msg("the owner of the action"),
    "represented_member": msg("the member to be represented"),
}
