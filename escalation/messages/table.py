"""The table of all messages and room actions, by the topic under which they are stored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from escalation.messages import crisis, incident, ladder, report, room_actions, undelivered
from escalation.messages.effects import Meaning

MEANINGS: dict[str, type[Meaning]] = {
    each.topic: each
    for module in (
        crisis,
        incident,
        ladder,
        report,
        room_actions,
        undelivered,
    )
    for each in vars(module).values()
    if isinstance(each, type) and issubclass(each, Meaning) and each.__module__ == module.__name__
}
CALLS = frozenset(topic for topic, each in MEANINGS.items() if each.wakes)


def read(topic: str, facts: Mapping[str, Any]) -> Meaning:
    """Read what is stored; raises LookupError for a topic that this version does not know."""
    return MEANINGS[topic].read(facts)
