"""A machine on which one seed replays exactly: its own time, its own network, no threads.

Time passes only when nothing else can happen. Connections are pipes in memory whose delays come
from the seed; what would go to a thread is done at once. So nothing depends on the real machine.
"""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import Context, ContextVar, copy_context
from functools import partial
from random import Random
from time import perf_counter
from typing import Any

OWNER: ContextVar[str] = ContextVar("owner", default="")  # which bot a task belongs to
GRAIN = 1e-6
MOMENT_SECONDS = 0.05
WORK_SECONDS = 0.02  # the longest that a thread is at work
PATIENCE_SECONDS = 60.0  # real ones, for what is truly outside: a PostgreSQL server


class Stuck(Exception):
    """Nothing can happen any more, and somebody is still waiting."""


class _Leap(selectors.SelectSelector):
    """Instead of waiting, lets the machine's time pass; waits only for what is truly outside."""

    machine: Machine
    _in_vain = 0.0

    def select(self, timeout: float | None = None) -> Any:
        self.machine.leap(GRAIN)  # nothing is done in no time: a wait's last moment passes too
        ready = super().select(0)
        if ready or (timeout is not None and timeout <= 0):
            return ready
        if self.machine.outside:
            return self._wait_truly(timeout)
        if timeout is None:
            raise Stuck("nobody is left to act, and time has nothing to bring")
        self.machine.leap(timeout)
        return ready

    def _wait_truly(self, timeout: float | None) -> Any:
        """Wait for what is outside: meanwhile time flows as it really does."""
        began = perf_counter()
        ready = super().select(MOMENT_SECONDS if timeout is None else min(timeout, MOMENT_SECONDS))
        waited = perf_counter() - began
        self.machine.leap(waited if timeout is None else min(waited, timeout))
        self._in_vain = 0.0 if ready else self._in_vain + waited
        if self._in_vain > PATIENCE_SECONDS:
            raise Stuck("the server does not answer")
        return ready


class Machine(asyncio.SelectorEventLoop):
    """An event loop whose time, network and order of events follow from a seed alone."""

    def __init__(self, rng: Random) -> None:
        self._moment = 0.0
        self.rng = rng
        self.slow = 0.0  # seconds that bytes may be under way now
        self.outside = 0  # how many are waiting for the real world
        self.tasks: dict[asyncio.Task[Any], str] = {}
        self.listening: dict[int, tuple[Callable[[], Any], Context]] = {}
        self.pipes: list[Any] = []  # what is cut with its owner
        self._port = 20_000
        selector = _Leap()
        selector.machine = self
        super().__init__(selector)
        self.set_task_factory(self._task)

    def time(self) -> float:
        """Seconds since the machine began."""
        return self._moment

    def leap(self, seconds: float) -> None:
        """Let time pass."""
        self._moment += seconds

    @contextmanager
    def waiting_outside(self) -> Iterator[None]:
        """Meanwhile somebody waits for the real world."""
        self.outside += 1
        try:
            yield
        finally:
            self.outside -= 1

    async def create_connection(self, *args: Any, **more: Any) -> Any:
        """Connect to what is truly outside."""
        with self.waiting_outside():
            return await super().create_connection(*args, **more)

    def longest_latency(self) -> float:
        """How long bytes may be under way."""
        return 0.0206 + self.slow

    def latency(self) -> float:
        """How long the next bytes are under way."""
        return 0.0005 + self.rng.random() ** 3 * (0.02 + self.slow)

    def _task(self, loop: Any, coro: Any, **more: Any) -> asyncio.Task[Any]:
        task = asyncio.Task(coro, loop=loop, **more)
        context = more.get("context")
        self.tasks[task] = OWNER.get() if context is None else context.get(OWNER, "")
        task.add_done_callback(self._over)
        return task

    def _over(self, task: asyncio.Task[Any]) -> None:
        self.tasks.pop(task, None)

    def kill(self, owner: str) -> list[asyncio.Task[Any]]:
        """End all that belongs to somebody: tasks are cancelled, connections cut."""
        mine = [task for task, whose in self.tasks.items() if whose == owner]
        for pipe in [pipe for pipe in self.pipes if pipe.owner == owner]:
            pipe.abort()
        for task in mine:
            if not _closes(task):  # a connection that is cut; SQLAlchemy warns of those not closed
                task.cancel()
        return mine

    def run_in_executor(
        self, executor: Any, func: Callable[..., Any], *args: Any
    ) -> asyncio.Future[Any]:
        """Do at once what would be done by a thread; it is known a moment later."""
        future: asyncio.Future[Any] = self.create_future()
        try:
            tell = partial(future.set_result, func(*args))
        except Exception as error:  # noqa: BLE001  # it is handed on
            tell = partial(future.set_exception, error)
        self.call_later(self.rng.random() ** 3 * WORK_SECONDS, _unless_done, future, tell)
        return future

    async def create_server(
        self, protocol_factory: Any, host: Any = None, port: int = 0, **_: Any
    ) -> Listener:
        """Listen on a port of this machine alone."""
        if not port:
            self._port += 1
            port = self._port
        self.listening[port] = (protocol_factory, copy_context())
        return Listener(self, port)

    async def call_port(self, port: int, client: Callable[[], Any]) -> tuple[Pipe, Any]:
        """Connect to a port; raises ConnectionRefusedError where nobody listens."""
        await asyncio.sleep(self.latency())
        if port not in self.listening:
            raise ConnectionRefusedError(111, "nobody listens")
        factory, theirs = self.listening[port]
        near, far = Pipe(self, OWNER.get(), copy_context()), Pipe(self, "", theirs)
        near.peer, far.peer = far, near
        far.adopt(theirs.copy().run(factory))
        near.adopt(client())
        return near, near.protocol


