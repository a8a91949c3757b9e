"""The bot run, looked after by the doctor, and declared to Slack."""

from __future__ import annotations

import asyncio
import os

from bot.app.serve import serve
from bot.cli.words import fail, operator_texts, say, say_json
from bot.observe.logs import set_up
from config.environment import read_settings


def run() -> None:
    """Run the bot with the settings of the environment."""
    settings = read_settings(os.environ)
    set_up(level=settings.log_level, form=settings.log_format)
    asyncio.run(serve(settings))


def doctor() -> int:
    """Say what is well and what to do; 1 where something is not well."""
    from bot.operate.doctor import examine

    findings = asyncio.run(examine(read_settings(os.environ), operator_texts()))
    for finding in findings:
        say(f"{'✓' if finding.well else '✗'} {finding.words}")
    return 0 if all(finding.well for finding in findings) else 1


def manifest(*, url: str, http: bool, prefix: str, commands: str) -> None:
    """Print the Slack app manifest."""
    from bot.slack.manifest import manifest as app_manifest
    from config.command_names import names

    try:
        typed = names(prefix, commands)
    except ValueError as mistaken:
        fail(f"ESCALADE_COMMANDS: {mistaken}")
    if http and not url.startswith("https://"):
        texts = operator_texts()
        fail(texts("--http needs --url https://…/slack/events"))
    say_json(app_manifest(typed, request_url=url))
