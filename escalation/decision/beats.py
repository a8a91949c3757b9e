"""The beats of what repeats: a ladder's calls, a crisis's reminders (Rules ESC-5, ESC-7)."""

from __future__ import annotations

from datetime import datetime, timedelta

from escalation.base.durations import Clock, Duration
from escalation.base.evolve import replace
from escalation.decision.context import Context


def next_repeat(context: Context, since: datetime, every: Duration) -> datetime:
    """The first beat of a plan that lies ahead.

    What was missed while the bot was down comes as one, and the plan goes on without drifting: so
    whoever is called late still has time to answer (Rules ESC-5, ESC-7).
    """
    return context.calendar.after(last_repeat(context, since, every), every)


def last_repeat(context: Context, since: datetime, every: Duration) -> datetime:
    """The last beat of a plan that is not ahead; `since` itself, unless beats were missed."""
    if since >= context.now:
        return since
    calendar = context.calendar
    if every.clock is Clock.WORKING_DAYS:
        beat, following = since, calendar.after(since, every)
        while beat < following <= context.now:
            beat, following = following, calendar.after(following, every)
        return beat
    run = calendar.elapsed(since, context.now, every.clock)
    missed = run // timedelta(seconds=max(every.seconds, 1))
    return (
        calendar.after(since, replace(every, seconds=missed * every.seconds)) if missed else since
    )
