"""Reading a contract file (TOML): every fault at once, each with its line.

See docs/contract.md for the file itself.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path as File
from typing import Any

from pydantic import TypeAdapter, ValidationError

from config.checks import check
from config.contract.bounds import beyond_bounds
from config.contract.form import check_form, taken_out, with_form
from config.contract.line_numbers import line_at, lines_of
from config.contract.slips import read_toml
from config.contract.validation_errors import repaired, validation_error
from config.faults import ContractFaults, Fault, Where, fault, from_file, together
from config.fields import choices, nearest, placeholder, required, schema_fields, tidy, type_at
from config.text_files import NoText, TooLarge, read_text
from escalation.contract import Contract

MOST_FILES = 500
_ROUNDS = 4  # mending one value may bring another fault of the same place to light


@cache
def contract_adapter() -> TypeAdapter[Contract]:
    """Return what reads plain data into a contract."""
    return TypeAdapter(Contract)


def read_contract(text: str, source: str = "") -> Contract:
    """The contract a file describes; raises ContractFaults with everything wrong with it."""
    if (beyond := beyond_bounds(text)) is not None:
        raise ContractFaults([from_file(beyond, source)])
    raw, mended, slips = read_toml(text)
    if raw is None:
        raise ContractFaults([from_file(each, source) for each in slips])
    if not raw:
        raise ContractFaults([Fault(code="file_empty", source=source)])
    form = taken_out(raw)
    data, faults = tidy(raw)
    contract, validation_errors = _validate(data)
    faults += validation_errors
    if contract is not None:
        contract = replace(contract, report_form=form)
        doubtful = [f.path for f in faults]
        found = [f for f in (*check(contract), *check_form(contract)) if not _hangs_on(f, doubtful)]
        faults += [f for f in found if not _rests_on(f, [g.path for g in found if g is not f])]
    if slips or faults or contract is None:
        located = _located(faults, lines_of(mended), source)
        raise ContractFaults([*(from_file(each, source) for each in slips), *together(located)])
    return replace(contract, version=version_of(text))


def recall_contract(text: str) -> Contract:
    """An earlier version of a contract, as it was accepted then: read without checking again."""
    raw = tomllib.loads(text)
    form = taken_out(raw)
    data, _ = tidy(raw)
    contract = contract_adapter().validate_python(data)
    return replace(contract, report_form=form, version=version_of(text))


def contract_files(places: Iterable[str | File]) -> tuple[File, ...]:
    """The contract files: those named, and every `.toml` of a folder named.

    What editors and systems leave beside a file is none: `.#a.toml`, `._a.toml`, `~$a.toml`.
    """
    found: list[File] = []
    for place in map(File, places):
        if place.is_dir():
            found += sorted(file for file in place.iterdir() if _is_contract_file(file))
        else:
            found.append(place)
    return tuple(found)


def _is_contract_file(file: File) -> bool:
    ours = file.suffix.lower() == ".toml" and not file.name.startswith((".", "~", "#"))
    return ours and not file.is_dir()


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractText:
    """A contract file as read from disk."""

    text: str
    source: str

    @property
    def version(self) -> str:
        """The version of the contract that it describes."""
        return version_of(self.text)


def version_of(text: str) -> str:
    """The SHA-256 of a contract's text, by which a version is known."""
    return hashlib.sha256(text.encode()).hexdigest()


def contract_texts(files: Sequence[File]) -> tuple[ContractText, ...]:
    """The texts of contract files; raises ContractFaults, of all files, where one is none."""
    texts, faults = _opened(files)
    if faults:
        read_contracts(files)
    return texts


def read_contracts(files: Sequence[File]) -> tuple[Contract, ...]:
    """The contracts of one deployment (Rule ORG-1); raises ContractFaults of all files at once."""
    texts, faults = _opened(files)
    return _of_one_deployment(texts, (), faults)


def read_texts(
    texts: Iterable[ContractText], accepted: Collection[str] = ()
) -> tuple[Contract, ...]:
    """The contracts of one deployment (Rule ORG-1); raises ContractFaults of all texts at once.

    A version among those `accepted` before is not checked again by itself.
    """
    return _of_one_deployment(texts, accepted, [])


def _opened(files: Sequence[File]) -> tuple[tuple[ContractText, ...], list[Fault]]:
    texts: list[ContractText] = []
    faults: list[Fault] = []
    if len(files) > MOST_FILES:
        facts = {"count": len(files), "most": MOST_FILES}
        raise ContractFaults([Fault(code="too_many_files", facts=facts)])
    for file in files:
        try:
            texts.append(ContractText(text=with_form(read_text(file), file), source=str(file)))
        except OSError as error:
            reason = error.strerror or type(error).__name__
            faults.append(Fault(code="file_unreadable", facts={"reason": reason}, source=str(file)))
        except TooLarge as large:
            facts = {"most": large.most}
            faults.append(Fault(code="file_too_large", facts=facts, source=str(file)))
        except NoText as bad:
            faults.append(Fault(code="file_not_utf8", line=bad.line, source=str(file)))
    return tuple(texts), faults


