"""Tell who can be reached, by what is known of accounts and by what was sent (Rule ESC-10)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, select

from escalation.messages.destinations import Destination, person
from store.schema.tables import identities, outbox
from store.transaction.outbox_message import OutboxState

MAIL = "mail"


def reached(
    connection: Connection, contract: str, people: Collection[str], since: datetime
) -> set[str]:
    """Those whom Slack showed with an open account, or to whom a message left, since then.

    Slack takes what is posted to a closed account: that counts for nothing.
    """
    i, o = identities.c, outbox.c
    rows = connection.execute(
        select(i.person, i.deleted, i.home, i.learnt_at).where(i.contract == contract)
    ).all()
    closed = {row.person for row in rows if row.deleted or not row.home}
    found = {r.person for r in rows if r.person not in closed and r.learnt_at >= since}
    found &= {*people}
    left = {*people} - found
    if not left:
        return found
    ways = {str(person(each).by(MAIL)) for each in left}
    ways |= {str(person(each)) for each in left - closed}
    # looked through, with no index: once a day, and only where an account is missing
    sent = connection.execute(
        select(o.destination)
        .where(
            o.contract == contract,
            o.destination.in_(sorted(ways)),
            o.state == OutboxState.SENT.value,
            o.sent_at >= since,
        )
        .distinct()
    ).scalars()
    return found | {Destination.read(each).person for each in sent}
