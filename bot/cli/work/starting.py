"""A contract to begin with, and the schema by which editors complete it."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import Any

from bot.cli.words import fail, operator_texts, say, say_json
from config.contract.schema import json_schema
from config.defaults import STARTERS
from handlers.contract.fields import field_words
from handlers.words.texts import Texts

SCHEMA = "contract.schema.json"  # which the starters name on their first line


def init(file: Path, *, language: str) -> None:
    """Write the starter in a language, and the schema beside it where there is none."""
    texts = operator_texts(language=language)
    if file.exists() or file.is_symlink():
        fail(texts("%(file)s is there already, and stays as it is: name another.", file=file))
    beside = file.with_name(SCHEMA)
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("x", encoding="utf-8") as written:
        written.write((STARTERS / f"{texts.language}.toml").read_text("utf-8"))
    if not beside.exists():
        beside.write_text(json.dumps(_schema(texts), indent=2, ensure_ascii=False) + "\n", "utf-8")
    say(
        texts(
            "%(file)s is a small contract that works, and %(schema)s lets your editor complete and "
            "explain it. Put your own firms, people and times in it, then:",
            file=file,
            schema=beside,
        )
    )
    say(f"  escalade check {file}\n  escalade plan {file}")


def schema(language: str) -> None:
    """Print the schema, each field explained in a language."""
    say_json(_schema(operator_texts(language=language)))


def _schema(texts: Texts) -> dict[str, Any]:
    return json_schema(partial(field_words, texts=texts))
