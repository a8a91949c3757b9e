"""The bot on the local workspace, which an image has not."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.cli.words import fail, operator_texts
from bot.observe.logs import set_up


@contextmanager
def _local_workspace() -> Iterator[None]:
    """Say it in words where what is imported here stands on a workspace that is not there."""
    try:
        yield
    except ModuleNotFoundError as missing:
        if (missing.name or "").partition(".")[0] != "sandbox":
            raise
        texts = operator_texts()
        fail(texts("There is no local workspace in this installation: use the source instead."))


def demo(*, contract: Path, port: int, speed: float, database: Path | None) -> None:
    """Run the bot on a local workspace until it is stopped."""
    with _local_workspace():
        from bot.stage.demo import demo as demo_workspace
    set_up(level="WARNING")
    asyncio.run(
        demo_workspace(
            contract=contract, port=port, speed=speed, database=database, texts=operator_texts()
        )
    )


def tour(out: Path, story: str) -> int:
    """Play a whole story; 1 where a step was missed."""
    with _local_workspace():
        from bot.stage.change_tour import ChangeTour
        from bot.stage.telling import run
        from bot.stage.tour import Tour
    set_up(level="ERROR")
    return run({"crisis": Tour, "change": ChangeTour}[story], out, operator_texts())
