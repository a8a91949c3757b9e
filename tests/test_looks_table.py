"""Every look, list, form, menu and page × every reader × every record, as docs/authority.md says.

Whom each reader may be told of is written by hand in `tests.looks_cast`; what they get is asked of
the router, as Slack would bring it.
"""

from __future__ import annotations

import asyncio
import re

import pytest

from handlers.registry.commands import COMMANDS
from handlers.router.inbound import Click
from handlers.router.router import Router
from tests.agreement import agreement
from tests.authority_table import PAGE, page
from tests.handlers.inbound import clicked
from tests.looks_cast import NOT_THEIRS, OF_BOTH_FIRMS, READERS, RECORDS, Reader, may_know, sees
from tests.looks_table import Question, answered, looks_page, table

CELLS = 2_000
OF_ONES_OWN = {"Home", "a message, to open an incident"}  # they name no contract
EXAMPLES = {"INC-0042"}  # in what is said of how a number is written
OUTSIDE = {"guest", "stranger", "of another contract"}
NUMBERED = re.compile(r"(?:INC|CRI|REP|PRB)-\\d{4}")


def _under_theirs(asked: str, reader: Reader) -> bool:
    """Whether it is answered under the reader's own contract, the other one."""
    return reader.user == "fiona" and asked in OF_ONES_OWN


def test_con_2_nobody_is_named_to_whom_they_are_not_known() -> None:
    wrong = [
        f"{asked} {subject} tells {reader.words} of {sorted(more)}"
        for (asked, subject), cells in table().items()
        for reader, cell in zip(READERS, cells, strict=True)
        if not _under_theirs(asked, reader) and (more := cell.named - may_know(reader, subject))
    ]
    assert wrong == []


def test_con_2_no_record_is_mentioned_to_whom_it_does_not_concern() -> None:
    wrong = [
        f"{asked} {subject} tells {reader.words} of {sorted(more)}"
        for (asked, subject), cells in table().items()
        for reader, cell in zip(READERS, cells, strict=True)
        if (more := {*NUMBERED.findall(cell.words)} - sees(reader) - {subject, *EXAMPLES})
    ]
    assert wrong == []


def test_con_2_a_supplier_is_told_of_no_other_firm_and_of_no_service_that_is_not_its_own() -> None:
    wrong = [
        f"{asked} {subject} tells {reader.words} of {thing}"
        for (asked, subject), cells in table().items()
        for reader, cell in zip(READERS, cells, strict=True)
        if reader.user in NOT_THEIRS
        for thing in (*NOT_THEIRS[reader.user], *OF_BOTH_FIRMS)
        if thing in cell.words
    ]
    assert wrong == []


def test_con_2_what_one_may_not_know_of_is_answered_like_what_does_not_exist() -> None:
    """The words are the same, but for the number that was asked for."""
    wrong = []
    for (asked, subject), cells in table().items():
        nothing = f"{subject[:3]}-0099"
        if (asked, nothing) not in table() or subject == nothing:
            continue
        for reader, cell, other in zip(READERS, cells, table()[asked, nothing], strict=True):
            hidden = subject not in sees(reader)
            if hidden and cell.words.replace(subject, nothing) != other.words:
                wrong.append(f"{asked} {subject} by {reader.words}: {cell.words}")
    assert wrong == []


def test_con_2_whom_no_contract_names_is_told_nothing_of_any() -> None:
    for (asked, _), cells in table().items():
        for reader, cell in zip(READERS, cells, strict=True):
            if reader.words in OUTSIDE:
                under_theirs = _under_theirs(asked, reader)
                assert under_theirs or cell.outcome == "no contract", (asked, reader.words)


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.words)
def test_con_2_a_button_is_answered_like_a_line(reader: Reader) -> None:
    for command in COMMANDS:
        for verb in (each for each in command.verbs if each.offered(agreement())):
            subject = f"{verb.about}-0001" if verb.about else ""
            click = Click(
                command=command.name, verb=verb.name, contract="acme", subject=subject, values={}
            )
            asked = f"/{command.name} {verb.name}"
            question = Question(
                asked=asked,
                subject=subject,
                ask=lambda routers, who, click=click: Router(routers).answer(
                    clicked(who.user, click)
                ),
                answer="shown" if verb.look else "done",
            )
            line = table()[asked, subject][READERS.index(reader)]
            button = asyncio.run(answered(question, reader))
            assert (button.outcome, button.named) == (line.outcome, line.named), asked


def test_the_page_is_the_one_that_the_code_makes_and_the_table_is_not_small() -> None:
    written = PAGE.read_text("utf-8")
    assert written == page() + looks_page(), "run python -m tests.authority_table"
    assert len(table()) * len(READERS) >= CELLS
    assert {subject for _, subject in table()} == set(RECORDS)
