"""The parts that a bot is made from: its database, contracts, clock, and how it reaches Slack."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.clock import Clock
from bot.patience import CALL_TIMEOUT_SECONDS, FALLBACK_AFTER, LOOK_SECONDS, PATIENCE_SECONDS
from bot.web.feed_site import FeedLinks
from config.contract.file import ContractText

if TYPE_CHECKING:
    from bot.delivery.contact_methods import ContactMethod


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackConnection:
    """The way the bot reaches Slack, and how patiently, in seconds. Secrets never show."""

    api_url: str = "https://slack.com/api/"
    bot_token: str = field(repr=False)
    app_token: str = field(default="", repr=False)
    call_timeout: float = CALL_TIMEOUT_SECONDS
    socket_patience: float = PATIENCE_SECONDS
    socket_look: float = LOOK_SECONDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Monitoring:
    """The watch over the bot from outside. No `port`: no site; no URL: no signs of life."""

    host: str = "127.0.0.1"
    port: int | None = None
    heartbeat_url: str = field(default="", repr=False)
    heartbeat_seconds: float = 60.0
    otlp_endpoint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """Says all there is to say of a bot before it starts.

    `methods`, the contact methods besides Slack, is asked late: they are slow to import.
    `commands_a_minute` 0 sets no limit, `kept` 0 keeps everything. `secret` gives what a contract
    names as a secret.
    """

    connection: SlackConnection
    database_url: str = field(repr=False)
    database_direct_url: str = field(default="", repr=False)
    contracts: tuple[ContractText, ...]
    names: dict[str, str]
    secret: Callable[[str], str] = field(default=lambda _: "", repr=False)
    clock: Clock
    methods: Callable[[], tuple[ContactMethod, ...]] = tuple
    fallback_after: timedelta = FALLBACK_AFTER
    chance: random.Random = field(default_factory=random.Random)
    commands_a_minute: int = 0
    commands_at_once: int = 1
    kept: timedelta = timedelta(0)
    monitoring: Monitoring = Monitoring()
    feeds: FeedLinks = field(default_factory=FeedLinks)
