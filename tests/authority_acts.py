"""One command of each kind, as somebody would give it about the record of a situation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from escalation.decision import commands as c
from escalation.messages.destinations import SHARED_ROOM, person
from escalation.messages.incident import IncidentCard
from tests.authority_cast import CLIENTS, NETWORK, PROVIDERS, Situation

Values = Callable[[str], dict[str, Any]]


def _colleague(by: str) -> str:
    """Somebody else of the caller's firm, who is there."""
    firm = next((f for f in (PROVIDERS, CLIENTS, NETWORK) if by in f), PROVIDERS)
    called = {"tom", "olga", "nora"}
    return min(firm - {by, *called} or firm - {by})


VALUES: dict[type[c.Command], dict[str, Any] | Values] = {
    c.OpenIncident: lambda by: {"title": "down", "component": "vpn" if by in NETWORK else "mail"},
    c.AssignIncident: {"person": "nia"},
    c.AddNote: {"text": "a word"},
    c.SetPriority: {"level": 3, "reason": "worse than we thought"},
    c.WaitFor: {"waiting_for": "network", "reason": "a cable"},
    c.ForeseeDelay: {"reason": "the part is late"},
    c.ResolveIncident: {"cause_gone": True},
    c.VerifyIncident: {"fixed": True},
    c.ReopenIncident: {"reason": "down again"},
    c.MergeIncident: {"into": "INC-0001"},
    c.CancelIncident: {"reason": "a mistake"},
    c.ReplanIncident: {"reason": "the new terms"},
    c.EscalateUp: {"reason": "we are stuck"},
    c.HandOverPing: lambda by: {"to": _colleague(by)},
    c.AddToRung: lambda by: {"person": _colleague(by)},
    c.StepDown: {"reason": "for the level below"},
    c.AskCrisis: {"reason": "all is down"},
    c.RefuseCrisis: {"reason": "no need"},
    c.AddMember: {"person": "rita"},
    c.AddSupplier: {"supplier": "network"},
    c.RemoveMember: {"person": "tom"},
    c.NameDelegate: lambda by: {"delegate": _colleague(by)},
    c.SetBrief: {"text": "what we know"},
    c.Decide: {"text": "restart it"},
    c.AddAction: {"text": "call", "owner": "otto"},
    c.CompleteAction: {"number": 1},
    c.OfferLead: {"leads": {"provider": "bea", "client": "eve"}},
    c.NameCommunicationLead: lambda by: {"person": _colleague(by)},
    c.RecordBriefing: {"text": "we are at it", "audience": "everybody"},
    c.RoomOpened: {"room": "C0OTHER", "name": "another room"},
    c.RoomRefused: {"why": "restricted_action"},
    c.InvitationRefused: {"person": "dan", "why": "user_is_restricted"},
    c.EditReport: {"sections": {"cause": "a plug"}},
    c.ReportHeldBack: {"version": 1, "room": SHARED_ROOM, "people": ("sue",)},
    c.RecordDelivery: {"meaning": IncidentCard(), "to": person("tom"), "delivered": True},
}


def kind_of(command: type[c.Command]) -> str:
    """The kind of record a command is about; "none" for those that make one."""
    if issubclass(command, c.OnIncident):
        return "incident"
    if issubclass(command, c.OnCrisis):
        return "crisis"
    return "report" if issubclass(command, c.OnReport | c.RecordDelivery) else "none"


def act(
    command: type[c.Command], by: str, situation: Situation, contract: str = "acme"
) -> c.Command:
    """That command by that person about the situation's record; a crisis asked for about it."""
    values = VALUES.get(command, {})
    given = values(by) if callable(values) else values
    kind = kind_of(command)
    named = {} if kind == "none" else {kind: situation.record}
    if command is c.RecordDelivery:
        named = {"subject": situation.record}
    if command is c.AskCrisis and situation.record:
        named = {"incident": situation.record}
    return command(contract=contract, by=by, **named, **given)
