"""Reading what Slack answers, and knowing what was answered by something else.

A proxy, a balancer or a broken way answers in Slack's place: HTML, a redirect to a page where one
signs in, half of a body, or far too much of one. What has not the form of an answer of Slack's is
an OddAnswer, whatever its status says: nobody knows whether Slack did what was asked.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse
from slack_sdk.web.file_upload_v2_result import FileUploadV2Result

MOST_BYTES = 8_000_000  # a page of a thousand channels is a fifth of it
EXCERPT = 80
TOO_MANY_REQUESTS = 429

# what the bot reads of an answer that says ok: a name, or the names in each of a list ("[]")
READ: Mapping[str, tuple[str, ...]] = {
    "apps.connections.open": ("url",),
    "auth.test": ("user_id",),
    "chat.postMessage": ("channel", "ts"),
    "conversations.create": ("channel.id", "channel.name"),
    "conversations.history": ("messages[].ts",),
    "conversations.info": ("channel.id",),
    "conversations.list": ("channels[].id", "channels[].name"),
    "conversations.members": ("members[]",),
    "conversations.open": ("channel.id",),
    "conversations.replies": ("messages[].ts",),
    "files.getUploadURLExternal": ("upload_url", "file_id"),
    "users.conversations": ("channels[].id", "channels[].name"),
    "users.info": ("user.id",),
    "users.lookupByEmail": ("user.id",),
}


class OddAnswer(aiohttp.ClientError):
    """Something answered, but not as Slack does: perhaps a proxy. It may have been done."""

    def __init__(self, method: str, status: int, why: str) -> None:
        super().__init__(f"not as Slack answers (a proxy?): {method} {status}, {why}")


class ReadingClient(AsyncWebClient):
    """Slack's Web API; raises OddAnswer for what is no answer of Slack's. Needs its `session`."""

    async def api_call(self, api_method: str, **options: Any) -> AsyncSlackResponse:
        """Call a method; what the bot reads of its answer is there, or OddAnswer is raised."""
        answer: AsyncSlackResponse = await super().api_call(api_method, **options)
        for path in READ.get(api_method, ()):
            if not _is_there(answer.data, path):
                raise OddAnswer(api_method, answer.status_code, f"without {path}")
        return answer

    async def _request(
        self, *, http_verb: str, api_url: str, req_args: dict[str, Any]
    ) -> dict[str, Any]:
        method = api_url.rpartition("/")[2]
        status, headers, body = await self._ask(http_verb, api_url, req_args)
        return {
            "data": _read(method, status, body),
            "headers": headers,
            "status_code": status,
        }

    async def _upload_file(
        self, *, url: str, data: bytes, proxy: str | None, ssl: Any, **_: Any
    ) -> FileUploadV2Result:
        status, _headers, body = await self._ask(
            "POST", url, {"data": data, "proxy": proxy, "ssl": ssl}
        )
        if not 200 <= status < 300:
            raise OddAnswer("upload", status, _excerpt(body))
        return FileUploadV2Result(status=status, body=body.decode(errors="replace"))

    async def _ask(
        self, http_verb: str, url: str, given: Mapping[str, Any]
    ) -> tuple[int, Mapping[str, str], bytes]:
        if self.session is None:
            raise RuntimeError("a client without a session")
        async with self.session.request(http_verb, url, allow_redirects=False, **given) as answer:
            return answer.status, answer.headers, await read_bounded(answer)


async def read_bounded(answer: aiohttp.ClientResponse) -> bytes:
    """Read a body of MOST_BYTES at most; raises OddAnswer, and lets go of the rest."""
    body = bytearray()
    async for chunk in answer.content.iter_chunked(65_536):
        body += chunk
        if len(body) > MOST_BYTES:
            answer.close()
            raise OddAnswer(answer.url.name, answer.status, f"more than {MOST_BYTES} bytes")
    return bytes(body)


def _read(method: str, status: int, body: bytes) -> dict[str, Any]:
    """The answer, if it has the form of one; raises OddAnswer."""
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        data = None
    if isinstance(data, dict) and isinstance(data.get("ok"), bool):
        if data["ok"] and status == 200:
            return data
        if isinstance(data.get("error"), str):
            return data | {"ok": False}
    if status == TOO_MANY_REQUESTS:  # whoever says so, it was not let through
        return {"ok": False, "error": "ratelimited"}
    raise OddAnswer(method, status, _excerpt(body))


def _excerpt(body: bytes) -> str:
    words = " ".join(body[: 4 * EXCERPT].decode(errors="replace").split())
    return repr(words[:EXCERPT])


def _is_there(data: Any, path: str) -> bool:
    name, _, rest = path.partition(".")
    if not isinstance(data, dict):
        return False
    if name.endswith("[]"):
        found = data.get(name.removesuffix("[]"))
        if not isinstance(found, list):
            return False
        if rest:
            return all(_is_there(each, rest) for each in found)
        return all(isinstance(each, str) for each in found)
    found = data.get(name)
    return _is_there(found, rest) if rest else isinstance(found, str)
