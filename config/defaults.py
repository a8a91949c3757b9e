"""What stands where nothing is said: light, for whoever only shows it."""

from __future__ import annotations

from pathlib import Path

EXAMPLE = Path(__file__).parent / "examples" / "agence-rivage.toml"
COMMANDS = ("incident", "escalate", "crisis", "report")
COMMAND_NAMES = "incident,escalate,escalade=escalate,crisis,crise=crisis,report,rapport=report"
