"""The words of a Slack message, as people read it there: text, blocks and attachments."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any

from handlers.words.blocks import cut
from handlers.words.slack_text import readable, users_in

TITLE_LIMIT = 200
DEEPEST = 12
_LINK_AFTER = re.compile(r"(?<=\S) \((?:https?|ftp|slack)://[^()\s]*\)")
_USER_ELEMENT = re.compile(r'"user_id": "([A-Z0-9]+)"')
_NOT_WORDS = frozenset({"static_select", "users_select", "overflow", "datepicker", "divider"})
_PARTS = ("title", "subtitle", "text", "body", "fields", "elements", "blocks", "caption", "rows")


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageWords:
    """Words of a message: its lines, and the app that sent it, "" for a person."""

    lines: tuple[str, ...]
    sender: str

    @property
    def title(self) -> str:
        """The first line, without the addresses of links."""
        first = next((line for line in self.lines if line.strip(" >•")), "")
        return cut(_LINK_AFTER.sub("", first).strip(" >•"), TITLE_LIMIT)

    @property
    def text(self) -> str:
        """All lines."""
        return "\n".join(self.lines)


def mentioned_in(message: Mapping[str, Any]) -> set[str]:
    """The Slack users that a message mentions."""
    whole = json.dumps(message)
    return users_in([whole]) | set(_USER_ELEMENT.findall(whole))


def words_of_message(message: Mapping[str, Any], names: Mapping[str, str]) -> MessageWords:
    """The words of a message; `names` are those of the Slack users it mentions.

    Where it has blocks with words, Slack shows those instead of the text. What Slack adds to show
    where a link leads is not of the message.
    """
    said = [line.rstrip() for text in _raw(message, names) for line in text.split("\n")]
    while said and not said[0]:
        said.pop(0)
    profile = message.get("bot_profile")
    named = profile.get("name") if isinstance(profile, Mapping) else None
    by_app = bool(message.get("bot_id")) or message.get("subtype") == "bot_message"
    sender = str(message.get("username") or named or "") if by_app else ""
    return MessageWords(lines=tuple(said), sender=sender.strip())


def _raw(message: Mapping[str, Any], names: Mapping[str, str]) -> list[str]:
    """Each paragraph of a message in words."""
    blocks = [*_said(message.get("blocks"), names)]
    said = blocks or [*_marked(message.get("text"), names)]
    for attachment in _list(message.get("attachments")):
        if isinstance(attachment, Mapping) and not _unfurled(attachment):
            said += _attached(attachment, names)
    said += [
        name
        for file in _list(message.get("files"))
        if isinstance(file, Mapping) and (name := str(file.get("title") or file.get("name") or ""))
    ]
    return said


def _unfurled(attachment: Mapping[str, Any]) -> bool:
    shared = attachment.get("is_share") or attachment.get("is_msg_unfurl")
    return bool(attachment.get("from_url") or attachment.get("original_url")) and not shared


def _attached(attachment: Mapping[str, Any], names: Mapping[str, str]) -> list[str]:
    """An attachment, from the top down."""
    said = [*_marked(attachment.get("pretext"), names), *_marked(attachment.get("author_name"), {})]
    title = " ".join(_marked(attachment.get("title"), names))
    link = str(attachment.get("title_link") or "")
    said += [_linked(title, link)] if title or link else []
    blocks = [*_said(attachment.get("blocks"), names)]
    said += blocks or [*_marked(attachment.get("text"), names)]
    for field in _list(attachment.get("fields")):
        if isinstance(field, Mapping):
            label, value = (
                " ".join(_marked(field.get(each), names)) for each in ("title", "value")
            )
            said += [text for text in (": ".join(filter(None, (label, value))),) if text]
    said += [*_said(attachment.get("actions"), names)]
    return said or [*_marked(attachment.get("fallback"), names)]


def _said(node: object, names: Mapping[str, str], depth: int = 0) -> Iterator[str]:
    """The paragraphs of blocks, whatever their kinds."""
    if depth <= DEEPEST:
        for each in _list(node):
            if isinstance(each, Mapping):
                yield from _block(each, names, depth)


def _block(block: Mapping[str, Any], names: Mapping[str, str], depth: int) -> Iterator[str]:
    match block.get("type"):
        case "mrkdwn" | "markdown":
            yield from _marked(block.get("text"), names)
        case "plain_text" | "raw_text":
            yield from _plain(block.get("text"), names)
        case "button":
            yield from _button(block, names)
        case "rich_text":
            yield from filter(None, [_rich(block, names, depth).strip("\n")])
        case "image":
            yield from _plain(block.get("alt_text"), names)
        case "context":
            yield from filter(None, [" ".join(_said(block.get("elements"), names, depth + 1))])
        case kind if str(kind) not in _NOT_WORDS:
            yield from _parts(block, names, depth)


def _parts(block: Mapping[str, Any], names: Mapping[str, str], depth: int) -> Iterator[str]:
    """The parts of a block in the order in which they are read."""
    for part in _PARTS:
        inner = block.get(part)
        if isinstance(inner, str):
            yield from _marked(inner, names)
        elif part == "fields":
            for text in _said(inner, names, depth + 1):
                label, _, value = text.partition("\n")
                yield f"{label.rstrip(' :')}: {value}" if value else label
        elif part == "rows":
            for row in _list(inner):
                yield " | ".join(_said(row, names, depth + 1))
        else:
            yield from _said(inner, names, depth + 1)


def _button(button: Mapping[str, Any], names: Mapping[str, str]) -> Iterator[str]:
    """A button that leads somewhere; what others do is not of the words."""
    text = button.get("text")
    label = " ".join(_plain(text.get("text") if isinstance(text, Mapping) else text, names))
    if url := button.get("url"):
        yield _linked(label, str(url))


def _rich(node: Mapping[str, Any], names: Mapping[str, str], depth: int) -> str:
    """Rich text: what people write, and what apps that write like people do."""
    kind, inner = node.get("type"), _list(node.get("elements"))
    if depth > DEEPEST:
        return ""
    parts = [_rich(each, names, depth + 1) for each in inner if isinstance(each, Mapping)]
    match kind:
        case "rich_text":
            return "\n".join(parts)
        case "rich_text_list":
            marks = (f"{n}." if node.get("style") == "ordered" else "•" for n in count(1))
            return "\n".join(f"{mark} {part}" for mark, part in zip(marks, parts, strict=False))
        case "rich_text_quote":
            return "\n".join(f"> {line}" for line in "".join(parts).split("\n"))
        case "rich_text_section" | "rich_text_preformatted":
            return "".join(parts)
    return _inline(node, names)


def _inline(node: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """One element of a line of rich text; Slack escapes nothing in it."""

    def value(key: str) -> str:
        return str(node.get(key) or "")

    match node.get("type"):
        case "text":
            return value("text")
        case "link":
            return _linked(value("text"), value("url"))
        case "user":
            return readable(f"<@{value('user_id')}>", names)
        case "channel":
            return f"#{value('channel_id')}"
        case "usergroup":
            return f"@{value('usergroup_id')}"
        case "broadcast":
            return f"@{value('range')}"
        case "emoji":
            return f":{value('name')}:"
        case "date":
            return value("fallback")
    return value("value")


def _linked(label: str, url: str) -> str:
    return f"{label} ({url})" if label and url and label != url else label or url


def _marked(text: object, names: Mapping[str, str]) -> Iterator[str]:
    """A text with Slack's markup, as it is shown."""
    if isinstance(text, str) and text.strip():
        yield readable(text, names, marked=True)


def _plain(text: object, names: Mapping[str, str]) -> Iterator[str]:
    if isinstance(text, str) and text.strip():
        yield readable(text, names)


def _list(value: object) -> Iterable[Any]:
    if isinstance(value, list):
        return value
    return [] if value is None else [value]
