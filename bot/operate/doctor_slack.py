"""The doctor looks at Slack: the tokens, the app's scopes, the clock, then rooms and people."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import FlowingClock
from bot.directory.directory import Directory
from bot.directory.lookups import looked_up
from bot.directory.rooms_apart import named_twice
from bot.operate.doctor_people import look_at_person
from bot.operate.doctor_rooms import look_at_rooms, named_twice_words
from bot.operate.findings import Finding, patiently, refused
from bot.slack.calls import Undeliverable
from bot.slack.manifest import SCOPES
from bot.slack.refusals import SOCKET_MODE_OFF
from config.settings import Settings
from escalation.contract import Contract
from handlers.words.texts import Texts

MOST_SKEW_SECONDS = 5


async def look_at_slack(
    client: AsyncWebClient, settings: Settings, contracts: Sequence[Contract], texts: Texts
) -> AsyncIterator[Finding]:
    """Look at all that Slack has of the bot, its rooms and its people; raises NotSent."""
    answer = await patiently(lambda: looked_up(client.auth_test()))
    if answer.get("is_enterprise_install"):
        words = texts(
            "The bot's token is of an installation for a whole organisation (Enterprise Grid), "
            "which Escalade does not serve: install the app in one workspace, and copy the token "
            "of that."
        )
        yield Finding(False, words)
        return
    yield Finding(True, texts("Slack accepts the bot's token."))
    if settings.mode == "socket":
        yield await _socket(client, settings, texts)
    headers = {key.lower(): value for key, value in answer.headers.items()}
    yield scopes(headers, texts)
    if (theirs := instant_of(headers.get("date", ""))) is not None:
        yield clock(theirs, texts)
    directory = Directory(client, FlowingClock.starting())
    for contract in contracts:
        async for finding in look_at_rooms(client, directory, contract, texts):
            yield finding
        for person in contract.people:
            try:
                yield await look_at_person(directory, person, texts)
            except Undeliverable as refusal:
                yield refused(refusal, person.name, texts)
    for uses in named_twice(contracts, directory.channels.known).values():
        yield Finding(False, named_twice_words(uses, texts))


async def _socket(client: AsyncWebClient, settings: Settings, texts: Texts) -> Finding:
    token = settings.slack_app_token.get_secret_value()
    try:
        await patiently(lambda: looked_up(client.apps_connections_open(app_token=token)))
    except Undeliverable as refusal:
        if refusal.code in SOCKET_MODE_OFF:
            words = texts(
                "Socket Mode is switched off for the app: switch it on at "
                "https://api.slack.com/apps (Socket Mode), or run over HTTP (ESCALADE_MODE)."
            )
            return Finding(False, words)
        return refused(refusal, "SLACK_APP_TOKEN", texts)
    return Finding(True, texts("Slack accepts the app's token for Socket Mode."))


def scopes(headers: dict[str, Any], texts: Texts) -> Finding:
    """Return whether the app has the scopes it needs, as the headers of an answer say."""
    if "x-oauth-scopes" not in headers:
        words = texts(
            "Which scopes the app has, the answer does not say: something on the way takes its "
            "header X-OAuth-Scopes out. Hold the app's page against `escalade manifest`."
        )
        return Finding(False, words)
    granted = {s.strip() for s in str(headers["x-oauth-scopes"]).split(",")}
    missing = sorted(set(SCOPES) - granted)
    if missing:
        words = texts(
            "The app lacks these scopes: %(scopes)s. Update it from `escalade manifest` and "
            "install it again.",
            scopes=", ".join(missing),
        )
        return Finding(False, words)
    return Finding(True, texts("The app has the scopes it needs."))


def instant_of(date: str) -> datetime | None:
    """The instant of an HTTP header; None where it says none, as what a proxy wrote may not."""
    try:
        found = parsedate_to_datetime(date)
        return found.replace(tzinfo=found.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def clock(theirs: datetime, texts: Texts) -> Finding:
    """Return whether this machine's clock agrees with Slack's."""
    skew = abs((FlowingClock.starting().now() - theirs).total_seconds())
    if skew > MOST_SKEW_SECONDS:
        words = texts(
            "This machine's clock differs from Slack's by %(seconds)s s: synchronise it.",
            seconds=int(skew),
        )
        return Finding(False, words)
    return Finding(True, texts("This machine's clock agrees with Slack's."))
