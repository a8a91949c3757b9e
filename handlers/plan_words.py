"""A plan in words: who would be reached when, and how."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from escalation.contract import Contract
from escalation.effects import Topic
from escalation.plan import Step
from handlers import blocks as b
from handlers.texts import Texts, msg

HOW = {
    Topic.PING: msg("is called"),
    Topic.PRIORITY_1_NOTICE: msg("is notified of the priority 1"),
    Topic.TARGET_WARNING: msg("is warned of a target"),
    Topic.TARGET_MISSED: msg("is told that a target is missed"),
    Topic.DELAY_NOTICE: msg("is told of the delay"),
    Topic.NOBODY_REACHABLE: msg("is told that nobody can be reached"),
    Topic.PEER_ESCALATED: msg("is told that the counterpart has escalated"),
}


def how_words(step: Step, texts: Texts) -> str:
    """What happens to the person reached."""
    if step.how is Topic.PING and step.number is not None and step.number > 1:
        return texts("is called again (call %(number)s)", number=step.number)
    return texts(HOW[step.how]) if step.how in HOW else texts("is informed")


def step_lines(steps: Iterable[Step], contract: Contract, texts: Texts, now: datetime) -> list[str]:
    """One line a step."""
    lines = []
    for step in steps:
        who = contract.person(step.who).name if contract.knows(step.who) else step.who
        level = texts("echelon %(level)s", level=step.level) if step.level else ""
        after = texts.duration(step.at - now)
        parts = [
            f"`{texts.instant(step.at)}` +{after}",
            f"*{b.plain(who)}* {how_words(step, texts)}",
        ]
        lines.append(" · ".join([*parts, level] if level else parts))
    return lines
