"""Trigger ids: a few seconds in which an app may open a modal."""

from dataclasses import dataclass

from sandbox.base.errors import SlackError
from sandbox.base.ids import Ids, secret

LIFETIME = 3.0


@dataclass
class Trigger:
    """A permission to show someone something, for what they did."""

    user_id: str
    app_id: str
    sent: float
    view_id: str | None = None
    used: bool = False


class Triggers:
    """The trigger ids given out, and what became of them."""

    def __init__(self, ids: Ids, lifetime: float = LIFETIME) -> None:
        self._ids = ids
        self._lifetime = lifetime
        self._given: dict[str, Trigger] = {}

    def give(self, user_id: str, app_id: str, now: float, view_id: str | None = None) -> str:
        """Make a trigger id for what a person just did."""
        trigger_id = f"{self._ids.number()}.{self._ids.number()}.{secret(32)}"
        self._given[trigger_id] = Trigger(user_id, app_id, now, view_id)
        return trigger_id

    def exchange(self, trigger_id: str, app_id: str, now: float) -> Trigger:
        """Use a trigger id: once, by the app it was given to, within three seconds."""
        trigger = self._given.get(trigger_id)
        if trigger is None or trigger.app_id != app_id:
            raise SlackError("invalid_trigger_id")
        if trigger.used:
            raise SlackError("exchanged_trigger_id")
        if now - trigger.sent > self._lifetime:
            raise SlackError("expired_trigger_id")
        trigger.used = True
        return trigger
