"""Views of what is told about problems (Rules PRB-1 to PRB-4)."""

from __future__ import annotations

from escalation.messages.effects import Meaning
from escalation.messages.problem import (
    KnownErrorTold,
    ProblemAnswered,
    ProblemCard,
    WorkaroundWithdrawn,
)
from escalation.people import rights
from escalation.records.kinds import INCIDENT, PROBLEM
from escalation.records.problem import Problem
from handlers.incident.views import told as told_of_incident
from handlers.problem.beside import seen
from handlers.problem.card import LONGEST
from handlers.problem.words import heading
from handlers.words import blocks as b
from handlers.words.rendered import Rendered
from handlers.words.texts import msg
from handlers.words.view_context import Told, ViewContext, Views


def told(context: ViewContext[Meaning], problem: Problem, sentence: str) -> Rendered:
    """A short message about a problem."""
    return b.short(b.plain(heading(problem, context.texts)), sentence)


def card(context: ViewContext[ProblemCard]) -> Rendered:
    """Show how the problem stands, for one reader or a room."""
    person, contract = context.reader.person, context.reader.contract
    problem = context.tx.get(PROBLEM, context.contract, context.subject)
    reader = person.id if person else ""
    return seen(context.tx, problem, contract, reader, context.texts, context.now).card()


def answered(context: ViewContext[ProblemAnswered]) -> Rendered | None:
    """To whoever proposed it: who has taken it, or why it is declined (PRB-1, CON-5)."""
    problem = context.tx.get(PROBLEM, context.contract, context.subject)
    contract, texts = context.reader.contract, context.texts
    if context.message.taken:
        words = msg("%(name)s has taken %(id)s, which you proposed: it is analysed now.")
        name = problem.manager
    else:
        words = msg("%(name)s has declined %(id)s, which you proposed: %(reason)s")
        name = problem.declined_by
    if name is None:
        return None
    sentence = texts(
        words,
        name=b.plain(contract.name_of(name)),
        id=problem.id,
        reason=b.plain(problem.declined_for, LONGEST),
    )
    return told(context, problem, sentence)


def known_error(context: ViewContext[KnownErrorTold]) -> Rendered | None:
    """To whoever has a linked incident in hand: the work-around, or the fix (PRB-3)."""
    incident, texts, message = context.incident(), context.texts, context.message
    problem = context.tx.get(PROBLEM, context.contract, message.problem)
    if incident.state in INCIDENT.over:
        return None
    if message.fixed:
        if problem.fix is None:
            return None
        sentence = texts(
            "%(id)s, from which this incident comes, is fixed by the change %(change)s.",
            id=problem.id,
            change=b.plain(problem.fix.change),
        )
        words = problem.fix.text
    else:
        if not problem.workaround:
            return None
        if not message.corrected:
            said = msg("There is a work-around for %(id)s, from which this incident comes:")
        elif problem.id in incident.problems:
            said = msg("The work-around for %(id)s, from which this incident comes, is now:")
        else:
            said = msg("The work-around for %(id)s, which this incident looks like, is now:")
        sentence, words = texts(said, id=problem.id), problem.workaround
    return told_of_incident(context, incident, quoted(sentence, words))


def withdrawn(context: ViewContext[WorkaroundWithdrawn]) -> Rendered | None:
    """To whoever read it with an incident: which work-around is none after all, and why (PRB-3).

    Its problem is named to whoever may look at that (CON-2).
    """
    incident, texts, message = context.incident(), context.texts, context.message
    problem = context.tx.get(PROBLEM, context.contract, message.problem)
    if message.text and problem.workaround == message.text:
        return None  # it stands again
    me, contract = context.reader.person, context.reader.contract
    if me is not None and rights.visible(contract, me.id, problem):
        words = msg("The work-around for %(id)s is withdrawn. Please do not use it any more:")
    else:
        words = msg("This work-around is withdrawn. Please do not use it any more:")
    lines = quoted(texts(words, id=problem.id), message.text)
    reason = texts("Reason: %(reason)s", reason=b.plain(message.reason))
    return told_of_incident(context, incident, f"{lines}\n{reason}")


def quoted(sentence: str, words: str) -> str:
    """A sentence, and beneath it what somebody wrote."""
    return "\n".join([sentence, *(f"> {line}" for line in b.plain(words).split("\n") if words)])


VIEWS: Views = {
    ProblemCard: card,
    ProblemAnswered: answered,
    KnownErrorTold: known_error,
    WorkaroundWithdrawn: withdrawn,
}
TOLD: Told = {Problem: told}
