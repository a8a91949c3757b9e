"""`make sbom`: the software bill of materials of the locked packages, the same each time."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def write(out: Path, lock: Path = ROOT / "requirements.lock") -> None:
    """Write the bill of a lock file as CycloneDX JSON, without times and random numbers."""
    out.parent.mkdir(parents=True, exist_ok=True)
    words = [sys.executable, "-m", "cyclonedx_py", "requirements", str(lock)]
    words += ["--pyproject", "pyproject.toml", "--output-reproducible", "--of", "JSON"]
    subprocess.run([*words, "-o", str(out)], cwd=ROOT, check=True)  # noqa: S603  our own words


if __name__ == "__main__":
    write(ROOT / "out" / "sbom.json")
