"""Help: what can be typed after a slash command, from the verbs themselves."""

from __future__ import annotations

from handlers.application import Caller
from handlers.verbs.verb import SlashCommand, Verb
from handlers.words.blocks import sections
from handlers.words.rendered import Rendered
from handlers.words.texts import msg


def usage(verb: Verb, language: str) -> str:
    """The typed form of a verb: `take INC-0042`, `open <title> [component=…]`."""
    words = [verb.name_in(language)]
    if verb.about:
        words.append(f"[{verb.about}-…]" if verb.subject_optional else f"{verb.about}-…")
    asked = (field for field in verb.fields if not field.unsaid)
    for field in sorted(asked, key=lambda f: (not f.free, not f.required)):
        name = field.name_in(language)
        word = f"<{name}>" if field.free else f"{name}=…"
        words.append(word if field.required else f"[{word}]")
    return " ".join(words)


def help_of(command: SlashCommand, caller: Caller, typed: str) -> Rendered:
    """All that a slash command understands here; `typed` is the name it was called by: "/crise"."""
    texts = caller.texts
    head = f"*{typed}* · {texts(command.summary)}"
    offered = [verb for verb in command.verbs if verb.offered(caller.contract)]
    lines = [f"`{typed} {usage(v, texts.language)}`\n{texts(v.summary)}" for v in offered]
    tail = texts(
        msg('Anything missing is asked in a form. Put values with spaces in quotes: key="…".')
    )
    return Rendered(text=head, blocks=sections([head, *lines, tail], between="\n\n"))
