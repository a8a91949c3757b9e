"""apps.connections.open: an address for Socket Mode."""

from sandbox.base.errors import SlackError
from sandbox.base.ids import secret
from sandbox.webapi.call import Call, Json, method


@method("apps.connections.open", tier=3, kind="app")
def connections_open(call: Call) -> Json:
    """Give an address that works for one connection."""
    app, ws = call.caller, call.ws
    if not app.socket_mode:
        raise SlackError("socket_mode_not_enabled")
    ticket = secret(32)
    ws.tickets[ticket] = None if ws.faults.take_dead_ticket() else app.app_id
    base = ws.base_url.replace("http", "ws", 1)
    return {"url": f"{base}/link/?ticket={ticket}&app_id={app.app_id}"}
