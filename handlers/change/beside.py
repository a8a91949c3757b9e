"""Show what is beside a change: what its window clashes with or holds back (CHG-4, EVT-1)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from escalation.change.clashes import Clash, ClashKind
from escalation.change.looking import foreseen, found
from escalation.contract import Contract
from escalation.decision.contract_of import contract_of
from escalation.decision.transaction import Transaction
from escalation.perform.change_calendar import circumstances
from escalation.perform.finding import unknown
from escalation.perform.maintenance import held_by
from escalation.perform.watching import fixed_by
from escalation.records.change import UNENDED, Change, ChangeState
from escalation.records.event import Event
from handlers.change.calendar.clash_words import clash_words
from handlers.event.surroundings import MOST_TOUCHED, counted
from handlers.words import blocks as b
from handlers.words.texts import Texts, msg

MOST_CLASHES = 8
KNOWN = msg("Clash that is accepted: %(clash)s")
NEW = msg("⚠️ Clash: %(clash)s")


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """The clashes of its window as things stand now, and the events that it holds back."""

    clashes: tuple[Clash, ...] = ()
    hidden: frozenset[str] = frozenset()  # the numbers that its reader need not know of
    held: tuple[Event, ...] = ()
    fixes: tuple[str, ...] = ()  # the problems whose cause it is to remove


NOTHING = Beside()


def beside(
    tx: Transaction, change: Change, now: datetime, reader: str | None, *, shared: bool = False
) -> Beside:
    """Find what stands beside a change that is not over; `reader` is None for rooms.

    The provider's rooms may know of all of it, the room of both firms (`shared`) of what the client
    was told of (Rules CON-2, INC-7).
    """
    fixes = tuple(fixed_by(tx, change))
    linked = (*change.incidents, *fixes, change.born_of, change.previous, change.again)
    hidden = frozenset(unknown(tx, change.contract, filter(None, linked), reader, shared=shared))
    window = foreseen(contract_of(tx, change), change, now)
    if window is None or change.state not in UNENDED:
        return Beside(hidden=hidden, fixes=fixes)
    around = circumstances(tx, change.contract, now, reader).beside(change.id)
    clashes = found(change, around, window)
    hidden |= around.hidden
    if change.state is not ChangeState.UNDERWAY:
        return Beside(clashes=clashes, hidden=hidden, fixes=fixes)
    work, known = {ClashKind.CHANGE, ClashKind.PERSON}, change.accepted
    others = tuple(each for each in clashes if each.kind in work or each.key in known)
    held = tuple(held_by(tx, change))
    return Beside(clashes=others, hidden=hidden, fixes=fixes, held=held)


def beside_lines(
    around: Beside, change: Change, contract: Contract, texts: Texts, now: datetime
) -> Iterator[str]:
    """It in words, for the card; and what else the change touches (Rule CFG-1)."""
    needing = (each for part in change.components for each in contract.needed_by(part))
    touched = [each for each in dict.fromkeys(needing) if each not in change.components]
    if touched:
        names = [b.plain(contract.component_name(each)) for each in touched[:MOST_TOUCHED]]
        more = ["…"] if len(touched) > MOST_TOUCHED else []
        yield texts("Depends on it: %(names)s", names=texts.listing([*names, *more]))
    if fixes := [each for each in around.fixes if each not in around.hidden]:
        words = msg("Removes the cause of %(problems)s, once it has succeeded")
        yield texts(words, problems=", ".join(fixes))
    for clash in around.clashes[:MOST_CLASHES]:
        words = KNOWN if clash.key in change.accepted else NEW
        told = replace(clash, by="") if clash.by in around.hidden else clash
        yield texts(words, clash=b.plain(clash_words(told, contract, texts)))
    if change.despite:
        yield texts.labelled(texts("Accepted because"), b.plain(change.despite, 300))
    if caused := [each for each in change.incidents if each not in around.hidden]:
        yield texts("Has caused %(incidents)s", incidents=", ".join(caused))
    if around.held:
        yield texts("Held back: %(events)s", events=counted(around.held, texts, now))
