"""Whom and what the values of a line mean."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from escalation.base.refusals import BadValue, NotFound
from escalation.contract import PROVIDER, Contract, Person, SupportGroup
from handlers.application import Caller
from handlers.registry.commands import COMMANDS, verb_named
from handlers.verbs import choices
from handlers.verbs.fields import (
    choice_of,
    divided,
    named_option,
    option_named,
    person_named,
)
from handlers.verbs.forms import form
from handlers.verbs.verb import Invocation
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


def asked(**values: str) -> Invocation:
    now = datetime(2026, 7, 15, tzinfo=UTC)
    return Invocation(
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
    assert refusal.value.facts["known"] == ["Réseau"], "as its reader sees it in the form"


@pytest.mark.parametrize("given", ["ines", "INES MOREAU", "Moreau I."])
def test_a_form_shows_the_person_named_on_the_line(given: str) -> None:
    verb = ESCALATE.verb("handover")
    assert verb is not None
    view = form(verb, caller(), "INC-0001", "C1", {"to": given})
    (element,) = (b["element"] for b in view["blocks"] if b.get("block_id") == "to")
    assert element["initial_option"]["value"] == "ines"


@pytest.mark.parametrize(
    ("path", "field", "given", "value"),
    [
        ("change/request", "origin", "problème", "problem"),
        ("change/request", "origin", "un problème", "problem"),
        ("change/request", "origin", "client_request", "client_request"),
        ("change/classify", "category", "autre", "other"),
        ("change/end", "result", "retour arrière", "rolled_back"),
        ("change/end", "result", "réussite", "succeeded"),
        ("change/end", "result", "partielle", "partly"),
        ("problem/assess", "client_impact", "élevé", "high"),
        ("problem/open", "origin", "erreur connue", "known_error"),
        ("incident/open", "origin", "Appel", "call"),
        ("incident/open", "origin", "Client ticket", "ticket"),  # in the other language
        ("incident/resolve", "cause_gone", "not known yet", "unknown"),
        ("problem/assess", "client_impact", "élevée", "high"),
        *(
            ("change/end", "result", said, value)
            for value, forms in {
                "succeeded": "réussi, réussie, Réussies, succès, success, Successful, succeeded",
                "partly": "partiel, partielle, en partie, partly, partial",
                "failed": "échec, échoué, échouée, failure, failed",
                "rolled_back": "annulé, annulée, retour arrière, rolled back, rollback",
            }.items()
            for said in forms.split(", ")
        ),
    ],
)
def test_con_1_a_choice_is_typed_in_the_words_of_its_reader(
    path: str, field: str, given: str, value: str
) -> None:
    found = verb_named(*path.split("/")).field(field)
    assert found is not None
    assert found.choices is not None
    option = named_option(found.choices(caller()), given)
    assert option is not None
    assert option.value == value


def test_con_1_no_code_is_offered_where_the_form_shows_words() -> None:
    verb = verb_named("change", "end")
    field = verb.field("result")
    assert field is not None
    assert field.choices is not None
    with pytest.raises(BadValue) as refusal:
        choice_of(asked(result="un"), "result", field.choices)
    assert refusal.value.facts["known"] == [
        "réussite", "réussite partielle", "échec", "retour arrière"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("path", "words", "first", "text"),
    [
        ("change/end", 'rolled_back "too slow"', "rolled_back", "too slow"),
        ("change/end", '"retour arrière" trop lents', "retour arrière", "trop lents"),
        ("change/end", "retour arrière « trop lents »", "retour arrière", "trop lents"),
        ("change/end", "failed  a\nb", "failed", "a\nb"),
        ("change/end", "réussite partielle", "réussite partielle", None),
        ("change/end", "trop lents", "trop lents", None),
        ("oncall/cover", "Inès Moreau dentist", "Inès Moreau", "dentist"),
        ("oncall/swap", "<@U1|ines> dentist", "<@U1|ines>", "dentist"),
        ("change/prolong", '12:30 "one disk is slow"', "12:30", "one disk is slow"),
        ("change/prolong", "dans 2 heures disque lent", "dans 2 heures", "disque lent"),
    ],
)  # fmt: skip
def test_con_1_free_words_fill_a_choice_or_a_person_then_a_text(
    path: str, words: str, first: str, text: str | None
) -> None:
    verb = verb_named(*path.split("/"))
    before, after = [field.name for field in verb.fields if field.free]
    given = divided(verb, caller(), {before: words})
    assert (given[before], given.get(after)) == (first, text)
    assert divided(verb, caller(), {before: words, after: "x"})[before] == words


def test_con_1_a_field_has_the_same_french_name_in_every_verb() -> None:
    fields = [field for each in COMMANDS for verb in each.verbs for field in verb.fields]
    french = {field.name: field.french for field in fields if field.french}
    assert [f.name for f in fields if f.name in french and not f.french] == []
