"""Modals as somebody fills them in, submits and closes them."""

from typing import Any

from sandbox.base.errors import SlackError
from sandbox.blocks import blockkit
from sandbox.delivery import Delivery, Dispatcher
from sandbox.model.user import User
from sandbox.model.view import View
from sandbox.model.workspace import Workspace
from sandbox.people import fields, payloads
from sandbox.people.result import Impossible, Result


class Modals:
    """The modals one person has open."""

    def __init__(self, workspace: Workspace, dispatcher: Dispatcher, user: User) -> None:
        self._ws = workspace
        self._dispatcher = dispatcher
        self._user = user

    async def submit(self, values: dict[str, Any]) -> Result:
        """Fill in the modal on top, submit it, and do what the app answers."""
        view = self._ws.views.top(self._user.id)
        if view is None:
            raise Impossible(f"{self._user.name} has no modal open")
        self._fill(view, values)
        errors = self._check(view)
        if errors:
            view.errors = errors
            self._ws.changed()
            return Result(ok=False, error="invalid_input", errors=errors)
        app = self._ws.apps[view.app_id]
        payload = payloads.submission(self._ws, app, self._user, view)
        delivery = Delivery(kind="interactive", payload=payload, accepts_response=True)
        ack = await self._dispatcher.request(app, delivery)
        if not ack.ok:
            return Result(ok=False, error=ack.error)
        answer = ack.payload if isinstance(ack.payload, dict) else {}
        try:
            errors = self._apply(view, answer)
        except SlackError as refusal:
            return Result(ok=False, error=refusal.code, ack=ack.payload)
        self._ws.changed()
        return Result(ok=not errors, ack=ack.payload, errors=errors)

    def _fill(self, view: View, values: dict[str, Any]) -> None:
        blocks = {block["block_id"]: block for block in view.blocks}
        for block_id, given in values.items():
            element = blocks.get(block_id, {}).get("element")
            if element is None:
                raise Impossible(f"there is no field {block_id}: {', '.join(blocks)}")
            action_id = element["action_id"]
            value = given[action_id] if _by_action(given, action_id) else given
            try:
                held = fields.entered(element, value)
            except fields.BadValue as fault:
                raise Impossible(str(fault)) from fault
            view.state.setdefault(block_id, {})[action_id] = held

    @staticmethod
    def _check(view: View) -> dict[str, str]:
        errors = {}
        for block in view.blocks:
            if block["type"] != "input":
                continue
            held = view.state.get(block["block_id"], {}).get(block["element"]["action_id"])
            refusal = fields.refusal(block, held)
            if refusal is not None:
                errors[block["block_id"]] = refusal
        return errors

    def _apply(self, view: View, answer: dict[str, Any]) -> dict[str, str]:
        views, action = self._ws.views, answer.get("response_action")
        view.errors = {}
        if action == "errors":
            view.errors = dict(answer.get("errors") or {})
            inputs = {b["block_id"] for b in view.blocks if b["type"] == "input"}
            if not view.errors or not set(view.errors) <= inputs:
                raise SlackError("invalid_errors")
        elif action == "clear":
            views.clear(self._user.id)
        elif action == "update":
            views.update(view, blockkit.prepare_view(answer.get("view")))
        elif action == "push":
            views.push(self._another(view, answer.get("view")))
        elif view in views.stack(self._user.id):
            views.stack(self._user.id).remove(view)
            views.by_id.pop(view.id, None)
        return view.errors

    def _another(self, view: View, spec: Any) -> View:
        view_id = self._ws.ids.next("V")
        return View(
            id=view_id,
            app_id=view.app_id,
            user_id=view.user_id,
            spec=blockkit.prepare_view(spec),
            team_id=view.team_id,
            bot_id=view.bot_id,
            root_view_id=view_id,
        )

    async def close(self, *, clear: bool = False) -> Result:
        """Close the modal on top, or all; tell the app when it wants to know."""
        stack = self._ws.views.stack(self._user.id)
        if not stack:
            raise Impossible(f"{self._user.name} has no modal open")
        clear = clear or bool(stack[-1].spec.get("clear_on_close"))
        view = stack[0] if clear else stack[-1]
        if clear:
            self._ws.views.clear(self._user.id)
        else:
            self._ws.views.pop(self._user.id)
        self._ws.changed()
        if not view.spec.get("notify_on_close"):
            return Result(ok=True)
        app = self._ws.apps[view.app_id]
        payload = payloads.closed(self._ws, app, self._user, view, cleared=clear)
        ack = await self._dispatcher.request(app, Delivery(kind="interactive", payload=payload))
        return Result(ok=ack.ok, error=ack.error)


def _by_action(given: Any, action_id: str) -> bool:
    return isinstance(given, dict) and action_id in given
