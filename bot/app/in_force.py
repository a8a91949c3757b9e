"""The contracts of the files, put in force as the bot starts."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime

import structlog

from bot.errors import CannotStart
from bot.operate.duty_words import undated_words
from config.contract.file import ContractText, read_texts
from escalation.contract import Contract
from escalation.cover.watching import watched
from escalation.decision.commands.change import LookAtChangeAgain
from escalation.decision.commands.cover import WatchDuty
from escalation.decision.transaction import Transaction
from escalation.perform import perform
from escalation.records.kinds import CHANGE
from handlers.words.texts import Texts
from store.database import Store

log = structlog.get_logger()


async def put_in_force(
    store: Store, files: Sequence[ContractText], now: datetime
) -> tuple[Contract, ...]:
    """Read each contract once; those that were in force before are not checked again.

    Raises ContractFaults, and CannotStart where there is none.
    """
    if not files:
        raise CannotStart("no contract file was given; set ESCALADE_CONTRACTS")
    accepted = await store.contracts.accepted([each.version for each in files])
    read = await asyncio.to_thread(read_texts, files, accepted)
    edited = await store.contracts.replaced(read)
    _tell_of_duty(edited, now)
    texts = [each.text for each in files]
    await store.contracts.put_read(list(zip(read, texts, strict=True)), now)
    for contract in filter(watched, read):
        await _watch(store, contract.id, now)
    for _, contract in edited:
        await _look_at_changes(store, contract.id, now)
    return read


async def _watch(store: Store, contract: str, now: datetime) -> None:
    """Have the duty ahead looked at, under the version in force (CAL-6)."""
    command = WatchDuty(contract=contract)
    await store.run(lambda tx: perform(tx, command, now), now=now, contract=contract)


async def _look_at_changes(store: Store, contract: str, now: datetime) -> None:
    """Have each change that is on its way looked at, under the new version (CHG-2, CHG-4)."""

    def look(tx: Transaction) -> None:
        for change in tx.list(CHANGE, contract):
            perform(tx, LookAtChangeAgain(contract=contract, change=change.id), now)

    await store.run(look, now=now, contract=contract)


def _tell_of_duty(edited: Sequence[tuple[Contract, Contract]], now: datetime) -> None:
    """Tell the operator whose duty an edited contract changes without saying from when."""
    for old, new in edited:
        if words := undated_words(old, new, now, Texts.of("en", new.zone)):
            head, *moved = words
            log.warning(head, action="duty_moved", contract=new.id, moves=moved)
