"""The App Home: what concerns the reader now, under each of their contracts."""

from __future__ import annotations

from functools import partial

from escalation import authority
from escalation.ports import Transaction
from handlers import blocks as b
from handlers.crisis_card import crisis_heading
from handlers.front import Caller, Front
from handlers.incident_card import STATES, heading
from handlers.incident_looks import OPEN_STATES
from handlers.rendered import Block
from handlers.report_views import heading as report_heading

MOST_LINES = 15


async def home_blocks(front: Front, callers: list[Caller]) -> list[Block]:
    """The Home of one person."""
    shown: list[Block] = []
    for caller in callers:
        shown += await front.read(partial(_contract_blocks, caller=caller))
    return shown[:100]


def _contract_blocks(tx: Transaction, caller: Caller) -> list[Block]:
    texts, contract, me = caller.texts, caller.contract, caller.person.id
    incidents = [
        i for i in tx.incidents(contract.id, OPEN_STATES, 200) if authority.visible(contract, me, i)
    ]
    incidents.sort(key=lambda i: (i.level if i.priority else 0, i.id))
    crises = [c for c in tx.crises(contract.id) if authority.visible(contract, me, c)]
    reports = [r for r in tx.reports(contract.id) if authority.visible(contract, me, r)]
    lines = [
        f"{b.plain(heading(i, texts))} · {texts(STATES[i.state])}" for i in incidents[:MOST_LINES]
    ]
    lines += [b.plain(crisis_heading(c, texts)) for c in crises[:MOST_LINES]]
    lines += [b.plain(report_heading(r, texts)) for r in reports[:MOST_LINES]]
    if not lines:
        lines = [texts("Nothing concerns you at the moment.")]
    help_line = texts("Type `/incident help` to see what you can do.")
    return [b.header(contract.name), *b.sections(lines), b.context(help_line), b.divider()]
