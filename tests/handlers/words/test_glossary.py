"""One word for one thing, as docs/glossary.md has it; French that fits any name and anybody."""

from __future__ import annotations

import re

import pytest

from tests.handlers.test_con_1 import said

# what stood there once → what the glossary says
INSTEAD = {
    "fr": {
        r"comptes? rendus?": "rapport",
        r"\brobots?\b": "bot",
        r"\bsalons?\b": "canal; a cell meets in a salle",
        r"\bréouverts?\b": "rouvert, de nouveau ouvert",
        r"responsable de la prestation": "responsable de contrat: the other is the client's",
        r"personnes jointes": "appels et réponses",
        r"mené à vous": "vous joindre",
        r"\b(sollicité|rappelé|averti)e?s? par\b": "who does it as the subject",
        r"acquitter|prend(re|ne) en compte": "prendre en charge",
        r"frise chronologique": "chronologie",
        r"gestionnaire|gestion des (incidents|changements) (:|le|peut)": "responsable des",
        r"responsable d’incident|[Ll]e responsable d": "responsable(s) des incidents, de contrat",
        r"heures de service": "heures de couverture",
        r"\bdegrés?\b": "barreau",
        r"\bconduit(e|es|s)?\b|\bconduite de la cellule": "pilotée, pilotage",
        r"\bentreprises?\b|\bles deux parties\b|l’autre partie": "société",
        r"\(e\)": "words without a gender",
    },
    "en": {
        r"\bmend (the|your) contract": "correct the contract file",
        r"\bno more\b$": "no longer",
        r"much at once": "too many requests at once",
        r"\b(do not |does not |not )?comes? of\b": "comes from",
        r"\b(higher level|level below|next level|level above|level higher)\b": "echelon",
        r"\bmended\b": "put right",
        r"\bparted by\b": "separated by",
        r"\bdrill\b": "exercise",
        r", says %\(": "%(by)s has …",
        r"%\((name|person|by|owner|actor)\)s[^.]*\b(they|them|themselves)\b": "no pronoun",
    },
}
NAMES = (
    "actor|away|by|client|contract|delegate|firm|id|incident|leads|name|names|organisation|owner"
    "|people|person|provider|requester|side|stand_in|supplier|to|who"
)
# before a vowel these lose theirs: “d’Isabelle”, “qu’Antoine”, “d’INC-0042”
ELIDES = re.compile(rf"\b(de|que|jusque|lorsque|puisque)[ \u00a0]%\(({NAMES})\)s")
BARE_MARK = re.compile(
    r"(?<![\u00a0\u202f\d/a-z`])[;?»]|(?<![\u00a0\u202f])(?<!\d)(?<!\w):(?=\s|$)|\w: "
)
QUOTED = re.compile(r"`[^`]*`|\"[^\"]*\"")


@pytest.mark.parametrize("language", list(INSTEAD))
def test_con_1_each_thing_has_one_word(language: str) -> None:
    wrong = [
        (sentence, instead)
        for sentence in said(language)
        for found, instead in INSTEAD[language].items()
        if re.search(found, sentence, re.IGNORECASE)
    ]
    assert wrong == []


def test_con_6_french_sentences_take_any_name() -> None:
    assert [sentence for sentence in said("fr") if ELIDES.search(sentence)] == []
    assert ELIDES.search("au nom de %(name)s")


def test_con_1_french_apostrophes_are_printed_ones() -> None:
    straight = re.compile(r"[^\W\d_]'(?=[\w%«“`\"])")
    assert [s for s in said("fr") if straight.search(QUOTED.sub("", s))] == []
    assert straight.search("l'échelon")


def test_con_1_french_marks_stand_apart() -> None:
    """A no-break space stands before a colon, a semicolon, a question mark."""
    bare = [s for s in said("fr") if BARE_MARK.search(QUOTED.sub("", s))]
    assert bare == []
    assert BARE_MARK.search("Rapport: REP-0001")
