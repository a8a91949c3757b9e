from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import pytest

from escalation.contract import Contract
from escalation.decision.transaction import Transaction
from escalation.plan.memory import Memory
from store.database import Store
from tests import postgres
from tests.agreement import agreement
from tests.databases import DATABASES, migrated_url, url_of
from tests.store.records import NOON

T = TypeVar("T")


def read_contract(text: str) -> Contract:
    """The tests' contract files hold nothing but the contract's id and name."""
    contract_id, _, name = text.partition(" ")
    return agreement(id=contract_id, name=name)


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Store]:
    """A store with two contracts in force."""
    async with Store(url, read_contract=read_contract) as store:
        for contract in ("acme", "other"):
            await store.contracts.put_in_force(contract, "v1", f"{contract} First", NOON)
        yield store


@pytest.fixture(params=DATABASES)
def unused(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database without any table."""
    return url_of(request.param, tmp_path)


@pytest.fixture
async def store(database: str) -> AsyncIterator[Store]:
    async with opened(database) as store:
        yield store


@pytest.fixture
def shared(tmp_path: Path) -> Iterator[str]:
    """The address of a fresh PostgreSQL database."""
    url = migrated_url("postgresql", tmp_path)
    yield url
    postgres.drop(url)


@pytest.fixture
async def trio(shared: str) -> AsyncIterator[list[Store]]:
    """Three replicas; the contracts are in force."""
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(opened(shared)) for _ in range(3)]


class InMemory:
    """The dictionary behind the same door as the store."""

    def __init__(self) -> None:
        self.memory = Memory(
            *(agreement(id=contract, name="First") for contract in ("acme", "other"))
        )

    async def run(self, work: Callable[[Transaction], T], *, now: datetime) -> T:
        self.memory.now = now
        return self.memory._whole(lambda: work(self.memory))

    @property
    def contracts(self) -> InMemory:
        return self

    async def put_in_force(self, contract: str, version: str, text: str, _now: datetime) -> None:
        self.memory.amend(replace(read_contract(text), version=version))


@pytest.fixture(params=["memory", *DATABASES])
async def keeper(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Any]:
    """Whatever keeps records: the dictionary of the rules' tests, and the real store."""
    if request.param == "memory":
        yield InMemory()
        return
    async with opened(migrated_url(request.param, tmp_path)) as store:
        yield store
