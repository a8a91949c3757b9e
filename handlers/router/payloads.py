"""The shape of what Slack sends, as far as anything here reads it: checked once, at the door.

What is shaped otherwise is refused as a whole, before anything looks at a part of it. What a type
that nobody listens to looks like is nobody's concern.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

LONGEST_NAME = 255
LONGEST_TEXT = 100_000  # far more than Slack lets anybody write
MOST_ACTIONS = 100
LAST_SECOND = 9_999_999_999  # Slack's instants have ten digits
DEEPEST = 40
MOST_PARTS = 20_000
SAID = 3  # of so many faults it is said where they are

_SURROGATE = re.compile("[\ud800-\udfff]")

Name = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_NAME)]
Text = Annotated[str, StringConstraints(max_length=LONGEST_TEXT)]
Parts = dict[str, Any]


class Misshapen(Exception):
    """A payload of Slack that has another shape: what is wrong, in a line without its values."""

    def __init__(self, kind: str, why: str) -> None:
        super().__init__(why)
        self.kind = kind


class _Part(BaseModel):
    """Read as it is: a number is no text."""

    model_config = ConfigDict(strict=True, extra="ignore")


class _Named(_Part):
    id: Name


class _Sent(_Part):
    """Fields that Bolt reads of everything, to know who and where it is."""

    type: Name | None = None
    is_enterprise_install: bool | str | None = None
    enterprise: _Named | str | None = None
    enterprise_id: str | None = None
    team: _Named | str | None = None
    team_id: str | None = None
    user_id: str | None = None
    channel_id: str | None = None
    response_url: Text | None = None
    response_urls: list[Parts] = []
    authorizations: list[Parts] | None = None
    function_data: Parts = {}
    event: Parts = {}
    item: Parts = {}


class _Command(_Sent):
    command: Name
    user_id: Name
    channel_id: Name
    trigger_id: Name
    text: Text | None = None


class _Action(_Part):
    action_id: Name
    block_id: str | None = None
    value: Text | None = None


class _Click(_Sent):
    user: _Named
    trigger_id: Name
    actions: Annotated[list[_Action], Field(min_length=1, max_length=MOST_ACTIONS)]
    channel: _Named | None = None
    message: Parts | None = None
    view: Parts | None = None
    container: Parts | None = None


class _Chosen(_Part):
    value: Text = ""


class _Entered(_Part):
    value: Text | None = None
    selected_option: _Chosen | None = None
    selected_date_time: Annotated[int, Field(ge=0, le=LAST_SECOND)] | None = None


class _State(_Part):
    values: dict[str, dict[str, _Entered]]


class _View(_Part):
    id: Name
    type: Name
    callback_id: Annotated[str, StringConstraints(max_length=LONGEST_NAME)]


class _FilledIn(_View):
    private_metadata: Text
    state: _State


class _BeingFilledIn(_FilledIn):
    """A form that is sent back with more in it."""

    hash: Text
    title: Parts
    submit: Parts
    close: Parts
    blocks: Annotated[list[Parts], Field(max_length=MOST_ACTIONS)]


class _Closed(_Sent):
    user: _Named
    view: _View


class _Form(_Sent):
    user: _Named
    view: _FilledIn


class _Message(_Part):
    ts: Name
    text: Text | None = None
    thread_ts: str | None = None


class _Shortcut(_Sent):
    user: _Named
    trigger_id: Name
    callback_id: Name


class _MessageShortcut(_Shortcut):
    channel: _Named
    message: _Message


class _Happened(_Part):
    type: Name


class _Moved(_Happened):
    user: Name
    channel: Name


class _Looked(_Happened):
    user: Name
    tab: str | None = None


class _Profile(_Part):
    email: str | None = None


class _Grid(_Part):
    teams: list[str] | None = None


class _User(_Named):
    profile: _Profile | None = None
    team_id: str | None = None
    enterprise_user: _Grid | None = None
    is_stranger: bool | None = None
    is_bot: bool | None = None
    locale: str | None = None
    deleted: bool | None = None


class _Account(_Happened):
    user: _User
    event_ts: Annotated[str, StringConstraints(pattern=r"^\d{1,10}(\.\d{1,6})?$")] | None = None


class _Channel(_Named):
    name: Name


class _Renamed(_Happened):
    channel: _Channel


class _Opened(_Happened):
    channel: Name


class _NewId(_Happened):
    old_channel_id: Name
    new_channel_id: Name


class _Event(_Sent):
    type: Literal["event_callback"]
    event_id: Name
    event_time: Annotated[int, Field(ge=0, le=LAST_SECOND)] | None = None
    event: Parts


SHAPES: dict[str, type[_Sent]] = {
    "command": _Command,
    "block_actions": _Click,
    "view_submission": _Form,
    "view_closed": _Closed,
    "message_action": _MessageShortcut,
    "shortcut": _Shortcut,
    "event_callback": _Event,
}
EVENTS: dict[str, type[_Happened]] = {
    "member_joined_channel": _Moved,
    "member_left_channel": _Moved,
    "app_home_opened": _Looked,
    "user_change": _Account,
    "team_join": _Account,
    "channel_created": _Renamed,
    "channel_rename": _Renamed,
    "group_rename": _Renamed,
    "channel_archive": _Opened,
    "channel_deleted": _Opened,
    "channel_unarchive": _Opened,
    "group_archive": _Opened,
    "group_deleted": _Opened,
    "group_unarchive": _Opened,
    "channel_id_changed": _NewId,
}


def check(body: Mapping[str, Any]) -> str:
    """Of what kind it is that Slack sent, by one of a few words; raises Misshapen."""
    kind = "command" if "command" in body else body.get("type")
    kind = kind if isinstance(kind, str) and kind in SHAPES else "other"
    if why := _unkeepable(body):
        raise Misshapen(kind, why)
    try:
        SHAPES.get(kind, _Sent).model_validate(body)
        if kind == "event_callback":
            happened = _Happened.model_validate(body["event"])
            EVENTS.get(happened.type, _Happened).model_validate(body["event"])
        elif kind == "block_actions" and (body.get("view") or {}).get("type") == "modal":
            _BeingFilledIn.model_validate(body["view"])
    except ValidationError as fault:
        raise Misshapen(kind, _places(fault)) from None
    except (ValueError, RecursionError):
        raise Misshapen(kind, "it cannot be read") from None
    return kind


def _unkeepable(body: object) -> str:
    """Say whether it is nested too deep, of too many parts, or has text that no database takes."""
    level, count = [body], 0
    for _ in range(DEEPEST):
        below: list[object] = []
        for part in level:
            if isinstance(part, str):
                if "\0" in part or (not part.isascii() and _SURROGATE.search(part)):
                    return "text with characters that are none"
            elif isinstance(part, Mapping):
                below += part.keys()
                below += part.values()
            elif isinstance(part, list):
                below += part
        count += len(below)
        if not below:
            return ""
        if count > MOST_PARTS:
            return "too many parts"
        level = below
    return "nested too deep"


def _places(fault: ValidationError) -> str:
    """Return where the faults are: the values, which may be anybody's, are not said."""
    faults = [
        f"{'.'.join(str(part)[:40] for part in each['loc'][:4])} {each['type']}"
        for each in fault.errors(include_url=False, include_context=False, include_input=False)
    ]
    return "; ".join(faults[:SAID]) + (" …" if len(faults) > SAID else "")
