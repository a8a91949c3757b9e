"""Every fault has its sentences in both languages, and is given all that they say."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from handlers.faults.words import SENTENCES, fault_words
from handlers.words.texts import LANGUAGES, Texts

ROOT = Path(__file__).parents[3]
TEXTS = {language: Texts(language, ZoneInfo("UTC")) for language in LANGUAGES}

# What makes a fault of the code in its first argument (or in `code=`), and the facts it adds.
MAKERS: dict[str, set[str]] = {
    "fault": set(),
    "Fault": set(),
    "_fault": {"most"},  # config.contract.bounds
    "_slip": {"value", "written"},
    "named": {"value", "suggestion", "known"},
    "twice": {"value"},
    "shorter_first": {"value", "than"},
    "PydanticCustomError": {"value"},  # config.settings
}


# By function and name: the code of an error that was raised elsewhere.
PASSED_ON = {("_fault_of", "kind")}  # of a PydanticCustomError


@dataclass(frozen=True)
class Site:
    """A place in the code where faults are made; `facts` is None where they are computed."""

    place: str
    codes: frozenset[str]
    facts: frozenset[str] | None


def texts_in(nodes: list[ast.AST]) -> set[str]:
    every = (node for tree in nodes for node in ast.walk(tree))
    return {n.value for n in every if isinstance(n, ast.Constant) and isinstance(n.value, str)}


def assigned(tree: ast.AST, name: str) -> list[ast.AST]:
    """The values that a name is given in a function."""
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Name) and target.id == name
    ]


def code_of(call: ast.Call) -> ast.expr | None:
    """Where a call that makes a fault has its code; None for any other call."""
    if not isinstance(call.func, ast.Name) or call.func.id not in MAKERS:
        return None
    named = [keyword.value for keyword in call.keywords if keyword.arg == "code"]
    return named[0] if named else call.args[0]


def codes_of(code: ast.expr, function: ast.FunctionDef, module: ast.Module) -> set[str]:
    """The code as written, or all that its name may hold; none where it is the caller's.

    Of a table or a loop, those of its words that are codes.
    """
    if function.name in MAKERS or (function.name, ast.unparse(code)) in PASSED_ON:
        return set()
    if written := texts_in([code]):
        return written
    written, found, seen, names = set[str](), set[str](), set[str](), names_in(code)
    while names := names - seen:
        seen |= names
        for held in [each for name in names for each in held_by(name, function, module)]:
            plain = [held.body, held.orelse] if isinstance(held, ast.IfExp) else [held]
            written |= texts_in([each for each in plain if isinstance(each, ast.Constant)])
            found |= texts_in([held])
            names |= names_in(held)
    codes = written | (found & set(SENTENCES))
    assert codes, f"what {function.name} makes is not seen"
    return codes


def names_in(node: ast.AST) -> set[str]:
    return {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}


def held_by(name: str, function: ast.FunctionDef, module: ast.Module) -> list[ast.AST]:
    """What a name is given: by assignment, by a loop over it, or in the module."""
    loops = [
        node.iter
        for node in ast.walk(function)
        if isinstance(node, ast.For | ast.comprehension) and name in names_in(node.target)
    ]
    return [*assigned(function, name), *loops, *(
        value
        for node in module.body
        if isinstance(node, ast.Assign | ast.AnnAssign)
        for value in assigned(node, name)
    )]  # fmt: skip


def facts_of(call: ast.Call, function: ast.AST) -> frozenset[str] | None:
    """The names of the facts a call gives, those its maker adds among them."""
    assert isinstance(call.func, ast.Name)
    found = set(MAKERS[call.func.id])
    given: list[ast.expr] = call.args[2:] if call.func.id == "PydanticCustomError" else []
    for keyword in call.keywords:
        if keyword.arg is None or (call.func.id == "Fault" and keyword.arg == "facts"):
            given.append(keyword.value)
        elif call.func.id == "fault" and keyword.arg != "other":
            found.add(keyword.arg)
    for value in given:
        tables = assigned(function, value.id) if isinstance(value, ast.Name) else [value]
        if not tables or not all(isinstance(table, ast.Dict) for table in tables):
            return None
        keys = (key for table in tables if isinstance(table, ast.Dict) for key in table.keys)
        found |= texts_in([key for key in keys if key is not None])
    return frozenset(found)


def sites() -> Iterator[Site]:
    files = [*(ROOT / "config").rglob("*.py"), ROOT / "bot" / "cli" / "work" / "check.py"]
    for file in sorted(files):
        if "ical" in file.parts:  # its faults have words of their own
            continue
        module = ast.parse(file.read_text("utf-8"))
        for function in (n for n in ast.walk(module) if isinstance(n, ast.FunctionDef)):
            for call in (n for n in ast.walk(function) if isinstance(n, ast.Call)):
                if (code := code_of(call)) is not None:
                    yield Site(
                        f"{file.name}:{call.lineno}",
                        frozenset(codes_of(code, function, module)),
                        facts_of(call, function),
                    )


SITES = list(sites())


def values_in(code: str) -> set[str]:
    return {name for part in SENTENCES[code] for name in re.findall(r"%\((\w+)\)s", part)}


def test_every_fault_has_sentences_and_none_are_left_over() -> None:
    assert {code for site in SITES for code in site.codes} == set(SENTENCES)


def test_every_fault_is_given_what_its_sentences_say() -> None:
    short = {
        (site.place, code, name)
        for site in SITES
        for code in site.codes
        if site.facts is not None
        for name in values_in(code) - site.facts
    }
    assert short == set()
    unseen = {site.place.partition(":")[0] for site in SITES if site.facts is None}
    assert unseen == {"faults.py", "environment.py"}, "what only passes on the facts of its caller"


@pytest.mark.parametrize("code", sorted(SENTENCES))
def test_sentences_say_their_facts_in_each_language(code: str) -> None:
    facts = {name: f"<{name}>" for name in values_in(code)}
    said = [fault_words(code, facts, texts) for texts in TEXTS.values()]
    for english, french in zip(*said, strict=True):
        assert english != french
    for what, remedy in said:
        assert what.endswith((".", "?"))
        assert remedy.endswith((".", "?"))
        assert not re.search(r"%[(%]|\{\w+\}", what + remedy)
        assert set(re.findall(r"<\w+>", what + remedy)) == set(facts.values())


def test_a_fact_that_is_missing_is_no_sentence() -> None:
    with pytest.raises(KeyError, match="value"):
        fault_words("id_twice", {"suggestion": "ana"}, TEXTS["en"])


def test_firms_and_lists_are_said_as_people_read_them() -> None:
    facts = {"name": "Ana", "firm": "provider", "asked": "armor"}
    assert fault_words("wrong_firm", facts, TEXTS["en"])[0] == (
        "Ana belongs to the provider, and somebody of armor is expected here."
    )
    remedies = [fault_words("unknown_rota", {"value": "x", "known": known}, TEXTS["en"])[1]
                for known in [(), ("day", "night")]]  # fmt: skip
    assert remedies == [
        "Possible: none; a rota is declared under [[rotas]].",
        "Possible: day, night; a rota is declared under [[rotas]].",
    ]
