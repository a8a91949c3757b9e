"""The house stays one that a reader finds the way in: small folders, small files."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PRODUCT = ("bot", "handlers", "escalation", "store", "config", "sandbox")
FOLDERS = sorted(
    {file.parent for top in (*PRODUCT, "bench") for file in (ROOT / top).rglob("*.py")}, key=str
)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: str(folder.relative_to(ROOT)))
def test_a_folder_holds_at_most_fifteen_files_of_at_most_five_hundred_lines(folder: Path) -> None:
    files = sorted(folder.glob("*.py"))
    assert folder / "__init__.py" in files or folder.name == "versions", "nobody checks it else"
    assert len(files) <= 15, "give what belongs together a folder of its own"
    long = [file.name for file in files if len(file.read_text("utf-8").splitlines()) > 500]
    assert long == [], "look for the second thing that it does"


SILENCE = re.compile(r"# (?:noqa: [A-Z0-9, ]*[0-9]|type: ignore\[[a-z, -]+\])")


def test_whoever_silences_a_checker_says_why_on_that_line() -> None:
    folders = (*PRODUCT, "bench", "tests")
    silent = [
        f"{file.relative_to(ROOT)}:{number}"
        for file in sorted(file for folder in folders for file in (ROOT / folder).rglob("*.py"))
        for number, line in enumerate(file.read_text("utf-8").splitlines(), start=1)
        if SILENCE.search(line) and not re.search(r"\w", SILENCE.split(line)[-1])
    ]
    assert silent == [], "what for? in a few words behind it"


CLAUSE = re.compile(
    r"(?:wh(?:at|ether|o|om|ose|ich|en|ere|y|ile)(?:ever)?|whomever|how|that|if|once|until|because)\b",
    re.IGNORECASE,
)


@pytest.mark.parametrize("package", PRODUCT)
def test_a_docstring_begins_with_a_verb_or_a_noun_not_with_a_clause(package: str) -> None:
    described = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    clauses = [
        f"{file.relative_to(ROOT)}:{node.body[0].lineno}"
        for file in sorted((ROOT / package).rglob("*.py"))
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, described) and CLAUSE.match(ast.get_docstring(node) or "")
    ]
    assert clauses == [], "say what it does, or what it is"
