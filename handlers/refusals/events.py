"""Refusals about what monitoring says."""

from __future__ import annotations

from handlers.words.texts import msg

SENTENCES = {
    "unknown_event": (msg("There are no events %(id)s for you. Please check the number."),),
    "nothing_to_clear": (msg("There is nothing to clear."),),
    "events_handled": (msg("%(id)s is dealt with already."),),
}
