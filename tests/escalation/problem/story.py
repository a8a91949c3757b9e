"""A story told to the rules of problems: Ned manages them, Sam delivers, Hana decides with Sam."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from escalation.contract import Contract, Role
from escalation.contract.processes.problems import ProblemRules
from escalation.decision.commands import incident as i
from escalation.decision.commands import problem as c
from escalation.messages.problem import ProblemCard
from escalation.records.problem import Problem
from tests.agreement import agreement
from tests.story import Story

PRB = "PRB-0001"


def with_problems(rules: ProblemRules | None = None, **changes: Any) -> Contract:
    """The agreement, with problem management and a problem manager."""
    contract = agreement(problems=rules or ProblemRules(), **changes)
    people = tuple(
        replace(p, roles=(*p.roles, Role.PROBLEM_MANAGER)) if p.id == "ned" else p
        for p in contract.people
    )
    return replace(contract, people=people)


class ProblemStory(Story):
    """The same clock and memory, about one problem."""

    def __init__(self, contract: Contract | None = None) -> None:
        super().__init__(contract or with_problems(), id=PRB)

    @property
    def problem(self) -> Problem:
        found: Problem = self[PRB]
        return found

    def remains(self, **values: Any) -> str:
        """An incident whose cause is not gone when it is resolved."""
        incident = self.opened(**values)
        self.do(i.TakeIncident, "tom", incident)
        self.do(i.ResolveIncident, "tom", incident, cause_gone=False, cause="a leak")
        return incident

    def taken(self) -> str:
        """An incident whose problem Ned has taken."""
        incident = self.remains()
        self.do(c.TakeProblem, "ned")
        return incident

    def fixed(self) -> str:
        """An incident whose problem is fixed."""
        incident = self.taken()
        self.do(c.RecordCause, "ned", cause="a leak")
        self.do(c.RecordFix, "ned", change="CHG-7")
        return incident

    def called(self) -> list[str]:
        """Who was given a card anew since this was asked last: whoever has something to do."""
        new, self._seen = self.memory.outbox[self._seen :], len(self.memory.outbox)
        return [
            effect.to.person
            for _, effect in new
            if isinstance(effect.meaning, ProblemCard) and effect.meaning.anew
        ]

    _seen = 0
