"""Values that somebody enters in a field, and what Slack refuses of it."""

import re
from typing import Any

Json = dict[str, Any]

_TEXTS = {"plain_text_input", "email_text_input", "url_text_input", "number_input"}
_SINGLE = {
    "users_select": "selected_user",
    "conversations_select": "selected_conversation",
    "channels_select": "selected_channel",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
}
_SEVERAL = {
    "multi_users_select": "selected_users",
    "multi_conversations_select": "selected_conversations",
    "multi_channels_select": "selected_channels",
}
_ONE_OPTION = {"static_select", "external_select", "radio_buttons", "overflow"}
_OPTIONS = {"multi_static_select", "multi_external_select", "checkboxes"}
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


class BadValue(ValueError):
    """Something a field cannot hold."""


def options_of(element: Json) -> list[Json]:
    """List the options of a menu, grouped or not."""
    grouped = [o for g in element.get("option_groups") or [] for o in g["options"]]
    return [*element.get("options", []), *grouped]


def entered(element: Json, value: Any) -> Json:
    """Write what somebody entered the way payloads carry it."""
    kind = element["type"]
    if kind in _TEXTS:
        text = None if value is None or value == "" else str(value)
        return {"type": kind, "value": text}
    if kind in _SINGLE:
        if kind == "datetimepicker" and value is not None:
            value = int(value)
        return {"type": kind, _SINGLE[kind]: value or None}
    if kind in _SEVERAL:
        return {"type": kind, _SEVERAL[kind]: list(value or [])}
    if kind in _ONE_OPTION:
        option = None if value is None else _option(element, value)
        return {"type": kind, "selected_option": option}
    if kind in _OPTIONS:
        wanted = value if isinstance(value, list) else [value]
        chosen = [_option(element, v) for v in wanted if v is not None]
        return {"type": kind, "selected_options": chosen}
    if kind == "rich_text_input":
        return {"type": kind, "rich_text_value": value}
    raise BadValue(f"nothing can be entered in a {kind}")


def _option(element: Json, value: Any) -> Json:
    if isinstance(value, dict):
        return value
    for option in options_of(element):
        if option["value"] == value:
            return option
    known = ", ".join(str(o["value"]) for o in options_of(element))
    raise BadValue(f"{value!r} is not an option of {element['action_id']}: {known}")


def content(value: Json | None) -> Any:
    """Give what a field holds, without its type."""
    if value is None:
        return None
    return next((v for k, v in value.items() if k != "type"), None)


def refusal(block: Json, value: Json | None) -> str | None:
    """Say why Slack would not even send this to the app."""
    held = content(value)
    if held in (None, "", []):
        return None if block.get("optional") else "Please complete this required field."
    element = block["element"]
    kind = element["type"]
    if kind == "plain_text_input":
        return _length(str(held), element)
    if kind == "email_text_input" and not _EMAIL.fullmatch(str(held)):
        return "Enter a valid email address."
    if kind == "number_input":
        return _number(str(held), element)
    if kind == "url_text_input" and "://" not in str(held):
        return "Enter a valid URL."
    most = element.get("max_selected_items")
    if most is not None and isinstance(held, list) and len(held) > most:
        return f"Choose at most {most} items."
    return None


def _length(text: str, element: Json) -> str | None:
    if len(text) > element.get("max_length", 3000):
        return f"This entry must be less than {element.get('max_length', 3000) + 1} characters."
    if len(text) < element.get("min_length", 0):
        return f"This entry must be at least {element['min_length']} characters."
    return None


def _number(text: str, element: Json) -> str | None:
    try:
        number = float(text) if element.get("is_decimal_allowed") else int(text)
    except ValueError:
        return "Enter a number."
    if "min_value" in element and number < float(element["min_value"]):
        return f"Enter a number no smaller than {element['min_value']}."
    if "max_value" in element and number > float(element["max_value"]):
        return f"Enter a number no greater than {element['max_value']}."
    return None
