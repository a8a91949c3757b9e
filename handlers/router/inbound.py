"""A request that Slack sent, read once at the door: who asks for what, and from where."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from escalation.base.refusals import BadValue
from handlers.registry.commands import verb_named
from handlers.router.payloads import Misshapen, check
from handlers.verbs.forms import PREFIX as FORM_PREFIX
from handlers.verbs.forms import Purpose, text_values, texts
from handlers.verbs.typed_line import Line
from handlers.verbs.verb import Allowance, SlashCommand
from handlers.words.blocks import BUTTON_PREFIX


@dataclass(frozen=True, slots=True, kw_only=True)
class Click:
    """Contents of a button: a verb, its record, and values given."""

    command: str
    verb: str
    contract: str
    subject: str
    values: Mapping[str, str]

    @classmethod
    def load(cls, action_id: str, value: str) -> Click:
        """Read what one of our buttons carries; raises ValueError."""
        place = action_id.partition("#")[0].removeprefix(BUTTON_PREFIX).split("/")
        given = json.loads(value)
        if not isinstance(given, list) or len(given) != 3 or len(place) != 2:
            raise ValueError("no button of ours")
        contract, subject, values = given
        texts((contract, subject))
        return cls(
            command=place[0],
            verb=place[1],
            contract=contract,
            subject=subject,
            values=text_values(values),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbound:
    """One thing that Slack sent, of the shape it should have.

    `key` tells it from everything else, and is the same where it is delivered again; "" where
    Slack gives it none. `user` is who asks for something, "" where nobody does; `asked` is what
    our own part of it says: a line, a button or a form.
    """

    kind: str
    body: Mapping[str, Any]
    key: str
    user: str = ""
    channel: str = ""
    asked: Line | Click | Purpose | None = None
    allowance: Allowance = Allowance.ORDINARY


def read(body: Mapping[str, Any], commands: Mapping[str, SlashCommand]) -> Inbound:
    """Read what Slack sent; raises Misshapen.

    `commands` are the slash commands by the names they are typed by ("/incident", "/crise").
    """
    kind = check(body)
    user = channel = key = ""
    match kind:
        case "event_callback":
            event = body["event"]
            user = event["user"] if event["type"] == "app_home_opened" else ""
            key = f"event/{body['event_id']}"
            return Inbound(kind=kind, body=body, key=key, user=user, allowance=Allowance.HOME)
        case "command":
            user, channel = body["user_id"], body["channel_id"]
            key = f"slash/{body['trigger_id']}"
        case "block_actions" | "message_action":
            user, channel = body["user"]["id"], (body.get("channel") or {}).get("id", "")
            key = f"click/{body['trigger_id']}"
        case "view_submission":
            user, key = body["user"]["id"], f"form/{body['view']['id']}"
        case "shortcut":
            user = body["user"]["id"]
    try:
        asked = _asked(kind, body, commands)
    except (ValueError, RecursionError):
        raise Misshapen(kind, "its own words of ours cannot be read") from None
    verb = asked.verb if isinstance(asked, Line) else None
    if isinstance(asked, Click) or (isinstance(asked, Purpose) and kind == "view_submission"):
        with suppress(BadValue):  # told by whoever answers it
            verb = verb_named(asked.command, asked.verb)
    return Inbound(
        kind=kind,
        body=body,
        key=key,
        user=user,
        channel=asked.channel if isinstance(asked, Purpose) else channel,
        asked=asked,
        allowance=verb.allowance if verb else Allowance.ORDINARY,
    )


def _asked(
    kind: str, body: Mapping[str, Any], commands: Mapping[str, SlashCommand]
) -> Line | Click | Purpose | None:
    if kind == "command" and (command := commands.get(body["command"])):
        return Line.of(command, body["command"], body.get("text") or "")
    if kind == "block_actions":
        action = body["actions"][0]
        if action["action_id"].startswith(BUTTON_PREFIX):
            return Click.load(action["action_id"], action.get("value") or "")
    view = body.get("view") if kind in {"block_actions", "view_submission"} else None
    if view and view.get("callback_id", "").startswith(FORM_PREFIX):
        return Purpose.load(view["private_metadata"])
    return None
