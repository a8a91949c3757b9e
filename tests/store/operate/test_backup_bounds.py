"""A small file that grows when it is read is refused before it has grown."""

from __future__ import annotations

import gzip
import hashlib
import json
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.cli.work import database
from bot.operate import handing_back
from bot.operate.handing_back import BadExport, check_export
from escalation.base.json_lines import LineTooLong, bounded_lines
from handlers.words.texts import LANGUAGES, Texts
from store.operate import backup
from store.operate.backup import BadBackup, check

HEAD = json.dumps({"format": "escalade-backup", "form": 1, "revision": "x", "at": "x"}) + "\n"
GROWN = 20_000_000
MOST = 100_000
ZEROES = hashlib.sha256(bytes(GROWN)).hexdigest()


@pytest.fixture(autouse=True)
def low_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (backup, handing_back):
        monkeypatch.setattr(module, "LONGEST_LINE", MOST)


@pytest.fixture
def little_memory() -> Iterator[None]:
    tracemalloc.start()
    yield
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < GROWN / 4


def bomb(folder: Path, *lines: str) -> Path:
    file = folder / "bomb.gz"
    with gzip.open(file, "wt", compresslevel=1) as out:
        for line in lines:
            out.write(line)
        for _ in range(GROWN // MOST):
            out.write(" " * MOST)
    assert file.stat().st_size < GROWN / 100
    return file


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ((), "no_backup"),
        ((HEAD,), "line_too_long"),
        ((HEAD, '["journal", {"x": "'), "line_too_long"),
    ],
)
@pytest.mark.usefixtures("little_memory")
def test_a_line_that_never_ends_is_read_no_further_than_its_bound(
    tmp_path: Path, lines: tuple[str, ...], code: str
) -> None:
    with pytest.raises(BadBackup) as caught:
        check(bomb(tmp_path, *lines))
    assert caught.value.code == code
    words = {
        database.backup_words(caught.value, Texts.of(each, ZoneInfo("UTC"))) for each in LANGUAGES
    }
    assert len(words) == 2
    assert not any("%(" in each for each in words)


@pytest.mark.usefixtures("little_memory")
def test_a_table_that_is_none_of_ours_ends_it_before_the_next(tmp_path: Path) -> None:
    file = tmp_path / "many.gz"
    with gzip.open(file, "wt", compresslevel=1) as out:
        out.write(HEAD)
        out.writelines(f'["table {number}", {{}}]\n' for number in range(50_000))
    with pytest.raises(BadBackup) as caught:
        check(file)
    assert (caught.value.code, caught.value.facts) == ("newer", {"what": "table 0"})


@pytest.mark.parametrize("deep", ["[" * 50_000, '{"a":' * 15_000, "9" * 50_000])
def test_a_line_of_the_allowed_length_that_is_too_deep_is_damage(tmp_path: Path, deep: str) -> None:
    file = tmp_path / "deep.gz"
    file.write_bytes(gzip.compress(f"{HEAD}{deep}\n".encode()))
    with pytest.raises(BadBackup) as caught:
        check(file)
    assert caught.value.code == "damaged"


@pytest.mark.parametrize("name", [handing_back.MANIFEST, handing_back.JOURNAL])
@pytest.mark.usefixtures("little_memory")
def test_an_export_with_a_line_that_never_ends_is_not_whole(tmp_path: Path, name: str) -> None:
    with (tmp_path / name).open("wb") as out:
        out.truncate(GROWN)
    if name == handing_back.JOURNAL:
        manifest = {
            "contract": "rivage",
            "exported_at": "x",
            "journal": {"lines": 1, "seal": "x"},
            "files": {name: ZEROES},
        }
        (tmp_path / handing_back.MANIFEST).write_text(json.dumps(manifest))
    with pytest.raises(BadExport, match=f"{name} cannot be read: a line is longer"):
        check_export(tmp_path)


def test_lines_within_the_bound_are_read_as_they_are(tmp_path: Path) -> None:
    file = tmp_path / "lines"
    file.write_bytes(b"one\n\ntwelve bytes")
    with file.open("rb") as given:
        assert list(bounded_lines(given.readline, 12)) == [b"one\n", b"\n", b"twelve bytes"]
    with file.open("rb") as given, pytest.raises(LineTooLong):
        list(bounded_lines(given.readline, 11))
