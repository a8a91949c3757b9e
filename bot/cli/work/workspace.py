"""The bot on the local workspace, which an image has not."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.cli.words import fail, operator_texts
from bot.clock import typed_instant
from bot.observe.logs import set_up
from config.contract.file import read_contracts
from config.defaults import EXAMPLE


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


def demo(
    *, contract: Path, port: int, speed: float, database: Path | None, at: str, language: str
) -> None:
    """Run the bot on a local workspace until it is stopped.

    The example is read by everybody in one language, the operator's; another file only if asked.
    """
    texts = operator_texts(language=language)
    with _local_workspace():
        from bot.stage.demo import demo as demo_workspace
    try:
        begins = typed_instant(at, read_contracts([contract])[0].zone) if at else None
    except (ValueError, OverflowError):
        fail(texts("%(given)s is not an instant; write 2026-07-14T03:00", given=at))
    set_up(level="WARNING")
    spoken = texts.language if language or contract == EXAMPLE else ""
    asyncio.run(
        demo_workspace(
            contract=contract,
            port=port,
            speed=speed,
            database=database,
            begins=begins,
            spoken=spoken,
            texts=texts,
        )
    )


def tour(out: Path, story: str, language: str) -> int:
    """Play a whole story; 1 where a step was missed."""
    with _local_workspace():
        from bot.stage.change_tour import ChangeTour
        from bot.stage.telling import run
        from bot.stage.tour import Tour
    set_up(level="ERROR")
    return run(
        {"crisis": Tour, "change": ChangeTour}[story], out, operator_texts(language=language)
    )
