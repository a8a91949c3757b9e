"""Accounts of people: opened, changed, closed, undisturbed; apps that asked are told."""

from typing import Any

from sandbox.changes import events
from sandbox.model.user import User
from sandbox.model.workspace import Workspace


def join(ws: Workspace, *, name: str, email: str, **details: Any) -> User:
    """Open an account for somebody new; the address of a closed account may be taken."""
    user = ws.add_user(name=name, email=email, **details)
    _tell(ws, "team_join", user)
    return user


def deactivate(ws: Workspace, user: User) -> None:
    """Close somebody's account: what is posted to their direct conversations is still taken."""
    change(ws, user, deleted=True)


def reactivate(ws: Workspace, user: User) -> None:
    """Open somebody's closed account again."""
    change(ws, user, deleted=False)


def change(ws: Workspace, user: User, **details: Any) -> None:
    """Change what is known of somebody: `email`, `locale`, `real_name`, `deleted`…"""
    for name, value in details.items():
        if not hasattr(user, name):
            raise ValueError(f"a user has no {name}")
        setattr(user, name, value)
    user.updated = int(ws.now())
    _tell(ws, "user_change", user)
    ws.changed()


def set_dnd(ws: Workspace, user: User, start: int, end: int) -> None:
    """Let somebody be undisturbed for a while; 0 and 0 ends it."""
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


def _tell(ws: Workspace, kind: str, user: User) -> None:
    described = {
        app.app_id: user.to_api(
            ws.now(), include_locale=True, with_email=app.has("users:read.email")
        )
        for app in ws.apps.values()
    }
    for app in list(ws.apps.values()):
        event = {
            "type": kind,
            "user": described[app.app_id],
            "cache_ts": int(ws.now()),
            "event_ts": events.event_ts(ws),
        }
        events.emit(ws, event, only=app)
