"""Over HTTP nobody but Slack is heard: signed, recent, whole, of a size and in time."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

import aiohttp
import pytest
from aiohttp import web
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request.async_request import AsyncBoltRequest
from structlog.testing import capture_logs

from bot import slack_site as site_module
from bot import wiring
from bot.metrics import Metrics
from bot.slack_site import MOST_BYTES, PATH, slack_site

SECRET = "a signing secret"
BODY = "command=%2Fincident&text=list&user_id=U1&team_id=T1&trigger_id=1.1"
MISSHAPEN = "command=%2Fincident"  # from nobody, of nowhere
FORM = "application/x-www-form-urlencoded"


@dataclass
class Site:
    """The site, and what got through."""

    url: str
    heard: list[str] = field(default_factory=list)

    async def post(self, body: bytes | str, *, kind: str = FORM, **headers: str) -> int:
        async with (
            aiohttp.ClientSession() as session,
            session.post(self.url, data=body, headers={"Content-Type": kind, **headers}) as answer,
        ):
            return answer.status


def signed(body: str, *, at: float = 0.0, secret: str = SECRET) -> dict[str, str]:
    moment = str(int(time.time() + at))  # noqa: TID251  Bolt holds it against the wall clock
    base = f"v0:{moment}:{body}".encode()
    mark = "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": moment, "X-Slack-Signature": mark}


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id="T1", bot_token="xoxb-1")

    app = AsyncApp(signing_secret=SECRET, authorize=authorize, process_before_response=True)
    runner = web.AppRunner(slack_site(app))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    found = Site(f"http://127.0.0.1:{runner.addresses[0][1]}{PATH}")

    @app.command("/incident")
    async def heard(ack: object, command: dict[str, str]) -> None:
        found.heard.append(command["text"])
        await ack()  # type: ignore[operator]

    yield found
    await runner.cleanup()


async def test_what_slack_signed_just_now_is_heard(site: Site) -> None:
    assert await site.post(BODY, **signed(BODY)) == 200
    assert site.heard == ["list"]


@pytest.mark.parametrize(
    "headers",
    [
        dict,
        lambda: signed(BODY, secret="another secret"),
        lambda: signed(BODY + "&x=1"),
        lambda: signed(BODY, at=-400),
        lambda: signed(BODY, at=+400),
        lambda: {**signed(BODY), "X-Slack-Signature": "v0="},
        lambda: {**signed(BODY), "X-Slack-Request-Timestamp": "soon"},
    ],
    ids=["unsigned", "other secret", "other body", "old", "future", "no mark", "no time"],
)
async def test_what_is_not_signed_by_slack_just_now_is_refused(
    site: Site, headers: Callable[[], dict[str, str]]
) -> None:
    assert await site.post(BODY, **headers()) in {400, 401, 403}
    assert site.heard == []


async def test_what_is_too_large_is_refused_before_it_is_read(site: Site) -> None:
    large = BODY + "&x=" + "y" * MOST_BYTES
    assert await site.post(large, **signed(large)) == 413
    assert site.heard == []


async def test_what_is_of_no_kind_that_slack_sends_is_refused(site: Site) -> None:
    body = json.dumps({"command": "/incident"})
    assert await site.post(body, kind="text/xml", **signed(body)) == 415


async def test_what_does_not_arrive_in_time_is_refused(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(site_module, "BODY_SECONDS", 0.1)
    never = asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        yield b"command="
        await never.wait()

    async with (
        aiohttp.ClientSession() as session,
        session.post(
            site.url, data=slow(), headers={"Content-Type": FORM, **signed(BODY)}
        ) as answer,
    ):
        assert answer.status == 408


async def test_nothing_else_is_served(site: Site) -> None:
    async with aiohttp.ClientSession() as session:
        async with session.get(site.url) as answer:
            assert answer.status == 405
        async with session.post(site.url + "/more", data=BODY) as answer:
            assert answer.status == 404


async def test_a_stranger_learns_nothing_of_shapes() -> None:
    app = wiring._GuardedApp(token="xoxb-1", signing_secret=SECRET)
    app.acks, app.secret = Metrics().acks, SECRET

    async def status(headers: dict[str, str]) -> int:
        bent = AsyncBoltRequest(body=MISSHAPEN, headers=headers, mode="http")
        return int((await app.async_dispatch(bent)).status)

    with capture_logs() as logged:
        assert await status({}) == 401
        assert logged == []
        assert await status(signed(MISSHAPEN)) == 400
    assert [entry["action"] for entry in logged] == ["misshapen"]
