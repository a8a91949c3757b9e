from __future__ import annotations

import asyncio
import time

import pytest

from tests.patience import MOMENT_SECONDS


async def test_what_the_process_sleeps_through_wears_no_patience_out() -> None:
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(0.1):
        before = loop.time()
        time.sleep(0.2)  # noqa: ASYNC251  as if the machine did something else meanwhile
        assert loop.time() - before <= MOMENT_SECONDS
        await asyncio.sleep(0)


async def test_what_never_comes_wears_patience_out() -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await asyncio.Event().wait()


async def test_a_sleep_is_no_shorter_than_it_says() -> None:
    began = time.monotonic()
    await asyncio.sleep(0.1)
    assert time.monotonic() - began >= 0.1
