"""Block Kit: what Slack accepts in a message, a modal and a Home tab."""

import copy
from typing import Any

from sandbox.base.errors import SlackError
from sandbox.base.ids import secret
from sandbox.blocks import elements as el

Json = dict[str, Any]

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
MARKDOWN_TOTAL = 12_000
WORDS_TOTAL = 11_000  # not documented: about 11,300 in sections are refused, 13,300 in markdown

_SURFACES: dict[str, set[str]] = {
    "actions": {"message", "modal", "home"},
    "context": {"message", "modal", "home"},
    "divider": {"message", "modal", "home"},
    "file": {"message"},
    "header": {"message", "modal", "home"},
    "image": {"message", "modal", "home"},
    "input": {"message", "modal", "home"},
    "markdown": {"message"},
    "rich_text": {"message", "modal", "home"},
    "section": {"message", "modal", "home"},
    "video": {"message", "modal", "home"},
    "table": {"message"},
}


def prepare(blocks: Any, surface: str) -> list[Json]:
    """Check blocks for a surface, and give ids to those that have none."""
    if not isinstance(blocks, list) or not all(isinstance(b, dict) for b in blocks):
        raise SlackError("invalid_blocks_format")
    faults = el.Faults()
    limit = MESSAGE_BLOCKS if surface == "message" else VIEW_BLOCKS
    if len(blocks) > limit:
        faults.add(f"no more than {limit} items allowed", "/blocks")
    out = copy.deepcopy(blocks)
    seen: set[str] = set()
    for index, block in enumerate(out):
        path = f"/blocks/{index}"
        block.setdefault("block_id", secret(16))
        el.text_length(block["block_id"], 255, f"{path}/block_id", faults)
        if block["block_id"] in seen:
            faults.add("block_id already exists", f"{path}/block_id")
        seen.add(block["block_id"])
        _check(block, surface, path, faults)
    _total(out, faults)
    if faults.found:
        raise SlackError.invalid("invalid_blocks", *faults.found)
    if surface == "message" and _words(out) > WORDS_TOTAL:
        raise SlackError("msg_blocks_too_long")
    return out


def _words(part: Any) -> int:
    """Return how many characters of text there are in all of it."""
    if isinstance(part, list):
        return sum(map(_words, part))
    if not isinstance(part, dict):
        return 0
    text = part.get("text")
    return (len(text) if isinstance(text, str) else 0) + sum(map(_words, part.values()))


def _total(blocks: list[Json], faults: el.Faults) -> None:
    written = sum(len(str(b.get("text", ""))) for b in blocks if b.get("type") == "markdown")
    if written > MARKDOWN_TOTAL:
        faults.add(f"must be at most {MARKDOWN_TOTAL} characters in all markdown blocks", "/blocks")


def _check(block: Json, surface: str, path: str, faults: el.Faults) -> None:
    kind = block.get("type")
    if kind not in _SURFACES:
        faults.add(f"unsupported type: {kind}", f"{path}/type")
    elif surface not in _SURFACES[kind]:
        faults.add(f"block of type {kind} is not allowed in a {surface}", f"{path}/type")
    elif kind in _CHECKS:
        _CHECKS[kind](block, path, faults)


def _section(block: Json, path: str, faults: el.Faults) -> None:
    fields = block.get("fields")
    if "text" not in block and not fields:
        faults.add("missing required field: text", path)
    if "text" in block:
        el.text_object(block["text"], 3000, f"{path}/text", faults)
    if fields is not None:
        if not isinstance(fields, list) or not 1 <= len(fields) <= 10:
            faults.add("between 1 and 10 fields are allowed", f"{path}/fields")
        else:
            for index, text in enumerate(fields):
                el.text_object(text, 2000, f"{path}/fields/{index}", faults)
    if "accessory" in block:
        el.element(block["accessory"], f"{path}/accessory", faults, within="section")


def _header(block: Json, path: str, faults: el.Faults) -> None:
    el.text_object(block.get("text"), 150, f"{path}/text", faults, plain=True)


def _actions(block: Json, path: str, faults: el.Faults) -> None:
    found = block.get("elements")
    if not isinstance(found, list) or not 1 <= len(found) <= 25:
        faults.add("between 1 and 25 elements are allowed", f"{path}/elements")
        return
    seen: set[str] = set()
    for index, item in enumerate(found):
        place = f"{path}/elements/{index}"
        el.element(item, place, faults, within="actions")
        action_id = item.get("action_id") if isinstance(item, dict) else None
        if action_id in seen:
            faults.add(f"action_id {action_id} already exists", f"{place}/action_id")
        seen.add(str(action_id))


