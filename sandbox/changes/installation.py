"""Apps removed from the workspace, and told of it."""

from sandbox.changes import events
from sandbox.model.app import App
from sandbox.model.workspace import Workspace


def uninstall(ws: Workspace, app: App) -> None:
    """Remove an app: it hears of it, and its tokens are worth nothing any more."""
    revoked = {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [app.bot_user_id]}}
    events.emit(ws, revoked, only=app)
    events.emit(ws, {"type": "app_uninstalled"}, only=app)
    app.installed = False
    ws.changed()
