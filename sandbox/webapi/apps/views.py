"""views.*: modals and Home tabs."""

from sandbox.base.errors import SlackError
from sandbox.blocks import blockkit
from sandbox.model.view import View
from sandbox.webapi.call import Call, Json, method


def new_view(call: Call, user_id: str, spec: Json) -> View:
    """Make a view of the calling app for a person."""
    view_id = call.ws.ids.next("V")
    return View(
        id=view_id,
        app_id=call.caller.app_id,
        user_id=user_id,
        spec=spec,
        team_id=call.ws.team.id,
        bot_id=call.caller.bot_id,
        root_view_id=view_id,
    )


def _spec(call: Call, kind: str) -> Json:
    spec = blockkit.prepare_view(call.args.json("view"))
    if spec["type"] != kind:
        text = f"view of type {spec['type']} cannot be shown here [json-pointer:/view/type]"
        raise SlackError.invalid("invalid_arguments", text)
    return spec


def _shown(call: Call, view: View) -> Json:
    call.ws.changed()
    return {"view": view.to_api()}


@method("views.open", tier=4)
def open_view(call: Call) -> Json:
    """Show a modal to whoever just did something."""
    spec = _spec(call, "modal")
    trigger_id = call.args.need("trigger_id")
    trigger = call.ws.triggers.exchange(trigger_id, call.caller.app_id, call.ws.now())
    return _shown(call, call.ws.views.open(new_view(call, trigger.user_id, spec)))


@method("views.push", tier=4)
def push(call: Call) -> Json:
    """Show a modal on top of the one somebody just touched."""
    spec = _spec(call, "modal")
    trigger_id = call.args.need("trigger_id")
    trigger = call.ws.triggers.exchange(trigger_id, call.caller.app_id, call.ws.now())
    if trigger.view_id is None or call.ws.views.find(trigger.view_id) is None:
        raise SlackError("not_found")
    return _shown(call, call.ws.views.push(new_view(call, trigger.user_id, spec)))


@method("views.update", tier=4)
def update(call: Call) -> Json:
    """Show something else in the same place."""
    view = call.ws.views.find(call.args.text("view_id"), call.args.text("external_id"))
    if view is None or view.app_id != call.caller.app_id:
        raise SlackError("not_found")
    spec = _spec(call, view.type)
    return _shown(call, call.ws.views.update(view, spec, call.args.text("hash") or None))


@method("views.publish", tier=4)
def publish(call: Call) -> Json:
    """Show somebody the Home tab."""
    if not call.caller.home_tab:
        raise SlackError("not_enabled")
    user = call.ws.user(call.args.need("user_id"))
    view = new_view(call, user.id, _spec(call, "home"))
    return _shown(call, call.ws.views.publish(view, call.args.text("hash") or None))
