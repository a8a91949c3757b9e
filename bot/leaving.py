"""Handing a contract's data back, and certifying that it was erased (Rule CON-4).

An export is a folder of open formats with a manifest: anybody can check it, without Escalade, by
the checksums; `check_export` also proves the journal's chain.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from config.contract_file import recall_contract
from escalation.journal import first_break, from_data
from escalation.json_lines import json_line
from handlers.report_form import file_name, render_html
from handlers.texts import LANGUAGES, Texts
from store.kinds import REPORTS
from store.leaving import BODIES, Holdings

MANIFEST = "manifest.json"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class BadExport(Exception):
    """A folder is not a whole export; the message says which file, and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What an export holds: the contract, the seal its journal ends with, each file's checksum."""

    contract: str
    exported_at: str
    lines: int
    seal: str
    files: Mapping[str, str]
    sha256: str  # of the manifest itself


# ── handing back ─────────────────────────────────────────────────────────────────────────────


def export(holdings: Holdings, folder: Path, *, now: datetime) -> Manifest:
    """Write all that is kept of a contract into a new or empty folder."""
    if folder.exists() and any(folder.iterdir()):
        raise BadExport(f"{folder} is not empty")
    sums = {}
    for name, content in _files(holdings):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        sums[name] = hashlib.sha256(content).hexdigest()
    manifest = {
        "format": "escalade-export-1",
        "contract": holdings.contract,
        "exported_at": now.isoformat(),
        "journal": {"lines": len(holdings.journal), "seal": holdings.journal[-1]["seal"]},
        "files": dict(sorted(sums.items())),
    }
    (folder / MANIFEST).write_bytes(_json(manifest))
    return check_export(folder)


def _files(holdings: Holdings) -> Iterator[tuple[str, bytes]]:
    for table, rows in holdings.rows.items():
        if table == "contract_versions":
            for row in rows:
                yield f"contracts/{row['version']}.toml", str(row["text"]).encode()
        elif table in BODIES:
            bodies = [json.loads(row["body"]) for row in rows]
            yield f"records/{table}.jsonl", _lines(bodies)
            yield f"records/{table}.csv", _csv(bodies)
        else:
            yield f"records/{table}.jsonl", _lines(rows)
    yield "journal.jsonl", _lines(holdings.journal)
    yield from _pages(holdings)


def _pages(holdings: Holdings) -> Iterator[tuple[str, bytes]]:
    """Every version of a report that was issued, in both languages, as it was frozen."""
    texts_of = {row["version"]: row["text"] for row in holdings.rows["contract_versions"]}
    for row in holdings.rows["reports"]:
        report = REPORTS.read(row["body"])
        contract = recall_contract(texts_of[report.contract_version])
        for issue in report.issues:
            for language in LANGUAGES:
                texts = Texts.of(language, contract.zone)
                page = render_html(report, issue.facts, texts, issue=issue)
                yield f"reports/{language}/{file_name(report, issue)}", page.encode()


def _lines(rows: Any) -> bytes:
    return b"".join(_json(row) for row in rows)


def _json(data: Any) -> bytes:
    return f"{json_line(data, sort_keys=True)}\n".encode()


def _csv(bodies: list[dict[str, Any]]) -> bytes:
    """One line a record, its simple values only: the JSON lines hold the whole."""
    names = [name for name, value in (bodies[0] if bodies else {}).items() if _simple(value)]
    out = io.StringIO()
    # quoted, a cell may hold what some readers take for the end of a line
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerow(names)
    writer.writerows([_cell(body.get(name)) for name in names] for body in bodies)
    return out.getvalue().encode("utf-8-sig")


def _simple(value: object) -> bool:
    return not isinstance(value, dict | list)


def _cell(value: object) -> object:
    """A value that no spreadsheet takes for a formula."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


# ── checking ─────────────────────────────────────────────────────────────────────────────────


def check_export(folder: Path) -> Manifest:
    """Prove that every file is there and unaltered, and the journal's chain whole."""
    try:
        content = (folder / MANIFEST).read_bytes()
        manifest = _manifest(content)
    except (OSError, ValueError, LookupError, TypeError, RecursionError) as error:
        raise BadExport(f"{folder / MANIFEST} cannot be read: {error}") from error
    there = {str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()} - {MANIFEST}
    if odd := sorted(there ^ set(manifest.files)):
        raise BadExport(f"missing, or not in the manifest: {', '.join(odd)}")
    for name, digest in manifest.files.items():
        try:
            content = (folder / name).read_bytes()
        except OSError as error:
            raise BadExport(f"{name} cannot be read: {error}") from error
        if hashlib.sha256(content).hexdigest() != digest:
            raise BadExport(f"{name} was altered")
    _check_journal(folder / "journal.jsonl", manifest)
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


def _check_journal(path: Path, manifest: Manifest) -> None:
    try:
        with path.open("rb") as lines:
            chain = [from_data(json.loads(line)) for line in lines]
        broken = first_break(chain)
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise BadExport(f"{path.name} cannot be read: {error}") from error
    if broken is not None:
        raise BadExport(f"{path.name}: the chain is broken at line {broken}")
    if not chain or len(chain) != manifest.lines or chain[-1].seal != manifest.seal:
        raise BadExport(f"{path.name} does not end where the manifest says")
    if any(sealed.line.contract != manifest.contract for sealed in chain):
        raise BadExport(f"{path.name} holds lines of another contract")
