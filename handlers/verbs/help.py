"""Help: what can be typed after a slash command, from the verbs themselves."""

from __future__ import annotations

from handlers.application import Caller
from handlers.verbs.forms import choices
from handlers.verbs.verb import Field, Kind, SlashCommand, Verb
from handlers.words.blocks import plain, sections
from handlers.words.rendered import Rendered
from handlers.words.texts import Texts, msg

MOST_LISTED = 8  # values: a list of more is the contract's own, and stands in the form


def usage(verb: Verb, texts: Texts) -> str:
    """The typed form of a verb: `take INC-0042`, `open <title> [component=…]`."""
    words = [verb.name_in(texts.language)]
    if verb.about:
        words.append(f"[{verb.about}-…]" if verb.subject_optional else f"{verb.about}-…")
    for field in sorted(_said(verb), key=lambda f: (not f.free, not f.required)):
        name = field.name_in(texts.language)
        value = "|".join((texts("yes"), texts("no"))) if field.kind is Kind.YES_NO else "…"
        word = f"<{name}>" if field.free else f"{name}={value}"
        words.append(word if field.required else f"[{word}]")
    return " ".join(words)


def accepted(verb: Verb, caller: Caller) -> str:
    """The values of its fields of which there are few, as they are typed; "" where there are none.

    They are those that its form offers.
    """
    listed = []
    for field in _said(verb):
        options = choices(field, caller) if field.kind is Kind.CHOICE else []
        if 0 < len(options) <= MOST_LISTED:
            values = ", ".join(plain(option.short) for option in options)
            name = f"`{field.name_in(caller.texts.language)}`"
            listed.append(caller.texts.labelled(name, values))
    return " · ".join(listed)


def help_of(command: SlashCommand, caller: Caller, typed: str) -> Rendered:
    """All that a slash command understands here; `typed` is the name it was called by: "/crise"."""
    texts = caller.texts
    head = f"*{typed}* · {texts(command.summary)}"
    lines = []
    for verb in command.verbs:
        if verb.offered(caller.contract):
            said = (f"`{typed} {usage(verb, texts)}`", texts(verb.summary), accepted(verb, caller))
            lines.append("\n".join(each for each in said if each))
    tail = texts(
        msg('Anything missing is asked in a form. Put values with spaces in quotes: key="…".')
    )
    return Rendered(text=head, blocks=sections([head, *lines, tail], between="\n\n"))


def _said(verb: Verb) -> list[Field]:
    return [field for field in verb.fields if not field.unsaid]
