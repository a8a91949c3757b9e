"""The table of all messages and room actions, by the topic under which they are stored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from escalation.base.declared import declared_in
from escalation.messages.effects import Card, Meaning

MEANINGS: dict[str, type[Meaning]] = {
    each.topic: each for each in declared_in("escalation.messages", Meaning) if each.topic
}
CALLS = frozenset(topic for topic, each in MEANINGS.items() if each.wakes)
CARDS = frozenset(topic for topic, each in MEANINGS.items() if issubclass(each, Card))

# what versions before may have left in the outbox, and what it is now
_FORMER = {
    "report_reminder": "report_drafted",
    "report_approval_withdrawn": "report_drafted",
    "informed_on_behalf": "crisis_members",
}


def read(topic: str, facts: Mapping[str, Any]) -> Meaning:
    """Read what is stored; raises LookupError for a topic that this version does not know."""
    return MEANINGS[_FORMER.get(topic, topic)].read(facts)
