"""The catalogs are complete, and the check that says so finds what it should."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from handlers import catalogs
from handlers.words.texts import LANGUAGES

ROOT = Path(catalogs.__file__).parents[1]
MARKED = {"texts", "msg", "n", "self"}


@pytest.mark.parametrize("language", [each for each in LANGUAGES if each != "en"])
def test_every_sentence_of_the_code_is_translated(language: str) -> None:
    assert list(catalogs.faults(language)) == []


def test_no_sentence_hides_from_the_check() -> None:
    """The extractor does not look into f-strings, nor into every nested call."""
    known = catalogs.sentences()
    hidden = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for folder in ("handlers", "bot")
        for path in (ROOT / folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", getattr(node.func, "attr", "")) in MARKED
        and node.args
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
        and node.args[0].value not in known
    ]
    assert hidden == []


@pytest.mark.parametrize("language", [each for each in LANGUAGES if each != "en"])
def test_no_sentence_stands_twice_or_is_translated_twice(language: str) -> None:
    assert list(catalogs.doubled(catalogs.catalog_file(language).read_text("utf-8"))) == []


def test_what_stands_twice_is_found_however_it_is_broken_into_lines() -> None:
    kept = 'msgid ""\nmsgstr ""\n"Language: fr\\n"\n\nmsgid "Close"\nmsgstr "Clore"\n\n'
    other = 'msgctxt "a door"\nmsgid "Close"\nmsgstr "Fermer"\n\n'
    days = 'msgid "a day"\nmsgid_plural "days"\nmsgstr[0] "un jour"\nmsgstr[1] "jours"\n'
    assert list(catalogs.doubled(kept + other + days)) == []
    again = 'msgid ""\n"Cl"\n"ose"\nmsgstr "Fermer"\n\n'
    assert list(catalogs.doubled(kept + again)) == ["stands twice: 'Close'"]
    twice = kept.rstrip() + '\nmsgstr "Fermer"\n'
    assert list(catalogs.doubled(twice)) == ["translated twice: 'Close'"]


def found(
    monkeypatch: pytest.MonkeyPatch,
    wanted: list[catalogs.Message],
    kept: list[tuple[catalogs.Message, str | tuple[str, ...]]],
) -> list[str]:
    catalog = Catalog(locale="fr")
    for message, string in kept:
        catalog.add(message, string)
    by_singular = {m if isinstance(m, str) else m[0]: m for m in wanted}
    monkeypatch.setattr(catalogs, "sentences", lambda: by_singular)
    monkeypatch.setattr(catalogs, "_read", lambda _language: catalog)
    return list(catalogs.faults("fr"))


@pytest.mark.parametrize(
    ("wanted", "kept", "fault"),
    [
        (["Close"], [], "missing: 'Close'"),
        (["Close"], [("Close", "")], "not translated: 'Close'"),
        ([], [("Close", "Clore")], "no longer used: 'Close'"),
        (
            ["%(id)s is open"],
            [("%(id)s is open", "%(numero)s est ouvert")],
            "other values than the original: '%(id)s is open'",
        ),
        (
            ["%(id)s is open"],
            [("%(id)s is open", "est ouvert")],
            "other values than the original: '%(id)s is open'",
        ),
        (
            [("%(n)s day", "%(n)s days")],
            [(("%(n)s day", "%(n)s days"), ("%(n)s jour", ""))],
            "not translated: '%(n)s day'",
        ),
        (
            [("%(n)s day", "%(n)s days")],
            [(("%(n)s day", "%(n)s days"), ("%(n)s jour", "%(x)s jours"))],
            "other values than the original: '%(n)s day'",
        ),
    ],
)
def test_each_fault_is_found_and_named(
    monkeypatch: pytest.MonkeyPatch,
    wanted: list[catalogs.Message],
    kept: list[tuple[catalogs.Message, str | tuple[str, ...]]],
    fault: str,
) -> None:
    assert found(monkeypatch, wanted, kept) == [fault]


def test_a_complete_catalog_has_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    days = ("%(n)s day", "%(n)s days")
    kept: list[tuple[catalogs.Message, str | tuple[str, ...]]] = [
        ("%(id)s is open", "%(id)s est ouvert"),
        (days, ("%(n)s jour", "%(n)s jours")),
    ]
    assert found(monkeypatch, ["%(id)s is open", days], kept) == []
