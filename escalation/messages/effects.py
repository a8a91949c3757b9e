"""Effects: what the world must be told or asked, as meaning, not text (design, decision 5).

Messages are declared in `incident`, `ladder`, `crisis`, `report` and `undelivered`; `table` holds
them all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from enum import IntEnum
from typing import Any, ClassVar, NamedTuple, Self

from escalation.base.facts import Fact
from escalation.base.value import Value
from escalation.messages.destinations import Destination, To


class Rank(IntEnum):
    """The rank of effects on the way out: what goes before what."""

    CALL = 0  # it wakes somebody
    NOTICE = 1  # urgent, or somebody waits for it
    ROUTINE = 2
    ASIDE = 3  # it could not be written: behind all others


class _Form(NamedTuple):
    """The way a fact of one type is read, and written where it is not stored as it is."""

    read: Callable[[Any], Any]
    write: Callable[[Any], Fact] | None = None


_FORMS = {
    "str": _Form(lambda value: "" if value is None else str(value)),
    "int": _Form(lambda value: value if isinstance(value, int) else 0),
    "int | None": _Form(lambda value: value if isinstance(value, int) else None),
    "bool": _Form(bool),
    "tuple[str, ...]": _Form(lambda value: tuple(value) if isinstance(value, list) else (), list),
    "datetime | None": _Form(
        lambda value: datetime.fromisoformat(value) if value else None, datetime.isoformat
    ),
    "Destination": _Form(lambda value: Destination.read(value or ""), str),
}


class Meaning(Value):
    """The meaning of an effect: its fields are the facts that its view or the dispatcher reads."""

    topic: ClassVar[str] = ""  # what it is called in the outbox
    urgent: ClassVar[bool] = False
    wakes: ClassVar[bool] = False  # a call: where it is urgent, it goes before all else
    collapses: ClassVar[bool] = False  # an update: only the newest at a place is sent
    beneath: ClassVar[str] = ""  # the topic of the card in whose thread it is said
    asks: ClassVar[tuple[str, ...]] = ()  # the facts that say which question of its topic it puts
    _forms: ClassVar[tuple[tuple[str, _Form], ...]] = ()

    def __init_subclass__(
        cls,
        *,
        topic: str = "",
        urgent: bool = False,
        wakes: bool = False,
        collapses: bool = False,
        beneath: str = "",
        asks: tuple[str, ...] = (),
    ) -> None:
        """Declare a message: `class Ping(Message, topic="ping", urgent=True): ...`."""
        cls.topic = topic or cls.topic
        cls.urgent, cls.wakes = urgent or cls.urgent, wakes or cls.wakes
        cls.collapses, cls.beneath = collapses or cls.collapses, beneath or cls.beneath
        cls.asks = asks or cls.asks
        super().__init_subclass__()
        cls._forms = tuple((each.name, _FORMS[str(each.type)]) for each in fields(cls))

    @classmethod
    def question(cls, *which: object) -> str:
        """Name one question of its topic, so that it is told from the others about a record."""
        return "/".join((cls.topic, *map(str, which)))

    @property
    def puts(self) -> str:
        """The question that it puts."""
        return self.question(*(getattr(self, name) for name in self.asks))

    @property
    def facts(self) -> dict[str, Fact]:
        """The facts as they are stored; what is empty is left out."""
        given = ((name, form, getattr(self, name)) for name, form in self._forms)
        return {
            name: form.write(value) if form.write else value
            for name, form, value in given
            if value or type(value) is int
        }

    @classmethod
    def read(cls, facts: Mapping[str, Any]) -> Self:
        """Read stored facts, of whatever version: the missing are empty, others passed over."""
        return cls(**{name: form.read(facts.get(name)) for name, form in cls._forms})


class Message(Meaning):
    """Something to tell, in the words of its view."""


class Card(Message):
    """A card for a person: where it is `anew`, its reader has something new to do."""

    anew: bool = False


class RoomAction(Meaning):
    """Something to do without a message: to a crisis's room, or to what stands in Slack."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """One thing to tell one destination, or to do there.

    `awaited`: somebody looks at what it changes, having just clicked there.
    """

    meaning: Meaning
    contract: str
    subject: str  # record id: "INC-0042", "CRI-0003", "REP-0007"
    to: Destination
    urgent: bool = False
    awaited: bool = False

    @property
    def topic(self) -> str:
        """Return what it is called in the outbox."""
        return self.meaning.topic

    @property
    def facts(self) -> dict[str, Fact]:
        """Its facts, as they are stored."""
        return self.meaning.facts

    @property
    def collapse(self) -> bool:
        """Return whether only the newest of it is sent."""
        return self.meaning.collapses

    @property
    def rank(self) -> Rank:
        """Return what it goes before: a call before all, the urgent before what is not."""
        if self.to.kind is To.CRISIS and not self.collapse:
            return Rank.NOTICE  # what is done to a room, and said in it, keeps its order
        if self.urgent and self.meaning.wakes:
            return Rank.CALL
        return Rank.NOTICE if self.urgent or self.awaited else Rank.ROUTINE
