"""Refusals about a cover of on-call duty."""

from __future__ import annotations

from handlers.words.texts import msg

SENTENCES = {
    "unknown_cover": (msg("There is no cover %(id)s for you. Please check its number."),),
    "cover_backwards": (msg("The cover would end before it begins. Please check the times."),),
    "unknown_rota": (
        msg("There is no rota “%(given)s”. Please name one of these: %(known)s."),
        msg("There is no rota “%(given)s”."),
    ),
    "which_rota": (
        msg("You are on duty in several rotas then. Please name one of these: %(known)s."),
    ),
    "no_duty_then": (
        msg("You are not on duty then: there is nothing to cover. `/oncall` shows who is."),
    ),
    "no_turn_in_return": (
        msg("%(person)s has no turn then to give in return. Please ask for a cover instead."),
    ),
    "turns_differ": (
        msg(
            "Your next turn is from %(start)s to %(end)s, and that of %(person)s from"
            " %(other_start)s to %(other_end)s: one is longer than the other. Please"
            " give a moment of each turn."
        ),
    ),
    "hours_promised": (
        msg(
            "%(person)s has asked for these hours to be taken already: %(cover)s waits for an"
            " answer. Please withdraw it first, or choose other hours."
        ),
    ),
    "hours_asked_by_you": (
        msg(
            "You have asked for these hours to be taken already: %(cover)s waits for an answer."
            " Please withdraw it first, or choose other hours."
        ),
    ),
    "hours_given": (
        msg(
            "Some of these hours are covered by somebody else already. Please choose other hours,"
            " or look at `/oncall`."
        ),
    ),
    "swap_begun": (
        msg(
            "One of the two turns has begun, so that only those who keep the rota may end the swap:"
            " %(people)s. You may ask for a cover of what is left."
        ),
    ),
    "cover_yourself": (msg("It is your duty already. Please name a colleague."),),
    "away_then": (msg("%(person)s is absent as that duty begins. Please choose somebody else."),),
    "nobody_to_cover": (
        msg("Nobody else of the rota is there then. Please name a colleague of your firm."),
    ),
    "cover_not_asked_of_you": (
        msg(
            "This cover is asked of others, or you have declined it. Whose answer is awaited:"
            " %(people)s."
        ),
        msg("This cover is asked of others, or you have declined it: there is nothing to accept."),
    ),
    "cover_waits_for_keeper": (
        msg("A colleague has agreed already; whoever keeps the rota decides now: %(people)s."),
        msg("A colleague has agreed already; whoever keeps the rota decides now."),
    ),
    "cover_taken": (msg("%(person)s has taken this duty already."),),
    "cover_declined": (msg("You have declined this cover already."),),
    "cover_in_force": (
        msg("This cover is in force. To end it, please withdraw it, or ask for a cover yourself."),
    ),
    "cover_over": (msg("This cover is over, or was withdrawn: nothing is left to do."),),
    "cover_void": (
        msg(
            "It is void: the turn has moved, or somebody else has taken hours of it already. There"
            " is nothing left to take."
        ),
    ),
}
WHO = {
    "on_rota": msg("the people who take turns in a rota"),
    "cover_asker": msg("the person whose duty it is"),
    "cover_asked": msg("those asked for the cover"),
    "rota_keeper": msg("those who keep the rota"),
    "supplier_keeper": msg("those who keep the list of the supplier's management"),
}
