"""Errors that end the bot as it starts: light, for whoever only says it."""

from __future__ import annotations


class CannotStart(Exception):
    """The bot cannot start; the message says why and what to do."""
