"""What whoever is called needs at 3 a.m. stands in the message itself (ESC-5, INC-18, ORG-4)."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from escalation.decision.commands.incident import AssignIncident, TakeIncident
from escalation.decision.commands.ladder import AcknowledgePing
from escalation.messages.incident import IncidentAssigned, OnCallTold
from escalation.messages.ladder import Climbed, Ping
from tests.agreement import agreement, paris
from tests.handlers.blockkit import verbs_of
from tests.handlers.stories import Stage, opened

NIGHT = paris("2026-07-15 03:02")


def stage() -> Stage:
    (group,) = agreement().groups
    return Stage(agreement(groups=(replace(group, contact="+33 2 00, client 47"),)), at=NIGHT)


@pytest.mark.parametrize(("severity", "topic"), [(1, Ping.topic), (2, OnCallTold.topic)])
def test_inc_18_a_message_at_night_says_what_is_due_what_it_is_about_and_whom_to_phone(
    severity: int, topic: str
) -> None:
    play = stage()
    opened(play, component="vpn", severity=severity)
    call = play.say(play.last(topic, "nia"))
    assert call is not None
    first, facts, hotline = call.text.split("\n")[:3]  # what a locked screen shows of it
    assert first.startswith("🔴 INC-0001 · P1 · " if severity == 1 else "🟠 INC-0001 · P2 · ")
    taken, restored = {1: ("03:17", "07:02"), 2: ("03:32", "11:02")}[severity]
    due = f"To be acknowledged by: {taken} · To be restored by: {restored}"
    assert facts == f"{due} · VPN · Opened: 03:02"
    assert hotline == "Network operations: +33 2 00, client 47 · network"
    assert "incident/show" in verbs_of(call)


def test_inc_4_whoever_is_given_an_incident_reads_the_same() -> None:
    play = stage()
    incident = opened(play, component="vpn", severity=2)
    play.do(AssignIncident, "sam", incident=incident, person="tess")
    assert "To be acknowledged by: " in play.words(IncidentAssigned.topic, "tess")


def taken_from_below() -> Stage:
    """Nobody of the provider answers at the first echelon; Nia takes it when the second is called.

    Olga had taken it for the client before.
    """
    play = stage()
    incident = opened(play, component="vpn", severity=1)
    play.do(AcknowledgePing, "olga", incident=incident)
    while play.last(Ping.topic).facts["rung"] == 0:
        play.wait(1)
    play.do(TakeIncident, "nia", incident=incident)
    return play


def test_esc_5_whoever_is_called_reads_who_has_it_and_of_whom_nobody_answered() -> None:
    play = taken_from_below()
    climbed = play.last(Climbed.topic, "olga").facts
    assert (climbed["why"], climbed["silent"]) == ("nobody_answered", ["provider"])
    first = play.words(Ping.topic, "sam")
    assert "nobody of Provider Ltd answered at the echelon below" in first
    play.wait(6)
    words = play.words(Ping.topic, "sam")
    assert re.search(r"In hand since .*: Nia Night", words)
    assert "not settled" not in words
