"""What is kept of the ids of a contract file fits its column: PostgreSQL refuses what is longer."""

from __future__ import annotations

import pytest
from sqlalchemy import Column

from config.checks.references import LONGEST_ID
from escalation.base.timer_names.crisis import MemberChase
from escalation.base.timer_names.ladder import NextCall
from escalation.change.releasing import release_of
from escalation.messages.crisis import MemberMissing
from escalation.messages.destinations import person
from escalation.messages.ladder import SettleAsked
from store.schema.tables import journal, outbox, posts, timers

LONG = "x" * LONGEST_ID


@pytest.mark.parametrize(
    ("column", "kept"),
    [
        (journal.c.contract, LONG),
        (journal.c.actor, LONG),
        (journal.c.subject, release_of(LONG)),
        (outbox.c.destination, str(person(LONG))),
        (timers.c.name, str(NextCall(LONG, LONG))),
        (timers.c.name, str(MemberChase(LONG))),
        (posts.c.topic, MemberMissing.question(LONG)),
        (posts.c.topic, SettleAsked.question(LONG)),
    ],
    ids=str,
)
def test_rel_1_the_longest_id_fits(column: Column[str], kept: str) -> None:
    assert len(kept) <= column.type.length
