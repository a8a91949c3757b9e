"""Tell whether somebody may begin what they ask for: before a form opens or a name is looked up.

The use case asks again, of the whole command. What is asked here keeps menus, near names and
confirmations from those to whom the answer would be no in any case (Rule CON-2).
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import get_args, get_type_hints

from escalation.base.refusals import NotFound
from escalation.decision.commands.command import Command
from escalation.decision.commands.incident import ReplanIncident
from escalation.decision.contract_of import contract_of
from escalation.decision.transaction import Transaction
from escalation.people.acquaintance import met_in
from escalation.perform import rights
from escalation.perform.finding import find
from escalation.records.kinds import Record
from handlers.application import Caller
from handlers.verbs.verb import Build, Invocation, Kind, Verb
from handlers.words.slack_text import users_in


@cache
def commands_of(build: Build) -> tuple[type[Command], ...]:
    """The commands that may come of a verb: what its `build` is declared to return."""
    declared = get_type_hints(build)["return"]
    return get_args(declared) or (declared,)


def names_people(invocation: Invocation) -> bool:
    """Return whether the values name somebody: in a field for that, or by a mention."""
    asked = (
        invocation.text(field.name) for field in invocation.verb.fields if field.kind is Kind.PERSON
    )
    return any(asked) or bool(users_in(invocation.values.values()))


def begin(tx: Transaction, invocation: Invocation) -> Caller:
    """The caller, who may do this to that record, with those whom it shows them.

    Raises NotFound or NotAllowed.
    """
    verb, caller, subject, at = (
        invocation.verb,
        invocation.caller,
        invocation.subject,
        invocation.now,
    )
    if verb.build is None:
        return caller
    record = _record(tx, verb, caller, subject) if subject else None
    contract, commands = tx.contract(caller.contract.id), commands_of(verb.build)
    if record is not None and ReplanIncident not in commands:
        contract = contract_of(tx, record)
    rights.require_any(contract, caller.person.id, commands, record, at=at)
    if record is None:
        return caller
    return replace(caller, met=met_in(record, caller.person.organisation, contract))


def _record(tx: Transaction, verb: Verb, caller: Caller, subject: str) -> Record:
    if not subject.startswith(f"{verb.about}-"):
        raise NotFound("unknown_record", id=subject)
    return find(tx, caller.contract.id, subject)
