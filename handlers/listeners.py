"""What Slack sends, brought to the desk: it is acknowledged once it is kept (decision 0012).

Where the bot stops before, Slack sends it again, or tells the person that it failed; what was
acknowledged is never lost. What is answered takes longer, and comes after. The app processes
before it responds (`process_before_response`): then Bolt acknowledges when a listener returns,
and does not look for it every 10 ms.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Coroutine
from datetime import UTC, datetime
from typing import Any, TypeVar

import structlog
from aiohttp import ClientError
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from escalation.commands import MemberJoined, MemberLeft
from escalation.contract import Contract
from escalation.refusals import NotAllowed, Refusal
from handlers.blocks import WORD_JOINER, section
from handlers.desk import BUTTON_PREFIX, Click, Desk, OpenForm, refusal_field
from handlers.forms import PREFIX as FORM_PREFIX
from handlers.forms import Purpose
from handlers.from_message import form_from
from handlers.front import Front, OutOfReach
from handlers.heard import Heard, NotTold, Once, Respond, answering, tell_as_typed
from handlers.home import PREFIX as HOME_PREFIX
from handlers.home import home_blocks
from handlers.refusal_words import (
    bug_words,
    form_not_opened_words,
    out_of_reach_words,
    refusal_words,
)
from handlers.rendered import Rendered
from handlers.slack_text import unescape
from handlers.texts import Texts
from handlers.verbs import SlashCommand

log = structlog.get_logger()
T = TypeVar("T")

SHORTCUT = "open_incident_from_message"
LONGEST_PAGE = 6  # digits
ACCOUNT_EVENTS = ("user_change", "team_join")
TRIGGER_USED = "exchanged_trigger_id"
TRIGGER_SPENT = {"expired_trigger_id", "invalid_trigger_id", TRIGGER_USED}
TRIGGER_LIVES_SECONDS = 3.0


Deed = Callable[[Heard], Coroutine[Any, Any, None]]


def register(
    app: AsyncApp,
    front: Front,
    client: AsyncWebClient,
    commands: tuple[SlashCommand, ...],
    names: dict[str, str],
) -> Listeners:
    """Listen to everything the manifest subscribes to, and answer by this client.

    Bolt's own would take a proxy's answer for Slack's.

    `names` maps each slash command as it is typed ("/incident", "/crise") to the command's name.
    """
    listeners = Listeners(front, Desk(front, commands), client)
    kept = listeners.kept
    for typed, name in names.items():
        app.command(typed)(kept(listeners.slash(name)))
    app.action(re.compile(f"^{BUTTON_PREFIX}"))(kept(listeners.click))
    app.action(re.compile(f"^{HOME_PREFIX}"))(kept(listeners.turn_home))
    app.action(re.compile(".*"))(listeners.ignore)
    app.view(re.compile(f"^{FORM_PREFIX}"))(listeners.submit)
    app.view_closed(re.compile(".*"))(listeners.ignore)
    app.message_shortcut(SHORTCUT)(kept(listeners.shortcut))
    app.event("member_joined_channel")(kept(listeners.joined))
    app.event("member_left_channel")(kept(listeners.left))
    app.event("app_home_opened")(kept(listeners.home))
    for kind in ACCOUNT_EVENTS:
        app.event(kind)(kept(listeners.account))
    for kind, deed in listeners.channels().items():
        app.event(kind)(kept(deed))
    app.event("message")(listeners.ignore)
    app.event(re.compile(".*"))(listeners.ignore)
    app.error(listeners.failed)
    return listeners


class Listeners:
    """One method for each kind of thing Slack sends."""

    def __init__(self, front: Front, desk: Desk, client: AsyncWebClient) -> None:
        self._front = front
        self._desk = desk
        self._client = client
        self._working: set[asyncio.Task[Any]] = set()
        self._once = Once()

    async def drained(self) -> None:
        """Wait until nothing is being worked on."""
        while self._working:
            await asyncio.wait(self._working)

    async def cut_off(self) -> None:
        """End what is still being worked on; it stays unacknowledged, unless it was kept."""
        working = list(self._working)
        for task in working:
            task.cancel()
        await asyncio.gather(*working, return_exceptions=True)

    def kept(self, deed: Deed) -> Callable[..., Awaitable[BoltResponse | None]]:
        """Acknowledge when the deed is kept, also to a delivery that comes again meanwhile."""

        async def listener(ack: Respond, body: dict[str, Any]) -> BoltResponse | None:
            client = self._client
            heard = Heard(body=body, respond=answering(body, client), client=client)
            first = self._once.first(heard)
            if first is heard:
                self._begin(self._work(deed, heard))
            if not await first.is_kept():
                return BoltResponse(status=500)  # no acknowledgement: it is to come again
            await ack()
            return None

        return listener

    def _begin(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        task = asyncio.create_task(work)
        self._working.add(task)
        task.add_done_callback(self._working.discard)
        return task

    async def _work(self, deed: Deed, heard: Heard) -> None:
        try:
            await deed(heard)
            heard.keep()
        except Refusal as refusal:  # of an event: there is nobody to tell
            log.info("refused", action="event_refused", code=refusal.code)
            heard.keep()
        except Exception as error:  # noqa: BLE001  # `failed` logs it
            await self.failed(error, heard.body)
        finally:
            if heard.fail():
                self._once.forget(heard)
            heard.let_go()

    async def _logged(self, work: Awaitable[None], body: dict[str, Any]) -> None:
        try:
            await work
        except Exception as error:  # noqa: BLE001  # `failed` logs it
            await self.failed(error, body)

    def slash(self, name: str) -> Deed:
        """What one slash command does."""
        command = self._desk.command(name)

        async def typed(heard: Heard) -> None:
            body = heard.body
            user = body["user_id"]
            await self._answer(
                self._desk.typed(
                    command,
                    str(body.get("text") or ""),
                    typed=body["command"],
                    user=user,
                    channel=body["channel_id"],
                    key=f"slash/{body['trigger_id']}",
                ),
                heard,
                user=user,
                tell=heard.respond,
            )

        return typed

    async def click(self, heard: Heard) -> None:
        """A button or a menu of one of our messages."""
        body = heard.body
        action, user = body["actions"][0], body["user"]["id"]
        channel = (body.get("channel") or {}).get("id", "")
        click = Click.load(action["action_id"], action["value"])

        async def tell(*, replace_original: bool = False, **message: Any) -> None:
            if body.get("response_url"):
                await heard.respond(
                    **message, response_type="ephemeral", replace_original=replace_original
                )
            else:
                await heard.client.chat_postMessage(channel=user, **message)

        await self._answer(
            self._desk.clicked(
                click, user=user, channel=channel, key=f"click/{body['trigger_id']}"
            ),
            heard,
            user=user,
            tell=tell,
        )

    async def submit(self, ack: Respond, body: dict[str, Any]) -> None:
        """A form was submitted: its faults are shown in the form."""
        purpose = Purpose.load(body["view"]["private_metadata"])
        told = await self._begin(self._submitted(purpose, ack, body))
        if told is not None:  # Bolt answers the form when this returns: the rest is said after
            whisper = self._whisper(purpose.channel, body["user"]["id"], told)
            self._begin(self._logged(whisper, body))

    async def _submitted(
        self, purpose: Purpose, ack: Respond, body: dict[str, Any]
    ) -> Rendered | None:
        """Answer the form; gives what is to be said besides."""
        view, user = body["view"], body["user"]["id"]
        link = self._link(purpose.values.pop("message", ""))
        try:
            rendered = await self._desk.submitted(
                purpose, view["state"]["values"], user=user, key=f"form/{view['id']}", link=link
            )
        except Refusal as refusal:
            texts, contract = await self._reader(user, purpose.contract)
            verb = self._desk.command(purpose.command).verb(purpose.verb)
            field = refusal_field(verb, refusal) if verb else ""
            return await _fault(ack, field, refusal_words(refusal, texts, contract=contract))
        except Exception as bug:  # noqa: BLE001  # `_bug` logs it
            words = await self._bug(bug, user, view["id"])
            return await _fault(ack, next(iter(view["state"]["values"]), ""), words)
        await ack()
        return rendered

    async def shortcut(self, heard: Heard) -> None:
        """Open an incident from a message: its words, and later its link, go with it."""
        body = heard.body
        user = body["user"]["id"]
        opening = form_from(self._desk, body["message"], user=user, channel=body["channel"]["id"])
        await self._answer(opening, heard, user=user, tell=heard.respond)

    async def joined(self, heard: Heard) -> None:
        """Somebody joined a channel: a crisis keeps count (CRI-4), and the bot may be awaited."""
        event = heard.body["event"]
        if self._front.is_bot(event["user"]):
            await self._front.channel_appeared(event["channel"])
        else:
            await self._presence(heard.body, MemberJoined)

    async def left(self, heard: Heard) -> None:
        """Somebody left a channel."""
        await self._presence(heard.body, MemberLeft)

    async def _presence(
        self, body: dict[str, Any], moved: type[MemberJoined] | type[MemberLeft]
    ) -> None:
        event = body["event"]
        if event.get("inviter"):
            return  # put there by an invitation: they have not come by themselves
        crisis = await self._front.read(lambda tx: tx.crisis_in_room(event["channel"]))
        if crisis is None:
            return
        contract = await self._front.read(lambda tx: tx.contract(crisis.contract))
        person = await self._front.person_of(contract, event["user"])
        if person is None:
            return
        await self._front.perform(
            moved(
                contract=contract.id,
                crisis=crisis.id,
                by=person.id,
                source="event",
                key=f"event/{body['event_id']}",
            )
        )

    async def account(self, heard: Heard) -> None:
        """A Slack user changed, or is new: their account may be closed, or open again (ESC-5)."""
        await self._front.account_changed(heard.body["event"]["user"], self._told_at(heard))

    def _told_at(self, heard: Heard) -> datetime:
        event = heard.body["event"]
        told = float(event.get("event_ts") or heard.body.get("event_time") or 0)
        return datetime.fromtimestamp(told, UTC)

    def channels(self) -> dict[str, Deed]:
        """What Slack tells of channels, by the type of the event: which one bears which name."""
        deeds: dict[str, Deed] = {"channel_id_changed": self._channel_moved}
        for word in ("channel", "group"):
            deeds[f"{word}_rename"] = self._channel_named
            deeds[f"{word}_archive"] = deeds[f"{word}_deleted"] = self._channel_gone
            deeds[f"{word}_unarchive"] = self._channel_appeared
        return deeds | {"channel_created": self._channel_named}

    async def _channel_named(self, heard: Heard) -> None:
        channel = heard.body["event"]["channel"]
        await self._front.channel_named(channel["id"], channel["name"])

    async def _channel_gone(self, heard: Heard) -> None:
        await self._front.channel_gone(heard.body["event"]["channel"])

    async def _channel_appeared(self, heard: Heard) -> None:
        await self._front.channel_appeared(heard.body["event"]["channel"])

    async def _channel_moved(self, heard: Heard) -> None:
        event = heard.body["event"]
        await self._front.channel_moved(event["old_channel_id"], event["new_channel_id"])

    async def home(self, heard: Heard) -> None:
        """The App Home: what concerns the reader now."""
        event = heard.body["event"]
        heard.keep()  # it asks nothing of the memory
        if event.get("tab") == "home":
            await self._publish_home(heard, event["user"], 1)

    async def turn_home(self, heard: Heard) -> None:
        """Another page of the App Home."""
        heard.keep()
        page = str(heard.body["actions"][0].get("value") or "")
        number = int(page) if page.isdecimal() and len(page) <= LONGEST_PAGE else 1
        await self._publish_home(heard, heard.body["user"]["id"], number)

    async def _publish_home(self, heard: Heard, user: str, page: int) -> None:
        callers = await self._front.callers(user)
        blocks = await home_blocks(self._front, callers, page) if callers else []
        if not blocks:
            texts = self._front.texts_for(user)
            words = refusal_words(NotAllowed("unknown_person"), texts)
            blocks = [section(words)]

        async def say(shown: Rendered) -> None:
            view = {"type": "home", "blocks": shown.blocks}
            await heard.client.views_publish(user_id=user, view=view)

        await tell_as_typed(Rendered(text="", blocks=blocks), say)

    async def ignore(self, ack: Respond) -> None:
        """Nothing to do but to say it was received."""
        await ack()

    async def failed(self, error: Exception, body: dict[str, Any]) -> None:
        """A listener failed outside `_answer`: the log keeps the trace, where it is a bug."""
        kind = body.get("type") or body.get("command")
        if isinstance(error, OutOfReach):
            log.warning("out of reach", action="out_of_reach", kind=kind, why=str(error))
        elif isinstance(error, NotTold):
            log.warning("an answer did not arrive", action="not_told", kind=kind, why=str(error))
        else:
            log.error("a listener failed", action="listener_failed", kind=kind, exc_info=error)

    async def _answer(
        self,
        work: Awaitable[Rendered | OpenForm],
        heard: Heard,
        *,
        user: str,
        tell: Respond,
    ) -> None:
        trigger = heard.body["trigger_id"]
        try:
            response = await work
            heard.keep()
            if isinstance(response, OpenForm):
                if await _opened(heard.client, trigger, response.view):
                    return
                texts, _ = await self._reader(user)
                response = Rendered(text=form_not_opened_words(texts))
        except Refusal as refusal:
            heard.keep()
            texts, contract = await self._reader(user)
            response = Rendered(text=refusal_words(refusal, texts, contract=contract))
        except Exception as bug:  # noqa: BLE001  # `_bug` logs it
            response = Rendered(text=await self._bug(bug, user, trigger))

        async def say(shown: Rendered) -> None:
            message: dict[str, Any] = {"text": shown.text}
            if shown.blocks:
                message["blocks"] = shown.blocks
            if shown.in_place:
                message["replace_original"] = True
            await tell(**message)

        await tell_as_typed(response, say)

    async def _bug(self, bug: Exception, user: str, where: str) -> str:
        """Log a bug, and the words that tell its reference: also where nobody can be looked up.

        That the database or Slack is away is no bug, and is said for what it is.
        """
        if isinstance(bug, OutOfReach):
            log.warning("out of reach", action="out_of_reach", user=user, why=str(bug))
            # what is remembered of the person will do: nothing is read for it
            return out_of_reach_words(self._front.texts_for(user))
        reference = where.replace(".", "")[-6:]
        log.error("a bug", action="bug", reference=reference, user=user, exc_info=bug)
        try:
            texts, _ = await self._reader(user)
        except Exception as second:
            log.error("nobody can be looked up", action="bug", reference=reference, exc_info=second)
            texts = self._front.texts_for(user)
        return bug_words(reference, texts)

    async def _reader(self, user: str, contract: str = "") -> tuple[Texts, Contract | None]:
        """The reader's words, and the contract that gives ids their names where it is certain."""
        callers = await self._front.callers(user)
        named = [c for c in callers if c.contract.id == contract] or callers
        if not named:
            return self._front.texts_for(user), None
        return named[0].texts, named[0].reading if len(named) == 1 else None

    def _link(self, message: str) -> str:
        if not message:
            return ""
        channel, ts, thread = (*message.split("/"), "")[:3]
        return self._front.link_to(channel, ts, thread)

    async def _whisper(self, channel: str, user: str, rendered: Rendered) -> None:
        """Tell one person: in the channel where they asked, for their eyes only, else directly."""

        async def here(shown: Rendered) -> None:
            words: dict[str, Any] = {"text": shown.text, "blocks": shown.blocks or None}
            await self._client.chat_postEphemeral(channel=channel, user=user, **words)

        async def directly(shown: Rendered) -> None:
            words: dict[str, Any] = {"text": shown.text, "blocks": shown.blocks or None}
            await self._client.chat_postMessage(channel=user, **words)

        if channel and not channel.startswith("D"):
            try:
                await tell_as_typed(rendered, here)
                return
            except NotTold as error:
                log.info("told directly instead", why=str(error))
        await tell_as_typed(rendered, directly)


