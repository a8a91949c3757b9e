"""A message as a mail: subject, plain text and safe HTML, from what Slack would show."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

from escalation.base.sober_text import sober, sober_line
from handlers.words.blocks import WORD_JOINER, cut
from handlers.words.rendered import Rendered
from handlers.words.slack_text import unescape

SUBJECT_LIMIT = 150
_LINK = re.compile(r"<(?P<target>[^<>|]+)(?:\|(?P<label>[^<>]*))?>")
_BOLD = re.compile(
    r"(?<![\u2060\w])\*(?!\s)(?P<words>(?:[^*\n]|(?<=[\u2060\s])\*|(?<=\w)\*(?=\w))+?)(?<![\u2060\s])\*(?!\w)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The words of a mail; the subject is one line."""

    subject: str
    text: str
    html: str


def words_of(rendered: Rendered, closing: str, language: str) -> Words:
    """The words of a message, and a closing line. Nothing of it is markup but our own."""
    lines = _lines(rendered)
    shown = [_text(line) for line in lines]
    marked = "".join(f"<p>{_html(line)}</p>" for line in lines if line.strip())
    return Words(
        subject=_subject(rendered),
        text="\n".join([*shown, "", "-- ", _text(closing), ""]),
        html=f'<!doctype html><html lang="{html.escape(language)}"><head><meta charset="utf-8">'
        f"<title>Escalade</title></head><body>{marked}<hr><p>{_html(closing)}</p></body></html>",
    )


def _subject(rendered: Rendered) -> str:
    first = _text(rendered.text.partition("\n")[0])
    return cut(sober_line(first), SUBJECT_LIMIT)


def _lines(rendered: Rendered) -> list[str]:
    """Return what the blocks say; buttons say nothing in a mail."""
    said: list[str] = []
    for block in rendered.blocks:
        parts = [block.get("text"), *block.get("fields", ()), *block.get("elements", ())]
        said += [
            part["text"]
            for part in parts
            if isinstance(part, dict) and isinstance(part.get("text"), str)
        ]
    return [line for text in said or [rendered.text] for line in text.split("\n")]


def _text(mrkdwn: str) -> str:
    """Plain words."""
    without = _LINK.sub(lambda link: link["label"] or link["target"], mrkdwn)
    without = _BOLD.sub(lambda bold: bold["words"], without)
    return sober(unescape(without).replace(WORD_JOINER, ""))


def _html(mrkdwn: str) -> str:
    """The same words, escaped; bold where it was."""
    without = _LINK.sub(lambda link: link["label"] or link["target"], mrkdwn)
    parts = _BOLD.split(without)  # words outside and inside by turns
    marked = (
        f"<b>{_escaped(part)}</b>" if number % 2 else _escaped(part)
        for number, part in enumerate(parts)
    )
    return "".join(marked)


def _escaped(mrkdwn: str) -> str:
    return html.escape(sober(unescape(mrkdwn).replace(WORD_JOINER, "")))
