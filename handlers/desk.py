"""The desk: from what somebody typed, clicked or filled in, to a verb and its answer.

It knows nothing of Bolt; `handlers.listeners` brings it what Slack sends.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from escalation import authority
from escalation.contract import Person
from escalation.incident import Incident
from escalation.kinds import INCIDENT, OF_PREFIX, Record, kind_of_id
from escalation.names import folded
from escalation.ports import Transaction
from escalation.refusals import BadValue, NotAllowed, Refusal
from escalation.sight import sight_of
from escalation.usecases.deliveries import find
from handlers.blocks import plain
from handlers.forms import Purpose, form, read_form, text_values, texts
from handlers.front import Caller, Front, OutOfReach
from handlers.instants import read_instant
from handlers.lines import read, split_verb, take_contract, tidy
from handlers.rendered import Rendered
from handlers.rights import begin, names_people
from handlers.slack_text import mentioned, readable, users_in
from handlers.usage import help_of
from handlers.verbs import Ask, Kind, SlashCommand, Verb

MOST_CANDIDATES = 10
MOST_MENTIONED = 20
LONGEST_SAID = 40
BUTTON_PREFIX = "do/"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenForm:
    """The answer is a form to open."""

    view: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Click:
    """What a button carries: a verb, its record, and values given."""

    command: str
    verb: str
    contract: str
    subject: str
    values: Mapping[str, str]

    @classmethod
    def load(cls, action_id: str, value: str) -> Click:
        """Read what one of our buttons carries; raises ValueError."""
        place = action_id.partition("#")[0].removeprefix(BUTTON_PREFIX).split("/")
        given = json.loads(value)
        if not isinstance(given, list) or len(given) != 3 or len(place) != 2:
            raise ValueError("no button of ours")
        contract, subject, values = given
        texts((contract, subject))
        return cls(
            command=place[0],
            verb=place[1],
            contract=contract,
            subject=subject,
            values=text_values(values),
        )


Response = Rendered | OpenForm


class Desk:
    """Answers lines, clicks and forms; a Refusal is raised for the caller to be told."""

    def __init__(self, front: Front, commands: tuple[SlashCommand, ...]) -> None:
        self._front = front
        self._commands = {command.name: command for command in commands}

    def command(self, name: str) -> SlashCommand:
        """The slash command of that name; raises BadValue("unknown_verb")."""
        if name not in self._commands:
            raise BadValue("unknown_verb", given=name[:LONGEST_SAID], command="/incident")
        return self._commands[name]

    async def caller(self, slack_user: str, channel: str = "", contract: str = "") -> Caller:
        """Who it is, under which contract; raises NotAllowed or BadValue("which_contract")."""
        callers = await self._front.callers(slack_user)
        if not callers:
            raise NotAllowed("unknown_person")
        if contract:
            callers = [c for c in callers if c.contract.id == contract]
            if not callers:
                raise NotAllowed("unknown_person")
        if len(callers) == 1:
            return callers[0]
        if channel and (here := await self._at_home(callers, channel)) is not None:
            return here
        raise BadValue("which_contract", known=[c.contract.id for c in callers])

    async def _at_home(self, callers: Iterable[Caller], channel: str) -> Caller | None:
        """The caller under the contract whose standing room, or whose crisis's, a channel is."""
        for caller in callers:
            rooms = caller.contract.rooms
            if channel in {self._front.room_id(rooms.shared), self._front.room_id(rooms.provider)}:
                return caller
        crisis = await self._front.read(lambda tx: tx.crisis_in_room(channel))
        of_crisis = crisis.contract if crisis is not None else ""
        return next((c for c in callers if c.contract.id == of_crisis), None)

    async def typed(
        self,
        command: SlashCommand,
        line: str,
        *,
        user: str,
        channel: str,
        key: str,
        typed: str = "",
    ) -> Response:
        """Answer a slash command; `typed` is the name it was called by, e.g. "/crise"."""
        words, contract = take_contract(tidy(line))
        caller = await self.caller(user, channel, contract)
        if folded(words) in {"help", "aide", "?"}:
            return help_of(command, caller.texts, typed or f"/{command.name}")
        verb, rest = split_verb(command, words, typed)
        if verb is None:
            return help_of(command, caller.texts, typed or f"/{command.name}")
        named, given = read(verb, rest)
        subject = named or await self._subject(verb, caller, channel)
        caller = await self._begin(verb, caller, subject, given)
        values = await self._in_words(caller, verb, given, line)
        return await self._go(
            command, verb, caller, subject, values,
            channel=channel, key=key, source="slash",
        )  # fmt: skip

    async def _begin(
        self, verb: Verb, caller: Caller, subject: str, values: Mapping[str, str]
    ) -> Caller:
        """The caller, with those whom the record shows them.

        Before a form or a name: refused is here who may not, or need not know of the record.
        """
        if not names_people(verb, values) and not _needs_form(verb, values):
            return caller
        now = self._front.now()
        return await self._front.read(lambda tx: begin(tx, verb, caller, subject, now))

    async def _in_words(
        self, caller: Caller, verb: Verb, given: dict[str, str], line: str
    ) -> dict[str, str]:
        """The values as their writer saw them; who is mentioned as a person, by their id."""
        fields = [field.name for field in verb.fields if field.kind is Kind.PERSON]
        people: dict[str, str] = {}
        for name in fields:
            if user := mentioned(given.get(name, "")):
                person = await self._front.person_of(caller.contract, user)
                people |= {name: person.id} if person in caller.known.people else {}
        names = await self.names(caller, users_in(given.values()))
        values = {name: readable(value, names, whole=line) for name, value in given.items()}
        return values | people

    async def names(self, caller: Caller, users: Iterable[str]) -> dict[str, str]:
        """The names of those Slack users of the contract whom the caller may know of."""
        contract, known = caller.contract, caller.known.people
        asked = sorted(users)[:MOST_MENTIONED]
        found = await asyncio.gather(
            *(self._front.person_of(contract, user) for user in asked), return_exceptions=True
        )
        for trouble in found:
            if isinstance(trouble, BaseException) and not isinstance(trouble, OutOfReach):
                raise trouble
        return {
            user: person.name
            for user, person in zip(asked, found, strict=True)
            if isinstance(person, Person) and person in known
        }

    async def clicked(self, click: Click, *, user: str, channel: str, key: str) -> Response:
        """Answer a button."""
        caller = await self.caller(user, channel, click.contract)
        command = self.command(click.command)
        verb = command.verb(click.verb)
        if verb is None:
            raise BadValue("unknown_verb", given=click.verb, command=f"/{command.name}")
        values = dict(click.values)
        subject = click.subject or await self._subject(verb, caller, channel)
        caller = await self._begin(verb, caller, subject, values)
        return await self._go(
            command, verb, caller, subject, values,
            channel=channel, key=key, source="button",
        )  # fmt: skip

    async def submitted(
        self, purpose: Purpose, state: dict[str, Any], *, user: str, key: str, link: str = ""
    ) -> Rendered:
        """Answer a form."""
        caller = await self.caller(user, purpose.channel, purpose.contract)
        command = self.command(purpose.command)
        verb = command.verb(purpose.verb)
        if verb is None:
            raise BadValue("unknown_verb", given=purpose.verb, command=f"/{command.name}")
        values = read_form(verb, purpose, state)
        if link:
            values["link"] = link
        caller = await self._begin(verb, caller, purpose.subject, values)
        ask = Ask(
            caller=caller, subject=purpose.subject, values=values,
            source="form", key=key, now=self._front.now(), channel=purpose.channel,
        )  # fmt: skip
        return await self._carry_out(verb, ask)

    async def _go(
        self,
        command: SlashCommand,
        verb: Verb,
        caller: Caller,
        subject: str,
        values: dict[str, str],
        *,
        channel: str,
        key: str,
        source: str,
    ) -> Response:
        for field in verb.fields:
            if field.kind is Kind.INSTANT and values.get(field.name, "").strip():
                at = read_instant(values[field.name], caller.texts, self._front.now())
                values[field.name] = at.isoformat()  # a form shows it too
        if _needs_form(verb, values):
            return await self._form(command, verb, caller, subject, values, channel=channel)
        ask = Ask(
            caller=caller,
            subject=subject,
            values=values,
            source=source,
            key=key,
            now=self._front.now(),
            channel=channel,
        )
        return await self._carry_out(verb, ask)

    async def _form(
        self,
        command: SlashCommand,
        verb: Verb,
        caller: Caller,
        subject: str,
        values: dict[str, str],
        *,
        channel: str,
    ) -> OpenForm:
        """The form of a verb, with what stands in the record already where the verb shows it."""
        standing: dict[str, str] = {}
        if verb.prefill is not None:
            prefill, now = verb.prefill, self._front.now()
            ask = Ask(
                caller=caller, subject=subject, values=values,
                source="form", key="", now=now, channel=channel,
            )  # fmt: skip
            standing = await self._front.read(lambda tx: prefill(tx, ask))
        view = form(command, verb, caller, subject, channel, values, standing=standing)
        return OpenForm(view=view)

    async def _carry_out(self, verb: Verb, ask: Ask) -> Rendered:
        _require_short(verb, ask)
        if verb.look is not None:
            return await verb.look(self._front, ask)
        if verb.build is None:
            raise TypeError(f"verb {verb.name} neither builds nor looks")
        record = await self._front.perform(verb.build(ask))
        title = plain(record.title) if isinstance(record, Incident) else ""
        return Rendered(text=ask.caller.texts(verb.done, id=record.id, title=title))

    async def _subject(self, verb: Verb, caller: Caller, channel: str) -> str:
        """The record meant where none is named: the room's own, or the only one they may see.

        "" for a verb about none.
        """
        if not verb.about:
            return ""
        contract, kind = caller.contract.id, OF_PREFIX[verb.about]

        def known(records: Iterable[Record]) -> list[str]:
            me = caller.person.id
            seen = [r.id for r in records if authority.visible(caller.contract, me, r)]
            return seen[:MOST_CANDIDATES]

        def candidates(tx: Transaction) -> list[str]:
            here = tx.crisis_in_room(channel) if channel else None
            if here is not None and here.contract == contract and not here.borrows_room:
                for own in (here.id, here.incident, here.report):
                    if own and kind_of_id(own) is kind and known([find(tx, contract, own)]):
                        return [own]
            if kind is INCIDENT:
                sight = sight_of(caller.contract, caller.person.id)
                found = tx.open_incidents(contract, sight, limit=MOST_CANDIDATES)
                return [incident.id for incident in found.shown]
            return known(tx.list(kind, contract))

        found = await self._front.read(candidates)
        if len(found) == 1:
            return found[0]
        if verb.subject_optional:
            return ""
        raise BadValue("which_record", kind=verb.about, candidates=found)


def _needs_form(verb: Verb, values: Mapping[str, str]) -> bool:
    """Whether something is missing that only a form can ask for."""
    missing = (f.required and not values.get(f.name, "").strip() for f in verb.fields)
    return any(missing) or (verb.form_always and not values)


def _require_short(verb: Verb, ask: Ask) -> None:
    """Refuse a value longer than its field: a typed line has no form that keeps it short."""
    for field in verb.fields:
        length = len(ask.text(field.name))
        if length > field.limit:
            raise BadValue("text_too_long", field=field.name, length=length, limit=field.limit)


def refusal_field(verb: Verb, refusal: Refusal) -> str:
    """The form's field a refusal concerns; the first one where it names none."""
    named = refusal.facts.get("field")
    names = [f.name for f in verb.fields]
    if isinstance(named, str) and named in names:
        return named
    return next((name for name in names if refusal.code.find(name) >= 0), names[0] if names else "")
