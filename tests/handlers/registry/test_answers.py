"""What answers a question has words: its copy says who answered (Rule INC-10)."""

from __future__ import annotations

from escalation.report.gathering import READ
from handlers.crisis.log import LINES
from handlers.registry.views import ANSWERS, VIEWS
from handlers.words.shared.timeline import MOMENTS


def test_inc_10_whatever_answers_a_question_is_said_in_words() -> None:
    assert ANSWERS.keys() <= VIEWS.keys()
    said = (READ.keys() & MOMENTS.keys()) | LINES.keys()
    assert {a for by in ANSWERS.values() for a in by.actions} <= said
