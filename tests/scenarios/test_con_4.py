"""The end of a contract: everything is handed back, then erased, with a certificate (CON-4)."""

from __future__ import annotations

import asyncio
import csv
import hashlib
import io
import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import make_url
from typer.testing import CliRunner

from bot.cli.app import app
from bot.stage.stage import Stage
from escalation.base.journal import as_data, from_data, seal
from escalation.base.sober_text import sober
from store.engine.engine import migrate
from store.operate.erasure import tables
from store.schema.tables import metadata
from tests import postgres
from tests.databases import Make
from tests.scenarios.conftest import WEDNESDAY
from tests.scenarios.scene import LITTORAL, RIVAGE, Scene

SECRET = "La clef est sous le paillasson"
# every break of `str.splitlines` that JSON lets stand, and those that it escapes
PASTED = "un\u2028deux\u2029trois\u0085quatre\x0bcinq\x0csix\x1csept\x1dhuit\x1eneuf\x7fdix"


async def told(scene: Scene, cure: str = "bascule") -> None:
    """A priority 1 from opening to the issued report, with words that only this contract holds."""
    incident = await scene.opens("antoine-mercier", '"=CMD() Plus de VPN" component=vpn severity=1')
    await scene.types("mathis-berger", f"/incident take {incident.id}")
    await scene.types("mathis-berger", f"/incident note {incident.id} {SECRET}")
    await scene.types("mathis-berger", f"/incident resolve {incident.id}")
    await scene.submits("mathis-berger", cause_gone="yes", cause="travaux", cure=cure)
    await scene.types("antoine-mercier", f"/incident verify {incident.id}")
    await scene.types("claire-vasseur", f"/incident close {incident.id}")
    report = await scene.report()
    approver = next(p for p in ("mathis-berger", "sophie-arnaud") if p != report.owner)
    await scene.types(approver, f"/report approve {report.id}")
    await scene.types(report.owner, f"/report issue {report.id}")


class Kept:
    """What the two contracts left behind, and the command line on it."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url = url
        self.folder = folder

    def words(self) -> str:
        """All that the database's files hold; of PostgreSQL, all that its tables hold."""
        address = make_url(self.url)
        if address.get_backend_name() == "postgresql":
            return postgres.dump(self.url)
        assert address.database is not None
        files = Path(address.database).parent.glob("escalade.db*")
        return "".join(file.read_bytes().decode(errors="replace") for file in files)

    def escalade(self, *words: str) -> Result:
        env = {"DATABASE_URL": self.url, "ESCALADE_LANGUAGE": "en"}
        return CliRunner().invoke(app, [str(word) for word in words], env=env)

    def erase(self, *words: str, contract: str = "rivage") -> Result:
        given = ["--by", "Ada Operator", "--certificate", str(self.folder), "--confirm", contract]
        return self.escalade("contract", "erase", contract, *given, *words)

    def lines(self, contract: str) -> list[dict[str, object]]:
        out = self.escalade("journal", "export", contract).output
        return [json.loads(line) for line in out.splitlines()]


async def told_of_two(url: str) -> None:
    """Two contracts of one provider, each with a story."""
    async with Stage(contracts=[RIVAGE, LITTORAL], at=WEDNESDAY, database=url) as stage:
        for contract in stage.contracts:
            await told(Scene(stage, contract))


@pytest.fixture
def beginning(request: pytest.FixtureRequest) -> Make:
    return told_of_two if "kept" in request.fixturenames else migrate


@pytest.fixture
def kept(database: str, tmp_path: Path) -> Kept:
    return Kept(database, tmp_path / "out")


async def run(work: object, *words: object) -> Result:
    """The command line has its own event loop."""
    result: Result = await asyncio.to_thread(work, *words)
    return result


