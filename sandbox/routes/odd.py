"""Answers that are not Slack's: what proxies, balancers and broken ways say in its place."""

import asyncio
from contextlib import suppress

from aiohttp import web

HTML = "<!doctype html><title>Gateway</title><h1>Please sign in to go on</h1>"
HUGE_BYTES = 100_000_000
CHUNK = b" " * 65_536


async def answer_oddly(request: web.Request, kind: str) -> web.StreamResponse:
    """Answer in an odd way: one of `sandbox.base.fault.ODD`."""
    match kind:
        case "html_503":
            return web.Response(status=503, text=HTML, content_type="text/html")
        case "html_200":
            return web.Response(text=HTML, content_type="text/html")
        case "login_redirect":
            return web.Response(status=302, headers={"Location": "/login"}, text=HTML)
        case "not_an_object":
            return web.json_response(["ok"])
        case "empty":
            return web.Response()
        case "bare_ok":
            return web.json_response({"ok": True})
        case "no_headers":
            return await _written(request, b"HTTP/1.1 200 OK\r\n\r\nok")
        case "truncated":
            head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 900\r\n"
            return await _written(request, head + b'\r\n{"ok": true, "chan')
        case _:
            return await _huge(request)


async def _written(request: web.Request, words: bytes) -> web.StreamResponse:
    """Say just these bytes, and close."""
    transport = request.transport
    if transport is not None:
        transport.write(words)
        transport.close()
    return web.Response()


async def _huge(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "application/json"})
    await response.prepare(request)
    with suppress(ConnectionError):  # whoever asked has heard enough
        await response.write(b'{"ok": true, "padding": "')
        for _ in range(HUGE_BYTES // len(CHUNK)):
            await response.write(CHUNK)
            await asyncio.sleep(0)
    return response
