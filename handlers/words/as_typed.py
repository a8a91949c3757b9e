"""Show what people typed so that what is copied from Slack is what they typed.

Words that would format (`*.log`, the backquotes of an error) carry a joiner in mrkdwn, which is
copied along and found nowhere. Slack formats nothing in plain and rich text: texts with joiners
become that, and lose them.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

import structlog

from handlers.words.blocks import TEXT_LIMIT, WORD_JOINER, section
from handlers.words.rendered import Block, Rendered
from handlers.words.slack_text import unescape

log = structlog.get_logger()
T = TypeVar("T")

_INSIDE = rf"(?:[^{{m}}\n]|(?<=[{WORD_JOINER}\s]){{m}}|(?<=\w){{m}}(?=\w))+?"
_STYLES = {"bold": r"\*", "italic": "_", "strike": "~"}
_OURS = re.compile(  # our own markup; what people typed has a joiner before it, or is no markup
    r"<(?P<token>[^<>\n]+)>"
    rf"|(?<!{WORD_JOINER})`(?P<code>(?:[^`\n]|(?<={WORD_JOINER})`)+)`"
    + "".join(
        rf"|(?<![{WORD_JOINER}\w]){m}(?!\s)(?P<{style}>{_INSIDE.format(m=m)})(?<![{WORD_JOINER}\s]){m}(?!\w)"
        for style, m in _STYLES.items()
    )
)
# Slack may refuse a message for a link that leads to no host: "https://…"
_URL = re.compile(r"https?://[A-Za-z0-9][^\s<>|]*[^\s<>|.,;:!?)\]}'\"»”]")
_TOKEN = re.compile(r"<[^<>]*>")
_QUOTED = "> "
# Slack's words where it takes no such blocks: they are said again with their joiners
BLOCKS_REFUSED = frozenset({"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long"})
_KINDS = {"@": ("user", "user_id"), "#": ("channel", "channel_id")}


async def say_as_typed(rendered: Rendered, say: Callable[[Rendered], Awaitable[T]]) -> T:
    """Say it as it was typed; with joiners where Slack takes no such blocks: calls must arrive."""
    shown = as_typed(rendered)
    try:
        return await say(shown)
    except Exception as refusal:
        why = next((code for code in BLOCKS_REFUSED if code in str(refusal)), "")
        if not why or shown.blocks == rendered.blocks:
            raise
        log.warning("Slack takes no rich text", action="blocks_refused", why=why)
    return await say(rendered)


def as_typed(rendered: Rendered) -> Rendered:
    """The message with its joiners taken out, wherever Slack can do without."""
    shown = rendered.blocks
    if WORD_JOINER in rendered.text and not shown and len(rendered.text) <= TEXT_LIMIT:
        shown = [section(rendered.text)]
    if not shown:
        return rendered
    text = rendered.text.replace(WORD_JOINER, "")  # what telephones show, beside the blocks
    return replace(rendered, text=text, blocks=blocks_as_typed(shown))


def blocks_as_typed(blocks: Sequence[Block]) -> list[Block]:
    """The blocks with the joiners taken out of their texts, wherever Slack can do without."""
    return [_block(block) for block in blocks]


def _block(block: Block) -> Block:
    text = block.get("text", {})
    if block["type"] == "section" and (_has_joiner(text) or _has_address(text)):
        return {"type": "rich_text", "elements": list(_paragraphs(block["text"]["text"]))}
    if block["type"] == "section" and "fields" in block:
        return {**block, "fields": [_object(each) for each in block["fields"]]}
    if block["type"] == "context":
        return {**block, "elements": [_object(each) for each in block["elements"]]}
    return block


def _has_joiner(text: Block) -> bool:
    return text.get("type") == "mrkdwn" and WORD_JOINER in text["text"]


def _has_address(text: Block) -> bool:
    """Return whether a whole address stands there: it shows where it leads, and may lead there."""
    return text.get("type") == "mrkdwn" and bool(_URL.search(_TOKEN.sub("", text["text"])))


def _object(text: Block) -> Block:
    """A text where no rich text may stand: plain, unless something in it leads somewhere."""
    if not _has_joiner(text) or "<" in text["text"]:
        return text
    words = "".join(run["text"] for run in _runs(text["text"], {}))
    return {"type": "plain_text", "text": words, "emoji": True}


def _paragraphs(mrkdwn: str) -> Iterator[Block]:
    lines: list[str] = []
    for line in mrkdwn.split("\n"):
        if not line.startswith(_QUOTED):
            lines.append(line)
            continue
        yield from _paragraph("rich_text_section", "\n".join(lines))
        yield from _paragraph("rich_text_quote", line.removeprefix(_QUOTED))
        lines = []
    yield from _paragraph("rich_text_section", "\n".join(lines))


def _paragraph(kind: str, mrkdwn: str) -> Iterator[Block]:
    if mrkdwn:
        yield {"type": kind, "elements": list(_runs(mrkdwn, {}))}


def _runs(mrkdwn: str, style: dict[str, bool]) -> Iterator[Block]:
    """Words and what leads somewhere, each in its style; nothing of them is read as markup."""
    at = 0
    for ours in _OURS.finditer(mrkdwn):
        yield from _words(mrkdwn[at : ours.start()], style)
        at = ours.end()
        if ours["token"]:
            yield _leading(ours["token"], style)
        elif ours["code"]:
            yield from _words(ours["code"], style | {"code": True}, links=False)
        else:
            (named,) = (name for name in _STYLES if ours[name])
            yield from _runs(ours[named], style | {named: True})
    yield from _words(mrkdwn[at:], style)


def _words(mrkdwn: str, style: dict[str, bool], *, links: bool = True) -> Iterator[Block]:
    text, at = unescape(mrkdwn.replace(WORD_JOINER, "")), 0
    for url in _URL.finditer(text) if links else ():
        if text[at : url.start()]:
            yield _styled({"type": "text", "text": text[at : url.start()]}, style)
        yield _styled({"type": "link", "url": url[0], "text": url[0]}, style)
        at = url.end()
    if text[at:]:
        yield _styled({"type": "text", "text": text[at:]}, style)


def _leading(token: str, style: dict[str, bool]) -> Block:
    """A mention, a channel or a link."""
    target, _, label = token.partition("|")
    if (kind := _KINDS.get(target[0])) is not None:
        return _styled({"type": kind[0], kind[1]: target[1:]}, style)
    url = unescape(target)
    words = unescape(label.replace(WORD_JOINER, "")) or url
    return _styled({"type": "link", "url": url, "text": words}, style)


def _styled(run: Block, style: dict[str, bool]) -> Block:
    return run | ({"style": style} if style else {})
