"""The house stays one that a reader finds the way in: small folders, small files."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PRODUCT = ("bot", "handlers", "escalation", "store", "config", "sandbox")
FOLDERS = sorted(
    {file.parent for package in PRODUCT for file in (ROOT / package).rglob("*.py")}, key=str
)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: str(folder.relative_to(ROOT)))
def test_a_folder_holds_at_most_fifteen_files_of_at_most_five_hundred_lines(folder: Path) -> None:
    files = sorted(folder.glob("*.py"))
    assert folder / "__init__.py" in files or folder.name == "versions", "nobody checks it else"
    assert len(files) <= 15, "give what belongs together a folder of its own"
    long = [file.name for file in files if len(file.read_text("utf-8").splitlines()) > 500]
    assert long == [], "look for the second thing that it does"
