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
from handlers.verbs.verb import Invocation, Kind, SlashCommand, Verb
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
        invocation = await self._begun(
            inbound, verb.shaped(caller, values), caller, subject, values
        )
        if isinstance(asked, Line):
            invocation = replace(invocation, values=await self._in_words(invocation, asked.text))
        return await self._go(invocation)

    async def submitted(self, inbound: Inbound, purpose: Purpose) -> Response:
        """Answer a form; where what was chosen in it asks for more, by the form for that."""
        caller = await self.caller(inbound.user, inbound.channel, purpose.contract)
        verb = verb_named(purpose.command, purpose.verb).shaped(caller, purpose.values)
        values = read_form(verb, purpose, inbound.body["view"]["state"]["values"])
        if message := values.pop("message", ""):
            values["link"] = self._application.link_to(*(*message.split("/"), "")[:3])
        more = verb_named(purpose.command, purpose.verb).shaped(caller, values)
        invocation = await self._begun(inbound, more, caller, purpose.subject, values)
        if {each.name for each in more.fields} > {each.name for each in verb.fields}:
            return await self._form(invocation)
        try:
            return await self._carry_out(invocation)
        except (NotNow, BadValue) as refusal:
            if (
                not more.ways
                or not _answers(invocation, refusal)
                or not more.ways(invocation, refusal)
            ):
                raise
            return await self._asking(invocation, refusal)

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
        invocation = await self._begun(inbound, verb, caller, purpose.subject, values)
        return with_beside(view, field.name, await self._beside(invocation))

    async def _beside(self, invocation: Invocation) -> list[Block]:
        """Return what a form shows of what was filled in so far; or why that will be refused."""
        if (beside := invocation.verb.beside) is None:
            return []
        try:
            return await self._application.read(lambda tx: beside(tx, invocation))
        except Refusal as refusal:
            return [
                section(
                    refusal_words(
                        refusal, invocation.caller.texts, contract=invocation.caller.reading
                    )
                )
            ]

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
    ) -> Invocation:
        """Return what is asked for, by the caller with those whom the record shows them.

        Before a form or a name: refused is here who may not, or need not know of the record.
        """
        invocation = Invocation(
            verb=verb,
            caller=caller,
            subject=subject,
            values=values,
            source=SOURCES[inbound.kind],
            key=inbound.key,
            now=self._application.now(),
            channel=inbound.channel,
        )
        if not names_people(invocation) and not _needs_form(invocation):
            return invocation
        return replace(
            invocation, caller=await self._application.read(lambda tx: begin(tx, invocation))
        )

    async def _in_words(self, invocation: Invocation, line: str) -> dict[str, str]:
        """The values as their writer saw them; who is mentioned as a person, by their id."""
        caller, given = invocation.caller, invocation.values
        users = users_in(given.values())
        names = await self.names(caller, users) if users else {}
        values = {name: readable(value, names, whole=line) for name, value in given.items()}
        for field in invocation.verb.fields if users else ():
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

    async def _go(self, invocation: Invocation) -> Response:
        """Do what is asked, or open the form that asks for the rest."""
        instants = {
            field.name: read_instant(given, invocation.caller.texts, invocation.now).isoformat()
            for field in invocation.verb.fields
            if field.kind is Kind.INSTANT and (given := invocation.text(field.name))
        }
        invocation = replace(
            invocation, values={**invocation.values, **instants}
        )  # a form shows them too
        for field in invocation.verb.fields:
            if field.kind is Kind.NUMBER:
                invocation.number(field.name)  # a form could not show what is none
        if _needs_form(invocation):
            return await self._form(invocation)
        try:
            return await self._carry_out(invocation)
        except (NotNow, BadValue) as refusal:
            if not _answers(invocation, refusal):
                raise
            return await self._asking(invocation, refusal)

    async def _asking(self, invocation: Invocation, refusal: NotNow | BadValue) -> OpenForm:
        """The form that asks for what would answer a refusal, which it says above."""
        caller = await self._application.read(lambda tx: begin(tx, invocation))
        words = refusal_words(refusal, caller.texts, contract=caller.reading)
        ways = invocation.verb.ways(invocation, refusal) if invocation.verb.ways else []
        return await self._form(replace(invocation, caller=caller), notice=words, ways=ways)

    async def _form(
        self, invocation: Invocation, *, notice: str = "", ways: Sequence[Block] = ()
    ) -> OpenForm:
        prefill = invocation.verb.prefill
        standing = (
            await self._application.read(lambda tx: prefill(tx, invocation)) if prefill else {}
        )
        view = form(
            invocation.verb,
            invocation.caller,
            invocation.subject,
            invocation.channel,
            invocation.values,
            standing=standing,
            notice=notice,
            ways=ways,
        )
        leading = [f.name for f in invocation.verb.fields if f.leads and invocation.text(f.name)]
        if leading:
            view = with_beside(view, leading[-1], await self._beside(invocation))
        return OpenForm(view=view)

    async def _carry_out(self, invocation: Invocation) -> Rendered:
        verb = invocation.verb
        _require_short(invocation)
        if verb.look is not None:
            return await verb.look(self._application, invocation)
        if verb.build is None:
            raise TypeError(f"verb {verb.name} neither builds nor looks")
        command = verb.build(invocation)
        record = await self._application.perform(command)
        title = plain(record.title) if isinstance(record, Incident) else ""
        named = getattr(command, "to", "") or getattr(command, "person", "")
        person = plain(invocation.caller.reading.name_of(named)) if named else ""
        text = verb.instead(invocation, record) if verb.instead else ""
        text = text or invocation.caller.texts(
            verb.done,
            id=record.id,
            title=title,
            person=person,
            incident=getattr(record, "incident", None),
        )
        also = verb.also
        more = await self._application.read(lambda tx: also(tx, invocation, record)) if also else []
        return Rendered(text=text, blocks=[section(text), *more] if more else [])


def _needs_form(invocation: Invocation) -> bool:
    """Return whether something is missing that only a form can ask for, or show."""
    typed = invocation.source == SOURCES["command"]
    asked = (field for field in invocation.verb.fields if field.required or (typed and field.shown))
    return any(not invocation.text(field.name) for field in asked) or (
        invocation.verb.form_always and not invocation.values
    )


def _answers(invocation: Invocation, refusal: NotNow | BadValue) -> bool:
    """Return whether a field that was not filled in would answer the refusal: a form asks it."""
    field = invocation.verb.field(str(refusal.facts.get("field", "")))
    return field is not None and not invocation.text(field.name)


def _require_short(invocation: Invocation) -> None:
    """Refuse a value longer than its field: a typed line has no form that keeps it short."""
    for field in invocation.verb.fields:
        length = len(invocation.text(field.name))
        if length > field.limit:
            raise BadValue("text_too_long", field=field.name, length=length, limit=field.limit)
