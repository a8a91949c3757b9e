"""Journal actions about a problem."""

from __future__ import annotations

from escalation.base.journal_actions.journal_action import JournalAction


class ProblemAction(JournalAction):
    """Journal actions about a problem."""

    PROPOSED = "problem.proposed"
    TAKEN = "problem.taken"
    DECLINED = "problem.declined"
    ASSESSED = "problem.assessed"
    PRIORITY_PROPOSED = "problem.priority_proposed"
    PRIORITY_VOTED = "problem.priority_voted"
    PRIORITY_DECIDED = "problem.priority_decided"
    ANALYSIS_ASSIGNED = "problem.analysis_assigned"
    ANALYSED = "problem.analysed"
    WORKAROUND = "problem.workaround"
    WORKAROUND_WITHDRAWN = "problem.workaround_withdrawn"
    KNOWN_ERROR = "problem.known_error"
    FIX_EXPECTED = "problem.fix_expected"
    FIX_MISSED = "problem.fix_missed"
    FIXED = "problem.fixed"
    LINKED = "problem.linked"
    UNLINKED = "problem.unlinked"
    CAME_BACK = "problem.came_back"
    REMINDED = "problem.reminded"
    WATCHED = "problem.watched"
    CLOSED = "problem.closed"
    REOPENED = "problem.reopened"
