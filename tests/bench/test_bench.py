"""The bench runs, part by part, at a size at which nothing is to be learnt from its figures."""

from __future__ import annotations

import asyncio
import json
import sys
from functools import partial
from pathlib import Path

import pytest

import bench.__main__
from bench import process
from bench.__main__ import Part
from bench.figures import MACHINE, Failure, Figure, p50, p99, show, write
from bench.parts.archive import archive
from bench.parts.burst import burst, curve, machine
from bench.parts.flood import flood
from bench.parts.growth import contracts, starts, years
from bench.parts.latency import LAG_SECONDS, latency
from bench.parts.recovery import recovery
from bench.parts.restart import restart
from bench.parts.steady import steady
from bench.parts.storm import storm
from bench.parts.vanished import vanished


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
async def test_a_burst_is_measured_beside_its_floor(database: str) -> None:
    figures = await burst(database, count=120, repeats=1)
    by_name = {figure.what: figure.value for figure in figures}
    assert by_name["ladder steps"] > 0
    ratio = by_name["ladder steps"] / by_name["floor: Core"]
    assert by_name["steps against the Core floor"] == pytest.approx(ratio)


async def test_figures_are_shown_as_they_would_be_on_the_machine_of_their_bounds(
    capsys: pytest.CaptureFixture[str],
) -> None:
    (machine_,) = await machine("sqlite", count=120)
    assert (machine_.part, machine_.value > 0) == (MACHINE, True)
    about = {"database": "sqlite", "unit": "ms", "what": "alone"}
    figures = [
        Figure(part=MACHINE, database="sqlite", what="floor", value=0.5, unit="×"),
        Figure(part="command", value=8.0, most=5.0, scales=True, **about),
        Figure(part="a leave", value=9.0, most=10.0, **about),
    ]
    show(figures, "Heading")
    rows = [line.split("│") for line in capsys.readouterr().out.splitlines() if "│" in line]
    assert [[cell.strip() for cell in row[4:8]] for row in rows[1:]] == [
        ["8.00 ms", "≤ 5", "NO", "4.00"],
        ["9.00 ms", "≤ 10", "yes", ""],
    ]


async def test_signed_commands_are_measured_beside_those_without_a_signature() -> None:
    kind = "2 senders of 600 bytes, forged"
    (figure,) = await flood("sqlite", calls=2, rounds=1, kinds=[kind])
    assert figure.what == f"beside {kind}"
    assert figure.value > 0
    assert figure.most == 2


async def test_a_restart_is_measured_beside_the_import_of_its_libraries() -> None:
    libraries, fired = await restart(times=1)
    assert libraries.value > 0
    assert fired.value > 0.5, "it imports most of them before"
    assert fired.most == 1.5


async def test_the_curve_has_a_figure_for_each_size() -> None:
    figures = await curve("sqlite", (10, 20), due=30)
    assert [figure.what for figure in figures] == ["beside 10 timers", "beside 20 timers"]


async def test_lateness_latency_and_recovery_are_measured_in_processes_of_their_own() -> None:
    found = [
        *await steady("sqlite", 30, seconds=0.5),
        *await latency("sqlite", burst=50, calls=5),
        *await recovery("sqlite", count=40),
    ]
    value = {f"{figure.part}: {figure.what}": figure.value for figure in found}
    assert len(value) == len(found) == 10
    assert 0 < value["steady, 30/s: lateness p50"] <= value["steady, 30/s: lateness p99"]
    assert value["steady, 30/s: share of a core"] > 0
    command, recovered = "slash command, committed", "recovery with 40 overdue"
    assert 0 < value[f"{command}: alone, p50"] <= value[f"{command}: alone, p99"]
    assert value[f"{command}: 16 at once, p99"] > 0
    assert value[f"{command}: in a burst of 50, worst"] > 0
    assert value[f"{command}: event loop's lag in it, p99"] > -LAG_SECONDS * 1000
    assert 0 < value[f"{recovered}: first fired after the process began"] < 60
    assert 0 <= value[f"{recovered}: all fired after that"] < 60


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
async def test_what_is_asked_beside_an_archive_is_held_against_a_small_one(database: str) -> None:
    found = {figure.what: figure for figure in await archive(database, (3, 9), times=1)}
    assert "a recurrence, to its problem, 9 closed against 3" in found
    assert len(found) == 12
    assert all(figure.value > 0 and figure.most == 2 for figure in found.values())


async def test_a_storm_of_events_is_counted_beside_commands() -> None:
    found = {figure.what: figure for figure in await storm("sqlite", 300)}
    assert found["counted"].value == 300
    assert 0 < found["incidents of it"].value <= found["incidents of it"].most
    assert found["a command meanwhile, worst"].value > 0


async def test_what_years_and_many_contracts_cost_is_held_against_the_first_day() -> None:
    found = [
        *await years("sqlite", (3, 6), times=1),
        *await contracts("sqlite", (1, 3), times=1),
        *await starts("sqlite", (1, 2)),
    ]
    assert [figure.what for figure in found] == [
        *(f"{what}, 6 closed against 3"
          for what in ("note", "show", "list", "Home", "audit of a minute")),
        *(f"{what}, 3 contracts against 1"
          for what in ("list in a crisis room", "a client's list", "Home")),
        *(f"{what}, 2 contracts against 1" for what in ("the first start", "the next start")),
    ]  # fmt: skip
    assert all(figure.value > 0 for figure in found)


