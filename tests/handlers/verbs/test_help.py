"""Help lists the values that a field accepts, in the reader's language, as its form does."""

from __future__ import annotations

import ast
from dataclasses import replace
from pathlib import Path

import pytest

from escalation.contract.processes.problems import ProblemRules
from handlers.registry.commands import COMMANDS
from handlers.verbs.fields import named_option
from handlers.verbs.forms import choices
from handlers.verbs.help import accepted
from handlers.verbs.verb import Kind
from tests.escalation.change.story import with_changes
from tests.handlers.counter import Counter
from tests.handlers.stories import Stage

ROOT = Path(__file__).parents[3]
PRODUCT = ("bot", "config", "escalation", "handlers")


@pytest.fixture
def stage() -> Stage:
    return Stage(with_changes(problems=ProblemRules()))


@pytest.mark.parametrize(
    ("language", "command", "said"),
    [
        ("en", "change", "`result`: succeeded, succeeded in part, failed, rolled back"),
        ("en", "change", "`category`: standard, other"),
        ("en", "problem", "`client_impact`: High, Medium, Low"),
        ("en", "incident", "`origin`: Client ticket, Monitoring, Production, Change, Call"),
        ("fr", "change", "`résultat`\u00a0: réussite, réussite partielle, échec, retour arrière"),
        ("fr", "change", "[argent=oui|non]"),
        ("fr", "problem", "`impact_client`\u00a0: élevé, moyen, faible"),
        ("fr", "incident", "[exercice=oui|non]"),
        ("fr", "incident", "`cause_disparue`\u00a0: Oui, Non, Pas encore connu"),
        ("fr", "oncall", "[tour=…]"),
    ],
)
async def test_help_lists_what_a_field_accepts(
    stage: Stage, language: str, command: str, said: str
) -> None:
    shown = await Counter(stage, language).shown("sam", command, "help")
    assert said in "\n".join(block["text"]["text"] for block in shown.blocks)


@pytest.mark.parametrize("language", ["en", "fr"])
async def test_every_value_that_help_lists_is_understood_as_it_is_typed(
    stage: Stage, language: str
) -> None:
    (caller,) = await Counter(stage, language).callers("sam")
    listed = 0
    for command in COMMANDS:
        for verb in command.verbs:
            said = accepted(verb, caller)
            for field in verb.fields:
                options = choices(field, caller) if field.kind is Kind.CHOICE else []
                for option in options if field.name_in(language) in said else []:
                    assert named_option(options, option.short) == option, (verb.path, option)
                    listed += 1
    assert listed > 50


async def test_a_list_of_the_contracts_own_that_is_long_stands_in_the_form_alone(
    stage: Stage,
) -> None:
    (caller,) = await Counter(stage).callers("sam")
    mail = caller.contract.components[0]
    many = tuple(replace(mail, id=f"c{n}", name=f"Component {n}") for n in range(9))
    (verb,) = [v for c in COMMANDS for v in c.verbs if v.path == "change/history"]
    assert "component" in accepted(verb, caller)
    assert not accepted(verb, replace(caller, contract=replace(caller.contract, components=many)))


def test_quotes_are_those_of_the_catalogs_and_stand_in_no_other_text() -> None:
    """A name that code puts between quotes itself has those of one language in all of them."""
    found = [
        f"{path.relative_to(ROOT)}:{part.lineno}"
        for folder in PRODUCT
        for path in (ROOT / folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.JoinedStr) and path.name != "typed_line.py"  # it reads them
        for part in node.values
        if isinstance(part, ast.Constant) and set("“”«»") & set(str(part.value))
    ]
    assert found == []
