"""Views of what is told about the actions of a crisis cell, to whoever does them (Rule CRI-8)."""

from __future__ import annotations

from typing import Any

from escalation.base.journal_actions.crisis import CrisisAction
from escalation.decision.commands.command import Command
from escalation.decision.commands.crisis import CancelAction, ChangeAction
from escalation.duty.availability import with_stand_ins
from escalation.messages.crisis import ActionAsked, ActionDue, ActionNews
from escalation.perform.practices.crises import incident_of
from escalation.perform.rights import allowed
from escalation.records.crisis import Action, Crisis
from handlers.crisis.room_views import told
from handlers.incident.card import heading
from handlers.words import blocks as b
from handlers.words.rendered import Block, Rendered
from handlers.words.texts import msg
from handlers.words.view_context import ViewContext, Views

NEWS = {
    CrisisAction.ACTION_CHANGED: msg(
        "Action %(number)s passes to %(owner)s: nothing more is asked of you. %(text)s"
    ),
    CrisisAction.ACTION_COMPLETED: msg("✅ %(by)s has done action %(number)s: %(text)s"),
    CrisisAction.ACTION_CANCELLED: msg(
        "🚫 %(by)s cancels action %(number)s, nothing more is to be done: %(text)s"
    ),
    CrisisAction.ACTION_DECLINED: msg("⚠️ %(by)s cannot do action %(number)s: %(text)s"),
}


def asked(context: ViewContext[ActionAsked]) -> Rendered | None:
    """To whoever is to do it: what, by when, who gave it, of what incident, and how to answer."""
    crisis, texts = context.crisis(), context.texts
    action = _open_action(crisis, context.message.number)
    if action is None:
        return None
    by = context.name_of(context.message.by)
    words = texts("%(by)s gives you action %(number)s:", by=by, number=action.number)
    if context.message.changed:
        words = texts("%(by)s has changed your action %(number)s:", by=by, number=action.number)
    return told(
        context, crisis, "\n".join([words, *_lines(context, crisis, action)]),
        *action_buttons(context, crisis, action),
    )  # fmt: skip


def due(context: ViewContext[ActionDue]) -> Rendered | None:
    """An action is due, or overdue: to its owner, then to who leads."""
    crisis, texts = context.crisis(), context.texts
    action = _open_action(crisis, context.message.number)
    if action is None:
        return None
    at = context.message.due
    words = texts("Action %(number)s is due:", number=action.number)
    if at is not None and at < context.now:
        words = texts("Action %(number)s is overdue:", number=action.number)
    return told(
        context, crisis, "\n".join([words, *_lines(context, crisis, action)]),
        *action_buttons(context, crisis, action),
    )  # fmt: skip


def news(context: ViewContext[ActionNews]) -> Rendered | None:
    """Show what became of an action: to who gave it, who had it, who leads."""
    crisis, message = context.crisis(), context.message
    action = next((a for a in crisis.actions if a.number == message.number), None)
    if action is None:
        return None
    declined = message.action == CrisisAction.ACTION_DECLINED
    if declined and not (action.left_open and action.unable):
        return None  # it is seen to by now
    sentence = context.texts(
        NEWS[CrisisAction(message.action)],
        by=context.name_of(message.by),
        number=action.number,
        owner=context.name_of(action.owner),
        text=b.plain(action.text),
    )
    why = action.unable if declined else action.cancelled_for
    lines = [sentence, *([f"> {b.plain(why)}"] if why else [])]
    return told(
        context, crisis, "\n".join(lines),
        *(action_buttons(context, crisis, action) if declined else []),
    )  # fmt: skip


def _open_action(crisis: Crisis, number: int) -> Action | None:
    return next((a for a in crisis.actions if a.number == number and a.left_open), None)


def _lines(context: ViewContext[Any], crisis: Crisis, action: Action) -> list[str]:
    """Say what is to be done, by whom and when, of what incident, and what line says it is done."""
    texts, me = context.texts, context.reader.person
    lines = [f"> {b.plain(' '.join(action.text.split()))}"]
    if me is None or me.id != action.owner:
        lines.append(texts.labelled(texts("Owner"), context.name_of(action.owner)))
    if me is None or me.id != action.by:
        lines.append(texts.labelled(texts("Given by"), context.name_of(action.by)))
    when = context.when(action.due) or texts("no time is set")
    lines.append(texts.labelled(texts("Due"), when))
    if action.unable:
        lines.append(texts("⚠️ It cannot be done so: %(reason)s", reason=b.plain(action.unable)))
    incident = incident_of(context.tx, crisis)
    if incident is not None:
        lines.append(b.plain(heading(incident, texts)))
    typed = texts("`/crisis done %(id)s %(number)s`", id=crisis.id, number=action.number)
    lines.append(texts("Or type %(line)s.", line=typed))
    return lines


def action_buttons(context: ViewContext[Any], crisis: Crisis, action: Action) -> list[Block]:
    """Show what this reader may do about an action: it is theirs, or they lead or sit there."""
    texts, me, contract = context.texts, context.reader.person, context.reader.contract
    if me is None or not action.left_open:
        return []
    mine = me.id in with_stand_ins(contract, [action.owner], context.now)
    offers = [
        (texts("Done"), "crisis/done", mine or crisis.side_led_by(me.id), "primary"),
        (texts("I cannot, or ask"), "crisis/unable", mine and not action.unable, None),
        (texts("Change"), "crisis/amend", _may(context, crisis, ChangeAction), None),
        (texts("Cancel"), "crisis/cancel", _may(context, crisis, CancelAction), "danger"),
    ]
    return [
        b.button(
            label, f"{verb}#{action.number}", contract.id, crisis.id,
            style=style, number=str(action.number),
        )
        for label, verb, fits, style in offers
        if fits
    ]  # fmt: skip


def _may(context: ViewContext[Any], crisis: Crisis, command: type[Command]) -> bool:
    me = context.reader.person
    contract = context.reader.contract
    return me is not None and allowed(contract, me.id, command, crisis, at=context.now)


VIEWS: Views = {ActionAsked: asked, ActionDue: due, ActionNews: news}
