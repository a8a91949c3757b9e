"""Records as they are stored: by msgspec, and to the byte as pydantic wrote them before."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter
from pydantic_core import to_json

from escalation.base.durations import Clock, Duration
from escalation.base.evolve import replace
from escalation.base.facts import Fact
from escalation.base.value import Value
from escalation.records.kinds import CRISIS, INCIDENT, KINDS, Kind
from store.schema.kinds import stored
from store.transaction.journal import facts_json
from tests.store.records import incident
from tests.store.test_versions import first_rows

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    str: TEXT,
    bool: st.booleans(),
    int: st.integers(-(2**53), 2**53),
    NoneType: st.none(),
    date: st.dates(),
    datetime: st.datetimes(timezones=st.just(UTC)),
    timedelta: st.timedeltas(timedelta(days=-9999), timedelta(days=9999)),
    Duration: st.builds(Duration, seconds=st.integers(0, 10**7))
    | st.builds(Duration, days=st.integers(0, 99), clock=st.just(Clock.WORKING_DAYS)),
}


@cache
def of_type(kind: Any) -> st.SearchStrategy[Any]:
    """Whatever a record may hold in a field of that type."""
    if kind in PLAIN:
        return PLAIN[kind]
    origin, inner = get_origin(kind), get_args(kind)
    if origin in {Union, UnionType}:
        return st.one_of(*map(of_type, inner))
    if origin is tuple:
        return st.lists(of_type(inner[0]), max_size=2).map(tuple)
    if origin is frozenset:
        return st.frozensets(of_type(inner[0]), max_size=2)
    if origin is dict:
        return st.dictionaries(*map(of_type, inner), max_size=2)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return st.sampled_from(kind)
    assert is_dataclass(kind), f"say how a {kind} is drawn"
    types = get_type_hints(kind)
    return st.builds(kind, **{each.name: of_type(types[each.name]) for each in fields(kind)})


of_each_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.prefix)


@of_each_kind
@settings(max_examples=40)
@given(data=st.data())
def test_a_record_is_written_and_read_as_the_version_before_did(
    kind: Kind[Any], data: st.DataObject
) -> None:
    record, before = data.draw(of_type(kind.type)), TypeAdapter(kind.type)
    body = stored(kind).body(record)
    assert body == before.dump_json(record).decode()
    assert stored(kind).read(body) == before.validate_json(body) == record


@pytest.mark.parametrize("kind", [INCIDENT, CRISIS], ids=lambda kind: kind.prefix)
def test_what_the_first_version_wrote_is_read_as_then(kind: Kind[Any]) -> None:
    rows = first_rows()[stored(kind).table.name]
    assert rows
    for row in rows:
        assert stored(kind).read(row["body"]) == TypeAdapter(kind.type).validate_json(row["body"])


def test_what_a_newer_version_adds_is_passed_over_and_what_an_older_one_lacks_is_empty() -> None:
    written = json.loads(stored(INCIDENT).body(incident()))
    del written["walks"], written["alarms"]
    body = json.dumps(written | {"colour": {"deep": [1, None]}})
    assert stored(INCIDENT).read(body) == incident()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"state": "asleep"}, "asleep"),
        ({"opened_at": "yesterday"}, "opened_at"),
        ({"pauses": [{"since": 7}]}, r"pauses\[0\]"),
        ({"id": None}, r"\$.id"),
    ],
)
def test_a_bad_body_is_refused_with_its_place(changes: dict[str, Any], said: str) -> None:
    written = json.loads(stored(INCIDENT).body(incident()))
    with pytest.raises(ValueError, match=said):
        stored(INCIDENT).read(json.dumps(written | changes))


FACTS = st.dictionaries(TEXT, st.one_of(*map(of_type, get_args(Fact)[:-1]), st.lists(TEXT)))


@given(facts=FACTS)
def test_con_3_facts_are_written_as_the_version_before_did(facts: dict[str, Fact]) -> None:
    """The text itself is proved: what another version wrote is not taken for forged."""
    assert facts_json(facts) == to_json(facts).decode()


def test_what_an_older_version_lacked_can_be_set_and_is_written_then() -> None:
    written = json.loads(stored(INCIDENT).body(incident()))
    body = json.dumps({name: written[name] for name in written if name not in {"walks", "report"}})
    read = stored(INCIDENT).read(body)
    assert json.loads(stored(INCIDENT).body(read)) == written
    changed = replace(replace(read, title="Other"), report="REP-0001")
    assert changed == incident(title="Other", report="REP-0001")
    assert json.loads(stored(INCIDENT).body(changed)) == written | {
        "title": "Other", "report": "REP-0001",
    }  # fmt: skip
    with pytest.raises(TypeError, match="no field colour"):
        replace(read, colour="red")


def parts(kind: Any) -> set[type]:
    """The dataclasses that a value of this type is made of."""
    if is_dataclass(kind):
        return {kind}.union(*map(parts, get_type_hints(kind).values()))
    return set().union(*map(parts, get_args(kind)))


@pytest.mark.parametrize("kind", [INCIDENT, CRISIS], ids=lambda kind: kind.prefix)
def test_whatever_msgspec_reads_is_a_value_and_so_complete(kind: Kind[Any]) -> None:
    assert {part for part in parts(kind.type) if not issubclass(part, Value)} == set()
