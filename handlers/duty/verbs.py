"""`/oncall`: who is on duty, on both sides (Rule CAL-6)."""

from __future__ import annotations

from handlers.duty import pages
from handlers.verbs.verb import SlashCommand, Verb
from handlers.words.texts import msg

VERBS = (
    Verb(
        name="now",
        french="maintenant",
        aliases=("show", "voir"),
        summary=msg("Who is called now and next, on both sides, and gaps of the coming week"),
        look=pages.on_duty,
    ),
)

ONCALL = SlashCommand(
    name="oncall", summary=msg("On-call duty of both firms"), verbs=VERBS, default="now"
)