async def test_a_host_that_cannot_be_made_to_vanish_is_not_passed_over(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.which", lambda _name: None)
    figures = await vanished()
    assert [figure.held for figure in figures] == [False] * 3
    write(figures, tmp_path / "bench.json", {})
    assert {
        row["value"] for row in json.loads((tmp_path / "bench.json").read_text())["figures"]
    } == {None}
    show(figures, "Heading")
    said = capsys.readouterr().out
    assert said.count("not measured") == 3
    assert "there is no ip command" in " ".join(figure.note for figure in figures)


def test_a_figure_knows_whether_it_keeps_its_bounds(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def figure(value: float, **bounds: float) -> Figure:
        return Figure(part="p", database="d", what="w", value=value, unit="ms", **bounds)

    assert [figure(1).held, figure(1, most=1).held, figure(1, most=0.9).held] == [None, True, False]
    assert [figure(1, least=1).held, figure(1, least=2).held] == [True, False]
    assert (p50([3, 1, 2]), p99([1.0])) == (2, 1.0)
    write([figure(1, most=1)], tmp_path / "out" / "bench.json", {"cores": 2})
    written = json.loads((tmp_path / "out" / "bench.json").read_text("utf-8"))
    assert written["cores"] == 2
    assert written["figures"][0]["held"] is True
    show([figure(1234.5, least=1)], "Heading")
    assert "1,234" in capsys.readouterr().out.replace("1,235", "1,234")


# ── parts that fail ──────────────────────────────────────────────────────────────────────────


def child(program: str) -> tuple[str, ...]:
    """A command that runs a program in a job's place."""
    return (sys.executable, "-c", f"import os, sys\n{program}")


async def test_a_line_of_a_mebibyte_is_read() -> None:
    program = """sys.stdout.write('{"samples": "' + "7" * 2**20 + '"}\\n')"""
    found = await process.run("burst", child(program))
    assert found == {"samples": "7" * 2**20}


@pytest.mark.parametrize(
    ("program", "why"),
    [
        ("os._exit(3)", "the job ended with 3 and no result"),
        ("os.kill(os.getpid(), 9)", "the job ended with -9 and no result"),
        ("print('Segmentation fault')", "the job said what is no result: b'Segmentation fault\\n'"),
        ("print([1])", "the job said what is no result: b'[1]\\n'"),
        ("print('7' * 2000)", "the job's line is longer than 1,000 bytes"),
    ],
)
async def test_a_child_that_gives_no_result_says_why(
    program: str, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "LONGEST_LINE", 1000)
    with pytest.raises(process.JobFailed) as failed:
        await process.run("burst", child(program))
    assert str(failed.value) == why


async def test_a_job_that_raises_says_what(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(process.JobFailed) as failed:
        await process.run("burst", url="nothing://")
    assert str(failed.value).startswith("UnusableDatabase: give a SQLite file")
    assert "Traceback" in capfd.readouterr().err, "and where"


def test_a_part_that_fails_is_said_to_and_the_others_stand(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def one(what: str) -> list[Figure]:
        return [Figure(part="p", database="d", what=what, value=1.5, unit="ms")]

    async def whole(what: str) -> list[Figure]:
        return one(what)

    async def dies() -> list[Figure]:
        await process.run("burst", child("os._exit(3)"))
        return one("never")

    async def raises() -> list[Figure]:
        raise ZeroDivisionError("division by zero")

    parts: dict[str, list[Part]] = {
        "machine": [partial(whole, "speed")],
        "burst": [partial(whole, "before"), raises, partial(whole, "between")],
        "steady": [dies],
        "word": [partial(whole, "after")],
    }
    monkeypatch.setattr(bench.__main__, "parts", lambda *, small: parts)
    out = tmp_path / "bench.json"
    monkeypatch.setattr(sys, "argv", ["bench", "--out", str(out)])
    assert bench.__main__.main() == 1
    written = json.loads(out.read_text())
    assert [row["what"] for row in written["figures"]] == ["speed", "before", "between", "after"]
    assert [(row["part"], row["why"]) for row in written["failures"]] == [
        ("burst", "ZeroDivisionError: division by zero"),
        ("steady", "JobFailed: the job ended with 3 and no result"),
    ]
    said = capsys.readouterr().out
    assert all(what in said for what in ("speed", "before", "between", "after"))
    assert "FAILED: burst (all of it): ZeroDivisionError: division by zero\n" in said

    monkeypatch.setattr(sys, "argv", ["bench", "--out", str(out), "--only", "word"])
    assert bench.__main__.main() == 0
    assert json.loads(out.read_text())["failures"] == []


async def test_a_part_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    async def hangs() -> list[Figure]:
        await asyncio.Event().wait()
        return []

    monkeypatch.setattr(bench.__main__, "PART_SECONDS", 0.01)
    failures: list[Failure] = []
    await bench.__main__.measure(["idle"], {"machine": [], "idle": [hangs]}, [], failures)
    assert [failure.why for failure in failures] == ["not done within 0.01 seconds"]
