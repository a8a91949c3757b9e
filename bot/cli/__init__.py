"""The command line: `escalade --help`.

A command is declared here: its words and its options, which need typer and nothing else. What it
does is in `bot.cli.work`, and is imported when it is run: help, and each command, are quick.
"""

from bot.cli.app import main

__all__ = ["main"]
