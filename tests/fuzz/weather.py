"""What answers in Slack's place: the faults of the workspace, and answers that are bent or late."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any
from unittest import mock

from bot.slack.answers import READ
from sandbox import App, Workspace
from sandbox.base.fault import DONE, KINDS, Fault, FaultPlan
from sandbox.routes import odd, slack
from sandbox.webapi import Answer, dispatch
from tests.fuzz.test_bent import MISSING, places, put

UNKNOWN = "no_such_error_yet"  # an error that nobody here has ever heard of
BENT = DONE + "bent"  # Slack's own answer, with something missing or of another type
LATE = DONE + "hang"  # Slack does it, and its answer never comes
EVERY_KIND = (*KINDS, f"error:{UNKNOWN}", BENT, LATE)
HUGE_BYTES = 9_000_000  # more than the bot reads of an answer

Bend = tuple[int, Any]  # in the so-manieth place of an answer, this value


@dataclass(frozen=True)
class Trouble:
    """Something else answers a method, from a step of the story on, for so many seconds."""

    method: str
    kind: str
    step: int = 0
    seconds: float = 90.0
    retry_after: int | str = 3
    bends: tuple[Bend, ...] = ()


class Weather(FaultPlan):
    """What answers in Slack's place now; `struck` says how often it did."""

    def __init__(self, workspace: Workspace, room: str) -> None:
        super().__init__()
        self._workspace = workspace
        self._no_rooms = room == "borrowed"
        self._until: list[tuple[float, Trouble]] = []
        self._bends: tuple[Bend, ...] = ()
        self.struck: Counter[str] = Counter()

    def begin(self, trouble: Trouble) -> None:
        """It begins."""
        self._until.append((self._workspace.now() + trouble.seconds, trouble))

    def end(self) -> None:
        """Slack is well again."""
        self._until.clear()
        self.clear()

    def take(self, method: str) -> Fault | None:
        """Give the fault that strikes this call."""
        for until, trouble in self._until:
            fault = Fault(trouble.method, trouble.kind, retry_after=trouble.retry_after)
            if self._workspace.now() < until and fault.matches(method):
                self.struck[method] += 1
                self._bends = trouble.bends
                fault.method = method
                return fault
        if method == "conversations.create" and self._no_rooms:
            return Fault(method, "error:restricted_action")
        return None

    @contextmanager
    def blowing(self) -> Iterator[None]:
        """For as long as this lasts, Slack also gives answers that are bent, or too late."""
        honest = dispatch.done

        def done(fault: Fault, body: dict[str, Any], app: App | None = None) -> Answer:
            if fault.kind == BENT:
                return Answer(bent(body, fault.method, self._bends), app=app)
            if fault.kind == LATE:
                return Answer(body, silence="hang")
            return honest(fault, body, app)

        with ExitStack() as stack:
            for where, name, value in (
                (dispatch, "done", done),
                (slack, "done", done),
                (odd, "HUGE_BYTES", HUGE_BYTES),
            ):
                stack.enter_context(mock.patch.object(where, name, value))
            yield


def bent(body: dict[str, Any], method: str, bends: Sequence[Bend]) -> dict[str, Any]:
    """An answer in some of whose places something is missing, or of another type.

    What may be missing is not taken away: nobody could know.
    """
    body = copy.deepcopy(body)
    for number, value in bends:
        if found := list(places(body)):
            place = found[number % len(found)]
            put(body, place, _odd_at(body, method, place, value))
    return body


def _odd_at(body: dict[str, Any], method: str, place: tuple[Any, ...], value: Any) -> Any:
    there: Any = body
    for key in place:
        there = there[key]
    odd = MISSING if type(value) is type(there) else copy.deepcopy(value)
    return 7 if odd in (MISSING, None) and _may_be_missing(method, place) else odd


def _may_be_missing(method: str, place: tuple[Any, ...]) -> bool:
    way = [key for key in place if isinstance(key, str)]
    optional = [
        part.path.replace("[]", "").split(".") for part in READ.get(method, ()) if not part.needed
    ]
    return any(path[: len(way)] == way for path in optional)
