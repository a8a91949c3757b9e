"""The record that is meant where somebody names none."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from escalation.base.refusals import BadValue
from escalation.decision.transaction import Transaction
from escalation.people import rights
from escalation.perform.finding import find
from escalation.records.kinds import INCIDENT, OF_PREFIX, Kind, Record, kind_of_id
from escalation.records.visibility import sight_of
from handlers.application import Application, Caller
from handlers.verbs.verb import Verb

MOST_CANDIDATES = 10


async def subject_of(application: Application, verb: Verb, caller: Caller, channel: str) -> str:
    """Find the record meant: the room's own, or the only one that the caller may see.

    "" for a verb about none. Raises BadValue("which_record").
    """
    if not verb.about:
        return ""
    kind = OF_PREFIX[verb.about]
    found = await application.read(lambda tx: _candidates(tx, kind, caller, channel))
    if len(found) == 1:
        return found[0]
    if verb.subject_optional:
        return ""
    raise BadValue("which_record", kind=verb.about, candidates=found)


def _candidates(tx: Transaction, kind: Kind[Any], caller: Caller, channel: str) -> list[str]:
    contract, me = caller.contract, caller.person.id

    def known(records: Iterable[Record]) -> list[str]:
        seen = [r.id for r in records if rights.visible(contract, me, r)]
        return seen[:MOST_CANDIDATES]

    here = tx.crisis_in_room(channel) if channel else None
    if here is not None and here.contract == contract.id and not here.borrows_room:
        for own in (here.id, here.incident, here.report):
            if own and kind_of_id(own) is kind and known([find(tx, contract.id, own)]):
                return [own]
    if kind is INCIDENT:
        found = tx.open_incidents(contract.id, sight_of(contract, me), limit=MOST_CANDIDATES)
        return [incident.id for incident in found.shown]
    return known(tx.list(kind, contract.id))
