"""Two versions of a contract, side by side (Rule ORG-10)."""

from __future__ import annotations

from pathlib import Path

from bot.cli.faults import report_of
from bot.cli.words import fail, operator_texts, say
from bot.clock import FlowingClock
from bot.operate.duty_words import undated_words
from config.contract.file import read_contracts
from config.faults import ContractFaults
from escalation.contract import Contract
from handlers.contract.changes import change_words
from handlers.words.texts import Texts


def compare(old: Path, new: Path, *, language: str) -> int:
    """Say what changes from one file to the other; 1 where one of them has faults."""
    texts = operator_texts(language=language)
    try:
        (before,), (after,) = read_contracts([old]), read_contracts([new])
    except ContractFaults as found:
        say(report_of(found.faults, texts))
        return 1
    if before.id != after.id:
        fail(
            texts(
                "%(old)s and %(new)s are two contracts, not two versions of one.",
                old=before.id,
                new=after.id,
            )
        )
    for line in version_words(before, after, texts):
        say(line)
    for line in undated_words(before, after, FlowingClock.starting().now(), texts):
        say(line)
    return 0


def version_words(before: Contract, after: Contract, texts: Texts) -> list[str]:
    """Both versions by their names, and what changes between them."""
    facts = {"contract": after.id, "old": before.version[:8], "new": after.version[:8]}
    texts = Texts(texts.language, after.zone)
    if lines := change_words(before, after, texts):
        return [texts("%(contract)s: from version %(old)s to %(new)s", **facts), *lines]
    return [texts("%(contract)s: nothing changes for anybody (%(old)s, %(new)s).", **facts)]
