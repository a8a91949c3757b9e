"""The command line: `escalade --help`."""

from bot.cli.app import main

__all__ = ["main"]
