"""The page of situations is what the rules do."""

from __future__ import annotations

from tests.situations import page


def test_the_page_of_situations_is_what_the_rules_do() -> None:
    written = page.PAGE.read_text("utf-8")
    assert written == page.HEAD + "\n".join(page.played()) + "\n"
