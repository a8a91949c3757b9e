"""What anybody can send to the two sites: nobody but Slack is heard, and both go on answering."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.web.monitoring_site import WatchSite
from bot.web.slack_door import MOST_BYTES, PATH
from tests.bot.web.test_slack_site import NOW, SECRET, Site, signed
from tests.bot.web.test_slack_site import site as slack_site_fixture
from tests.fuzz.ground import FUZZ, Fuzzed

REFUSED = range(400, 500)
WORDS = st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=30)
TARGETS = [
    "/healthz",
    "/readyz",
    "/metrics",
    PATH,
    "/",
    "//",
    "/..",
    "/%00",
    "/%ff",
    "*",
    "/healthz?x",
]
HEADS = st.dictionaries(
    st.sampled_from(
        ["Content-Type", "X-Slack-Signature", "X-Slack-Request-Timestamp", "X-Slack-Retry-Num",
         "Content-Encoding", "Transfer-Encoding", "Expect", "Cookie", "Host", "Range"]
    ),
    st.one_of(
        WORDS,
        st.sampled_from(
            ["application/json", "application/x-www-form-urlencoded", "v0=", "v0=" + "0" * 64, "0",
             "-1", "9" * 30, "\u0663", "1e9", "gzip", "deflate", "chunked", "100-continue",
             "text/plain; charset=" + "x" * 50, str(NOW)]
        ),
    ),
    max_size=5,
)  # fmt: skip


@dataclass
class Sites:
    """Both sites, on the loop of the examples."""

    loop: asyncio.AbstractEventLoop
    slack: Site
    ports: tuple[int, int]

    def send(self, data: bytes, port: int) -> int:
        """Send bytes as they are; the status of what is answered, 0 where nothing is."""

        async def send() -> int:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(data)
            writer.write_eof()
            async with asyncio.timeout(20):
                answer = await reader.read()
            writer.close()
            return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/1.") else 0

        return self.loop.run_until_complete(send())


@pytest.fixture(scope="module")
def sites(fuzzed: Fuzzed) -> Iterator[Sites]:
    loop = fuzzed.loop
    made: Any = slack_site_fixture.__wrapped__
    making = made()
    slack: Site = loop.run_until_complete(anext(making))
    watch = _watch(fuzzed)
    loop.run_until_complete(watch.start("127.0.0.1", 0))
    yield Sites(loop, slack, (slack.port, watch.port))
    loop.run_until_complete(watch.stop())
    with pytest.raises(StopAsyncIteration):
        loop.run_until_complete(anext(making))


def _watch(fuzzed: Fuzzed) -> WatchSite:

    bot = fuzzed.scene.stage.running
    return WatchSite(metrics=bot.metrics, unready=bot.readiness.unready, count=bot.gauges.count)


def request(method: str, target: str, heads: dict[str, str], body: bytes) -> bytes:
    """A request, however odd, as bytes."""
    lines = [f"{method} {target} HTTP/1.1", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in heads.items()]
    if "Transfer-Encoding" not in heads:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode("utf-8", "replace") + body


@FUZZ
@given(
    which=st.sampled_from([0, 1]),
    method=st.sampled_from(["GET", "POST", "PUT", "HEAD", "OPTIONS", "get", "", "BREW"]),
    target=st.one_of(st.sampled_from(TARGETS), WORDS.map(lambda word: f"/{word}")),
    heads=HEADS,
    body=st.binary(max_size=200),
)
@example(which=0, method="POST", target=PATH, heads={}, body=b"")
@example(
    which=0, method="POST", target=PATH, body=b"ssl_check=1",
    heads={"X-Slack-Request-Timestamp": "\u0663", "Content-Type": "application/json"},
)  # fmt: skip
def test_no_request_of_a_stranger_is_heard_or_ends_a_site(
    sites: Sites,
    caplog: pytest.LogCaptureFixture,
    which: int,
    method: str,
    target: str,
    heads: dict[str, str],
    body: bytes,
) -> None:
    caplog.clear()
    with caplog.at_level(logging.INFO):
        status = sites.send(request(method, target, heads, body), sites.ports[which])

    assert status < 500
    if which == 0 and b"ssl_check" not in body:
        assert status == 0 or status in REFUSED
    assert sites.slack.heard == []
    assert not [
        record for record in caplog.records if record.exc_info and record.name != "aiohttp.server"
    ]


@FUZZ
@given(
    body=st.binary(max_size=400), at=st.integers(-600, 600), secret=st.sampled_from([SECRET, "x"])
)
@example(body=b"{", at=0, secret=SECRET)
@example(body=b"[]", at=0, secret=SECRET)
@example(body=b"payload=%ff%fe", at=0, secret=SECRET)
@example(body=b"x" * (MOST_BYTES + 1), at=0, secret=SECRET)
def test_a_signed_body_that_is_no_command_is_never_heard(
    sites: Sites, body: bytes, at: int, secret: str
) -> None:
    heads = signed(body, at=at, secret=secret)

    status = sites.loop.run_until_complete(sites.slack.post(body, **heads))

    assert status < 500
    assert sites.slack.heard == []
