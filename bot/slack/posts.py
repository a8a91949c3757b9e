"""Posting, updating and finding messages in Slack."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.calls import Uncertain, Undeliverable, sure
from handlers.words.as_typed import say_as_typed
from handlers.words.rendered import File, Rendered
from handlers.words.slack_text import unescape
from store.transaction.outbox_message import OutboxMessage

METADATA_TYPE = "escalade_letter"
PAGE = 200
NOT_UPLOADED = "file_not_found"  # of an upload that was taken a moment ago
NO_THREAD = frozenset(
    {
        "cannot_reply_to_message",
        "restricted_action_non_threadable_channel",
        "restricted_action_thread_locked",
        "thread_not_found",
    }
)
CLOCKS_APART = timedelta(minutes=10)  # at most, between us and Slack


@dataclass(frozen=True, slots=True)
class MessageReference:
    """The place where a message stands; `ts` is empty for what is not a message.

    `shown` is a digest of what it says; "" where that is not known. `stood`: it was there before,
    with all that goes with it.
    """

    channel: str
    ts: str = ""
    shown: str = ""
    stood: bool = False


class Posts:
    """Messages in Slack, each marked with the id of its outbox message."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client

    async def post(
        self, channel: str, outgoing: OutboxMessage, rendered: Rendered, thread: str = ""
    ) -> MessageReference:
        """Post a message, joining the channel where the bot is not in it yet.

        In a thread, unless nobody can answer there: what it began with may have been removed.
        """
        try:
            return await self._post(channel, outgoing, rendered, thread)
        except Undeliverable as refusal:
            if refusal.code in NO_THREAD:
                return await self._post(channel, outgoing, rendered, "")
            if refusal.code != "not_in_channel":
                raise
        await sure(self._client.conversations_join(channel=channel))
        return await self._post(channel, outgoing, rendered, thread)

    async def _post(
        self, channel: str, outgoing: OutboxMessage, rendered: Rendered, thread: str
    ) -> MessageReference:
        async def say(shown: Rendered) -> Any:
            return await sure(
                self._client.chat_postMessage(
                    channel=channel,
                    thread_ts=thread or None,
                    text=shown.text,
                    blocks=shown.blocks or None,
                    unfurl_links=False,
                    unfurl_media=False,
                    metadata={"event_type": METADATA_TYPE, "event_payload": _marks(outgoing)},
                )
            )

        answer = await say_as_typed(rendered, say)
        return MessageReference(answer["channel"], answer["ts"], digest(rendered))

    async def update(self, place: MessageReference, rendered: Rendered) -> MessageReference:
        """Replace a message by its newest form, unless it is known to say just that."""

        async def say(shown: Rendered) -> Any:
            return await sure(
                self._client.chat_update(
                    channel=place.channel, ts=place.ts, text=shown.text, blocks=shown.blocks
                )
            )

        says = digest(rendered)
        if says != place.shown:
            await say_as_typed(rendered, say)
        return MessageReference(place.channel, place.ts, says, stood=True)

    async def find(
        self, channel: str, outgoing: OutboxMessage, thread: str = ""
    ) -> dict[str, MessageReference]:
        """Return what an earlier, uncertain attempt posted of an outbox message and its companions.

        By the messages' ids: in the thread, and beside it, for there may have been none then.
        However busy the conversation, all that was said since the message was written is looked
        at, until all are found.
        """
        wanted = {each.id for each in outgoing.with_companions}
        found: dict[str, MessageReference] = {}
        since = f"{(outgoing.at - CLOCKS_APART).timestamp():.6f}"
        if thread:
            try:
                await self._look(channel, since, wanted, found, thread)
            except Undeliverable as refusal:
                if refusal.code not in NO_THREAD:
                    raise
        if len(found) < len(wanted):
            await self._look(channel, since, wanted, found)
        return found

    async def _look(
        self,
        channel: str,
        since: str,
        wanted: set[str],
        found: dict[str, MessageReference],
        thread: str = "",
    ) -> None:
        """Look for these ids, page by page, until all are found."""
        cursor: str | None = None
        while True:
            span: dict[str, Any] = {
                "channel": channel,
                "oldest": since,
                "limit": PAGE,
                "include_all_metadata": True,
                "cursor": cursor,
            }
            if thread:
                answer = await sure(self._client.conversations_replies(ts=thread, **span))
            else:
                answer = await sure(self._client.conversations_history(**span))
            for message in answer["messages"]:
                for mark in wanted & _marked(message):
                    found.setdefault(mark, MessageReference(channel, message["ts"]))
            cursor = (answer.get("response_metadata") or {}).get("next_cursor") or None
            if cursor is None or len(found) == len(wanted):
                return

    async def attach(self, place: MessageReference, file: File, *, look: bool) -> None:
        """Join a file to a message, in its thread; with `look`, unless it is there already.

        Each recipient's is uploaded for itself. Slack can share one upload with many channels
        (files.completeUploadExternal, `channels`), but not in threads, so not beside the message,
        and says nothing of each: who has it could not be known. Links to one upload that nobody
        was given unfurl only after a while, unseen by us.
        """
        if look and await self._is_attached(place, file):
            return
        upload = self._client.files_upload_v2(
            channel=place.channel,
            thread_ts=place.ts,
            filename=file.name,
            title=file.title,
            initial_comment=file.name,
            content=file.content,
        )
        try:
            await sure(upload)
        except Undeliverable as refusal:
            if refusal.code != NOT_UPLOADED:
                raise
            raise Uncertain("something else took the file in Slack's place") from refusal

    async def _is_attached(self, place: MessageReference, file: File) -> bool:
        """Return whether the file is there: known by the words that came with it.

        What a file is called Slack need not tell without `files:read`, nor of conversations that
        are shared with another organisation.
        """
        answer = await sure(
            self._client.conversations_replies(channel=place.channel, ts=place.ts, limit=PAGE)
        )
        return any(
            m.get("files") and file.name == unescape(m.get("text") or "")
            for m in answer["messages"]
        )

    async def pin(self, place: MessageReference, *, pinned: bool = True) -> None:
        """Pin a message, or unpin it; what is so already is well."""
        where = {"channel": place.channel, "timestamp": place.ts}
        try:
            if pinned:
                await sure(self._client.pins_add(**where))
            else:
                await sure(self._client.pins_remove(**where))
        except Undeliverable as refusal:
            if refusal.code not in {"already_pinned", "too_many_pins", "no_pin", "not_pinned"}:
                raise


def _marks(outgoing: OutboxMessage) -> dict[str, str]:
    """Return what marks a message: the id of its outbox message, and of all that go with it."""
    together = {"letters": " ".join(each.id for each in outgoing.with_companions)}
    return {"letter": outgoing.id} | (together if outgoing.companions else {})


def _marked(message: dict[str, Any]) -> set[str]:
    """The ids of the outbox messages that a message is of."""
    metadata: dict[str, Any] = message.get("metadata") or {}
    if metadata.get("event_type") != METADATA_TYPE:
        return set()
    payload = metadata.get("event_payload") or {}
    return {str(payload.get("letter", "")), *str(payload.get("letters", "")).split()}


def digest(rendered: Rendered) -> str:
    """A digest of a message's words and blocks."""
    said = json.dumps([rendered.text, rendered.blocks], ensure_ascii=False, sort_keys=True)
    return sha256(said.encode()).hexdigest()
