"""Refusals about a change."""

from __future__ import annotations

from handlers.change.words import RESULTS, STATES
from handlers.words.texts import msg

SENTENCES = {
    "unknown_change": (msg("There is no change %(id)s for you. Please check its number."),),
    "no_changes": (msg("This contract has no change management."),),
    "unknown_standard": (msg("The catalogue has no standard change “%(standard)s”."),),
    "standard_not_yours": (msg("“%(standard)s” may be asked for by %(people)s."),),
    "not_urgent": (
        msg("Only standard changes can be urgent, and only those for which it is agreed."),
    ),
    "urgent_not_yours": (msg("An urgent change may be asked for by %(people)s."),),
    "answer_missing": (msg("Please answer: %(asked)s."),),
    "unknown_answer": (msg("“%(given)s” is no answer to “%(asked)s”. Possible: %(known)s."),),
    "change_state": (
        msg("%(id)s is not at that point: it is %(change_state)s. First: %(change_first)s."),
        msg("%(id)s is not at that point: it is %(change_state)s."),
    ),
    "already_classified": (msg("%(id)s is already classified as this."),),
    "needs_no_study": (msg("%(id)s is a standard change: it needs no study."),),
    "change_asked_anew": (
        msg("%(id)s has changed since you read it. Please read its card as it is now, and answer."),
    ),
    "approval_given": (msg("%(by)s has already given this approval of %(id)s."),),
    "ends_before_it_starts": (msg("The window would be over at %(due)s, before it begins."),),
    "already_planned": (msg("%(id)s is already planned like this."),),
    "change_unplanned": (
        msg("%(id)s is not planned yet: please say first when it is carried out."),
    ),
    "change_early": (
        msg("The window of %(id)s opens at %(at)s. To begin before, please plan it again."),
    ),
    "change_underway": (msg("%(id)s is being carried out. Please say what came of it instead."),),
    "change_succeeded": (msg("%(id)s has succeeded: there is nothing to do again."),),
    "change_done_again": (msg("%(id)s is already done again, by %(change)s."),),
    "unknown_source": (msg("The contract knows no project or process “%(given)s”."),),
    "change_ended": (msg("%(id)s is over already; its result: %(result)s."),),
    "change_closed": (msg("%(id)s is already closed."),),
    "window_too_long": (msg("A window lasts at most %(limit)s days."),),
    "window_too_far": (msg("A window begins at most %(limit)s days from now."),),
    "not_a_length": (
        msg("“%(given)s” is no length of time. Please write it as 2h or 1h30m, up to 31d."),
    ),
    "window_clashes": (
        msg(
            "%(id)s would clash: %(clashes)s. The next free slot from then on is from %(start)s"
            " to %(end)s. Please take that one, or fill in “%(field)s”."
        ),
    ),
    "no_slot_free": (
        msg(
            "%(id)s would clash: %(clashes)s. No slot of that length is free within %(days)s days;"
            " the one with the fewest clashes is from %(start)s to %(end)s: %(least)s. Please fill"
            " in “%(field)s”."
        ),
    ),
    "exercise_not_caused": (msg("%(incident)s is an exercise: no real change has caused it."),),
    "incident_before_change": (
        msg("%(incident)s was open before %(id)s began: the change has not caused it."),
    ),
    "change_not_begun": (msg("%(id)s was not begun: it cannot have caused anything yet."),),
}
WHO = {
    "change_manager": msg("the change manager"),
    "change_requester": msg("whoever asked for the change"),
    "change_student": msg("whoever studies the change"),
    "change_approver": msg("those whose approval the change needs"),
    "change_carrier": msg("whoever carries out the change"),
    "change_called": msg("whoever answers for one of the provider's echelons, or is on duty there"),
    "change_planner": msg("whoever carries out the change, or whom the catalogue names to do so"),
}
FACTS = {
    "result": {result.value: words for result, words in RESULTS.items()},
    "change_state": {state.value: words for state, words in STATES.items()},
    "change_first": {
        "requested": msg("classify it"),
        "study": msg("record its study"),
        "approval": msg("give the approvals that are missing"),
        "plan": msg("say when it is carried out"),
        "approved": msg("begin it, in its window"),
        "underway": msg("say what came of it"),
    },
}
