"""Buttons and menus in messages, modals and Home tabs, as somebody touches them."""

from typing import Any

from sandbox.delivery import Delivery, Dispatcher
from sandbox.model.channel import Channel
from sandbox.model.message import Message
from sandbox.model.user import User
from sandbox.model.view import View, elements
from sandbox.model.workspace import Workspace
from sandbox.people import fields, payloads
from sandbox.people.result import Impossible, Result

Json = dict[str, Any]


class Touch:
    """Finds what somebody touches, and tells the app."""

    def __init__(self, workspace: Workspace, dispatcher: Dispatcher, user: User) -> None:
        self._ws = workspace
        self._dispatcher = dispatcher
        self._user = user

    async def in_message(
        self,
        channel: Channel | None,
        message_ts: str | None,
        *,
        action_id: str,
        block_id: str | None,
        entered: Any,
        value: str | None,
    ) -> Result:
        """Touch something in a message: the newest one that has it, when none is named."""
        place, message, block, element = self._find(channel, message_ts, action_id, block_id, value)
        app = self._ws.app_of_bot(message.user)
        if app is None:
            raise Impossible("the message is no app's")
        held = _entered(element, entered)
        if held is not None:
            message.state.setdefault(block["block_id"], {})[element["action_id"]] = held
        act = payloads.action(self._ws, block, element, held)
        payload = payloads.message_actions(self._ws, app, self._user, place, message, act=act)
        ack = await self._dispatcher.request(app, Delivery(kind="interactive", payload=payload))
        return Result(ok=ack.ok, error=ack.error, ack=ack.payload)

    def _find(
        self,
        channel: Channel | None,
        message_ts: str | None,
        action_id: str,
        block_id: str | None,
        value: str | None,
    ) -> tuple[Channel, Message, Json, Json]:
        if channel is not None:
            places = [channel]
        else:
            mine = self._ws.channels.values()
            places = [c for c in mine if self._user.id in c.members]
        found = []
        for place in places:
            for message in place.seen_by(self._user.id):
                if message_ts not in {None, message.ts}:
                    continue
                hit = find_element(shown_blocks(message), action_id, block_id, value)
                if hit is not None:
                    found.append((place, message, *hit))
        if not found:
            raise Impossible(f"{self._user.name} sees nothing called {action_id} there")
        return max(found, key=lambda hit: float(hit[1].ts))

    def view_with(
        self, action_id: str, block_id: str | None = None, value: str | None = None
    ) -> View | None:
        """Find the view one can touch this in: the modal on top, else the Home tab."""
        top = self._ws.views.top(self._user.id)
        views = [top] if top is not None else []
        for view in [*views, *self._ws.views.homes(self._user.id)]:
            if find_element(view.blocks, action_id, block_id, value) is not None:
                return view
        return None

    async def in_view(
        self, action_id: str, block_id: str | None, entered: Any, value: str | None
    ) -> Result:
        """Touch something in the modal on top, or in the Home tab."""
        view = self.view_with(action_id, block_id, value)
        hit = find_element(view.blocks, action_id, block_id, value) if view else None
        if view is None or hit is None:
            raise Impossible(f"{self._user.name} sees no view with {action_id}")
        block, element = hit
        held = _entered(element, entered)
        if held is not None and element["type"] != "overflow":
            view.state.setdefault(block["block_id"], {})[element["action_id"]] = held
        if block["type"] == "input" and not block.get("dispatch_action"):
            self._ws.changed()
            return Result(ok=True)
        app = self._ws.apps[view.app_id]
        act = payloads.action(self._ws, block, element, held)
        payload = payloads.view_actions(self._ws, app, self._user, view, act)
        ack = await self._dispatcher.request(app, Delivery(kind="interactive", payload=payload))
        return Result(ok=ack.ok, error=ack.error, ack=ack.payload)


def shown_blocks(message: Message) -> list[Json]:
    """List the blocks of a message and of its attachments."""
    attached = [b for a in message.attachments for b in a.get("blocks", [])]
    return [*message.blocks, *attached]


def find_element(
    blocks: list[Json], action_id: str, block_id: str | None, value: str | None
) -> tuple[Json, Json] | None:
    """Find what one can touch, with the block it stands in."""
    for block, element in elements(blocks):
        if element["action_id"] != action_id or block_id not in {None, block["block_id"]}:
            continue
        if value is None or element.get("value") == value:
            return block, element
    return None


def _entered(element: Json, value: Any) -> Json | None:
    if element["type"] == "button":
        return None
    try:
        return fields.entered(element, value)
    except fields.BadValue as fault:
        raise Impossible(str(fault)) from fault
