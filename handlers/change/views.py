"""Views of what is told about changes (Rules CHG-4, CHG-5)."""

from __future__ import annotations

from escalation.base.journal_actions.change import ChangeAction as A
from escalation.change import approving, parts
from escalation.decision.context import Context
from escalation.messages.change import ChangeCard, ChangeNews
from escalation.messages.effects import Meaning
from escalation.records.change import Change, ChangeState
from escalation.records.kinds import CHANGE
from handlers.change.beside import beside
from handlers.change.card import Seen
from handlers.change.words import NEEDS, RESULTS, heading, overrun_words, window_words
from handlers.words import blocks as b
from handlers.words.rendered import Rendered
from handlers.words.texts import msg
from handlers.words.view_context import Told, ViewContext, Views

NEWS = {
    A.REQUESTED: msg("%(name)s has asked for this change; the change manager classifies it."),
    A.CLASSIFIED: msg("%(name)s has classified it; it is being studied."),
    A.STUDY_ASSIGNED: msg("%(person)s studies it."),
    A.APPROVAL_ASKED: msg("It is put to those who approve it."),
    A.APPROVAL_GIVEN: msg("%(name)s has approved it."),
    A.BOARD_CALLED: msg("%(name)s has put it to the advisory board, which decides by %(due)s."),
    A.BOARD_APPROVED: msg("The advisory board has approved it."),
    A.BOARD_REFUSED: msg("The advisory board has refused it: %(reason)s"),
    A.APPROVED: msg("It is approved."),
    A.REJECTED: msg("%(name)s has rejected it: %(reason)s"),
    A.PLANNED: msg("It is planned %(window)s."),
    A.REMINDED: msg("It is carried out soon, %(window)s."),
    A.NOT_STARTED: msg("It was not begun in its window; %(carrier)s is to plan it again."),
    A.STARTED: msg("%(name)s has begun to carry it out."),
    A.OVERRUN: msg("It lasts longer than planned: it was to be over by %(end)s. It goes on."),
    A.PROLONGED: msg("%(name)s has it in hand: it goes on until %(end)s."),
    A.ENDED: msg("It is over; result: %(result)s."),
    A.CLOSED: msg("It is closed."),
    A.WITHDRAWN: msg("%(name)s has withdrawn it: %(reason)s"),
}
PLANNED_FOR = msg("It is planned %(window)s; %(carrier)s carries it out.")


def told(_: ViewContext[Meaning], change: Change, sentence: str) -> Rendered:
    """A short message about a change."""
    return b.short(b.plain(heading(change)), sentence)


def card(context: ViewContext[ChangeCard]) -> Rendered:
    """Show how the change stands, for one reader or a room."""
    person = context.reader.person
    change = context.tx.get(CHANGE, context.contract, context.subject)
    return Seen(
        change=change,
        around=beside(
            context.tx,
            change,
            context.now,
            person.id if person else None,
            shared=context.shared,
        ),
        contract=context.reader.contract,
        person=person.id if person else "",
        texts=context.texts,
        now=context.now,
    ).card()


def news(context: ViewContext[ChangeNews]) -> Rendered:
    """Show what became of it, in one sentence (CHG-4)."""
    change, texts, message = (
        context.tx.get(CHANGE, context.contract, context.subject),
        context.texts,
        context.message,
    )
    action = A(message.action)
    seen = Context(now=context.now, contract=context.reader.contract)
    carrier = next(iter(parts.carrier(seen, change)), "")
    given = action is A.PLANNED and bool(carrier)
    sentence = texts(
        PLANNED_FOR if given else NEWS[action],
        name=context.name_of(message.by),
        person=context.name_of(change.owner or message.by),
        reason=b.plain(change.reason),
        due=texts.instant(change.board.due) if change.board else "",
        window=window_words(change, texts),
        end=texts.instant(change.window.end) if change.window else "",
        result=texts(RESULTS[change.result]) if change.result else "",
        carrier=context.name_of(carrier) if carrier else "",
    )
    if action is A.ENDED and (over := overrun_words(change, texts)):
        sentence += f" {over}"
    if action in {A.APPROVAL_ASKED, A.APPROVAL_GIVEN, A.BOARD_APPROVED}:
        sentence += _awaited(context, change)
    return told(context, change, sentence)


def _awaited(context: ViewContext[ChangeNews], change: Change) -> str:
    """The approvals that are awaited still; that one of them is the reader's own, where it is."""
    if not change.missing or change.state is not ChangeState.APPROVAL:
        return ""
    texts, person = context.texts, context.reader.person
    said = " " + texts(
        "Still awaited: %(what)s.", what=texts.listing([texts(NEEDS[x]) for x in change.missing])
    )
    seen = Context(now=context.now, contract=context.reader.contract)
    mine = approving.theirs(seen, change, person.id) if person else ()
    if set(mine) & set(change.missing):
        said += " " + texts("One of them is yours.")
    return said


VIEWS: Views = {ChangeCard: card, ChangeNews: news}
TOLD: Told = {Change: told}
