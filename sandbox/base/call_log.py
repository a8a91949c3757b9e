"""Log of what was asked of the Web API, and what it answered."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Call:
    """One call of a Web API method."""

    method: str
    args: dict[str, Any]
    ok: bool
    error: str | None
    time: float
    actor: str | None
    status: int = 200


class CallLog:
    """All calls, in the order they came; the oldest are let go."""

    def __init__(self, keep: int = 50_000) -> None:
        self._calls: list[Call] = []
        self._keep = keep

    def add(self, call: Call) -> None:
        """Write a call down."""
        self._calls.append(call)
        if len(self._calls) > self._keep:
            del self._calls[: self._keep // 10]

    def clear(self) -> None:
        """Forget everything."""
        self._calls.clear()

    def of(self, method: str, *, ok: bool | None = None) -> list[Call]:
        """List the calls of one method, all or only those that went well or badly."""
        return [c for c in self._calls if c.method == method and ok in {None, c.ok}]

    def __iter__(self) -> Iterator[Call]:
        return iter(self._calls)

    def __len__(self) -> int:
        return len(self._calls)

    def __getitem__(self, index: int) -> Call:
        return self._calls[index]
