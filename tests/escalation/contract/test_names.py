"""Who is meant by a name, as people write it."""

from __future__ import annotations

import unicodedata

import pytest

from escalation.contract import CLIENT, PROVIDER, Contract, Person
from escalation.contract.names import folded, near, people_named, people_within, told_apart, words
from tests.agreement import agreement

NAMES = {
    "ines-moreau": "Inès Moreau",
    "lea-guillou": "Léa Guillou",
    "lea-guilloux": "Lea Guillou",
    "erwan-le-gall": "Erwan Le Gall",
    "moira-oneil": "Moira O’Neil",
    "jean-pierre-martin": "Jean-Pierre Martin",
    "jean-martin": "Jean Martin",
    "soren": "Søren Kjærgaard",
    "thomas-1": "Thomas Petit",
    "thomas-2": "THOMAS PETIT",
}


def contract() -> Contract:
    """The agreement, with people whose names are not plain."""
    named = [
        Person(id=key, name=name, organisation=PROVIDER, email=f"{key[:3]}.{key[-3:]}@p.example")
        for key, name in NAMES.items()
    ]
    jdoe = Person(id="zoe", name="Zoé Dunant", organisation=CLIENT, email="JDunant42@c.example")
    return agreement(people=(*agreement().people, *named, jdoe))


def meant(text: str) -> list[str]:
    return [person.id for person in people_named(contract().people, text)]


@pytest.mark.parametrize(
    ("text", "person"),
    [
        ("ines-moreau", "ines-moreau"),
        ("INES-MOREAU", "ines-moreau"),
        ("Ines Moreau", "ines-moreau"),
        ("inès moreau", "ines-moreau"),
        (unicodedata.normalize("NFD", "Inès Moreau"), "ines-moreau"),
        ("Moreau Inès", "ines-moreau"),
        ("MOREAU, Ines", "ines-moreau"),
        ("Moreau I.", "ines-moreau"),
        ("I. Moreau", "ines-moreau"),
        ("moreau", "ines-moreau"),
        ("Inès\u00a0Moreau\u200b", "ines-moreau"),
        ("Inès\n  Moreau", "ines-moreau"),
        ("INE.EAU@P.EXAMPLE", "ines-moreau"),
        ("Léa Guillou", "lea-guillou"),
        (unicodedata.normalize("NFD", "léa guillou"), "lea-guillou"),
        ("Lea Guillou", "lea-guilloux"),
        ("Erwan Legall", "erwan-le-gall"),
        ("LE GALL Erwan", "erwan-le-gall"),
        ("Le Gall", "erwan-le-gall"),
        ("O'Neil", "moira-oneil"),
        ("oneil", "moira-oneil"),
        ("Jean Martin", "jean-martin"),
        ("Jean Pierre Martin", "jean-pierre-martin"),
        ("J.-P. Martin", "jean-pierre-martin"),
        ("Soren Kjaergaard", "soren"),
        ("jdunant42", "zoe"),
        ("Deliv", "sam"),
    ],
)  # fmt: skip
def test_org_3_a_name_is_known_as_people_write_it(text: str, person: str) -> None:
    assert meant(text) == [person]


@pytest.mark.parametrize(
    "text", ["", " ", "?", "I", "I. M.", "Xavier", "eau", "a " * 40, "m" * 500]
)
def test_org_3_what_is_no_name_names_nobody(text: str) -> None:
    assert meant(text) == []


def test_org_3_several_who_answer_are_all_named() -> None:
    assert meant("LEA") == ["lea-guillou", "lea-guilloux"]
    assert meant("Night") == ["ned", "nia"]
    assert meant("Thomas Petit") == ["thomas-1", "thomas-2"]
    people = contract().people
    assert [told_apart(people, p) for p in people_named(people, "Petit T.")] == [
        "Thomas Petit (thomas-1)",
        "THOMAS PETIT (thomas-2)",
    ]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Inès Morau", "Inès Moreau"),
        ("Moro Ines", "Inès Moreau"),
        ("Guilou", "Léa Guillou (lea-guillou)"),
        ("Zoe Dunnant", "Zoé Dunant"),
    ],
)
def test_org_3_near_names_are_offered(text: str, first: str) -> None:
    agreed = contract()
    assert meant(text) == []
    found = [told_apart(agreed.people, person) for person in near(agreed.people, text)]
    assert found[0] == first
    assert len(found) <= 3


def test_org_3_nothing_is_near_what_is_like_no_name() -> None:
    assert near(contract().people, "xyzzy") == []
    assert near(contract().people, "…") == []
    assert near(contract().people, "m" * 5000) == []


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("Astreinte : Ines MOREAU (N1)", ["ines-moreau"]),
        ("Astreinte MOREAU Inès", ["ines-moreau"]),
        ("N1: Moreau I. / nuit", ["ines-moreau"]),
        ("On call Jean-Pierre Martin", ["jean-pierre-martin"]),
        ("On call Jean Martin", ["jean-martin"]),
        ("Ned Night and Nia Night", ["ned", "nia"]),
        ("Astreinte Moreau", []),
        ("Astreinte de nuit", []),
    ],
)
def test_cal_1_whole_names_are_found_in_a_text(text: str, people: list[str]) -> None:
    assert [person.id for person in people_within(contract(), text)] == people


def test_what_is_compared_has_no_accents_case_or_invisible_characters() -> None:
    assert folded("  ÉTÉ\u00a0Straße\u200b \u2060ﬁn ") == "ete strasse fin"
    assert words("d’Œuvre-Łódź") == ["doeuvre", "lodz"]
