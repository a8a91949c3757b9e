"""Over HTTP nobody but Slack is heard: signed, recent, whole, of a size and in time."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import resource
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass, field

import aiohttp
import pytest
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from structlog.testing import capture_logs

from bot.web import slack_door
from bot.web.slack_door import (
    MOST_BYTES,
    MOST_HEAD,
    MOST_UNPROVEN,
    PATH,
    Throttle,
    room_for_connections,
)
from bot.web.slack_site import SlackSite

SECRET = "a signing secret"
BODY = "command=%2Fincident&text=list&user_id=U1&team_id=T1&trigger_id=1.1"
FORM = "application/x-www-form-urlencoded"
NOW = 1_784_000_000


@dataclass
class Site:
    """The site, and what got through."""

    app: AsyncApp
    now: float = NOW
    heard: list[str] = field(default_factory=list)
    failing: bool = False
    running: SlackSite | None = None

    async def open(self) -> None:
        """Open it, as a new process does."""
        self.running = SlackSite(self.app, SECRET, lambda: self.now)
        self.running.door.refused_seconds = 0  # nobody waits for it here
        await self.running.start("127.0.0.1", 0)

    async def close(self) -> None:
        assert self.running is not None
        await self.running.stop()

    @property
    def port(self) -> int:
        assert self.running is not None
        return self.running.port

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}{PATH}"

    async def answer(self, body: bytes | str, *, kind: str = FORM, **headers: str) -> str:
        """The status and the body of what is answered."""
        async with (
            aiohttp.ClientSession() as session,
            session.post(self.url, data=body, headers={"Content-Type": kind, **headers}) as answer,
        ):
            return f"{answer.status} {await answer.text()}".strip()

    async def post(self, body: bytes | str, *, kind: str = FORM, **headers: str) -> int:
        return int((await self.answer(body, kind=kind, **headers))[:3])

    async def send(self, data: bytes, *, end: bool = False) -> bytes:
        """Send bytes as they are; all that comes back until the connection ends."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(data)
        if end:
            writer.write_eof()
        try:
            return await reader.read()
        finally:
            writer.close()


def signed(body: str | bytes, *, at: float = 0.0, secret: str = SECRET) -> dict[str, str]:
    moment = str(int(NOW + at))
    base = f"v0:{moment}:".encode() + (body.encode() if isinstance(body, str) else body)
    mark = "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": moment, "X-Slack-Signature": mark}


def raw(body: bytes, *fields: str, length: int | None = None) -> bytes:
    lines = [
        f"POST {PATH} HTTP/1.1",
        f"Content-Type: {FORM}",
        f"Content-Length: {len(body) if length is None else length}",
        *fields,
    ]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


SIGNED = tuple(f"{name}: {value}" for name, value in signed(BODY).items())


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id="T1", bot_token="xoxb-1")

    app = AsyncApp(
        authorize=authorize, process_before_response=True, request_verification_enabled=False
    )
    found = Site(app)

    @app.command("/incident")
    async def heard(ack: object, command: dict[str, str]) -> None:
        found.heard.append(command["text"])
        if found.failing:
            raise RuntimeError("the database is away")
        await ack(f"heard {len(found.heard)}")

    await found.open()
    yield found
    await found.close()


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
        lambda: {**signed(BODY), "X-Slack-Signature": "v0=" + "é" * 64},
        lambda: {**signed(BODY), "X-Slack-Signature": signed(BODY)["X-Slack-Signature"].upper()},
        lambda: {**signed(BODY), "X-Slack-Request-Timestamp": "soon"},
        lambda: {**signed(BODY), "X-Slack-Request-Timestamp": "9" * 400},
        lambda: {**signed(BODY), "X-Slack-Request-Timestamp": "١٧٨٤٠٠٠٠٠٠"},
    ],
    ids=[
        "unsigned",
        "other secret",
        "other body",
        "old",
        "future",
        "no mark",
        "no ASCII",
        "capitals",
        "no time",
        "400 digits",
        "other digits",
    ],
)
async def test_what_is_not_signed_by_slack_just_now_is_refused_and_repeated_nowhere(
    site: Site, headers: Callable[[], dict[str, str]], caplog: pytest.LogCaptureFixture
) -> None:
    with capture_logs() as logged:
        assert await site.answer(BODY, **headers()) == "401"
    assert site.heard == []
    assert {entry["action"] for entry in logged} <= {"wrongly_signed"}
    assert not [entry for entry in logged if "trigger_id" in str(entry)]
    assert not caplog.records


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n", 400),
        (raw(BODY.encode(), *SIGNED, "Bad name: x"), 400),
        (raw(BODY.encode(), *SIGNED, " folded: x"), 400),
        (raw(BODY.encode(), *SIGNED, *SIGNED), 400),
        (raw(BODY.encode(), *SIGNED, "Content-Length: 5"), 400),
        (raw(BODY.encode() + b"POST / HTTP/1.1", *SIGNED, length=len(BODY)), 400),
        (raw(BODY.encode(), *SIGNED, "Transfer-Encoding: chunked"), 411),
        (raw(BODY.encode(), *SIGNED, length=-1), 411),
        (raw(BODY.encode(), *SIGNED, length=10**8), 413),
        (raw(BODY.encode(), *SIGNED, "Content-Encoding: gzip"), 415),
        (raw(BODY.encode(), *SIGNED, "X-Long: " + "x" * MOST_HEAD), 431),
        (b"x" * (MOST_HEAD + 1), 431),
    ],
)
async def test_a_head_that_is_not_as_slack_sends_it_is_refused(
    site: Site, request_: bytes, status: int
) -> None:
    assert (await site.send(request_)).startswith(b"HTTP/1.1 %d " % status)
    assert site.heard == []


