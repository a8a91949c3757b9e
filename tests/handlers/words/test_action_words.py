"""The words of what the journal says has happened, wherever somebody reads it."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from escalation.base.declared import declared_in
from escalation.base.journal_actions.journal_action import JournalAction
from escalation.records.report_facts import Moment
from escalation.report.gathering import CLOSED_UNVERIFIED, READ
from handlers.crisis import views as crisis_views
from handlers.incident import views as incident_views
from handlers.words.shared.timeline import MOMENTS, moment
from handlers.words.texts import Texts


def test_every_action_that_a_timeline_tells_has_its_words() -> None:
    assert set(MOMENTS) == set(READ)


@pytest.mark.parametrize("action", sorted(READ))
def test_a_timeline_tells_it_in_both_languages(action: str) -> None:
    fact = Moment(
        at=datetime(2026, 7, 15, tzinfo=UTC), subject="INC-0001", action=action,
        actor="Tom", person="Tess", level=2, text="why",
    )  # fmt: skip
    english, french = (moment(fact, Texts.of(it, ZoneInfo("UTC"))) for it in ("en", "fr"))
    assert english != french
    assert not any(sign in said for said in (english, french) for sign in ("%(", action))


def test_news_are_of_actions_of_the_journal() -> None:
    """What a form tells of a closing without the requester's word is no action of the journal."""
    known = {
        action
        for each in declared_in("escalation.base.journal_actions", JournalAction)
        for action in each
    }
    assert set(incident_views.NEWS) | set(crisis_views.NEWS) <= known
    assert CLOSED_UNVERIFIED not in known