def _context(block: Json, path: str, faults: el.Faults) -> None:
    found = block.get("elements")
    if not isinstance(found, list) or not 1 <= len(found) <= 10:
        faults.add("between 1 and 10 elements are allowed", f"{path}/elements")
        return
    for index, item in enumerate(found):
        place = f"{path}/elements/{index}"
        if isinstance(item, dict) and item.get("type") == "image":
            _image(item, place, faults)
        else:
            el.text_object(item, 3000, place, faults)


def _image(block: Json, path: str, faults: el.Faults) -> None:
    if not block.get("image_url") and not block.get("slack_file"):
        faults.add("missing required field: image_url", path)
    el.text_length(block.get("image_url", ""), 3000, f"{path}/image_url", faults)
    if not block.get("alt_text"):
        faults.add("missing required field: alt_text", path)
    el.text_length(block.get("alt_text", ""), 2000, f"{path}/alt_text", faults)


def _input(block: Json, path: str, faults: el.Faults) -> None:
    el.text_object(block.get("label"), 2000, f"{path}/label", faults, plain=True)
    if "hint" in block and block["hint"] is not None:
        el.text_object(block["hint"], 2000, f"{path}/hint", faults, plain=True)
    el.element(block.get("element"), f"{path}/element", faults, within="input")


def _markdown(block: Json, path: str, faults: el.Faults) -> None:
    if not isinstance(block.get("text"), str) or not block["text"]:
        faults.add("missing required field: text", path)


def _rich_text(block: Json, path: str, faults: el.Faults) -> None:
    found = block.get("elements")
    if not isinstance(found, list) or not found:
        faults.add("missing required field: elements", path)
        return
    for index, part in enumerate(found):
        place = f"{path}/elements/{index}"
        kind = part.get("type") if isinstance(part, dict) else None
        if kind not in _RICH_PARTS or not isinstance(part.get("elements"), list):
            faults.add(f"unsupported type: {kind}", f"{place}/type")
            continue
        for number, run in enumerate(part["elements"]):
            _run(run, f"{place}/elements/{number}", faults)


_RICH_PARTS = {
    "rich_text_section", "rich_text_list", "rich_text_quote", "rich_text_preformatted"
}  # fmt: skip
_RUNS = {
    "text": "text",
    "link": "url",
    "user": "user_id",
    "channel": "channel_id",
}  # needed of each


def _run(run: Any, path: str, faults: el.Faults) -> None:
    kind = run.get("type") if isinstance(run, dict) else None
    if kind in _RUNS and not run.get(_RUNS[kind]):
        faults.add("must be more than 0 characters", f"{path}/{_RUNS[kind]}")
    elif not isinstance(kind, str):
        faults.add("must be an object", path)


_CHECKS = {
    "section": _section,
    "header": _header,
    "actions": _actions,
    "context": _context,
    "image": _image,
    "input": _input,
    "markdown": _markdown,
    "rich_text": _rich_text,
}


def prepare_view(view: Any) -> Json:
    """Check a whole view, and give ids to blocks that have none."""
    if not isinstance(view, dict):
        raise SlackError.invalid("invalid_arguments", "failed to parse view [json-pointer:/view]")
    faults = el.Faults()
    _frame(view, faults)
    if faults.found:
        raise SlackError.invalid("invalid_arguments", *faults.found)
    try:
        ready = prepare(view["blocks"], str(view["type"]))
    except SlackError as refusal:
        messages = refusal.extra.get("response_metadata", {}).get("messages", [])
        placed = [m.replace("json-pointer:/blocks", "json-pointer:/view/blocks") for m in messages]
        raise SlackError("invalid_arguments", response_metadata={"messages": placed}) from refusal
    return {**copy.deepcopy(view), "blocks": ready}


def _frame(view: Json, faults: el.Faults) -> None:
    kind, blocks = view.get("type"), view.get("blocks")
    if kind not in {"modal", "home"}:
        faults.add("must be one of: modal, home", "/view/type")
    if kind == "modal":
        el.text_object(view.get("title"), 24, "/view/title", faults, plain=True)
    for name in ("submit", "close"):
        if view.get(name) is not None:
            el.text_object(view[name], 24, f"/view/{name}", faults, plain=True)
    for name, limit in (("private_metadata", 3000), ("callback_id", 255), ("external_id", 255)):
        el.text_length(view.get(name) or "", limit, f"/view/{name}", faults)
    if not isinstance(blocks, list):
        faults.add("missing required field: blocks", "/view")
        return
    inputs = any(isinstance(b, dict) and b.get("type") == "input" for b in blocks)
    if kind == "modal" and inputs and view.get("submit") is None:
        faults.add("`submit` is required when an `input` is present", "/view/submit")
