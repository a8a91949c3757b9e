"""Views: modals in stacks of three, and Home tabs."""

import json
from dataclasses import dataclass, field
from typing import Any

from sandbox.base.errors import SlackError
from sandbox.base.ids import Ids, secret

State = dict[str, dict[str, dict[str, Any]]]
MAX_STACK = 3
MAX_BYTES = 250_000


@dataclass(eq=False)
class View:
    """A modal or a Home tab as it stands now."""

    id: str
    app_id: str
    user_id: str
    spec: dict[str, Any]
    team_id: str
    bot_id: str
    root_view_id: str
    previous_view_id: str | None = None
    hash: str = ""
    state: State = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    response_channels: dict[str, str] = field(default_factory=dict)

    @property
    def type(self) -> str:
        """Either modal or home."""
        return str(self.spec.get("type", "modal"))

    @property
    def blocks(self) -> list[dict[str, Any]]:
        """Return what it shows."""
        blocks: list[dict[str, Any]] = self.spec["blocks"]
        return blocks

    def to_api(self) -> dict[str, Any]:
        """Describe the view as views.open does and as payloads carry it."""
        spec = self.spec
        return {
            "id": self.id,
            "team_id": self.team_id,
            "type": self.type,
            "blocks": self.blocks,
            "private_metadata": spec.get("private_metadata", ""),
            "callback_id": spec.get("callback_id", ""),
            "state": {"values": self.state},
            "hash": self.hash,
            "title": spec.get("title"),
            "clear_on_close": spec.get("clear_on_close", False),
            "notify_on_close": spec.get("notify_on_close", False),
            "submit_disabled": spec.get("submit_disabled", False),
            "close": spec.get("close"),
            "submit": spec.get("submit"),
            "previous_view_id": self.previous_view_id,
            "root_view_id": self.root_view_id,
            "app_id": self.app_id,
            "external_id": spec.get("external_id", ""),
            "app_installed_team_id": self.team_id,
            "bot_id": self.bot_id,
        }


class Views:
    """Every view open in the workspace, by person and by app."""

    def __init__(self, ids: Ids) -> None:
        self._ids = ids
        self._stacks: dict[str, list[View]] = {}
        self._homes: dict[tuple[str, str], View] = {}
        self.by_id: dict[str, View] = {}

    def stack(self, user_id: str) -> list[View]:
        """List the modals a person has open, the one on top last."""
        return self._stacks.setdefault(user_id, [])

    def top(self, user_id: str) -> View | None:
        """Give the modal a person sees."""
        stack = self.stack(user_id)
        return stack[-1] if stack else None

    def home(self, user_id: str, app_id: str) -> View | None:
        """Give the Home tab an app shows to a person."""
        return self._homes.get((user_id, app_id))

    def homes(self, user_id: str) -> list[View]:
        """List the Home tabs a person has."""
        return [view for (owner, _), view in self._homes.items() if owner == user_id]

    def find(self, view_id: str | None, external_id: str | None = None) -> View | None:
        """Find an open view by Slack's id or by the app's."""
        if view_id:
            return self.by_id.get(view_id)
        matching = (v for v in self.by_id.values() if v.spec.get("external_id") == external_id)
        return next(matching, None) if external_id else None

    def open(self, view: View) -> View:
        """Show a modal to someone, in place of those open."""
        self._check(view)
        self.clear(view.user_id)
        return self._put(view, self.stack(view.user_id))

    def push(self, view: View) -> View:
        """Show a modal on top of the one open."""
        stack = self.stack(view.user_id)
        if len(stack) >= MAX_STACK:
            raise SlackError("push_limit_reached")
        self._check(view)
        if stack:
            view.root_view_id = stack[0].id
            view.previous_view_id = stack[-1].id
        return self._put(view, stack)

    def update(self, view: View, spec: dict[str, Any], expected: str | None = None) -> View:
        """Show something else in the same place, keeping what was entered in the same fields."""
        if expected and expected != view.hash:
            raise SlackError("hash_conflict")
        self._check(view, spec)
        view.spec = spec
        view.errors = {}
        view.hash = self._hash()
        view.state = _carry_over(view.state, initial_state(spec["blocks"]))
        return view

    def publish(self, view: View, expected: str | None = None) -> View:
        """Show a Home tab, in place of the one before."""
        old = self._homes.get((view.user_id, view.app_id))
        if old is not None:
            return self.update(old, view.spec, expected)
        if expected:
            raise SlackError("hash_conflict")
        self._check(view)
        self._homes[view.user_id, view.app_id] = view
        return self._put(view, [])

    def pop(self, user_id: str) -> View | None:
        """Close the modal on top."""
        stack = self.stack(user_id)
        if not stack:
            return None
        view = stack.pop()
        self.by_id.pop(view.id, None)
        return view

    def clear(self, user_id: str) -> None:
        """Close all modals of a person."""
        while self.pop(user_id):
            pass

    def _check(self, view: View, spec: dict[str, Any] | None = None) -> None:
        spec = view.spec if spec is None else spec
        if len(json.dumps(spec, ensure_ascii=False).encode()) > MAX_BYTES:
            raise SlackError("view_too_large")
        external = spec.get("external_id")
        taken = self.find(None, external) if external else None
        if taken is not None and taken is not view:
            raise SlackError("duplicate_external_id")

    def _put(self, view: View, stack: list[View]) -> View:
        view.hash = self._hash()
        view.state = initial_state(view.blocks)
        stack.append(view)
        self.by_id[view.id] = view
        return view

    def _hash(self) -> str:
        return f"{self._ids.number()}.{secret(8)}"


