"""What the tests of several folders ask for."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
import structlog
from hypothesis import HealthCheck, settings
from sqlalchemy import Engine

from bot.app import timekeeping
from bot.operate.gc_tuning import search_seldom
from bot.stage import stage
from config.contract import file
from config.contract.file import read_contract, recall_contract
from store.engine.engine import migrate
from tests import postgres
from tests.databases import DATABASES, Make, copied_url
from tests.patience import PatientLoop

if (memory := postgres.in_memory()) is not None:  # `tmp_path`: a commit waits for no disk
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(memory))

structlog.configure(  # as `bot.observe.logs`: a pretty trace takes longer to draw than Slack waits
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.dev.ConsoleRenderer(
            colors=False, exception_formatter=structlog.dev.plain_traceback
        ),
    ]
)


@pytest.fixture(autouse=True)
def _logs_as_before() -> Iterator[None]:
    """A command that sets the logs up binds them to its own test's output."""
    root = logging.getLogger()
    handlers, level, structured = root.handlers[:], root.level, structlog.get_config()
    yield
    root.handlers[:], root.level = handlers, level
    structlog.configure(**structured)


# a busy machine is slow, not wrong: how long an example takes, or to make one, is no fault
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


IN_TURN = ("sqlite", "postgresql", "sqlite", "sqlite")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave each case of what is marked `databases_in_turn` to one database, in turn.

    What such a module is about is Slack, people or a clock, whatever keeps the records: it runs on
    both databases, and each of its cases costs one bot instead of two. One of four runs on
    PostgreSQL, where it costs three times as much. A module of one case keeps both.
    """
    cases: dict[Path, dict[str, list[pytest.Item]]] = {}
    for item in items:
        if not (item.get_closest_marker("databases_in_turn") and isinstance(item, pytest.Function)):
            continue
        if "database" in item.fixturenames:
            case = re.sub("|".join(DATABASES), "", item.nodeid)
            cases.setdefault(item.path, {}).setdefault(case, []).append(item)
    left = {
        item
        for module in cases.values()
        if len(module) > 1
        for number, (_, same) in enumerate(sorted(module.items()))
        for item in same
        if item.callspec.params["database"] != IN_TURN[number % len(IN_TURN)]
    }
    if left:
        config.hook.pytest_deselected(items=list(left))
        items[:] = [item for item in items if item not in left]


def pytest_collection_finish(session: pytest.Session) -> None:
    """What was imported and collected stays to the end: it is not searched for garbage again."""
    search_seldom()


def pytest_asyncio_loop_factories(
    config: pytest.Config, item: pytest.Item
) -> Mapping[str, type[PatientLoop]]:
    """Every asynchronous test runs on a loop that a busy machine does not hurry."""
    return {"patient": PatientLoop}


@pytest.fixture(autouse=True, scope="session")
def _contracts_read_once() -> Iterator[None]:
    """Hundreds of bots begin with the same few texts."""
    with pytest.MonkeyPatch.context() as patch:
        read, recall = lru_cache(64)(read_contract), lru_cache(64)(recall_contract)
        for module in (stage, file):
            patch.setattr(module, "read_contract", read)
        for module in (timekeeping, file):
            patch.setattr(module, "recall_contract", recall)
        yield


class _Compiled(dict[tuple[Any, ...], Any]):
    """What SQLAlchemy compiled, for all engines of a dialect: it keeps it for each."""

    def get(self, key: tuple[Any, ...], default: Any = None) -> Any:
        return super().get((type(key[0]), *key[1:]), default)

    def __setitem__(self, key: tuple[Any, ...], compiled: Any) -> None:
        super().__setitem__((type(key[0]), *key[1:]), compiled)


@pytest.fixture(autouse=True, scope="session")
def _statements_compiled_once() -> Iterator[None]:
    """Hundreds of bots ask the same few hundred things, each by engines of its own."""
    begin, compiled = Engine.__init__, _Compiled()

    def beginning(engine: Engine, *args: Any, **options: Any) -> None:
        begin(engine, *args, **options)
        engine._compiled_cache = compiled

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Engine, "__init__", beginning)
        yield


@pytest.fixture
def beginning() -> Make:
    """What makes the database that `database` is a copy of: it has its tables."""
    return migrate


@pytest.fixture(params=DATABASES)
def database(request: pytest.FixtureRequest, tmp_path: Path, beginning: Make) -> Iterator[str]:
    """The address of a fresh database, of each kind in turn."""
    url = copied_url(request.param, tmp_path, beginning)
    yield url
    if request.param == "postgresql":
        postgres.drop(url)
