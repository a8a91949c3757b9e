"""The outbox of the store, as the dispatcher and the operator use it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from store.engine.engine import Engine
from store.queues import outbox_admin
from store.queues.outbox_admin import UnsentMessage
from store.transaction import outbox, outbox_order, outbox_posts
from store.transaction.outbox_message import OutboxMessage, OutboxState
from store.transaction.outbox_order import Order


class Outbox:
    """Messages to be sent; filled by transactions alone."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def claim(
        self,
        now: datetime,
        limit: int = 20,
        lease_seconds: float = 60,
        *,
        kept: int = 0,
        oldest_first: bool = False,
        quiet: timedelta = timedelta(0),
    ) -> list[OutboxMessage]:
        """Take messages to send: at most one a destination at a time (`outbox_order.Order`)."""
        lease = timedelta(seconds=lease_seconds)
        mark = self._engine.claim_mark
        order = Order(most=limit, kept=kept, oldest_first=oldest_first, quiet=quiet)
        return await self._engine.write(lambda c: outbox.claim(c, now, order, lease, mark=mark))

    async def renew(
        self, held: Sequence[OutboxMessage], now: datetime, lease_seconds: float
    ) -> set[int]:
        """Hold messages longer that are still being sent; the numbers of those still held."""
        until = now + timedelta(seconds=lease_seconds)
        return await self._engine.write(lambda c: outbox.renew(c, held, until))

    async def put_back(
        self, *back: OutboxMessage, not_before: datetime | None, uncertain: bool
    ) -> bool:
        """Their turn has not come: this counts as no attempt. False where none is held any more."""
        state = OutboxState.UNCERTAIN if uncertain else OutboxState.WAITING
        return await self._engine.write(
            lambda c: outbox.release(c, *back, state=state, not_before=not_before, untried=True)
        )

    async def put_by_method(
        self, message: OutboxMessage, method: str, now: datetime, *, due: datetime, behind: bool
    ) -> bool:
        """Have an urgent message go by another contact method too (`put_by_method`)."""
        return await self._engine.write(
            lambda c: outbox_admin.put_by_method(c, message, method, now, due=due, behind=behind)
        )

    async def original_state(self, message: OutboxMessage) -> OutboxState | None:
        """Return how the message stands whose copy this one is."""
        return await self._engine.look(lambda c: outbox_admin.original_state(c, message))

    async def unsent(self, limit: int = 1000) -> list[UnsentMessage]:
        """The messages that were set aside, and those that wait."""
        return await self._engine.look(lambda c: outbox_admin.unsent(c, limit))

    async def retry(self, numbers: Collection[int] | None) -> int:
        """Put failed messages back, all where None; how many. A running bot sees them by itself."""
        return await self._engine.write(lambda c: outbox_admin.retry(c, numbers))

    async def next_at(self) -> datetime | None:
        """Return when a message may next be taken; None where the outbox is empty."""
        return await self._engine.read_one(outbox_order.next_at)

    async def mark_sent(
        self, *gone: OutboxMessage, channel: str, ts: str, now: datetime, shown: str = ""
    ) -> bool:
        """They left, and stand there, `shown` being a digest of it. False where that was known."""
        return await self._engine.write(
            lambda c: outbox.sent(c, *gone, channel=channel, ts=ts, now=now, shown=shown)
        )

    async def mark_retry(self, message: OutboxMessage, not_before: datetime, error: str) -> bool:
        """It surely did not leave: try again then. False where it is held no more."""
        return await self._engine.write(
            lambda c: outbox.release(
                c, message, state=OutboxState.WAITING, error=error, not_before=not_before
            )
        )

    async def step_aside(self, message: OutboxMessage, not_before: datetime, error: str) -> bool:
        """Try again then, behind all others of its destination. False where it is held no more."""
        return await self._engine.write(lambda c: outbox.step_aside(c, message, error, not_before))

    async def mark_uncertain(
        self, message: OutboxMessage, error: str, not_before: datetime
    ) -> bool:
        """It may have left: comes back as uncertain then."""
        return await self._engine.write(
            lambda c: outbox.release(
                c, message, state=OutboxState.UNCERTAIN, error=error, not_before=not_before
            )
        )

    async def mark_failed(self, message: OutboxMessage, error: str, now: datetime) -> bool:
        """It cannot be sent, and is set aside."""
        return await self._engine.write(
            lambda c: outbox.release(c, message, state=OutboxState.FAILED, error=error, now=now)
        )

    async def mark_dropped(self, message: OutboxMessage, reason: str, now: datetime) -> bool:
        """It is no longer true, and is not sent."""
        return await self._engine.write(
            lambda c: outbox.release(c, message, state=OutboxState.DROPPED, error=reason, now=now)
        )

    async def copies(self, message: OutboxMessage, calls: Collection[str]) -> outbox_posts.Copies:
        """Find what stands of calls of these topics, on a message's subject, where that goes."""
        return await self._engine.look(lambda c: outbox_posts.copies(c, message, calls))

    async def posts(
        self, message: OutboxMessage, questions: Collection[str]
    ) -> Mapping[str, outbox_posts.Post]:
        """The last message of each question, about the subject of a message, where that goes.

        Of those that went alone, and whose words are known.
        """
        return await self._engine.look(lambda c: outbox_posts.posts_of(c, message, questions))

    async def forget_shown(self, message: OutboxMessage, question: str) -> None:
        """Forget what the last message of that question says there."""
        await self._engine.write(lambda c: outbox_posts.forget_shown(c, message, question))

    async def post_of(
        self, contract: str, destination: str, topic: str, subject: str
    ) -> outbox_posts.Post | None:
        """The last message of that topic and subject there."""
        return await self._engine.look(
            lambda c: outbox_posts.post_of(c, contract, destination, topic, subject)
        )
