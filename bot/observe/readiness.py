"""Tell whether the bot can do its work now; and if not, why."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

Ask = Callable[[], Awaitable[list[str]]]


class Readiness:
    """Asks each part that was added why it cannot do its work; until `begun`, it is starting."""

    def __init__(self) -> None:
        self._asked: list[Ask] = []
        self._starting = True

    def add(self, part: Ask) -> None:
        """Ask a part too, from now on."""
        self._asked.append(part)

    def begun(self) -> None:
        """Say no more that the bot is starting."""
        self._starting = False

    async def unready(self) -> list[str]:
        """Return why it cannot do its work now; nothing where it can."""
        why = ["starting"] if self._starting else []
        for part in self._asked:
            why += await part()
        return why
