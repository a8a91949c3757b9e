"""Rule CON-1: courteous and sober; in French "vous"; nobody is blamed."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from babel.messages.pofile import read_po

from handlers import catalogs
from handlers.words.texts import catalog_file

FAMILIAR = re.compile(r"\b(tu|ton|ta|tes|te|toi|t’)\b|\bt’", re.IGNORECASE)
BLAME = {
    "en": re.compile(
        r"\b(fault of|your fault|blame\w*|guilty|careless\w*|negligen\w*|incompeten\w*|lazy"
        r"|stupid\w*|failed to|you forgot|should have|culprit)\b",
        re.IGNORECASE,
    ),
    "fr": re.compile(
        r"\b(fautes?|fauti(f|ve)s?|coupables?|négligen\w*|incompéten\w*|manquements?|stupide\w*"
        r"|blâme\w*|erreurs? de|auriez dû|aurait dû|oublié|reproche\w*)\b",
        re.IGNORECASE,
    ),
}


def said(language: str) -> Iterator[str]:
    if language == "en":
        for message in catalogs.sentences().values():
            yield from [message] if isinstance(message, str) else message
        return
    with catalog_file(language).open("rb") as source:
        for entry in read_po(source, locale=language):
            if entry.id:
                yield from [entry.string] if isinstance(entry.string, str) else entry.string


def test_con_1_french_says_vous() -> None:
    assert [each for each in said("fr") if FAMILIAR.search(each)] == []
    assert any("vous" in each for each in said("fr"))


@pytest.mark.parametrize("language", ["en", "fr"])
def test_con_1_no_exclamation(language: str) -> None:
    assert [each for each in said(language) if "!" in each] == []


@pytest.mark.parametrize("language", ["en", "fr"])
def test_con_1_blames_nobody(language: str) -> None:
    assert [each for each in said(language) if BLAME[language].search(each)] == []


@pytest.mark.parametrize("word", ["Ta faute", "tu dois", "qu’est-ce que t’as"])
def test_con_1_the_check_would_find_a_familiar_word(word: str) -> None:
    assert FAMILIAR.search(word)


def test_con_1_french_spaces_are_not_broken() -> None:
    """A line never begins with a mark of punctuation."""
    broken = re.compile(r" [:;?»]|« ")
    assert [each for each in said("fr") if broken.search(each)] == []
