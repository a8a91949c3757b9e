"""The problem practice: its steps and its timers (Rules PRB-1 to PRB-4)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import takewhile

from escalation.base.evolve import replace
from escalation.base.journal_actions.incident import IncidentAction
from escalation.base.journal_actions.problem import ProblemAction
from escalation.base.refusals import NotNow
from escalation.base.timer_names import problem as t
from escalation.contract import CLIENT, ESCALADE
from escalation.decision.commands import problem as c
from escalation.decision.commands.command import Command
from escalation.decision.context import Context
from escalation.decision.contract_of import contract_of
from escalation.decision.transaction import Transaction
from escalation.messages.effects import Message
from escalation.messages.problem import KnownErrorTold, WorkaroundWithdrawn
from escalation.people import roles as w
from escalation.people.cards import update_card
from escalation.perform.finding import change_named, duplicates
from escalation.perform.finding import original as original_of
from escalation.perform.practice import Practice, Reads, Step
from escalation.perform.watching import MOST_LOOKED_AT
from escalation.problem import alike, analysis, fixing, life, links, priority, turns
from escalation.problem.parts import ANALYST, DECIDER, PRIORITY_PROPOSER, PROBLEM_MANAGER
from escalation.records.change import UNENDED, Change
from escalation.records.incident import Incident
from escalation.records.kinds import CHANGE, INCIDENT, PROBLEM
from escalation.records.problem import (
    REPAIRED,
    UNFIXED,
    UNTAKEN,
    Problem,
    ProblemOrigin,
    ProblemState,
)

_ANALYSTS = (PROBLEM_MANAGER, ANALYST)


def _subject(tx: Transaction, command: Command) -> Problem | None:
    if not isinstance(command, c.OnProblem):
        return None
    return tx.get(PROBLEM, command.contract, command.problem)


# ── what other practices bring about ─────────────────────────────────────────────────────────


def known_for(tx: Transaction, incident: Incident) -> tuple[Problem, ...]:
    """The known errors that an incident is linked to, then those it looks like (Rule PRB-3).

    Of what it is linked to the way round is shown after the fix as well, while it is open itself.
    """
    alike_ones = known_like(tx, incident.contract, incident.component, incident.title)
    own = [p for p in _of(tx, incident) if p.workaround and p.state not in UNTAKEN]
    return (*own, *(problem for problem in alike_ones if problem.id not in incident.problems))


def known_like(
    tx: Transaction, contract: str, component: str | None, title: str
) -> tuple[Problem, ...]:
    """The known errors that an incident on that component, of that title, looks like (PRB-3)."""
    rules = tx.contract(contract).problems
    if rules is None:
        return ()
    return tuple(
        problem
        for problem in tx.list(PROBLEM, contract)
        if problem.known_error and alike.like_problem(rules.recurrence, problem, component, title)
    )


def propose_from(tx: Transaction, context: Context, incident: Incident) -> Incident:
    """Propose a problem for a cause that is not gone, unless one is known already (INC-11, PRB-1).

    One that was declined does not count: what was said of another cause, or of an earlier time.
    """
    if any(problem.state is not ProblemState.DECLINED for problem in _of(tx, incident)):
        return incident
    return _proposed(tx, context, [incident], ProblemOrigin.INCIDENT)[-1]


def propose_recurring(tx: Transaction, context: Context, incident: Incident) -> Incident:
    """Propose a problem for what recurs: the incidents that count, in the order they came (PRB-1).

    Not where a problem that is under way looks like it: it is to be linked to that.
    """
    rules = context.contract.problems
    if rules is None or incident.component is None or incident.exercise or incident.problems:
        return incident
    since = context.calendar.before(context.now, rules.recurrence.within)
    newest = tx.newest_incidents(incident.contract, incident.component, limit=MOST_LOOKED_AT)
    others = [each for each in newest if each.id != incident.id and each.opened_at >= since]
    counted = alike.recurring(rules.recurrence, incident, [*others, incident])
    if len(counted) < rules.recurrence.incidents:
        return incident
    under_way = (p for p in tx.list(PROBLEM, incident.contract) if p.state not in UNTAKEN)
    rule, component, title = rules.recurrence, incident.component, incident.title
    if any(alike.like_problem(rule, problem, component, title) for problem in under_way):
        return incident
    by_itself = replace(context, actor=ESCALADE)
    proposed = _proposed(tx, by_itself, counted, ProblemOrigin.REVIEW)
    for other in proposed:
        if other.id != incident.id:
            tx.put(other)
    return next(each for each in proposed if each.id == incident.id)


def pass_on(tx: Transaction, context: Context, duplicate: Incident, original_id: str) -> None:
    """Link to its original as well what a duplicate was linked to (Rule INC-X)."""
    original = tx.get(INCIDENT, duplicate.contract, original_id)
    for problem in _of(tx, duplicate):
        if original.id not in problem.incidents and problem.state is not ProblemState.DECLINED:
            theirs = _theirs(tx, context, problem)
            after, original = links.join(theirs, problem, original, duplicate=duplicate.id)
            tx.put(turns.update_cards(theirs, after))
    tx.put(original)


def take_back(
    tx: Transaction, context: Context, parted: Incident, original_id: str, reason: str
) -> None:
    """An original is linked no more to what only a merge that is undone linked it to (INC-X).

    What it was linked to itself stays, and what another duplicate of it is linked to. Where it was
    said itself that its cause remains, that is proposed as a problem of its own (INC-11).
    """
    original = tx.get(INCIDENT, parted.contract, original_id)
    linked = list(tx.newest(original.contract, original.id, {ProblemAction.LINKED}))
    others = [p for x in duplicates(tx, original) if x.id != parted.id for p in x.problems]
    for problem in _of(tx, parted):
        last = next((line for line in linked if line.facts["problem"] == problem.id), None)
        joined = last is not None and "duplicate" in last.facts
        if joined and original.id in problem.incidents and problem.id not in others:
            theirs = _theirs(tx, context, problem)
            after, original = links.unlink(theirs, problem, original, reason)
            tx.put(after)
    now = replace(context, contract=tx.contract(original.contract))
    if original.cause_gone is False and now.contract.problems and not original.exercise:
        original = propose_from(tx, now, original)
    tx.put(original)


def change_moved(tx: Transaction, context: Context, before: Change | None, after: Change) -> None:
    """Carry what becomes of a change, by whatever step, over to the problems that it is to fix.

    Their cards say how far it is; where it has succeeded they are fixed, else whoever analyses
    hears of it (Rule PRB-3). One that does it again takes its place.
    """
    ended = before is not None and before.state in UNENDED and after.state not in UNENDED
    for problem in tx.list(PROBLEM, after.contract):
        named = problem.expected.change if problem.expected else ""
        theirs = _theirs(tx, context, problem)
        if before is None and named and named == after.previous and problem.state in UNFIXED:
            tx.put(fixing.expect_again(theirs, problem, after))
        elif ended and problem.state in UNFIXED and _fixes(tx, problem, after):
            moved = fixing.ended(theirs, problem, after)
            if moved.state is ProblemState.FIXED:
                _tell_linked(tx, theirs, moved, KnownErrorTold(problem=moved.id, fixed=True))
            tx.put(moved)
        elif problem.id == after.born_of or named == after.id:
            turns.update_cards(theirs, problem)


def _fixes(tx: Transaction, problem: Problem, change: Change) -> bool:
    """Tell whether the change is the one that is to fix the problem: named, else asked for.

    Of those asked for, one that is dropped says nothing while another is under way.
    """
    named = problem.expected.change if problem.expected else ""
    if change.id == named or change.born_of != problem.id:
        return change.id == named
    if change.result is None and any(
        other.born_of == problem.id and other.id != change.id and other.state in UNENDED
        for other in tx.list(CHANGE, problem.contract)
    ):
        return False
    return not named or tx.get(CHANGE, problem.contract, named).state not in UNENDED


def came_back(tx: Transaction, context: Context, incident: Incident) -> None:
    """A linked incident was opened again: where its problem is fixed, it came back (PRB-3)."""
    for problem in _of(tx, incident):
        if problem.state in REPAIRED:
            tx.put(links.came_back(_theirs(tx, context, problem), problem, incident))


def _of(tx: Transaction, incident: Incident) -> Iterator[Problem]:
    return (tx.get(PROBLEM, incident.contract, each) for each in incident.problems)


def _proposed(
    tx: Transaction, context: Context, incidents: Sequence[Incident], origin: ProblemOrigin
) -> list[Incident]:
    """Propose a problem of these incidents, the last of which it is named after."""
    last = incidents[-1]
    problem = Problem(
        id=tx.next_id(last.contract, PROBLEM.prefix),
        contract=last.contract,
        contract_version=context.contract.version,
        title=last.title,
        description=last.cause,
        origin=origin,
        component=last.component,
        opened_by=context.actor,
        opened_at=context.now,
        incidents=tuple(incident.id for incident in incidents),
    )
    tx.put(life.propose(context, problem))
    said = {e.subject for e in context.decision.entries}
    for incident in incidents:
        if incident.id not in said:  # by whatever step: what changes of a record has its line
            context.record(incident.id, IncidentAction.PROBLEM_PROPOSED, problem=problem.id)
    return [
        update_card(context, replace(incident, problems=(*incident.problems, problem.id)))
        for incident in incidents
    ]


def _theirs(tx: Transaction, context: Context, problem: Problem) -> Context:
    """The context under the contract that a problem runs under."""
    return replace(context, contract=contract_of(tx, problem))


# ── steps ────────────────────────────────────────────────────────────────────────────────────


def _open(tx: Transaction, context: Context, _: None, command: c.OpenProblem) -> Problem:
    """Open a problem, of an incident or its original where one is named (Rules PRB-1, PRB-3)."""
    contract = context.contract
    if contract.problems is None:
        raise NotNow("no_problems")
    if contract.person(context.actor).organisation == CLIENT:
        raise life.through_service_level(contract)
    incident = original_of(tx, command.contract, command.incident) if command.incident else None
    problem_id = tx.next_id(command.contract, PROBLEM.prefix)
    problem = life.open_problem(context, problem_id, command, incident)
    if incident is not None:
        problem, incident = links.link(context, problem, incident)
        tx.put(incident)
    return problem


def _link(tx: Transaction, context: Context, problem: Problem, command: c.LinkIncident) -> Problem:
    """Link an incident; a duplicate stands for its original (Rule PRB-3)."""
    incident = original_of(tx, command.contract, command.incident)
    problem, incident = links.link(context, problem, incident)
    tx.put(incident)
    return problem


def _unlink(
    tx: Transaction, context: Context, problem: Problem, command: c.UnlinkIncident
) -> Problem:
    """Take the link away again, with the reason."""
    incident = tx.get(INCIDENT, command.contract, command.incident)
    problem, incident = links.unlink(context, problem, incident, command.reason)
    tx.put(incident)
    return problem


def _work_around(
    tx: Transaction, context: Context, problem: Problem, command: c.RecordWorkaround
) -> Problem:
    """Record the work-around, and tell whoever has a linked incident in hand (Rule PRB-3).

    A like one shows it from now on; where it is corrected, who has that in hand is told too.
    """
    corrects = bool(problem.workaround)
    problem = analysis.record_workaround(context, problem, command.text)
    message = KnownErrorTold(problem=problem.id, fixed=False, corrected=corrects)
    if corrects:
        _tell_alike(tx, context, problem, message)
    else:
        for incident in _alike(tx, problem):
            update_card(context, incident)
    return _tell_linked(tx, context, problem, message)


def _withdraw_workaround(
    tx: Transaction, context: Context, problem: Problem, command: c.WithdrawWorkaround
) -> Problem:
    """Withdraw the work-around; whoever read it with an incident hears, each once (PRB-3)."""
    after = analysis.withdraw_workaround(context, problem, command.reason)
    message = WorkaroundWithdrawn(
        problem=problem.id, reason=command.reason, text=problem.workaround
    )
    told: set[str] = set()
    for incident in _showed(tx, problem):
        told = links.tell_who_read(context, incident, message, told)
    return after


def _showed(tx: Transaction, problem: Problem) -> Iterator[Incident]:
    """List the incidents that showed its work-around: like ones, the open first, and linked ones.

    Those that are over are of the newest, and ended while it stood; none is of after the fix.
    """
    lines = tx.newest(
        problem.contract,
        problem.id,
        {ProblemAction.WORKAROUND, ProblemAction.WORKAROUND_WITHDRAWN},
    )
    stood = takewhile(lambda line: line.action == ProblemAction.WORKAROUND, lines)
    since = min((line.at for line in stood), default=problem.opened_at)
    rules = tx.contract(problem.contract).problems
    until = problem.fix.at if problem.fix and problem.state in REPAIRED else None
    linked = [tx.get(INCIDENT, problem.contract, each) for each in problem.incidents]
    newest = tx.newest_incidents(problem.contract, problem.component, limit=MOST_LOOKED_AT)
    like = [
        each
        for each in newest
        if rules and problem.state not in UNTAKEN and not (until and each.opened_at > until)
        if alike.like_problem(rules.recurrence, problem, each.component, each.title)
    ]
    every = {each.id: each for each in (*_alike(tx, problem), *linked, *like)}
    return (each for each in every.values() if (each.closed_at or since) >= since)


def _fix(tx: Transaction, context: Context, problem: Problem, command: c.RecordFix) -> Problem:
    """Record the fix, and tell whoever has a linked incident in hand; or what is to be (PRB-3)."""
    change = change_named(tx, context, command.change)
    if change is None:
        problem = fixing.record_fix(context, problem, command.change, command.text)
    else:
        since = _since(tx, problem, change)
        problem = fixing.record_fix_by(context, problem, change, command.text, since)
    if problem.state is not ProblemState.FIXED:
        return problem
    return _tell_linked(tx, context, problem, KnownErrorTold(problem=problem.id, fixed=True))


def _since(tx: Transaction, problem: Problem, change: Change) -> str | None:
    """The newest linked incident that was opened after the change was over."""
    linked = (tx.get(INCIDENT, problem.contract, each) for each in reversed(problem.incidents))
    after = (each.id for each in linked if change.ended_at and each.opened_at > change.ended_at)
    return next(after, None)


def _tell_linked(tx: Transaction, context: Context, problem: Problem, message: Message) -> Problem:
    for incident_id in problem.incidents:
        incident = tx.get(INCIDENT, problem.contract, incident_id)
        links.tell_those_in_hand(context, incident, message)
    return problem


def _tell_alike(tx: Transaction, context: Context, problem: Problem, message: Message) -> None:
    """Tell of the like incidents: each person once, of the gravest, however many they have."""
    told: set[str] = set()
    for incident in _alike(tx, problem):
        told = links.tell_those_in_hand(context, incident, message, told)


def _alike(tx: Transaction, problem: Problem) -> Iterator[Incident]:
    """The open incidents that are not linked to it, and show the work-around of a known error."""
    rules = tx.contract(problem.contract).problems
    if rules is None or not problem.known_error:
        return
    for incident in tx.list(INCIDENT, problem.contract):
        component, title = incident.component, incident.title
        if incident.id not in problem.incidents and alike.like_problem(
            rules.recurrence, problem, component, title
        ):
            yield incident


PRACTICE = Practice(
    subject=_subject,
    commands={
        c.OpenProblem: Step(may=(w.OF_PROVIDER, w.OF_CLIENT), do=Reads(_open)),
        c.TakeProblem: Step(
            may=(PROBLEM_MANAGER,), do=lambda context, problem, _: life.take(context, problem)
        ),
        c.DeclineProblem: Step(
            may=(PROBLEM_MANAGER,),
            do=lambda context, problem, x: life.decline(context, problem, x.reason),
        ),
        c.AssessProblem: Step(
            may=(PROBLEM_MANAGER,),
            do=lambda context, problem, x: priority.assess(
                context, problem, client=x.client_impact, provider=x.provider_impact
            ),
        ),
        c.ProposeProblemPriority: Step(
            may=(PRIORITY_PROPOSER,),
            do=lambda context, problem, x: priority.propose(context, problem, x.priority),
        ),
        c.DecideProblemPriority: Step(
            may=(DECIDER,),
            do=lambda context, problem, x: priority.decide(context, problem, x.priority),
        ),
        c.AssignAnalysis: Step(
            may=(PROBLEM_MANAGER,),
            do=lambda context, problem, x: analysis.assign(context, problem, x.person, x.due),
        ),
        c.RecordCause: Step(
            may=_ANALYSTS,
            do=lambda context, problem, x: analysis.record_cause(context, problem, x.cause),
        ),
        c.RecordWorkaround: Step(may=_ANALYSTS, do=Reads(_work_around)),
        c.WithdrawWorkaround: Step(may=_ANALYSTS, do=Reads(_withdraw_workaround)),
        c.RecordFix: Step(may=_ANALYSTS, do=Reads(_fix)),
        c.LinkIncident: Step(may=(w.OF_PROVIDER,), do=Reads(_link)),
        c.UnlinkIncident: Step(may=(PROBLEM_MANAGER,), do=Reads(_unlink)),
        c.CloseProblem: Step(
            may=(PROBLEM_MANAGER,),
            do=lambda context, problem, x: life.close(context, problem, x.note),
        ),
        c.ReopenProblem: Step(
            may=(PROBLEM_MANAGER,),
            do=lambda context, problem, x: life.reopen(context, problem, x.reason),
        ),
    },
    timers={
        t.TurnReminder: turns.remind_of_turn,
        t.AnalysisReminder: turns.remind_of_analysis,
        t.WatchOver: turns.watch_over,
    },
)
