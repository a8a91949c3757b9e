"""The bot as a process of its own, to be killed: `python -m tests.scenarios.bot_process`.

The environment says where Slack is, which database, which contract and which clock.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
from pathlib import Path

import structlog

from bot.clock import FlowingClock
from bot.command_names import names
from bot.wiring import Bot, ContractText, Plug


async def run(contract: ContractText) -> None:
    """Run until SIGTERM."""
    given = os.environ
    bot = Bot(
        plug=Plug(
            api_url=given["API_URL"],
            bot_token=given["BOT_TOKEN"],
            app_token=given["APP_TOKEN"],
        ),
        database_url=given["DATABASE_URL"],
        contracts=(contract,),
        names=names(),
        clock=FlowingClock.parse(given["CLOCK"]),
    )
    stopping = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)
    await bot.start()
    await stopping.wait()
    await bot.stop()


if __name__ == "__main__":
    logging.basicConfig(level=logging.ERROR, stream=sys.stderr)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    path = Path(os.environ["CONTRACT"])
    asyncio.run(run(ContractText(text=path.read_text(encoding="utf-8"), source="contract")))
