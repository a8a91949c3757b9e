"""Looking something up in Slack: once for all who ask, and never as if it were sending."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from bot.slack.budgeted_client import ERRAND, Errand
from bot.slack.calls import NotSent, Uncertain, sure
from escalation.messages.effects import Rank

T = TypeVar("T")

AGAIN_SECONDS = 2.0


async def looked_up(call: Awaitable[Any]) -> Any:
    """Await a call that only reads; raises NotSent or Undeliverable.

    That it got no answer makes nothing uncertain: it may be made again at any time.
    """
    try:
        return await sure(call)
    except Uncertain as doubt:
        raise NotSent(str(doubt), doubt.seconds or AGAIN_SECONDS) from doubt


@contextmanager
def errand(who: str, *, urgent: bool) -> Iterator[None]:
    """Make calls on behalf of `who`, a place in line at Slack's limits."""
    token = ERRAND.set(Errand(who, Rank.CALL if urgent else Rank.ROUTINE))
    try:
        yield
    finally:
        ERRAND.reset(token)


def hurried() -> bool:
    """Tell whether somebody waits for what is being done: on the spot, or for an urgent message."""
    mine = ERRAND.get()
    return mine is None or mine.rank < Rank.ROUTINE


class Shared:
    """Look-ups under way: whoever asks for the same waits for the same."""

    def __init__(self) -> None:
        self._tasks: dict[str, asyncio.Task[Any]] = {}

    async def ask(
        self,
        key: str,
        work: Callable[[], Coroutine[Any, Any, T]],
        *,
        within: float | None = None,
        late: Callable[[], Exception] | None = None,
    ) -> T:
        """Await what `work` gives; it goes on where whoever asked is cancelled, or waited enough.

        Raises what `work` raises, or `late` (NotSent) where it takes longer than `within` seconds.
        """
        task = self._tasks.get(key)
        if task is None or task.done():  # what has ended knows nothing of this question
            task = self._tasks[key] = asyncio.create_task(work(), name="look-up")
            task.add_done_callback(lambda done: self._ended(key, done))
        done, _ = await asyncio.wait({task}, timeout=within)
        if not done:
            raise late() if late else NotSent("Slack has not answered yet", AGAIN_SECONDS)
        answer: T = task.result()
        return answer

    def _ended(self, key: str, task: asyncio.Task[Any]) -> None:
        if self._tasks.get(key) is task:
            del self._tasks[key]
        if not task.cancelled():
            task.exception()  # whoever waited has it

    async def stop(self) -> None:
        """End all of them."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
