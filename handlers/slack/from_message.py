"""The form to open an incident from a message, filled with the message's words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from handlers.registry.commands import verb_named
from handlers.router.router import OpenForm, Router
from handlers.slack.message_text import mentioned_in, words_of_message
from handlers.verbs.forms import form
from handlers.words.blocks import cut

DESCRIPTION_LIMIT = 3000


async def form_from(
    router: Router, message: Mapping[str, Any], *, user: str, channel: str
) -> OpenForm:
    """The form for a message of a channel; raises NotAllowed or BadValue, for the caller."""
    caller = await router.caller(user, channel)
    said = words_of_message(message, await router.names(caller, mentioned_in(message)))
    sender = caller.texts("Sent by %(app)s", app=said.sender) if said.sender else ""
    length = DESCRIPTION_LIMIT - len(sender) - 2
    values = {
        "title": said.title,
        "description": "\n\n".join(filter(None, (cut(said.text, length), sender))),
        "message": "/".join((channel, message["ts"], str(message.get("thread_ts") or ""))),
    }
    return OpenForm(view=form(verb_named("incident", "open"), caller, "", channel, values))
