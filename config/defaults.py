"""Defaults where nothing is said: light, for whoever only shows it."""

from __future__ import annotations

from pathlib import Path

EXAMPLE = Path(__file__).parent / "examples" / "agence-rivage.toml"
STARTERS = Path(__file__).parent / "starters"  # what `escalade init` writes: en.toml, fr.toml
COMMAND_NAMES = (
    "incident,escalate,escalade=escalate,crisis,crise=crisis,report,rapport=report,"
    "oncall,astreinte=oncall,problem,probleme=problem,change,changement=change"
)
COMMANDS = tuple(name for name in COMMAND_NAMES.split(",") if "=" not in name)
