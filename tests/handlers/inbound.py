"""What the door makes of what somebody typed, clicked or filled in."""

from __future__ import annotations

from typing import Any

from handlers.registry.commands import command_named
from handlers.router.inbound import Click, Inbound
from handlers.verbs.forms import Purpose
from handlers.verbs.typed_line import Line


def typed(user: str, command: str, line: str, channel: str = "") -> Inbound:
    asked = Line.of(command_named(command), f"/{command}", line)
    return Inbound(kind="command", body={}, key="", user=user, channel=channel, asked=asked)


def clicked(user: str, click: Click) -> Inbound:
    return Inbound(kind="block_actions", body={}, key="", user=user, asked=click)


def submitted(user: str, purpose: Purpose, state: dict[str, Any]) -> Inbound:
    body = {"view": {"state": {"values": state}}}
    return Inbound(kind="view_submission", body=body, key="", user=user, asked=purpose)
