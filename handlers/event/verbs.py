"""Verbs for events of monitoring that belong to no component (Rule EVT-1)."""

from __future__ import annotations

from dataclasses import replace

from escalation.contract import Contract
from escalation.decision.commands.event import DiscardEvents, PlaceEvents
from handlers.verbs.fields import COMPONENT, reason
from handlers.verbs.verb import Invocation, Verb
from handlers.words.texts import msg


def _has_sources(contract: Contract) -> bool:
    return bool(contract.events.sources)


def to_place(invocation: Invocation) -> PlaceEvents:
    """Say which component they are of."""
    return PlaceEvents(
        **invocation.common(), event=invocation.subject, component=invocation.needed("component")
    )


def to_discard(invocation: Invocation) -> DiscardEvents:
    """Set them aside."""
    return DiscardEvents(
        **invocation.common(), event=invocation.subject, reason=invocation.needed("reason")
    )


VERBS = (
    Verb(
        name="place",
        french="rattacher",
        about="EVT",
        summary=msg("Say which component events of monitoring are of: an incident is opened"),
        done=msg("%(id)s is placed: see %(incident)s."),
        build=to_place,
        fields=(replace(COMPONENT, required=True, free=True),),
        offered=_has_sources,
    ),
    Verb(
        name="discard",
        french="écarter",
        about="EVT",
        summary=msg("Set events of monitoring aside: no incident comes from them"),
        done=msg("%(id)s is set aside."),
        build=to_discard,
        fields=(reason(),),
        offered=_has_sources,
    ),
)
