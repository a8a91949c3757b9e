"""Views of the copies of questions about an incident once answered (INC-5, INC-19)."""

from __future__ import annotations

from typing import Any

from escalation.base.journal import Entry
from escalation.base.journal_actions.incident import IncidentAction as A
from escalation.base.journal_actions.ladder import LadderAction
from escalation.messages.event import EventsCleared
from escalation.messages.incident import (
    CauseAsked,
    CauseToConfirm,
    LoweringProposed,
    MayClose,
    NotQualified,
    OnCallTold,
    PleaseClose,
    PleaseVerify,
    StillWaiting,
    WaitBegun,
)
from escalation.messages.ladder import SettleAsked
from escalation.report.gathering import READ, moments_of
from handlers.words import blocks as b
from handlers.words.shared.timeline import moment
from handlers.words.view_context import AnsweredBy, Answers, ViewContext


def _words(context: ViewContext[Any], entry: Entry) -> str:
    (fact,) = moments_of(context.reader.contract, [entry], READ)
    return b.plain(moment(fact, context.texts))


def _by(*actions: A | LadderAction) -> AnsweredBy:
    return AnsweredBy(actions=frozenset({*actions, *_OVER}), words=_words)


_OVER = (A.CLOSED, A.CANCELLED, A.MERGED)

ANSWERS: Answers = {
    EventsCleared: _by(A.RESOLVED),
    PleaseVerify: _by(A.VERIFIED, A.REOPENED, A.UNDONE),
    MayClose: _by(A.VERIFIED, A.REOPENED, A.UNDONE),
    PleaseClose: _by(A.REOPENED, A.UNDONE),
    LoweringProposed: _by(A.PRIORITY_CHANGED, A.LOWERING_DECLINED, A.LOWERING_LAPSED, A.RESOLVED),
    CauseAsked: _by(A.CAUSE_SAID, A.CAUSE_CONFIRMED, A.REOPENED, A.UNDONE),
    CauseToConfirm: _by(A.CAUSE_CONFIRMED, A.REOPENED, A.UNDONE),
    OnCallTold: _by(A.TAKEN, A.ACKNOWLEDGED, A.ASSIGNED, A.RESOLVED),
    NotQualified: _by(A.QUALIFIED, A.PRIORITY_CHANGED),
    WaitBegun: _by(A.RESUMED),
    StillWaiting: _by(A.RESUMED),
    SettleAsked: _by(LadderAction.SETTLED, LadderAction.CLIMBED, LadderAction.SIDE_SETTLED),
}
