"""Nothing is altered after the fact: the chain shows it (CON-3)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalation import commands as c
from escalation.journal import GENESIS, Line, Sealed, first_break, seal
from tests.escalation.incident_story import NOON, Story


def chain(*texts: str) -> list[Sealed]:
    sealed: list[Sealed] = []
    for text in texts:
        line = Line(
            contract="acme",
            subject="INC-0001",
            at=NOON,
            actor="tom",
            action="incident.noted",
            source="slash",
            facts={"text": text},
        )
        sealed.append(seal(len(sealed) + 1, line, sealed[-1].seal if sealed else GENESIS))
    return sealed


ALTERATIONS: list[Callable[[Line], Line]] = [
    lambda line: replace(line, actor="sam"),
    lambda line: replace(line, at=line.at + timedelta(microseconds=1)),
    lambda line: replace(line, action="incident.closed"),
    lambda line: replace(line, source="button"),
    lambda line: replace(line, subject="INC-0002"),
    lambda line: replace(line, contract="other"),
    lambda line: replace(line, facts={"text": "nothing happened"}),
    lambda line: replace(line, facts={}),
]


@pytest.mark.parametrize("alter", ALTERATIONS)
def test_con_3_the_chain_breaks_where_a_line_is_altered(alter: Callable[[Line], Line]) -> None:
    lines = chain("a", "b", "c", "d")
    assert first_break(lines) is None
    lines[1] = replace(lines[1], line=alter(lines[1].line))
    assert first_break(lines) == 2


def test_con_3_resealing_the_altered_line_breaks_the_next() -> None:
    lines = chain("a", "b", "c", "d")
    altered = replace(lines[1].line, actor="sam")
    lines[1] = seal(2, altered, lines[0].seal)
    assert first_break(lines) == 3


def test_con_3_a_line_taken_out_put_in_or_moved_is_seen() -> None:
    whole = chain("a", "b", "c", "d")
    assert first_break(whole[:1] + whole[2:]) == 2
    assert first_break(whole[1:]) == 1
    assert first_break([*whole[:2], whole[1], *whole[2:]]) == 3
    assert first_break([whole[1], whole[0], *whole[2:]]) == 1


def test_con_3_a_whole_story_is_chained_and_a_correction_is_a_line_of_its_own() -> None:
    story = Story()
    incident = story.resolved(component="vpn")
    story.do(c.VerifyIncident, "rita", incident, fixed=False)
    before = list(story.memory.chain)
    story.do(c.SetPriority, "tom", incident, level=2, reason="fewer people than thought")
    assert story.memory.chain[: len(before)] == before
    (line,) = story.lines(incident, "incident.priority_changed")
    assert (line.facts["before"], line.facts["priority"]) == (1, 2)
    assert first_break(story.memory.chain) is None


@given(st.lists(st.text(), min_size=1, max_size=8), st.data())
def test_con_3_any_single_alteration_of_a_text_is_found(
    texts: list[str], data: st.DataObject
) -> None:
    lines = chain(*texts)
    place = data.draw(st.integers(0, len(lines) - 1))
    other = data.draw(st.text().filter(lambda text: text != texts[place]))
    altered = replace(lines[place].line, facts={"text": other})
    lines[place] = replace(lines[place], line=altered)
    assert first_break(lines) == place + 1
