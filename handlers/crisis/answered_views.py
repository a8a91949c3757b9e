"""Views of the copies of questions about a cell once they are answered (CRI-2 to CRI-9)."""

from __future__ import annotations

from typing import Any

from escalation.base.journal import Entry
from escalation.base.journal_actions.crisis import CrisisAction as A
from escalation.messages.crisis import (
    ActionAsked,
    ActionDue,
    CloseRequest,
    CrisisCall,
    CrisisMembers,
    CrisisRequest,
    IncidentOver,
    InformReminder,
    LeadRequest,
    MemberMissing,
)
from handlers.crisis.log import line_words
from handlers.words import blocks as b
from handlers.words.view_context import AnsweredBy, Answers, ViewContext


def _words(context: ViewContext[Any], entry: Entry) -> str:
    return b.plain(line_words(entry, context.reader.contract, context.texts))


def _by(*actions: A, own: tuple[A, ...] = ()) -> AnsweredBy:
    of = frozenset({*actions, *own, A.CLOSED})
    return AnsweredBy(actions=of, words=_words, own=frozenset(own))


_ANSWERED = (A.ACTION_COMPLETED, A.ACTION_CANCELLED, A.ACTION_CHANGED)
ANSWERS: Answers = {
    CrisisRequest: _by(A.OPENED, A.REFUSED, A.WITHDRAWN),
    CrisisMembers: _by(own=(A.MEMBERS_AGREED,)),
    CrisisCall: _by(A.INCIDENT_OVER, own=(A.MEMBER_JOINED, A.MEMBER_LEFT, A.MEMBER_REMOVED)),
    MemberMissing: _by(A.MEMBER_JOINED, A.DELEGATE_NAMED, A.MEMBER_REMOVED),
    InformReminder: _by(),
    LeadRequest: _by(A.LED, A.LEAD_OFFERED, A.LEAD_UNANSWERED, own=(A.LEAD_CONFIRMED,)),
    CloseRequest: _by(own=(A.CLOSING_AGREED,)),
    IncidentOver: _by(A.CLOSING_AGREED, A.INCIDENT_BACK),
    ActionDue: _by(*_ANSWERED),
    ActionAsked: _by(*_ANSWERED),
}
