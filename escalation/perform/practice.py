"""Practices: what can be asked of each, who may ask it, and what its timers do. Declared once.

A practice is a process and the people who run it: incident, ladder, crisis, report, delivery. It
knows its own rules; where two meet is written in `escalation.perform.meetings`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from escalation.base.timer_names.timer_name import TimerName
from escalation.decision.commands.command import Command
from escalation.decision.context import Context
from escalation.decision.transaction import Transaction
from escalation.people.roles import Who
from escalation.records.kinds import Record

SLACK_SAYS = "event"  # the source of a command that tells what has happened in Slack


@dataclass(frozen=True, slots=True)
class Reads:
    """A rule that needs more of the memory than the record that it is about."""

    rule: Callable[[Transaction, Context, Any, Any], Any]


# A rule takes the record, and the command or the due timer, and gives the next record.
Rule = Callable[[Context, Any, Any], Any] | Reads


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """The step that a command takes, and who may give it: any one of `may`.

    `in_force`: under the contract now in force, not the one that the record runs under.
    `happened`: where Slack says that it has happened, nobody's leave is asked.
    """

    may: tuple[Who, ...]
    do: Rule
    in_force: bool = False
    happened: bool = False

    def __post_init__(self) -> None:
        if not self.may:
            raise ValueError("a command without a right")


@dataclass(frozen=True, slots=True, kw_only=True)
class Practice:
    """One practice. `subject` loads the record that a command is about; None where it opens one.

    `timers` are its rules for due timers, by what they are for.
    """

    subject: Callable[[Transaction, Any], Record | None]
    commands: Mapping[type[Command], Step]
    timers: Mapping[type[TimerName], Rule] = field(default_factory=dict)


def carry_out(
    rule: Rule, tx: Transaction, context: Context, record: Record | None, what: Any
) -> Any:
    """Apply a rule to a record; returns the next one."""
    if isinstance(rule, Reads):
        return rule.rule(tx, context, record, what)
    return rule(context, record, what)
