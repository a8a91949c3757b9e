"""The JSON Schema that editors use agrees with what the reader takes."""

from __future__ import annotations

import json
import tomllib
from datetime import date, datetime, time
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from jsonschema import Draft202012Validator

from config.contract.schema import json_schema
from handlers.contract.fields import field_words
from handlers.words.texts import Texts
from tests.config.broken import EXAMPLE, variant

WORDS = partial(field_words, texts=Texts("en", ZoneInfo("UTC")))


def as_json(text: str) -> Any:
    def plain(value: object) -> str:
        assert isinstance(value, date | datetime | time)
        return value.isoformat()

    return json.loads(json.dumps(tomllib.loads(text), default=plain))


def complaints(text: str) -> list[str]:
    validator = Draft202012Validator(json_schema(WORDS))
    return [error.json_path for error in validator.iter_errors(as_json(text))]


def test_the_schema_is_one_and_takes_the_example() -> None:
    Draft202012Validator.check_schema(json_schema(WORDS))
    assert complaints(EXAMPLE) == []


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("reopened_times = 2", "reopen_times = 2", "$.escalation"),
        ('snooze = "15m"', 'snooze = "soon"', "$.escalation.snooze"),
        ('opens = "07:30"\n', 'opens = "7h30"\n', "$.coverage.hours.opens"),
        ('closes = "18:00"\ndays = ["mon",', 'closes = "18:00"\ndays = ["lun",',
         "$.coverage.hours.days[0]"),
        ('roles = ["help_desk"]', 'roles = ["helpdesk"]', "$.people[4].roles[0]"),
        ('2 = { acknowledge = "30m", restore = "8h" }\n', "", "$.incidents.targets"),
        ('id = "rivage" ', 'version = "1"\nid = "rivage" ', "$"),
    ],
)  # fmt: skip
def test_what_the_reader_refuses_by_shape_the_schema_refuses_too(
    old: str, new: str, place: str
) -> None:
    assert place in complaints(variant((old, new)))


def test_editors_get_titles_descriptions_and_choices() -> None:
    schema = json_schema(WORDS)
    assert schema["title"] == "Service contract"
    person = schema["$defs"]["Person"]
    assert person["properties"]["organisation"]["title"] == "Organisation"
    assert all(kind.get("description") for kind in schema["$defs"].values())
    assert "team_leader" in schema["$defs"]["Role"]["enum"]
