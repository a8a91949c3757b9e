"""Verbs: what can be typed, clicked or filled in. One declaration serves the typed line, the form,
the buttons and the help, so that they cannot disagree.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum, auto
from typing import TypedDict

from escalation.base.refusals import BadValue, Refusal
from escalation.contract import Contract
from escalation.contract.names import folded
from escalation.decision.commands.command import Command
from escalation.decision.transaction import Transaction
from escalation.records.kinds import Record
from handlers.application import Application, Caller
from handlers.words.rendered import Block, Rendered

YES = frozenset({"yes", "y", "oui", "o", "true", "1"})
NO = frozenset({"no", "n", "non", "false", "0"})


class Allowance(Enum):
    """The allowance of the caller that a request draws on; each is limited by itself."""

    ORDINARY = ""
    ALARM = "!"  # raising the alarm, which chatter cannot use up
    HOME = "~"
    UNLIMITED = None  # answering a call


class Kind(Enum):
    """The content of a field; decides its input and how it is read."""

    TEXT = auto()
    LONG_TEXT = auto()
    NUMBER = auto()
    CHOICE = auto()
    PERSON = auto()
    INSTANT = auto()
    YES_NO = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One choice: the value of the line, and the words of the menu (a literal, not a msgid).

    `also`: other words by which it is typed, whatever the language of who types.
    """

    value: str
    label: str
    also: tuple[str, ...] = ()

    @property
    def short(self) -> str:
        """Return what the label begins with, by which it is named: "standard", "1"."""
        return self.label.partition(" · ")[0].partition(", ")[0]


