"""The two firms' agreement, as the rules read it: one file a chapter. Stdlib dataclasses only."""

from escalation.contract.contract import Contract
from escalation.contract.crises import CrisisRules, Rooms, SideCrisisRules
from escalation.contract.echelons import Echelon, Post, SupportGroup
from escalation.contract.hours import Coverage, DayName, HalfDay, Hours, Window
from escalation.contract.incidents import (
    DEFAULT_MATRIX,
    Closing,
    Communication,
    Component,
    Criticality,
    IncidentRules,
    Priorities,
    Target,
    Verification,
    Waiting,
)
from escalation.contract.ladders import AutomaticCase, EscalationRules, Ladder, Rung, Trigger
from escalation.contract.parties import (
    CLIENT,
    ESCALADE,
    PROVIDER,
    Absence,
    Party,
    Person,
    Role,
    Supplier,
)
from escalation.contract.processes.events import EventPaths, EventRules, EventSource
from escalation.contract.reports import ReportRules
from escalation.contract.rotas import CoverOverride, Override, Rota, RotaChange
from escalation.contract.sites import Site, SiteContact

__all__ = [
    "CLIENT",
    "DEFAULT_MATRIX",
    "ESCALADE",
    "PROVIDER",
    "Absence",
    "AutomaticCase",
    "Closing",
    "Communication",
    "Component",
    "Contract",
    "CoverOverride",
    "Coverage",
    "CrisisRules",
    "Criticality",
    "DayName",
    "Echelon",
    "EscalationRules",
    "EventPaths",
    "EventRules",
    "EventSource",
    "HalfDay",
    "Hours",
    "IncidentRules",
    "Ladder",
    "Override",
    "Party",
    "Person",
    "Post",
    "Priorities",
    "ReportRules",
    "Role",
    "Rooms",
    "Rota",
    "RotaChange",
    "Rung",
    "SideCrisisRules",
    "Site",
    "SiteContact",
    "Supplier",
    "SupportGroup",
    "Target",
    "Trigger",
    "Verification",
    "Waiting",
    "Window",
]