async def _opened(client: AsyncWebClient, trigger: str, view: dict[str, Any]) -> bool:
    """Open a form; False where its time was over, Slack refuses it, or nobody knows.

    What got lost on the way is tried once more while the trigger lives.
    """
    time = asyncio.get_running_loop().time
    until = time() + TRIGGER_LIVES_SECONDS / 2
    again = False
    while True:
        try:
            await client.views_open(trigger_id=trigger, view=view)
        except SlackApiError as error:
            why = str(error.response.get("error"))
            if again and why == TRIGGER_USED:
                return True  # the first try has opened it
            if why in TRIGGER_SPENT:
                log.warning("a form came too late", action="form_not_opened", why=why)
                return False
            if error.response.status_code < 500:
                log.error("Slack refuses a form", action="form_refused", why=why,
                          form=view.get("callback_id"))  # fmt: skip
                return False
        except (ClientError, TimeoutError) as error:
            why = repr(error)[:200]
        else:
            return True
        if again or time() > until:
            log.warning("a form was not opened", action="form_not_opened", why=why)
            return False
        again = True


async def _fault(ack: Respond, field: str, words: str) -> Rendered | None:
    """Show a fault at its field; where it has none, close the form, to say it besides."""
    if field:
        plain = unescape(words.replace(WORD_JOINER, ""))  # Slack formats nothing there
        await ack(response_action="errors", errors={field: plain})
        return None
    await ack()
    return Rendered(text=words)
