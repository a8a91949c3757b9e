"""Words for what happens before the advisory board: in the timeline, and in the thread (CHG-2)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from escalation.base.journal_actions.change import ChangeAction as A
from escalation.contract import ESCALADE, Contract
from escalation.records.change_board import Ballot
from handlers.words import blocks as b
from handlers.words.texts import Texts, msg

BALLOTS = {
    Ballot.YES: msg("for the change"),
    Ballot.NO: msg("against the change"),
    Ballot.ABSTAIN: msg("abstention"),
}
SILENT = msg("without a vote")
HAPPENED = {
    A.BOARD_CALLED: msg("Put to the advisory board by %(actor)s, until %(due)s: %(people)s"),
    A.BOARD_PROLONGED: msg("%(actor)s gives the advisory board until %(due)s"),
    A.BOARD_ASKED_ANEW: msg(
        "What the advisory board had read has changed: it votes anew, until %(due)s"
    ),
    A.BOARD_VOTED: msg("%(actor)s: %(ballot)s"),
    A.BOARD_DELEGATE_NAMED: msg("%(actor)s asks %(person)s to represent %(members)s"),
    A.BOARD_DELEGATE_AGREED: msg("%(actor)s represents %(members)s"),
    A.BOARD_DELEGATE_DECLINED: msg("%(actor)s does not represent %(members)s: %(reason)s"),
    A.BOARD_REMINDED: msg("Advisory board, reminded: %(people)s"),
    A.BOARD_OVERDUE: msg("The advisory board has not decided in time; told: %(people)s"),
    A.BOARD_APPROVED: msg("The advisory board approves the change"),
    A.BOARD_REFUSED: msg("The advisory board refuses the change"),
}
_OWN_SEAT = msg("%(actor)s asks %(person)s to vote as delegate")
_REPRESENTED = msg("%(actor)s, for %(members)s: %(ballot)s")
_PEOPLE = ("people", "members")


def happened(
    action: A, actor: str, facts: Mapping[str, object], contract: Contract, texts: Texts
) -> str:
    """One thing that happened before the board, in a line."""

    def named(person: object) -> str:
        return "Escalade" if person == ESCALADE else contract.name_of(str(person))

    def listed(people: object) -> str:
        return texts.listing([named(each) for each in people]) if isinstance(people, list) else ""

    voters = dict(zip(_list(facts.get("members")), _list(facts.get("people")), strict=False))

    def seats(members: object) -> str:
        """The members who voted so; with who voted for them, where they did not themselves."""
        each = [(named(m), voters.get(m)) for m in _list(members)]
        return texts.listing([f"{name} ({named(by)})" if by else name for name, by in each])

    said: dict[str, object] = {"actor": named(actor), "reason": facts.get("reason", "")}
    said |= {name: listed(facts.get(name)) for name in _PEOPLE}
    if facts.get("person"):
        said["person"] = named(facts["person"])
    if facts.get("due"):
        said["due"] = texts.instant(datetime.fromisoformat(str(facts["due"])))
    if facts.get("ballot"):
        said["ballot"] = texts(BALLOTS[Ballot(str(facts["ballot"]))])
    words = _REPRESENTED if action is A.BOARD_VOTED and facts.get("members") else HAPPENED[action]
    if action is A.BOARD_DELEGATE_NAMED and facts.get("members") == [actor]:
        words = _OWN_SEAT
    parts = [texts(words, **said)]
    if "%(reason)s" not in words and facts.get("reason"):
        parts.append(str(facts["reason"]))
    minutes = {ballot.value: words for ballot, words in BALLOTS.items()} | {"silent": SILENT}
    parts += [
        texts.labelled(texts(words), seats(facts[name]))
        for name, words in minutes.items()
        if facts.get(name)
    ]
    return b.plain(" · ".join(parts))


def _list(fact: object) -> list[object]:
    return list(fact) if isinstance(fact, list | tuple) else []
