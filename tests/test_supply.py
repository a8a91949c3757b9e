"""What the product is built from: the audit never passes in silence, the bill names everything."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests import audit, sbom

LOCKED = audit.locked(audit.LOCK.read_text("utf-8"))


def answer(**changes: dict[str, object]) -> str:
    """What pip-audit prints where every package was looked up and none is vulnerable."""
    plain = {name: {"name": name, "version": v, "vulns": []} for name, v in LOCKED.items()}
    return json.dumps({"dependencies": list((plain | changes).values()), "fixes": []})


def test_an_audit_passes_only_where_every_package_was_looked_up(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert audit.main(lambda _: answer()) == 0
    assert f"audited: {len(LOCKED)} packages" in capsys.readouterr().out


@pytest.mark.parametrize(
    "printed",
    [
        "",
        "no JSON",
        "{}",
        json.dumps({"dependencies": [], "fixes": []}),
        json.dumps({"dependencies": [{"name": n, "skip_reason": "not found"} for n in LOCKED]}),
        answer(aiohttp={"name": "aiohttp", "skip_reason": "not found"}),
    ],
)
def test_what_could_not_be_audited_is_said_and_does_not_pass(
    printed: str, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[str] = []
    code = audit.main(lambda service: asked.append(service) or printed)  # type: ignore[func-returns-value]  # None is wanted
    assert code == audit.NOT_AUDITED == 3
    assert "NOT AUDITED: the service could not be reached" in capsys.readouterr().out
    assert asked == list(audit.SERVICES)


def test_a_known_vulnerability_fails_even_where_others_were_not_looked_up(
    capsys: pytest.CaptureFixture[str],
) -> None:
    bad = {"name": "aiohttp", "version": "1", "vulns": [{"id": "CVE-1", "fix_versions": ["2"]}]}
    unknown = {"name": "jinja2", "skip_reason": "not found"}
    assert audit.main(lambda _: answer(aiohttp=bad, jinja2=unknown)) == audit.VULNERABLE
    out = capsys.readouterr().out
    assert "VULNERABLE: aiohttp 1: CVE-1 (mended in 2)" in out
    assert "NOT AUDITED" in out


def test_the_bill_of_materials_is_the_same_each_time(tmp_path: Path) -> None:
    few = tmp_path / "few.lock"  # the whole takes seconds each time
    few.write_text("".join(f"{name}=={version}\n" for name, version in list(LOCKED.items())[:3]))
    first, second = tmp_path / "first.json", tmp_path / "second.json"
    sbom.write(first, few)
    sbom.write(second, few)
    assert first.read_bytes() == second.read_bytes()


def test_the_bill_of_materials_lists_every_locked_package(tmp_path: Path) -> None:
    sbom.write(tmp_path / "bill.json")
    bill = json.loads((tmp_path / "bill.json").read_text("utf-8"))
    listed = {
        each["name"].lower().replace("_", "-"): each["version"] for each in bill["components"]
    }
    assert LOCKED.items() <= listed.items()
    assert bill["metadata"]["component"]["name"] == "escalade"
