"""The card of a change: how it stands, what waits for whom, what its reader can do next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from escalation.change import approving, parts
from escalation.change.asking import ENDED
from escalation.change.carrying_out import goes_on_until
from escalation.contract import Contract
from escalation.decision.commands import change as c
from escalation.decision.commands.incident import OpenIncident
from escalation.decision.context import Context
from escalation.perform import rights
from escalation.records.change import BEFOREHAND, Change, ChangeResult, ChangeState, Need
from escalation.records.incident import Origin
from handlers.change.awaited import late_lines
from handlers.change.beside import NOTHING, Beside, beside_lines
from handlers.change.board.section import SeenBoard
from handlers.change.words import (
    AWAITED,
    CATEGORIES,
    NEEDS,
    ORIGINS,
    RESULTS,
    heading,
    overrun_words,
    state_words,
    window_words,
)
from handlers.incident.parts.site import contact_words, site_words
from handlers.verbs.offers import Offer, offered
from handlers.words import blocks as b
from handlers.words.rendered import Block, Rendered
from handlers.words.texts import Texts, msg

MOST_CARRIERS = 4
LONGEST = 600  # of what people wrote; “Show” has all of it

S = ChangeState


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A change as one person sees it; as a room does where `person` is ""."""

    change: Change
    contract: Contract
    person: str
    texts: Texts
    now: datetime
    longest: int = LONGEST
    around: Beside = NOTHING

    def card(self) -> Rendered:
        """The whole of it: heading, facts, what is awaited, buttons."""
        head = heading(self.change)
        blocks = [b.header(head), *b.fields(self._facts())]
        if lines := list(self._lines()):
            blocks += b.sections(lines)
        blocks.append(b.actions(*self.buttons()))
        state = state_words(self.change, self.texts, self.now)
        said = [b.plain(head), state, self._waits(), *self._late()]
        return Rendered(text=" · ".join(said), blocks=blocks)

    def _waits(self) -> str:
        """For whom it waits, in a notification: for what, where that is its reader."""
        texts, waits = self.texts, parts.awaited(self._context, self.change)
        if mine := [texts(AWAITED[what]) for what, each in waits.items() if self.person in each]:
            return texts("awaited of you: %(what)s", what=texts.listing(mine))
        people = [p for each in waits.values() for p in each]
        people = people or list(parts.awaited_later(self._context, self.change))
        names = texts.listing([self._name(each) for each in dict.fromkeys(people)])
        waiting = texts("waiting for %(names)s", names=names) if people else ""
        return waiting or self._name(self.change.requester)

    def _late(self) -> list[str]:
        return list(late_lines(self._context, self.change, self.person, self.texts))

    @property
    def _board(self) -> SeenBoard:
        return SeenBoard(
            change=self.change,
            contract=self.contract,
            person=self.person,
            texts=self.texts,
            now=self.now,
            longest=self.longest,
        )

    @property
    def _context(self) -> Context:
        return Context(now=self.now, contract=self.contract)

    def _name(self, person: str | None) -> str:
        return b.plain(self.contract.name_of(person)) if person else ""

    def _facts(self) -> Iterator[tuple[str, str]]:
        change, texts = self.change, self.texts
        yield texts("State"), state_words(change, texts, self.now)
        yield from self._from_what()
        if change.category:
            yield texts("Category"), texts(CATEGORIES[change.category])
        yield from self._where()
        if change.urgent:
            yield texts("Urgent"), "⚡"
        yield texts("Requester"), self._name(change.requester)
        if change.window:
            was = texts.clock(change.planned_end, self.now) if change.planned_end else ""
            before = " " + texts("(planned until %(at)s)", at=was) if was else ""
            yield texts("Window"), window_words(change, texts) + before
        if change.started_at and change.ended_at:
            times = {"start": change.started_at, "end": change.ended_at}
            said = {name: texts.instant(at) for name, at in times.items()}
            yield texts("In fact"), texts("from %(start)s to %(end)s", **said)
        elif change.started_at:
            yield texts("Begun"), texts.instant(change.started_at)
        if carrier := self._carrier():
            yield texts("Carried out by"), carrier
        if change.state is S.STUDY and change.study_due:
            late = " ⚠️" if change.study_due < self.now else ""
            yield texts("Study due"), texts.clock(change.study_due, self.now) + late
        if change.result:
            yield texts("Result"), texts(RESULTS[change.result])

    def _carrier(self) -> str:
        """Say who carries it out; once it has a window always somebody, who may be away."""
        change, chosen = self.change, self._name(self.change.carried_out_by)
        here = next(iter(parts.carrier(self._context, change)), None)
        if change.state not in {S.APPROVED, S.UNDERWAY} or not change.window or here is None:
            return chosen
        if not chosen:
            return self.texts("%(name)s, unless somebody is named", name=self._name(here))
        if here == change.carried_out_by:
            return chosen
        return self.texts("%(name)s, as %(away)s is away", name=self._name(here), away=chosen)

    def _from_what(self) -> Iterator[tuple[str, str]]:
        """List what it starts from, and the changes that it does again, or that does it again."""
        change, texts, hidden = self.change, self.texts, self.around.hidden
        origin = texts(ORIGINS[change.origin])
        source = parts.source_of(self.contract, change)
        named = "" if change.born_of in hidden else change.born_of
        born_of = b.plain(source.name if source else named)
        yield texts("Origin"), f"{origin} · {born_of}" if born_of else origin
        if change.previous and change.previous not in hidden:
            yield texts("Does again"), change.previous
        if change.again and change.again not in hidden:
            yield texts("Done again"), change.again

    def _where(self) -> Iterator[tuple[str, str]]:
        """List what it touches, and whom to phone there (Rule ORG-6)."""
        change, texts = self.change, self.texts
        if change.components:
            names = [self.contract.component_name(each) for each in change.components]
            yield texts("Components"), b.plain(texts.listing(names))
        if change.site:
            yield texts("Site"), site_words(change, self.contract)
            if contacts := contact_words(change, self.contract):
                yield texts("Whom to phone there"), contacts

    def _lines(self) -> Iterator[str]:
        change, texts = self.change, self.texts
        entry, study = parts.entry_of(self.contract, change), change.study
        if late := self._late():
            yield f"⚠️ *{late[0]}*" + "".join(f" {each}" for each in late[1:])
        if over := overrun_words(change, texts):
            yield f"⚠️ {over}"
        urgent = parts.rules_of(self.contract).urgent if change.urgent else None
        for field in entry.form if entry else ():
            if field.id in change.answers:
                answer = b.plain(change.answers[field.id], self.longest)
                yield texts.labelled(f"*{b.plain(field.label)}*", answer)
        for label, words in (
            (texts("Description"), change.description),
            (texts("Procedure"), entry.procedure if entry else ""),
            (texts("Risk"), entry.risk if entry else ""),
            (texts("Extra risk"), urgent.extra_risk if urgent else ""),
            (texts("Liability"), urgent.liability if urgent else ""),
            (texts("Study"), study.text if study else ""),
            (texts("Impact"), study.impact if study else ""),
            (texts("Fall-back plan"), study.fallback if study else ""),
            (texts("Test"), study.test if study else ""),
            (texts("Reason"), change.reason),
        ):
            if words:
                yield texts.labelled(f"*{label}*", b.plain(words, self.longest))
        for need in change.needs:
            given = change.approvals.get(need)
            if given is not None and need is not Need.BOARD:  # that says more below
                words = msg("%(what)s: %(name)s")
                if given.at == change.opened_at:
                    words = msg("%(what)s: %(name)s, with the request")
                yield "✅ " + texts(words, what=texts(NEEDS[need]), name=self._name(given.by))
        yield from beside_lines(self.around, change, self.contract, texts, self.now)
        yield from self._board.lines()
        yield from self.awaited()

    def awaited(self) -> Iterator[str]:
        """Say what waits for whom: everybody sees it (CHG-4)."""
        for what, people in parts.awaited(self._context, self.change).items():
            yield "⏳ " + self.texts(
                "%(what)s: waiting for %(names)s",
                what=self.texts(AWAITED[what]),
                names=self.texts.listing([self._name(each) for each in people]),
            )
        if away := parts.unaccepted(self._context, self.change):
            yield "⚠️ " + self.texts(
                "Nobody who may accept it is there; away: %(names)s. It can be withdrawn, and asked"
                " for again as not urgent.",
                names=self.texts.listing([self._name(each) for each in away]),
            )
        later, window = parts.awaited_later(self._context, self.change), self.change.window
        if later and window:
            yield "⏳ " + self.texts(
                "the beginning, from %(at)s on: %(names)s, who then gets the button",
                at=self.texts.instant(window.start),
                names=self.texts.listing([self._name(each) for each in later]),
            )

    # ── buttons ──────────────────────────────────────────────────────────────────────────────

    def buttons(self) -> list[Block]:
        """Show what this person can do now; in a room, what fits the state."""
        return [
            *self._of(self._offers()),
            *self._open_incident(),
            b.button(self.texts("Card"), "change/show", self.contract.id, self.change.id),
        ]

    def carrier_buttons(self) -> list[Block]:
        """A row of those whom the catalogue names to carry it out, where nobody was chosen."""
        buttons = self._of(self._carriers())
        return [b.actions(*buttons)] if buttons else []

    def _of(self, offers: Iterable[Offer]) -> list[Block]:
        return offered(offers, self.contract, self.change, self.person, self.now)

    def _open_incident(self) -> list[Block]:
        """The button that opens the incident which a change that did not succeed has caused."""
        change = self.change
        went_wrong = change.state is S.DONE and change.result is not ChangeResult.SUCCEEDED
        if not went_wrong or not (
            self.person and rights.allowed(self.contract, self.person, OpenIncident)
        ):
            return []
        known = {"origin": Origin.CHANGE.value, "change": change.id}
        if change.components:
            known["component"] = change.components[0]
        label = self.texts("Open an incident")
        return [b.button(label, "incident/open#of", self.contract.id, "", **known)]

    def _offers(self) -> Iterator[Offer]:
        change, texts = self.change, self.texts
        read = {"asked": str(change.asked)}
        if change.state is S.REQUESTED:
            yield texts("Classify"), "classify", c.ClassifyChange, "primary", {}
        if change.state is S.STUDY:
            yield texts("Record the study"), "study", c.RecordStudy, "primary", {}
            yield texts("Assign"), "assign", c.AssignStudy, None, {}
        if change.state is S.APPROVAL and self._approves():
            label = texts("Accept the extra risk") if change.urgent else texts("Approve")
            yield label, "approve", c.ApproveChange, "primary", read
        yield from self._board.offers()
        if change.state in {S.REQUESTED, S.APPROVAL}:
            yield texts("Reject"), "reject", c.RejectChange, "danger", read
        opened = change.window.start <= self.now if change.window else change.urgent
        if change.state is S.APPROVED and opened:
            yield texts("Begin"), "start", c.StartChange, "primary", {}
        if change.state is S.APPROVED:
            label = texts("Plan again") if change.window else texts("Plan")
            yield label, "plan", c.PlanChange, None if change.window else "primary", {}
            yield from self._carriers()
        yield from self._afterwards()

    def _carriers(self) -> Iterator[Offer]:
        """Offer whom the catalogue names to carry it out, where nobody was chosen: by one click."""
        change, window = self.change, self.change.window
        people = parts.in_catalogue(self.contract, change)
        if window is None or change.carried_out_by or len(people) < 2:
            return
        times = {"start": window.start.isoformat(), "end": window.end.isoformat()}
        for person in people[:MOST_CARRIERS]:
            label = self.texts("By %(name)s", name=self.contract.name_of(person))
            yield label, "plan", c.PlanChange, None, {**times, "person": person}

    def _afterwards(self) -> Iterator[Offer]:
        """From its beginning on; and what ends it before, or begins it once more."""
        change, texts = self.change, self.texts
        if change.state is S.UNDERWAY:
            done = {"result": ChangeResult.SUCCEEDED.value}
            yield texts("It succeeded"), "end", c.EndChange, "primary", done
            yield texts("Another result"), "end", c.EndChange, None, {}
            yield from self._goes_on()
        if change.state is S.DONE:
            yield texts("Close"), "close", c.CloseChange, "primary", {}
        undone = change.state in ENDED and change.result is not ChangeResult.SUCCEEDED
        if undone and change.again is None:
            yield texts("Do it again"), "again", c.DoChangeAgain, None, {}
        if change.state in BEFOREHAND:
            yield texts("Withdraw"), "withdraw", c.WithdrawChange, None, {}

    def _goes_on(self) -> Iterator[Offer]:
        """Offer to say, once its window is over, that one has it in hand; or until when."""
        texts, window = self.texts, self.change.window
        if window is not None and window.end <= self.now:
            until = goes_on_until(self.contract, self.now)
            label = texts("It goes on until %(at)s", at=texts.clock(until, self.now))
            yield label, "prolong", c.ProlongChange, None, {"until": until.isoformat()}
        yield texts("It takes longer"), "prolong", c.ProlongChange, None, {}

    def _approves(self) -> bool:
        """Tell whether an approval that the reader may give is missing."""
        if not self.person:
            return True
        mine = approving.theirs(self._context, self.change, self.person)
        return any(need not in self.change.approvals for need in mine)
