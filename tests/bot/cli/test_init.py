"""`escalade init`: a new customer begins with a contract that works, in their language."""

from __future__ import annotations

import json
import re
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from jsonschema import Draft202012Validator
from typer.testing import CliRunner, Result

from bot.cli.app import app
from config.defaults import STARTERS
from config.fields import contract_kinds, schema_fields
from handlers.contract.fields import FIELDS, field_words
from handlers.words.texts import LANGUAGES, Texts
from tests.config.contract.test_schema import as_json


def escalade(*words: str, language: str = "en") -> Result:
    return CliRunner().invoke(app, words, env={"ESCALADE_LANGUAGE": language, "COLUMNS": "80"})


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_new_customer_goes_from_init_to_check_to_plan(tmp_path: Path, language: str) -> None:
    file = tmp_path / "contracts" / "ours.toml"
    begun = escalade("init", str(file), language=language)
    assert begun.exit_code == 0, begun.output
    text = file.read_text("utf-8")
    assert text == (STARTERS / f"{language}.toml").read_text("utf-8")
    assert text.startswith("#:schema ./contract.schema.json\n")
    for command in re.findall(r"escalade (check|plan) (\S+)", begun.output):
        done = escalade(*command, language=language)
        assert done.exit_code == 0, done.output
    schema = json.loads((file.parent / "contract.schema.json").read_text("utf-8"))
    assert not list(Draft202012Validator(schema).iter_errors(as_json(text)))


def test_init_overwrites_nothing(tmp_path: Path) -> None:
    file, schema = tmp_path / "ours.toml", tmp_path / "contract.schema.json"
    schema.write_text("{}", "utf-8")
    assert escalade("init", str(file)).exit_code == 0
    assert schema.read_text("utf-8") == "{}"
    file.write_text("mine", "utf-8")
    refused = escalade("init", str(file))
    assert (refused.exit_code, file.read_text("utf-8")) == (2, "mine")
    assert "is there already" in refused.output
    assert "existe déjà" in escalade("init", str(file), language="fr").output


def test_every_field_of_the_schema_is_described_in_each_language() -> None:
    fields = {kind.__name__: {"", *schema_fields(kind)} for kind in contract_kinds()}
    assert {table: set(described) for table, described in FIELDS.items()} == fields
    printed = {each: escalade("schema", "--language", each).stdout for each in LANGUAGES}
    for language in LANGUAGES:
        schema = json.loads(printed[language])
        tables = {**schema["$defs"], "Contract": schema}
        texts = Texts(language, ZoneInfo("UTC"))
        for table, names in fields.items():
            for name in names:
                holder = tables[table]["properties"][name] if name else tables[table]
                assert holder["description"] == field_words(table, name, texts)
                other = field_words(table, name, Texts("en", texts.zone))
                assert (holder["description"] == other) == (language == "en"), (table, name)
