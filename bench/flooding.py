"""Those who have no signature: they send as fast as it goes, or never end what they began."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from itertools import count

from bench.process import say, told_to_go
from bot.web.slack_door import PATH

SECRET = "the bench's"  # noqa: S105  of nothing else
LARGE = b"a=b&" * (128 * 1024)  # 512 KiB
DROPPERS, DROPPED_A_SECOND = 50, 500


def _request(body: bytes, *signed: str) -> bytes:
    lines = [
        f"POST {PATH} HTTP/1.1",
        "Host: bench",
        "Content-Type: application/x-www-form-urlencoded",
        f"Content-Length: {len(body)}",
        *signed,
    ]
    return "\r\n".join([*lines, "", ""]).encode() + body


def _marked(moment: int, mark: str) -> tuple[str, str]:
    return f"X-Slack-Request-Timestamp: {moment}", f"X-Slack-Signature: v0={mark}"


def signed(body: bytes) -> bytes:
    """A request as Slack sends it now."""
    moment = int(time.time())  # noqa: TID251  the bot holds it against the wall clock
    mark = hmac.new(SECRET.encode(), b"v0:%d:%s" % (moment, body), hashlib.sha256)
    return _request(body, *_marked(moment, mark.hexdigest()))


def unsigned() -> bytes:
    """512 KiB that bear no signature."""
    return _request(LARGE, *_marked(int(time.time()), ""))  # noqa: TID251  as above


def forged() -> bytes:
    """512 KiB under a signature that is none."""
    return _request(LARGE, *_marked(int(time.time()), "0" * 64))  # noqa: TID251  as above


def forged_small() -> bytes:
    """As large as a command, under a signature that is none."""
    return _request(LARGE[:600], *_marked(int(time.time()), "0" * 64))  # noqa: TID251  as above


async def post(port: int, data: bytes) -> bytes:
    """Send, and read the head of what is answered."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(data)
        return await reader.readuntil(b"\r\n\r\n")
    finally:
        writer.transport.abort()


async def _hold(port: int) -> None:
    """Begin a head, and wait until the other side has enough of it."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(f"POST {PATH} HTTP/1.1\r\nX-Slow: ".encode())
        await reader.read()
    finally:
        writer.transport.abort()


async def _drop(port: int) -> None:
    """Send a forged command, and leave before the answer."""
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(forged_small())
    await asyncio.sleep(DROPPERS / DROPPED_A_SECOND)
    writer.transport.abort()


def _posting(made: Callable[[], bytes]) -> Callable[[int], Awaitable[object]]:
    return lambda port: post(port, made())


FLOODS: dict[str, tuple[int, Callable[[int], Awaitable[object]]]] = {
    "2 senders of 512 KiB, unsigned": (2, _posting(unsigned)),
    "2 senders of 512 KiB, forged": (2, _posting(forged)),
    "2 senders of 600 bytes, forged": (2, _posting(forged_small)),
    "16 senders of 512 KiB, forged": (16, _posting(forged)),
    "16 senders of 600 bytes, forged": (16, _posting(forged_small)),
    "1,000 connections whose heads never end": (1000, _hold),
    f"{DROPPED_A_SECOND} forged commands a second that wait for no answer": (DROPPERS, _drop),
}


async def job(port: int, kind: str) -> None:
    """In a process of its own: go on until told to stop."""
    many, send = FLOODS[kind]
    ended = count()

    async def sender() -> None:
        while True:
            with suppress(OSError, asyncio.IncompleteReadError):
                await send(port)
                next(ended)

    senders = [asyncio.create_task(sender()) for _ in range(many)]
    await told_to_go()
    for each in senders:
        each.cancel()
    await asyncio.gather(*senders, return_exceptions=True)
    say({"ended": next(ended)})
