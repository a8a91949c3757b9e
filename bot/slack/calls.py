"""Calls to Slack's Web API, sorted by what is known of their outcome (design, decision 5)."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackRequestError

RATE_LIMITED = {"ratelimited", "rate_limited", "message_limit_exceeded"}
UNCLEAR = {"internal_error", "fatal_error", "service_unavailable", "request_timeout"}
DEFAULT_RETRY_SECONDS = 5.0
LONGEST_RETRY_SECONDS = 300.0


class NotSent(Exception):
    """Slack surely did nothing; worth trying again after `seconds`."""

    def __init__(self, why: str, seconds: float = DEFAULT_RETRY_SECONDS) -> None:
        super().__init__(why)
        self.seconds = seconds


class NotYet(NotSent):
    """Not even tried: so many calls were made that Slack would refuse this one."""


class Uncertain(Exception):
    """Nobody knows whether Slack did it: look before trying again, after `seconds` if given."""

    def __init__(self, why: str, seconds: float | None = None) -> None:
        super().__init__(why)
        self.seconds = seconds


class Undeliverable(Exception):
    """Slack refuses, and will refuse again; `code` is its error."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


async def sure(call: Awaitable[Any]) -> Any:
    """Await a Web API call; raises NotSent, Uncertain or Undeliverable where it fails."""
    try:
        return await call
    except SlackApiError as error:
        raise _sorted(error) from error
    except aiohttp.ClientConnectorError as error:
        raise NotSent(f"no connection to Slack: {error}") from error
    except (aiohttp.ClientError, SlackRequestError, TimeoutError, OSError) as error:
        raise Uncertain(f"no answer from Slack: {error!r}") from error


def retry_after(error: SlackApiError) -> float | None:
    """For how many seconds Slack asks to be left in peace; None where it asks nothing like it."""
    status, code = _answer(error)
    if status != 429 and code not in RATE_LIMITED:
        return None
    headers = getattr(error.response, "headers", {}) or {}
    after = headers.get("Retry-After") or headers.get("retry-after")
    try:
        seconds = float(after or DEFAULT_RETRY_SECONDS)
    except ValueError:
        return DEFAULT_RETRY_SECONDS
    return min(seconds, LONGEST_RETRY_SECONDS) if seconds > 0 else DEFAULT_RETRY_SECONDS


def _answer(error: SlackApiError) -> tuple[int, str]:
    """The HTTP status, and Slack's code; "" where it gave none."""
    response: Any = error.response
    data = getattr(response, "data", response)
    code = data.get("error", "") if isinstance(data, dict) else ""
    return getattr(response, "status_code", 200), code


def _sorted(error: SlackApiError) -> Exception:
    status, code = _answer(error)
    if (after := retry_after(error)) is not None:
        return NotSent("Slack's rate limit", after)
    if status >= 500 or code in UNCLEAR or not code:
        return Uncertain(f"Slack answered {status} {code}".strip())
    return Undeliverable(code)
