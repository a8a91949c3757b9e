"""Folders that are their own lists: whoever reads one may be the first to be imported."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
READERS = sorted(
    ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    for package in ("bot", "config", "escalation", "handlers", "store")
    for file in (ROOT / package).rglob("*.py")
    if re.search(r"\b(declared|made|named)_in\(", file.read_text("utf-8"))
)


@pytest.mark.parametrize("reader", READERS)
def test_a_list_is_whole_whoever_comes_first(reader: str) -> None:
    words = [sys.executable, "-c", f"import {reader}"]
    subprocess.run(words, check=True, cwd=ROOT)  # noqa: S603  our own words
