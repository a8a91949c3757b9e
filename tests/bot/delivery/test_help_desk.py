"""Whom a stranger and a mail are sent to (Rules CON-2, ESC-8)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.delivery.contact_methods import words_for
from escalation.base.refusals import NotAllowed
from escalation.contract import CLIENT, Contract, Role
from escalation.decision.commands.incident import OpenIncident
from handlers.words.rendered import Reader, Rendered
from handlers.words.texts import Texts
from tests.agreement import PARIS, agreement
from tests.story import Story


def with_desk(person: str, *, of_provider: bool = True) -> Contract:
    """A help desk held by that person too; Hal's is taken off unless `of_provider`."""
    people = []
    for each in agreement().people:
        roles = tuple(r for r in each.roles if r is not Role.HELP_DESK or of_provider)
        roles += (Role.HELP_DESK,) if each.id == person else ()
        people.append(replace(each, roles=roles))
    return agreement(people=tuple(people))


def sent_to(contract: Contract) -> list[str]:
    with pytest.raises(NotAllowed) as refused:
        Story(contract).perform(OpenIncident, "stranger", title="Down")
    return list(refused.value.facts["contacts"])


def mailed(contract: Contract) -> str:
    reader = Reader(contract=contract, person=contract.person("rita"), texts=Texts.of("en", PARIS))
    return str(words_for(Rendered(text="Down", blocks=[]), reader, calls=False))


def test_con_2_no_suppliers_help_desk_is_named() -> None:
    assert sent_to(with_desk("nora")) == ["Hal Helpdesk"]
    alone = with_desk("nora", of_provider=False)
    assert sent_to(alone) == ["Sam Delivery", "Sue Deputy"]
    assert "phone Sam Delivery" in mailed(alone)
    assert "Nora" not in mailed(alone)


def test_con_2_the_clients_help_desk_may_be_named() -> None:
    assert sent_to(with_desk("otto")) == ["Hal Helpdesk", "Otto Deputy"]
    assert "phone Otto Deputy" in mailed(with_desk("otto", of_provider=False))
    assert with_desk("otto").person("otto").organisation == CLIENT
