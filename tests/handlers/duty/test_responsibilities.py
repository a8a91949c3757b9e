"""Who answers for what is asked in near words, and answered by who has it today (Rule ORG-7)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from escalation.base.refusals import Refusal
from escalation.contract import Absence, Contract
from escalation.contract.names import words_met
from escalation.contract.processes.responsibilities import Responsibility
from handlers.contract.changes import AT_ONCE, change_words
from handlers.words.rendered import Rendered
from handlers.words.texts import Texts
from tests.agreement import agreement
from tests.handlers.blockkit import buttons_of, check_message, texts_in
from tests.handlers.counter import Counter
from tests.handlers.stories import Stage

MATRIX = (
    Responsibility(
        process="Changements",
        activity="Accepter un changement urgent",
        accountable=("service_owner",),
        responsible=("sam",),
        consulted=("team_leader",),
        informed=("cio",),
    ),
    Responsibility(process="Changements", activity="Tenir le catalogue", accountable=("tom",)),
    Responsibility(process="Problèmes", activity="Analyser la cause", accountable=("sam",)),
)
AWAY = Absence(first=date(2026, 7, 1), last=date(2026, 7, 31), stand_in="otto")


def contract(**changes: object) -> Contract:
    return agreement(**{"responsibilities": MATRIX} | changes)


def words(shown: Rendered) -> str:
    check_message(shown)
    said = [text["text"] for text in texts_in(shown.blocks)] or [shown.text]
    return "\n".join(said).replace("\u00a0", " ")


async def answer(
    line: str, *, person: str = "otto", language: str = "en", terms: Contract | None = None
) -> str:
    counter = Counter(Stage(terms or contract()), language=language)
    return words(await counter.shown(person, "oncall", line))


async def test_org_7_who_answers_for_an_activity_is_said_by_those_who_have_it() -> None:
    said = await answer("answers urgent change")
    assert said.splitlines()[1:] == [
        "*Changements · Accepter un changement urgent*",
        "Accountable (A): Hana Head (Client Agency)",
        "Responsible (R): Sam Delivery (Provider Ltd)",
        "Consulted (C): Tom Leader (Provider Ltd)",
        "Informed (I): Cid Cio (Client Agency)",
    ]


async def test_org_7_in_french_near_words_do() -> None:
    said = await answer("répond PROBLEME", language="fr")
    assert "Répond du résultat (A) : Sam Delivery (Provider Ltd)" in said
    assert "Changements" not in said
    both = await answer('répond "changments"', language="fr")
    assert "Accepter un changement urgent" in both
    assert "Tenir le catalogue" in both
    none = await answer("répond budget", language="fr")
    assert "Aucune activité de la matrice ne ressemble à « budget »" in none
    assert "Changements et Problèmes" in none


async def test_org_7_who_is_away_is_said_with_the_stand_in() -> None:
    people = tuple(
        replace(each, absences=(AWAY,)) if each.id == "hana" else each
        for each in agreement().people
    )
    said = await answer("answers urgent", terms=contract(people=people))
    assert "Accountable (A): Hana Head (until 31 July 2026; Otto Deputy stands in)" in said


async def test_org_7_need_to_know_the_two_firms_alone_read_it() -> None:
    for line in ("answers", "answers changement"):
        said = await answer(line, person="nora")
        assert said == "The matrix of responsibilities is for the two firms alone."
    assert "Tenir le catalogue" in await answer("answers", person="otto")
    for person, offered in (("otto", True), ("nora", False)):
        page = await Counter(Stage(contract())).shown(person, "oncall", "now")
        assert ("oncall/answers" in str(page.blocks)) is offered


async def test_org_7_without_a_matrix_it_is_not_offered() -> None:
    with pytest.raises(Refusal):
        await answer("answers change", terms=agreement())
    page = await Counter(Stage(agreement())).shown("otto", "oncall", "now")
    assert "oncall/answers" not in str(page.blocks)


async def test_org_7_the_next_page_is_of_the_same_words() -> None:
    many = tuple(
        Responsibility(process=process, activity=f"Step {n}", accountable=("tom",))
        for process in ("Change", "Problem")
        for n in range(25)
    )
    counter = Counter(Stage(contract(responsibilities=many)))
    first = await counter.shown("otto", "oncall", "answers problem")
    assert "Page 1 of 2" in words(first)
    turned = await counter.clicked("otto", "oncall/answers", "", activity="problem", page="2")
    assert isinstance(turned, Rendered)
    assert "Problem · Step 24" in words(turned)
    assert "Change" not in words(turned)
    assert '"activity": "problem"' in buttons_of(first)[0]["value"]


def test_org_7_words_are_met_whole_by_their_beginning_or_misspelt() -> None:
    assert words_met("rapport incident", "Documents · Rapport d'incident") == 2
    assert words_met("accident", "Incidents") == 0
    assert words_met("le changement", "le rapport") == 0
    assert words_met("CR", "CR de comité") == 1


def test_org_7_another_accountable_counts_at_once() -> None:
    new = contract(responsibilities=(*MATRIX[:2], replace(MATRIX[2], accountable=("tom",))))
    told = change_words(contract(), new, Texts("en", new.zone))
    assert told[:2] == [
        AT_ONCE,
        "  responsibilities.Problèmes · Analyser la cause.accountable: Sam Delivery → Tom Leader",
    ]
