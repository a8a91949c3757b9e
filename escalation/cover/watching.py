"""Telling who keeps a rota of the gaps and overlaps ahead, before they matter (Rule CAL-6).

It is looked at once a day, and as the bot starts, when an edited contract comes into force.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, time, timedelta

from escalation.base.evolve import replace
from escalation.base.journal_actions.cover import CoverAction
from escalation.base.timer_names.cover import LookAtDuty
from escalation.base.value import Value
from escalation.base.wall_clock import instant
from escalation.contract import CLIENT, PROVIDER, Contract, Post
from escalation.decision.context import Context
from escalation.duty.ahead import stretches
from escalation.duty.keepers import keepers
from escalation.messages.cover import DutyFaults
from escalation.messages.destinations import person
from escalation.records.duty_watch import DutyWatch

DAILY = timedelta(days=1)
WEEK, DAY = timedelta(days=7) + DAILY, timedelta(days=1) + DAILY  # at least so long before
HOUR = time(9)


class DutyFault(Value):
    """A gap, or, with the people who are `twice` on call, an overlap."""

    firm: str
    level: int
    start: datetime
    end: datetime
    twice: tuple[str, ...] = ()

    def __str__(self) -> str:
        """As it is told, and remembered: "provider 1 2026-…Z 2026-…Z ned,nia"."""
        return " ".join(
            (self.firm, str(self.level), self.start.isoformat(), self.end.isoformat())
        ) + (f" {','.join(self.twice)}" if self.twice else "")

    def key(self, start: str) -> str:
        """Name what it is known by as time goes on."""
        return " ".join((self.firm, str(self.level), start, ",".join(self.twice)))

    @classmethod
    def read(cls, text: str) -> DutyFault:
        """Read it again."""
        firm, level, start, end, *twice = text.split(" ")
        return cls(
            firm=firm,
            level=int(level),
            start=datetime.fromisoformat(start),
            end=datetime.fromisoformat(end),
            twice=tuple(twice[0].split(",")) if twice else (),
        )


def look(context: Context, watch: DutyWatch) -> DutyWatch:
    """Tell each who keeps a rota what is new: a week before, and a day before if it is still so."""
    now, before, kept = context.now, set(watch.told), list[str]()
    news: dict[str, list[str]] = defaultdict(list)
    for post, found in _faults(context.contract, now):
        begun = found.start == now  # or before: since when is not known, but told it was
        stage = "now" if begun else "day" if found.start <= now + DAY else "week"
        about = found.key("" if begun else found.start.isoformat())
        key = f"{stage} {about}"
        kept += [f"week {about}"] if f"week {about}" in before else []
        kept.append(key)
        if key not in before:
            for who in _keepers(context, post):
                news[who].append(str(found))
    for who, found_for in news.items():
        faults = list(dict.fromkeys(found_for))
        context.record(watch.id, CoverAction.FAULTS_TOLD, person=who, faults=faults)
        context.notify(DutyFaults(faults=tuple(faults)), watch.id, person(who))
    alarms = watch.alarms.set(LookAtDuty(), _tomorrow(context.contract, now))
    return replace(watch, told=tuple(dict.fromkeys(kept)), alarms=alarms)


def watched(contract: Contract) -> bool:
    """Tell whether a rota names its keeper, people are to be reached (ESC-10), lists confirmed."""
    asked = (contract.escalation.reached_within_days, contract.crisis.confirm_suppliers_days)
    return asked != (None, None) or any(rota.kept_by for rota in contract.rotas)


def _keepers(context: Context, post: Post) -> Iterator[str]:
    for rota_id in post.rotas:
        yield from keepers(context.contract, rota_id, context.now)


def _faults(contract: Contract, now: datetime) -> Iterator[tuple[Post, DutyFault]]:
    for firm, level, post in posts(contract):
        if not post.on_call:
            continue
        for each in stretches(contract, post, now, now + WEEK + WEEK):  # to see where it ends
            if each.start < now + WEEK and (each.gap or each.twice):
                fault = DutyFault(
                    firm=firm, level=level, start=each.start, end=each.end, twice=each.twice
                )
                yield post, fault


def posts(contract: Contract) -> Iterator[tuple[str, int, Post]]:
    """Every post of a contract: of which firm, at which level."""
    for echelon in contract.echelons:
        yield PROVIDER, echelon.level, echelon.provider
        yield CLIENT, echelon.level, echelon.client
    for ladder in contract.ladders:
        for rung in ladder.rungs:
            if rung.supplier is not None:
                yield ladder.towards, rung.level, rung.supplier


def _tomorrow(contract: Contract, now: datetime) -> datetime:
    local = now.astimezone(contract.zone)
    at = instant(datetime.combine(local.date(), HOUR), contract.zone)
    if at > now:
        return at
    return instant(datetime.combine(local.date() + DAILY, HOUR), contract.zone)
