"""What a field of the contract file means, in the reader's language (for `escalade schema`)."""

from __future__ import annotations

from handlers.contract import duty, events, gatherings, incidents, parties, problems
from handlers.words.texts import Texts

FIELDS = (
    parties.FIELDS
    | duty.FIELDS
    | incidents.FIELDS
    | gatherings.FIELDS
    | problems.FIELDS
    | events.FIELDS
)


def field_words(table: str, field: str, texts: Texts) -> str:
    """Describe a field of a table; the table itself where the field is ""."""
    described = FIELDS.get(table, {}).get(field)
    return texts(described) if described else ""
