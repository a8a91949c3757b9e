"""Handing a contract's data back, and certifying that it was erased (Rule CON-4).

An export is a folder of open formats with a manifest: anybody can check it, without Escalade, by
the checksums; `check_export` also proves the journal's chain.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Table, select

from config.contract.file import recall_contract
from escalation.base.journal import Sealed, as_data, first_break, from_data
from escalation.base.json_lines import bounded_lines, json_line
from escalation.base.sober_text import sober
from escalation.contract import Contract
from escalation.records.kinds import REPORT
from handlers.report.document import file_name, page_of
from handlers.words.texts import LANGUAGES, Texts, msg
from store.operate.erasure import BODIES, count_of, is_kept, last_seal, rows_of, tables
from store.schema.kinds import stored
from store.schema.tables import contract_versions, journal, reports
from store.transaction import journal as chains
from store.transaction.journal import OnProgress

T = TypeVar("T")

MANIFEST = "manifest.json"
JOURNAL = "journal.jsonl"
TOLD_EACH = 500
LONGEST_LINE = 16 * 2**20  # bytes, of the manifest or of the journal
# where a cell begins, for whatever character the reader takes for the end of the one before
_FORMULA = re.compile(  # no space is looked at twice, however many there are
    r"((?:^|[;,|\"])\s*+|(?<!\s)[^\S\t\n]*+[\t\n]\s*+)(?=[=+\-@])"
)


CANNOT_BE_READ = msg("%(file)s cannot be read: %(why)s")


class UnknownContract(Exception):
    """Nothing is kept of the contract."""


class BadExport(Exception):
    """A folder is not a whole export; `words` says which file, and why."""

    def __init__(self, sentence: str, **facts: object) -> None:
        super().__init__(sentence % facts)
        self._sentence, self._facts = sentence, facts

    def words(self, texts: Texts) -> str:
        """Say it in a language."""
        return texts(self._sentence, **self._facts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """Contents of an export: the contract, the seal its journal ends with, each file's checksum."""

    contract: str
    exported_at: str
    lines: int
    seal: str
    files: Mapping[str, str]
    sha256: str  # of the manifest itself


# ── handing back ─────────────────────────────────────────────────────────────────────────────


def export(
    connection: Connection,
    contract: str,
    folder: Path,
    *,
    now: datetime,
    on_progress: OnProgress | None = None,
) -> Manifest:
    """Write all that is kept of a contract into a new or empty folder, row by row.

    Raises UnknownContract where nothing is kept of it, BadExport where the folder is not empty.
    """
    if folder.exists() and any(folder.iterdir()):
        raise BadExport(msg("%(file)s is not empty"), file=folder)
    if not is_kept(connection, contract):
        raise UnknownContract(contract)
    sums, lines = {}, 0
    seal = last_seal(connection, contract)
    for name, content in _files(connection, contract, on_progress):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        digest, count = hashlib.sha256(), 0
        with path.open("wb") as out:
            for count, part in enumerate(content, start=1):  # noqa: B007  read behind the loop
                out.write(part)
                digest.update(part)
        sums[name] = digest.hexdigest()
        if name == JOURNAL:
            lines = count
    manifest = {
        "format": "escalade-export-1",
        "contract": contract,
        "exported_at": now.isoformat(),
        "journal": {"lines": lines, "seal": seal},
        "files": dict(sorted(sums.items())),
    }
    (folder / MANIFEST).write_bytes(_json(manifest))
    return check_export(folder)


def _files(
    connection: Connection, contract: str, on_progress: OnProgress | None
) -> Iterator[tuple[str, Iterable[bytes]]]:
    """The name of each file, and its content in parts: one part a line where it has lines."""
    for table in tables():
        if table is contract_versions:
            for row in rows_of(connection, table, contract):
                yield f"contracts/{row['version']}.toml", [str(row["text"]).encode()]
            continue
        count = count_of(connection, table, contract)
        rows = partial(_watched, connection, table, contract, count, on_progress)
        if table.name not in BODIES:
            yield f"records/{table.name}.jsonl", map(_json, rows())
            continue
        yield f"records/{table.name}.jsonl", (_json(json.loads(r["body"])) for r in rows())
        yield f"records/{table.name}.csv", _csv(json.loads(r["body"]) for r in rows())
    count = count_of(connection, journal, contract)
    lines = _counted(chains.chain(connection, contract), JOURNAL, count, on_progress)
    yield JOURNAL, (_json(as_data(sealed)) for sealed in lines)
    yield from _pages(connection, contract)


def _watched(
    connection: Connection, table: Table, contract: str, count: int, on_progress: OnProgress | None
) -> Iterator[dict[str, Any]]:
    return _counted(rows_of(connection, table, contract), table.name, count, on_progress)


def _counted(
    items: Iterable[T], what: str, count: int, on_progress: OnProgress | None
) -> Iterator[T]:
    for number, item in enumerate(items, start=1):
        yield item
        if on_progress and (number % TOLD_EACH == 0 or number == count):
            on_progress(what, number, count)


