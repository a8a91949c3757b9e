"""The verbs of `/change` about the advisory board (Rule CHG-2)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from escalation.change.board import members
from escalation.contract import Contract
from escalation.decision.commands import change_board as c
from escalation.records.change import Change
from escalation.records.change_board import Ballot
from escalation.records.kinds import CHANGE, Record
from handlers.application import Caller
from handlers.verbs import choices
from handlers.verbs.fields import free_text, person_named, reason, who
from handlers.verbs.verb import Field, Invocation, Kind, Option, Verb
from handlers.words import blocks as b
from handlers.words.texts import msg

ABOUT = CHANGE.prefix


def _call(invocation: Invocation) -> c.CallBoard:
    due = invocation.text("due")
    return c.CallBoard(
        **invocation.common(),
        change=invocation.subject,
        due=datetime.fromisoformat(due) if due else None,
        note=invocation.text("note"),
    )


def _yes(invocation: Invocation) -> c.VoteOnChange:
    return _vote(invocation, Ballot.YES)


def _no(invocation: Invocation) -> c.VoteOnChange:
    return _vote(invocation, Ballot.NO)


def _abstain(invocation: Invocation) -> c.VoteOnChange:
    return _vote(invocation, Ballot.ABSTAIN)


def _vote(invocation: Invocation, ballot: Ballot) -> c.VoteOnChange:
    return c.VoteOnChange(
        **invocation.common(),
        change=invocation.subject,
        ballot=ballot,
        reason=invocation.text("reason"),
        asked=invocation.number("asked"),
    )


def _represent(invocation: Invocation) -> c.RepresentMember:
    return c.RepresentMember(
        **invocation.common(),
        change=invocation.subject,
        person=person_named(invocation, "person"),
        member=person_named(invocation, "member") if invocation.text("member") else None,
    )


def _accept(invocation: Invocation) -> c.AgreeToRepresent:
    return c.AgreeToRepresent(**invocation.common(), change=invocation.subject)


def _decline(invocation: Invocation) -> c.DeclineToRepresent:
    return c.DeclineToRepresent(
        **invocation.common(), change=invocation.subject, reason=invocation.needed("reason")
    )


def _decided(invocation: Invocation, record: Record) -> str:
    """To whose vote was the last that was needed: what was decided, with it or against it."""
    board = record.board if isinstance(record, Change) else None
    if board is None or board.decided_at is None:
        return ""
    words = msg("With your vote on %(id)s the board has refused the change.")
    if board.approved:
        words = msg("With your vote on %(id)s the board has approved the change.")
    if invocation.verb.name != ("yes" if board.approved else "no"):
        words = msg("Your vote on %(id)s is recorded. The board has refused the change.")
        if board.approved:
            words = msg("Your vote on %(id)s is recorded. The board has approved the change.")
    return invocation.caller.texts(words, id=record.id)


def _agreed(invocation: Invocation, record: Record) -> str:
    """Say whom one represents now."""
    board = record.board if isinstance(record, Change) else None
    delegates = board.delegates.items() if board else ()
    mine = [
        m for m, each in delegates if each.person == invocation.caller.person.id and each.agreed
    ]
    names = invocation.caller.texts.listing(
        [invocation.caller.reading.name_of(member) for member in mine]
    )
    words = msg("You represent %(names)s on the board of %(id)s.")
    return invocation.caller.texts(words, names=b.plain(names), id=record.id) if mine else ""


def _seats(caller: Caller) -> list[Option]:
    """List those of the caller's firm who have a seat."""
    changes = caller.contract.changes
    seats = members(caller.contract, changes.board) if changes and changes.board else ()
    return [option for option in choices.own_people(caller) if option.value in seats]


def _has_board(contract: Contract) -> bool:
    return contract.changes is not None and contract.changes.board is not None


ASKED = Field(
    name="asked",
    label=msg("Number of the request for approval"),
    kind=Kind.NUMBER,
    carried=True,
    unsaid=True,
)
VOTED = msg("Your vote on %(id)s is recorded; until the board has decided you may change it.")

_VERBS = (
    Verb(
        name="board",
        french="comité",
        aliases=("cab", "ccc"),
        about=ABOUT,
        summary=msg("Change manager: put it to the advisory board, or give the board more time"),
        done=msg("%(id)s is before the advisory board; each member has the papers."),
        build=_call,
        form_always=True,
        fields=(
            Field(name="due", label=msg("It decides by"), kind=Kind.INSTANT, french="échéance"),
            free_text(msg("A word to the board"), required=False, name="note"),
        ),
    ),
    Verb(
        name="yes",
        french="pour",
        aliases=("for", "oui"),
        about=ABOUT,
        summary=msg("Advisory board: vote for it"),
        done=VOTED,
        instead=_decided,
        build=_yes,
        fields=(reason(required=False), ASKED),
    ),
    Verb(
        name="no",
        french="contre",
        aliases=("against", "non"),
        about=ABOUT,
        summary=msg("Advisory board: vote against it, with your reason"),
        done=VOTED,
        instead=_decided,
        build=_no,
        fields=(reason(), ASKED),
    ),
    Verb(
        name="abstain",
        french="abstention",
        about=ABOUT,
        summary=msg("Advisory board: abstain, with your reason"),
        done=VOTED,
        instead=_decided,
        build=_abstain,
        fields=(reason(), ASKED),
    ),
    Verb(
        name="represent",
        french="représenter",
        aliases=("delegate", "déléguer"),
        about=ABOUT,
        summary=msg("Advisory board: name who represents a member; they are asked to agree"),
        done=msg("%(person)s is asked to agree."),
        build=_represent,
        fields=(
            who(msg("Who represents"), choices=choices.own_people),
            who(
                msg("Represents whom, if not you"),
                "member",
                french="membre",
                required=False,
                free=False,
                choices=_seats,
            ),
        ),
    ),
    Verb(
        name="accept",
        french="accepter",
        about=ABOUT,
        summary=msg("Advisory board: agree to represent who asks you"),
        done=msg("You represent them on the board of %(id)s."),
        instead=_agreed,
        build=_accept,
    ),
    Verb(
        name="decline",
        french="décliner",
        about=ABOUT,
        summary=msg("Advisory board: do not represent who asks you, with your reason"),
        done=msg("Whoever asked you is told, and may name somebody else."),
        build=_decline,
        fields=(reason(),),
    ),
)
BOARD_VERBS = tuple(replace(each, offered=_has_board) for each in _VERBS)
