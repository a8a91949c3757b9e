"""Block Kit, as plain data, within Slack's limits; what people wrote is neutralised first."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence

from escalation.base.sober_text import sober
from handlers.words.rendered import Block, Rendered

BUTTON_PREFIX = "do/"
TEXT_LIMIT = 3000
HEADER_LIMIT = 150
LABEL_LIMIT = 75
QUESTION_TITLE_LIMIT = 100
QUESTION_LIMIT = 300
ANSWER_LIMIT = 30
FIELD_LIMIT = 2000
MOST_FIELDS = 10
IN_A_ROW = 24  # Slack takes 25
# a mark formats at the edge of a word; within one, or among blanks, it stands for itself
_FORMAT = re.compile(
    r"`|(?<![^\W_])[*_~](?!\s)"  # where it could begin,
    r"|(?<!\s)[*_~](?![^\W_])"  # or end
)
WORD_JOINER = "\u2060"


def plain(text: str, limit: int = TEXT_LIMIT) -> str:
    """Return what a person wrote, made harmless in mrkdwn: no mention, link, markup or control.

    It stays as it is, so that what is copied is found elsewhere, but for marks that would format:
    a joiner stands before them, which `as_typed` takes out where Slack can do without.
    An "@", a "#channel" and an address stay, and lead nowhere: Slack is told to make nothing of
    them (`verbatim`).
    """
    bare = sober(text).replace(WORD_JOINER, "")
    escaped = bare.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return cut(_FORMAT.sub(lambda mark: WORD_JOINER + mark[0], escaped), limit)


def cut(text: str, limit: int) -> str:
    """At most `limit` characters, the last one an ellipsis where something was cut."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def header(text: str) -> Block:
    """A heading, in plain text."""
    return {"type": "header", "text": plain_text(cut(sober(text), HEADER_LIMIT))}


def section(text: str) -> Block:
    """A paragraph of mrkdwn."""
    return {"type": "section", "text": _mrkdwn(cut(text, TEXT_LIMIT))}


def sections(lines: Iterable[str], between: str = "\n") -> list[Block]:
    """Lines of mrkdwn, in as few paragraphs as the limits allow."""
    blocks, chunk = [], ""
    for line in lines:
        if chunk and len(chunk) + len(line) + len(between) > TEXT_LIMIT - 100:
            blocks.append(section(chunk))
            chunk = line
        else:
            chunk = f"{chunk}{between}{line}" if chunk else line
    if chunk:
        blocks.append(section(chunk))
    return blocks


def fields(pairs: Iterable[tuple[str, str]]) -> list[Block]:
    """Labelled values, two in a row."""
    shown = [_mrkdwn(cut(f"*{label}*\n{value}", FIELD_LIMIT)) for label, value in pairs]
    starts = range(0, len(shown), MOST_FIELDS)
    return [{"type": "section", "fields": shown[start : start + MOST_FIELDS]} for start in starts]


def context(*texts: str) -> Block:
    """Small print."""
    return {"type": "context", "elements": [_mrkdwn(cut(text, TEXT_LIMIT)) for text in texts]}


def divider() -> Block:
    """A line across."""
    return {"type": "divider"}


def actions(*buttons: Block) -> Block:
    """Buttons in a row."""
    return {"type": "actions", "elements": list(buttons)}


def action_rows(buttons: Sequence[Block]) -> list[Block]:
    """Any number of buttons, in as few rows as Slack takes; pairs stay together."""
    starts = range(0, len(buttons), IN_A_ROW)
    return [actions(*buttons[start : start + IN_A_ROW]) for start in starts]


def row(line: str, *buttons: Block) -> list[Block]:
    """A line of a list: one button stands beside it, more beneath."""
    if len(buttons) > 1:
        return [section(line), actions(*buttons)]
    return [section(line) | {"accessory": each} for each in buttons] or [section(line)]


def button(
    label: str,
    verb: str,
    contract: str,
    subject: str,
    *,
    style: str | None = None,
    **values: str,
) -> Block:
    """A button that does a verb, "incident/take", on a record; `values` fill its fields."""
    value = json.dumps([contract, subject, values], ensure_ascii=False)
    element = own_button(label, f"{BUTTON_PREFIX}{verb}", value)
    if style:
        element["style"] = style
    return element


def own_button(label: str, action: str, value: str) -> Block:
    """A button that is no verb's: its action has a listener of its own."""
    text = plain_text(cut(label, LABEL_LIMIT))
    return {"type": "button", "action_id": action, "text": text, "value": value}


def asking(button: Block, title: str, text: str, *, yes: str, no: str) -> Block:
    """The button, with what Slack asks before it acts: what it does, and both answers.

    For what acts at once and is not easily taken back; a button that opens a form needs none.
    """
    confirm = {
        "title": plain_text(cut(title, QUESTION_TITLE_LIMIT)),
        "text": plain_text(cut(text, QUESTION_LIMIT)),
        "confirm": plain_text(cut(yes, ANSWER_LIMIT)),
        "deny": plain_text(cut(no, ANSWER_LIMIT)),
        "style": "danger",
    }
    return {**button, "confirm": confirm}


def short(head: str, sentence: str, *buttons: Block) -> Rendered:
    """A short message: a heading, what there is to say line by line, and buttons."""
    shown = sections([f"*{head}*", *sentence.split("\n")])
    return Rendered(
        text=cut(f"{head}: {sentence}", TEXT_LIMIT), blocks=[*shown, *action_rows(buttons)]
    )


def _mrkdwn(text: str) -> Block:
    """Text of which Slack makes no mention, channel or link but those that are written as one."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def plain_text(text: str) -> Block:
    """Text in which Slack formats nothing."""
    return {"type": "plain_text", "text": text, "emoji": True}
