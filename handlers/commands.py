"""The slash commands, and the names they are typed by."""

from __future__ import annotations

from handlers.crisis_verbs import CRISIS
from handlers.escalate_verbs import ESCALATE
from handlers.incident_verbs import INCIDENT
from handlers.report_verbs import REPORT
from handlers.verbs import SlashCommand

COMMANDS: tuple[SlashCommand, ...] = (INCIDENT, ESCALATE, CRISIS, REPORT)
