"""The router: from what somebody typed, clicked or filled in, to a verb and its answer.

It knows nothing of Bolt; the listeners bring it what Slack sends.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from escalation.base.refusals import BadValue, NotAllowed, NotFound, NotNow, Refusal
from escalation.contract import Person
from escalation.records.incident import Incident
from escalation.records.kinds import OF_PREFIX
from handlers.application import Application, Caller, OutOfReach
from handlers.refusals.words import refusal_words
from handlers.registry.commands import verb_named
from handlers.router.inbound import Click, Inbound
from handlers.router.subject import subject_of
from handlers.verbs.fields import divided
from handlers.verbs.forms import Purpose, form, read_form, with_beside
from handlers.verbs.help import help_of
from handlers.verbs.instants import read_instant
from handlers.verbs.rights import begin, names_people
from handlers.verbs.typed_line import Line, read
from handlers.verbs.verb import Ask, Kind, SlashCommand, Verb
from handlers.words.blocks import plain, section
from handlers.words.rendered import Block, Rendered
from handlers.words.slack_text import mentioned, readable, users_in

MOST_MENTIONED = 20
SOURCES = {"command": "slash", "block_actions": "button", "view_submission": "form"}


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenForm:
    """The answer is a form to open."""

    view: dict[str, Any]


Response = Rendered | OpenForm


class Router:
    """Answers lines, clicks and forms; a Refusal is raised for the caller to be told."""

    def __init__(self, application: Application) -> None:
        self._application = application

    async def answer(self, inbound: Inbound) -> Response:
        """Answer a slash command or a button.

        Who clicks has given no number that they could check (Rule CON-2).
        """
        asked = inbound.asked
        try:
            return await self._answer(inbound)
        except NotFound as refusal:
            if isinstance(asked, Click) and refusal.facts.get("id") == asked.subject:
                raise NotFound("concerns_others", id=asked.subject) from refusal
            raise

    async def _answer(self, inbound: Inbound) -> Response:
        asked = inbound.asked
        if not isinstance(asked, Line | Click):
            raise TypeError(f"{inbound.kind} asks for nothing here")
        caller = await self.caller(inbound.user, inbound.channel, asked.contract)
        named: str | None
        values: Mapping[str, str]
        if isinstance(asked, Click):
            verb = verb_named(asked.command, asked.verb)
            named, values = asked.subject, asked.values
        elif not await self._offered(asked.command, caller):
            raise NotNow("no_chapter", command=asked.typed)
        elif asked.fault is not None:
            raise asked.fault
        elif asked.verb is None:
            return help_of(asked.command, caller, asked.typed)
        else:
            verb = asked.verb
            named, values = read(verb, asked.rest)
            values = divided(verb, caller, values)
        if not named and not verb.offered(caller.contract):  # what is under way goes on
            raise BadValue("unknown_verb", given=verb.name, command=f"/{verb.command}")
        subject = named or await subject_of(self._application, verb, caller, inbound.channel)
        ask = await self._begun(inbound, verb.shaped(caller, values), caller, subject, values)
        if isinstance(asked, Line):
            ask = replace(ask, values=await self._in_words(ask, asked.text))
        return await self._go(ask)

    async def submitted(self, inbound: Inbound, purpose: Purpose) -> Response:
        """Answer a form; where what was chosen in it asks for more, by the form for that."""
        caller = await self.caller(inbound.user, inbound.channel, purpose.contract)
        verb = verb_named(purpose.command, purpose.verb).shaped(caller, purpose.values)
        values = read_form(verb, purpose, inbound.body["view"]["state"]["values"])
        if message := values.pop("message", ""):
            values["link"] = self._application.link_to(*(*message.split("/"), "")[:3])
        more = verb_named(purpose.command, purpose.verb).shaped(caller, values)
        ask = await self._begun(inbound, more, caller, purpose.subject, values)
        if {each.name for each in more.fields} > {each.name for each in verb.fields}:
            return await self._form(ask)
        try:
            return await self._carry_out(ask)
        except (NotNow, BadValue) as refusal:
            if not more.ways or not _answers(ask, refusal) or not more.ways(ask, refusal):
                raise
            return await self._asking(ask, refusal)

    async def beside(self, inbound: Inbound, purpose: Purpose) -> dict[str, Any] | None:
        """The form that is being filled in, with what is known of what was chosen; None: nothing.

        Raises a Refusal.
        """
        verb, view = verb_named(purpose.command, purpose.verb), inbound.body["view"]
        field = verb.field(inbound.body["actions"][0]["action_id"])
        if verb.beside is None or field is None:
            return None
        caller = await self.caller(inbound.user, inbound.channel, purpose.contract)
        values = read_form(verb, purpose, view["state"]["values"])
        ask = await self._begun(inbound, verb, caller, purpose.subject, values)
        return with_beside(view, field.name, await self._beside(ask))

    async def _beside(self, ask: Ask) -> list[Block]:
        """Return what a form shows of what was filled in so far; or why that will be refused."""
        if (beside := ask.verb.beside) is None:
            return []
        try:
            return await self._application.read(lambda tx: beside(tx, ask))
        except Refusal as refusal:
            return [section(refusal_words(refusal, ask.caller.texts, contract=ask.caller.reading))]

    async def caller(self, slack_user: str, channel: str = "", contract: str = "") -> Caller:
        """Find who it is, under which contract; raises NotAllowed or BadValue("which_contract")."""
        callers = await self._application.callers(slack_user)
        if contract:
            callers = [c for c in callers if c.contract.id == contract]
        if not callers:
            raise NotAllowed("unknown_person")
        if len(callers) == 1:
            return callers[0]
        if channel and (here := await self._at_home(callers, channel)) is not None:
            return here
        raise BadValue("which_contract", known=[c.contract.id for c in callers])

    async def _offered(self, command: SlashCommand, caller: Caller) -> bool:
        """Return whether the contract has what a command is about, or had: what is open goes on."""
        if command.offered(caller.contract):
            return True
        kinds = {OF_PREFIX[verb.about] for verb in command.verbs if verb.about}
        return await self._application.read(
            lambda tx: any(tx.list(kind, caller.contract.id) for kind in kinds)
        )

    async def _at_home(self, callers: Iterable[Caller], channel: str) -> Caller | None:
        """The caller under the contract whose standing room, or whose crisis's, a channel is."""
        for caller in callers:
            rooms = caller.contract.rooms
            if channel in {
                self._application.room_id(rooms.shared),
                self._application.room_id(rooms.provider),
            }:
                return caller
        crisis = await self._application.read(lambda tx: tx.crisis_in_room(channel))
        of_crisis = crisis.contract if crisis is not None else ""
        return next((c for c in callers if c.contract.id == of_crisis), None)

    async def _begun(
        self,
        inbound: Inbound,
        verb: Verb,
        caller: Caller,
        subject: str,
        values: Mapping[str, str],
    ) -> Ask:
        """Return what is asked for, by the caller with those whom the record shows them.

        Before a form or a name: refused is here who may not, or need not know of the record.
        """
        ask = Ask(
            verb=verb,
            caller=caller,
            subject=subject,
            values=values,
            source=SOURCES[inbound.kind],
            key=inbound.key,
            now=self._application.now(),
            channel=inbound.channel,
        )
        if not names_people(ask) and not _needs_form(ask):
            return ask
        return replace(ask, caller=await self._application.read(lambda tx: begin(tx, ask)))

    async def _in_words(self, ask: Ask, line: str) -> dict[str, str]:
        """The values as their writer saw them; who is mentioned as a person, by their id."""
        caller, given = ask.caller, ask.values
        users = users_in(given.values())
        names = await self.names(caller, users) if users else {}
        values = {name: readable(value, names, whole=line) for name, value in given.items()}
        for field in ask.verb.fields if users else ():
            if field.kind is Kind.PERSON and (user := mentioned(given.get(field.name, ""))):
                person = await self._application.person_of(caller.contract, user)
                if person is not None and person in caller.known.people:
                    values[field.name] = person.id
        return values

    async def names(self, caller: Caller, users: Iterable[str]) -> dict[str, str]:
        """The names of those Slack users of the contract whom the caller may know of."""
        contract, known = caller.contract, caller.known.people
        asked = sorted(users)[:MOST_MENTIONED]
        found = await asyncio.gather(
            *(self._application.person_of(contract, user) for user in asked), return_exceptions=True
        )
        for trouble in found:
            if isinstance(trouble, BaseException) and not isinstance(trouble, OutOfReach):
                raise trouble
        return {
            user: person.name
            for user, person in zip(asked, found, strict=True)
            if isinstance(person, Person) and person in known
        }

    async def _go(self, ask: Ask) -> Response:
        """Do what is asked, or open the form that asks for the rest."""
        instants = {
            field.name: read_instant(given, ask.caller.texts, ask.now).isoformat()
            for field in ask.verb.fields
            if field.kind is Kind.INSTANT and (given := ask.text(field.name))
        }
        ask = replace(ask, values={**ask.values, **instants})  # a form shows them too
        for field in ask.verb.fields:
            if field.kind is Kind.NUMBER:
                ask.number(field.name)  # a form could not show what is none
        if _needs_form(ask):
            return await self._form(ask)
        try:
            return await self._carry_out(ask)
        except (NotNow, BadValue) as refusal:
            if not _answers(ask, refusal):
                raise
            return await self._asking(ask, refusal)

    async def _asking(self, ask: Ask, refusal: NotNow | BadValue) -> OpenForm:
        """The form that asks for what would answer a refusal, which it says above."""
        caller = await self._application.read(lambda tx: begin(tx, ask))
        words = refusal_words(refusal, caller.texts, contract=caller.reading)
        ways = ask.verb.ways(ask, refusal) if ask.verb.ways else []
        return await self._form(replace(ask, caller=caller), notice=words, ways=ways)

    async def _form(self, ask: Ask, *, notice: str = "", ways: Sequence[Block] = ()) -> OpenForm:
        prefill = ask.verb.prefill
        standing = await self._application.read(lambda tx: prefill(tx, ask)) if prefill else {}
        view = form(
            ask.verb,
            ask.caller,
            ask.subject,
            ask.channel,
            ask.values,
            standing=standing,
            notice=notice,
            ways=ways,
        )
        leading = [f.name for f in ask.verb.fields if f.leads and ask.text(f.name)]
        if leading:
            view = with_beside(view, leading[-1], await self._beside(ask))
        return OpenForm(view=view)

    async def _carry_out(self, ask: Ask) -> Rendered:
        verb = ask.verb
        _require_short(ask)
        if verb.look is not None:
            return await verb.look(self._application, ask)
        if verb.build is None:
            raise TypeError(f"verb {verb.name} neither builds nor looks")
        command = verb.build(ask)
        record = await self._application.perform(command)
        title = plain(record.title) if isinstance(record, Incident) else ""
        named = getattr(command, "to", "") or getattr(command, "person", "")
        person = plain(ask.caller.reading.name_of(named)) if named else ""
        text = verb.instead(ask, record) if verb.instead else ""
        text = text or ask.caller.texts(
            verb.done,
            id=record.id,
            title=title,
            person=person,
            incident=getattr(record, "incident", None),
        )
        also = verb.also
        more = await self._application.read(lambda tx: also(tx, ask, record)) if also else []
        return Rendered(text=text, blocks=[section(text), *more] if more else [])


def _needs_form(ask: Ask) -> bool:
    """Return whether something is missing that only a form can ask for, or show."""
    typed = ask.source == SOURCES["command"]
    asked = (field for field in ask.verb.fields if field.required or (typed and field.shown))
    return any(not ask.text(field.name) for field in asked) or (
        ask.verb.form_always and not ask.values
    )


def _answers(ask: Ask, refusal: NotNow | BadValue) -> bool:
    """Return whether a field that was not filled in would answer the refusal: a form asks it."""
    field = ask.verb.field(str(refusal.facts.get("field", "")))
    return field is not None and not ask.text(field.name)


def _require_short(ask: Ask) -> None:
    """Refuse a value longer than its field: a typed line has no form that keeps it short."""
    for field in ask.verb.fields:
        length = len(ask.text(field.name))
        if length > field.limit:
            raise BadValue("text_too_long", field=field.name, length=length, limit=field.limit)
