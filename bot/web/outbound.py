"""Connections that go out, all by one rule: `config.proxies` says through which proxy."""

from __future__ import annotations

import asyncio
import base64
import socket
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

import aiohttp
from aiohttp.connector import Connection
from yarl import URL

from config.proxies import proxy_for

MOST_ANSWERED = 8_192  # bytes of what a proxy says before it lets something through
PROXY_PORT = 80


class _Request(aiohttp.ClientRequest):
    """A request through the proxy of its own address, whatever proxy its caller found."""

    def __init__(self, method: str, url: URL, **options: Any) -> None:
        proxy = proxy_for(str(url))
        super().__init__(method, url, **options | {"proxy": URL(proxy) if proxy else None})

    async def send(self, conn: Connection) -> aiohttp.ClientResponse:
        """Send it. A proxy may hang up after each plain answer, without a word of it."""
        if self.proxy is not None and not self.is_ssl() and conn.protocol is not None:
            conn.protocol.force_close()
        return await super().send(conn)


def open_session(*, timeout: float) -> aiohttp.ClientSession:
    """A session for requests of `timeout` seconds each, every one through the proxy it needs."""
    return aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=timeout), request_class=_Request
    )


async def open_tunnel(proxy: str, host: str, port: int, *, within: float) -> socket.socket:
    """A connection to a host that an HTTP proxy lets through, within so many seconds.

    Raises OSError where the proxy is not there or refuses, TimeoutError where it says nothing.
    """
    by = urlsplit(proxy)
    way = await asyncio.to_thread(
        socket.create_connection, (by.hostname or "", by.port or PROXY_PORT), within
    )
    try:
        way.setblocking(False)
        async with asyncio.timeout(within):
            await _ask_through(way, by, f"[{host}]:{port}" if ":" in host else f"{host}:{port}")
    except BaseException:
        way.close()
        raise
    return way


async def _ask_through(way: socket.socket, by: SplitResult, where: str) -> None:
    loop = asyncio.get_running_loop()
    lines = [f"CONNECT {where} HTTP/1.1", f"Host: {where}"]
    if by.username is not None:
        name = f"{unquote(by.username)}:{unquote(by.password or '')}"
        lines.append(f"Proxy-Authorization: Basic {base64.b64encode(name.encode()).decode()}")
    await loop.sock_sendall(way, "\r\n".join([*lines, "", ""]).encode())
    said = bytearray()
    while not said.endswith(b"\r\n\r\n"):  # byte by byte: what follows is the host's own
        byte = await loop.sock_recv(way, 1)
        if not byte or len(said) > MOST_ANSWERED:
            raise ConnectionError("the proxy hung up")
        said += byte
    status = said.split(b"\r\n")[0].split()[1:2]
    if status != [b"200"]:
        raise ConnectionError(f"the proxy answered {b''.join(status).decode(errors='replace')}")
