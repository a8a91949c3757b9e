"""Whatever comes over the socket, and whatever gives its address: the bot hears Slack again after.

One line a frame is logged, and no trace.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Sequence
from random import Random
from typing import Any, cast

import pytest
from aiohttp import web
from hypothesis import example, given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from bot.stage.stage import Stage as BotStage
from sandbox.base.fault import KINDS
from tests.fuzz.ground import FUZZ, LONG
from tests.fuzz.test_bent import VERY_LONG
from tests.scenarios.scene import RIVAGE, Scene
from tests.simulation.machine import Machine
from tests.simulation.memories import memory_for, prepare
from tests.simulation.story import SEED, WEDNESDAY, Stage
from tests.simulation.wires import play
from tests.simulation.world import World

Frame = tuple[str, Any]

PLAYS = settings(FUZZ, max_examples=max(LONG // 8, 5))
HUGE = "<huge>"  # more than a frame may hold
MOST_CALLS = 80  # of apps.connections.open, in seven minutes
SECONDS = 90.0  # after which Slack has a way to the bot again
PINGED = "sdk-ping-pong:"
ENVELOPE = {
    "type": "slash_commands", "envelope_id": "E", "accepts_response_payload": True,
    "payload": {"command": "/incident", "text": "list", "user_id": "U1", "channel_id": "C1",
                "trigger_id": "1.1.x"},
}  # fmt: skip
PARTS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.text(max_size=5),
    st.sampled_from([*VERY_LONG.values(), [], {}, [[]], "disconnect", "hello", "events_api"]),
)


@st.composite
def envelopes(draw: st.DrawFn) -> str:
    """An envelope in some of whose places something is odd, or missing."""
    envelope: dict[str, Any] = dict(ENVELOPE)
    for name in draw(st.lists(st.sampled_from([*ENVELOPE, "retry_attempt", "retry_reason"]))):
        if draw(st.booleans()):
            envelope.pop(name, None)
        else:
            envelope[name] = draw(PARTS)
    return json.dumps(envelope)


FRAMES: st.SearchStrategy[Frame] = st.one_of(
    st.tuples(
        st.just("text"),
        st.one_of(
            envelopes(),
            st.text(max_size=30),
            st.sampled_from(
                ["", "{", "{}", "[", "null", "7", '{"type": []}', '{"type": "disconnect"}', HUGE,
                 '{"type": "hello"}', '{"a": ' + "9" * 5_000 + "}", '{"a":' * 9_000,
                 '{"type": "disconnect", "reason": 7}', '{"type": {"a": 1}, "envelope_id": []}']
            ),
        ),
    ),
    st.tuples(st.just("bytes"), st.binary(max_size=20)),
    st.tuples(
        st.just("pong"),
        st.one_of(
            st.binary(max_size=20),
            st.sampled_from(["nan", "inf", "-inf", "1e300", "-1", "x", "\u0663", ""]).map(
                lambda time: (PINGED + time).encode()
            ),
        ),
    ),
    st.tuples(st.just("ping"), st.binary(max_size=20)),
    st.tuples(st.just("close"), st.sampled_from([1000, 1001, 1011, 3000])),
)  # fmt: skip
ADDRESSES = st.tuples(
    st.sampled_from((*KINDS, "error:no_such_error_yet")),
    st.sampled_from([0, -1, 1, 30, "", "in a while", "nan", "inf", "1e9"]),
    st.integers(1, 4),
)


async def send(socket: web.WebSocketResponse, frame: Frame) -> None:
    """Send one frame as it is; where the bot has hung up, nothing is sent."""
    kind, what = frame
    try:
        if kind == "text":
            await socket.send_str("x" * 5_000_000 if what == HUGE else what)
        elif kind == "bytes":
            await socket.send_bytes(what)
        elif kind == "close":
            await socket.close(code=what)
        else:
            await (socket.ping(what) if kind == "ping" else socket.pong(what))
    except ConnectionError:
        return


async def hears_again(world: World) -> bool:
    """Whether Slack has a way to the bot before long, and a command is heard."""
    scene = Scene(cast("BotStage", Stage(world)), world.contracts[0])
    for _ in range(12):
        await asyncio.sleep(SECONDS / 12)
        if world.server.hub.sockets(world.app.app_id):
            answer = await scene.person("mathis-berger").command(
                "/incident", "list", channel=scene.shared
            )
            if answer.ok:
                return True
    return False


async def connected(world: World) -> bool:
    """Whether the bot itself thinks so."""
    socket = world.bots["one"].socket
    return socket is not None and await socket.connected()


def played(frames: Sequence[Frame], address: tuple[str, int | str, int] | None) -> list[str]:
    """What is not well after these frames, while this is what answers for the address."""
    wrong: list[str] = []

    async def whole(machine: Machine, _rng: Random) -> None:
        world = World(machine, contracts=[RIVAGE], at=WEDNESDAY, memory=memory_for(0))
        async with world:
            await world.start_all()
            await world.rest()
            if address is not None:
                kind, after, times = address
                world.workspace.faults.add("apps.connections.open", kind, times, after)
                await world.server.hub.drop()
                await asyncio.sleep(1)
            for frame in frames:
                for socket in world.server.hub.sockets(world.app.app_id):
                    await send(socket.ws, frame)
                await asyncio.sleep(2)
            await asyncio.sleep(400 if address else 0)
            world.workspace.faults.clear()
            if not await hears_again(world):
                wrong.append("no command is heard any more")
            elif not await connected(world):
                wrong.append("it takes itself for cut off")
            calls = len(world.workspace.calls.of("apps.connections.open"))
            if calls > MOST_CALLS + 2 * len(frames):
                wrong.append(f"{calls} calls of apps.connections.open")

    play(SEED, whole)
    return wrong


@pytest.fixture(autouse=True, scope="module")
def _prepared() -> None:
    prepare()


@PLAYS
@given(frames=st.lists(FRAMES, max_size=6), address=st.none() | ADDRESSES)
@example(frames=[("pong", b"sdk-ping-pong:nan")], address=None)
@example(frames=[], address=("retry_after_garbage", 3, 3))
@example(frames=[], address=("ratelimited", 0, 10_000))
def test_whatever_comes_over_the_socket_the_bot_hears_slack_again(
    caplog: pytest.LogCaptureFixture,
    frames: list[Frame],
    address: tuple[str, int | str, int] | None,
) -> None:
    caplog.clear()
    with caplog.at_level(logging.INFO), capture_logs() as said:
        assert played(frames, address) == []
    traces = [entry for entry in said if entry.get("exc_info")]
    traces += [record for record in caplog.records if record.exc_info]
    assert not traces, traces