async def test_con_4_everything_is_handed_back_in_open_formats(kept: Kept) -> None:
    folder = kept.folder / "export"
    result = await run(kept.escalade, "contract", "export", "rivage", "--to", folder)
    assert result.exit_code == 0, result.output

    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    for name, digest in manifest["files"].items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
    incidents = (folder / "records/incidents.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line)["id"] for line in incidents] == ["INC-0001"]
    assert SECRET in (folder / "journal.jsonl").read_text("utf-8")
    assert (folder / "records/outbox.jsonl").read_text("utf-8").count("\n") > 3
    assert {path.suffix for path in (folder / "contracts").iterdir()} == {".toml"}
    assert (folder / "reports/fr").is_dir()
    assert (folder / "reports/en").is_dir()
    assert "littoral.example" not in "".join(
        path.read_text("utf-8") for path in folder.rglob("*") if path.is_file()
    )
    sheet = (folder / "records/incidents.csv").read_text("utf-8-sig")
    (row,) = csv.DictReader(sheet.splitlines())
    assert row["title"] == "'=CMD() Plus de VPN", "a spreadsheet must not take it for a formula"
    checked = await run(kept.escalade, "contract", "check-export", folder)
    assert checked.exit_code == 0
    assert manifest["journal"]["seal"] in checked.output
    again = await run(kept.escalade, "contract", "export", "rivage", "--to", folder)
    assert again.exit_code == 2


async def test_con_4_no_pasted_character_blocks_the_end_of_a_contract(
    database: str, tmp_path: Path
) -> None:
    async with Stage(contracts=[RIVAGE], at=WEDNESDAY, database=database) as stage:
        await told(Scene(stage, stage.contract), cure=PASTED)
    kept = Kept(database, tmp_path / "out")
    folder = kept.folder / "export"
    assert (await run(kept.escalade, "contract", "export", "rivage", "--to", folder)).exit_code == 0
    for file in folder.rglob("*.jsonl"):
        text = file.read_text("utf-8")
        assert text.splitlines() == text.split("\n")[:-1], f"{file.name}: one value a line"
    lines = [json.loads(x) for x in (folder / "journal.jsonl").read_text("utf-8").splitlines()]
    assert PASTED in [line["facts"].get("cure") for line in lines]
    sheet = io.StringIO((folder / "records/incidents.csv").read_bytes().decode("utf-8-sig"), "")
    assert sober(PASTED) in [row["cure"] for row in csv.DictReader(sheet)]
    exported = await asyncio.to_thread(kept.lines, "rivage")
    assert [line["seal"] for line in exported] == [line["seal"] for line in lines]
    checked = await run(kept.escalade, "contract", "check-export", folder)
    assert checked.exit_code == 0, checked.output
    erased = await run(kept.erase, "--export", folder)
    assert erased.exit_code == 0, erased.output


async def test_con_4_an_export_of_a_version_that_escaped_nothing_is_whole(kept: Kept) -> None:
    folder = kept.folder / "export"
    await run(kept.escalade, "contract", "export", "rivage", "--to", folder)
    journal, sums = folder / "journal.jsonl", folder / "manifest.json"
    lines = [from_data(json.loads(line)) for line in journal.read_text("utf-8").split("\n")[:-1]]
    note = replace(lines[-1].line, facts={"text": PASTED})
    lines.append(seal(len(lines) + 1, note, lines[-1].seal, "salt"))
    bare = "".join(json.dumps(as_data(line), ensure_ascii=False) + "\n" for line in lines)
    journal.write_text(bare, "utf-8")
    manifest = json.loads(sums.read_text("utf-8"))
    manifest["journal"] = {"lines": len(lines), "seal": lines[-1].seal}
    manifest["files"]["journal.jsonl"] = hashlib.sha256(bare.encode()).hexdigest()
    sums.write_text(json.dumps(manifest), "utf-8")
    checked = await run(kept.escalade, "contract", "check-export", folder)
    assert checked.exit_code == 0, checked.output


def _alter(folder: Path) -> None:
    file = folder / "records/incidents.jsonl"
    file.write_bytes(file.read_bytes().replace(b"VPN", b"vpn"))


def _remove(folder: Path) -> None:
    (folder / "records/incidents.jsonl").unlink()


def _add(folder: Path) -> None:
    (folder / "more.txt").write_text("more", "utf-8")


def _rewrite_the_journal(folder: Path) -> None:
    _put_into_the_journal(folder, SECRET.encode(), b"nothing")


def _say_it_twice(folder: Path) -> None:
    _put_into_the_journal(
        folder, b'"facts": {', b'"facts": {"note": "forged", "note": "x"}, "facts": {'
    )


def _put_into_the_journal(folder: Path, old: bytes, new: bytes) -> None:
    lines = folder / "journal.jsonl"
    lines.write_bytes(lines.read_bytes().replace(old, new))
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    manifest["files"]["journal.jsonl"] = hashlib.sha256(lines.read_bytes()).hexdigest()
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")


async def test_con_4_a_tampered_export_is_found_out(kept: Kept) -> None:
    whole = kept.folder / "export"
    await run(kept.escalade, "contract", "export", "rivage", "--to", whole)
    for tamper in (_alter, _remove, _add, _rewrite_the_journal, _say_it_twice):
        folder = kept.folder / tamper.__name__
        shutil.copytree(whole, folder)
        assert (await run(kept.escalade, "contract", "check-export", folder)).exit_code == 0
        tamper(folder)
        result = await run(kept.escalade, "contract", "check-export", folder)
        assert result.exit_code == 1, tamper.__name__
        assert "NOT whole" in result.output


async def test_con_4_a_contract_is_erased_and_the_journal_stays_provable(kept: Kept) -> None:
    folder = kept.folder / "export"
    await run(kept.escalade, "contract", "export", "rivage", "--to", folder)
    before = await asyncio.to_thread(kept.lines, "rivage")
    other = await asyncio.to_thread(kept.lines, "littoral")
    assert "rivage.example" in kept.words()

    result = await run(kept.erase, "--export", folder)
    assert result.exit_code == 0, result.output

    left = kept.words()
    assert "rivage.example" not in left
    assert "littoral.example" in left
    after = await asyncio.to_thread(kept.lines, "rivage")
    assert len(after) == len(before) + 1
    assert [line["seal"] for line in after[:-1]] == [line["seal"] for line in before]
    assert all(not line["facts"] and not line["actor"] for line in after[:-1])
    assert after[-1]["action"] == "journal.erased"
    assert await asyncio.to_thread(kept.lines, "littoral") == other
    verified = await run(kept.escalade, "journal", "verify")
    assert verified.exit_code == 0, verified.output
    assert str(after[-1]["seal"]) in verified.output


async def test_con_4_the_certificate_says_what_when_by_whom_in_both_languages(kept: Kept) -> None:
    folder = kept.folder / "export"
    await run(kept.escalade, "contract", "export", "rivage", "--to", folder)
    result = await run(kept.erase, "--export", folder)
    (text,) = kept.folder.glob("certificate-rivage-*.txt")
    (data,) = kept.folder.glob("certificate-rivage-*.json")
    words, facts = text.read_text("utf-8"), json.loads(data.read_text("utf-8"))
    assert "CERTIFICATE OF ERASURE" in words
    assert "CERTIFICAT DE DESTRUCTION" in words
    assert words.count("Ada Operator") == 2
    assert facts["rows_erased"]["incidents"] == 1
    assert facts["rows_erased"]["reports"] == 1
    manifest = hashlib.sha256((folder / "manifest.json").read_bytes()).hexdigest()
    assert facts["export_manifest_sha256"] == manifest
    assert hashlib.sha256(data.read_bytes()).hexdigest() in words
    assert hashlib.sha256(text.read_bytes()).hexdigest() in result.output.replace("\n", "")
    lines = await asyncio.to_thread(kept.lines, "rivage")
    assert facts["seal_after"] == lines[-1]["seal"]


async def test_con_4_nothing_is_erased_that_was_not_handed_back_or_confirmed(kept: Kept) -> None:
    folder = kept.folder / "export"
    before = await asyncio.to_thread(kept.lines, "rivage")
    await run(kept.escalade, "contract", "export", "littoral", "--to", folder)
    refused = [
        await run(kept.erase),
        await run(kept.erase, "--export", folder),
        await run(kept.erase, "--export", kept.folder / "nowhere"),
        await run(kept.erase, "--export", folder, "--without-export"),
        await run(
            kept.escalade, "contract", "erase", "rivage", "--by", "x", "--without-export",
            "--confirm", "littoral",
        ),
    ]  # fmt: skip
    assert all(result.exit_code for result in refused), [r.output for r in refused]
    assert await asyncio.to_thread(kept.lines, "rivage") == before
    unknown = await run(lambda: kept.erase("--without-export", contract="elsewhere"))
    assert unknown.exit_code == 2


async def test_con_4_an_export_made_before_something_happened_does_not_count(
    kept: Kept, tmp_path: Path
) -> None:
    folder = kept.folder / "export"
    await run(kept.escalade, "contract", "export", "rivage", "--to", folder)
    async with Stage(contracts=[RIVAGE, LITTORAL], at=WEDNESDAY, database=kept.url) as s:
        await Scene(s, s.contracts[0]).types("mathis-berger", "/incident note INC-0001 encore")
    result = await run(kept.erase, "--export", folder)
    assert result.exit_code == 2
    assert "export again" in result.output


async def test_con_4_a_contract_with_something_open_is_not_erased(
    database: str, tmp_path: Path
) -> None:
    async with Stage(contracts=[RIVAGE], at=WEDNESDAY, database=database) as stage:
        await Scene(stage, stage.contract).opens("antoine-mercier", "Panne component=paie")
    kept = Kept(database, tmp_path / "out")
    result = await run(kept.erase, "--without-export")
    assert result.exit_code == 2
    assert "INC-0001" in result.output


async def test_con_4_a_running_bot_keeps_its_contracts(database: str, tmp_path: Path) -> None:
    async with Stage(contracts=[RIVAGE], at=WEDNESDAY, database=database):
        result = await run(Kept(database, tmp_path).erase, "--without-export")
    assert result.exit_code != 0
    assert list(tmp_path.glob("certificate-*")) == []  # noqa: ASYNC240  nobody waits meanwhile


def test_con_4_no_table_with_rows_of_contracts_is_forgotten() -> None:
    staying = set(metadata.tables) - {table.name for table in tables()}
    # a listing is where one stopped among all channels of a workspace: no name, nobody
    assert staying == {"journal", "journal_heads", "counters", "outcomes", "listings"}
