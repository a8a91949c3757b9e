"""The guides name every verb, and their examples can be typed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from config.command_names import names
from handlers.registry.commands import COMMANDS
from handlers.verbs.typed_line import read, split_verb
from handlers.verbs.verb import SlashCommand

DOCS = Path(__file__).parents[2] / "docs"
GUIDES = ("guide.md", "guide.fr.md")
BY_NAME = {command.name: command for command in COMMANDS}


def guide(name: str) -> str:
    return (DOCS / name).read_text("utf-8")


def section(text: str, command: SlashCommand) -> str:
    """What stands under the heading of a slash command."""
    found = re.search(
        rf"^### /{command.name}\b.*?(?=^##? |^### |\Z)", text, re.MULTILINE | re.DOTALL
    )
    assert found, f"no section about /{command.name}"
    return found[0]


def examples(text: str) -> list[str]:
    """Every line of the code blocks that begins with a slash."""
    blocks = re.findall(r"^```$(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return [line for block in blocks for line in block.splitlines() if line.startswith("/")]


@pytest.mark.parametrize("name", GUIDES)
@pytest.mark.parametrize("command", COMMANDS, ids=lambda c: c.name)
def test_every_verb_and_alias_is_in_the_guide(name: str, command: SlashCommand):
    said = section(guide(name), command)
    words = [word for verb in command.verbs for word in verb.names]
    assert [word for word in words if f"`{word}`" not in said] == []


@pytest.mark.parametrize("name", GUIDES)
def test_every_typed_name_of_a_command_is_in_the_guide(name: str):
    text = guide(name)
    assert [typed for typed in names() if typed not in text] == []


@pytest.mark.parametrize("name", GUIDES)
def test_every_example_of_the_guide_can_be_typed(name: str):
    lines = examples(guide(name))
    assert len(lines) > 30
    for line in lines:
        typed, _, rest = line.partition(" ")
        command = BY_NAME[names()[typed]]
        if rest in {"help", "aide", "?"}:
            continue
        verb, values_given = split_verb(command, rest)
        assert verb is not None, line
        subject, values = read(verb, values_given)
        assert not subject or verb.about == subject[:3], line
        missing = [f.name for f in verb.fields if f.required and f.name not in values]
        assert not (missing and values), f"{line}: {missing}"
