"""Block Kit elements: buttons, menus and fields, and their limits."""

from typing import Any

from sandbox.base.ids import secret
from sandbox.model.view import EMPTY

Json = dict[str, Any]

_PICTURES = {"image"}
_BUTTONS = {"button", "workflow_button", "overflow"}
_ONLY_INPUT = {
    "plain_text_input",
    "email_text_input",
    "url_text_input",
    "number_input",
    "rich_text_input",
    "file_input",
}
_WITHIN = {
    "section": (set(EMPTY) - _ONLY_INPUT) | _BUTTONS | _PICTURES,
    "actions": (set(EMPTY) - (_ONLY_INPUT - {"rich_text_input"})) | _BUTTONS,
    "input": set(EMPTY),
}


class Faults:
    """Faults found, and where they are."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def add(self, text: str, pointer: str) -> None:
        """Note a fault at a place."""
        self.found.append(f"{text} [json-pointer:{pointer}]")


def text_length(value: Any, limit: int, path: str, faults: Faults) -> None:
    """Check the length of a string."""
    if not isinstance(value, str):
        faults.add("must be a string", path)
    elif len(value) > limit:
        faults.add(f"must be less than {limit + 1} characters", path)


def text_object(value: Any, limit: int, path: str, faults: Faults, *, plain: bool = False) -> None:
    """Check a text object: its kind, that it says something, and how much."""
    if not isinstance(value, dict):
        faults.add("missing required field: text", path)
        return
    kinds = {"plain_text"} if plain else {"plain_text", "mrkdwn"}
    if value.get("type") not in kinds:
        faults.add(f"must be one of: {', '.join(sorted(kinds))}", f"{path}/type")
    text = value.get("text")
    if not isinstance(text, str) or not text:
        faults.add("must be more than 0 characters", f"{path}/text")
    else:
        text_length(text, limit, f"{path}/text", faults)


def element(value: Any, path: str, faults: Faults, *, within: str) -> None:
    """Check a button, a menu or a field, and give it an id when it has none."""
    if not isinstance(value, dict):
        faults.add("missing required field: element", path)
        return
    kind = value.get("type")
    if kind not in _WITHIN[within]:
        faults.add(f"unsupported element type {kind} in {within}", f"{path}/type")
        return
    if kind == "image":
        return
    value.setdefault("action_id", secret(5))
    text_length(value["action_id"], 255, f"{path}/action_id", faults)
    if value.get("placeholder") is not None:
        text_object(value["placeholder"], 150, f"{path}/placeholder", faults, plain=True)
    if value.get("confirm") is not None:
        _confirm(value["confirm"], f"{path}/confirm", faults)
    check = _CHECKS.get(str(kind))
    if check is not None:
        check(value, path, faults)


def _button(value: Json, path: str, faults: Faults) -> None:
    text_object(value.get("text"), 75, f"{path}/text", faults, plain=True)
    text_length(value.get("value") or "", 2000, f"{path}/value", faults)
    text_length(value.get("url") or "", 3000, f"{path}/url", faults)
    if value.get("style", "primary") not in {"primary", "danger"}:
        faults.add("must be one of: primary, danger", f"{path}/style")


def _confirm(value: Any, path: str, faults: Faults) -> None:
    if not isinstance(value, dict):
        faults.add("must be an object", path)
        return
    for name, limit, plain in (("title", 100, True), ("text", 300, False)):
        text_object(value.get(name), limit, f"{path}/{name}", faults, plain=plain)
    for name in ("confirm", "deny"):
        text_object(value.get(name), 30, f"{path}/{name}", faults, plain=True)


def _options(value: Json, limit: int, path: str, faults: Faults) -> None:
    options = value.get("options")
    if not isinstance(options, list) or not 1 <= len(options) <= limit:
        faults.add(f"between 1 and {limit} options are allowed", f"{path}/options")
        return
    for index, option in enumerate(options):
        _option(option, f"{path}/options/{index}", faults)
    _initial(value, options, path, faults)


def _option(option: Any, path: str, faults: Faults) -> None:
    if not isinstance(option, dict):
        faults.add("must be an object", path)
        return
    text_object(option.get("text"), 75, f"{path}/text", faults)
    text_length(option.get("value"), 150, f"{path}/value", faults)
    if option.get("description") is not None:
        text_object(option["description"], 75, f"{path}/description", faults)


def _menu(value: Json, path: str, faults: Faults) -> None:
    groups = value.get("option_groups")
    if groups is None:
        _options(value, 100, path, faults)
        return
    if not isinstance(groups, list) or not 1 <= len(groups) <= 100:
        faults.add("between 1 and 100 option groups are allowed", f"{path}/option_groups")
        return
    for index, group in enumerate(groups):
        place = f"{path}/option_groups/{index}"
        text_object(group.get("label"), 75, f"{place}/label", faults, plain=True)
        _options({"options": group.get("options")}, 100, place, faults)
    _initial(value, [o for g in groups for o in g.get("options", [])], path, faults)


def _initial(value: Json, options: list[Any], path: str, faults: Faults) -> None:
    known = [o.get("value") for o in options if isinstance(o, dict)]
    chosen = list(value.get("initial_options") or [])
    if value.get("initial_option") is not None:
        chosen.append(value["initial_option"])
    for option in chosen:
        if not isinstance(option, dict) or option.get("value") not in known:
            faults.add("initial option is not among the options", f"{path}/initial_option")


def _plain_text_input(value: Json, path: str, faults: Faults) -> None:
    most = value.get("max_length", 3000)
    least = value.get("min_length", 0)
    if not isinstance(most, int) or not 1 <= most <= 3000:
        faults.add("must be between 1 and 3000", f"{path}/max_length")
    elif not isinstance(least, int) or not 0 <= least <= most:
        faults.add("must be between 0 and max_length", f"{path}/min_length")
    elif len(value.get("initial_value") or "") > most:
        faults.add("is longer than max_length", f"{path}/initial_value")


def _few(value: Json, path: str, faults: Faults) -> None:
    _options(value, 10, path, faults)


def _overflow(value: Json, path: str, faults: Faults) -> None:
    _options(value, 5, path, faults)


def _number_input(value: Json, path: str, faults: Faults) -> None:
    if not isinstance(value.get("is_decimal_allowed"), bool):
        faults.add("missing required field: is_decimal_allowed", path)


_CHECKS = {
    "button": _button,
    "overflow": _overflow,
    "radio_buttons": _few,
    "checkboxes": _few,
    "static_select": _menu,
    "multi_static_select": _menu,
    "plain_text_input": _plain_text_input,
    "number_input": _number_input,
}
