"""People of the histories type whatever can be typed."""

from __future__ import annotations

import pytest

from handlers.registry.commands import COMMANDS
from handlers.verbs.verb import SlashCommand
from tests.simulation.lines import LINES


def test_every_command_is_typed() -> None:
    assert set(LINES) == {command.name for command in COMMANDS}


@pytest.mark.parametrize("command", COMMANDS, ids=lambda each: each.name)
def test_every_verb_is_typed_and_no_other(command: SlashCommand) -> None:
    typed = {line.split()[0] for line in LINES[command.name]}
    assert typed == {verb.name for verb in command.verbs}
