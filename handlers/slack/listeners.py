"""The list of what Slack sends, and who listens to it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from handlers.application import Application
from handlers.router.router import Router
from handlers.slack.event_listeners import EventListeners
from handlers.slack.form_listeners import FormListeners
from handlers.slack.home import PREFIX as HOME_PREFIX
from handlers.slack.home_listeners import HomeListeners
from handlers.slack.inbound_request import Respond
from handlers.slack.inbox import Inbox, failed
from handlers.slack.replies import Replies
from handlers.slack.request_listeners import RequestListeners
from handlers.verbs.forms import PREFIX as FORM_PREFIX
from handlers.words.blocks import BUTTON_PREFIX

SHORTCUT = "open_incident_from_message"


def register(
    app: AsyncApp, application: Application, client: AsyncWebClient, names: Iterable[str]
) -> Inbox:
    """Listen to everything the manifest subscribes to, and answer by this client.

    Bolt's own would take a proxy's answer for Slack's.

    `names` are the slash commands as they are typed: "/incident", "/crise".
    """
    router, replies, inbox = Router(application), Replies(application, client), Inbox(client)
    requests, home = RequestListeners(router, replies, client), HomeListeners(application, client)
    forms, kept = FormListeners(router, replies, inbox, client), inbox.kept
    for typed in names:
        app.command(typed)(kept(requests.asked))
    app.action(re.compile(f"^{BUTTON_PREFIX}"))(kept(requests.asked))
    app.action(re.compile(f"^{HOME_PREFIX}"))(kept(home.turned))
    app.action(re.compile(".*"))(kept(forms.chosen))
    app.view(re.compile(f"^{FORM_PREFIX}"))(forms.submit)
    app.view_closed(re.compile(".*"))(_ignore)
    app.message_shortcut(SHORTCUT)(kept(requests.shortcut))
    app.event("app_home_opened")(kept(home.opened))
    for kind, listener in EventListeners(application).by_type().items():
        app.event(kind)(kept(listener))
    app.event("message")(_ignore)
    app.event(re.compile(".*"))(_ignore)
    app.error(failed)
    return inbox


async def _ignore(ack: Respond) -> None:
    """Say that it was received: there is nothing to do."""
    await ack()
