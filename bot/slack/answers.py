"""Reading what Slack answers, and knowing what was answered by something else.

A proxy, a balancer or a broken way answers in Slack's place: HTML, a redirect to a page where one
signs in, half of a body, or far too much of one. What has not the form of an answer of Slack's is
an OddAnswer, whatever its status says: nobody knows whether Slack did what was asked.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse
from slack_sdk.web.file_upload_v2_result import FileUploadV2Result

MOST_BYTES = 8_000_000  # a page of a thousand channels is a fifth of it
EXCERPT = 80
TOO_MANY_REQUESTS = 429


@dataclass(frozen=True, slots=True)
class Part:
    """A part of an answer that the bot reads: names from the outside in, "[]" for each of a list.

    What is not `needed` may be missing, or null; what is there is of its `kind` in any case.
    """

    path: str
    kind: type = str
    needed: bool = True


def _may(path: str, kind: type = str) -> Part:
    return Part(path, kind, needed=False)


_CURSOR = _may("response_metadata.next_cursor")
_USER = (
    Part("user.id"),
    _may("user.team_id"),
    _may("user.deleted", bool),
    _may("user.is_bot", bool),
    _may("user.is_stranger", bool),
    _may("user.enterprise_user.teams", list),
    _may("user.locale"),
    _may("user.profile.email"),
)
_CHANNELS = (Part("channels[].id"), Part("channels[].name"), _CURSOR)

# Every method that the bot calls, and what shows that it was Slack who answered "ok": all that is
# read of the answer, or at least something that Slack always says, where it says anything.
READ: Mapping[str, tuple[Part, ...]] = {
    "apps.connections.open": (Part("url"),),
    "auth.test": (Part("user_id"), Part("team_id"), _may("bot_id"), _may("url")),
    "chat.postEphemeral": (Part("message_ts"),),
    "chat.postMessage": (Part("channel"), Part("ts")),
    "chat.update": (Part("ts"),),
    "conversations.archive": (),
    "conversations.create": (Part("channel.id"), Part("channel.name")),
    "conversations.history": (
        Part("messages[].ts"),
        _may("messages[].subtype"),
        _may("messages[].metadata.event_type"),
        _may("messages[].metadata.event_payload", dict),
        _CURSOR,
    ),
    "conversations.info": (
        Part("channel.id"),
        Part("channel.name"),
        _may("channel.creator"),
        _may("channel.is_archived", bool),
        _may("channel.is_member", bool),
        _may("channel.purpose.value"),
    ),
    "conversations.invite": (Part("channel.id"), _may("errors", list)),
    "conversations.join": (Part("channel.id"),),
    "conversations.kick": (),
    "conversations.list": _CHANNELS,
    "conversations.members": (Part("members[]"), _CURSOR),
    "conversations.open": (Part("channel.id"),),
    "conversations.replies": (
        Part("messages[].ts"),
        _may("messages[].files[].name"),
        _may("messages[].metadata.event_type"),
        _may("messages[].metadata.event_payload", dict),
        _CURSOR,
    ),
    "conversations.setPurpose": (),
    "conversations.setTopic": (),
    "files.completeUploadExternal": (Part("files[].id"),),
    "files.getUploadURLExternal": (Part("upload_url"), Part("file_id")),
    "pins.add": (),
    "pins.remove": (),
    "users.conversations": _CHANNELS,
    "users.info": _USER,
    "users.lookupByEmail": _USER,
    "views.open": (Part("view.id"),),
    "views.publish": (Part("view.id"),),
    "views.update": (),
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
        for part in READ.get(api_method, ()):
            if not can_be_read(answer.data, part.path, part):
                raise OddAnswer(api_method, answer.status_code, f"cannot read {part.path}")
        return answer

    async def _request(
        self, *, http_verb: str, api_url: str, req_args: dict[str, Any]
    ) -> dict[str, Any]:
        method = api_url.rpartition("/")[2]
        status, headers, body = await self._ask(http_verb, api_url, req_args)
        return {
            "data": read_body(method, status, body),
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


def read_body(method: str, status: int, body: bytes) -> dict[str, Any]:
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


def can_be_read(data: Any, path: str, part: Part) -> bool:
    """Return whether a part is there, and of its kind; or is missing, and may be."""
    name, _, rest = path.partition(".")
    if not isinstance(data, dict):
        return False
    found = data.get(name.removesuffix("[]"))
    if found is None:
        return not part.needed
    if name.endswith("[]"):
        if not isinstance(found, list):
            return False
        return all(can_be_read(each, rest, part) if rest else _is(each, part) for each in found)
    return can_be_read(found, rest, part) if rest else _is(found, part)


def _is(value: Any, part: Part) -> bool:
    return isinstance(value, part.kind)
