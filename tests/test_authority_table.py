"""Every command × every person × every state × own and other contract, as docs/authority.md says.

The people, what they are to a record and who may know of it are written by hand in
`tests.authority_cast`; the commands are carried out through `perform`. A use case that forgets to
ask, asks of the wrong record, or lets a state pass, fails here.
"""

from __future__ import annotations

import pytest

from escalation.base.refusals import AlreadyDone, NotAllowed, NotFound, NotNow, Refusal
from escalation.decision.commands.command import Command
from escalation.perform.rights import RIGHTS
from escalation.plan.memory import Memory
from tests.authority_acts import act
from tests.authority_cast import (
    OTHER,
    PEOPLE_OF_ACME,
    STRANGERS,
    Situation,
    fixed_roles,
    situations,
)
from tests.authority_table import Row, kinds_of, read_page
from tests.kept import fork

TABLE = read_page()
GROUPS = {
    "incidents": tuple(k for k in RIGHTS if kinds_of(k) == ("incident",) and k.__name__ < "H"),
    "incidents and ladders": tuple(
        k for k in RIGHTS if kinds_of(k) == ("incident",) and k.__name__ >= "H"
    ),
    "crises": tuple(k for k in RIGHTS if kinds_of(k) == ("crisis",)),
    "the rest": tuple(
        k for k in RIGHTS if kinds_of(k)[0] in {"none", "report", "cover", "problem", "event"}
    ),
    "changes": tuple(k for k in RIGHTS if kinds_of(k) == ("change",)),
}
CELLS = 38_000


STANDING: dict[str, Memory] = {}  # by situation, until something is done in it


def outcome(situation: Situation, command: Command) -> str:
    """What comes of a command: "done", or which kind of refusal."""
    memory = STANDING.pop(situation.name, None) or fork(situation.memory)
    before = (dict(vars(memory)["_records"]), len(memory.chain), len(memory.outbox))
    try:
        memory.do(command, situation.now)
    except Refusal as refusal:
        after = (vars(memory)["_records"], len(memory.chain), len(memory.outbox))
        assert after == before, "a refusal left something behind"
        STANDING[situation.name] = memory
        kinds = {NotAllowed: "not allowed", NotFound: "unknown"}
        kinds |= {NotNow: "not now", AlreadyDone: "not now"}
        return kinds.get(type(refusal), refusal.code)
    return "done"


def expected(row: Row, situation: Situation, by: str) -> str:
    """What the page says of this cell."""
    may = any(by in _who(situation, code, row) for code in row.who)
    if by not in situation.sees:
        # who may ask for no crisis at all is told so, whatever incident they name
        return "unknown" if may or row.command != "AskCrisis" else "not allowed"
    if not may:
        return "not allowed"
    if by in situation.who.get(f"already/{row.command}", frozenset()):
        return "not now"
    despite = situation.who.get(f"despite/{row.command}", frozenset())
    if situation.state not in row.when and by not in despite:
        return "not now"
    if row.only and by not in situation.who[row.only]:
        return "not allowed"
    return "done"


def _who(situation: Situation, code: str, row: Row) -> frozenset[str]:
    named = situation.who.get(f"{code}/{row.command}")
    return situation.who.get(code, frozenset()) if named is None else named


def _mismatches(command: type[Command]) -> tuple[int, list[str]]:
    row, cells, wrong = TABLE[command.__name__], 0, []
    for situation in (s for kind in kinds_of(command) for s in situations(kind)):
        for by in sorted(PEOPLE_OF_ACME):
            cells += 1
            wanted = expected(row, situation, by)
            got = outcome(situation, act(command, by, situation))
            # who was not called may be told so before the state is looked at
            either = wanted == "not now" and row.only and got == "not allowed"
            if got != wanted and not (either and by not in situation.who.get(row.only, ())):
                wrong.append(f"{command.__name__} by {by}, {situation.name}: {got}, not {wanted}")
        for by in STRANGERS:
            cells += 1
            if (got := outcome(situation, act(command, by, situation))) != "not allowed":
                wrong.append(f"{command.__name__} by {by}, {situation.name}: {got}")
        if situation.record:
            for by in sorted({*PEOPLE_OF_ACME, "fiona"}):
                cells += 1
                got = outcome(situation, act(command, by, situation, contract=OTHER))
                if got != "unknown" and not (got == "not allowed" and _nobody_may(row, by)):
                    wrong.append(f"{command.__name__} by {by} of another contract: {got}")
    return cells, wrong


def _nobody_may(row: Row, by: str) -> bool:
    """Whether the right alone, before any record is looked for, refuses this person."""
    if row.who == ("escalade",):
        return True
    return row.command == "AskCrisis" and by not in fixed_roles()["crisis_level"]


@pytest.mark.parametrize("group", list(GROUPS))
def test_con_2_every_command_is_allowed_or_refused_as_the_page_says(group: str) -> None:
    wrong = [line for command in GROUPS[group] for line in _mismatches(command)[1]]
    assert wrong == []


def test_con_2_the_table_leaves_no_command_out_and_is_not_small() -> None:
    tried = {command for group in GROUPS.values() for command in group}
    assert tried == set(RIGHTS)
    people = len(PEOPLE_OF_ACME) + len(STRANGERS)
    cells = 0
    for command in RIGHTS:
        for situation in (s for kind in kinds_of(command) for s in situations(kind)):
            cells += people + (len(PEOPLE_OF_ACME) + 1 if situation.record else 0)
    assert cells >= CELLS


def test_every_row_is_allowed_to_somebody_in_each_of_its_states() -> None:
    """A row that nobody can ever use would prove nothing."""
    for command in RIGHTS:
        row = TABLE[command.__name__]
        if row.who == ("escalade",):
            continue
        played = [s for kind in kinds_of(command) for s in situations(kind)]
        for state in row.when:
            assert any(
                expected(row, s, by) == "done" for s in played if s.state == state for by in s.sees
            ), f"{command.__name__} in {state}"
