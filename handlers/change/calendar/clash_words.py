"""Words for what a window clashes with (Rule CHG-4)."""

from __future__ import annotations

from collections.abc import Sequence

from escalation.change.clashes import Clash, ClashKind
from escalation.contract import Contract
from handlers.words import blocks as b
from handlers.words.texts import Texts, msg

WORDS = {
    ClashKind.CHANGE: msg("%(by)s touches %(component)s %(window)s"),
    ClashKind.PERSON: msg("%(person)s carries out %(by)s %(window)s"),
    ClashKind.AWAY: msg("%(person)s is away %(window)s"),
    ClashKind.FREEZE: msg("freeze “%(by)s” %(window)s"),
    ClashKind.CRITICAL: msg("critical period “%(by)s” %(window)s"),
    ClashKind.OPENING_HOURS: msg("%(component)s is in its opening hours %(window)s"),
    ClashKind.NOBODY_ON_DUTY: msg("nobody of %(firm)s is on duty %(window)s"),
    ClashKind.SUPPLIER_HOURS: msg("%(firm)s does not work %(window)s"),
    ClashKind.PRIORITY_1: msg("%(by)s, of priority 1, is open"),
}
_UNNAMED = {  # to who need not know of it (Rule CON-2)
    ClashKind.CHANGE: msg("another change"),
    ClashKind.PERSON: msg("another change"),
    ClashKind.PRIORITY_1: msg("an incident"),
}
_PEOPLE = {ClashKind.PERSON, ClashKind.AWAY}
_FIRMS = {ClashKind.NOBODY_ON_DUTY, ClashKind.SUPPLIER_HOURS}


def clash_words(clash: Clash, contract: Contract, texts: Texts) -> str:
    """One clash, in plain text: what it is with, and when."""
    unnamed = _UNNAMED.get(clash.kind)
    said = {
        "by": clash.by if clash.by or unnamed is None else texts(unnamed),
        "window": texts(
            "from %(start)s to %(end)s",
            start=texts.instant(clash.start),
            end=texts.instant(clash.end),
        ),
    }
    if clash.kind in _PEOPLE:
        said["person"] = contract.name_of(clash.about)
    elif clash.kind in _FIRMS:
        said["firm"] = contract.party_name(clash.about)
    else:
        said["component"] = contract.component_name(clash.about)
    return texts(WORDS[clash.kind], **said)


def clashes_words(clashes: Sequence[Clash], contract: Contract, texts: Texts) -> str:
    """Several, in one sentence."""
    return texts.listing([b.plain(clash_words(each, contract, texts)) for each in clashes])
