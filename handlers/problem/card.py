"""The card of a problem: how it stands, and what its reader can do next (PRB-1 to PRB-4)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from escalation.contract import CLIENT, ESCALADE, PROVIDER, Contract
from escalation.decision.commands import problem as c
from escalation.decision.context import Context
from escalation.problem import parts
from escalation.problem.priority import by_table
from escalation.records.change import UNENDED, Change, ChangeResult
from escalation.records.problem import REPAIRED, UNFIXED, Problem, ProblemState
from handlers.change.words import heading as change_heading
from handlers.change.words import standing
from handlers.problem.words import ENDS, IMPACTS, ORIGINS, RATINGS, STATES, heading
from handlers.verbs.offers import Offer, ask_for_change, offered
from handlers.words import blocks as b
from handlers.words.rendered import Block, Rendered
from handlers.words.texts import Texts, msg

MOST_SINCE = 5
LONGEST = 600  # of what people wrote; “Show” has all of it

PROPOSE = msg("Propose: %(rating)s")
PROPOSE_OTHER = msg("Propose another one")
RECORD_CAUSE = msg("Record the cause")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A problem as one person sees it; as a room does where `person` is ""."""

    problem: Problem
    contract: Contract
    person: str
    texts: Texts
    now: datetime
    longest: int = LONGEST
    changes: tuple[Change, ...] = ()  # under way, that are to remove the cause
    since: tuple[str, ...] = ()  # incidents since the fix that look like it, newest first
    gone: tuple[str, ...] = ()  # of those that it started from, whose cause is said to be gone
    hidden: frozenset[str] = frozenset()  # the incidents that its reader need not know of

    def card(self) -> Rendered:
        """The whole of it: heading, facts, what is awaited, buttons."""
        head = heading(self.problem, self.texts)
        blocks = [b.header(head), *b.fields(self._facts())]
        if lines := list(self._lines()):
            blocks += b.sections(lines)
        if buttons := self.buttons():
            blocks.append(b.actions(*buttons))
        state = self.texts(STATES[self.problem.state])
        return Rendered(text=f"{b.plain(head)} · {state}", blocks=blocks)

    def _name(self, person: str | None) -> str:
        return b.plain(self.contract.name_of(person)) if person else ""

    def _named(self, incidents: Sequence[str]) -> str:
        """Those that the reader may know of by number, and how many there are besides (CON-2)."""
        known = [each for each in incidents if each not in self.hidden]
        more = len(incidents) - len(known)
        return ", ".join([*known, *([f"+ {more}"] if more else [])])

    def _facts(self) -> Iterator[tuple[str, str]]:
        problem, texts = self.problem, self.texts
        yield texts("State"), texts(STATES[problem.state])
        yield texts("Origin"), texts(ORIGINS[problem.origin])
        if problem.opened_by not in {problem.manager, ESCALADE}:
            yield texts("Proposed by"), self._name(problem.opened_by)
        if problem.component:
            yield texts("Component"), b.plain(self.contract.component_name(problem.component))
        if problem.incidents:
            yield texts("Incidents"), self._named(problem.incidents)
        if problem.client_impact and problem.provider_impact:
            yield (
                texts("Impact"),
                texts(
                    "client: %(client)s · provider: %(provider)s",
                    client=texts(IMPACTS[problem.client_impact]),
                    provider=texts(IMPACTS[problem.provider_impact]),
                ),
            )
        if problem.priority:
            yield texts("Priority"), texts(RATINGS[problem.priority])
        if problem.manager:
            yield texts("Problem manager"), self._name(problem.manager)
        if problem.owner and problem.state in UNFIXED:
            who = self._name(problem.owner)
            if problem.analysis_due and problem.analysed_at is None:
                late = " ⚠️" if problem.analysis_due < self.now else ""
                due = texts.clock(problem.analysis_due, self.now)
                who = texts("%(name)s, by %(due)s", name=who, due=due) + late
            yield texts("Analysis"), who

    def _lines(self) -> Iterator[str]:
        problem, texts = self.problem, self.texts
        for label, words in (
            (texts("Description"), problem.description),
            (texts("Earlier cause") if self._anew else texts("Cause"), problem.cause),
            (texts("Work-around"), problem.workaround),
        ):
            if words:
                yield texts.labelled(f"*{label}*", b.plain(words, self.longest))
        if problem.expected and self._expected:
            coming = " · ".join(filter(None, (problem.expected.change, problem.expected.text)))
            label = texts("Fix to come")
            yield texts.labelled(f"*{label}*", b.plain(coming, self.longest))
        if problem.fix:
            fixed = " · ".join([each for each in (problem.fix.change, problem.fix.text) if each])
            label = texts("Earlier fix") if problem.state in UNFIXED else texts("Fix")
            yield texts.labelled(f"*{label}*", b.plain(fixed, self.longest))
        if self.changes:
            said = [f"{b.cut(change_heading(c), 120)} · {standing(c, texts)}" for c in self.changes]
            yield texts.labelled(f"*{texts('Changes')}*", b.plain("; ".join(said)))
        if problem.state is ProblemState.DECLINED:
            yield texts(
                "Declined by %(name)s: %(reason)s",
                name=self._name(problem.declined_by),
                reason=b.plain(problem.declined_for, self.longest),
            )
        yield from self._verdicts()
        yield from self.awaited()

    @property
    def _expected(self) -> Change | None:
        """The change that is to remove the cause, where the reader may know of it."""
        named = self.problem.expected.change if self.problem.expected else ""
        return next((each for each in self.changes if each.id == named), None)

    @property
    def _anew(self) -> bool:
        """Tell whether the cause that is known is of before it was opened again (PRB-3)."""
        problem = self.problem
        return problem.state in UNFIXED and problem.analysed_at is None and bool(problem.cause)

    def _verdicts(self) -> Iterator[str]:
        """Say what is proposed, and what each firm has decided, until both say the same (PRB-2)."""
        problem, texts = self.problem, self.texts
        if problem.state in REPAIRED and problem.priority is None:
            yield texts("Its priority was not decided before the fix; nobody is asked any more.")
            return
        if problem.proposed is None or problem.priority is not None:
            return
        yield texts(
            "%(name)s proposes the priority: %(rating)s",
            name=self._name(problem.proposed_by),
            rating=texts(RATINGS[problem.proposed]),
        )
        for firm in (PROVIDER, CLIENT):
            if (verdict := problem.verdicts.get(firm)) is not None:
                yield texts(
                    "%(name)s decides for %(firm)s: %(rating)s",
                    name=self._name(verdict.by),
                    firm=b.plain(self.contract.party_name(firm)),
                    rating=texts(RATINGS[verdict.priority]),
                )

    def awaited(self) -> Iterator[str]:
        """Say what waits for whom: everybody sees it."""
        problem, texts = self.problem, self.texts
        context = Context(now=self.now, contract=self.contract)
        names = texts.listing([self._name(each) for each in parts.awaited(context, problem)])
        yield from self._of_incidents()
        if problem.came_back:
            yield texts(
                "⚠️ %(incidents)s came back after the fix. %(names)s: please open the problem"
                " again, or say with a reason that the incident does not come from it.",
                incidents=self._named(problem.came_back),
                names=names,
            )
        elif problem.state is ProblemState.FIXED and problem.watched_until:
            if self.now < problem.watched_until:
                until = texts.clock(problem.watched_until, self.now)
                yield texts("Watched until %(until)s: does an incident come back?", until=until)
            else:
                yield texts(
                    "No linked incident came back. %(names)s: may the problem be closed?",
                    names=names,
                )
        elif names and problem.state is ProblemState.PROPOSED:
            yield texts("%(names)s: shall this problem be opened?", names=names)
        elif names and problem.client_impact is None:
            yield texts("%(names)s: please assess the impact on both firms.", names=names)
        elif names and problem.proposed is None:
            yield texts("%(names)s: please propose the priority.", names=names)
        elif names:
            yield texts("The decision of %(names)s is awaited.", names=names)
        if problem.state in UNFIXED:
            yield self._of_analysts(context)

    def _of_incidents(self) -> Iterator[str]:
        """Say what its incidents, and those that look like it, say of it by now (PRB-3, INC-11)."""
        texts, since = self.texts, self.since[:MOST_SINCE]
        if since:
            words = msg("Since the fix %(incidents)s: does it come from this problem?")
            yield texts(words, incidents=self._named(since))
        if self.gone:
            words = msg("⚠️ The cause of %(incidents)s is said to be gone by now.")
            yield texts(words, incidents=self._named(self.gone))

    def _of_analysts(self, context: Context) -> str:
        """Say what whoever analyses is to record: the cause, then the fix."""
        people, coming = parts.analysts(context, self.problem), self._expected
        succeeded = coming is not None and coming.result is ChangeResult.SUCCEEDED
        if coming is not None and coming.state in UNENDED and self.problem.analysed_at is not None:
            words = msg("%(change)s is to remove the cause: the problem is fixed once it succeeds.")
        elif coming is not None and coming.state not in UNENDED and not succeeded:
            words = msg(
                "⚠️ %(change)s has not removed the cause (%(ended)s). %(names)s: please have it"
                " done again, or record which other change removes it."
            )
        elif self._anew:
            words = msg("%(names)s: please record the cause anew, or confirm the earlier one.")
        elif self.problem.analysed_at is None:
            words = msg("%(names)s: please record the cause.")
        else:
            words = msg("%(names)s: please record the fix, once it is made.")
        return self.texts(
            words,
            names=self.texts.listing([self._name(each) for each in people]),
            change=coming.id if coming else "",
            ended=self.texts(ENDS[(coming.result or coming.state).value]) if coming else "",
        )

    # ── buttons ──────────────────────────────────────────────────────────────────────────────

    def buttons(self) -> list[Block]:
        """Show what this person can do now; in a room, what fits the state."""
        problem, contract = self.problem, self.contract
        asks = problem.state in UNFIXED  # for the change which is to remove the cause (CHG-1)
        return [
            *offered(self._offers(), contract, problem, self.person, self.now),
            *(ask_for_change(contract, self.person, problem.id, self.texts) if asks else ()),
            b.button(self.texts("Card"), "problem/show", contract.id, problem.id),
        ]

    def _offers(self) -> Iterator[Offer]:
        problem, texts = self.problem, self.texts
        if problem.state is ProblemState.PROPOSED:
            yield texts("Take"), "take", c.TakeProblem, "primary", {}
            yield texts("Decline"), "decline", c.DeclineProblem, "danger", {}
        if problem.state in UNFIXED:
            yield from self._priority()
            if problem.analysed_at is None:
                words = msg("Record or confirm the cause") if self._anew else RECORD_CAUSE
                yield texts(words), "analyse", c.RecordCause, None, {}
                yield texts("Assign"), "assign", c.AssignAnalysis, None, {}
            words = msg("Correct the work-around") if problem.workaround else msg("Work-around")
            yield texts(words), "workaround", c.RecordWorkaround, None, {}
            if problem.analysed_at is not None:
                yield texts("Record the fix"), "fix", c.RecordFix, None, {}
        watched = problem.watched_until and problem.watched_until <= self.now
        if problem.state is ProblemState.FIXED and watched and not problem.came_back:
            yield texts("Close"), "close", c.CloseProblem, "primary", {}
        if problem.state in REPAIRED:
            yield texts("Open again"), "reopen", c.ReopenProblem, None, {}
        if problem.workaround and problem.state in UNFIXED | {ProblemState.FIXED}:
            label = texts("Withdraw the work-around")
            yield label, "withdraw", c.WithdrawWorkaround, None, {}
        for incident in [each for each in self.since[:MOST_SINCE] if each not in self.hidden][:1]:
            label = texts("%(incident)s comes from it", incident=incident)
            yield label, "link", c.LinkIncident, None, {"incident": incident}
        if problem.came_back:
            last = {"incident": problem.came_back[-1]}
            yield texts("Not from this problem"), "unlink", c.UnlinkIncident, None, last

    def _priority(self) -> Iterator[Offer]:
        problem, texts = self.problem, self.texts
        if problem.client_impact is None:
            yield texts("Assess the impact"), "assess", c.AssessProblem, "primary", {}
        elif problem.priority is None and problem.proposed is None:
            rating = by_table(self.contract, problem)
            context = Context(now=self.now, contract=self.contract)
            decides = bool(self.person) and parts.decides(context, self.person, PROVIDER)
            if rating is not None:
                words = msg("Propose and decide: %(rating)s") if decides else PROPOSE
                label = texts(words, rating=texts(RATINGS[rating]))
                chosen = {"priority": rating.value}
                yield label, "propose", c.ProposeProblemPriority, "primary", chosen
            other = msg("Propose and decide another one") if decides else PROPOSE_OTHER
            yield texts(other), "propose", c.ProposeProblemPriority, None, {}
        elif problem.priority is None and problem.proposed is not None and not self._decided():
            rating = problem.proposed
            label = texts("Agree: %(rating)s", rating=texts(RATINGS[rating]))
            chosen = {"priority": rating.value}
            yield label, "decide", c.DecideProblemPriority, "primary", chosen
            yield texts("Decide otherwise"), "decide", c.DecideProblemPriority, None, {}

    def _decided(self) -> bool:
        """Tell whether the reader's firm has said yes to what is proposed."""
        if not self.person or not self.contract.knows(self.person):
            return False
        verdict = self.problem.verdicts.get(self.contract.person(self.person).organisation)
        return verdict is not None and verdict.priority == self.problem.proposed
