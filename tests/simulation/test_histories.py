"""A few histories in the suite; `make simulate` plays as many as one likes."""

from __future__ import annotations

import pytest

from tests.simulation.history import tell
from tests.simulation.memories import prepare


@pytest.fixture(autouse=True, scope="module")
def _prepared() -> None:
    prepare()


@pytest.mark.parametrize("seed", range(1, 21))
def test_every_promise_is_kept_in_the_history_of_a_seed(seed: int) -> None:
    told = tell(seed)
    assert not told.broken, told.report()


@pytest.mark.parametrize(("seed", "replicas"), [(1, 3), (2, 2), (4, 3), (9, 3)])
def test_every_promise_is_kept_by_replicas_on_postgresql(seed: int, replicas: int) -> None:
    told = tell(seed, replicas)
    assert not told.broken, told.report()


def test_a_seed_replays_exactly() -> None:
    seeds = (5, 11, 20)
    first, again = ([tell(seed) for seed in seeds] for _ in range(2))
    assert [told.lines for told in first] == [told.lines for told in again]
    assert [told.digest for told in first] == [told.digest for told in again]
    assert len({told.digest for told in first}) == len(seeds)
