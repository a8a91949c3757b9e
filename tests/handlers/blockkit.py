"""Slack's limits, as its own library knows them, and those that it does not."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from slack_sdk.models.blocks import Block

from handlers.words.blocks import HEADER_LIMIT, LABEL_LIMIT, TEXT_LIMIT
from handlers.words.rendered import Rendered

MOST_BLOCKS = 50
VALUE_LIMIT = 2000
TURNERS = "\u202a\u202b\u202d\u202e\u2066\u2067\u2068"


def texts_in(value: Any) -> Iterable[dict[str, Any]]:
    """Every text object in there."""
    if isinstance(value, dict):
        if value.get("type") in {"mrkdwn", "plain_text"}:
            yield value
        for inner in value.values():
            yield from texts_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts_in(inner)


def buttons_of(rendered: Rendered) -> list[dict[str, Any]]:
    """The buttons of a message."""
    rows = (block["elements"] for block in rendered.blocks if block["type"] == "actions")
    return [element for row in rows for element in row]


def verbs_of(rendered: Rendered) -> list[str]:
    """What its buttons do: "escalate/ack"."""
    ids = (button["action_id"] for button in buttons_of(rendered))
    return [action_id.removeprefix("do/").partition("#")[0] for action_id in ids]


def check_blocks(blocks: list[dict[str, Any]], most: int = MOST_BLOCKS) -> None:
    """Fails where Slack would refuse the blocks."""
    assert len(blocks) <= most
    for block in blocks:
        parsed = Block.parse(block)
        assert parsed is not None, block
        parsed.validate_json()
        for text in texts_in(block):
            assert 1 <= len(text["text"]) <= TEXT_LIMIT, text
        match block["type"]:
            case "header":
                assert len(block["text"]["text"]) <= HEADER_LIMIT
            case "section":
                assert block.get("text") or 1 <= len(block["fields"]) <= 10
            case "actions":
                assert 1 <= len(block["elements"]) <= 25
                for button in block["elements"]:
                    assert len(button["text"]["text"]) <= LABEL_LIMIT
                    assert len(button["value"]) <= VALUE_LIMIT
    ids = [e["action_id"] for b in blocks if b["type"] == "actions" for e in b["elements"]]
    assert len(ids) == len(set(ids)), ids


def check_harmless(rendered: Rendered) -> None:
    """Fails where what somebody wrote could mention, link, or turn the direction of writing."""
    marked = [
        rendered.text,
        *(t["text"] for t in texts_in(rendered.blocks) if t["type"] == "mrkdwn"),
    ]
    for text in marked:
        assert "<!" not in text
        assert "<@" not in text
        assert "<http" not in text
    for shown in texts_in(rendered.blocks):  # in the text beside them Slack looks for no names
        if shown["type"] == "mrkdwn":
            assert shown["verbatim"] is True
    for text in (rendered.text, *(t["text"] for t in texts_in(rendered.blocks))):
        assert not any(mark in text for mark in TURNERS)
        assert "\x07" not in text


def check_message(rendered: Rendered) -> None:
    """Fails where Slack would refuse the message, or it could harm its reader."""
    assert 1 <= len(rendered.text) <= TEXT_LIMIT
    check_blocks(rendered.blocks)
    check_harmless(rendered)
