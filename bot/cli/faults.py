"""The faults of contract files and settings, as the command line prints them."""

from __future__ import annotations

from collections.abc import Iterable

from config.faults import Fault
from handlers.faults.words import fault_words
from handlers.words.texts import Texts


def report_of(faults: Iterable[Fault], texts: Texts) -> str:
    """Say all faults, one paragraph each: where, what is wrong, how to mend it."""
    return "\n".join(_paragraph(fault, texts) for fault in faults)


def _paragraph(fault: Fault, texts: Texts) -> str:
    where = [fault.source] if fault.source else []
    where += [texts("line %(number)s", number=fault.line)] if fault.line else []
    where += [fault.place] if fault.place else []
    where = where or [texts("contract")]
    what, remedy = fault_words(
        fault.code, fault.facts, texts, other_line=fault.other_line, also=fault.also
    )
    return f"{', '.join(where)}\n  {what}\n  → {remedy}"
