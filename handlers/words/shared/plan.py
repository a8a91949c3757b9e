"""A plan in words: who would be reached when, and how."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from escalation.base.durations import Clock
from escalation.contract import ESCALADE, Contract
from escalation.messages.incident import (
    DelayNotice,
    NotQualified,
    OnCallTold,
    Priority1Notice,
    TargetMissed,
    TargetWarning,
)
from escalation.messages.ladder import NobodyReachable, PeerEscalated, Ping
from escalation.plan.run_ahead import Step
from handlers.words import blocks as b
from handlers.words.shared.ladder_reasons import TRIGGERS, WHYS
from handlers.words.texts import Texts, msg

HOW = {
    Ping.topic: msg("is called"),
    Priority1Notice.topic: msg("is notified of the priority 1"),
    OnCallTold.topic: msg("is told of it, being on call"),
    NotQualified.topic: msg("is told that it is not qualified"),
    TargetWarning.topic: msg("is warned of a target"),
    TargetMissed.topic: msg("is told that a target is missed"),
    DelayNotice.topic: msg("is told of the delay"),
    NobodyReachable.topic: msg("is told that nobody can be reached"),
    PeerEscalated.topic: msg("is told that the counterpart has escalated"),
}
CLOCKS = {
    Clock.ROUND_THE_CLOCK: msg("round the clock"),
    Clock.COVERAGE: msg("coverage hours"),
    Clock.WORKING_DAYS: msg("working days"),
}
TARGETS = {"acknowledge": msg("time to acknowledge"), "restore": msg("time to restore")}


@dataclass(frozen=True, slots=True, kw_only=True)
class StepWords:
    """One step of a plan in words, in the order of its columns; "" for what it has not."""

    when: str
    after: str
    who: str
    firm: str
    level: str
    how: str
    clock: str
    why: str
    informed_by: str


def in_words(
    steps: Iterable[Step], contract: Contract, texts: Texts, start: datetime
) -> Iterator[StepWords]:
    """Tell each step of a plan that begins at `start`."""
    for step in steps:
        yield StepWords(
            when=texts.instant(step.at),
            after=f"+{texts.duration(step.at - start)}",
            who=person_name(step.who, contract),
            firm=contract.party_name(step.side) if step.side else "",
            level=str(step.level or ""),
            how=_how(step, texts),
            clock=texts(CLOCKS[step.clock]) if step.clock else "",
            why=_why(step, texts),
            informed_by=person_name(step.informed_by, contract),
        )


def step_lines(steps: Iterable[Step], contract: Contract, texts: Texts, now: datetime) -> list[str]:
    """Tell each step in one line."""
    lines = []
    for said in in_words(steps, contract, texts, now):
        parts = [f"`{said.when}` {said.after}", f"*{b.plain(said.who)}* {said.how}"]
        if said.level:
            parts.append(texts("echelon %(level)s", level=said.level))
        lines.append(" · ".join(parts))
    return lines


def person_name(person: str, contract: Contract) -> str:
    """The name of a person; the bot's own for what it does by itself."""
    return "Escalade" if person == ESCALADE else contract.name_of(person)


def _how(step: Step, texts: Texts) -> str:
    if step.how == Ping.topic and step.number is not None and step.number > 1:
        return texts("is called again (call %(number)s)", number=step.number)
    return texts(HOW[step.how]) if step.how in HOW else texts("is informed")


def _why(step: Step, texts: Texts) -> str:
    if step.target:
        share = (
            texts("%(percent)s%% gone", percent=step.percent) if step.percent else texts("passed")
        )
        return texts.labelled(texts(TARGETS[step.target]), share)
    sentence = TRIGGERS.get(step.why) or TRIGGERS.get(f"trigger:{step.why}") or WHYS.get(step.why)
    if sentence is not None:
        return texts(sentence)
    return texts("asked for with the plan") if step.why == "plan" else ""