def _of_one_deployment(
    texts: Iterable[ContractText], accepted: Collection[str], faults: list[Fault]
) -> tuple[Contract, ...]:
    read: list[tuple[ContractText, Contract]] = []
    for given in texts:
        try:
            if given.version in accepted:
                read.append((given, recall_contract(given.text)))
            else:
                read.append((given, read_contract(given.text, given.source)))
        except ContractFaults as error:
            faults += error.faults
    faults += _between(read)
    if faults:
        raise ContractFaults(faults)
    return tuple(contract for _, contract in read)


def _between(contracts: list[tuple[ContractText, Contract]]) -> list[Fault]:
    """List what no file shows by itself: two contracts of one id, or of one room (CON-2)."""
    faults: list[Fault] = []
    ids: dict[str, str] = {}
    rooms: dict[str, str] = {}
    for given, contract in contracts:
        here = [
            (("id",), "contract_twice", ids, contract.id),
            *(
                (field, "room_of_two_contracts", rooms, room)
                for room, field in contract.standing_rooms.items()
            ),
        ]
        here += [
            (("rooms", "crisis_pool", i), "room_of_two_contracts", rooms, room)  # type: ignore[misc]  # a position, too
            for i, room in enumerate(contract.rooms.crisis_pool)
        ]
        for path, code, seen, value in here:
            if seen.setdefault(value, given.source) != given.source:
                found = fault(code, path, value=value, file=seen[value])
                faults += _located([found], lines_of(given.text), given.source)
    return faults


def _located(faults: Iterable[Fault], lines: dict[Where, int], source: str) -> list[Fault]:
    return [
        replace(
            f,
            line=line_at(lines, f.path),
            other_line=line_at(lines, f.other) if f.other else None,
            source=source,
        )
        for f in faults
    ]


def _hangs_on(found: Fault, doubtful: Iterable[Where]) -> bool:
    """Return whether a fault may only be the consequence of a value that could not be read."""
    touched = [found.path] if found.other is None else [found.path, found.other]
    return any(_beneath(path, doubtful) for path in touched) or _rests_on(found, doubtful)


def _rests_on(found: Fault, faulty: Iterable[Where]) -> bool:
    """Return whether one of the places that a fault rests on, or something in it, is faulty."""
    faulty = tuple(faulty)
    return any(
        _beneath(place, faulty) or any(path[: len(place)] == place for path in faulty)
        for place in found.rests_on
    )


def _beneath(path: Where, places: Iterable[Where]) -> bool:
    return any(path[: len(place)] == place for place in places)


def _validate(data: Any) -> tuple[Contract | None, list[Fault]]:
    """The contract, faulty values replaced by harmless ones, and the faults."""
    faults: dict[Where, Fault] = {}
    for _ in range(_ROUNDS):
        try:
            return contract_adapter().validate_python(data), list(faults.values())
        except ValidationError as error:
            found = [validation_error(details) for details in error.errors(include_url=False)]
            barred = [path for path, f in found if f.code == "key_not_allowed"]
            for path, f in found:
                if f.code == "key_not_allowed" or not _beneath(path, barred):
                    faults.setdefault(path, f)
                    _mend(data, path, f)
    return None, list(faults.values())


def _mend(data: Any, path: Where, found: Fault) -> None:
    """Put something harmless in place of a faulty value, so that the rest can be checked."""
    place = data
    for part in path[:-1]:
        place = place[part]
    last: Any = path[-1]
    if found.code == "key_not_allowed":
        held = place.pop(last, None)
        if found.facts["suggestion"]:
            place.setdefault(found.facts["suggestion"], held)
        return
    kind = type_at(path)
    if right := repaired(kind, place.get(last) if isinstance(place, dict) else place[last]):
        place[last], _ = tidy(right, kind, path)
        return
    if _optional(path):
        place.pop(last, None)
        return
    value = found.facts.get("value")
    text = str(value) if kind is str and value is not None else ""
    place[last] = nearest(value, choices(kind)) or text or placeholder(kind)


def _optional(path: Where) -> bool:
    holder = type_at(path[:-1])
    if not isinstance(path[-1], str) or not isinstance(holder, type):
        return False
    field = schema_fields(holder).get(path[-1])
    return field is not None and not required(field[0])
