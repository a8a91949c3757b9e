"""The patience of the bot with Slack, unless its setup says otherwise."""

from __future__ import annotations

from datetime import timedelta

CALL_TIMEOUT_SECONDS = 15.0
PATIENCE_SECONDS = 15.0  # with a socket that does not answer
LOOK_SECONDS = 3.0  # from one look at the socket to the next
FALLBACK_AFTER = timedelta(minutes=2)  # an urgent message goes by another contact method as well
