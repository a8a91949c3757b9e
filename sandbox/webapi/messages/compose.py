"""Reads what a message shall say from the arguments of chat.* methods."""

import json
from typing import Any

from sandbox.base.errors import SlackError
from sandbox.blocks import blockkit
from sandbox.webapi.call import Args, Call, Json

MAX_ATTACHMENTS = 100
MAX_METADATA = 16_000


def blocks_of(args: Args) -> list[Json]:
    """Read and check the blocks."""
    blocks = args.json("blocks", "invalid_blocks_format")
    return blockkit.prepare(blocks, "message") if blocks else []


def attachments_of(args: Args) -> list[Json]:
    """Read and check the attachments, and the blocks in them."""
    given = args.json("attachments", "invalid_attachments") or []
    if not isinstance(given, list):
        raise SlackError("invalid_attachments")
    if len(given) > MAX_ATTACHMENTS:
        raise SlackError("too_many_attachments")
    out = []
    for index, item in enumerate(given, 1):
        attachment = {"id": index, "fallback": "[no preview available]", **item}
        if attachment.get("blocks"):
            attachment["blocks"] = blockkit.prepare(attachment["blocks"], "message")
        out.append(attachment)
    return out


def metadata_of(call: Call) -> dict[str, Any] | None:
    """Read and check the metadata."""
    metadata = call.args.json("metadata", "invalid_metadata_format")
    if metadata is None:
        return None
    if not isinstance(metadata, dict) or not isinstance(metadata.get("event_payload"), dict):
        raise SlackError("invalid_metadata_format")
    if not metadata.get("event_type"):
        raise SlackError("invalid_metadata_format")
    if len(json.dumps(metadata)) > MAX_METADATA:
        raise SlackError("metadata_too_large")
    return {"event_type": metadata["event_type"], "event_payload": metadata["event_payload"]}


def text_of(args: Args) -> str:
    """Read the text; markdown may not stand beside text or blocks."""
    markdown = args.text("markdown_text")
    if not markdown:
        return args.text("text")
    if args.text("text") or args.given.get("blocks"):
        raise SlackError("markdown_text_conflict")
    return markdown


def compose(call: Call) -> Json:
    """Read text, blocks, attachments and metadata; a message must say something."""
    content = {
        "text": text_of(call.args),
        "blocks": blocks_of(call.args),
        "attachments": attachments_of(call.args),
        "metadata": metadata_of(call),
    }
    if not (content["text"] or content["blocks"] or content["attachments"]):
        raise SlackError("no_text")
    return content