def _pages(connection: Connection, contract: str) -> Iterator[tuple[str, Iterable[bytes]]]:
    """Every version of a report that was issued, in both languages, as it was frozen."""
    v = contract_versions.c
    terms: dict[str, Contract] = {}
    for row in rows_of(connection, reports, contract):
        report = stored(REPORT).read(row["body"])
        version = report.contract_version
        if report.issues and version not in terms:
            query = select(v.text).where(v.contract == contract, v.version == version)
            terms[version] = recall_contract(connection.execute(query).scalar_one())
        for issue in report.issues:
            for language in LANGUAGES:
                texts = Texts.of(language, terms[version].zone)
                page = page_of(report, issue.facts, texts, terms[version], issue=issue)
                yield f"reports/{language}/{file_name(report, issue)}", [page.encode()]


def _json(data: Any) -> bytes:
    return f"{json_line(data, sort_keys=True)}\n".encode()


def _csv(bodies: Iterator[dict[str, Any]]) -> Iterator[bytes]:
    """One line a record, its simple values only: the JSON lines hold the whole."""
    first = next(bodies, {})
    names = [name for name, value in first.items() if _simple(value)]
    yield "\ufeff".encode() + csv_row(names)
    for body in chain([first] if first else [], bodies):
        yield csv_row(csv_cell(body.get(name)) for name in names)


def csv_row(cells: Iterable[object]) -> bytes:
    """Write one line of a table."""
    out = io.StringIO()
    # quoted, a cell may hold what some readers take for the end of a line
    csv.writer(out, quoting=csv.QUOTE_ALL).writerow(cells)
    return out.getvalue().encode()


def _simple(value: object) -> bool:
    return not isinstance(value, dict | list)


def csv_cell(value: object) -> object:
    """A value that no spreadsheet takes for a formula."""
    text = "" if value is None else sober(str(value))
    return _FORMULA.sub(r"\1'", text)


# ── checking ─────────────────────────────────────────────────────────────────────────────────


def check_export(folder: Path) -> Manifest:
    """Prove that every file is there and unaltered, and the journal's chain whole."""
    try:
        with (folder / MANIFEST).open("rb") as file:
            # it is one line: a second one is one too many for what reads it
            content = b"".join(islice(bounded_lines(file.readline, LONGEST_LINE), 2))
        manifest = _manifest(content)
    except (OSError, ValueError, LookupError, TypeError, RecursionError) as error:
        raise BadExport(CANNOT_BE_READ, file=folder / MANIFEST, why=error) from error
    there = {str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()} - {MANIFEST}
    if odd := sorted(there ^ set(manifest.files)):
        raise BadExport(msg("missing, or not in the manifest: %(files)s"), files=", ".join(odd))
    for name, digest in manifest.files.items():
        try:
            with (folder / name).open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            raise BadExport(CANNOT_BE_READ, file=name, why=error) from error
        if found != digest:
            raise BadExport(msg("%(file)s was altered"), file=name)
    _check_journal(folder / JOURNAL, manifest)
    return manifest


def _manifest(content: bytes) -> Manifest:
    """Read a manifest; raises ValueError, LookupError or TypeError."""
    data = json.loads(content)
    files = dict(data["files"])
    texts = (
        data["contract"],
        data["exported_at"],
        data["journal"]["seal"],
        *files,
        *files.values(),
    )
    if not all(isinstance(text, str) for text in texts):
        raise ValueError("not as it was written")
    return Manifest(
        contract=data["contract"],
        exported_at=data["exported_at"],
        lines=data["journal"]["lines"],
        seal=data["journal"]["seal"],
        files=files,
        sha256=hashlib.sha256(content).hexdigest(),
    )


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose keys stand once: another reader may take another of two values."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands twice")
    return found


def _check_journal(path: Path, manifest: Manifest) -> None:
    count, seal, other = 0, "", False

    def read(lines: Iterable[bytes]) -> Iterator[Sealed]:
        nonlocal count, seal, other
        for sealed in (from_data(json.loads(line, object_pairs_hook=_once)) for line in lines):
            yield sealed
            count, seal = count + 1, sealed.seal
            other = other or sealed.line.contract != manifest.contract

    try:
        with path.open("rb") as lines:
            broken = first_break(read(bounded_lines(lines.readline, LONGEST_LINE)))
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise BadExport(CANNOT_BE_READ, file=path.name, why=error) from error
    if broken is not None:
        raise BadExport(
            msg("%(file)s: the chain is broken at line %(line)s"), file=path.name, line=broken
        )
    if not count or count != manifest.lines or seal != manifest.seal:
        raise BadExport(msg("%(file)s does not end where the manifest says"), file=path.name)
    if other:
        raise BadExport(msg("%(file)s holds lines of another contract"), file=path.name)
