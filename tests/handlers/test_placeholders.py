"""A sentence is given what it says: no name is missing, none is left over."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PLACE = re.compile(r"%\((\w+)\)s")


def said() -> Iterator[tuple[str, set[str], set[str]]]:
    """Each call of `texts` with the sentence itself: where, what it names, what it is given."""
    for package in ("handlers", "bot"):
        for file in sorted((ROOT / package).rglob("*.py")):
            for call in ast.walk(ast.parse(file.read_text("utf-8"))):
                if not isinstance(call, ast.Call) or any(k.arg is None for k in call.keywords):
                    continue
                name = ast.unparse(call.func)
                if not re.fullmatch(r"(\w+\.)*_?texts(\.n)?", name):
                    continue
                sentences = [a.value for a in call.args if isinstance(a, ast.Constant)]
                if not sentences or not isinstance(sentences[0], str):
                    continue
                named = set(PLACE.findall(" ".join(str(each) for each in sentences)))
                given = {str(k.arg) for k in call.keywords} | ({"n"} & named)
                yield f"{file.relative_to(ROOT)}:{call.lineno}", named, given


def test_every_sentence_is_given_what_it_names_and_nothing_else() -> None:
    calls = list(said())
    assert len(calls) > 300
    assert [(where, named ^ given) for where, named, given in calls if named != given] == []
