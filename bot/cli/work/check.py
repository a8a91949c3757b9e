"""Contract files, checked, and two versions of one side by side (Rule ORG-10)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from bot.cli.faults import report_of
from bot.cli.words import fail, operator_texts, say
from bot.cli.work.address import NoAddress, address
from bot.clock import FlowingClock
from bot.operate.duty_words import coming_words, not_compared_words, undated_words
from bot.operate.holidays_words import holidays_words
from config.contract.file import contract_files, read_contracts
from config.contract.line_numbers import line_at, lines_of
from config.faults import ContractFaults, Fault
from config.text_files import read_text
from escalation.contract import Contract
from handlers.contract.changes import version_words
from handlers.words.texts import Texts

_FILE = "sqlite+aiosqlite:///"


def check(files: Sequence[Path], *, language: str, url: str, typed: bool) -> int:
    """Say every fault, whom rotas move when, and whose duty changes; 1 where there is a fault.

    Where the database's address cannot be read, that is said, and the files are checked.
    """
    texts = operator_texts(language=language)
    paths, faults, notes = contract_files(files), [], []
    now = FlowingClock.starting().now()
    try:
        read = read_contracts(paths)
        _fill_in_forms(paths, read)
        notes = [words for each in read if (words := holidays_words(each, now, texts))]
        notes += [line for each in read for line in coming_words(each, now, texts)]
        notes += _beside_database(address(url, typed=typed), read, now, texts)
    except NoAddress as why:
        notes.append(texts("Not compared with what is in force: %(why)s", why=why))
    except ContractFaults as found:
        faults = found.faults
        say(report_of(faults, texts))
    for path in paths:
        if all(fault.source != str(path) for fault in faults):
            say(texts("%(file)s: no fault found.", file=path))
    for note in notes:
        say(note)
    if not paths:
        places = ", ".join(map(str, files))
        fail(texts("There is no contract file (*.toml) in %(places)s.", places=places), code=1)
    return 1 if faults else 0


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


def _fill_in_forms(paths: Sequence[Path], read: Sequence[Contract]) -> None:
    """Raise ContractFaults where a contract's own form of the report fails (Rule REP-5)."""
    faults = []
    for path, contract in zip(paths, read, strict=True):
        if contract.report_form is None:
            continue
        from handlers.report.document import form_fails

        if why := form_fails(contract):
            where = ("report", "form")
            facts = {"value": contract.report.form, "detail": why}
            line = line_at(lines_of(read_text(path)), where)
            faults.append(
                Fault(code="form_fails", path=where, facts=facts, line=line, source=str(path))
            )
    if faults:
        raise ContractFaults(faults)


def _beside_database(url: str, read: Sequence[Contract], now: datetime, texts: Texts) -> list[str]:
    """Say whose duty changes beside what is in force; the store is slow to import, so only then."""
    if (missing := _missing_file(url)) is not None:
        return [not_compared_words(missing, texts)]
    from bot.cli.work.in_force import against_database

    return against_database(url, read, now, texts)


def _missing_file(url: str) -> Path | None:
    """The database's file, where the address is plainly that of one which is not there."""
    name = url.removeprefix(_FILE)
    if name in {url, "", ":memory:"} or "?" in name:
        return None
    try:
        return None if Path(name).exists() else Path(name)
    except OSError:
        return None
