"""The meaning of a field of the contract file, in the reader's language (for `escalade schema`)."""

from __future__ import annotations

from escalation.base.declared import named_in
from handlers.words.texts import Texts

FIELDS: dict[str, dict[str, str]] = {}  # of each table; a chapter may add to those of others
for chapter in named_in("handlers.contract.chapters", "FIELDS"):
    for of_table, described in chapter.items():
        FIELDS.setdefault(of_table, {}).update(described)


def field_words(table: str, field: str, texts: Texts) -> str:
    """Describe a field of a table; the table itself where the field is ""."""
    words = FIELDS.get(table, {}).get(field)
    return texts(words) if words else ""