async def test_what_is_too_large_is_refused_before_it_is_read(site: Site) -> None:
    large = BODY + "&x=" + "y" * MOST_BYTES
    assert await site.post(large, **signed(large)) == 413
    assert site.heard == []


async def test_the_largest_form_is_heard(site: Site) -> None:
    large = BODY + "&x=" + "y" * (MOST_BYTES - len(BODY) - 3)
    assert await site.post(large, **signed(large)) == 200
    assert site.heard == ["list"]


def test_large_bodies_come_at_one_pace_together() -> None:
    throttle = Throttle(a_second=1000)
    assert throttle.wait(500, 10.0) == 0.5
    assert throttle.wait(500, 10.0) == 1.0
    assert throttle.wait(500, 60.0) == 0.5, "what nobody used is not saved up"


async def test_what_is_of_no_kind_that_slack_sends_is_refused(site: Site) -> None:
    body = json.dumps({"command": "/incident"})
    assert await site.post(body, kind="text/xml", **signed(body)) == 415


async def test_a_signed_body_that_cannot_be_read_is_refused(site: Site) -> None:
    for body in ("payload={", "payload=[]"):
        assert await site.post(body, **signed(body)) == 400
    assert await site.post("{", kind="application/json", **signed("{")) == 400


async def test_nothing_else_is_served(site: Site) -> None:
    async with aiohttp.ClientSession() as session:
        async with session.get(site.url) as answer:
            assert answer.status == 405
        async with session.post(site.url + "/more", data=BODY) as answer:
            assert answer.status == 404


# ── those who do not end, and those who are many ─────────────────────────────────────────────────


@pytest.mark.parametrize("begun", [b"", b"POST /slack", raw(b"command=", *SIGNED, length=900)])
async def test_what_does_not_arrive_in_time_is_cut(
    site: Site, monkeypatch: pytest.MonkeyPatch, begun: bytes
) -> None:
    monkeypatch.setattr(slack_door, "WHOLE_SECONDS", 0.05)
    monkeypatch.setattr(slack_door, "LINGER_SECONDS", 0.05)
    assert (await site.send(begun)).startswith(b"HTTP/1.1 408 ")


async def test_what_ends_too_early_is_refused(site: Site) -> None:
    begun = raw(b"command=", *SIGNED, length=900)
    assert (await site.send(begun, end=True)).startswith(b"HTTP/1.1 400 ")


async def test_of_too_many_that_prove_nothing_the_oldest_give_way_and_slack_is_heard(
    site: Site,
) -> None:
    assert site.running is not None
    site.running.door.most_unproven = 8
    held = [await asyncio.open_connection("127.0.0.1", site.port) for _ in range(20)]
    for _, writer in held:
        writer.write(b"POST /slack/events HTTP/1.1\r\n")
    assert await site.post(BODY, **signed(BODY)) == 200
    assert len(site.running.door.unproven) == 7
    for reader, writer in held[:13]:
        with suppress(ConnectionResetError):
            assert await reader.read() == b""
        writer.close()
    for _, writer in held[13:]:
        assert not writer.is_closing()
        writer.close()


