"""The doctor: is everything in place? Each finding says what to do."""

from __future__ import annotations

from bot.clock import FlowingClock
from bot.directory.lookups import errand
from bot.observe.metrics import Metrics
from bot.observe.tracing import Tracing
from bot.operate.doctor_database import look_at_database
from bot.operate.doctor_slack import look_at_slack
from bot.operate.findings import Finding, asked_to_wait, refused
from bot.operate.holidays_words import holidays_words
from bot.slack.budget import SlackBudget
from bot.slack.budgeted_client import BudgetedClient
from bot.slack.calls import NotSent, Undeliverable
from bot.web.outbound import open_session
from config.contract.file import read_contracts
from config.settings import Settings
from handlers.words.texts import Texts

CALL_SECONDS = 15.0


async def examine(settings: Settings, texts: Texts) -> list[Finding]:
    """Look at everything."""
    contracts = read_contracts(settings.contracts)
    now = FlowingClock.starting().now()
    ending = [words for each in contracts if (words := holidays_words(each, now, texts))]
    async with open_session(timeout=CALL_SECONDS) as session:
        client = BudgetedClient(
            budget=SlackBudget(),
            clock=FlowingClock.starting(),
            metrics=Metrics(),
            tracing=Tracing(None),
            token=settings.slack_bot_token.get_secret_value(),
            base_url=settings.slack_api_url,
            session=session,
            retry_handlers=[],
        )
        found = [Finding(False, words) for words in ending]
        found += await look_at_database(settings, contracts, now, texts)
        try:
            with errand("doctor", urgent=False):
                async for finding in look_at_slack(client, settings, contracts, texts):
                    found.append(finding)
        except Undeliverable as refusal:
            found.append(refused(refusal, texts("Who the bot is"), texts))
        except NotSent as trouble:
            found.append(Finding(False, _stopped(trouble, settings, texts)))
    return found


def _stopped(trouble: NotSent, settings: Settings, texts: Texts) -> str:
    if asked_to_wait(trouble):
        return texts(
            "Slack asks to wait, longer than a quarter of an hour: %(why)s. What stands above was "
            "looked at, the rest was not: try again when less is going on in this workspace.",
            why=trouble,
        )
    return texts(
        "Slack cannot be reached at %(url)s: %(why)s. Look at this machine's way there: "
        "names, proxy, firewall.",
        url=settings.slack_api_url,
        why=trouble,
    )
