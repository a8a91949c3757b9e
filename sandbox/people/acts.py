"""Acts of people asked for in JSON, by the page or by another process."""

import dataclasses
from typing import Any

from sandbox.people.person import Impossible, Person, Result

Json = dict[str, Any]


async def act(person: Person, body: Json) -> Json:
    """Do what the body asks for, and describe what came of it."""
    do = str(body.get("do", ""))
    if do == "deactivate":
        return dataclasses.asdict(await person.deactivate())
    if do == "reactivate":
        return dataclasses.asdict(await person.reactivate())
    if person.user.deleted:
        raise Impossible(f"the account of {person.user.name} is closed")
    if do == "message":
        ts = await person.message(body["channel"], body["text"], body.get("thread_ts"))
        return {"ok": True, "ts": ts}
    result = await _interactive(person, do, body)
    if result is None:
        result = await _plain(person, do, body)
    if result is None:
        return {"ok": False, "error": f"unknown act {do!r}"}
    return dataclasses.asdict(result)


async def _interactive(person: Person, do: str, body: Json) -> Result | None:
    where = {name: body.get(name) for name in ("message_ts", "channel")}
    in_view = bool(body.get("view_id") or body.get("in_view"))
    if do == "command":
        return await person.command(body["command"], body.get("text", ""), body.get("channel"))
    if do == "click" and in_view:
        value = body.get("value")
        return await person.click_in_view(body["action_id"], body.get("block_id"), value)
    if do == "click":
        return await person.click(
            body["action_id"], block_id=body.get("block_id"), value=body.get("value"), **where
        )
    if do == "select":
        return await person.select(
            body["action_id"], body.get("value"), block_id=body.get("block_id"), **where
        )
    if do == "submit":
        return await person.submit(body.get("values") or {})
    if do == "close":
        return await person.close_modal(all_of_them=bool(body.get("all")))
    if do == "shortcut":
        return await person.shortcut(body["callback_id"], **where)
    return None


async def _plain(person: Person, do: str, body: Json) -> Result | None:
    if do == "join":
        return await person.join(body["channel"])
    if do == "leave":
        return await person.leave(body["channel"])
    if do == "invite":
        return await person.invite(body["channel"], body["user"])
    if do == "home":
        return await person.open_home()
    if do == "messages":
        return await person.open_messages()
    if do == "react":
        return await person.react(body["name"], body["message_ts"], body.get("channel"))
    return None
