"""Tell who represents each supplier's management, as the client confirms it (Rule CRI-13)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from escalation.contract import Contract, Supplier
from escalation.messages.cover import ManagementCard, ManagementOpen
from escalation.records.duty_watch import ManagementCheck
from escalation.records.kinds import DUTY_WATCH
from handlers.words import blocks as b
from handlers.words.rendered import Block, Rendered
from handlers.words.texts import Texts
from handlers.words.view_context import ViewContext, Views

NEVER = ManagementCheck()


def card(context: ViewContext[ManagementCard]) -> Rendered | None:
    """To who keeps them: each list as it stands, with the buttons while it is asked about."""
    me, contract, texts = context.reader.person, context.reader.contract, context.texts
    watch = context.tx.get(DUTY_WATCH, context.contract, context.subject)
    mine = [
        supplier
        for supplier in contract.suppliers
        if me is not None and me.id in watch.suppliers.get(supplier.id, NEVER).asked
    ]
    if not mine:
        return None
    asked = [each for each in mine if watch.suppliers[each.id].since]
    lines = list(lines_of(mine, watch.suppliers, contract, texts))
    if asked:
        lines.append(texts("In a crisis these people are phoned. Is the list still right?"))
    buttons = [each for supplier in asked for each in buttons_for(supplier, contract, texts)]
    return b.short(_heading(context), "\n".join(lines), *buttons)


def still_open(context: ViewContext[ManagementOpen]) -> Rendered | None:
    """To both delivery managers: who is to confirm a list, or what is to be changed in it."""
    contract, texts = context.reader.contract, context.texts
    watch = context.tx.get(DUTY_WATCH, context.contract, context.subject)
    mine = [
        supplier
        for supplier in contract.suppliers
        if supplier.id in context.message.suppliers
        and (watch.suppliers.get(supplier.id, NEVER).since is None) is context.message.void
    ]
    if not mine:
        return None
    lines = list(lines_of(mine, watch.suppliers, contract, texts))
    if context.message.void:
        lines.append(texts("What was to be changed in it is void: it was confirmed as it stands."))
    if any(watch.suppliers[each.id].to_change for each in mine):
        lines.append(texts("Please have the contract file changed: it is then confirmed anew."))
    return b.short(_heading(context), "\n".join(lines))


def lines_of(
    suppliers: Iterable[Supplier],
    checks: Mapping[str, ManagementCheck],
    contract: Contract,
    texts: Texts,
) -> Iterator[str]:
    """Say whom to phone at each supplier, and who confirmed it when, or is asked to."""
    for supplier in suppliers:
        people = [each for p in supplier.management if (each := contract.recalled(p))]
        named = [f"{b.plain(each.name)} ({b.plain(each.phone or '–')})" for each in people]
        yield "• " + texts.labelled(b.plain(supplier.name), texts.listing(named))
        check = checks.get(supplier.id, NEVER)
        said = {"name": b.plain(contract.name_of(check.confirmed_by))}
        if check.to_change:
            by = b.plain(contract.name_of(check.said_by))
            yield texts("%(name)s says what is to be changed:", name=by)
            yield f"> {b.plain(check.to_change)}"
        elif check.since:
            asked = [b.plain(contract.name_of(each)) for each in check.asked]
            names, day = texts.listing(asked or ["–"]), texts.date(check.since)
            yield texts("Asked on %(day)s, and not confirmed yet: %(names)s", day=day, names=names)
        elif check.confirmed_on:
            day = texts.date(check.confirmed_on)
            yield texts("Confirmed by %(name)s on %(day)s", day=day, **said)
        else:
            yield texts("Not confirmed yet")


def buttons_for(supplier: Supplier, contract: Contract, texts: Texts) -> tuple[Block, Block]:
    """Both answers to the question whether a list is still right."""
    one = len(contract.suppliers) == 1
    right = texts("Still right") if one else texts("Still right: %(name)s", name=supplier.name)
    wrong = texts("To be changed") if one else texts("To be changed: %(name)s", name=supplier.name)
    about, given = (contract.id, ""), {"supplier": supplier.id}
    return (
        b.button(right, f"oncall/confirm#{supplier.id}", *about, style="primary", **given),
        b.button(wrong, f"oncall/correct#{supplier.id}", *about, **given),
    )


def _heading(context: ViewContext[ManagementCard] | ViewContext[ManagementOpen]) -> str:
    words = context.texts("The suppliers' management")
    return context.texts.labelled(context.subject, words)


VIEWS: Views = {ManagementCard: card, ManagementOpen: still_open}
