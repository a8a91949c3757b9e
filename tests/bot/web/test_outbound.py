"""All that goes out goes through the environment's proxy, a real one; this machine never does."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiosmtpd.smtp import SMTP
from click.testing import Result
from slack_sdk.web.async_client import AsyncWebClient
from typer.testing import CliRunner

from bot.app.setup import Monitoring, Setup, SlackConnection
from bot.app.starting import start
from bot.cli.app import app as command_line
from bot.clock import FlowingClock
from bot.delivery.mail import Mail
from bot.observe.heartbeat import Heartbeat
from bot.observe.metrics import Metrics
from bot.observe.tracing import Tracing
from bot.operate.doctor import examine
from bot.slack.answers import ReadingClient
from bot.slack.calls import NotSent
from bot.slack.manifest import manifest
from bot.slack.socket import _Client
from bot.stage.local_workspace import furnish
from bot.web.outbound import open_session
from config.command_names import names
from config.contract.file import ContractText, read_contract
from config.defaults import EXAMPLE
from config.environment import read_settings
from config.faults import SettingsFaults
from handlers.slack.inbound_request import answering
from sandbox import SandboxServer, Workspace
from tests.bot.delivery.test_mail import Server, notification
from tests.bot.operate.test_doctor import TEXTS
from tests.scenarios.scene import RIVAGE
from tests.tinyproxy import CERTIFICATES, ELSEWHERE, Tinyproxy, tinyproxy

VARIABLES = ("https_proxy", "http_proxy", "all_proxy", "smtp_proxy", "no_proxy")
NOBODY = "http://127.0.0.1:1"


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def proxy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Tinyproxy]:
    """A proxy that asks for a password, named for everything."""
    with tinyproxy(tmp_path, user="escalade", password="s3same") as running:
        for name in ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, running.url)
        yield running


class Far:
    """A server that is reached under a name which is no loopback; with TLS where `secure`."""

    def __init__(self, secure: bool) -> None:
        self.secure = secure
        self.taken: list[str] = []
        self.ways: list[asyncio.Transport] = []
        self.port = 0

    def url(self, path: str, scheme: str = "http") -> str:
        return f"{scheme}{'s' if self.secure else ''}://{ELSEWHERE}:{self.port}{path}"

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.taken.append(request.path)
        if request.transport is not None:
            self.ways.append(request.transport)
        if request.path == "/socket":
            socket = web.WebSocketResponse()
            await socket.prepare(request)
            async for _ in socket:
                pass
            return socket
        me = {"user_id": "U1", "team_id": "T1"}
        return web.json_response({"ok": True, "url": self.url("/socket", "ws"), **me})


def trusting() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(CERTIFICATES / "authority.pem"))


@asynccontextmanager
async def far(*, secure: bool) -> AsyncIterator[Far]:
    server = Far(secure)
    site = web.Application()
    site.router.add_route("*", "/{path:.*}", server.answer)
    runner = web.AppRunner(site, shutdown_timeout=0.1)
    await runner.setup()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH) if secure else None
    if context is not None:
        context.load_cert_chain(CERTIFICATES / "server.pem", CERTIFICATES / "server.key")
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
    server.port = runner.addresses[0][1]
    try:
        yield server
    finally:
        await cut(server.ways)
        await runner.cleanup()


async def cut(ways: Iterable[asyncio.BaseTransport | None]) -> None:
    """Wait for no farewell: a proxy may still hold the other end."""
    for way in ways:
        if isinstance(way, asyncio.WriteTransport):
            way.abort()
    await asyncio.sleep(0.05)


@pytest.mark.parametrize("secure", [True, False])
async def test_calls_and_answers_to_slack_go_through_it(proxy: Tinyproxy, secure: bool) -> None:
    async with far(secure=secure) as slack, open_session(timeout=10) as session:
        client = ReadingClient(
            token="xoxb-1", base_url=slack.url("/api/"), session=session, ssl=trusting()
        )
        await client.auth_test()
        await answering({"response_url": slack.url("/respond")}, client)(text="Done.")
    assert slack.taken == ["/api/auth.test", "/respond"]
    if secure:  # the second goes over the connection of the first
        assert set(proxy.asked()) == {f"CONNECT {ELSEWHERE}:{slack.port}"}
    else:
        assert proxy.asked() == [f"POST {slack.url(path)}" for path in slack.taken]


async def test_what_no_proxy_names_does_not(
    proxy: Tinyproxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_PROXY", f"intranet.example,{ELSEWHERE}")
    async with far(secure=True) as slack, open_session(timeout=10) as session:
        client = ReadingClient(
            token="xoxb-1", base_url=slack.url("/api/"), session=session, ssl=trusting()
        )
        await client.auth_test()
    assert slack.taken == ["/api/auth.test"]
    assert proxy.asked() == []


async def test_the_socket_goes_through_it(proxy: Tinyproxy) -> None:
    async with far(secure=True) as slack, open_session(timeout=10) as session:
        web_client = AsyncWebClient(
            base_url=slack.url("/api/"), session=session, ssl=trusting(), retry_handlers=[]
        )
        client = _Client("xapp-1", web_client=web_client)
        await client.connect()
        assert await client.is_connected()
        await client.close()
    assert slack.taken == ["/api/apps.connections.open", "/socket"]
    assert proxy.asked() == [f"CONNECT {ELSEWHERE}:{slack.port}"] * 2


async def test_signs_of_life_and_traces_go_through_it(proxy: Tinyproxy) -> None:
    async def nothing() -> list[str]:
        return []

    async with far(secure=False) as watcher, open_session(timeout=10) as session:
        metrics = Metrics()
        await Heartbeat(
            url=watcher.url("/beat"),
            every=60,
            session=session,
            withheld=nothing,
            seals=nothing,
            metrics=metrics,
        ).beat()
        tracing = Tracing.to(watcher.url(""))
        with tracing.span("alarm"):
            pass
        await asyncio.to_thread(tracing.stop)
        assert metrics.value("escalade_heartbeats_total", {"outcome": "sent"}) == 1
        assert watcher.taken == ["/beat", "/v1/traces"]
        assert proxy.asked() == [f"POST {watcher.url(path)}" for path in watcher.taken]


@pytest.fixture
async def post() -> AsyncIterator[Server]:
    handler = Server()
    loop = asyncio.get_running_loop()
    heard: list[SMTP] = []

    def hear() -> SMTP:
        heard.append(SMTP(handler, loop=loop))
        return heard[-1]

    listening = await loop.create_server(hear, "127.0.0.1", 0)
    handler.port = listening.sockets[0].getsockname()[1]
    yield handler
    await cut(each.transport for each in heard)
    listening.close()
    await listening.wait_closed()


async def test_mail_goes_through_the_proxy_that_is_named_for_it(
    post: Server, proxy: Tinyproxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail = Mail(host=ELSEWHERE, port=post.port, sender="e@example.org", security="none")
    await mail.send(notification())
    assert proxy.asked() == [f"CONNECT {ELSEWHERE}:{post.port}"]
    monkeypatch.delenv("ALL_PROXY")  # the others are for the web
    await mail.send(notification())
    assert len(post.taken) == 2
    assert len(proxy.asked()) == 1


async def test_a_proxy_that_refuses_or_is_away_means_that_no_mail_was_sent(
    post: Server, proxy: Tinyproxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail = Mail(host=ELSEWHERE, port=post.port, sender="e@example.org", security="none", timeout=5)
    for url in (proxy.url.replace("s3same", "wrong"), NOBODY):
        monkeypatch.setenv("SMTP_PROXY", url)
        with pytest.raises(NotSent):
            await mail.send(notification())
    monkeypatch.delenv("SMTP_PROXY")
    nobody = Mail(host=ELSEWHERE, port=1, sender="e@example.org", security="none", timeout=5)
    with pytest.raises(NotSent):
        await nobody.send(notification())
    assert not post.taken


async def test_the_doctor_goes_through_it(proxy: Tinyproxy, tmp_path: Path) -> None:
    workspace = Workspace()
    contract = read_contract(EXAMPLE.read_text(encoding="utf-8"))
    app = await furnish(workspace, [contract], manifest(names()))
    async with SandboxServer(workspace) as server:
        environ = {
            "SLACK_API_URL": server.api_url.replace("127.0.0.1", ELSEWHERE),
            "SLACK_BOT_TOKEN": app.bot_token,
            "SLACK_APP_TOKEN": app.app_token,
            "DATABASE_URL": f"sqlite+aiosqlite:///{tmp_path / 'escalade.db'}",
            "ESCALADE_CONTRACTS": str(EXAMPLE),
        }
        findings = await examine(read_settings(environ), TEXTS)
        assert all(finding.well for finding in findings)
        assert f"POST {environ['SLACK_API_URL']}auth.test" in proxy.asked()


def asked_whether_ready(port: int) -> Result:
    return CliRunner().invoke(command_line, ["ready", "--port", str(port)])


async def test_this_machine_is_reached_without_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, NOBODY)
    clock = FlowingClock.starting()
    workspace = Workspace(clock=clock)
    app = await furnish(workspace, [read_contract(RIVAGE)], manifest(names()))
    async with SandboxServer(workspace) as server:
        setup = Setup(
            connection=SlackConnection(
                api_url=server.api_url, bot_token=app.bot_token, app_token=app.app_token
            ),
            database_url=f"sqlite+aiosqlite:///{tmp_path}/e.db",
            contracts=(ContractText(text=RIVAGE, source="rivage"),),
            names=names(),
            clock=clock,
            monitoring=Monitoring(port=0),
        )
        async with await start(setup) as bot:
            assert await bot.readiness.unready() == []
            asked = await asyncio.to_thread(asked_whether_ready, bot.site.port)
            assert (asked.exit_code, asked.output) == (0, "Ready.\n")


@pytest.mark.parametrize(
    "body", ["<h1>Not here</h1>", "[]", "null", '{"why": 5}', '{"ready": false}', "\xff"]
)
@pytest.mark.parametrize("status", [200, 404, 503])
async def test_something_else_on_that_port_is_said_without_a_trace(body: str, status: int) -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(status=status, body=body.encode("latin-1"))

    site = web.Application()
    site.router.add_get("/readyz", answer)
    runner = web.AppRunner(site)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        asked = await asyncio.to_thread(asked_whether_ready, runner.addresses[0][1])
    finally:
        await runner.cleanup()
    assert asked.exit_code == 1
    assert "is not Escalade" in asked.stderr


async def test_what_does_not_speak_http_there_is_said_without_a_trace() -> None:
    async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.example ESMTP\r\n")
        writer.close()
        await writer.wait_closed()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        asked = await asyncio.to_thread(asked_whether_ready, server.sockets[0].getsockname()[1])
    assert asked.exit_code == 1
    assert "Nothing answers" in asked.stderr


def test_a_proxy_that_cannot_be_used_is_said_by_its_variable() -> None:
    enough: dict[str, Any] = {
        "SLACK_BOT_TOKEN": "xoxb-1",
        "SLACK_APP_TOKEN": "xapp-1",
        "ESCALADE_CONTRACTS": "config/examples",
    }
    with pytest.raises(SettingsFaults) as caught:
        read_settings(enough | {"HTTPS_PROXY": "socks5://secret@p:1080"})
    assert [(f.place, f.code) for f in caught.value.faults] == [("HTTPS_PROXY", "setting_proxy")]
    assert "secret" not in str(caught.value)
    read_settings(enough | {"HTTPS_PROXY": "http://p:3128", "ALL_PROXY": "socks://p:1080"})
    read_settings(enough | {"SMTP_PROXY": "socks://p:1080"})  # nothing goes there