_INITIAL = {
    "initial_value": "value",
    "initial_option": "selected_option",
    "initial_options": "selected_options",
    "initial_user": "selected_user",
    "initial_users": "selected_users",
    "initial_conversation": "selected_conversation",
    "initial_conversations": "selected_conversations",
    "initial_channel": "selected_channel",
    "initial_channels": "selected_channels",
    "initial_date": "selected_date",
    "initial_time": "selected_time",
    "initial_date_time": "selected_date_time",
}

EMPTY: dict[str, dict[str, Any]] = {
    "plain_text_input": {"value": None},
    "email_text_input": {"value": None},
    "url_text_input": {"value": None},
    "number_input": {"value": None},
    "rich_text_input": {"rich_text_value": None},
    "static_select": {"selected_option": None},
    "external_select": {"selected_option": None},
    "radio_buttons": {"selected_option": None},
    "checkboxes": {"selected_options": []},
    "multi_static_select": {"selected_options": []},
    "multi_external_select": {"selected_options": []},
    "users_select": {"selected_user": None},
    "multi_users_select": {"selected_users": []},
    "conversations_select": {"selected_conversation": None},
    "multi_conversations_select": {"selected_conversations": []},
    "channels_select": {"selected_channel": None},
    "multi_channels_select": {"selected_channels": []},
    "datepicker": {"selected_date": None},
    "timepicker": {"selected_time": None},
    "datetimepicker": {"selected_date_time": None},
    "file_input": {"files": []},
}


def elements(blocks: list[dict[str, Any]]) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """List what one can touch, each with the block it stands in."""
    out: list[tuple[dict[str, Any], dict[str, Any]]] = []
    for block in blocks:
        found = [block.get("element"), block.get("accessory")]
        if block.get("type") == "actions":
            found += block.get("elements", [])
        out += [(block, e) for e in found if isinstance(e, dict) and "action_id" in e]
    return out


def initial_state(blocks: list[dict[str, Any]]) -> State:
    """Return what the fields hold before anyone touched them."""
    state: State = {}
    for block, element in elements(blocks):
        kind = element.get("type", "")
        if kind not in EMPTY:
            continue
        value = {"type": kind, **EMPTY[kind]}
        for given, name in _INITIAL.items():
            if given in element:
                value[name] = element[given]
        state.setdefault(block["block_id"], {})[element["action_id"]] = value
    return state


def _carry_over(old: State, new: State) -> State:
    for block_id, fields in new.items():
        for action_id, value in fields.items():
            kept = old.get(block_id, {}).get(action_id)
            if kept is not None and kept.get("type") == value.get("type"):
                fields[action_id] = kept
    return new
