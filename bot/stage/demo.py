"""The demonstration: a local workspace and the bot on it, on one clock."""

from __future__ import annotations

import asyncio
import json
import re
import socket
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from bot.app.serve import stopped
from bot.app.setup import Monitoring, Setup, SlackConnection
from bot.app.starting import start
from bot.clock import FlowingClock
from bot.slack.manifest import manifest
from bot.stage.local_workspace import furnish
from bot.web.feed_site import FeedLinks
from config.command_names import names
from config.contract.file import contract_texts, read_contract
from escalation.change import parts
from escalation.contract import Contract
from handlers.words.texts import Texts
from sandbox import SandboxServer, Workspace

LANGUAGE = re.compile(r"""(?<![\w-])(language\s*=\s*)["'](?:en|fr)["']""")
KEY = "demo"  # of every source of events and of feeds: nobody but this machine reaches the bot


async def demo(
    *,
    contract: Path,
    port: int,
    speed: float,
    database: Path | None,
    begins: datetime | None,
    spoken: str,
    texts: Texts,
) -> None:
    """Run until SIGTERM or SIGINT; `spoken` is what everybody reads, else each their own."""
    texts_read = await asyncio.to_thread(contract_texts, [contract])
    if spoken:
        texts_read = tuple(
            replace(each, text=in_one_language(each.text, spoken)) for each in texts_read
        )
    (terms,) = (read_contract(each.text, each.source) for each in texts_read)
    clock = FlowingClock.starting(begins, speed=speed)
    workspace = Workspace(clock=clock)
    feeds_port = _free_port()
    feeds = FeedLinks(secret=KEY, url=f"http://127.0.0.1:{feeds_port}")
    installed = await furnish(workspace, [terms], manifest(names()))
    with tempfile.TemporaryDirectory() as folder:
        file = database or Path(folder) / "demo.db"
        async with SandboxServer(workspace, host="127.0.0.1", port=port) as server:
            setup = Setup(
                connection=SlackConnection(
                    api_url=server.api_url,
                    bot_token=installed.bot_token,
                    app_token=installed.app_token,
                ),
                database_url=f"sqlite+aiosqlite:///{file}",
                contracts=texts_read,
                names=names(),
                clock=clock,
                monitoring=Monitoring(port=feeds_port),
                feeds=feeds,
                secret=lambda _: KEY,
            )
            async with await start(setup) as bot:
                steps = [
                    *_steps(server.url, terms.rooms.shared, texts),
                    *_event_steps(bot.site.port, terms, texts),
                    *_feed_steps(feeds, terms, texts),
                    "",
                    texts(
                        "Ctrl-C stops it. “.venv/bin/escalade demo --speed 60” makes an hour pass "
                        "in a minute, “--at 03:00” begins at night, “--language fr” lets everybody"
                        " read French."
                    ),
                ]
                print("\n".join(steps), flush=True)  # noqa: T201  the demo speaks to its terminal
                await stopped().wait()


def in_one_language(contract: str, language: str) -> str:
    """The text of a contract in which every reader and room has that language."""
    return LANGUAGE.sub(rf'\1"{language}"', contract)


def _steps(url: str, room: str, texts: Texts) -> list[str]:
    return [
        "",
        texts("Escalade is running on a local workspace: %(url)s", url=url),
        "",
        texts("Try this:"),
        texts(
            "1. Open the page, act as Antoine Mercier (the client), channel #%(room)s.", room=room
        ),
        texts('2. Type: /incident open "No VPN on any site" component=vpn severity=1'),
        texts("3. Act as whoever the answer says is called, and press Acknowledge."),
        texts('4. Act as Claire Vasseur and type: /crisis ask INC-0001 "all sites are cut off"'),
        texts("5. Act as whoever was asked: Accept, and follow the crisis room."),
        texts(
            '6. Act as Julien Perrin and type: /problem open "The VPN drops every Monday" '
            "component=vpn"
        ),
        texts("7. Act as Antoine Mercier and type: /change catalogue"),
    ]


def _feed_steps(feeds: FeedLinks, contract: Contract, texts: Texts) -> Iterator[str]:
    """The feed of changes of whoever manages them, where the contract has any."""
    if contract.changes:
        link = feeds.changes_link(contract.id, parts.appointed(contract)[0])
        yield texts("Planned changes as a calendar reads them (/change feed): %(link)s", link=link)


def _free_port() -> int:
    """A port of this machine that is free: links name it before the bot listens there."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def _event_steps(port: int | None, contract: Contract, texts: Texts) -> Iterator[str]:
    """Say what to try of monitoring, where the contract knows a source like Alertmanager."""
    for source in contract.events.sources:
        if source.kind == "alertmanager":
            labels = {"component": contract.components[-1].id, "severity": "warning"}
            alert = {"status": "firing", "labels": {"alertname": "Down", **labels}}
            yield texts("8. Post an event, as monitoring does, from another terminal:")
            yield (
                f"   curl -H 'Authorization: Bearer {KEY}' -d '{json.dumps({'alerts': [alert]})}'"
                f" http://127.0.0.1:{port}/events/{source.id}"
            )
            return
