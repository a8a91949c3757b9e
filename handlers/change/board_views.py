"""Views of messages in the thread of a decision (Rule CHG-2)."""

from __future__ import annotations

from escalation.base.journal_actions.change import ChangeAction
from escalation.messages.change_board import BoardNews
from escalation.records.kinds import CHANGE
from handlers.change.board.words import happened
from handlers.change.words import heading
from handlers.words import blocks as b
from handlers.words.rendered import Rendered
from handlers.words.view_context import ViewContext, Views


def news(context: ViewContext[BoardNews]) -> Rendered:
    """Show what happens before the board, beneath the card."""
    change, message = (
        context.tx.get(CHANGE, context.contract, context.subject),
        context.message,
    )
    facts = {
        "ballot": message.ballot,
        "reason": message.reason,
        "person": message.person,
        "members": list(message.members),
        "people": list(message.people),
        "yes": list(message.yes),
        "no": list(message.no),
        "abstain": list(message.abstain),
        "silent": list(message.silent),
        "due": message.due.isoformat() if message.due else "",
    }
    action, contract = ChangeAction(message.action), context.reader.contract
    said = happened(action, message.by, facts, contract, context.texts)
    return b.short(b.plain(heading(change)), said)


VIEWS: Views = {BoardNews: news}
