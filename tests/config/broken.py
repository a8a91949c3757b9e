"""Broken variants of the example contract, and what reading them says."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.cli.faults import report_of
from config.contract.file import read_contract
from config.faults import ContractFaults, Fault
from handlers.words.texts import LANGUAGES, Texts

EXAMPLE = Path("config/examples/agence-rivage.toml").read_text("utf-8")


def variant(*changes: tuple[str, str]) -> str:
    """The example with texts replaced, each of which stands in it exactly once."""
    text = EXAMPLE
    for old, new in changes:
        assert text.count(old) == 1, f"{text.count(old)} times in the example: {old}"
        text = text.replace(old, new)
    return text


def faults_of(text: str) -> list[Fault]:
    """The faults of a file that has some."""
    with pytest.raises(ContractFaults) as caught:
        read_contract(text, "broken.toml")
    for language in LANGUAGES:
        assert said(caught.value.faults, language)
    return caught.value.faults


def said(faults: Iterable[Fault], language: str = "en") -> str:
    """The faults as people read them, each with all that its sentences need."""
    return report_of(faults, Texts(language, ZoneInfo("UTC")))


def line_of(text: str, marker: str) -> int:
    """The number of the only line that has a marker."""
    lines = [number for number, line in enumerate(text.split("\n"), start=1) if marker in line]
    assert len(lines) == 1, f"on lines {lines}: {marker}"
    return lines[0]
