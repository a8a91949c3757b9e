"""Putting messages into the outbox; an update of a card that waits overwrites it.

But whom the one that waits was to tell something new (`Card.anew`) is told still, as urgently: an
update for all who read the card says nothing to them.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection

from escalation.base.evolve import replace
from escalation.messages.effects import Card, Effect, Rank
from escalation.messages.table import CARDS
from store.schema import bulk
from store.schema.tables import PLACE, WAITING_CARD, microseconds, outbox
from store.transaction.journal import facts_json

ID_BYTES = 16
NOTHING = "{}"  # the facts of an update that tells nobody something new

_GIVEN = (
    *PLACE, "at", "facts", "urgent", "collapse", "rank", "state", "attempts", "metadata_id",
    "trace",
)  # fmt: skip
_PUT = bulk.insertion(outbox, *_GIVEN)
_TELLS = ", ".join(f"'{topic}'" for topic in sorted(CARDS))
# a card that waits already keeps its row, and with it its place in line; where somebody looks at it
# now who did not before, it waits no longer among those that nobody does
_SHOW = bulk.insertion(
    outbox,
    *_GIVEN,
    over=PLACE,
    where=WAITING_CARD,
    kept=("at", "facts", "urgent", "collapse", "state", "attempts", "metadata_id"),
    least=("rank",),
    also=f"facts = CASE WHEN excluded.facts = '{NOTHING}' AND outbox.topic IN ({_TELLS})"
    " THEN outbox.facts ELSE excluded.facts END, urgent = outbox.urgent OR excluded.urgent,"
    " not_before = CASE WHEN excluded.rank < outbox.rank THEN NULL ELSE outbox.not_before END",
)


def put(
    connection: Connection, effects: Sequence[Effect], now: datetime, traces: Sequence[str]
) -> None:
    """Put effects into the outbox, in this order.

    `traces`, one for each effect, say what they follow from.
    """
    drawn = secrets.token_hex(ID_BYTES * len(effects))  # at once: asking costs more than drawing
    ids = (drawn[place : place + 2 * ID_BYTES] for place in range(0, len(drawn), 2 * ID_BYTES))
    ranks: dict[tuple[str, ...], Rank] = {}
    newest: dict[tuple[str, ...], tuple[Effect, str]] = {}
    plain: list[tuple[Any, ...]] = []
    at = microseconds(now)
    for effect, trace in zip(effects, traces, strict=True):
        place, rank = _place(effect), effect.rank
        if effect.collapse:
            ranks[place] = min(rank, ranks.get(place, rank))
            newest[place] = _over(newest[place][0], effect) if place in newest else effect, trace
        else:
            plain.append(_row(next(ids), place, effect, rank, at, trace))
    _PUT.run(connection, plain)
    cards = [
        _row(next(ids), place, effect, ranks[place], at, trace)
        for place, (effect, trace) in sorted(newest.items(), key=itemgetter(0))
    ]  # in the same order for all, so that no two wait for each other
    _SHOW.run(connection, cards)


def _over(before: Effect, effect: Effect) -> Effect:
    """The update, in the place of one before it."""
    still = isinstance(before.meaning, Card) and not effect.facts
    meaning = before.meaning if still else effect.meaning
    return replace(effect, meaning=meaning, urgent=before.urgent or effect.urgent)


def _row(
    metadata_id: str, place: tuple[str, ...], effect: Effect, rank: Rank, at: int, trace: str
) -> tuple[Any, ...]:
    return (
        *place,
        at,
        facts_json(effect.facts),
        effect.urgent,
        effect.collapse,
        int(rank),
        "waiting",
        0,
        metadata_id,
        trace or None,
    )


def _place(effect: Effect) -> tuple[str, ...]:
    return effect.contract, effect.subject, effect.topic, str(effect.to)
