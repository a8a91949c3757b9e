"""The page docs/situations.md, played from the tests: `python -m tests.situations.page`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module
from inspect import getdoc, getsourcelines
from pathlib import Path
from pkgutil import iter_modules

from tests import situations
from tests.situations.situation import Played

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "situations.md"
HEAD = """\
# Situations: what Escalade does, hour by hour

Rules are easy to read one by one; people live where they meet. Each situation below was worked out
on paper first, then played on the real rules with a moved clock. What is told is in the words that
people read, here in English. Times are Paris time; coverage is 07:30–18:00 from Monday to Friday.
An arrow is a message of Escalade's; a row without one is what somebody does.

The contract: at the provider, Tom Leader then Tess Deputy (level 1; by night Ned Night or Nia
Night, in turns of a week), Sam Delivery then Sue Deputy (level 2), Dan Director (3), Bea Board (4).
At the client, Olga Operations then Otto Deputy (1), Hana Head (2), Cid Cio (3), Eve Executive (4).
Rita Requester asks; Nora Network works for a supplier, whom Rex Representative represents.

`.venv/bin/python -m tests.situations.page` writes this page again; a test fails where it is not
what the rules do.
"""
RULE = re.compile(r"test_([a-z]{3})_(\d+|x)(?:_|$)")


def played() -> Iterator[str]:
    """Each situation: its title, its rule, its story, its table."""
    for module in sorted(found.name for found in iter_modules(situations.__path__)):
        if not module.startswith("test_") or module == "test_page":
            continue
        tests = import_module(f"{situations.__name__}.{module}")
        functions = [f for name, f in vars(tests).items() if name.startswith("test_")]
        for play in sorted(functions, key=lambda f: getsourcelines(f)[1]):
            page = Played()
            play(page)
            assert page.situation is not None, play.__name__
            title, _, story = (getdoc(play) or "").partition("\n\n")
            rule = RULE.match(play.__name__)
            yield f"\n## {title.rstrip('.')}\n"
            named = f"{rule[1].upper()}-{rule[2].upper()}" if rule else ""
            yield f"*{named}*. {' '.join(story.split())}\n" if story else f"*{named}*\n"
            yield from page.situation.table(page.topics)


def main() -> None:
    """Write the page."""
    PAGE.write_text(HEAD + "\n".join(played()) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