async def test_who_is_refused_waits_for_it(site: Site) -> None:
    assert site.running is not None
    site.running.door.refused_seconds = 0.1
    begun = asyncio.get_running_loop().time()
    assert await site.post(BODY) == 401
    assert asyncio.get_running_loop().time() - begun >= 0.1


def test_there_is_room_for_twice_as_many_files_as_strangers() -> None:
    room = room_for_connections()
    assert 0 < room <= MOST_UNPROVEN
    assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] >= 2 * room


def test_a_system_that_sets_no_limit_leaves_room(monkeypatch: pytest.MonkeyPatch) -> None:
    endless = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
    monkeypatch.setattr(resource, "getrlimit", lambda _: endless)
    assert room_for_connections() == MOST_UNPROVEN


async def test_what_was_heard_is_answered_before_the_site_closes(site: Site) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    @site.app.command("/crisis")
    async def slow(ack: object) -> None:
        begun.set()
        await go_on.wait()
        await ack()

    body = BODY.replace("incident", "crisis")
    asked = asyncio.create_task(site.post(body, **signed(body)))
    await begun.wait()
    closing = asyncio.create_task(site.close())
    await asyncio.sleep(0)
    with pytest.raises(OSError, match=r"."):
        await asyncio.open_connection("127.0.0.1", site.port)
    go_on.set()
    assert await asked == 200
    await closing


# ── those who send again what Slack signed ───────────────────────────────────────────────────────


async def test_a_copy_of_what_was_heard_is_not_heard_again_and_gets_the_same_answer(
    site: Site,
) -> None:
    first = await site.answer(BODY, **signed(BODY))
    retried = {**signed(BODY), "X-Slack-Retry-Num": "1", "X-Slack-Retry-Reason": "http_timeout"}
    assert await site.answer(BODY, **retried) == first == "200 heard 1"
    assert site.heard == ["list"]


async def test_what_slack_sends_again_it_signs_again_and_it_reaches_the_listener(
    site: Site,
) -> None:
    """Which knows it by its trigger, and waits for the first (`handlers.slack.inbound_request`)."""
    await site.post(BODY, **signed(BODY))
    site.now += 60
    assert await site.post(BODY, **signed(BODY, at=60)) == 200
    assert site.heard == ["list", "list"]


async def test_what_failed_is_heard_when_it_comes_again(site: Site) -> None:
    site.failing = True
    assert await site.post(BODY, **signed(BODY)) == 500
    site.failing = False
    assert await site.post(BODY, **signed(BODY)) == 200


async def test_wrong_signatures_are_told_the_operator_now_and_then(site: Site) -> None:
    with capture_logs() as logs:
        await site.post(BODY)
        assert not logs, "a stranger who does not even try"
        for _ in range(3):
            await site.post(BODY, **signed(BODY, secret="another secret"))
            await site.post(BODY, **signed(BODY, at=-400))
    [told] = logs
    assert told["action"] == "wrongly_signed"
    assert "SLACK_SIGNING_SECRET" in told["event"]


async def test_a_clock_that_is_set_back_shuts_nobody_out(site: Site) -> None:
    site.now = NOW + 7200  # as a machine starts whose clock keeps local time
    await site.close()
    await site.open()
    site.now = NOW
    assert await site.post(BODY, **signed(BODY, at=-1)) == 200
    assert await site.post(BODY, **signed(BODY, at=-400)) == 401
    assert site.heard == ["list"]


async def test_what_was_signed_before_a_restart_is_not_heard_after_it(site: Site) -> None:
    assert await site.post(BODY, **signed(BODY)) == 200
    await site.close()
    site.now += 2
    await site.open()
    assert await site.post(BODY, **signed(BODY)) == 401
    assert site.heard == ["list"]
    assert await site.post(BODY, **signed(BODY, at=2)) == 200


async def test_what_is_too_old_to_be_sent_again_is_forgotten(site: Site) -> None:
    for at in (0, 100, 700):
        site.now = NOW + at
        await site.post(BODY, **signed(BODY, at=at))
    assert site.running is not None
    assert len(site.running._heard) == 2
