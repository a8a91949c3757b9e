"""The form of a swap: both turns, before it is asked for (Rule CAL-6)."""

from __future__ import annotations

from escalation.cover.asking import turns_to_swap
from escalation.decision.transaction import Transaction
from handlers.duty.commands import to_swap
from handlers.duty.views import spell_words
from handlers.verbs.verb import Invocation
from handlers.words import blocks as b
from handlers.words.rendered import Block


def beside_swap(tx: Transaction, invocation: Invocation) -> list[Block]:
    """The turn that is given, and the one that is taken. Raises a Refusal."""
    if not invocation.text("person"):
        return []
    texts, me, command = invocation.caller.texts, invocation.caller.person.id, to_swap(invocation)
    contract = tx.contract(invocation.contract.id)
    _, mine, theirs = turns_to_swap(contract, me, command, invocation.now)
    name = b.plain(contract.name_of(command.person))
    given, taken = spell_words(mine, texts), spell_words(theirs, texts)
    lines = [
        texts("You give your turn %(when)s to %(name)s.", when=given, name=name),
        texts("You take the turn of %(name)s %(when)s.", when=taken, name=name),
    ]
    return [b.section("\n".join(lines))]
