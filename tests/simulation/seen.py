"""What was logged during a history: the product's own words for what went wrong in it."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import asyncpg
import structlog
from aiohttp import ClientError
from slack_sdk.errors import SlackApiError
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from bot.slack.calls import NotSent, Uncertain, Undeliverable
from tests.simulation.machine import Machine

OUT_OF_REACH = ("08", "57P", "40", "55P03", "25P03", "53300")  # PostgreSQL's own words for it
TROUBLE = (
    asyncpg.PostgresConnectionError, asyncpg.InterfaceError, InterfaceError, OperationalError,
    SlackApiError, ClientError, NotSent, Uncertain, Undeliverable, TimeoutError, ConnectionError,
    asyncio.CancelledError,
)  # fmt: skip


class Seen:
    """The log of one history."""

    def __init__(self) -> None:
        self.entries: list[dict[str, Any]] = []
        self.bugs: list[str] = []

    def __call__(self, _logger: Any, _method: str, event: Any) -> Any:
        """Take one entry of the log."""
        self.entries.append(dict(event))
        error = event.get("exc_info")
        if isinstance(error, bool | tuple):
            error = sys.exc_info()[1]
        if isinstance(error, BaseException):
            self.error(error, str(event.get("event")))
        raise structlog.DropEvent

    def error(self, error: BaseException, where: str) -> None:
        """Take an exception; what the troubles explain is no bug."""
        if not explained(error):
            trace = error.__traceback__
            while trace is not None and trace.tb_next is not None:
                trace = trace.tb_next
            place = (
                f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "somewhere"
            )
            self.bugs.append(f"{where}: {error!r} at {place}")

    def times(self, action: str, **more: Any) -> int:
        """How often something was logged."""
        return sum(
            entry.get("action") == action and all(entry.get(k) == v for k, v in more.items())
            for entry in self.entries
        )


def explained(error: BaseException | None) -> bool:
    """Whether it comes from the troubles that the history has made."""
    while error is not None:
        if isinstance(error, TROUBLE) or _out_of_reach(error):
            return True
        error = error.__cause__ or error.__context__
    return False


def _out_of_reach(error: BaseException) -> bool:
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    state = getattr(getattr(error, "orig", None) or error, "sqlstate", None)
    return str(state or "").startswith(OUT_OF_REACH)


@contextmanager
def monitoring(machine: Machine) -> Iterator[Seen]:
    """See all that is logged, for as long as this lasts."""
    seen = Seen()
    before = structlog.get_config()
    structlog.configure(
        processors=[seen],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        cache_logger_on_first_use=False,
    )

    def unhandled(_: Any, context: dict[str, Any]) -> None:
        error = context.get("exception")
        if error is not None:
            seen.error(error, str(context.get("message")))

    machine.set_exception_handler(unhandled)
    logging.disable(logging.CRITICAL)
    try:
        yield seen
    finally:
        logging.disable(logging.NOTSET)
        structlog.configure(**before)
