"""Calendars in words: what their events say (CAL-6), what cannot be read of them (CAL-1)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from escalation.contract import Contract
from escalation.contract.names import told_apart
from escalation.duty.availability import Answering
from handlers.words.texts import Texts, msg

WORDS = {
    "too_large": (
        msg("The file is larger than %(most)s bytes."),
        msg("Export a shorter period, or one calendar only."),
    ),
    "not_utf8": (
        msg("This line is not UTF-8 text."),
        msg("Export the calendar again, or save the file with the encoding UTF-8."),
    ),
    "not_calendar": (
        msg("This is not an iCalendar file."),
        msg("Download it again, and look into it: an address that has expired gives a web page."),
    ),
    "cut_off": (
        msg("The file is cut off: the end of this %(name)s is missing."),
        msg("Download it again, whole."),
    ),
    "no_start": (
        msg("It has no beginning."),
        msg("Give it a beginning and an end in the calendar, or delete it."),
    ),
    "no_end": (
        msg("It has no end."),
        msg("Give it a beginning and an end in the calendar, or delete it."),
    ),
    "backwards": (
        msg("Its end is not after its beginning."),
        msg("Give it a beginning and an end in the calendar, or delete it."),
    ),
    "too_long": (
        msg("It lasts longer than a year."),
        msg("Split it into shorter events."),
    ),
    "bad_date": (
        msg("Its %(name)s cannot be read: %(value)s."),
        msg("Write it again in the calendar, or delete the event."),
    ),
    "bad_rule": (
        msg("Its repetition cannot be read: %(rule)s."),
        msg("Let it repeat by days, weeks, months or years, or write single events."),
    ),
    "too_often": (
        msg("It repeats too often to be duty."),
        msg("Let it repeat by days, weeks, months or years, or write single events."),
    ),
    "this_and_future": (
        msg("It changes a repeated event from one time on."),
        msg("End the repeated event before, and begin another one."),
    ),
    "unknown_zone": (
        msg("It is in the time zone “%(zone)s”, which neither the file nor the world's list has."),
        msg(
            "Choose a time zone by its name in the calendar, or say which is meant: "
            "--zone Europe/Paris"
        ),
    ),
    "nobody": (
        msg("Neither its title nor an attendee names a person of the contract."),
        msg(
            "Write the name, id or e-mail of whoever is on call into its title, or the e-mail that "
            "this calendar uses into the contract; delete the event if it is no duty."
        ),
    ),
    "several": (
        msg("It names several people: %(people)s."),
        msg("One person at a time is on call: leave one in its title, or as its only attendee."),
    ),
    "another_firm": (
        msg("It names %(people)s, who is not of the firm of this rota."),
        msg("Write the name, id or e-mail of somebody of that firm into its title."),
    ),
    "clash": (
        msg("At %(at)s somebody else is on call too, by %(other)s (line %(other_line)s)."),
        msg("One person at a time is on call: shorten one of the two, or delete it."),
    ),
}
_MEANT = msg("Did you mean %(people)s?")


def calendar_fault_words(
    code: str, facts: Mapping[str, object], contract: Contract, texts: Texts
) -> tuple[str, str]:
    """Return what is wrong, and what to write instead."""
    what, remedy = WORDS[code]
    said = {name: _said(value, contract, texts) for name, value in facts.items()}
    meant = facts.get("suggestion")
    hint = f"{texts(_MEANT, people=said['suggestion'])} " if meant else ""
    return texts(what, **said), hint + texts(remedy)


def stand_in_words(stretch: Answering, contract: Contract, texts: Texts) -> str:
    """Say why somebody else has a stretch of duty than whose turn it is; "" where it is theirs."""
    said = []
    if stretch.instead_of:
        who, asker = _name(stretch.whose, contract), _name(stretch.instead_of, contract)
        said.append(texts("%(who)s covers for %(asker)s.", who=who, asker=asker))
    if stretch.person != stretch.whose:
        away = _name(stretch.whose, contract)
        said.append(texts("In the place of %(name)s, who is away.", name=away))
    return " ".join(said)


def feed_title(stretch: Answering, contract: Contract, texts: Texts, *, own: bool) -> str:
    """Say what an event of a feed is called: who is on call, or for what, and for whom (CAL-6)."""
    if own:
        title = texts("On call: %(rota)s", rota=contract.rota_name(stretch.rota))
    else:
        title = _name(stretch.person, contract)
    if stretch.instead_of:
        name = _name(stretch.instead_of, contract)
        title += f" ({texts('covers for %(name)s', name=name)})"
    return title


def _name(person_id: str, contract: Contract) -> str:
    """The name, told apart from others; the id of whom the contract names no more."""
    if not contract.knows(person_id):
        return contract.name_of(person_id)
    return told_apart(contract.people, contract.person(person_id))


def _said(value: object, contract: Contract, texts: Texts) -> str:
    if isinstance(value, datetime):
        return texts.instant(value)
    if isinstance(value, list):
        return ", ".join(told_apart(contract.people, contract.person(one)) for one in value)
    return str(value)
