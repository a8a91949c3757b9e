"""Refusals about a problem."""

from __future__ import annotations

from handlers.problem.words import ENDS, RATINGS, STATES
from handlers.words.texts import msg

SENTENCES = {
    "unknown_problem": (msg("There is no problem %(id)s for you. Please check its number."),),
    "no_problems": (msg("This contract has no problem management."),),
    "through_service_level": (
        msg(
            "A problem is opened through the service delivery manager: please tell"
            " %(people)s, who puts it to the problem manager."
        ),
        msg("A problem is opened through the provider's service delivery manager."),
    ),
    "problem_state": (msg("%(id)s is not at that point: it is %(problem_state)s."),),
    "problem_taken": (
        msg("%(by)s has already taken %(id)s."),
        msg("%(id)s is already open."),
    ),
    "problem_declined": (msg("%(by)s has already declined %(id)s, with the reason: %(reason)s."),),
    "problem_closed": (msg("%(id)s is already closed."),),
    "problem_watched": (
        msg("%(id)s is watched until %(due)s, whether an incident comes back. Please wait."),
    ),
    "incident_came_back": (
        msg(
            "%(incident)s came back after the fix. Please open %(id)s again, or say with"
            " “unlink” that the incident does not come from it."
        ),
    ),
    "already_assessed": (msg("The impacts of %(id)s are already assessed as these."),),
    "not_assessed": (msg("The impacts of %(id)s are not assessed yet: the problem manager does."),),
    "no_priority_proposed": (
        msg("No priority of %(id)s is proposed yet: the delivery manager proposes it."),
    ),
    "already_decided_so": (msg("That is what you have decided on %(id)s already."),),
    "already_voted": (msg("%(by)s has already decided this for your firm."),),
    "priority_decided": (msg("The priority of %(id)s is already decided: %(rating)s."),),
    "already_analysed": (msg("The analysis of %(id)s is already done."),),
    "problem_unanalysed": (msg("Please record the cause of %(id)s first."),),
    "change_removes_nothing": (
        msg(
            "%(change)s is %(change_end)s; it is done again by %(again)s:"
            " please name that one instead."
        ),
        msg(
            "%(change)s is %(change_end)s: it removes no cause. Please name the change that does,"
            " or have it asked for again."
        ),
    ),
    "fix_elsewhere": (
        msg(
            "%(change)s touches %(touched)s, and not %(component)s. If it removes the cause all"
            " the same, please say why."
        ),
    ),
    "fix_in_part": (
        msg("%(change)s succeeded only in part. If that removes the cause, please say why."),
    ),
    "incident_since_change": (
        msg(
            "%(incident)s was opened after %(change)s was carried out. If that removed the cause"
            " all the same, please say why."
        ),
    ),
    "fix_expected": (msg("%(change)s is already noted as the fix of %(id)s that is to come."),),
    "workaround_known": (msg("This work-around of %(id)s is already recorded."),),
    "no_workaround": (msg("%(id)s has no work-around."),),
    "exercise_not_linked": (
        msg("%(incident)s is an exercise; it does not come from a real problem."),
    ),
    "already_linked": (msg("%(incident)s is already linked to %(id)s."),),
    "not_linked": (msg("%(incident)s is not linked to %(id)s."),),
}
WHO = {
    "problem_manager": msg("the problem manager"),
    "problem_analyst": msg("whoever analyses the problem"),
    "problem_proposer": msg("the service delivery manager"),
    "problem_decider": msg("those who decide the priority of problems"),
}
FACTS = {
    "change_end": ENDS,
    "problem_state": {state.value: words for state, words in STATES.items()},
    "rating": {rating.value: words for rating, words in RATINGS.items()},
}
