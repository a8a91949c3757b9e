"""Tell whom an edited contract moves on or off duty, in the operator's words (CAL-1, CAL-6)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from escalation.contract import Contract
from escalation.duty.duty_changes import DutyMove, coming_changes, moves
from handlers.words.texts import Texts

MOST_LINES = 8


def undated_words(old: Contract, new: Contract, now: datetime, texts: Texts) -> list[str]:
    """Say whose duty a new version changes at once, or without saying from when, line by line."""
    found = [move for move in moves(old, new, now) if not move.dated or move.start <= now]
    if not found:
        return []
    texts = Texts(texts.language, new.zone)
    head = texts(
        "%(contract)s: this version changes whose duty it is, and names no day to come for it. If "
        "that is not meant, put back what stood there, and write the new list under `changes` of "
        "the rota:",
        contract=new.id,
    )
    return [head, *_lines(found, (new, old), now, texts)]


def not_compared_words(database: Path | str, texts: Texts) -> str:
    """Say that nothing in force was compared: there is no database there."""
    return texts(
        "Not compared with what is in force: there is no database at %(database)s. Whose "
        "duty this version changes now is said where the bot's DATABASE_URL is given.",
        database=database,
    )


def coming_words(contract: Contract, now: datetime, texts: Texts) -> list[str]:
    """Return whom each change of a rota that lies ahead moves, and when, line by line."""
    texts = Texts(texts.language, contract.zone)
    words = []
    for change in coming_changes(contract, now):
        head = texts(
            "%(contract)s, rota %(rota)s: from %(start)s these take turns, in this order: "
            "%(people)s.",
            contract=contract.id,
            rota=change.rota,
            start=texts.instant(change.start),
            people=", ".join(_name(each, (contract,), texts) for each in change.people),
        )
        words += [head, *_lines(change.moves, (contract,), now, texts)]
    return words


def _lines(
    found: Sequence[DutyMove], contracts: Sequence[Contract], now: datetime, texts: Texts
) -> list[str]:
    lines = [f"  {_line(move, contracts, now, texts)}" for move in found[:MOST_LINES]]
    if rest := found[MOST_LINES:]:
        end = texts.instant(rest[-1].end)
        lines.append("  " + texts("and %(count)s more, until %(end)s", count=len(rest), end=end))
    return lines


def _line(move: DutyMove, contracts: Sequence[Contract], now: datetime, texts: Texts) -> str:
    facts = {
        "rota": move.rota,
        "start": texts.instant(move.start),
        "end": texts.instant(move.end),
        "becomes": _name(move.becomes, contracts, texts),
        "was": _name(move.was, contracts, texts),
    }
    if move.start <= now:
        return texts("%(rota)s, NOW and until %(end)s: %(becomes)s instead of %(was)s", **facts)
    return texts("%(rota)s, %(start)s to %(end)s: %(becomes)s instead of %(was)s", **facts)


def _name(person: str | None, contracts: Sequence[Contract], texts: Texts) -> str:
    """The name of somebody, by the first contract that knows them."""
    if person is None:
        return texts("nobody")
    return next((each.name_of(person) for each in contracts if each.knows(person)), person)
