"""Faults in words: the one place where a fault's code and facts become sentences (Rule CON-1)."""

from __future__ import annotations

from collections.abc import Mapping

from escalation.base.declared import named_in, table
from handlers.words.texts import Texts, msg

Sentences = Mapping[str, tuple[str, str]]
SENTENCES: Sentences = table(named_in("handlers.faults", "SENTENCES"))
_FIRMS = {"provider": msg("the provider"), "client": msg("the client")}
_FIRM_FACTS = {"firm", "asked"}


def fault_words(
    code: str,
    facts: Mapping[str, object],
    texts: Texts,
    *,
    other_line: int | None = None,
    also: tuple[int, ...] = (),
) -> tuple[str, str]:
    """Say what is wrong, and how to mend it; `other_line` is that of the place it depends on.

    `also` are further lines on which it is wrong. Raises KeyError where a sentence needs a fact
    that is not given.
    """
    what, remedy = SENTENCES[code]
    said = {name: _said(name, value, texts) for name, value in facts.items()}
    wrong, mend = texts(what, **said), texts(remedy, **said)
    if other_line is not None:
        wrong = texts(
            "%(what)s (see line %(line)s).", what=wrong.removesuffix("."), line=other_line
        )
    if also:
        lines = ", ".join(map(str, also))
        wrong = texts("%(what)s Likewise on line %(lines)s.", what=wrong, lines=lines)
    if facts.get("suggestion"):
        meant = texts("Did you mean “%(suggestion)s”?", suggestion=said["suggestion"])
        mend = f"{meant} {mend}"
    return wrong, mend


def _said(name: str, value: object, texts: Texts) -> str:
    if name in _FIRM_FACTS:
        return texts(_FIRMS.get(str(value), str(value)))
    if isinstance(value, tuple | list):
        return ", ".join(str(one) for one in value) or texts("none")
    return str(value)
