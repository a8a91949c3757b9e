"""The certificate of erasure, in both languages (Rule CON-4)."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from escalation.base.sober_text import sober
from handlers.words.texts import LANGUAGES, Texts
from store.operate.erasure import Erasure


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """A record of what was erased, when, by whom; `export` is the checksum of the manifest."""

    contract: str
    name: str
    provider: str
    client: str
    at: datetime
    by: str
    export: str
    erasure: Erasure

    def write(self, folder: Path) -> tuple[Path, str]:
        """Write it as JSON and as text; the text's file, and its SHA-256."""
        folder.mkdir(parents=True, exist_ok=True)
        stem = f"certificate-{self.contract}-{self.at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
        facts = json.dumps(self._facts(), ensure_ascii=False, indent=2, sort_keys=True) + "\n"
        (folder / f"{stem}.json").write_text(facts, encoding="utf-8")
        digest = hashlib.sha256(facts.encode()).hexdigest()
        parts = [self._words(Texts.of(language, ZoneInfo("UTC"))) for language in LANGUAGES]
        text = sober("\n\n".join([*parts, f"SHA-256 {stem}.json: {digest}"]) + "\n")
        path = folder / f"{stem}.txt"
        path.write_text(text, encoding="utf-8")
        return path, hashlib.sha256(text.encode()).hexdigest()

    def _facts(self) -> dict[str, object]:
        erasure = self.erasure
        return {
            "contract": self.contract,
            "name": self.name,
            "provider": self.provider,
            "client": self.client,
            "erased_at": self.at.astimezone(UTC).isoformat(),
            "by": self.by,
            "rows_erased": dict(erasure.counts),
            "journal_lines": erasure.lines,
            "journal_lines_erased": erasure.lines_erased,
            "seal_before": erasure.seal_before,
            "seal_after": erasure.seal_after,
            "export_manifest_sha256": self.export or None,
        }

    def _words(self, texts: Texts) -> str:
        erasure = self.erasure
        export = (
            texts("Handed back before: manifest with SHA-256 %(digest)s", digest=self.export)
            if self.export
            else texts("Erased without an export, as was asked for.")
        )
        return "\n".join(
            [
                texts("CERTIFICATE OF ERASURE"),
                texts("Contract: %(id)s – %(name)s", id=self.contract, name=self.name),
                texts(
                    "Between: %(provider)s and %(client)s",
                    provider=self.provider,
                    client=self.client,
                ),
                texts("Erased at: %(at)s (UTC)", at=texts.instant(self.at)),
                texts("By: %(by)s", by=self.by),
                texts("Rows erased:"),
                *(f"  {table}: {count}" for table, count in erasure.counts.items()),
                texts(
                    "Journal: %(lines)s lines, of which %(erased)s lost who, from where and what"
                    " was said. Numbers, records, instants and actions stay, so that the chain can"
                    " be verified.",
                    lines=erasure.lines,
                    erased=erasure.lines_erased,
                ),
                texts("Last seal before: %(seal)s", seal=erasure.seal_before),
                texts("Last seal after: %(seal)s", seal=erasure.seal_after),
                export,
                texts(
                    "Not covered, and left to those who keep them: messages and files in Slack,"
                    " mail, logs, and backups made before."
                ),
            ]
        )
