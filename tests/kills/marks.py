"""Lets a bot write on the board what it is in the middle of. Nothing else of it is changed."""

from __future__ import annotations

from typing import Any

from sqlalchemy.engine.default import DefaultDialect

import bot.time.timer_worker
from bot.delivery.crisis_rooms import Rooms
from bot.delivery.dispatcher import Dispatcher
from bot.delivery.hold import Hold
from bot.slack.budgeted_client import BudgetedClient
from bot.web.event_site import EventSite
from escalation.messages.report import ReportFile, ReportIssued
from escalation.perform import fire
from handlers.slack.inbound_request import InboundRequest
from handlers.slack.inbox import Inbox
from store.queues.outbox import Outbox
from store.queues.timers import Timers
from tests.kills.board import STEP, Step

REPORTS = {ReportIssued.topic, ReportFile.topic}
BEFORE = {
    ("letter", "chat.postMessage"): "letter: on its way",
    ("letter", "chat.update"): "letter: on its way",
    ("report", "chat.postMessage"): "letter: on its way",
    ("room", "conversations.create"): "room: being made",
}
AFTER = {
    ("letter", "chat.postMessage"): "letter: sent, not recorded",
    ("letter", "chat.update"): "letter: sent, not recorded",
    ("report", "chat.postMessage"): "report: its message stands, its file is on the way",
    ("room", "conversations.create"): "room: made, not marked",
    ("room", "conversations.setPurpose"): "room: marked, not recorded",
}
COMMIT = {
    "timers": ("timers: in the commit", ""),
    "letter": ("letter: in the commit of its record", ""),
    "report": ("letter: in the commit of its record", ""),
    "room": ("room: in the commit of its record", "letter: sent, not recorded"),
    "command": ("command: in the commit", "command: committed, not acknowledged"),
}


def mark() -> None:
    """Mark every step of this process from here on."""
    _around(Timers, "fire", "timers", "timers: being answered")
    _around(EventSite, "take", "event", "event: heard, not answered")
    _around(Outbox, "claim", "claim", "letter: being taken")
    _messages()
    _calls()
    _commands()
    _commits()


def _around(owner: type, name: str, kind: str, phase: str) -> None:
    inner = getattr(owner, name)

    async def marked(*arguments: Any, **options: Any) -> Any:
        step = Step(kind, phase)
        token = STEP.set(step)
        try:
            return await inner(*arguments, **options)
        finally:
            step.move("")
            STEP.reset(token)

    setattr(owner, name, marked)


def _messages() -> None:
    handle, open_room = Dispatcher._handle, Rooms._open

    async def handling(self: Dispatcher, hold: Hold) -> None:
        kind = "report" if hold.outgoing.topic in REPORTS else "letter"
        step = Step(kind, "letter: taken, not sent")
        STEP.set(step)
        try:
            await handle(self, hold)
        finally:
            step.move("")

    async def opening(self: Rooms, *arguments: Any) -> Any:
        if (step := STEP.get()) is not None:
            step.kind = "room"
        return await open_room(self, *arguments)

    Dispatcher._handle = handling
    Rooms._open = opening


def _calls() -> None:
    call = BudgetedClient.api_call

    async def calling(self: BudgetedClient, api_method: str, **options: Any) -> Any:
        step = STEP.get()
        if step is not None and (phase := BEFORE.get((step.kind, api_method))):
            step.move(phase)
        answer = await call(self, api_method, **options)
        if step is not None and (phase := AFTER.get((step.kind, api_method))):
            step.move(phase)
        return answer

    BudgetedClient.api_call = calling


def _commands() -> None:
    work, keep = Inbox._work, InboundRequest.keep

    async def working(self: Inbox, deed: Any, heard: InboundRequest) -> None:
        step = Step("command", "command: heard, not committed")
        STEP.set(step)
        try:
            await work(self, deed, heard)
        finally:
            step.move("")

    def keeping(self: InboundRequest) -> None:
        keep(self)
        if (step := STEP.get()) is not None and step.kind == "command":
            step.move("")
            step.kind = ""

    Inbox._work = working
    InboundRequest.keep = keeping


def _commits() -> None:
    commit = DefaultDialect.do_commit

    def committing(self: DefaultDialect, connection: Any) -> None:
        step = STEP.get()
        during, after = COMMIT.get(step.kind, ("", "")) if step is not None else ("", "")
        if step is not None and during and step.phase:
            step.move(during)
            commit(self, connection)
            step.move(after)
        else:
            commit(self, connection)

    DefaultDialect.do_commit = committing


def never_early(complain: Any) -> None:
    """Complain of each timer that is answered before its time."""

    def ringing(tx: Any, due: Any, now: Any) -> bool:
        if due.due > now:
            complain(f"early: {due} at {now}")
        return fire(tx, due, now)

    bot.time.timer_worker.fire = ringing
