"""The words of problems: their states, origins, ratings, and the lines of their timeline."""

from __future__ import annotations

from escalation.base.journal import Entry
from escalation.base.journal_actions.problem import ProblemAction as A
from escalation.contract import ESCALADE, Contract
from escalation.contract.processes.problems import Rating
from escalation.records.problem import UNFIXED, Problem, ProblemOrigin, ProblemState
from handlers.application import Caller
from handlers.change.words import RESULTS as CHANGE_RESULTS
from handlers.change.words import STATES as CHANGE_STATES
from handlers.verbs.choices import worded
from handlers.verbs.verb import Option
from handlers.words import blocks as b
from handlers.words.texts import Texts, msg

STATES = {
    ProblemState.PROPOSED: msg("proposed"),
    ProblemState.DECLINED: msg("declined"),
    ProblemState.OPENED: msg("being analysed"),
    ProblemState.ANALYSED: msg("analysed"),
    ProblemState.KNOWN_ERROR: msg("known error"),
    ProblemState.FIXED: msg("fixed, being watched"),
    ProblemState.CLOSED: msg("problem closed"),
}
ORIGINS = {
    ProblemOrigin.INCIDENT: msg("an incident whose cause is not gone"),
    ProblemOrigin.KNOWN_ERROR: msg("a known error that was announced"),
    ProblemOrigin.SERVICE_LEVEL: msg("service-level management"),
    ProblemOrigin.REVIEW: msg("the review of closed incidents"),
}
RATINGS = {Rating.HIGH: msg("high"), Rating.MEDIUM: msg("medium"), Rating.LOW: msg("low")}
IMPACTS = {Rating.HIGH: msg("High"), Rating.MEDIUM: msg("Medium"), Rating.LOW: msg("Low")}
MOMENTS = {
    A.PROPOSED: msg("Proposed by %(actor)s: %(title)s"),
    A.TAKEN: msg("Taken by %(actor)s"),
    A.DECLINED: msg("Declined by %(actor)s: %(reason)s"),
    A.ASSESSED: msg(
        "Impacts assessed by %(actor)s: client %(client_impact)s, provider %(provider_impact)s"
    ),
    A.PRIORITY_PROPOSED: msg("Priority %(priority)s proposed by %(actor)s"),
    A.PRIORITY_VOTED: msg("Priority %(priority)s for %(firm)s: %(actor)s"),
    A.PRIORITY_DECIDED: msg("Priority decided: %(priority)s"),
    A.ANALYSIS_ASSIGNED: msg("Analysis assigned to %(person)s by %(actor)s"),
    A.ANALYSED: msg("Cause, by %(actor)s: %(cause)s"),
    A.WORKAROUND: msg("Work-around, by %(actor)s: %(text)s"),
    A.WORKAROUND_WITHDRAWN: msg("Work-around withdrawn by %(actor)s: %(reason)s"),
    A.KNOWN_ERROR: msg("A known error from now on: cause and work-around are known"),
    A.FIX_EXPECTED: msg("%(change)s is to remove the cause, according to %(actor)s"),
    A.FIX_MISSED: msg("%(change)s has not removed the cause: %(change_end)s"),
    A.FIXED: msg("Fixed by %(actor)s with the change %(change)s"),
    A.LINKED: msg("%(incident)s linked to %(problem)s by %(actor)s"),
    A.UNLINKED: msg("%(incident)s detached from %(problem)s by %(actor)s: %(reason)s"),
    A.CAME_BACK: msg("%(incident)s came back after the fix"),
    A.REMINDED: msg("Reminded: %(people)s"),
    A.WATCHED: msg("The time to watch it is over"),
    A.CLOSED: msg("Closed by %(actor)s"),
    A.REOPENED: msg("Opened again by %(actor)s: %(reason)s"),
}
FIXED_BY_ITSELF = msg("Fixed: the change %(change)s has succeeded, according to %(actor)s")
ENDS = {each.value: words for each, words in (*CHANGE_RESULTS.items(), *CHANGE_STATES.items())}
_RATED = {"client_impact": IMPACTS, "provider_impact": IMPACTS, "priority": RATINGS}


def heading(problem: Problem, texts: Texts) -> str:
    """Number, priority and title, in plain text."""
    if problem.priority:
        level = texts("%(rating)s priority", rating=texts(RATINGS[problem.priority]))
    elif problem.state in {*UNFIXED, ProblemState.PROPOSED}:
        level = texts("priority to be decided")
    else:
        level = texts("priority not decided")
    return f"🧩 {problem.id} · {level} · {problem.title}"


def ratings(caller: Caller) -> list[Option]:
    """List what a priority can be."""
    return worded(RATINGS, caller)


def impacts(caller: Caller) -> list[Option]:
    """List what an impact can be."""
    return worded(IMPACTS, caller)


def origins(caller: Caller) -> list[Option]:
    """List what a problem that somebody opens can start from (PRB-1)."""
    return worded(ORIGINS, caller)


def moment(entry: Entry, contract: Contract, texts: Texts) -> str:
    """A line of the timeline in words, without its time."""

    def named(person: object) -> str:
        return "Escalade" if person == ESCALADE else contract.name_of(str(person))

    said: dict[str, object] = {"actor": named(entry.actor)}
    for name, fact in entry.facts.items():
        if name in _RATED and fact in set(Rating):
            said[name] = texts(_RATED[name][Rating(str(fact))])
        elif name == "people" and isinstance(fact, list):
            said[name] = texts.listing([named(person) for person in fact])
        elif name == "person":
            said[name] = named(fact)
        elif name == "change_end":
            said[name] = texts(ENDS[str(fact)])
        elif name == "organisation":
            said["firm"] = contract.party_name(str(fact))
        else:
            said[name] = fact
    action = A(entry.action)
    words = FIXED_BY_ITSELF if action is A.FIXED and "ended" in entry.facts else MOMENTS[action]
    return b.plain(texts(words, **said))