def _unless_done(future: asyncio.Future[Any], tell: Callable[[], None]) -> None:
    if not future.done():  # whoever waited may have been killed
        tell()


def _closes(task: asyncio.Task[Any]) -> bool:
    return getattr(task.get_coro(), "__qualname__", "") == "AsyncConnection.close"


class Listener:
    """What `create_server` gives."""

    def __init__(self, machine: Machine, port: int) -> None:
        self._machine = machine
        self._port = port
        self.sockets = [self]

    def getsockname(self) -> tuple[str, int]:
        """Where it listens."""
        return "127.0.0.1", self._port

    def close(self) -> None:
        """Listen no more."""
        self._machine.listening.pop(self._port, None)

    async def wait_closed(self) -> None:
        """It is closed at once."""


class Pipe(asyncio.Transport):
    """One end of a connection in memory; bytes arrive in order, after a while."""

    peer: Pipe

    def __init__(self, machine: Machine, owner: str, context: Context) -> None:
        super().__init__({"peername": ("127.0.0.1", 1), "sockname": ("127.0.0.1", 2)})
        self._machine = machine
        self.owner = owner
        self.context = context.copy()
        self._last = 0.0
        self._closing = False
        self._paused: list[tuple[Callable[..., None], Any]] | None = None
        machine.pipes.append(self)

    def adopt(self, protocol: Any) -> None:
        """Begin, with this protocol."""
        self.protocol = protocol
        self.context.run(protocol.connection_made, self)

    def _bring(self, deed: Callable[..., None], *args: Any) -> None:
        self._last = max(self._last + GRAIN, self._machine.time() + self._machine.latency())
        self._machine.call_at(self._last, self.peer.arrive, deed, args, context=self.peer.context)

    def arrive(self, deed: Callable[..., None], args: Any) -> None:
        if self._closing:
            return
        if self._paused is not None:
            self._paused.append((deed, args))
            return
        deed(*args)

    def write(self, data: Any) -> None:
        """Send bytes."""
        if not self._closing:
            self._bring(self.peer.received, bytes(data))

    def received(self, data: bytes) -> None:
        self.protocol.data_received(data)

    def ended(self) -> None:
        if not self.protocol.eof_received():
            self.close()

    def close(self) -> None:
        """End the connection, once what was written has arrived."""
        if not self._closing:
            self._bring(self.peer.ended)
            self.end(None)

    def abort(self) -> None:
        """Cut the connection."""
        if not self._closing:
            self.end(None)
            self.peer.end(ConnectionResetError(104, "connection reset"))

    def end(self, error: Exception | None) -> None:
        if not self._closing:
            self._closing = True
            if self in self._machine.pipes:
                self._machine.pipes.remove(self)
            self._machine.call_soon(self.protocol.connection_lost, error, context=self.context)

    def is_closing(self) -> bool:
        """Whether it ends."""
        return self._closing

    def pause_reading(self) -> None:
        """Let what arrives wait."""
        self._paused = self._paused or []

    def resume_reading(self) -> None:
        """Take what waited."""
        waiting, self._paused = self._paused or [], None
        for deed, args in waiting:
            self._machine.call_soon(self.arrive, deed, args, context=self.context)

    def is_reading(self) -> bool:
        """Whether what arrives is taken."""
        return self._paused is None

    def get_write_buffer_size(self) -> int:
        """Nothing ever waits here."""
        return 0

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        """There is no limit."""

    def can_write_eof(self) -> bool:
        """Half of a connection is never closed."""
        return False

    def get_protocol(self) -> Any:
        """Who listens."""
        return self.protocol

    def set_protocol(self, protocol: Any) -> None:
        """Let somebody else listen."""
        self.protocol = protocol
