"""A way between two processes that can stop passing: a TCP proxy on loopback."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Self


class Wire:
    """Passes on to a port, until it hangs: then nothing passes, and nothing is said."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._passing = asyncio.Event()
        self._passing.set()
        self._ends: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self.port = 0

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._server is not None:
            self._server.close()
        await asyncio.sleep(0)  # who is let in just now begins
        self.cut()
        for each in list(self._tasks):
            each.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.sleep(0)  # what was cut is closed

    async def hang(self, seconds: float) -> None:
        """Pass nothing for that long; what hung then is cut, and what was in it is gone."""
        self._passing.clear()
        await asyncio.sleep(seconds)
        self.cut()
        self._passing.set()

    def cut(self) -> None:
        """Cut every connection without a word."""
        for end in list(self._ends):
            end.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._ends.add(writer)
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        far: asyncio.StreamWriter | None = None
        try:
            await self._passing.wait()
            back, far = await asyncio.open_connection("127.0.0.1", self._to)
            self._ends.add(far)
            async with asyncio.TaskGroup() as both:
                both.create_task(self._pump(reader, far))
                both.create_task(self._pump(back, writer))
        except* (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            for end in (writer, far):
                if end is not None:
                    self._ends.discard(end)
                    end.transport.abort()

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        while data := await source.read(65536):
            await self._passing.wait()
            if sink.transport.is_closing():
                return
            sink.write(data)
            with contextlib.suppress(ConnectionError):
                await sink.drain()
        with contextlib.suppress(OSError, RuntimeError):
            if sink.can_write_eof():
                sink.write_eof()
        if sink.transport.is_closing():
            raise ConnectionResetError
