"""The words of changes: their states, origins, results, and the lines of their timeline."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from escalation.base.journal import Entry
from escalation.base.journal_actions.change import ChangeAction as A
from escalation.change import parts
from escalation.contract import ESCALADE, Contract
from escalation.contract.processes.changes import ChangeRules, StandardChange
from escalation.people import audience
from escalation.records.change import (
    Change,
    ChangeCategory,
    ChangeOrigin,
    ChangeResult,
    ChangeState,
    Need,
)
from handlers.application import Caller
from handlers.change.board.words import HAPPENED, happened
from handlers.verbs.choices import worded
from handlers.verbs.verb import Option
from handlers.words import blocks as b
from handlers.words.texts import Texts, msg

MOST_NAMED = 4

STATES = {
    ChangeState.REQUESTED: msg("change asked for"),
    ChangeState.STUDY: msg("being studied"),
    ChangeState.APPROVAL: msg("waiting for approval"),
    ChangeState.APPROVED: msg("change approved"),
    ChangeState.UNDERWAY: msg("being carried out"),
    ChangeState.DONE: msg("carried out"),
    ChangeState.CLOSED: msg("change closed"),
    ChangeState.REJECTED: msg("rejected"),
    ChangeState.WITHDRAWN: msg("withdrawn"),
}
ORIGINS = {
    ChangeOrigin.CLIENT_REQUEST: msg("a request of the client"),
    ChangeOrigin.INCIDENT: msg("an incident"),
    ChangeOrigin.PROBLEM: msg("a problem"),
    ChangeOrigin.PROJECT: msg("a project or a process"),
    ChangeOrigin.SERVICE_DELIVERY: msg("service delivery"),
}
CATEGORIES = {
    ChangeCategory.STANDARD: msg("standard, of the catalogue"),
    ChangeCategory.OTHER: msg("other, needs a study"),
}
RESULTS = {
    ChangeResult.SUCCEEDED: msg("succeeded"),
    ChangeResult.PARTLY: msg("succeeded in part"),
    ChangeResult.FAILED: msg("failed"),
    ChangeResult.ROLLED_BACK: msg("rolled back"),
}
RESULT_FORMS = {
    ChangeResult.SUCCEEDED: msg("success, successful, successfully, succeed, worked, ok"),
    ChangeResult.PARTLY: msg("partly, partial, partially, partial success, partly successful"),
    ChangeResult.FAILED: msg("failure, fail, unsuccessful, not successful, did not succeed"),
    ChangeResult.ROLLED_BACK: msg("rollback, roll back, rolled-back, backed out, undone"),
}
NEEDS = {
    Need.CATALOGUE: msg("approval of the standard change"),
    Need.URGENT: msg("acceptance of the extra risk"),
    Need.REQUESTER: msg("the requester's approval"),
    Need.PROVIDER_DELIVERY: msg("the provider's approval (money or service level)"),
    Need.CLIENT_DELIVERY: msg("the client's approval (money or service level)"),
    Need.SOURCE: msg("approval of the project or process"),
    Need.MANAGER: msg("the change manager's approval"),
    Need.BOARD: msg("the decision of the advisory board"),
}
AWAITED = {
    **{need.value: words for need, words in NEEDS.items()},
    "classify": msg("the category"),
    "study": msg("the study"),
    "plan": msg("the window"),
    "start": msg("the beginning"),
    "end": msg("the result"),
    "close": msg("the closing"),
}
MOMENTS = {
    A.REQUESTED: msg("Asked for by %(actor)s: %(title)s"),
    A.CLASSIFIED: msg("Classified by %(actor)s: %(category)s"),
    A.STUDY_ASSIGNED: msg("Study assigned to %(person)s by %(actor)s"),
    A.STUDIED: msg("Studied by %(actor)s: %(text)s"),
    A.APPROVAL_ASKED: msg("To be given: %(needs)s"),
    A.APPROVAL_GIVEN: msg("Given by %(actor)s: %(needs)s"),
    A.APPROVED: msg("Approved"),
    A.REJECTED: msg("Rejected by %(actor)s: %(reason)s"),
    A.PLANNED: msg("Planned by %(actor)s, from %(start)s to %(end)s"),
    A.REMINDED: msg("Reminded: %(people)s"),
    A.NOT_STARTED: msg("Not begun in its window"),
    A.STARTED: msg("Begun by %(actor)s"),
    A.OVERRUN: msg("It lasts longer than planned; told: %(people)s"),
    A.PROLONGED: msg("%(actor)s: it goes on until %(until)s"),
    A.EVENTS_HELD: msg("Held back what monitoring sees of %(component)s: %(title)s"),
    A.CAUSED: msg("%(incident)s caused by it, according to %(actor)s"),
    A.NOT_CAUSED: msg("%(incident)s not caused by it, according to %(actor)s: %(reason)s"),
    A.ENDED: msg("Ended by %(actor)s: %(result)s"),
    A.CLOSED: msg("Closed by %(actor)s"),
    A.DONE_AGAIN: msg("Done again by %(actor)s with %(change)s"),
    A.WITHDRAWN: msg("Withdrawn by %(actor)s: %(reason)s"),
    **HAPPENED,
}


OVERRUNS = msg("being carried out, longer than planned")


def state_words(change: Change, texts: Texts, now: datetime) -> str:
    """The step it is at; that it lasts longer than its window, where it does (ESC-9)."""
    return texts(OVERRUNS if change.overruns(now) else STATES[change.state])


PLANNED_FOR = msg("Planned by %(actor)s, from %(start)s to %(end)s, for %(person)s")
GIVEN_BY_ASKING = msg("Given by %(actor)s with the request: %(needs)s")


def heading(change: Change) -> str:
    """Number and title, in plain text."""
    return f"🔧 {change.id} · {change.title}"


def window_words(change: Change, texts: Texts) -> str:
    """From when to when, "" where it is not planned."""
    if change.window is None:
        return ""
    return texts(
        "from %(start)s to %(end)s",
        start=texts.instant(change.window.start),
        end=texts.instant(change.window.end),
    )


def overrun_words(change: Change, texts: Texts) -> str:
    """By how much it has ended after its window; "" where it has not."""
    if not change.overrun:
        return ""
    length = texts.duration(change.overrun)
    if change.planned_end is not None:
        return texts("It has ended %(length)s after the end first planned.", length=length)
    return texts("It has ended %(length)s after the end of its window.", length=length)


def standing(change: Change, texts: Texts) -> str:
    """Its state, and its window or its result."""
    result = texts(RESULTS[change.result]) if change.result else window_words(change, texts)
    return " · ".join(filter(None, (texts(STATES[change.state]), result)))


def origins(caller: Caller) -> list[Option]:
    """List what a change can start from (CHG-1)."""
    return worded(ORIGINS, caller)


def categories(caller: Caller) -> list[Option]:
    """The categories of a change (CHG-2)."""
    return worded(CATEGORIES, caller)


def results(caller: Caller) -> list[Option]:
    """List what can come of a change."""
    return worded(RESULTS, caller, RESULT_FORMS)


def standards(caller: Caller) -> list[Option]:
    """The catalogue of standard changes."""
    rules = caller.contract.changes
    return [Option(value=e.id, label=e.title) for e in rules.standard] if rules else []


def entry_words(entry: StandardChange, caller: Caller) -> list[str]:
    """Say what the catalogue says of an entry: how long, the risks, and who does what (CHG-2).

    So that whoever may not ask for it, or not as an urgent one, reads who may.
    """
    texts, contract = caller.texts, caller.contract
    rules = contract.changes or ChangeRules()
    duration = texts.labelled(texts("Usual duration"), texts.length(entry.usual_duration))
    if entry.approved_by:
        approved = texts.labelled(texts("Approved by"), named(caller, entry.approved_by))
    else:
        approved = texts("approved beforehand")
    carriers = entry.carried_out_by or parts.appointed(contract)
    carried_out = texts.labelled(texts("Carried out by"), named(caller, carriers))
    lines = [b.plain(entry.risk), " · ".join((duration, approved, carried_out))]
    if entry.may_ask:
        lines.append(texts.labelled(texts("May be asked for by"), named(caller, entry.may_ask)))
    if entry.urgent and rules.urgent:
        people = named(caller, rules.urgent.may_ask)
        lines.append("⚡ " + texts.labelled(texts("Urgent, may be asked for by"), people))
    return [line for line in lines if line]


def named(caller: Caller, names: Iterable[str]) -> str:
    """The people whom a list of people and roles names, any of whom will do."""
    people = audience.named(caller.contract, names)
    known = list(dict.fromkeys(b.plain(caller.reading.name_of(each)) for each in people))
    shown = known[:MOST_NAMED] if len(known) > MOST_NAMED + 1 else known
    rest = [caller.texts("%(n)s others", n=len(known) - len(shown))] if shown != known else []
    return caller.texts.either([*shown, *rest])


def sources(caller: Caller) -> list[Option]:
    """The projects and processes that a change can be born of (CHG-5)."""
    rules = caller.contract.changes
    return [Option(value=s.id, label=s.name) for s in rules.sources] if rules else []


def moment(entry: Entry, contract: Contract, texts: Texts) -> str:
    """A line of the timeline in words, without its time."""
    if (action := A(entry.action)) in HAPPENED:
        return happened(action, entry.actor, entry.facts, contract, texts)
    words = GIVEN_BY_ASKING if entry.facts.get("asking") else MOMENTS[action]
    if action is A.PLANNED and entry.facts.get("person"):
        words = PLANNED_FOR
    return b.plain(texts(words, **_facts(entry, contract, texts)))


def _facts(entry: Entry, contract: Contract, texts: Texts) -> dict[str, object]:
    """List what a line of the timeline says, each in words."""

    def named(person: object) -> str:
        return "Escalade" if person == ESCALADE else contract.name_of(str(person))

    said: dict[str, object] = {"actor": named(entry.actor)}
    for name, fact in entry.facts.items():
        if name == "people" and isinstance(fact, list):
            said[name] = texts.listing([named(person) for person in fact])
        elif name == "needs" and isinstance(fact, list):
            said[name] = texts.listing([texts(AWAITED.get(str(x), str(x))) for x in fact])
        elif name == "person":
            said[name] = named(fact)
        elif name in {"start", "end", "until"}:
            said[name] = texts.instant(datetime.fromisoformat(str(fact)))
        elif name == "category":
            said[name] = texts(CATEGORIES[ChangeCategory(str(fact))])
        elif name == "component":
            said[name] = contract.component_name(str(fact))
        elif name == "result":
            said[name] = texts(RESULTS[ChangeResult(str(fact))])
        else:
            said[name] = fact
    return said


def change_in_calendar(change: Change, contract: Contract, texts: Texts) -> tuple[str, str]:
    """Word an event of a calendar: its title, and its description."""
    said = [texts(STATES[change.state])]
    if change.components:
        names = [contract.component_name(each) for each in change.components]
        said.append(texts.labelled(texts("Components"), texts.listing(names)))
    if change.carried_out_by:
        name = contract.name_of(change.carried_out_by)
        said.append(texts.labelled(texts("Carried out by"), name))
    return f"{change.id} · {change.title}", " · ".join(said)
