"""Reading a typed line: `open VPN down component=vpn severity=1 ticket="I 42"`."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from difflib import get_close_matches

from escalation.base.refusals import BadValue
from escalation.contract.names import folded
from escalation.records.kinds import OF_PREFIX
from handlers.verbs.verb import Field, Kind, SlashCommand, Verb

LONGEST_LINE = 8000
_UNSEEN = re.compile("[\u00ad\u200b\u2060\ufeff]")  # what joins emoji and letters is kept
_TURNERS = "[\u200e\u200f\u202a-\u202e\u2066-\u2069]*"
_DOUBLE = '"\u201c\u201d\u201e\u201f\uff02'
_QUOTED = rf'"[^"]*"|\u201c[^\u201d]*\u201d|«[^»]*»|[{_DOUBLE}][^{_DOUBLE}]*[{_DOUBLE}]'
_MARKED = r"<(?:[@#!]|https?:|mailto:)[^<>]*>"  # mentions and links, as Slack writes them
_TOKEN = re.compile(
    rf"{_TURNERS}(?P<key>[^\W\d][\w-]*)=(?P<value>{_QUOTED}|{_MARKED}\S*|\S*)"
    rf"|(?P<word>{_QUOTED}|{_MARKED}|\S+)"
)
_WHOLE = re.compile(_QUOTED)
_RECORD = re.compile(rf"^({'|'.join(OF_PREFIX)})-?0*(\d{{1,9}})$", re.IGNORECASE | re.ASCII)
_CONTRACT = frozenset({"contract", "contrat"})
_HELP = frozenset({"help", "aide", "?"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A slash command as it was typed; `typed` is the name it was called by, e.g. "/crise".

    `verb` is None where help is asked for, or where it cannot be read: `fault` says why, to be told
    to whoever may know what there is.
    """

    command: SlashCommand
    typed: str
    text: str
    contract: str = ""
    verb: Verb | None = None
    rest: str = ""
    fault: BadValue | None = None

    @classmethod
    def of(cls, command: SlashCommand, typed: str, text: str) -> Line:
        """Read the contract and the verb off a line; what follows waits for who asks."""
        line = cls(command=command, typed=typed, text=text)
        try:
            words, contract = take_contract(tidy(text))
            line = replace(line, contract=contract)
            verb, rest = (None, "") if folded(words) in _HELP else split_verb(command, words, typed)
        except BadValue as fault:
            return replace(line, fault=fault)
        return replace(line, verb=verb, rest=rest)


def record_id(word: str) -> str | None:
    """The record a word names: "INC-0042", "inc42" → "INC-0042"; None for another word."""
    match = _RECORD.match(folded(word))
    return f"{match[1].upper()}-{int(match[2]):04d}" if match else None


def tidy(line: str) -> str:
    """A line with its accents composed, and without what nobody sees; raises BadValue."""
    line = unicodedata.normalize("NFC", _UNSEEN.sub("", line)).strip()
    if len(line) > LONGEST_LINE:
        raise BadValue("line_too_long", length=len(line), limit=LONGEST_LINE)
    return line


def take_contract(line: str) -> tuple[str, str]:
    """Take `contract=…` out of a line: the rest of it, and the contract's id, "" for none."""
    for match in _TOKEN.finditer(line):
        if match["key"] is not None and folded(match["key"]) in _CONTRACT:
            rest = line[: match.start()] + line[match.end() :]
            return rest.strip(), folded(_unquoted(match["value"]))
    return line, ""


def split_verb(command: SlashCommand, line: str, typed: str = "") -> tuple[Verb | None, str]:
    """The verb a line begins with, and the rest; raises BadValue for an unknown first word.

    `typed` is the name the command was called by, e.g. "/crise".
    """
    first, *rest = line.split(maxsplit=1) or [""]
    if not first:
        return (command.verb(command.default) if command.default else None), ""
    verb = command.verb(first)
    if verb is None:
        names = {folded(name): name for v in command.verbs for name in v.names}
        close = get_close_matches(folded(first), names, n=1)
        raise BadValue(
            "unknown_verb",
            given=first[:40],
            command=typed or f"/{command.name}",
            close=names[close[0]] if close else None,
        )
    return verb, "".join(rest)


def read(verb: Verb, line: str) -> tuple[str | None, dict[str, str]]:
    """The record named, and the values given; raises BadValue for an option nobody knows.

    Free words go to the verb's `free` fields as they stand, line breaks too. A word with "=" whose
    left side is no option is refused only where it looks like one, so that a title may hold "a=b"
    in quotes.
    """
    subject: str | None = None
    values: dict[str, str] = {}
    free: list[re.Match[str]] = []
    for match in _TOKEN.finditer(line):
        if match["key"] is not None:
            field = verb.field(match["key"])
            if field is None:
                options = [f.name for f in verb.fields]
                raise BadValue("unknown_option", option=match["key"], options=options)
            values[field.name] = _unquoted(match["value"])
            continue
        named = record_id(match["word"])
        if verb.about and subject is None and not free and named and named.startswith(verb.about):
            subject = named
        else:
            free.append(match)
    if free:
        fields = [f for f in verb.fields if f.free]
        takers = [f for f in fields if f.name not in values] or fields[:1]
        if not takers:
            raise BadValue("words_not_understood", words=_joined(free, line)[:80], verb=verb.name)
        first = _of_first(takers, free)
        for field, words in zip(takers, (free[:first], free[first:]), strict=False):
            if words:
                more = _joined(words, line)  # "title=VPN down": all of it is the title
                values[field.name] = f"{values.get(field.name, '')} {more}".strip()
    return subject, values


def _of_first(takers: list[Field], words: list[re.Match[str]]) -> int:
    """Return how many of the free words the first field takes, where a second one takes the rest.

    A number takes no other word; else the last word goes to the second where it is quoted.
    """
    if len(takers) == 1:
        return len(words)
    if takers[0].kind is Kind.NUMBER:
        return int(words[0]["word"].isdecimal())
    quoted = len(words) > 1 and _WHOLE.fullmatch(words[-1]["word"])
    return len(words) - 1 if quoted else len(words)


def _joined(words: list[re.Match[str]], line: str) -> str:
    """Free words as they stand on the line, without the options between them."""
    if len(words) == 1:
        return _unquoted(words[0]["word"])
    parts, last = [words[0]["word"]], words[0].end()
    for word in words[1:]:
        gap = line[last : word.start()]
        if gap and not gap.isspace():  # an option stood there
            gap = "\n" if "\n" in gap else " "
        parts += [gap, word["word"]]
        last = word.end()
    text = "".join(parts)
    return text.strip('"') if text.count('"') % 2 else text


def _unquoted(word: str) -> str:
    """A word without the quotes around it, or the one that stands alone at an end."""
    return word[1:-1].strip() if _WHOLE.fullmatch(word) else word.strip('"')
