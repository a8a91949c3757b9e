"""Every relative link in the documentation leads to a file, and to a heading it has."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
GLOSSARY = ROOT / "docs" / "glossary.md"
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"\]\(([^)\s]+)\)")
CODE = re.compile(r"`((?:escalation|handlers|bot|store|config|sandbox|tests|bench)/[\w/.]+\.py)`")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    words = HEADING.findall(FENCED.sub("", page.read_text("utf-8")))
    return {re.sub(r"[^\w\- ]", "", word).strip().lower().replace(" ", "-") for word in words}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_relative_link_leads_somewhere(page: Path):
    broken = []
    for link in LINK.findall(page.read_text("utf-8")):
        if re.match(r"[a-z]+:", link):
            continue
        file, _, anchor = link.partition("#")
        target = (page.parent / file).resolve() if file else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert broken == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_file_that_a_page_names_exists(page: Path):
    named = CODE.findall(FENCED.sub("", page.read_text("utf-8")))
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_there_is_documentation():
    names = {page.relative_to(ROOT).as_posix() for page in PAGES}
    assert {"README.md", "docs/guide.md", "docs/guide.fr.md", "docs/operations.md"} <= names


def test_every_decision_stands_in_the_index() -> None:
    folder = ROOT / "docs" / "adr"
    written = {file.name for file in folder.glob("[0-9]*.md")}
    index = (folder / "README.md").read_text("utf-8")
    listed = re.findall(r"^\| \[\d{4}\]\(([^)]+)\)", index, re.MULTILINE)
    assert sorted(written) == listed


def test_every_french_term_of_the_glossary_stands_in_the_french_texts() -> None:
    texts = [*(ROOT / "handlers").rglob("*.po"), ROOT / "docs" / "guide.fr.md"]
    french = "".join(text.read_text("utf-8") for text in texts).lower().replace("'", "’")
    cells = re.findall(r"^\| .+ \| .+ \| (.+) \|$", GLOSSARY.read_text("utf-8"), re.MULTILINE)
    terms = [term for cell in cells for term in cell.split(", ")]
    terms = [term for term in terms if term not in {"French", "---", "–"}]
    assert len(terms) > 50
    assert [term for term in terms if term not in french] == []
