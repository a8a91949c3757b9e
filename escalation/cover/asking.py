"""Asking a colleague to take one's duty, or to swap turns (Rule CAL-6)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from escalation.base.evolve import replace
from escalation.base.journal_actions.cover import CoverAction
from escalation.base.refusals import BadValue, NotAllowed, NotNow, Refusal
from escalation.base.timer_names.cover import CoverBegins, CoverEnds, CoverUnanswered
from escalation.base.timers import ArmedTimers
from escalation.contract import Contract
from escalation.cover.telling import show
from escalation.decision.commands.cover import AskCover, AskSwap
from escalation.decision.context import Context
from escalation.duty.availability import present, there
from escalation.duty.covers import promised, taken_elsewhere
from escalation.duty.keepers import keepers
from escalation.duty.on_call import Shift, whole_shifts
from escalation.records.cover import Cover, Spell

AHEAD = timedelta(days=366)
ALIKE = timedelta(hours=1)  # two turns that differ by less are as long: clocks are put forward
UNANSWERED = timedelta(hours=12)  # before it lapses; half the time left, if that is less
UNANSWERED_NOW = timedelta(minutes=15)  # after the asking, where the duty is under way


def ask_cover(context: Context, cover_id: str, command: AskCover, others: Sequence[Cover]) -> Cover:
    """Ask for a cover of somebody's duty between two instants: the caller's, or as keeper."""
    whose = command.of or context.actor
    start = max(command.start or context.now, context.now)
    if command.end is not None and command.end <= start:
        raise BadValue("cover_backwards", field="until")
    rota, shifts = _duty(context, command.rota, whose, start, command.end or start + AHEAD)
    keeping = keepers(context.contract, rota, context.now)
    if whose != context.actor and context.actor not in keeping:
        raise NotAllowed("not_your_role", needed=["rota_keeper"], people=list(keeping))
    last = shifts[0] if command.end is None else shifts[-1]
    end = min(last.end, command.end or last.end)
    spell = Spell(start=max(shifts[0].start, start), end=end)
    if command.person is None:
        asked = _others(context, rota, whose, spell)
    else:
        asked = (_colleague(context, whose, command.person, spell),)
    cover = _asked(context, cover_id, command, rota, asked, spell, whose=whose)
    return _shown(context, cover, others)


def ask_swap(context: Context, cover_id: str, command: AskSwap, others: Sequence[Cover]) -> Cover:
    """Ask to swap a turn of the caller's for one of a colleague's, in the same rota."""
    rota, spell, back = turns_to_swap(context.contract, context.actor, command, context.now)
    _colleague(context, context.actor, command.person, spell)
    _require_there(context, context.actor, back)
    cover = _asked(context, cover_id, command, rota, (command.person,), spell, back)
    return _shown(context, cover, others)


def turns_to_swap(
    contract: Contract, me: str, command: AskSwap, now: datetime
) -> tuple[str, Spell, Spell]:
    """The rota, and the two turns: where no moment is given, the next whole one of each.

    Those are swapped by themselves only where they last as long as one another (Rule CAL-6).
    """
    person = command.person
    known = _rotas(contract, command.rota)
    of_mine = {each: found for each in known if (found := _turns(contract, each, me, now))}
    both = [each for each in of_mine if _turns(contract, each, person, now)]
    rota = _one(both or list(of_mine))
    if rota not in both:
        raise NotNow("no_turn_in_return", person=person)
    spell = _turn(of_mine[rota], command.mine, now, NotNow("no_duty_then"))
    in_return = NotNow("no_turn_in_return", person=person)
    back = _turn(_turns(contract, rota, person, now), command.theirs, now, in_return)
    longer = abs((spell.end - spell.start) - (back.end - back.start))
    for field, given in (("theirs", command.theirs), ("mine", command.mine)):
        if given is None and longer > ALIKE:
            raise BadValue(
                "turns_differ",
                field=field,
                person=person,
                start=spell.start.isoformat(),
                end=spell.end.isoformat(),
                other_start=back.start.isoformat(),
                other_end=back.end.isoformat(),
            )
    return rota, spell, back


def _turn(turns: Sequence[Shift], moment: datetime | None, now: datetime, none: Refusal) -> Spell:
    """The turn of that moment, or the first after it; without one the next that is whole."""
    for turn in turns:
        if turn.start > now if moment is None else turn.end > moment:
            return Spell(start=max(turn.start, now), end=turn.end)
    raise none


def _turns(contract: Contract, rota: str, person: str, now: datetime) -> list[Shift]:
    return _shifts_of(contract, rota, person, now, now + AHEAD)


def _asked(
    context: Context,
    cover_id: str,
    command: AskCover | AskSwap,
    rota: str,
    asked: tuple[str, ...],
    spell: Spell,
    back: Spell | None = None,
    *,
    whose: str = "",
) -> Cover:
    now, contract = context.now, context.contract
    whose = whose or context.actor
    cover = Cover(
        id=cover_id,
        contract=contract.id,
        contract_version=contract.version,
        rota=rota,
        asked_by=whose,
        on_behalf=context.actor if whose != context.actor else "",
        asked=asked,
        spell=spell,
        back=back,
        reason=command.reason,
        asked_at=now,
    )
    return _armed(cover)


def _shown(context: Context, cover: Cover, others: Sequence[Cover]) -> Cover:
    """Record and show it, unless some of its hours are given already, or wait to be (CAL-6)."""
    if other := promised(cover, others):
        if other.asked_by == context.actor:
            raise NotNow("hours_asked_by_you", cover=other.id)
        raise NotNow("hours_promised", cover=other.id, person=other.asked_by)
    if taken_elsewhere(context.contract, cover):
        raise NotNow("hours_given")
    back = cover.back
    context.record(
        cover.id,
        CoverAction.ASKED,
        rota=cover.rota,
        person=cover.asked_by if cover.on_behalf else None,
        asked=list(cover.asked),
        start=cover.spell.start.isoformat(),
        end=cover.spell.end.isoformat(),
        back=f"{back.start.isoformat()}/{back.end.isoformat()}" if back else None,
        reason=cover.reason or None,
    )
    return show(context, cover)


def _armed(cover: Cover) -> Cover:
    """The cover with its timers: it lapses as the duty begins; under way, as that ends."""
    asked_at, under_way = cover.asked_at, cover.starts <= cover.asked_at
    lapses = cover.spell.end if under_way else cover.starts
    told = max(lapses - UNANSWERED, asked_at + (lapses - asked_at) / 2)
    if under_way:
        told = min(told, asked_at + UNANSWERED_NOW)
    alarms = ArmedTimers().set(CoverUnanswered(), told).set(CoverBegins(), lapses)
    return replace(cover, alarms=alarms.set(CoverEnds(), cover.ends))


def _duty(
    context: Context, rota: str | None, whose: str, start: datetime, end: datetime
) -> tuple[str, list[Shift]]:
    """The rota in which somebody has duty between two instants, and their shifts."""
    contract = context.contract
    found = {
        each: shifts
        for each in _rotas(contract, rota)
        if (shifts := _shifts_of(contract, each, whose, start, end))
    }
    one = _one(list(found))
    return one, found[one]


def _rotas(contract: Contract, named: str | None) -> list[str]:
    """The rota that is named, or all."""
    known = [each.id for each in contract.rotas]
    if named is not None and named not in known:
        raise BadValue("unknown_rota", field="rota", given=named, known=known)
    return known if named is None else [named]


def _one(rotas: list[str]) -> str:
    if not rotas:
        raise NotNow("no_duty_then")
    if len(rotas) > 1:
        raise BadValue("which_rota", field="rota", known=rotas)
    return rotas[0]


def _shifts_of(
    contract: Contract, rota: str, person: str, start: datetime, end: datetime
) -> list[Shift]:
    """Somebody's shifts in a rota, whole, that touch the time between two instants."""
    return [s for s in whole_shifts(contract, rota, start, end) if s.person == person]


def _colleague(context: Context, whose: str, person: str, spell: Spell) -> str:
    """Somebody else of the firm of whose duty it is, who is there as it begins."""
    contract = context.contract
    if person == whose:
        raise BadValue("cover_yourself", field="person")
    if contract.person(person).organisation != contract.person(whose).organisation:
        firm = contract.party_name(contract.person(whose).organisation)
        raise BadValue("other_firm", person=person, firm=firm)
    _require_there(context, person, spell)
    return person


def _require_there(context: Context, person: str, spell: Spell) -> None:
    if not there(context.contract, (person,), spell.start):
        raise NotNow("away_then", person=person)


def _others(context: Context, rota: str, whose: str, spell: Spell) -> tuple[str, ...]:
    """The others who take turns in a rota, and are there as the duty begins."""
    turns = context.contract.duty_turns(rota).people_at(spell.start)
    found = tuple(
        person
        for person in dict.fromkeys(turns)
        if person != whose and present(context.contract, person, spell.start)
    )
    if not found:
        raise NotNow("nobody_to_cover")
    return found
