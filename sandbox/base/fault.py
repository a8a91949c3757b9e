"""Faults that shall happen, and how often."""

import asyncio
from dataclasses import dataclass

# answers that are not Slack's: of a proxy, a balancer, a broken way
ODD = (
    "html_503",
    "html_200",
    "login_redirect",
    "truncated",
    "no_headers",
    "not_an_object",
    "empty",
    "huge",
    "bare_ok",
)
RESPONSE_URL, UPLOAD = ADDRESSES = ("response_url", "upload")
DONE = "done_"  # before an odd kind: Slack has done it, and the answer came to that
KINDS = (
    "ratelimited",
    "retry_after_garbage",
    "http_500",
    "http_503",
    "timeout",
    "hang",
    "reset",
    "done_but_no_answer",
    *ODD,
    *(DONE + kind for kind in ODD),
)


@dataclass
class Fault:
    """Something that goes wrong the next so many times.

    `method` may also be an address that an answer gives: RESPONSE_URL or UPLOAD.
    """

    method: str
    kind: str
    times: int = 1
    retry_after: int | str = 3

    def matches(self, method: str) -> bool:
        """Tell whether it strikes this method: `*` strikes all, `chat.*` a family; no addresses."""
        if self.method.endswith("*"):
            return method not in ADDRESSES and method.startswith(self.method[:-1])
        return self.method == method


class FaultPlan:
    """The faults still to come, in the order they were planned."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._dead_tickets = 0
        self.cleared = asyncio.Event()
        """Set when the faults are cleared: calls that hang hang until then."""

    def add(self, method: str, kind: str, times: int = 1, retry_after: int | str = 3) -> Fault:
        """Plan a fault: one of KINDS, or `error:<code>`."""
        if kind not in KINDS and not kind.startswith("error:"):
            raise ValueError(f"unknown kind of fault {kind!r}: one of {', '.join(KINDS)}, error:…")
        fault = Fault(method, kind, times, retry_after)
        self._faults.append(fault)
        return fault

    def take(self, method: str) -> Fault | None:
        """Give the fault that strikes this call, and count it."""
        for fault in self._faults:
            if fault.matches(method):
                fault.times -= 1
                if fault.times <= 0:
                    self._faults.remove(fault)
                return fault
        return None

    def dead_tickets(self, count: int) -> None:
        """Let the next so many Socket Mode addresses lead nowhere."""
        self._dead_tickets += count

    def take_dead_ticket(self) -> bool:
        """Return whether the ticket being issued is a dead one."""
        if self._dead_tickets:
            self._dead_tickets -= 1
            return True
        return False

    def pending(self) -> list[Fault]:
        """List what has not happened yet."""
        return list(self._faults)

    def clear(self) -> None:
        """Plan nothing any more; calls that hang get no answer, but come to an end."""
        self._faults.clear()
        self._dead_tickets = 0
        self.cleared.set()
        self.cleared = asyncio.Event()
