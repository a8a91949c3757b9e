"""Whom and what the values of a line mean."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from escalation.base.refusals import BadValue, NotFound
from escalation.contract import PROVIDER, Contract, Person, SupportGroup
from handlers.application import Caller
from handlers.registry.commands import COMMANDS, verb_named
from handlers.verbs import choices
from handlers.verbs.fields import choice_of, option_named, person_named
from handlers.verbs.forms import form
from handlers.verbs.verb import Ask
from handlers.words.texts import Texts
from tests.agreement import agreement

ESCALATE = next(command for command in COMMANDS if command.name == "escalate")


def contract() -> Contract:
    """The agreement, with Inès and Réseau."""
    ines = Person(id="ines", name="Inès Moreau", organisation=PROVIDER)
    group = SupportGroup(id="net", name="Réseau", organisation="network", members=("nora",))
    return agreement(people=(*agreement().people, ines), groups=(group,))


def caller() -> Caller:
    terms = contract()
    texts = Texts.of("fr", terms.zone)
    return Caller(contract=terms, person=terms.person("sam"), slack_user="U1", texts=texts)


def asked(**values: str) -> Ask:
    now = datetime(2026, 7, 15, tzinfo=UTC)
    return Ask(
        verb=verb_named("incident", "assign"), caller=caller(), subject="", values=values,
        source="slash", key="k", now=now,
    )  # fmt: skip


@pytest.mark.parametrize(
    "given", ["ines", "Ines Moreau", "moreau i.", "@ines", "@ines.moreau", "@Inès Moreau"]
)
def test_org_3_a_person_is_named_by_id_name_or_at_sign(given: str) -> None:
    assert person_named(asked(person=given), "person") == "ines"


def test_org_3_near_names_are_offered_and_several_are_told() -> None:
    with pytest.raises(NotFound) as nobody:
        person_named(asked(person="Ines Morrau"), "person")
    assert nobody.value.facts["near"] == ["Inès Moreau"]
    assert nobody.value.facts["known"] == []
    with pytest.raises(NotFound) as several:
        person_named(asked(person="night"), "person")
    assert several.value.facts["known"] == ["Ned Night", "Nia Night"]
    assert several.value.facts["near"] == []


def test_a_choice_is_named_by_its_value_or_its_name() -> None:
    for given in ("net", "NET", "Réseau", "reseau", "Re\u0301seau\u200b"):
        assert choice_of(asked(group=given), "group", choices.groups) == "net"
    assert option_named(asked(**{"for": "client agency"}), "for", choices.awaited) == "client"
    assert choice_of(asked(), "group", choices.groups) is None
    with pytest.raises(BadValue) as refusal:
        choice_of(asked(group="syst"), "group", choices.groups)
    assert refusal.value.facts["known"] == ["net"]


@pytest.mark.parametrize("given", ["ines", "INES MOREAU", "Moreau I."])
def test_a_form_shows_the_person_named_on_the_line(given: str) -> None:
    verb = ESCALATE.verb("handover")
    assert verb is not None
    view = form(verb, caller(), "INC-0001", "C1", {"to": given})
    (element,) = (b["element"] for b in view["blocks"] if b.get("block_id") == "to")
    assert element["initial_option"]["value"] == "ines"
