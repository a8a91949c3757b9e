"""Begets bots: a process with all modules loaded, which forks one for each line it reads.

`python -m tests.kills.nursery`: a line of JSON says what the bot is to be; the answer is its
process id. A bot begun so is there in a fraction of a second, and is a process like any other.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import signal
import sys
import traceback
from pathlib import Path
from typing import Any

import structlog

import bot.app.wiring
import bot.delivery.dispatcher
from bot.app.setup import Monitoring, Setup, SlackConnection
from bot.app.starting import start
from bot.clock import FlowingClock
from bot.slack.budget import SlackBudget
from config.command_names import names
from config.contract.file import ContractText
from tests.kills.board import Board, Step
from tests.kills.marks import mark, never_early
from tests.kills.town import SEPARATOR
from tests.simulation.contracts import SECRETS
from tests.simulation.seen import explained


def _watch(errors: Path) -> Any:
    """A logger that keeps what no trouble explains."""

    def complain(text: str) -> None:
        with errors.open("a") as file:
            file.write(text + SEPARATOR)

    def processor(_logger: Any, _method: str, event: Any) -> Any:
        error = event.get("exc_info")
        if isinstance(error, bool | tuple):
            error = sys.exc_info()[1]
        if isinstance(error, BaseException) and not explained(error):
            complain(f"{event}\n{''.join(traceback.format_exception(error))}")
        raise structlog.DropEvent

    structlog.configure(
        processors=[processor],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        cache_logger_on_first_use=False,
    )
    logging.disable(logging.CRITICAL)
    never_early(complain)
    return complain


async def _live(given: dict[str, Any], complain: Any) -> None:
    setup = Setup(
        connection=SlackConnection(
            api_url=given["api_url"],
            bot_token=given["bot_token"],
            app_token=given["app_token"],
            call_timeout=given["call_timeout"],
            socket_patience=2.0,
            socket_look=0.5,
        ),
        database_url=given["database"],
        contracts=(ContractText(text=given["text"], source="contract"),),
        names=names(),
        clock=FlowingClock.parse(given["clock"]),
        monitoring=Monitoring(port=given["port"]),
        secret=lambda name: SECRETS.get(name, ""),
    )
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, stopping.set)

    def unhandled(_: Any, context: dict[str, Any]) -> None:
        error = context.get("exception")
        if error is not None and not explained(error):
            complain(f"unhandled: {context['message']} {error!r}")

    loop.set_exception_handler(unhandled)
    if not given["pace"]:
        SlackBudget.ask = lambda *_, **__: 0.0
    bot.delivery.dispatcher.LEASE_SECONDS = given["lease"]
    bot.delivery.dispatcher.LEASE_MARGIN_SECONDS = given["lease"] / 5
    bot.delivery.dispatcher.RENEW_SECONDS = given["lease"] / 3
    while True:
        try:
            it = await start(setup)
            break
        except Exception as error:  # as an operator's supervisor would, start again
            if not explained(error) and type(error).__name__ != "DatabaseTrouble":
                raise
            await asyncio.sleep(0.2)
    await stopping.wait()
    await it.stop()


def _child(given: dict[str, Any]) -> None:
    status = 1
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        Step.board, Step.slot = Board(Path(given["board"])), given["slot"]
        complain = _watch(Path(given["errors"]))
        given["text"] = Path(given["contract"]).read_text("utf-8")
        try:
            asyncio.run(_live(given, complain))
            status = 0
        except BaseException:  # noqa: BLE001  it is complained of
            complain(f"ended: {traceback.format_exc()}")
    finally:
        os._exit(status)


def main() -> None:
    """Fork for each line, until there are no more."""
    mark()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the dead
    for line in sys.stdin:
        pid = os.fork()
        if not pid:
            with contextlib.suppress(OSError):
                os.close(0)
            _child(json.loads(line))
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
