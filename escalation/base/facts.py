"""Facts: what messages, refusals and the journal say, free of language."""

from __future__ import annotations

Fact = str | int | bool | None | list[str]
