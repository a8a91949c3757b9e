"""Every way out of the house disarms what people wrote: HTML, CSV, mail, Slack, terminal, logs."""

from __future__ import annotations

import csv
import io
import logging
from collections.abc import Callable
from time import perf_counter

import pytest
import structlog
import typer
from typer.testing import CliRunner

from bot.cli.words import fail, say, say_json
from bot.observe.logs import set_up
from bot.operate.handing_back import csv_cell, csv_row
from escalation.base.json_lines import json_line
from handlers.report.document import _environment, _sandbox
from handlers.words.blocks import header, plain
from handlers.words.mail import words_of
from handlers.words.rendered import Rendered
from tests.escalation.base.test_sober_text import EVERYTHING, acts

SENDABLE = "".join(each for each in EVERYTHING if not 0xD800 <= ord(each) < 0xE000)


def printed(write: Callable[[], object]) -> str:
    """What a command prints, both its answers and what it complains of."""
    app = typer.Typer()
    app.command()(lambda: write() and None)
    result = CliRunner().invoke(app, [])
    return result.output


EXITS: dict[str, Callable[[], str]] = {
    "our report": lambda: _environment().from_string("{{ x }}").render(x=EVERYTHING),
    "a contract's own report": lambda: _sandbox().from_string("{{ x }}").render(x=EVERYTHING),
    "CSV": lambda: csv_row([csv_cell(EVERYTHING)]).decode(),
    "JSON lines": lambda: json_line([EVERYTHING]),
    "mrkdwn": lambda: plain(EVERYTHING, limit=len(EVERYTHING) * 4),
    "a heading": lambda: "".join(header(part)["text"]["text"] for part in parts(EVERYTHING)),
    "a mail": lambda: mailed(SENDABLE),
    "the terminal": lambda: printed(lambda: say(EVERYTHING)),
    "JSON in the terminal": lambda: printed(lambda: say_json([EVERYTHING])),
    "a complaint": lambda: printed(lambda: fail(EVERYTHING)),
}


def parts(text: str) -> list[str]:
    """A text in pieces that no limit cuts."""
    return [text[start : start + 100] for start in range(0, len(text), 100)]


def mailed(text: str) -> str:
    """A mail's subject and both its bodies."""
    words = words_of(Rendered(text=text, blocks=[]), text, "fr")
    return words.subject + words.text + words.html


@pytest.mark.parametrize("leave", EXITS.values(), ids=EXITS.keys())
def test_nothing_that_acts_leaves_by(leave: Callable[[], str]) -> None:
    left = leave()
    assert "Ω" in left, "words do leave"
    assert {each for each in left if acts(each)} <= {"\t", "\n", "\r"}
    assert left.count("\r") <= 1, "the end of a row, as CSV has it"


@pytest.mark.parametrize("form", ["text", "json"])
def test_no_line_of_the_log_begins_another_or_steers_a_terminal(
    form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    forged = "x\n2026-01-01 [info] all is well\x1b[2J\x07\u202e\u2028\x9b"
    set_up(level="info", form="json" if form == "json" else "text")
    structlog.get_logger().error(forged, why=forged, bare=forged.replace(" ", ""))
    logging.getLogger("library").error("failed with %s", forged)
    written = capsys.readouterr().err
    assert len(written.splitlines()) == 2
    assert not {each for each in written if acts(each)} - {"\n"}
    try:
        raise ValueError(forged)
    except ValueError as error:
        structlog.get_logger().error("failed", exc_info=error)
        logging.getLogger("library").error("failed", exc_info=error)
    traces = capsys.readouterr().err
    assert "Traceback" in traces
    assert not {each for each in traces if acts(each)} - {"\n", "\t"}


@pytest.mark.parametrize("separator", ["", ";", ",", "\t", "|", "\n", '"', "; ", ' "'])
@pytest.mark.parametrize("sign", "=+-@")
def test_no_cell_is_a_formula_whatever_parts_the_cells(separator: str, sign: str) -> None:
    said = f"{'x' if separator else ''}{separator}{sign}HYPERLINK(1)"
    row = csv_row([csv_cell(said)]).decode()
    for delimiter in ";,\t|":
        for quoting in (csv.QUOTE_MINIMAL, csv.QUOTE_NONE):
            for cells in csv.reader(io.StringIO(row), delimiter=delimiter, quoting=quoting):
                begun = [cell.strip(' "\t') for cell in cells]
                assert not [cell for cell in begun if cell[:1] in set("=+-@")], (delimiter, cells)


def test_a_cell_of_thousands_of_empty_lines_takes_no_time() -> None:
    before = perf_counter()
    assert csv_cell("x" + "\n \t" * 20_000 + "=1").endswith("\t'=1")
    assert csv_cell("\n" * 60_000 + "x") == "\n" * 60_000 + "x"
    assert perf_counter() - before < 1, "it took a minute where each line was tried to the end"
