"""Copies of calls and questions say how things stand (ESC-6), within Slack's limit on changes.

One message may hold calls of many incidents, and in a storm each of them asks for it to be shown
anew. So it is remembered what each copy was shown for: one change serves all that asked before, and
what a copy says by now never sends whoever was cut short back to the first.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import partial
from typing import NamedTuple, Protocol

import structlog

from bot.slack.calls import NotSent, NotYet, Undeliverable
from bot.slack.posts import MessageReference, Posts
from bot.slack.refusals import OUR_ACCESS
from escalation.decision.transaction import Transaction
from escalation.messages.effects import Meaning
from escalation.messages.room_actions import ShowAnswers, ShowCalls
from handlers.words.rendered import Rendered
from store.database import Store
from store.transaction.outbox_message import OutboxMessage
from store.transaction.outbox_posts import Post

log = structlog.get_logger()

NOT_YET_SECONDS = 2.0
MOST_REMEMBERED = 5000  # copies; forgotten, they are shown once more than needed

Asked = dict[str, str]  # by topic and record: a mark of who asked last


class Shown(NamedTuple):
    """The moment a copy was last shown, among all, and for whom it was."""

    number: int
    asked: Asked


NEVER = Shown(0, {})


class Words(Protocol):
    """Copies as they are to read by now; None where there is nothing to be said."""

    def standing(self, messages: Sequence[OutboxMessage], tx: Transaction) -> Rendered | None:
        """Of messages that went together."""
        ...

    def questions(self, outgoing: OutboxMessage, tx: Transaction) -> Mapping[str, Meaning]:
        """Return what may have been asked about a record, by which question it is."""
        ...

    def answer(
        self, outgoing: OutboxMessage, question: Meaning, tx: Transaction
    ) -> Rendered | None:
        """Of a question, once it is answered."""
        ...


class StandingCopies:
    """Shows the copies that one person has, one after the other, those shown longest ago first."""

    def __init__(self, *, store: Store, posts: Posts, words: Words) -> None:
        self._store = store
        self._posts = posts
        self._words = words
        self._asked: dict[tuple[str, str], Asked] = {}  # by contract and destination
        self._shown: dict[Post, Shown] = {}
        self._count = 0
        self._busy: set[tuple[str, str]] = set()

    async def show(
        self, outgoing: OutboxMessage, topics: Collection[str], *, answers: bool = False
    ) -> bool:
        """Show those that were not yet since this was asked; False where none stands.

        With `answers`, those of questions that are answered by now too: what went together with
        other messages stays as it is. Raises NotYet where Slack's limit cuts it short: it goes on
        from there.
        """
        where, about = (outgoing.contract, str(outgoing.to)), f"{outgoing.topic} {outgoing.subject}"
        asked, mark = self._asked.setdefault(where, {}), _mark(outgoing)
        asked[about] = mark
        standing = await self._store.outbox.copies(outgoing, topics)
        if standing.moving:
            raise NotSent("a call is on its way", NOT_YET_SECONDS)
        found = False
        for place in sorted(standing.sent, key=lambda each: self._last(each).number):
            if self._last(place).asked.get(about) == mark:
                found = True
                continue
            if where in self._busy:  # what is read earlier must not be written later
                raise NotYet("these copies are being shown", NOT_YET_SECONDS)
            self._busy.add(where)
            try:
                before = dict(asked)  # what they ask to be shown is there to be read
                messages = standing.sent[place]
                rendered = await self._store.read(partial(self._words.standing, messages))
                if rendered is not None:
                    await self.update(MessageReference(place.channel, place.ts), rendered)
                    self._remember(place, before)
                    found = True
            finally:
                self._busy.discard(where)
        if answers:
            found |= await self._show_answers(outgoing, standing.sent)
        if asked.get(about) == mark:
            del asked[about]
        if not asked:
            self._asked.pop(where, None)
        return found

    async def _show_answers(self, outgoing: OutboxMessage, standing: Collection[Post]) -> bool:
        """Show who answered a question, and look at its copy no more; whether any was."""
        found, there = False, {(place.channel, place.ts) for place in standing}
        asked = await self._store.read(partial(self._words.questions, outgoing))
        for which, post in (await self._store.outbox.posts(outgoing, asked)).items():
            if (post.channel, post.ts) in there:
                continue
            said = await self._store.read(partial(self._words.answer, outgoing, asked[which]))
            if said is not None:
                await self.update(MessageReference(post.channel, post.ts, post.shown), said)
                await self._store.outbox.forget_shown(outgoing, which)
                found = True
        return found

    async def update(self, place: MessageReference, rendered: Rendered) -> None:
        """Update a copy; one that somebody removed, or that Slack closed, is let be."""
        try:
            await self._posts.update(place, rendered)
        except Undeliverable as refusal:
            if refusal.code in OUR_ACCESS:
                raise
            log.info("a copy is let be", action="copy_not_shown", why=refusal.code)

    def _last(self, place: Post) -> Shown:
        return self._shown.get(place, NEVER)

    def _remember(self, place: Post, asked: Asked) -> None:
        if len(self._shown) >= MOST_REMEMBERED:
            self._shown.clear()
            self._asked.clear()
        self._count += 1
        self._shown[place] = Shown(self._count, asked)


def _mark(outgoing: OutboxMessage) -> str:
    """Another one for each time that it was asked, also where the row in the outbox is the same."""
    meaning = outgoing.effect.meaning
    asked = meaning.asked if isinstance(meaning, ShowCalls | ShowAnswers) else None
    return f"{outgoing.id} {asked}"
