"""Journal actions about contracts, who is who, and the journal itself."""

from __future__ import annotations

from escalation.base.journal_actions.journal_action import JournalAction


class RecordKeepingAction(JournalAction):
    """Journal actions about contracts, who is who, and the journal itself."""

    CONTRACT_PUT_IN_FORCE = "contract.put_in_force"
    IDENTITY_CHANGED = "identity.changed"
    JOURNAL_ERASED = "journal.erased"  # it accounts for an erasure, and is never erased itself
