"""Cuts long lists into pages, with Slack's cursors."""

import base64
import binascii
from collections.abc import Sequence
from typing import TypeVar

from sandbox.base.errors import SlackError
from sandbox.webapi.call import Args

T = TypeVar("T")


def page(args: Args, items: Sequence[T], *, default: int, most: int) -> tuple[list[T], str]:
    """Give the page asked for, and the cursor of the next one."""
    limit = args.number("limit", 0, "invalid_limit") or default
    if limit < 0:
        raise SlackError("invalid_limit")
    limit = min(limit, most)
    start = _start(args.text("cursor"))
    if start > len(items):
        raise SlackError("invalid_cursor")
    end = start + limit
    cursor = base64.b64encode(f"next:{end}".encode()).decode() if end < len(items) else ""
    return list(items[start:end]), cursor


def _start(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        word, _, number = base64.b64decode(cursor, validate=True).decode().partition(":")
        if word != "next":
            raise SlackError("invalid_cursor")
        return int(number)
    except (binascii.Error, UnicodeDecodeError, ValueError):
        raise SlackError("invalid_cursor") from None
