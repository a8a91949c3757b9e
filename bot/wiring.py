"""The composition root: builds the running bot from its parts, starts it and stops it."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field
from datetime import timedelta
from time import monotonic
from typing import Any

import aiohttp
import structlog
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.alarm_clock import AlarmClock
from bot.auditor import Auditor
from bot.clock import Clock, FlowingClock
from bot.command_rates import Rated, Rates
from bot.courier import Courier
from bot.directory import Directory
from bot.duty_words import undated_words
from bot.errors import CannotStart
from bot.front import BotFront
from bot.heartbeat import Heartbeat
from bot.lookout import Lookout
from bot.metrics import Metrics
from bot.outcomes import FALLBACK_AFTER
from bot.pace import Pace
from bot.paced_client import PacedClient
from bot.retention import Retention
from bot.slack_calls import NotSent, Uncertain, Undeliverable, sure
from bot.slack_refusals import remedy
from bot.socket import LOOK_SECONDS, PATIENCE_SECONDS, SocketWatch
from bot.tasks import Tasks
from bot.ticker import Ticker
from bot.tracing import Tracing
from bot.watch_site import WatchSite
from bot.ways import Way
from bot.ways_out import open_session
from config.contract_file import ContractText, read_texts, recall_contract
from escalation.contract import Contract
from handlers.inbound import read
from handlers.inbox import Inbox
from handlers.listeners import register
from handlers.shape import Misshapen, kind_of
from handlers.texts import Texts
from store.database import Store

log = structlog.get_logger()

CALL_TIMEOUT_SECONDS = 15.0
STUCK_SECONDS = 15.0
DRAIN_SECONDS = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Plug:
    """How the bot reaches Slack, and how patiently, in seconds. Secrets never show."""

    api_url: str = "https://slack.com/api/"
    bot_token: str = field(repr=False)
    app_token: str = field(default="", repr=False)
    call_timeout: float = CALL_TIMEOUT_SECONDS
    socket_patience: float = PATIENCE_SECONDS
    socket_look: float = LOOK_SECONDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Watching:
    """How the bot is watched from outside. No `port`: no site; no URL: no signs of life."""

    host: str = "127.0.0.1"
    port: int | None = None
    heartbeat_url: str = field(default="", repr=False)
    heartbeat_seconds: float = 60.0
    otlp_endpoint: str = ""


class _GuardedApp(AsyncApp):
    """Reads what Slack sent, once; measures how long Slack waits for its acknowledgement."""

    acks: Any
    names: dict[str, str]

    async def async_dispatch(self, req: AsyncBoltRequest) -> BoltResponse:
        """Hand what Slack sent to its listener, which returns when it may be acknowledged."""
        try:
            inbound = req.context["inbound"] = read(req.body, self.names)
        except Misshapen as why:
            kind = kind_of(req.body)
            log.warning("not as Slack sends it", action="misshapen", kind=kind, why=str(why))
            return BoltResponse(status=400)
        with self.acks.labels(inbound.kind).time():
            return await super().async_dispatch(req)


class Bot:
    """The whole bot. `start(ticking=False)` leaves time to whoever calls `settle`."""

    def __init__(
        self,
        *,
        plug: Plug,
        database_url: str,
        database_direct_url: str = "",
        contracts: tuple[ContractText, ...],
        names: dict[str, str],
        clock: Clock,
        ways: tuple[Way, ...] = (),
        fallback_after: timedelta = FALLBACK_AFTER,
        chance: random.Random | None = None,
        rates: Rates | None = None,
        kept: timedelta = timedelta(0),
        watching: Watching | None = None,
    ) -> None:
        self._plug = plug
        self._ways = ways
        self._fallback_after = fallback_after
        self._chance = chance
        self._contracts = contracts
        self._names = names
        self._rates = rates
        self._kept = kept
        self._watching = watching or Watching()
        self.metrics = Metrics()
        self.tracing = Tracing.to(self._watching.otlp_endpoint)
        self.tasks = Tasks(self.metrics)
        self.site: WatchSite | None = None
        self.clock = clock
        self.store = Store(
            database_url, read_contract=recall_contract, direct_url=database_direct_url
        )
        if isinstance(clock, FlowingClock):
            self.store.on_time(clock.wall.follow)
        self.alarms: AlarmClock | None = None
        self.socket: SocketWatch | None = None
        self._session: aiohttp.ClientSession | None = None

    async def start(self, *, ticking: bool = True) -> None:
        """Start everything; raises CannotStart, and leaves nothing open then."""
        try:
            await self._start(ticking)
        except BaseException:
            await self.stop()
            raise

    async def _start(self, ticking: bool) -> None:
        await self._open_site()
        await self.store.start()
        ids = await self._put_contracts()
        self._session = open_session(timeout=self._plug.call_timeout)
        self.client = PacedClient(
            pace=Pace(),
            clock=self.clock,
            metrics=self.metrics,
            tracing=self.tracing,
            token=self._plug.bot_token,
            base_url=self._plug.api_url,
            session=self._session,
            retry_handlers=[],
            timeout=self._plug.call_timeout,
        )
        self.directory = Directory(self.client, self.clock, store=self.store, contracts=ids)
        self.front = BotFront(
            self.store, self.clock, self.directory, ids, self.metrics, self.tracing
        )
        self.front.language = await self._common_language()
        self.ticker = Ticker(self.store, self.clock, self.metrics, self.tracing)
        self.courier = Courier(
            store=self.store,
            clock=self.clock,
            directory=self.directory,
            perform=self.front.carry_out,
            ways=self._ways,
            fallback_after=self._fallback_after,
            chance=self._chance,
            metrics=self.metrics,
            tracing=self.tracing,
        )
        self.auditor = Auditor(
            store=self.store,
            clock=self.clock,
            metrics=self.metrics,
            wake_ticker=self._wake_ticker,
            wake_courier=self.courier.woken.set,
        )
        await self._check_token()
        await self.directory.load()

        async def authorize() -> AuthorizeResult:  # Bolt asks Slack, before it hears a command
            return self.directory.me.authorized(self._plug.bot_token)

        self.app = _GuardedApp(
            name="escalade",  # Bolt reads the sources of all callers for one otherwise
            client=self._unnamed_client(),
            authorize=authorize,
            request_verification_enabled=False,  # the site verifies, before anything is parsed
            process_before_response=True,  # Bolt looks for an acknowledgement every 10 ms otherwise
        )
        self.app.acks = self.metrics.acks
        self.app.names = self._names
        if self._rates is not None:
            self.app.use(Rated(self._rates, self.front, self.clock, self.client))
        self.listeners = register(self.app, self.front, self.client, self._names)
        if ticking:
            self._tick()
        if self._plug.app_token:
            await self._open_socket()

    def _tick(self) -> None:
        alarms = self.alarms = AlarmClock(self.clock)
        alarms.start()
        self.store.on_armed(alarms.wake_at)
        self.store.on_sent(self.courier.stir)
        self.tasks.begin("ticker", lambda: self.ticker.run(alarms))
        self.tasks.begin("courier", self.courier.run)
        lookout = Lookout(
            store=self.store,
            clock=self.clock,
            metrics=self.metrics,
            alarms=alarms,
            ticker=self.ticker,
            courier=self.courier,
        )
        self.tasks.begin("lookout", lookout.run)
        self.tasks.begin("auditor", self.auditor.run)
        if self._kept:
            self.tasks.begin("retention", Retention(self.store, self.clock, self._kept).run)
        self.tasks.begin("directory", self.directory.run)
        if self._watching.heartbeat_url:
            self.tasks.begin("heartbeat", self._heartbeat().run)

    def _wake_ticker(self) -> None:
        if self.alarms is not None:
            self.alarms.woken.set()

    # ── seen from outside ────────────────────────────────────────────────────────────────────

    async def _open_site(self) -> None:
        if self._watching.port is None:
            return
        self.site = WatchSite(metrics=self.metrics, unready=self.unready, count=self._count)
        await self.site.start(self._watching.host, self._watching.port)

    async def _count(self) -> None:
        if getattr(self, "auditor", None) is not None:
            await self.auditor.count()

    def _heartbeat(self) -> Heartbeat:
        if self._session is None:
            raise RuntimeError("not started")
        return Heartbeat(
            url=self._watching.heartbeat_url,
            every=self._watching.heartbeat_seconds,
            session=self._session,
            withheld=self.withheld,
            seals=self.store.last_seals,
            metrics=self.metrics,
        )

    async def withheld(self) -> list[str]:
        """What speaks against a sign of life: timers or messages that do not move."""
        why = await self._stuck()
        await self._count()
        return why + self.auditor.withheld()

    async def unready(self) -> list[str]:
        """Why it cannot do its work now; nothing where it can."""
        why = await self._stuck()
        if self._plug.app_token and not (self.socket and await self.socket.connected()):
            why.append("Slack cannot reach the bot: its socket is down")
            if self.socket and self.socket.refused:
                why.append(remedy(self.socket.refused, "SLACK_APP_TOKEN"))
        return why

    async def _stuck(self) -> list[str]:
        if self.alarms is None:
            return ["starting"]
        why = [f"{name} keeps failing" for name in self.tasks.failing()]
        for name, worker in (("ticker", self.ticker), ("courier", self.courier)):
            if monotonic() - worker.advanced_at > STUCK_SECONDS:
                why.append(f"the {name} stands still")
        try:
            async with asyncio.timeout(STUCK_SECONDS / 5):
                await self.store.next_due()
        except Exception as trouble:  # noqa: BLE001  whatever it is, it cannot be read
            why.append(f"the database cannot be read: {type(trouble).__name__}")
        return why

    async def _open_socket(self) -> None:
        plug = self._plug
        socket = self.socket = SocketWatch(
            self.app,
            plug.app_token,
            self.client,
            patience=plug.socket_patience,
            look=plug.socket_look,
            metrics=self.metrics,
        )
        try:
            await sure(socket.connect())
        except Undeliverable as refusal:
            raise CannotStart(remedy(refusal.code, "SLACK_APP_TOKEN")) from refusal
        except (NotSent, Uncertain) as trouble:
            log.warning("Slack is out of reach; trying on", action="socket_down", why=str(trouble))
        self.tasks.begin("socket", socket.run)

    async def _check_token(self) -> None:
        try:
            await self.directory.me.learn()
        except Undeliverable as refusal:
            raise CannotStart(remedy(refusal.code, "SLACK_BOT_TOKEN")) from refusal
        except (NotSent, Uncertain) as trouble:
            log.warning("Slack is out of reach; going on", action="slack_down", why=str(trouble))

    def _unnamed_client(self) -> AsyncWebClient:
        """What Bolt makes its clients like; it gives each the token by itself."""
        return AsyncWebClient(
            base_url=self._plug.api_url,
            session=self._session,
            retry_handlers=[],
            timeout=int(self._plug.call_timeout),
        )

    async def _common_language(self) -> str:
        """The language of all contracts; English where they have more than one."""
        languages = {contract.language for contract in await self.front.contracts()}
        return languages.pop() if len(languages) == 1 else "en"

    async def _put_contracts(self) -> tuple[str, ...]:
        """Read each contract once; those that were in force before are not checked again."""
        if not self._contracts:
            raise CannotStart("no contract file was given; set ESCALADE_CONTRACTS")
        accepted = await self.store.accepted_versions([each.version for each in self._contracts])
        read = await asyncio.to_thread(read_texts, self._contracts, accepted)
        await self._tell_of_duty(read)
        texts = [each.text for each in self._contracts]
        await self.store.put_contracts(list(zip(read, texts, strict=True)), self.clock.now())
        return tuple(contract.id for contract in read)

    async def _tell_of_duty(self, read: tuple[Contract, ...]) -> None:
        """Tell the operator whose duty an edited contract changes without saying from when."""
        now = self.clock.now()
        for old, new in await self.store.replaced(read):
            if words := undated_words(old, new, now, Texts.of("en", new.zone)):
                head, *moved = words
                log.warning(head, action="duty_moved", contract=new.id, moves=moved)

    async def settle(self) -> int:
        """Do all there is to do at this instant: fire what is due, deliver what waits."""
        total = 0
        while True:
            done = await self.ticker.fire_due() + await self.courier.deliver_waiting()
            done += await self.directory.advance()
            if not done:
                return total
            total += done

    async def _hear_out(self) -> None:
        """Hear nothing new, and finish what was heard, for a while."""
        inbox: Inbox | None = getattr(self, "listeners", None)
        try:
            async with asyncio.timeout(DRAIN_SECONDS):
                if self.socket is not None:
                    await self.socket.answered()  # while there is a way to acknowledge it
                    await self.socket.close()
                if inbox is not None:
                    await inbox.drained()
        except TimeoutError:
            log.warning("stopped while listeners were working", action="stop_cut_short")
            if inbox is not None:
                await inbox.cut_off()  # before the ways to answer are closed
            if self.socket is not None:
                await self.socket.close()

    async def stop(self) -> None:
        """Stop everything: nothing new comes in, what is being done is finished (within bounds).

        What was not sent stays in the outbox.
        """
        await self.tasks.cancel("socket", "heartbeat", "auditor", "retention")
        await self._hear_out()
        if self.alarms is not None:
            self.alarms.stop()
        await self.tasks.cancel("lookout", "ticker", "courier", "directory")
        if getattr(self, "courier", None) is not None:
            await self.courier.finish(DRAIN_SECONDS)
        if getattr(self, "directory", None) is not None:
            await self.directory.stop()
        if self._session is not None:
            await self._session.close()
        await self.store.stop()
        if self.site is not None:
            await self.site.stop()
        if self.tracing.on:
            await asyncio.to_thread(self.tracing.stop)