Choices = Callable[[Caller], list[Option]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """Something that is typed: its name, its French one, "" where that is the same, and others."""

    name: str
    french: str = ""
    aliases: tuple[str, ...] = ()

    @property
    def names(self) -> list[str]:
        """All names it can be typed by."""
        return [name for name in (self.name, self.french, *self.aliases) if name]

    def name_in(self, language: str) -> str:
        """The name that a reader of that language is shown."""
        return (language == "fr" and self.french) or self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Field(Named):
    """One value of a verb. `label` and `hint` are msgids. `free` takes the line's free words.

    `carried`: a button brings it along, and no form asks for it. `leads`: once it is chosen, the
    form shows beneath it what its verb says `beside`. `unsaid`: the help does not name it, since
    only buttons know it. `shown`: a typed line without it opens the form, where it may stay empty.
    """

    label: str
    kind: Kind = Kind.TEXT
    required: bool = False
    free: bool = False
    carried: bool = False
    leads: bool = False
    unsaid: bool = False
    shown: bool = False
    hint: str = ""
    choices: Choices | None = None
    limit: int = 3000


Values = Mapping[str, str]


class Common(TypedDict):
    """Facts that every command carries."""

    contract: str
    by: str
    source: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Invocation:
    """An invocation of a verb: the caller, the record named (its id), the values given.

    `key` makes the command idempotent; `channel` is where it was asked; `source` from what.
    """

    verb: Verb
    caller: Caller
    subject: str
    values: Values
    source: str
    key: str
    now: datetime
    channel: str = ""

    @property
    def contract(self) -> Contract:
        """The contract it concerns."""
        return self.caller.contract

    @property
    def firm(self) -> str:
        """The caller's firm: "provider", "client", or a supplier's id."""
        return self.caller.person.organisation

    @property
    def turns_page(self) -> bool:
        """Return whether it is a click that turns the page of a list."""
        return self.source == "button" and bool(self.text("page"))

    def text(self, name: str) -> str:
        """The value, "" where it was not given."""
        return self.values.get(name, "").strip()

    def optional(self, name: str) -> str | None:
        """The value, None where it was not given."""
        return self.text(name) or None

    def number(self, name: str) -> int | None:
        """The value as a whole number; raises BadValue."""
        text = self.text(name)
        if not text:
            return None
        try:
            return int(folded(text))
        except ValueError:
            raise BadValue("not_a_number", field=name, given=text) from None

    def yes(self, name: str) -> bool:
        """The value as yes or no; no where it was not given; raises BadValue."""
        text = folded(self.text(name))
        if text in YES:
            return True
        if not text or text in NO:
            return False
        raise BadValue("not_yes_or_no", field=name, given=text)

    def needed(self, name: str) -> str:
        """The value; raises BadValue where it was not given."""
        text = self.text(name)
        if not text:
            raise BadValue("value_missing", field=name)
        return text

    def common(self) -> Common:
        """Return what every command carries: `TakeIncident(**invocation.common(), incident=…)`."""
        return {
            "contract": self.contract.id,
            "by": self.caller.person.id,
            "source": self.source,
            "key": self.key,
        }


Build = Callable[[Invocation], Command]
Look = Callable[[Application, Invocation], Awaitable[Rendered]]
Also = Callable[[Transaction, "Invocation", Record], list[Block]]
Instead = Callable[["Invocation", Record], str]
Beside = Callable[[Transaction, "Invocation"], list[Block]]
Prefill = Callable[[Transaction, Invocation], dict[str, str]]
Ways = Callable[["Invocation", Refusal], list[Block]]
Shape = Callable[[Caller, Values], tuple[Field, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verb(Named):
    """One thing that can be asked: `build` makes its command, or `look` answers without one.

    `summary` and `done` are msgids; `done` may use %(id)s, %(title)s, %(incident)s and
    %(person)s, the name of whom was given. `about` is the prefix of the record it concerns ("INC",
    "CRI" …), or "" for none; `subject_optional` allows none.
    `prefill` gives what stands in the fields already: the form shows it to be changed, and what
    was left as it stood is not given again, unless the record is yet to be made. It is asked only
    for who may change it.
    `also` is what its answer says besides, of the record that came of it; `instead` what it says
    in place of `done` where it came to something else, "" where it did not. `beside` is what its
    form shows of what was filled in so far, `ways` what can be done by a click where it asks for
    something because of a refusal. `shape` gives the fields, where what
    is asked depends on what was given before; `about_what` is what its form says of that first.
    `command` is the slash command it belongs to, which sets it. It exists only where the contract
    has what it is for: `offered`.
    """

    summary: str
    about: str = ""
    subject_optional: bool = False
    fields: tuple[Field, ...] = ()
    build: Build | None = None
    look: Look | None = None
    prefill: Prefill | None = None
    done: str = ""
    also: Also | None = None
    instead: Instead | None = None
    beside: Beside | None = None
    ways: Ways | None = None
    shape: Shape | None = None
    about_what: Callable[[Caller, Values], list[str]] | None = None
    form_always: bool = False  # show the form where no value is given, even if none is required
    allowance: Allowance = Allowance.ORDINARY
    command: str = ""
    offered: Callable[[Contract], bool] = lambda _: True

    @property
    def path(self) -> str:
        """Return what a button or a form of it is known by: "incident/take"."""
        return f"{self.command}/{self.name}"

    def shaped(self, caller: Caller, values: Values) -> Verb:
        """The verb as it asks somebody who has given these values."""
        return replace(self, fields=self.shape(caller, values)) if self.shape else self

    def field(self, name: str) -> Field | None:
        """The field of that name or alias, whatever the case and accents."""
        wanted = folded(name)
        return next((each for each in self.fields if wanted in map(folded, each.names)), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class SlashCommand:
    """A slash command: its verbs, and which one stands for none."""

    name: str  # "incident"
    summary: str
    verbs: tuple[Verb, ...]
    place: int  # in the help, from 1
    default: str = ""  # the verb for an empty line; "" shows the help
    chapter: str = ""  # of the contract, without which nothing of it is offered

    def offered(self, contract: Contract) -> bool:
        """Return whether the contract has the chapter that it is about."""
        return not self.chapter or getattr(contract, self.chapter) is not None

    def __post_init__(self) -> None:
        bound = tuple(replace(verb, command=self.name) for verb in self.verbs)
        object.__setattr__(self, "verbs", bound)

    def verb(self, word: str) -> Verb | None:
        """The verb of that name or alias, whatever the case and accents."""
        wanted = folded(word)
        return next((each for each in self.verbs if wanted in map(folded, each.names)), None)
