"""What the door makes of what Slack sent."""

from __future__ import annotations

import json
from typing import Any

import pytest

from handlers.registry.commands import COMMANDS
from handlers.router.inbound import Click, Inbound, read
from handlers.router.payloads import Misshapen
from handlers.verbs.forms import Purpose
from handlers.verbs.typed_line import Line
from handlers.verbs.verb import Allowance

TYPED = {f"/{command.name}": command for command in COMMANDS}
BUTTON = json.dumps(["acme", "INC-0001", {"ladder": "client"}])


def command(text: str, typed: str = "/escalate") -> dict[str, Any]:
    where = {"user_id": "U1", "channel_id": "C1", "trigger_id": "1.2"}
    return {"command": typed, "text": text, **where}


def click(action: str, value: str = BUTTON) -> dict[str, Any]:
    pressed = [{"action_id": action, "value": value}]
    return {
        "type": "block_actions", "user": {"id": "U1"}, "trigger_id": "1.2", "actions": pressed,
        "channel": {"id": "C1"},
    }  # fmt: skip


def form(callback: str, purpose: Purpose) -> dict[str, Any]:
    view = {
        "id": "V1", "type": "modal", "callback_id": callback, "private_metadata": purpose.dump(),
        "state": {"values": {}},
    }  # fmt: skip
    return {"type": "view_submission", "user": {"id": "U1"}, "view": view}


def asked(body: dict[str, Any]) -> Inbound:
    return read(body, TYPED)


def purpose(verb: str) -> Purpose:
    return Purpose(
        command="escalate", verb=verb, contract="acme", subject="INC-0001", channel="C2", values={}
    )


def test_a_line_a_button_and_a_form_of_one_verb_draw_on_one_allowance() -> None:
    for verb, allowance in (
        ("ack", Allowance.UNLIMITED),
        ("up", Allowance.ALARM),
        ("status", Allowance.ORDINARY),
    ):
        for body in (
            command(f"{verb} INC-0001"),
            click(f"do/escalate/{verb}#0"),
            form(f"form/escalate/{verb}", purpose(verb)),
        ):
            assert asked(body).allowance is allowance


def test_who_asks_from_where_is_known_and_what_comes_twice_has_one_key() -> None:
    typed = asked(command("ack INC-0001"))
    assert (typed.user, typed.channel, typed.key) == ("U1", "C1", "slash/1.2")
    assert isinstance(typed.asked, Line)
    assert (typed.asked.verb, typed.asked.rest) == (TYPED["/escalate"].verb("ack"), "INC-0001")
    clicked = asked(click("do/escalate/ack#client/1"))
    assert (clicked.user, clicked.channel, clicked.key) == ("U1", "C1", "click/1.2")
    values = {"ladder": "client"}
    assert clicked.asked == Click(
        command="escalate", verb="ack", contract="acme", subject="INC-0001", values=values
    )
    filled = asked(form("form/escalate/ack", purpose("ack")))
    assert (filled.user, filled.channel, filled.key) == ("U1", "C2", "form/V1")


def test_what_cannot_be_read_by_its_writer_waits_for_who_may_be_told() -> None:
    for words, code in (("akc INC-0001", "unknown_verb"), ("x" * 9_000, "line_too_long")):
        line = asked(command(words)).asked
        assert isinstance(line, Line)
        assert line.verb is None
        assert line.fault is not None
        assert line.fault.code == code
    assert asked(click("do/escalate/no-more")).allowance is Allowance.ORDINARY
    assert asked(command("ack", "/not-ours")).asked is None


@pytest.mark.parametrize(
    "value", ["", "x", "[]", '["acme", "INC-0001", {"ladder": 7}]', "[" * 9_000]
)
def test_what_nobody_could_have_sent_by_our_buttons_is_refused(value: str) -> None:
    with pytest.raises(Misshapen):
        asked(click("do/escalate/ack", value))
    assert asked(click("elsewhere", value)).asked is None
