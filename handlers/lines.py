"""Reading a typed line: `open VPN down component=vpn severity=1 ticket="I 42"`."""

from __future__ import annotations

import re
from difflib import get_close_matches

from escalation.refusals import BadValue
from handlers.verbs import SlashCommand, Verb

LONGEST_LINE = 8000
_QUOTES = str.maketrans({"“": '"', "”": '"', "«": '"', "»": '"', "\u00a0": " ", "\u202f": " "})
_TOKEN = re.compile(r'(?P<key>[^\W\d][\w-]*)=(?P<value>"[^"]*"|\S*)|(?P<word>"[^"]*"|\S+)')
_RECORD = re.compile(r"^(INC|CRI|REP)-?0*(\d{1,9})$", re.IGNORECASE | re.ASCII)


def record_id(word: str) -> str | None:
    """The record a word names: "INC-0042", "inc42" → "INC-0042"; None for another word."""
    match = _RECORD.match(word.strip())
    return f"{match[1].upper()}-{int(match[2]):04d}" if match else None


def split_verb(command: SlashCommand, line: str, typed: str = "") -> tuple[Verb | None, str]:
    """The verb a line begins with, and the rest; raises BadValue for an unknown first word.

    `typed` is the name the command was called by, e.g. "/crise".
    """
    line = line.strip().translate(_QUOTES)
    if len(line) > LONGEST_LINE:
        raise BadValue("line_too_long", length=len(line), limit=LONGEST_LINE)
    first, _, rest = line.partition(" ")
    if not first:
        return (command.verb(command.default) if command.default else None), ""
    verb = command.verb(first)
    if verb is None:
        names = [name for v in command.verbs for name in (v.name, *v.aliases)]
        close = get_close_matches(first.lower(), names, n=1)
        raise BadValue(
            "unknown_verb",
            given=first[:40],
            command=typed or f"/{command.name}",
            close=close[0] if close else None,
        )
    return verb, rest.strip()


def read(verb: Verb, line: str) -> tuple[str | None, dict[str, str]]:
    """The record named, and the values given; raises BadValue for an option nobody knows.

    Free words go to the verb's `free` field. A word with "=" whose left side is no option is
    refused only where it looks like one, so that a title may hold "a=b" in quotes.
    """
    subject: str | None = None
    values: dict[str, str] = {}
    free: list[str] = []
    for match in _TOKEN.finditer(line):
        if match["key"] is not None:
            field = verb.field(match["key"].lower())
            if field is None:
                known = [f.name for f in verb.fields]
                raise BadValue("unknown_option", option=match["key"], known=known)
            values[field.name] = match["value"].strip('"')
            continue
        word = match["word"]
        named = record_id(word)
        if verb.about and subject is None and not free and named and named.startswith(verb.about):
            subject = named
        else:
            free.append(word.strip('"'))
    if free:
        taker = next((f for f in verb.fields if f.free), None)
        if taker is None:
            raise BadValue("words_not_understood", words=" ".join(free)[:80], verb=verb.name)
        values.setdefault(taker.name, " ".join(free))
    return subject, values
