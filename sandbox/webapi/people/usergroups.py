"""usergroups.*: people who can be mentioned together."""

from sandbox.base.errors import SlackError
from sandbox.changes import events
from sandbox.model.usergroup import UserGroup
from sandbox.webapi.call import Call, Json, method


def _paid(call: Call) -> None:
    if not call.ws.team.paid:
        raise SlackError("plan_upgrade_required")


def _group(call: Call, error: str = "no_such_subteam") -> UserGroup:
    _paid(call)
    group = call.ws.usergroups.get(call.args.need("usergroup"))
    if group is None:
        raise SlackError(error)
    return group


def _check(call: Call, group: UserGroup | None = None) -> None:
    for other in call.ws.usergroups.values():
        if other is group:
            continue
        if call.args.text("handle") and other.handle == call.args.text("handle"):
            raise SlackError("handle_already_exists")
        if call.args.text("name") and other.name == call.args.text("name"):
            raise SlackError("name_already_exists")


def _described(call: Call, group: UserGroup) -> Json:
    group.date_update, group.updated_by = int(call.ws.now()), call.me
    call.ws.changed()
    return {"usergroup": group.to_api(count=call.args.flag("include_count"))}


@method("usergroups.create", "usergroups:write", tier=2)
def create(call: Call) -> Json:
    """Make a group."""
    _paid(call)
    name = call.args.need("name", "missing_subteam_name")
    _check(call)
    group = UserGroup(
        id=call.ws.ids.next("S"),
        team_id=call.ws.team.id,
        name=name,
        handle=call.args.text("handle") or name.lower().replace(" ", "-"),
        created_by=call.me,
        date_create=int(call.ws.now()),
        description=call.args.text("description"),
        channels=call.args.list("channels"),
    )
    call.ws.usergroups[group.id] = group
    return _described(call, group)


@method("usergroups.update", "usergroups:write", tier=2)
def update(call: Call) -> Json:
    """Call a group something else."""
    group = _group(call)
    _check(call, group)
    for name in ("name", "handle", "description"):
        if call.args.text(name):
            setattr(group, name, call.args.text(name))
    if "channels" in call.args.given:
        group.channels = call.args.list("channels")
    return _described(call, group)


@method("usergroups.disable", "usergroups:write", tier=2)
def disable(call: Call) -> Json:
    """Put a group away."""
    group = _group(call)
    group.date_delete = int(call.ws.now())
    return _described(call, group)


@method("usergroups.enable", "usergroups:write", tier=2)
def enable(call: Call) -> Json:
    """Take a group up again."""
    group = _group(call)
    group.date_delete = 0
    return _described(call, group)


@method("usergroups.list", "usergroups:read", tier=2)
def list_groups(call: Call) -> Json:
    """List the groups."""
    _paid(call)
    users, count = call.args.flag("include_users"), call.args.flag("include_count")
    disabled = call.args.flag("include_disabled")
    found = [g for g in call.ws.usergroups.values() if disabled or not g.date_delete]
    return {"usergroups": [g.to_api(users=users, count=count) for g in found]}


@method("usergroups.users.list", "usergroups:read", tier=2)
def users_list(call: Call) -> Json:
    """List who is in a group."""
    return {"users": list(_group(call).users)}


@method("usergroups.users.update", "usergroups:write", tier=2)
def users_update(call: Call) -> Json:
    """Replace who is in a group."""
    group = _group(call)
    users = list(dict.fromkeys(call.args.list("users")))
    if not users:
        raise SlackError("no_users_provided")
    if any(u not in call.ws.users or call.ws.users[u].deleted for u in users):
        raise SlackError("invalid_users")
    added = [u for u in users if u not in group.users]
    removed = [u for u in group.users if u not in users]
    before, group.users = group.date_update, users
    answer = _described(call, group)
    event = {
        "type": "subteam_members_changed",
        "subteam_id": group.id,
        "team_id": call.ws.team.id,
        "date_previous_update": before,
        "date_update": group.date_update,
        "added_users": added,
        "added_users_count": len(added),
        "removed_users": removed,
        "removed_users_count": len(removed),
        "event_ts": events.event_ts(call.ws),
    }
    events.emit(call.ws, event)
    return answer
