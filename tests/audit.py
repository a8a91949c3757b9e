"""`make audit`: hold every locked package against the known vulnerabilities, or say it was not.

pip-audit ends well also where the service knew none of the packages, which is what it finds behind
a mirror: "no known vulnerabilities". Here only packages that were really looked up count.
Exit codes: 0 all were audited and none is vulnerable, 1 some are, 3 not audited.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from packaging.markers import Marker

LOCK = Path(__file__).parent.parent / "requirements.lock"
VULNERABLE, NOT_AUDITED = 1, 3
SERVICES = ("pypi", "osv")
LONGEST_SECONDS = 300
_PINNED = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)(?: ; (.+?))?(?: \\)?$", re.MULTILINE)


def locked(text: str) -> dict[str, str]:
    """The packages of a lock file, with their versions; those of other systems left out."""
    found = _PINNED.findall(text)
    return {
        _name(name): version
        for name, version, marker in found
        if not marker or Marker(marker).evaluate()
    }


def _name(package: str) -> str:
    return re.sub(r"[-_.]+", "-", package).lower()


def run_pip_audit(service: str) -> str:
    """What pip-audit prints; "" where it could not."""
    words = [sys.executable, "-m", "pip_audit", "-r", str(LOCK), "--disable-pip"]
    words += ["--require-hashes", "--format", "json", "--progress-spinner", "off", "-s", service]
    try:
        done = subprocess.run(  # noqa: S603  our own words
            words, capture_output=True, text=True, check=False, timeout=LONGEST_SECONDS
        )
    except subprocess.TimeoutExpired:
        return ""
    return done.stdout


def verdict(printed: str, wanted: Iterable[str]) -> tuple[int, list[str]]:
    """The exit code, and what to say, for the answer of pip-audit."""
    try:
        known = {_name(each["name"]): each for each in json.loads(printed)["dependencies"]}
    except (ValueError, LookupError, TypeError):
        return NOT_AUDITED, ["NOT AUDITED: the service could not be reached"]
    vulnerable = [
        f"VULNERABLE: {name} {each['version']}: {found['id']}"
        f" (mended in {', '.join(found.get('fix_versions', [])) or 'no version yet'})"
        for name, each in sorted(known.items())
        for found in each.get("vulns", [])
    ]
    missing = sorted(n for n in wanted if n not in known or "skip_reason" in known[n])
    if missing:
        unknown = f"NOT AUDITED: the service could not be reached, or does not know {len(missing)}"
        vulnerable.append(f"{unknown} of the packages: {', '.join(missing)}")
    if any(line.startswith("VULNERABLE") for line in vulnerable):
        return VULNERABLE, vulnerable
    if missing:
        return NOT_AUDITED, vulnerable
    return 0, [f"audited: {len(known)} packages, no known vulnerability"]


def main(ask: Callable[[str], str] = run_pip_audit) -> int:
    """Ask one service, then the other; the first whole answer counts."""
    wanted = locked(LOCK.read_text("utf-8"))
    code, lines = NOT_AUDITED, ["NOT AUDITED: nothing was asked"]
    for service in SERVICES:
        code, lines = verdict(ask(service), wanted)
        if code != NOT_AUDITED:
            break
    sys.stdout.write("\n".join(lines) + "\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
