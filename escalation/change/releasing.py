"""Record what was put into service when, by which change: kept under each component (REL-1)."""

from __future__ import annotations

from escalation.base.journal_actions.change import ChangeAction
from escalation.decision.context import Context
from escalation.records.change import Change


def release_of(component: str) -> str:
    """The subject under which the journal keeps what was changed of a component."""
    return f"component/{component}"


def release(context: Context, change: Change, note: str) -> None:
    """Write it under each component that a closed change has touched."""
    if change.ended_at is None or change.result is None:
        return
    for component in change.components:
        context.record(
            release_of(component),
            ChangeAction.RELEASED,
            change=change.id,
            title=change.title,
            result=change.result.value,
            ended=change.ended_at.isoformat(),
            note=note or None,
        )
