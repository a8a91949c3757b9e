"""The door to the bot over HTTP: one request a connection, proven Slack's before it is read.

First the head, by a strict pattern; then the signature, over the bytes as they come; only what is
signed is handed on. Whoever has not proven to be Slack costs little: a refusal takes its time and
ends the connection, a slow one is cut, of too many the oldest gives way to the newest, and a large
body comes at a pace. The head of a request and its body have five seconds together.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import re
import resource
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus

PATH = "/slack/events"
MOST_BYTES = 512 * 1024  # a form of a hundred full fields is not half as large
MOST_HEAD = 16 * 1024
WHOLE_SECONDS = 5.0
RECENT_SECONDS = 300
REFUSED_SECONDS = 0.25  # before it is said: who sends one after the other sends no faster
LINGER_SECONDS = 0.5  # in which whoever still sends can read that it is refused
MOST_UNPROVEN = 2048  # connections, where the system lets a process have twice as many files
FREE_BYTES = 32 * 1024  # of a body; more than a command, a click or an event takes
BYTES_A_SECOND = 8 * 1024 * 1024  # of all bodies that are larger
READ_BYTES = 16 * 1024  # at once
KINDS = (b"application/x-www-form-urlencoded", b"application/json")

_HEAD = re.compile(
    rb"(?P<method>[!-~]+) (?P<target>[!-~]+) HTTP/1\.[01]\r\n"
    rb"(?P<fields>(?:[!#$%&'*+.^_`|~0-9A-Za-z-]+:[^\r\n\0]*\r\n)*)\r\n"
)
_SIGNATURE = re.compile(rb"v0=([0-9a-f]{64})")
_TIMESTAMP = re.compile(rb"[0-9]{10}")
_LENGTH = re.compile(rb"[0-9]{1,9}")
_READ = frozenset(
    {
        b"content-encoding",
        b"content-length",
        b"content-type",
        b"transfer-encoding",
        b"x-slack-request-timestamp",
        b"x-slack-signature",
    }
)


class Refused(Exception):
    """The request goes no further; `status` is answered."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(str(status))
        self.status = status


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """Facts in the head of a request, and who it claims signed it when."""

    kind: str
    length: int
    timestamp: int
    signature: bytes


