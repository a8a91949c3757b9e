"""Signed HTTP: what Slack posts to an app's request URLs."""

import hashlib
import hmac
import json
from typing import Any
from urllib.parse import urlencode

from aiohttp import ClientError, ClientSession, ClientTimeout, TooManyRedirects

from sandbox.delivery.ack import Ack, Delivery
from sandbox.model.app import App

MAX_REDIRECTS = 2
_JSON = "application/json"
_FORM = "application/x-www-form-urlencoded"


def sign(app: App, body: bytes, now: float) -> dict[str, str]:
    """Make the headers that prove where a request comes from."""
    stamp = str(int(now))
    base = b"v0:" + stamp.encode() + b":" + body
    digest = hmac.new(app.signing_secret.encode(), base, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}


def _address(app: App, delivery: Delivery) -> str | None:
    if delivery.kind == "slash_commands":
        named = (c.url for c in app.slash_commands if c.command == delivery.payload["command"])
        return next(named, None) or app.request_url
    if delivery.kind == "interactive":
        suggestion = delivery.payload.get("type") == "block_suggestion"
        return app.options_url if suggestion else app.interactivity_url
    return app.request_url


def _body(delivery: Delivery) -> tuple[bytes, str]:
    if delivery.kind == "events_api":
        return json.dumps(delivery.payload).encode(), _JSON
    if delivery.kind == "interactive":
        return urlencode({"payload": json.dumps(delivery.payload)}).encode(), _FORM
    fields = {k: _form(v) for k, v in delivery.payload.items() if v is not None}
    return urlencode(fields).encode(), _FORM


def _form(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


async def deliver(
    session: ClientSession, app: App, delivery: Delivery, now: float, ack_timeout: float
) -> Ack:
    """Post to the app, and wait for its answer."""
    url = _address(app, delivery)
    if url is None:
        return Ack(ok=False, error="dispatch_failed", reason="connection_failed")
    body, kind = _body(delivery)
    headers = {"Content-Type": kind, **sign(app, body, now)}
    if delivery.attempt:
        headers["X-Slack-Retry-Num"] = str(delivery.attempt)
        headers["X-Slack-Retry-Reason"] = delivery.reason
    try:
        async with session.post(
            url,
            data=body,
            headers=headers,
            timeout=ClientTimeout(total=ack_timeout),
            max_redirects=MAX_REDIRECTS,
        ) as response:
            text = await response.text()
            if response.status >= 300:
                no_retry = response.headers.get("X-Slack-No-Retry") == "1"
                return Ack(False, None, "dispatch_failed", no_retry, "http_error")
            return Ack(ok=True, payload=_parse(text))
    except TimeoutError:
        return Ack(ok=False, error="operation_timeout", reason="http_timeout")
    except TooManyRedirects:
        return Ack(ok=False, error="dispatch_failed", reason="too_many_redirects")
    except (ClientError, OSError):
        return Ack(ok=False, error="dispatch_failed", reason="connection_failed")


def _parse(text: str) -> Any:
    if not text.strip():
        return None
    try:
        return json.loads(text)
    except ValueError:
        return text


async def verify_url(session: ClientSession, app: App, now: float) -> bool:
    """Ask the request URL to repeat a challenge, as Slack does when it is set."""
    challenge = "3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P"
    payload = {
        "token": app.verification_token,
        "challenge": challenge,
        "type": "url_verification",
    }
    ack = await deliver(session, app, Delivery(kind="events_api", payload=payload), now, 3.0)
    answered = ack.payload
    if isinstance(answered, dict):
        answered = answered.get("challenge")
    return ack.ok and answered == challenge
