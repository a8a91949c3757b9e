"""Tell whether the bot on this machine can do its work."""

from __future__ import annotations

import json
from http.client import HTTPException
from urllib.error import HTTPError
from urllib.request import ProxyHandler, build_opener

from bot.cli.words import fail, operator_texts, say

READY_SECONDS = 5.0
MOST_SAID = 65_536  # bytes


def ready(port: int) -> None:
    """Ask at /readyz of that port, and say it; exit with 1 if not."""
    texts = operator_texts()
    way = build_opener(ProxyHandler({}))  # whatever the environment says: it is this machine
    try:
        try:
            answer = way.open(f"http://127.0.0.1:{port}/readyz", timeout=READY_SECONDS)
        except HTTPError as unready:
            answer = unready
        with answer:
            said = answer.read(MOST_SAID)
    except (OSError, HTTPException) as error:
        words = texts(
            "Nothing answers on port %(port)s: %(why)s. Does the bot run, with "
            "ESCALADE_WATCH_PORT set?",
            port=port,
            why=getattr(error, "reason", error),
        )
        fail(words, code=1)
    try:
        found = json.loads(said)
        why = [str(reason) for reason in found["why"]]
        if not found["ready"]:
            fail(texts("Not ready: %(why)s", why=", ".join(why)), code=1)
    except (ValueError, KeyError, TypeError):
        words = texts(
            "What answers on port %(port)s is not Escalade: look at ESCALADE_WATCH_PORT.", port=port
        )
        fail(words, code=1)
    say(texts("Ready."))
