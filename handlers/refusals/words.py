"""Refusals in words: the one place where a code and its facts become a sentence."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime

from escalation.base.declared import named_in, table
from escalation.base.refusals import NotAllowed, Refusal
from escalation.change.clashes import Clash
from escalation.contract import CLIENT, ESCALADE, PROVIDER, Contract
from escalation.records.incident import IncidentState
from escalation.records.kinds import KINDS
from handlers.change.calendar.clash_words import clash_words
from handlers.incident.card import STATES
from handlers.registry.commands import COMMANDS
from handlers.verbs.verb import Named
from handlers.words.blocks import plain
from handlers.words.texts import Texts, msg

LONGEST_VALUE = 300
_VALUE = re.compile(r"%\((\w+)\)s")

# Each code has one sentence or several, the most telling first: the first one whose values are all
# known is said. Most are said in a form too, where there is no markup.
SENTENCES: Mapping[str, tuple[str, ...]] = table(named_in("handlers.refusals", "SENTENCES"))
WHO: Mapping[str, str] = table(named_in("handlers.refusals", "WHO"))

SCHEMES = {
    "criticality": msg("the component and the severity"),
    "ranked": msg("the component's rank, or urgency and impact together"),
}

# The facts, by how they are put into words; any other one is said as it is.
_PEOPLE = {"person", "by", "owner", "requester", "stand_in", "people", "leads"}
_INSTANTS = {"at", "due", "may_close_at", "start", "end", "other_start", "other_end"}
_CLASHES = {"clashes", "least"}
_FIRMS = {"side", "organisation", "waiting_for"}
_KINDS = {kind.prefix: kind.word for kind in KINDS}
_FIELDS = {"field", "missing"}
_VERBS = {verb.name: verb for command in COMMANDS for verb in command.verbs}
_ASKED = [field for command in COMMANDS for verb in command.verbs for field in verb.fields]
_OPTIONS = {field.name: field for field in reversed(_ASKED)}
_TYPED: dict[str, Mapping[str, Named]] = {"verb": _VERBS, "options": _OPTIONS}

_TABLES: dict[str, Mapping[str, str]] = {
    "used": SCHEMES,
    "needed": WHO,
    "kind": _KINDS,
    **table(named_in("handlers.refusals", "FACTS")),
}


def refusal_words(refusal: Refusal, texts: Texts, *, contract: Contract | None = None) -> str:
    """Say what is refused, why, and what can be done instead; `contract` gives ids their names."""
    values = _values(refusal, texts, contract)
    for sentence in SENTENCES.get(refusal.code, ()):
        names = set(_VALUE.findall(sentence))
        if names <= values.keys():
            return texts(sentence, **{name: values[name] for name in names})
    return texts("This cannot be done at the moment (%(code)s).", code=refusal.code)


def bug_words(reference: str, texts: Texts) -> str:
    """Say that we failed, in words."""
    return texts(
        "Something went wrong on our side; nothing was changed."
        " Please quote reference %(reference)s.",
        reference=plain(reference),
    )


def out_of_reach_words(texts: Texts) -> str:
    """Say that the memory or Slack is away: nobody knows whether it was done."""
    return texts(
        "Escalade cannot reach its database, or Slack, at the moment."
        " Please look whether it was done, and try again in a minute."
    )


def form_not_opened_words(texts: Texts) -> str:
    """Say that Slack was too slow for a form."""
    return texts("The form could not be opened in time; nothing was changed. Please try again.")


def _values(refusal: Refusal, texts: Texts, contract: Contract | None) -> dict[str, str]:
    """The facts that say something, in words."""
    words = {}
    for name, fact in refusal.facts.items():
        say = _say(name, texts, contract)
        items = [str(item) for item in fact if item] if isinstance(fact, list) else [fact]
        said = [plain(say(str(item)), LONGEST_VALUE) for item in items if item not in (None, "")]
        if said:
            words[name] = _joined(name, said, refusal, texts)
    return words


def _joined(name: str, said: list[str], refusal: Refusal, texts: Texts) -> str:
    """Several values of one fact: any of those who may, all of those who are named, else a list."""
    if name == "needed" or (name == "people" and isinstance(refusal, NotAllowed)):
        return texts.either(said)
    if name in _PEOPLE | _CLASHES:
        return texts.listing(said)
    return ", ".join(said)


def _say(name: str, texts: Texts, contract: Contract | None) -> Callable[[str], str]:
    """Choose how the values of a fact are said."""
    if name == "people":
        return lambda value: _whom_to_phone(value, contract)
    if name in _PEOPLE:
        return lambda value: _person(value, contract)
    if name in _CLASHES and contract is not None:
        return lambda value: _clash(value, contract, texts)
    if name in _INSTANTS:
        return lambda value: _instant(value, texts)
    if name in _FIRMS:
        return lambda value: _firm(value, texts, contract)
    if name in _FIELDS:
        return lambda value: texts(_OPTIONS[value].label) if value in _OPTIONS else texts(value)
    if (typed := _TYPED.get(name)) is not None:
        return lambda value: typed[value].name_in(texts.language) if value in typed else value
    if name in {"state", "allowed"}:
        return lambda value: _state(value, texts) or value
    table = _TABLES.get(name, {})
    return lambda value: texts(table[value]) if value in table else value


def _person(person: str, contract: Contract | None) -> str:
    if person == ESCALADE:
        return "Escalade"
    return contract.person(person).name if contract and contract.knows(person) else person


def _whom_to_phone(person: str, contract: Contract | None) -> str:
    known = contract.person(person) if contract and contract.knows(person) else None
    return f"{known.name} ({known.phone})" if known and known.phone else _person(person, contract)


def _clash(value: str, contract: Contract, texts: Texts) -> str:
    try:
        return clash_words(Clash.read(value), contract, texts)
    except ValueError:
        return value


def _instant(value: str, texts: Texts) -> str:
    try:
        return texts.instant(datetime.fromisoformat(value))
    except ValueError:
        return value


def _state(value: str, texts: Texts) -> str:
    return texts(STATES[IncidentState(value)]) if value in set(IncidentState) else ""


def _firm(firm: str, texts: Texts, contract: Contract | None) -> str:
    """The name of a firm; without the contract, what it is."""
    suppliers = {each.id for each in contract.suppliers} if contract else set()
    if contract and firm in {PROVIDER, CLIENT, *suppliers}:
        return contract.party_name(firm)
    return {PROVIDER: texts("the provider"), CLIENT: texts("the client")}.get(firm, firm)
