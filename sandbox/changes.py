"""What the workspace's administrators and people change, and the apps hear of."""

from typing import Any

from sandbox import events
from sandbox.app import App
from sandbox.user import User
from sandbox.workspace import Workspace


def change_user(ws: Workspace, user_id: str, **fields: Any) -> User:
    """Change somebody: their language, their time zone, that they left…"""
    user = ws.user(user_id)
    for name, value in fields.items():
        if not hasattr(user, name):
            raise ValueError(f"a user has no {name}")
        setattr(user, name, value)
    user.updated = int(ws.now())
    described = user.to_api(ws.now(), include_locale=True)
    event = {"type": "user_change", "user": described, "event_ts": events.event_ts(ws)}
    events.emit(ws, event)
    ws.changed()
    return user


def set_dnd(ws: Workspace, user_id: str, start: int, end: int) -> User:
    """Let somebody be undisturbed for a while; 0 and 0 ends it."""
    user = ws.user(user_id)
    user.dnd.enabled = end > start
    user.dnd.start, user.dnd.end = (start, end) if user.dnd.enabled else (1, 1)
    event = {
        "type": "dnd_updated_user",
        "user": user.id,
        "dnd_status": user.dnd.to_api(ws.now(), own=False),
        "event_ts": events.event_ts(ws),
    }
    events.emit(ws, event)
    ws.changed()
    return user


def uninstall(ws: Workspace, app: App) -> None:
    """Remove an app: it hears of it, and its tokens are worth nothing any more."""
    revoked = {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [app.bot_user_id]}}
    events.emit(ws, revoked, only=app)
    events.emit(ws, {"type": "app_uninstalled"}, only=app)
    app.installed = False
    ws.changed()
