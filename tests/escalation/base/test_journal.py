"""Nothing is altered after the fact: the chain shows it (CON-3)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalation.base.facts import Fact
from escalation.base.journal import (
    GENESIS,
    Account,
    Entry,
    Sealed,
    as_data,
    erase,
    first_break,
    from_data,
    seal,
)
from escalation.base.journal_actions.record_keeping import RecordKeepingAction
from escalation.decision.commands import incident as c
from tests.story import NOON, Story


def chain(*texts: str, salt: str = "") -> list[Sealed]:
    sealed: list[Sealed] = []
    for text in texts:
        line = Entry(
            contract="acme",
            subject="INC-0001",
            at=NOON,
            actor="tom",
            action="incident.noted",
            source="slash",
            facts={"text": text},
        )
        sealed.append(seal(len(sealed) + 1, line, sealed[-1].seal if sealed else GENESIS, salt))
    return sealed


ALTERATIONS: list[Callable[[Entry], Entry]] = [
    lambda line: replace(line, actor="sam"),
    lambda line: replace(line, at=line.at + timedelta(microseconds=1)),
    lambda line: replace(line, action="incident.closed"),
    lambda line: replace(line, source="button"),
    lambda line: replace(line, subject="INC-0002"),
    lambda line: replace(line, contract="other"),
    lambda line: replace(line, facts={"text": "nothing happened"}),
    lambda line: replace(line, facts={}),
]


@pytest.mark.parametrize("salt", ["", "grain"])
@pytest.mark.parametrize("alter", ALTERATIONS)
def test_con_3_the_chain_breaks_where_a_line_is_altered(
    alter: Callable[[Entry], Entry], salt: str
) -> None:
    lines = chain("a", "b", "c", "d", salt=salt)
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
    story.do(c.SetPriority, "sam", incident, level=2, reason="fewer people than thought")
    story.do(c.AgreeLowering, "hana", incident)
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


# ── erasing ──────────────────────────────────────────────────────────────────────────────────


def accounted(lines: list[Sealed]) -> list[Sealed]:
    """The chain with a line that accounts for what was erased of it."""
    account = Account()
    for sealed in lines:
        account.add(sealed)
    line = Entry(
        contract="acme",
        subject="acme",
        at=NOON,
        actor="escalade",
        action=RecordKeepingAction.JOURNAL_ERASED,
        source="cli",
        facts=account.facts,
    )
    return [*lines, seal(len(lines) + 1, line, lines[-1].seal, "another grain")]


def erased(salt: str, *numbers: int) -> list[Sealed]:
    lines = chain("a", "b", "c", "d", salt=salt)
    return accounted([erase(each) if each.number in numbers else each for each in lines])


@pytest.mark.parametrize("salt", ["", "grain"])
def test_con_4_an_erased_line_says_nothing_and_the_chain_stays_whole(salt: str) -> None:
    lines = erased(salt, 1, 3)
    assert first_break(lines) is None
    assert [line.line.facts for line in lines[:3]] == [{}, {"text": "b"}, {}]
    assert "tom" not in str(as_data(lines[0]))
    assert [from_data(as_data(line)) for line in lines] == lines


@pytest.mark.parametrize("salt", ["", "grain"])
def test_con_4_an_erasure_that_nobody_accounts_for_is_seen(salt: str) -> None:
    lines = chain("a", "b", "c", "d", salt=salt)
    assert first_break([erase(lines[0]), *lines[1:]]) == 1
    assert first_break(accounted(lines)) is None
    secretly = erased(salt, 2)
    secretly[3] = erase(secretly[3])
    assert first_break(secretly) == 2


@pytest.mark.parametrize("salt", ["", "grain"])
def test_con_4_what_stays_readable_of_an_erased_line_cannot_be_altered_in_the_second_form(
    salt: str,
) -> None:
    lines = erased(salt, 1, 2, 3)
    later = replace(lines[1].line, at=NOON + timedelta(days=1))
    lines[1] = replace(lines[1], line=later)
    assert first_break(lines) == (2 if salt else None)
    assert first_break([*lines[:1], replace(lines[1], seal="0" * 64), *lines[2:]]) is not None


def test_con_4_more_may_be_erased_later_and_is_accounted_for_again() -> None:
    lines = erased("grain", 1)
    lines = accounted([erase(each) for each in lines])
    assert first_break(lines) is None
    assert lines[4].line.facts, "the line that accounts for an erasure stays"


def test_con_4_the_digest_of_an_erased_line_does_not_let_its_words_be_guessed() -> None:
    digests = {erase(chain("yes", salt=salt)[0]).erased for salt in ("one grain", "another")}
    assert len(digests) == 2


FACT = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"])),
    st.integers(),
    st.booleans(),
    st.none(),
    st.lists(st.text(st.characters(exclude_categories=["Cs"])), max_size=3),
)


@given(facts=st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), FACT))
def test_con_3_seals_hold_for_the_text_that_the_first_version_wrote(facts: dict[str, Fact]) -> None:
    said = [7, "acme", "INC-0001", "2026-07-15T10:00:00.000000+00:00", "tom", "a", "s", facts]
    text = json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    entry = Entry(
        contract="acme", subject="INC-0001", at=NOON, actor="tom", action="a", source="s",
        facts=facts,
    )  # fmt: skip
    wanted = hashlib.sha256(f"{GENESIS}\n{text}".encode()).hexdigest()
    assert seal(7, entry, GENESIS).seal == wanted