def read_head(data: bytes) -> Head:
    """Read the head of a request, up to and with its empty line; raises Refused."""
    found = _HEAD.fullmatch(data)
    if found is None:
        raise Refused(HTTPStatus.BAD_REQUEST)
    if found["target"].partition(b"?")[0] != PATH.encode():
        raise Refused(HTTPStatus.NOT_FOUND)
    if found["method"] != b"POST":
        raise Refused(HTTPStatus.METHOD_NOT_ALLOWED)
    fields = _fields(found["fields"])
    kind = fields.get(b"content-type", b"").partition(b";")[0].strip().lower()
    if kind not in KINDS or fields.get(b"content-encoding", b"identity") != b"identity":
        raise Refused(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    signature = _SIGNATURE.fullmatch(fields.get(b"x-slack-signature", b""))
    timestamp = _TIMESTAMP.fullmatch(fields.get(b"x-slack-request-timestamp", b""))
    if signature is None or timestamp is None:
        raise Refused(HTTPStatus.UNAUTHORIZED)
    length = _LENGTH.fullmatch(fields.get(b"content-length", b""))
    if length is None or b"transfer-encoding" in fields:
        raise Refused(HTTPStatus.LENGTH_REQUIRED)
    if int(length[0]) > MOST_BYTES:
        raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return Head(
        kind=kind.decode(),
        length=int(length[0]),
        timestamp=int(timestamp[0]),
        signature=signature[1],
    )


def _fields(lines: bytes) -> dict[bytes, bytes]:
    """The fields that are read, each given once; raises Refused."""
    fields: dict[bytes, bytes] = {}
    for line in lines.splitlines():
        name, _, value = line.partition(b":")
        if (name := name.lower()) in _READ:
            if name in fields:
                raise Refused(HTTPStatus.BAD_REQUEST)
            fields[name] = value.strip()
    return fields


@dataclass(slots=True)
class Throttle:
    """The wait, in seconds, before more of the large bodies is read."""

    a_second: float = BYTES_A_SECOND
    until: float = 0.0

    def wait(self, count: int, now: float) -> float:
        """Take so many bytes from what may come."""
        self.until = max(self.until, now) + count / self.a_second
        return self.until - now


def room_for_connections() -> int:
    """Count the unproven connections that the system has room for, beside all else; ask more."""
    wanted = 2 * MOST_UNPROVEN
    files, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if files == resource.RLIM_INFINITY:  # -1 on some systems
        return MOST_UNPROVEN
    if files < wanted and most != files:
        files = wanted if most == resource.RLIM_INFINITY else min(wanted, most)
        resource.setrlimit(resource.RLIMIT_NOFILE, (files, most))
    return min(files // 2, MOST_UNPROVEN)


@dataclass(slots=True, kw_only=True)
class Door:
    """State that all connections share. `proven` takes a request that Slack signed.

    `wrongly_signed` is told where it has a signature, of another secret or another moment. `now` is
    the time in unix seconds; what was signed before `opened` is refused: the process that
    may have heard it is gone, and so is what it remembered of it.
    """

    secret: bytes = field(repr=False)
    now: Callable[[], float]
    opened: float
    proven: Callable[[Head, bytes, Connection], None]
    wrongly_signed: Callable[[], None]
    most_unproven: int = MOST_UNPROVEN
    refused_seconds: float = REFUSED_SECONDS
    unproven: OrderedDict[Connection, None] = field(default_factory=OrderedDict)
    throttle: Throttle = field(default_factory=Throttle)
    read: bytearray = field(default_factory=lambda: bytearray(READ_BYTES), repr=False)

    def connection(self) -> Connection:
        """Return what reads a new connection."""
        return Connection(self)

    def enter(self, connection: Connection) -> None:
        """Count a connection; the oldest that has proven nothing gives way to it."""
        self.unproven[connection] = None
        if len(self.unproven) > self.most_unproven:
            next(iter(self.unproven)).cut()

    def leave(self, connection: Connection) -> None:
        """Count a connection no more: it is proven, or it ended."""
        self.unproven.pop(connection, None)

    def check_age(self, head: Head) -> None:
        """Raises Refused where it was not signed just now, and since the door was opened."""
        now = self.now()
        if now < self.opened:  # the clock was set back: it tells no more what was signed before
            self.opened = now - RECENT_SECONDS
        old = abs(now - head.timestamp) > RECENT_SECONDS
        if old or head.timestamp < int(self.opened):
            raise Refused(HTTPStatus.UNAUTHORIZED)


class Connection(asyncio.BufferedProtocol):
    """One connection, on which one request comes."""

    def __init__(self, door: Door) -> None:
        self._door = door
        self._loop = asyncio.get_running_loop()
        self._begun = bytearray()  # the head, until it is whole; then the body
        self._head: Head | None = None
        self._mark = hmac.new(door.secret, digestmod=hashlib.sha256)
        self._over = False
        self._timers: list[asyncio.TimerHandle] = []
        self._transport: asyncio.Transport

    # ── called by the loop ───────────────────────────────────────────────────────────────────

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to wait for a request."""
        self._transport = transport  # type: ignore[assignment]  # of a server, it reads and writes
        self._door.enter(self)
        self._after(WHOLE_SECONDS, self._late)

    def get_buffer(self, sizehint: int) -> bytearray:  # noqa: ARG002  the loop's suggestion
        """Give the place for the next bytes: all connections read into one, and take it at once."""
        return self._door.read

    def buffer_updated(self, nbytes: int) -> None:
        """Take what came."""
        if self._over:
            return
        try:
            self._take(bytes(memoryview(self._door.read)[:nbytes]))
        except Refused as refused:
            if self._head is not None and refused.status is HTTPStatus.UNAUTHORIZED:
                self._door.wrongly_signed()
            self._refuse(refused.status)

    def eof_received(self) -> bool:
        """Nothing more comes; what is answered may still be read."""
        if not self._over:
            self._refuse(HTTPStatus.BAD_REQUEST)
        return True

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002  it makes no difference
        """Forget it."""
        self._over = True
        self._settle()

    # ── one request ──────────────────────────────────────────────────────────────────────────

    def _take(self, data: bytes) -> None:
        if self._head is None:
            before = max(len(self._begun) - 3, 0)
            self._begun += data
            end = self._begun.find(b"\r\n\r\n", before)
            if (end if end >= 0 else len(self._begun)) > MOST_HEAD:
                raise Refused(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
            if end < 0:
                return
            head, data = bytes(self._begun[: end + 4]), bytes(self._begun[end + 4 :])
            self._head = read_head(head)
            self._door.check_age(self._head)
            self._begun = bytearray()
            self._mark.update(b"v0:%d:" % self._head.timestamp)
        self._begun += data
        self._mark.update(data)
        missing = self._head.length - len(self._begun)
        if missing < 0:
            raise Refused(HTTPStatus.BAD_REQUEST)
        if not missing:
            self._prove(self._head)
        elif len(self._begun) > FREE_BYTES:
            self._transport.pause_reading()
            wait = self._door.throttle.wait(len(data), self._loop.time())
            self._after(wait, self._transport.resume_reading)

    def _prove(self, head: Head) -> None:
        if not hmac.compare_digest(self._mark.hexdigest().encode(), head.signature):
            raise Refused(HTTPStatus.UNAUTHORIZED)
        self._over = True
        self._settle()
        self._transport.pause_reading()
        self._door.proven(head, bytes(self._begun), self)

    def _late(self) -> None:
        self._refuse(HTTPStatus.REQUEST_TIMEOUT)

    def _refuse(self, status: HTTPStatus) -> None:
        """Read no more, say so after a moment, and let go."""
        self._over = True
        self._stop_timers()
        self._begun = bytearray()
        self._transport.pause_reading()
        self._after(self._door.refused_seconds, partial(self._say_refused, status))

    def _say_refused(self, status: HTTPStatus) -> None:
        self._transport.write(answer(status))
        with suppress(OSError):  # whoever sent it is gone
            self._transport.write_eof()
        self._after(LINGER_SECONDS, self._transport.abort)

    def say(self, status: HTTPStatus, kind: str, body: bytes) -> None:
        """Answer a proven request, and end the connection."""
        if not self._transport.is_closing():
            self._transport.write(answer(status, kind, body))
            self._transport.close()

    def cut(self) -> None:
        """End the connection at once."""
        self._over = True
        self._settle()
        self._transport.abort()

    def _after(self, seconds: float, call: Callable[[], None]) -> None:
        self._timers.append(self._loop.call_later(seconds, call))

    def _stop_timers(self) -> None:
        for timer in self._timers:
            timer.cancel()
        self._timers.clear()

    def _settle(self) -> None:
        self._stop_timers()
        self._door.leave(self)


def answer(status: HTTPStatus, kind: str = "text/plain", body: bytes = b"") -> bytes:
    """An answer as it goes over the wire; it is the last of its connection."""
    head = (
        f"HTTP/1.1 {status} {status.phrase}\r\nContent-Type: {kind}; charset=utf-8\r\n"
        f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    return head.encode("ascii") + body
