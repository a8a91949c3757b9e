"""The advisory board on a change's card: who has voted, who is awaited, the buttons (CHG-2)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from escalation.change import board as rules_of_board
from escalation.change import parts
from escalation.contract import Contract
from escalation.contract.processes.change_board import BoardRules
from escalation.decision.commands import change_board as c
from escalation.records.change import Change, ChangeCategory, ChangeState
from escalation.records.change_board import Ballot, Board
from handlers.change.board.words import BALLOTS, SILENT
from handlers.verbs.offers import Offer
from handlers.words import blocks as b
from handlers.words.texts import Texts, msg

MARKS = {Ballot.YES: "👍", Ballot.NO: "👎", Ballot.ABSTAIN: "⚪"}


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenBoard:
    """The board of a change, as one person sees it; as a room does where `person` is ""."""

    change: Change
    contract: Contract
    person: str
    texts: Texts
    now: datetime
    longest: int

    @property
    def _rules(self) -> BoardRules | None:
        return parts.rules_of(self.contract).board

    def _name(self, person: str) -> str:
        return b.plain(self.contract.name_of(person))

    def lines(self) -> Iterator[str]:
        """Say how it stands, seat by seat: everybody sees it."""
        board, rules, texts = self.change.board, self._rules, self.texts
        if board is None or rules is None:
            return
        seats = rules_of_board.members(self.contract, rules)
        label = texts("Advisory board")
        yield texts.labelled(f"*{label}*", self._standing(rules, board))
        if board.note:
            yield f"> {b.plain(board.note, self.longest)}"
        yield from (self._seat(board, member) for member in seats)
        if self._undecided and not rules_of_board.can_sit(self.contract, rules, board, self.now):
            yield "⚠️ " + texts(
                "So many are away that the board cannot decide. Somebody of their firm may name who"
                " represents them; the change manager may set another time, or withdraw the change."
            )

    def _standing(self, rules: BoardRules, board: Board) -> str:
        """Say what it has decided, or by when it does, and how many have voted."""
        texts, due = self.texts, self.texts.instant(board.due)
        if board.decided_at is not None:
            words = msg("It has refused the change.")
            return texts(msg("It has approved the change.") if board.approved else words)
        if not self._undecided:
            return texts("It has not decided: it is not asked any more.")
        if self.now < board.opens_at < board.due:
            opens = texts.instant(board.opens_at)
            when = texts(
                "It decides once all have voted, or from %(opens)s on, by %(due)s.",
                opens=opens,
                due=due,
            )
        elif self.now < board.due:
            when = texts("It decides by %(due)s.", due=due)
        else:
            when = texts("It was to decide by %(due)s.", due=due)
        seats = rules_of_board.members(self.contract, rules)
        votes = texts(
            "Votes so far: %(n)s of %(seats)s; at least %(quorum)s are needed.",
            n=sum(member in board.votes for member in seats),
            seats=len(seats),
            quorum=rules_of_board.quorum(self.contract, rules),
        )
        return f"{when} {votes}"

    def _seat(self, board: Board, member: str) -> str:
        texts, name = self.texts, self._name(member)
        vote, delegate = board.votes.get(member), board.delegates.get(member)
        if vote is not None:
            if vote.by != member:
                name = texts("%(name)s, for %(member)s", name=self._name(vote.by), member=name)
            said = texts(BALLOTS[vote.ballot])
            reason = f" · {b.plain(vote.reason, self.longest)}" if vote.reason else ""
            return f"{MARKS[vote.ballot]} {texts.labelled(name, said)}{reason}"
        if not self._undecided:
            return f"▫️ {texts.labelled(name, texts(SILENT))}"
        awaited = rules_of_board.voter(self.contract, board, member, self.now)
        if awaited is None:
            nobody = texts("away, and nobody is there instead")
            return f"⚠️ {texts.labelled(name, nobody)}"
        if awaited == member:
            return f"⏳ {name}"
        who = self._name(awaited)
        asked = delegate is not None and delegate.person == awaited and not delegate.agreed
        words = msg("%(name)s is asked to represent %(member)s")
        if not asked:
            words = msg("%(name)s represents %(member)s")
        return f"⏳ {texts(words, name=who, member=name)}"

    # ── buttons ──────────────────────────────────────────────────────────────────────────────

    @property
    def _undecided(self) -> bool:
        board = self.change.board
        waits = self.change.state is ChangeState.APPROVAL
        return waits and board is not None and board.decided_at is None

    def offers(self) -> Iterator[Offer]:
        """Offer what the reader may do before the board; in a room, what anybody may."""
        texts, change = self.texts, self.change
        if self._rules is None or change.state is not ChangeState.APPROVAL:
            return
        if change.board is None:
            if change.category is ChangeCategory.OTHER:
                yield texts("Call the advisory board"), "board", c.CallBoard, None, {}
            return
        if not self._undecided:
            return
        asked = self._asked(change.board)
        yield from self._answers(asked)
        read = {"asked": str(change.asked)}
        if not asked or set(self._seats(self._rules, change.board)) - set(asked):
            yield texts("Vote for it"), "yes", c.VoteOnChange, "primary", read
            yield texts("Vote against it"), "no", c.VoteOnChange, "danger", read
            yield texts("Abstain"), "abstain", c.VoteOnChange, None, read
        for member in self._to_represent(self._rules, change.board):
            label = texts("Have %(name)s represented", name=self.contract.name_of(member))
            if member == self.person:
                label = texts("Be represented")
            known = {} if self._own(self._rules, change.board, member) else {"member": member}
            yield label, "represent", c.RepresentMember, None, known
        yield texts("Set another time"), "board", c.CallBoard, None, {}

    def _asked(self, board: Board) -> list[str]:
        """The members whom the reader is asked to represent, and has not answered for."""
        named = board.delegates.items()
        return [m for m, d in named if d.person == self.person and not d.agreed]

    def _answers(self, asked: list[str]) -> Iterator[Offer]:
        """For who is asked to represent somebody: before they agree, they do not vote for them."""
        if asked:
            names = self.texts.listing([self.contract.name_of(each) for each in asked])
            label = self.texts("Represent %(names)s", names=names)
            yield label, "accept", c.AgreeToRepresent, "primary", {}
            yield self.texts("Do not represent"), "decline", c.DeclineToRepresent, None, {}

    def _seats(self, rules: BoardRules, board: Board) -> tuple[str, ...]:
        """The seats that the reader votes for."""
        return rules_of_board.seats_of(self.contract, rules, board, self.person, self.now)

    def _own(self, rules: BoardRules, board: Board, member: str) -> bool:
        """Tell whether it is the reader's seat, which goes without saying in the form."""
        return self._seats(rules, board)[:1] == (member,) == (self.person,)

    def _to_represent(self, rules: BoardRules, board: Board) -> list[str]:
        """The reader's own seat, and those that nobody votes for and they may see to."""
        if not self.person or not self.contract.knows(self.person):
            return []
        contract, now = self.contract, self.now
        empty = rules_of_board.empty(contract, rules, board, now)
        return [
            member
            for member in rules_of_board.open_seats(contract, rules, board)
            if member == self.person
            or (
                member in empty
                and rules_of_board.may_name(contract, rules, board, member, self.person, now)
            )
        ]
