"""The journal: append-only, hash-chained per contract (Rules INC-10, CON-3, CON-4)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import msgspec

from escalation.base.evolve import replace
from escalation.base.facts import Fact
from escalation.base.journal_actions.record_keeping import RecordKeepingAction

GENESIS = "0" * 64

_CANONICAL = msgspec.json.Encoder(order="sorted")  # seals hold for this very text, for ever


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing that happened: who, when, what, from where. `action` is the text of a
    `JournalAction`; `facts` carry its data; `source` says from where ("slash", "button",
    "form", "timer", "page", "monitoring", "courier")."""

    contract: str
    subject: str
    at: datetime
    actor: str
    action: str
    source: str
    facts: Mapping[str, Fact] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """A line in its place in the chain. `number` counts from 1 within the contract.

    `salt` is drawn for each line, and makes its words impossible to guess from their digest; lines
    of the first form have none. `erased` stands in place of who, from where and the facts of a
    line that was erased: their digest, or FIRST_FORM where the line had none (Rule CON-4).
    """

    number: int
    line: Entry
    previous: str
    seal: str
    salt: str = ""
    erased: str = ""


FIRST_FORM = "first form"


def seal(number: int, line: Entry, previous: str, salt: str = "") -> Sealed:
    """Put a line behind the one whose seal is `previous`."""
    digest = _seal_of(number, line, previous, _digest(line, salt)) if salt else ""
    return Sealed(
        number=number,
        line=line,
        previous=previous,
        seal=digest or _first_form(number, line, previous),
        salt=salt,
    )


def erase(sealed: Sealed) -> Sealed:
    """The line without who, from where and its facts; the chain stays provable (Rule CON-4)."""
    if sealed.erased or sealed.line.action == RecordKeepingAction.JOURNAL_ERASED:
        return sealed
    digest = _digest(sealed.line, sealed.salt) if sealed.salt else FIRST_FORM
    line = replace(sealed.line, actor="", source="", facts={})
    return replace(sealed, line=line, salt="", erased=digest)


class Account:
    """The account of an erasure: the seals of all lines, and which of them are erased.

    The line that says "journal.erased" carries it, so that neither a seal can be exchanged behind
    an erased line, nor a further line be erased without being named.
    """

    def __init__(self) -> None:
        self._seals = hashlib.sha256()
        self._erased = hashlib.sha256()
        self.first_erased = 0

    def add(self, sealed: Sealed) -> None:
        """Take the next line into account."""
        self._seals.update(sealed.seal.encode())
        if sealed.erased:
            self._erased.update(f"{sealed.number},".encode())
            self.first_erased = self.first_erased or sealed.number

    @property
    def facts(self) -> dict[str, Fact]:
        """The facts of the line that says so."""
        return {"seals": self._seals.hexdigest(), "erased": self._erased.hexdigest()}


def first_break(chain: Iterable[Sealed], *, known: int = 0) -> int | None:
    """The number of the first line that does not follow from the ones before; None if whole.

    Lines that were erased must be accounted for, all of them: by the last line that says
    "journal.erased". The lines up to the number `known` need not say anything but what links them.
    """
    previous, expected, account, accounted = GENESIS, 1, Account(), True
    for sealed in chain:
        if sealed.number != expected or sealed.previous != previous:
            return expected
        if sealed.number > known and not _holds(sealed):
            return expected
        if sealed.line.action == RecordKeepingAction.JOURNAL_ERASED:
            if sealed.line.facts.get("seals") != account.facts["seals"]:
                return expected
            accounted = sealed.line.facts.get("erased") == account.facts["erased"]
        elif sealed.erased:
            accounted = False
        account.add(sealed)
        previous, expected = sealed.seal, expected + 1
    return None if accounted else account.first_erased


def _holds(sealed: Sealed) -> bool:
    """Return whether a line carries the seal that follows from it and from the seal before."""
    if sealed.erased == FIRST_FORM:
        return not sealed.line.facts
    if sealed.erased:
        bare = not sealed.line.facts and not sealed.line.actor and not sealed.salt
        proof = _seal_of(sealed.number, sealed.line, sealed.previous, sealed.erased)
        return bare and sealed.seal == proof
    return sealed == seal(sealed.number, sealed.line, sealed.previous, sealed.salt)


def _first_form(number: int, line: Entry, previous: str) -> str:
    content = [
        number, line.contract, line.subject, _stamp(line), line.actor, line.action, line.source,
        dict(line.facts),
    ]  # fmt: skip
    return _sha256(f"{previous}\n".encode() + _CANONICAL.encode(content))


def _seal_of(number: int, line: Entry, previous: str, digest: str) -> str:
    """Return what stays readable, and the digest of what may be erased."""
    content = _CANONICAL.encode([number, line.contract, line.subject, _stamp(line), line.action])
    return _sha256(b"%b\n%b\n%b" % (previous.encode(), content, digest.encode()))


def _digest(line: Entry, salt: str) -> str:
    return _sha256(_CANONICAL.encode([salt, line.actor, line.source, dict(line.facts)]))


def _stamp(line: Entry) -> str:
    return line.at.astimezone(UTC).isoformat(timespec="microseconds")


def _sha256(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()


# ── as plain data ────────────────────────────────────────────────────────────────────────────


def as_data(sealed: Sealed) -> dict[str, Any]:
    """A sealed line as plain data, for export; `seal` can be computed again from it."""
    line = sealed.line
    return {
        "number": sealed.number,
        "contract": line.contract,
        "subject": line.subject,
        "at": line.at.isoformat(timespec="microseconds"),
        "actor": line.actor,
        "action": line.action,
        "source": line.source,
        "facts": dict(line.facts),
        "salt": sealed.salt,
        "erased": sealed.erased,
        "previous": sealed.previous,
        "seal": sealed.seal,
    }


def from_data(data: Mapping[str, Any]) -> Sealed:
    """A sealed line from plain data; raises KeyError, TypeError or ValueError."""
    line = Entry(
        contract=data["contract"],
        subject=data["subject"],
        at=datetime.fromisoformat(data["at"]),
        actor=data["actor"],
        action=data["action"],
        source=data["source"],
        facts=data["facts"],
    )
    return Sealed(
        number=data["number"],
        line=line,
        previous=data["previous"],
        seal=data["seal"],
        salt=data.get("salt", ""),
        erased=data.get("erased", ""),
    )
